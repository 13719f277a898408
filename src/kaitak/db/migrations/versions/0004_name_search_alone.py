"""A search for contacts by name starts no parallel workers: starting them takes longer than the search."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter function search_contacts(text, integer) set max_parallel_workers_per_gather = 0")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
