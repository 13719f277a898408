"""Help centre, crawled sites, categories and tags of articles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kaitak.db import migrate

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"


def upgrade() -> None:
    op.create_table(
        "crawl_site",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("start_url", sa.Text(), nullable=False),
        sa.Column("max_pages", sa.BigInteger(), nullable=False),
        sa.Column("max_depth", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("run", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("pages_read", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("pages_waiting", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("stopped_by", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("error", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint(
            "status in ('waiting', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_crawl_site_status_known")
        ),
        sa.CheckConstraint("max_depth between 0 and 10", name=op.f("ck_crawl_site_max_depth_range")),
        sa.CheckConstraint("max_pages between 1 and 500", name=op.f("ck_crawl_site_max_pages_range")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_crawl_site_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_crawl_site")),
        sa.UniqueConstraint("account_id", "start_url", name=op.f("uq_crawl_site_account_id_start_url")),
    )
    op.create_index(
        "crawl_site_at_work",
        "crawl_site",
        ["account_id"],
        unique=True,
        postgresql_where=sa.text("status in ('waiting', 'running')"),
    )
    op.create_table(
        "help_centre",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("is_open", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("is_listed", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("titles", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{1,39}$'", name=op.f("ck_help_centre_slug_form")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_help_centre_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_help_centre")),
        sa.UniqueConstraint("slug", name=op.f("uq_help_centre_slug")),
    )
    op.create_table(
        "crawl_page",
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("site_id", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("run", sa.BigInteger(), nullable=False),
        sa.Column("depth", sa.BigInteger(), nullable=False),
        sa.Column("change", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("links", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("pieces", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("etag", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("last_modified", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("digest", sa.LargeBinary(), server_default=sa.text("''"), nullable=False),
        sa.Column("kept_digest", sa.LargeBinary(), nullable=True),
        sa.Column("article_id", sa.BigInteger(), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "change in ('new', 'changed', 'same', 'gone', 'refused')", name=op.f("ck_crawl_page_change_known")
        ),
        sa.ForeignKeyConstraint(["account_id", "article_id"], ["article.account_id", "article.id"], name="article"),
        sa.ForeignKeyConstraint(
            ["account_id", "site_id"], ["crawl_site.account_id", "crawl_site.id"], name="site", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_crawl_page_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_crawl_page")),
        sa.UniqueConstraint("account_id", "site_id", "url", name=op.f("uq_crawl_page_account_id_site_id_url")),
    )
    op.add_column("article", sa.Column("category", sa.Text(), server_default=sa.text("''"), nullable=False))
    op.add_column("article", sa.Column("tags", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False))
    op.create_check_constraint(op.f("ck_article_category_length"), "article", "length(category) <= 60")
    for table in ("crawl_page", "crawl_site", "help_centre"):
        op.execute(f'alter table "{table}" enable row level security')
        op.execute(
            f'create policy account_only on "{table}" using ("account_id" = {_CURRENT}) '
            f'with check ("account_id" = {_CURRENT})'
        )
    migrate.run_sql_files(op.get_bind(), "0002_help_centre.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
