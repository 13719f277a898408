"""Migrations against the models: `new MESSAGE` writes one, `check` fails when the models say more than they do."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection, MetaData

from kaitak import schema
from kaitak.db import embedded, migrate

NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def main(arguments: list[str]) -> int:
    """`new MESSAGE` or `check`; 1 when the check fails."""
    if arguments[:1] == ["new"] and len(arguments) == 2 and arguments[1].strip():
        write_migration(arguments[1])
        return 0
    if arguments == ["check"]:
        fault = find_fault()
        print(fault)
        return 1 if fault else 0
    print('usage: ./run migration "what changed"', file=sys.stderr)
    return 2


def write_migration(message: str) -> None:
    """Write what the models say and the migrations do not; the newest revision's number plus one."""
    with scratch_database() as (connection, config):
        number = 1 + len(list(ScriptDirectory.from_config(config).walk_revisions()))
        config.attributes["connection"] = connection
        command.revision(config, message.strip().rstrip("."), autogenerate=True, rev_id=f"{number:04d}")


def find_fault(metadata: MetaData = schema.metadata) -> str:
    """What differs between the models and a database that all migrations made; empty when nothing does."""
    heads = ScriptDirectory.from_config(migrate.make_config()).get_heads()
    if len(heads) != 1:
        return f"there must be one newest migration, there are {len(heads)}: {', '.join(heads)}"
    with scratch_database() as (connection, config):
        config.attributes["connection"] = connection
        config.attributes["metadata"] = metadata
        try:
            command.check(config)
        except CommandError as error:
            return f'{error}\nmigrations are behind the models: ./run migration "what changed"'
    return ""


@contextmanager
def scratch_database() -> Iterator[tuple[Connection, Config]]:
    """A database that all migrations made, on an embedded server in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # the server may run as another user
        with embedded.running(Path(folder) / "pg", allow_root=os.geteuid() == 0, options=NOT_DURABLE) as urls:
            if urls.admin_url is None or urls.url is None:
                raise SystemExit("the embedded server gave no address for the owner")
            migrate.upgrade(urls.admin_url, urls.url, schema.metadata)
            config = migrate.make_config()
            config.stdout = sys.stderr
            config.attributes["metadata"] = schema.metadata
            engine = migrate.make_owner_engine(urls.admin_url)
            try:
                with engine.connect() as connection:
                    yield connection, config
            finally:
                engine.dispose()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
