"""Versions of pack files, read with the claim of a turn."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kaitak.db import migrate

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "pack_version",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("pack", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'draft'"), nullable=False),
        sa.Column("edition", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("files", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("shipped_fingerprint", sa.Text(), nullable=False),
        sa.Column("begun_from", sa.BigInteger(), nullable=True),
        sa.Column("updated_by", sa.BigInteger(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("status in ('draft', 'published', 'retired')", name=op.f("ck_pack_version_status_known")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_pack_version_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_pack_version")),
        sa.UniqueConstraint("account_id", "pack", "number", name=op.f("uq_pack_version_account_id_pack_number")),
    )
    for status in ("draft", "published"):
        op.create_index(
            f"pack_version_{status}",
            "pack_version",
            ["account_id", "pack"],
            unique=True,
            postgresql_where=sa.text(f"status = '{status}'"),
        )
    op.execute("alter table pack_version enable row level security")
    op.execute(
        f"create policy account_only on pack_version using (account_id = {_CURRENT}) "
        f"with check (account_id = {_CURRENT})"
    )
    migrate.run_sql_files(op.get_bind(), "0003_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
