"""What a platform or a business's own server did not take from us besides messages: pushes, owners of sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "channel_failure",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("error_detail", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("attempts", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("over_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('push', 'session')", name=op.f("ck_channel_failure_kind_known")),
        sa.ForeignKeyConstraint(
            ["account_id", "conversation_id"],
            ["conversation.account_id", "conversation.id"],
            name=op.f("fk_channel_failure_account_id_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "inbox_id"],
            ["inbox.account_id", "inbox.id"],
            name=op.f("fk_channel_failure_account_id_inbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_channel_failure_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_channel_failure")),
        sa.UniqueConstraint(
            "account_id",
            "conversation_id",
            "kind",
            "message_id",
            name=op.f("uq_channel_failure_account_id_conversation_id_kind_message_id"),
        ),
    )
    op.create_index(
        "channel_failure_open",
        "channel_failure",
        ["account_id", "inbox_id", "kind"],
        unique=False,
        postgresql_where=sa.text("over_at is null"),
    )
    op.execute("alter table channel_failure enable row level security")
    op.execute(
        f"create policy account_only on channel_failure using (account_id = {_CURRENT}) "
        f"with check (account_id = {_CURRENT})"
    )


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
