"""What a text is found by is cut at a tenth of the cost, and no statistics are kept of it."""

from __future__ import annotations

from alembic import op

from kaitak.db import migrate

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    migrate.run_sql_files(op.get_bind(), "0010_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
