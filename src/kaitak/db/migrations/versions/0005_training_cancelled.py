"""A training can be cancelled."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table nlu_job drop constraint ck_nlu_job_status_known")
    op.execute(
        "alter table nlu_job add constraint ck_nlu_job_status_known "
        "check (status in ('waiting', 'running', 'done', 'failed', 'cancelled'))"
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
