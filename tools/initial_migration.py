"""Writes `0001_initial.py` anew from the current models: tables, indexes, row-level security. For use until release."""

from __future__ import annotations

import fcntl
import sys
import warnings
from pathlib import Path

from alembic.autogenerate import render_python_code
from alembic.operations import ops
from sqlalchemy import MetaData

from kaitak import schema
from kaitak.db import migrate, rls

TARGET = migrate.FOLDER / "versions" / "0001_initial.py"
_HEAD = '''"""The first schema. Written by tools/initial_migration.py; do not edit."""
# ruff: noqa: PLR0915

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from kaitak.db import migrate

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
'''
_TAIL = """

def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
"""


def render(metadata: MetaData) -> str:
    """The text of the migration for these tables."""
    steps: list[ops.MigrateOperation] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        tables = metadata.sorted_tables
    for table in tables:
        steps.append(ops.CreateTableOp.from_table(table))
        steps += [ops.CreateIndexOp.from_index(index) for index in sorted(table.indexes, key=lambda i: str(i.name))]
    body = render_python_code(ops.UpgradeOps(ops=steps)) if steps else "pass"
    lines = [line.rstrip() for line in body.splitlines() if not line.strip().startswith("# ###")]
    for table in rls.owned_tables(metadata):
        lines += [f"    op.execute({statement!r})" for statement in rls.policy_sql(table)]
    lines.append('    migrate.run_sql_files(op.get_bind(), "0001_*.sql")')
    return _HEAD + "    " + "\n".join(lines).lstrip() + "\n" + _TAIL


def main() -> int:
    """Write the file; one writer at a time."""
    with Path("/tmp/kaitak-initial-migration.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        text = render(schema.metadata)
        draft = TARGET.with_suffix(".new")
        draft.write_text(text)
        draft.rename(TARGET)
    print(
        f"{TARGET.name}: {len(schema.metadata.tables)} tables, {len(rls.owned_tables(schema.metadata))} account-owned"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
