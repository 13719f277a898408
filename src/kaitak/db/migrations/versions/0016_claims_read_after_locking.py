"""A claim of turns reads what it has locked after it has locked it."""

from __future__ import annotations

from alembic import op

from kaitak.db import migrate

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrate.run_sql_files(op.get_bind(), "0016_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
