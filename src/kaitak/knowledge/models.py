"""Tables of the knowledge slice: articles, their versions, the pieces that answers come from, what is missing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, SmallInteger, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountOwned, Base, Changed


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
