"""Owns answering from knowledge: an extract with its source, or abstaining, or refusing; nothing is made up."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.ids import AccountId
from kaitak.knowledge import attacks, confidence, limits, questions, search, telling
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.knowledge.models import Article
from kaitak.knowledge.search import Asker, Hit

Behaviour = Literal["answer", "abstain", "refuse"]
Reason = Literal["", "nothing_near", "unsure", "own_case", "attack", "empty"]
CONSIDERED = 8  # pieces that are shown beside an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerContext:
    """Who is answered: the account, its pieces in memory, the moment of asking, the pack whose words are spoken."""

    account_id: AccountId
    shelf: KnowledgeShelf
    now: datetime
    pack: str | None = None
    is_staff: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an answer was taken from."""

    article_id: int
    key: str
    title: str
    heading: str
    version: int
    valid_from: date | None
    valid_to: date | None
    is_past: bool  # the article holds no more today


@dataclass(frozen=True, slots=True, kw_only=True)
class KnowledgeAnswer:
    """What knowledge has to say. `text` is empty unless `behaviour` is `answer`; `reason` says why it is not."""

    behaviour: Behaviour
    text: str = ""
    source: Source | None = None
    confidence: float = 0.0
    reason: Reason = ""
    considered: tuple[Hit, ...] = ()


async def answer(session: AsyncSession, question: str, context: AnswerContext) -> KnowledgeAnswer:
    """Answer a question from what this asker may see, or abstain, or refuse."""
    text = question.strip()[: limits.LONGEST_QUESTION]
    if not text:
        return KnowledgeAnswer(behaviour="abstain", reason="empty")
    if attacks.is_attack(text):
        return KnowledgeAnswer(behaviour="refuse", reason="attack")
    if questions.is_about_own_case(text):
        return KnowledgeAnswer(behaviour="abstain", reason="own_case")
    asker = Asker(account_id=context.account_id, now=context.now, is_staff=context.is_staff, pack=context.pack)
    found, looked = await search.look(session, context.shelf, text, asker)
    if not found:
        return KnowledgeAnswer(behaviour="abstain", reason="nothing_near")
    hits, sure = await asyncio.to_thread(confidence.weighed, looked, found)
    return decided(text, hits, sure, context.pack)


def decided(text: str, hits: Sequence[Hit], sure: float, pack: str | None) -> KnowledgeAnswer:
    """What is told of the pieces found, best first, if that is sure enough."""
    considered = tuple(hits[:CONSIDERED])
    if sure < confidence.SURE:
        return KnowledgeAnswer(behaviour="abstain", confidence=round(sure, 3), reason="unsure", considered=considered)
    return KnowledgeAnswer(
        behaviour="answer",
        text=telling.told(text, hits, pack),
        source=_source(hits[0].article, hits[0]),
        confidence=round(sure, 3),
        considered=considered,
    )


def _source(article: Article, hit: Hit) -> Source:
    return Source(
        article_id=article.id,
        key=article.key,
        title=article.title,
        heading=hit.chunk.heading,
        version=article.version,
        valid_from=article.valid_from,
        valid_to=article.valid_to,
        is_past=hit.is_past,
    )
