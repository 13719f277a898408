"""Receivers: which worker holds an inbox's own connection, how far it has read there, and how it does."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kaitak.db import migrate

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "inbox_receiver",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("cursor", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_try_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("failures", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hint", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("nudged_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'connecting', 'receiving', 'failing')", name=op.f("ck_inbox_receiver_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["account_id", "inbox_id"],
            ["inbox.account_id", "inbox.id"],
            name=op.f("fk_inbox_receiver_account_id_inbox_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_inbox_receiver_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "inbox_id", name=op.f("pk_inbox_receiver")),
    )
    op.execute("alter table inbox_receiver enable row level security")
    op.execute(
        f"create policy account_only on inbox_receiver using (account_id = {_CURRENT}) "
        f"with check (account_id = {_CURRENT})"
    )
    migrate.run_sql_files(op.get_bind(), "0008_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
