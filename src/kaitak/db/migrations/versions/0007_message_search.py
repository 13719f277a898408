"""The folded texts of messages, to find them by what they say."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from kaitak.db import migrate

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "message_text",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("block", sa.BigInteger(), nullable=False),
        sa.Column("folded", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id", "message_id"],
            ["message.account_id", "message.id"],
            name=op.f("fk_message_text_account_id_message_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "message_id", name=op.f("pk_message_text")),
    )
    op.create_table(
        "message_text_state",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("settled_id", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("texts", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_message_text_state_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_message_text_state")),
    )
    for table in ("message_text", "message_text_state"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(
            f"create policy account_only on {table} using (account_id = {_CURRENT}) "
            f"with check (account_id = {_CURRENT})"
        )
    migrate.run_sql_files(op.get_bind(), "0007_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
