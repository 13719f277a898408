"""The webhook log, what is known of a file besides its bytes, and cheap ways into a period of the road's tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "webhook_call",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("calls", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content_type", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("query", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("body_size", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("replayed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "verdict in ('refused', 'malformed', 'unsupported')", name=op.f("ck_webhook_call_verdict_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "inbox_id"],
            ["inbox.account_id", "inbox.id"],
            name=op.f("fk_webhook_call_account_id_inbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_webhook_call_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_webhook_call")),
        sa.UniqueConstraint(
            "account_id",
            "inbox_id",
            "hour",
            "verdict",
            "reason",
            "digest",
            name=op.f("uq_webhook_call_account_id_inbox_id_hour_verdict_reason_digest"),
        ),
    )
    op.create_table(
        "inbound_log_state",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("cleared_until", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_inbound_log_state_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_inbound_log_state")),
    )
    for table in ("webhook_call", "inbound_log_state"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(
            f"create policy account_only on {table} using (account_id = {_CURRENT}) "
            f"with check (account_id = {_CURRENT})"
        )
    op.add_column("attachment", sa.Column("scanned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "attachment", sa.Column("has_thumbnail", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("attachment", sa.Column("transcript", sa.Text(), nullable=True))
    op.add_column("attachment", sa.Column("transcript_state", sa.Text(), nullable=True))
    op.add_column("attachment", sa.Column("expired_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "attachment_kept",
        "attachment",
        ["account_id", "created_at"],
        unique=False,
        postgresql_where=sa.text("message_id is not null and expired_at is null"),
    )
    for table in ("message", "delivery", "turn"):
        op.create_index(f"{table}_period", table, ["created_at"], unique=False, postgresql_using="brin")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
