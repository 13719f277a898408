"""Owns bringing a database to the present schema: Alembic in one transaction, under a lock, then the grants."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, Engine, MetaData, NullPool, create_engine, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from kaitak.core.errors import KaitakError
from kaitak.db import rls

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 0x4B616974616B  # "Kaitak"
MINIMUM_VERSION = 150000


class MigrationError(KaitakError):
    """The schema could not be brought up to date; nothing was changed."""

    code = "migration_failed"


class SchemaOutdatedError(KaitakError):
    """The database's schema is not the one this program was made for."""

    code = "schema_outdated"


@dataclass(frozen=True, slots=True)
class SchemaState:
    """Which revision a database has, and which one this program needs."""

    found: str | None
    needed: str

    @property
    def is_current(self) -> bool:
        """Whether the two agree."""
        return self.found == self.needed


def upgrade(admin_url: str, program_url: str, metadata: MetaData) -> SchemaState:
    """Apply all outstanding migrations and the grants, in one transaction; returns the state found before."""
    engine = make_owner_engine(admin_url)
    try:
        with engine.begin() as connection:
            return _upgrade(connection, program_url, metadata)
    except OperationalError as exc:
        raise MigrationError(f"the migration did not get through: {_reason(exc)}") from exc
    except DBAPIError as exc:
        raise MigrationError(f"the migration failed: {_reason(exc)}") from exc
    finally:
        engine.dispose()


def _upgrade(connection: Connection, program_url: str, metadata: MetaData) -> SchemaState:
    version = int(connection.execute(text("show server_version_num")).scalar_one())
    if version < MINIMUM_VERSION:
        raise MigrationError(f"PostgreSQL {version // 10000} is too old; Kaitak needs 15 or newer")
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.execute(text("set local lock_timeout = '10s'"))
    before = SchemaState(MigrationContext.configure(connection).get_current_revision(), head())
    config = make_config()
    config.attributes["connection"] = connection
    config.attributes["metadata"] = metadata
    command.upgrade(config, "head")
    raw = raw_connection(connection)
    rls.grant(raw, rls.ensure_role(raw, program_url), metadata)
    return before


def state(dsn: str) -> SchemaState:
    """Compare the database's revision with the program's; any role that may read `alembic_version` can ask."""
    with psycopg.connect(dsn, connect_timeout=10) as connection:
        there = connection.execute("select to_regclass('public.alembic_version')").fetchone()
        if there is None or there[0] is None:
            return SchemaState(None, head())
        row = connection.execute("select version_num from alembic_version").fetchone()
    return SchemaState(str(row[0]) if row else None, head())


def refuse_outdated(dsn: str) -> None:
    """Raise unless the database has exactly the schema of this program."""
    seen = state(dsn)
    if not seen.is_current:
        raise SchemaOutdatedError(
            f"the database has schema {seen.found or 'none'}, this program needs {seen.needed}; run: kaitak migrate"
        )


def head() -> str:
    """The newest revision that this program carries."""
    revision = ScriptDirectory.from_config(make_config()).get_current_head()
    if revision is None:
        raise MigrationError("this program carries no migrations")
    return revision


def make_config() -> Config:
    """Alembic's configuration, without a file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def make_owner_engine(admin_url: str) -> Engine:
    """A plain engine for the owner's short visits."""
    arguments = {"connect_timeout": 10, **conninfo_to_dict(admin_url)}
    return create_engine(URL.create("postgresql+psycopg"), connect_args=arguments, poolclass=NullPool)


def raw_connection(connection: Connection) -> psycopg.Connection[tuple[object, ...]]:
    """The psycopg connection under a SQLAlchemy one."""
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError("not a psycopg connection")
    return raw


def run_sql_files(connection: Connection, pattern: str) -> None:
    """Run the SQL files of a migration, in the order of their names."""
    cursor = raw_connection(connection)
    for file in sorted((FOLDER / "sql").glob(pattern)):
        cursor.execute(file.read_bytes())


def _reason(exc: DBAPIError) -> str:
    return str(exc.orig).splitlines()[0]
