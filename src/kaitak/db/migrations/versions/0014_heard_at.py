"""When a customer last wrote, read with the claim of a turn."""

from __future__ import annotations

from alembic import op

from kaitak.db import migrate

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrate.run_sql_files(op.get_bind(), "0014_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
