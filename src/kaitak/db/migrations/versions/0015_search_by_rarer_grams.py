"""A search asks for the grams that narrow it, no others."""

from __future__ import annotations

from alembic import op

from kaitak.db import migrate

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrate.run_sql_files(op.get_bind(), "0015_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
