"""Owns reading articles, their versions and pieces, and the questions that nothing answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlalchemy import ColumnElement, and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from kaitak.core.ids import AccountId
from kaitak.knowledge.errors import ArticleNotFoundError, GapNotFoundError
from kaitak.knowledge.models import Article, ArticleVersion, Chunk, KnowledgeGap


@dataclass(frozen=True, slots=True)
class Loaded:
    """A piece as the index takes it."""

    id: int
    article_id: int
    version: int
    bigrams: list[str]
    vector: bytes


@dataclass(frozen=True, slots=True)
class FoundPiece:
    """A piece as answers are made of it."""

    id: int
    article_id: int
    version: int
    place: int
    kind: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """Who may see an article when."""

    id: int
    version: int
    audience: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """The newest piece, how many are newer than a given one, and a stamp of all articles."""

    newest: int
    newer: int
    stamp: tuple[int, int]


_STATE = text(
    """select coalesce((select max(id) from chunk where account_id = :account_id), 0),
              (select count(*) from chunk where account_id = :account_id and id > :after),
              count(*), coalesce(sum(cast(cast(xmin as text) as bigint)), 0)
       from article where account_id = :account_id"""
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Who asks and when: internal articles only for staff, and only what holds on that day."""

    is_staff: bool
    today: date
    past: date | None = None  # a question about this day may see what held then
    any_past: bool = False  # a question about how it used to be may see everything that has expired


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFilter:
    """Which articles a list shows."""

    status: str | None = None
    audience: str | None = None
    text: str | None = None
    locale: str | None = None
    category: str | None = None
    tag: str | None = None
    owner_id: int | None = None
    validity: Literal["current", "upcoming", "expired"] | None = None
    is_review_due: bool = False
    today: date | None = None  # the account's day, for validity and reviews


async def get_article(session: AsyncSession, account_id: AccountId, article_id: int) -> Article:
    """One article."""
    found = await session.get(Article, (account_id, article_id))
    if found is None:
        raise ArticleNotFoundError(f"there is no article with id {article_id}")
    return found


async def find_by_keys(session: AsyncSession, account_id: AccountId, keys: Iterable[str]) -> dict[str, Article]:
    """The articles with these keys."""
    rows = await session.scalars(select(Article).where(Article.account_id == account_id, Article.key.in_(list(keys))))
    return {row.key: row for row in rows}


async def list_articles(
    session: AsyncSession, account_id: AccountId, wanted: ArticleFilter, *, before: int | None, limit: int
) -> Sequence[Article]:
    """Articles, newest first."""
    statement = select(Article).where(Article.account_id == account_id, *_wanted(wanted))
    if before is not None:
        statement = statement.where(Article.id < before)
    return (await session.scalars(statement.order_by(Article.id.desc()).limit(limit))).all()


def _wanted(wanted: ArticleFilter) -> Iterator[ColumnElement[bool]]:
    alike = {
        Article.status: wanted.status,
        Article.audience: wanted.audience,
        Article.locale: wanted.locale,
        Article.category: wanted.category,
        Article.owner_id: wanted.owner_id,
    }
    yield from (column == value for column, value in alike.items() if value is not None)
    if wanted.text:
        said = select(Chunk.id).where(
            Chunk.account_id == Article.account_id,
            Chunk.article_id == Article.id,
            Chunk.text.icontains(wanted.text, autoescape=True),
        )
        named = (column.icontains(wanted.text, autoescape=True) for column in (Article.title, Article.key))
        yield or_(*named, said.exists())
    if wanted.tag is not None:
        yield Article.tags.any_() == wanted.tag
    if wanted.validity == "upcoming":
        yield Article.valid_from > wanted.today
    elif wanted.validity == "expired":
        yield Article.valid_to < wanted.today
    elif wanted.validity == "current" and wanted.today is not None:
        yield _holds_on(wanted.today)
    if wanted.is_review_due:
        yield Article.review_at <= wanted.today


async def list_categories(session: AsyncSession, account_id: AccountId) -> list[tuple[str, int]]:
    """The categories of published articles, by name, with how many stand in each."""
    statement = (
        select(Article.category, func.count())
        .where(Article.account_id == account_id, Article.status == "published", Article.category != "")
        .group_by(Article.category)
        .order_by(Article.category)
    )
    return [(row[0], row[1]) for row in await session.execute(statement)]


async def list_tags(session: AsyncSession, account_id: AccountId) -> list[tuple[str, int]]:
    """The tags of published articles, the most used first, with how many carry each."""
    tag = func.unnest(Article.tags).label("tag")
    used = select(tag).where(Article.account_id == account_id, Article.status == "published").subquery()
    statement = select(used.c.tag, func.count()).group_by(used.c.tag).order_by(func.count().desc(), used.c.tag)
    return [(row[0], row[1]) for row in await session.execute(statement.limit(200))]


async def get_gap(session: AsyncSession, account_id: AccountId, gap_id: int) -> KnowledgeGap:
    """One question that nothing answers."""
    found = await session.get(KnowledgeGap, (account_id, gap_id))
    if found is None:
        raise GapNotFoundError(f"there is no question with id {gap_id}")
    return found


async def list_versions(session: AsyncSession, account_id: AccountId, article_id: int) -> Sequence[ArticleVersion]:
    """The latest hundred versions of an article with their words, newest first."""
    statement = (
        select(ArticleVersion)
        .options(undefer(ArticleVersion.body))
        .where(ArticleVersion.account_id == account_id, ArticleVersion.article_id == article_id)
        .order_by(ArticleVersion.number.desc())
        .limit(100)
    )
    return (await session.scalars(statement)).all()


async def get_body(session: AsyncSession, article: Article) -> str:
    """The words of the version in force."""
    statement = select(ArticleVersion.body).where(
        ArticleVersion.account_id == article.account_id,
        ArticleVersion.article_id == article.id,
        ArticleVersion.number == article.version,
    )
    return (await session.execute(statement)).scalar_one()


async def bodies_of(session: AsyncSession, account_id: AccountId, articles: Iterable[Article]) -> dict[int, str]:
    """The words in force of several articles, by article."""
    statement = (
        select(ArticleVersion.article_id, ArticleVersion.body)
        .join(Article, (Article.account_id == ArticleVersion.account_id) & (Article.id == ArticleVersion.article_id))
        .where(
            ArticleVersion.account_id == account_id,
            ArticleVersion.article_id.in_([each.id for each in articles]),
            ArticleVersion.number == Article.version,
        )
    )
    return {row[0]: row[1] for row in await session.execute(statement)}


async def list_facts(session: AsyncSession, account_id: AccountId) -> list[ArticleFacts]:
    """Who may see which published article when, in the order of their ids."""
    statement = (
        select(Article.id, Article.version, Article.audience, Article.valid_from, Article.valid_to)
        .where(Article.account_id == account_id, Article.status == "published")
        .order_by(Article.id)
    )
    return [ArticleFacts(*row) for row in await session.execute(statement)]


async def get_articles(session: AsyncSession, account_id: AccountId, article_ids: Iterable[int]) -> dict[int, Article]:
    """Articles by id."""
    statement = select(Article).where(Article.account_id == account_id, Article.id.in_(set(article_ids)))
    return {row.id: row for row in await session.scalars(statement)}


def readable_by_all(account_id: AccountId, day: date) -> tuple[ColumnElement[bool], ...]:
    """What makes an article one that everybody may read on a day."""
    return (
        Article.account_id == account_id,
        Article.status == "published",
        Article.audience == "public",
        _holds_on(day),
    )


def _holds_on(day: date) -> ColumnElement[bool]:
    return and_(
        or_(Article.valid_from.is_(None), Article.valid_from <= day),
        or_(Article.valid_to.is_(None), Article.valid_to >= day),
    )


async def knowledge_state(session: AsyncSession, account_id: AccountId, *, after: int) -> State:
    """What tells whether anything has changed; any change of an article gives another stamp."""
    row = (await session.execute(_STATE, {"account_id": account_id, "after": after})).one()
    return State(newest=row[0], newer=row[1], stamp=(row[2], int(row[3])))


async def count_chunks(session: AsyncSession, account_id: AccountId) -> int:
    """How many pieces the account has."""
    statement = select(func.count()).select_from(Chunk).where(Chunk.account_id == account_id)
    return (await session.execute(statement)).scalar_one()


async def load_chunks(session: AsyncSession, account_id: AccountId, *, after: int) -> list[Loaded]:
    """The pieces newer than this one, as the index takes them."""
    statement = (
        select(Chunk.id, Chunk.article_id, Chunk.version, func.tsvector_to_array(Chunk.bigrams), Chunk.vector)
        .where(Chunk.account_id == account_id, Chunk.id > after)
        .order_by(Chunk.id)
    )
    return [Loaded(*row) for row in await session.execute(statement)]


async def get_pieces(session: AsyncSession, account_id: AccountId, ids: Iterable[int]) -> dict[int, FoundPiece]:
    """Pieces by id, without what the index holds."""
    names = (Chunk.id, Chunk.article_id, Chunk.version, Chunk.place, Chunk.kind, Chunk.heading, Chunk.text)
    statement = select(*names).where(Chunk.account_id == account_id, Chunk.id.in_(list(ids)))
    return {row[0]: FoundPiece(*row) for row in await session.execute(statement)}


async def list_gaps(session: AsyncSession, account_id: AccountId, *, limit: int) -> Sequence[KnowledgeGap]:
    """The open questions that nothing answers, most asked first."""
    statement = (
        select(KnowledgeGap)
        .where(KnowledgeGap.account_id == account_id, KnowledgeGap.status == "open")
        .order_by(KnowledgeGap.times.desc(), KnowledgeGap.id.desc())
        .limit(limit)
    )
    return (await session.scalars(statement)).all()
