"""Tables of the knowledge slice: articles, versions, pieces, gaps, the help centre, and sites that are read."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountKeyed, AccountOwned, Base, Changed


class Article(AccountOwned, Changed, Base):
    """Something the account knows: who may see it, and from when to when it holds."""

    __tablename__ = "article"
    __table_args__ = (
        UniqueConstraint("account_id", "key"),
        CheckConstraint("length(title) between 1 and 300", name="title_length"),
        CheckConstraint("audience in ('public', 'internal')", name="audience_known"),
        CheckConstraint("status in ('published', 'archived')", name="status_known"),
        CheckConstraint("valid_to is null or valid_from is null or valid_from <= valid_to", name="validity_order"),
        CheckConstraint("version >= 1", name="version_positive"),
        CheckConstraint("length(category) <= 60", name="category_length"),
    )

    key: Mapped[str]  # the id in the file it came from: the same key again is a new version, not a second article
    title: Mapped[str]
    locale: Mapped[str]
    audience: Mapped[str] = mapped_column(server_default=sql("'internal'"))
    status: Mapped[str] = mapped_column(server_default=sql("'published'"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None] = mapped_column()  # the last day it holds
    review_at: Mapped[date | None]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    category: Mapped[str] = mapped_column(server_default=sql("''"))  # the shelf it stands on in the help centre
    tags: Mapped[list[str]] = mapped_column(server_default=sql("'{}'"))
    version: Mapped[int] = mapped_column(server_default=sql("1"))  # the number of the version in force


class ArticleVersion(AccountOwned, Base):
    """The words of an article at one time; never changed."""

    __tablename__ = "article_version"
    __table_args__ = (
        UniqueConstraint("account_id", "article_id", "number"),
        ForeignKeyConstraint(
            ["account_id", "article_id"], ["article.account_id", "article.id"], name="article", ondelete="CASCADE"
        ),
    )

    article_id: Mapped[int]
    number: Mapped[int]
    title: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)  # Markdown
    source: Mapped[str]  # the file's name, or `console`
    created_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))


class Chunk(AccountOwned, Base):
    """One sentence, list item or table row of the version in force: what is searched, and what answers are made of."""

    __tablename__ = "chunk"
    __table_args__ = (
        UniqueConstraint("account_id", "article_id", "version", "place"),
        ForeignKeyConstraint(
            ["account_id", "article_id"], ["article.account_id", "article.id"], name="article", ondelete="CASCADE"
        ),
        CheckConstraint("kind in ('sentence', 'item', 'row')", name="kind_known"),
        Index("chunk_bigrams", "bigrams", postgresql_using="gin"),
    )

    article_id: Mapped[int]
    version: Mapped[int]
    place: Mapped[int]
    kind: Mapped[str]
    group_number: Mapped[int] = mapped_column(SmallInteger)  # pieces of one paragraph or table row share it
    heading: Mapped[str]  # the headings above it, outermost first, joined by " › "
    text: Mapped[str]
    bigrams: Mapped[str] = mapped_column(TSVECTOR)
    vector: Mapped[bytes]  # 512 float16 of nlu/encoder.py


class KnowledgeGap(AccountOwned, Base):
    """A question that no article answers, with personal data masked; asked again it counts up."""

    __tablename__ = "knowledge_gap"
    __table_args__ = (
        UniqueConstraint("account_id", "question"),
        CheckConstraint("length(question) between 1 and 300", name="question_length"),
        CheckConstraint("status in ('open', 'closed')", name="status_known"),
    )

    question: Mapped[str]
    locale: Mapped[str]
    times: Mapped[int] = mapped_column(server_default=sql("1"))
    status: Mapped[str] = mapped_column(server_default=sql("'open'"))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class HelpCentre(AccountKeyed, Changed, Base):
    """The account's public pages: shut until somebody opens them; found by their address alone."""

    __tablename__ = "help_centre"
    __table_args__ = (
        UniqueConstraint("slug"),
        CheckConstraint("slug ~ '^[a-z0-9][a-z0-9-]{1,39}$'", name="slug_form"),
    )

    slug: Mapped[str]
    is_open: Mapped[bool] = mapped_column(server_default=sql("false"))
    is_listed: Mapped[bool] = mapped_column(server_default=sql("true"))  # search engines may list it
    titles: Mapped[dict[str, str]] = mapped_column(server_default=sql("'{}'"))  # by locale


class CrawlSite(AccountOwned, Changed, Base):
    """A web site whose pages may become articles, and how far the present or latest reading of it is."""

    __tablename__ = "crawl_site"
    __table_args__ = (
        UniqueConstraint("account_id", "start_url"),
        CheckConstraint("status in ('waiting', 'running', 'done', 'failed', 'cancelled')", name="status_known"),
        CheckConstraint("max_pages between 1 and 500", name="max_pages_range"),
        CheckConstraint("max_depth between 0 and 10", name="max_depth_range"),
        Index(
            "crawl_site_at_work", "account_id", unique=True, postgresql_where=sql("status in ('waiting', 'running')")
        ),
    )

    start_url: Mapped[str]
    max_pages: Mapped[int]
    max_depth: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=sql("'waiting'"))
    run: Mapped[int] = mapped_column(server_default=sql("1"))  # which reading this is
    pages_read: Mapped[int] = mapped_column(server_default=sql("0"))
    pages_waiting: Mapped[int] = mapped_column(server_default=sql("0"))
    bytes_read: Mapped[int] = mapped_column(server_default=sql("0"))
    stopped_by: Mapped[str] = mapped_column(server_default=sql("''"))  # the limit that ended the reading, if one did
    error: Mapped[dict[str, str] | None] = mapped_column(JSONB)  # {code, detail}
    created_by: Mapped[int | None]
    started_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None] = mapped_column()  # the worker's last sign of life
    finished_at: Mapped[datetime | None]


class CrawlPage(AccountOwned, Base):
    """A page of a site as it was read last, what became of it, and what is new since it was made an article."""

    __tablename__ = "crawl_page"
    __table_args__ = (
        UniqueConstraint("account_id", "site_id", "url"),
        ForeignKeyConstraint(
            ["account_id", "site_id"], ["crawl_site.account_id", "crawl_site.id"], name="site", ondelete="CASCADE"
        ),
        ForeignKeyConstraint(["account_id", "article_id"], ["article.account_id", "article.id"], name="article"),
        CheckConstraint("change in ('new', 'changed', 'same', 'gone', 'refused')", name="change_known"),
    )

    site_id: Mapped[int]
    url: Mapped[str]
    run: Mapped[int]  # the reading that saw it last
    depth: Mapped[int]
    change: Mapped[str]
    reason: Mapped[str] = mapped_column(server_default=sql("''"))  # why it was refused, or is gone
    title: Mapped[str] = mapped_column(server_default=sql("''"))
    body: Mapped[str] = mapped_column(server_default=sql("''"), deferred=True)  # Markdown
    links: Mapped[list[str]] = mapped_column(server_default=sql("'{}'"), deferred=True)  # for when it is not modified
    pieces: Mapped[int] = mapped_column(server_default=sql("0"))
    etag: Mapped[str] = mapped_column(server_default=sql("''"))
    last_modified: Mapped[str] = mapped_column(server_default=sql("''"))
    digest: Mapped[bytes] = mapped_column(server_default=sql("''"))  # of title and body
    kept_digest: Mapped[bytes | None]  # of what became the article
    article_id: Mapped[int | None]
    read_at: Mapped[datetime]
