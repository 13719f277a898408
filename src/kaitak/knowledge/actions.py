"""Owns every change of knowledge: a new article, a new version, archiving, an import, a question without an answer."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

import numpy as np
from sqlalchemy import delete, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit as audit_log
from kaitak.accounts import queries as account_queries
from kaitak.accounts.audit import Actor
from kaitak.core.ids import AccountId, UserId
from kaitak.knowledge import limits, queries, terms
from kaitak.knowledge.errors import ArticleKeyTakenError, TooMuchKnowledgeError
from kaitak.knowledge.models import Article, ArticleVersion, Chunk, KnowledgeGap
from kaitak.knowledge.pieces import Piece
from kaitak.knowledge.reading import Audience, Draft
from kaitak.nlu import encoder

_TAKEN_TURNS = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")
_COLUMNS = ("place", "kind", "group_number", "heading", "text", "vector")
_INSERT_CHUNKS = text(
    """insert into chunk (account_id, article_id, version, place, kind, group_number, heading, text, bigrams, vector)
       select :account_id, a, v, p, k, g, h, t, cast(b as tsvector), e
       from unnest(cast(:article_id as bigint[]), cast(:version as int[]), cast(:place as int[]),
                   cast(:kind as text[]), cast(:group_number as int[]), cast(:heading as text[]),
                   cast(:text as text[]), cast(:bigrams as text[]), cast(:vector as bytea[]))
            as x (a, v, p, k, g, h, t, b, e)"""
)
_AT_ONCE = 2000  # pieces of one statement
_PREPARING = 8  # threads that read pieces
Change = Literal["new", "changed", "same"]
Prepared = list[dict[str, object]]


class AuditAction(StrEnum):
    """What this slice records."""

    ARTICLE_CREATED = "article.created"
    ARTICLE_CHANGED = "article.changed"
    ARTICLE_ARCHIVED = "article.archived"
    ARTICLE_RESTORED = "article.restored"
    ARTICLES_IMPORTED = "articles.imported"
    GAP_CLOSED = "knowledge_gap.closed"
    GAP_OPENED = "knowledge_gap.opened"


@dataclass(frozen=True, slots=True)
class Planned:
    """What an import does with one draft."""

    draft: Draft
    change: Change
    article_id: int | None


def prepare(title: str, pieces: Sequence[Piece]) -> Prepared:
    """The pieces as they are stored, with their vectors; slow, so before any transaction."""
    read = encoder.default()
    rows: Prepared = []
    for place, piece in enumerate(pieces):
        words = f"{title} {piece.heading}".strip() + f"。{piece.text}"
        vector = read.encode(terms.views(words)[1])
        vector = vector / np.float32(np.linalg.norm(vector) or 1.0)
        rows.append(
            {
                "place": place,
                "kind": piece.kind,
                "group_number": piece.group % 30_000,
                "heading": piece.heading,
                "text": piece.text,
                "bigrams": sorted(terms.bigrams(words)),
                "vector": vector.astype(np.float16).tobytes(),
            }
        )
    return rows


def prepare_all(drafts: Sequence[Draft]) -> dict[str, Prepared]:
    """The pieces of several drafts, by key; on as many processors as there are."""
    with ThreadPoolExecutor(max_workers=min(len(drafts), os.cpu_count() or 1, _PREPARING) or 1) as threads:
        found = threads.map(lambda draft: prepare(draft.title, draft.pieces), drafts)
        return {draft.key: rows for draft, rows in zip(drafts, found, strict=True)}


async def take_turns(session: AsyncSession, account_id: AccountId) -> None:
    """Changes of an account's knowledge come one after the other, so that pieces appear in the order of their ids."""
    await session.execute(_TAKEN_TURNS, {"key": f"knowledge:{account_id}"})


async def create_article(session: AsyncSession, by: Actor, draft: Draft, prepared: Prepared) -> Article:
    """A new article with its first version."""
    await take_turns(session, by.account_id)
    if await queries.find_by_keys(session, by.account_id, [draft.key]):
        raise ArticleKeyTakenError(f"another article has the key {draft.key}", key=draft.key)
    article = await _insert(session, by, draft, prepared)
    await _record(session, by, AuditAction.ARTICLE_CREATED, article)
    return article


async def set_owner(session: AsyncSession, by: Actor, article: Article, owner_id: int | None) -> None:
    """Give an article to a member of the account to look after, or to nobody."""
    if owner_id is not None:
        await account_queries.access_agent(session, by.account_id, UserId(owner_id))
    article.owner_id = owner_id
    await session.flush()
    await session.refresh(article)


async def change_article(
    session: AsyncSession, by: Actor, article_id: int, draft: Draft, prepared: Prepared
) -> Article:
    """Change an article's facts; other words or another title make a new version."""
    await take_turns(session, by.account_id)
    article = await queries.get_article(session, by.account_id, article_id)
    is_new = article.title != draft.title or await queries.get_body(session, article) != draft.body
    _set_facts(article, draft)
    if is_new:
        article.version += 1
        await _write_versions(session, by, [(article, draft, prepared)])
    await session.flush()
    await session.refresh(article)
    await _record(session, by, AuditAction.ARTICLE_CHANGED, article)
    return article


async def set_archived(session: AsyncSession, by: Actor, article_id: int, *, is_archived: bool) -> Article:
    """Take an article out of every answer, or bring it back."""
    await take_turns(session, by.account_id)
    article = await queries.get_article(session, by.account_id, article_id)
    article.status = "archived" if is_archived else "published"
    await session.flush()
    await session.refresh(article)
    await _record(session, by, AuditAction.ARTICLE_ARCHIVED if is_archived else AuditAction.ARTICLE_RESTORED, article)
    return article


async def plan_import(session: AsyncSession, account_id: AccountId, drafts: Sequence[Draft]) -> list[Planned]:
    """What an import of these drafts would do; the same words and facts again do nothing."""
    found = await queries.find_by_keys(session, account_id, [draft.key for draft in drafts])
    bodies = await queries.bodies_of(session, account_id, found.values())
    planned = []
    for draft in drafts:
        article = found.get(draft.key)
        if article is None:
            planned.append(Planned(draft, "new", None))
            continue
        is_same = (
            bodies.get(article.id) == draft.body and _facts(article) == _facts(draft) and _says_same(article, draft)
        )
        planned.append(Planned(draft, "same" if is_same else "changed", article.id))
    return planned


async def import_articles(
    session: AsyncSession, by: Actor, drafts: Sequence[Draft], prepared: Mapping[str, Prepared]
) -> list[Planned]:
    """Take all drafts in at once: new articles, or new versions of those with the same key."""
    await take_turns(session, by.account_id)
    planned = await plan_import(session, by.account_id, drafts)
    fresh = [each.draft for each in planned if each.change == "new"]
    articles = [Article(account_id=by.account_id, key=draft.key, owner_id=by.user_id, version=1) for draft in fresh]
    for article, draft in zip(articles, fresh, strict=True):
        _set_facts(article, draft)
    session.add_all(articles)
    await session.flush()
    written = [(article, draft, prepared[draft.key]) for article, draft in zip(articles, fresh, strict=True)]
    await _write_versions(session, by, written)
    for each in planned:
        if each.change == "changed" and each.article_id is not None:
            await change_article(session, by, each.article_id, each.draft, prepared[each.draft.key])
    await audit_log.record(
        session,
        by,
        AuditAction.ARTICLES_IMPORTED,
        target_type="article",
        target_id=len(drafts),
        details={name: sum(each.change == name for each in planned) for name in ("new", "changed", "same")},
    )
    made = {article.key: article.id for article in articles}
    return [Planned(each.draft, each.change, made.get(each.draft.key, each.article_id)) for each in planned]


async def note_gap(session: AsyncSession, account_id: AccountId, question: str, *, locale: str, at: datetime) -> None:
    """Count a question that nothing answers; the caller has masked it."""
    line = " ".join(question.split())[:300]
    if not line:
        return
    statement = postgresql.insert(KnowledgeGap).values(
        account_id=account_id, question=line, locale=locale, first_at=at, last_at=at
    )
    await session.execute(
        statement.on_conflict_do_update(
            index_elements=["account_id", "question"], set_={"times": KnowledgeGap.times + 1, "last_at": at}
        )
    )


async def set_gap_closed(session: AsyncSession, by: Actor, gap_id: int, *, is_closed: bool) -> KnowledgeGap:
    """Take a question off the list of what is missing, or put it back."""
    gap = await queries.get_gap(session, by.account_id, gap_id)
    gap.status = "closed" if is_closed else "open"
    await session.flush()
    action = AuditAction.GAP_CLOSED if is_closed else AuditAction.GAP_OPENED
    await audit_log.record(session, by, action, target_type="knowledge_gap", target_id=gap.id)
    return gap


async def _insert(session: AsyncSession, by: Actor, draft: Draft, prepared: Prepared) -> Article:
    article = Article(account_id=by.account_id, key=draft.key, owner_id=by.user_id, version=1)
    _set_facts(article, draft)
    session.add(article)
    await session.flush()
    await session.refresh(article)
    await _write_versions(session, by, [(article, draft, prepared)])
    return article


def _facts(of: Article | Draft) -> tuple[str, str, str, date | None, date | None, date | None]:
    return (of.title, of.locale, of.audience, of.valid_from, of.valid_to, of.review_at)


def _says_same(article: Article, draft: Draft) -> bool:
    is_same_shelf = draft.category is None or draft.category == article.category
    return is_same_shelf and (draft.tags is None or list(draft.tags) == article.tags)


def _set_facts(article: Article, draft: Draft) -> None:
    audience: Audience = draft.audience
    article.title, article.locale, article.audience = draft.title, draft.locale, audience
    article.valid_from, article.valid_to, article.review_at = draft.valid_from, draft.valid_to, draft.review_at
    if draft.category is not None:
        article.category = draft.category
    if draft.tags is not None:
        article.tags = list(draft.tags)


async def _write_versions(session: AsyncSession, by: Actor, written: Sequence[tuple[Article, Draft, Prepared]]) -> None:
    present = await queries.count_chunks(session, by.account_id)
    if present + sum(len(prepared) for _, _, prepared in written) > limits.MOST_CHUNKS:
        raise TooMuchKnowledgeError(limit=limits.MOST_CHUNKS)
    session.add_all(
        ArticleVersion(
            account_id=by.account_id,
            article_id=article.id,
            number=article.version,
            title=draft.title,
            body=draft.body,
            source=draft.source,
            created_by=by.user_id,
        )
        for article, draft, _ in written
    )
    again = [article.id for article, _, _ in written if article.version > 1]
    if again:
        await session.execute(delete(Chunk).where(Chunk.account_id == by.account_id, Chunk.article_id.in_(again)))
    rows = [(article, row) for article, _, prepared in written for row in prepared]
    for start in range(0, len(rows), _AT_ONCE):
        await session.execute(_INSERT_CHUNKS, _columns(by.account_id, rows[start : start + _AT_ONCE]))


def _columns(account_id: AccountId, rows: Sequence[tuple[Article, dict[str, object]]]) -> dict[str, object]:
    """Rows as one array a column: row-level security lets no COPY in, and one statement is as fast."""
    found: dict[str, object] = {name: [row[name] for _, row in rows] for name in _COLUMNS}
    found["bigrams"] = [" ".join(f"'{gram}'" for gram in _grams(row)) for _, row in rows]
    return found | {
        "account_id": account_id,
        "article_id": [article.id for article, _ in rows],
        "version": [article.version for article, _ in rows],
    }


def _grams(row: Mapping[str, object]) -> Sequence[str]:
    grams = row["bigrams"]
    assert isinstance(grams, list)
    return grams


async def _record(session: AsyncSession, by: Actor, action: AuditAction, article: Article) -> None:
    await audit_log.record(
        session,
        by,
        action,
        target_type="article",
        target_id=article.id,
        details={"key": article.key, "version": article.version, "audience": article.audience},
    )
