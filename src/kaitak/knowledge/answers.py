"""Owns answering from knowledge: an extract with its source, or abstaining, or refusing; nothing is made up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.ids import AccountId
from kaitak.knowledge import derived, limits, questions, search, synonyms, terms
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.knowledge.models import Article
from kaitak.knowledge.search import Asker, Hit

Behaviour = Literal["answer", "abstain", "refuse"]
LONGEST = 120  # an answer of several pieces stays under this; a single piece is never cut inside a condition
SURE = 0.80  # from this score on an answer is given …
LIKELY = 0.58  # … from this one if it stands apart from other articles or shares words with the question
_APART = 0.10
_NEIGHBOUR = 0.15  # pieces of one article this near to the best one are told with it
_LEAD = re.compile(r"^([^:：]{2,60})[:：](.+)$", re.DOTALL)
_FIGURE = re.compile(r"\d|不|免|毋|none|no ")


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
    reason: Literal["", "nothing_near", "unsure", "attack", "empty"] = ""
    considered: tuple[Hit, ...] = ()


async def answer(session: AsyncSession, question: str, context: AnswerContext) -> KnowledgeAnswer:
    """Answer a question from what this asker may see, or abstain, or refuse."""
    text = question.strip()[: limits.LONGEST_QUESTION]
    if not text:
        return KnowledgeAnswer(behaviour="abstain", reason="empty")
    if questions.is_attack(text):
        return KnowledgeAnswer(behaviour="refuse", reason="attack")
    asker = Asker(account_id=context.account_id, now=context.now, is_staff=context.is_staff, pack=context.pack)
    hits = await search.search(session, context.shelf, text, asker)
    if not hits:
        return KnowledgeAnswer(behaviour="abstain", reason="nothing_near")
    best = hits[0]
    confidence = _confidence(hits)
    if not _is_sure(hits):
        return KnowledgeAnswer(behaviour="abstain", confidence=confidence, reason="unsure", considered=tuple(hits))
    return KnowledgeAnswer(
        behaviour="answer",
        text=_told(text, hits, context.pack),
        source=_source(best.article, best),
        confidence=confidence,
        considered=tuple(hits),
    )


def _is_sure(hits: Sequence[Hit]) -> bool:
    best = hits[0]
    if best.score >= SURE:
        return True
    return best.score >= LIKELY and (_lead_over_others(hits) >= _APART or best.words >= 0.15)


def _lead_over_others(hits: Sequence[Hit]) -> float:
    others = [hit.score for hit in hits if hit.article.id != hits[0].article.id]
    return hits[0].score - max(others, default=0.0)


def _confidence(hits: Sequence[Hit]) -> float:
    """From 0 to 1; LIKELY is one half."""
    return round(min(1.0, max(0.0, 0.5 + (hits[0].score - LIKELY))), 3)


def _told(question: str, hits: Sequence[Hit], pack: str | None) -> str:
    best = hits[0]
    if best.chunk.kind == "row":
        row = _of_columns(question, best.chunk.text)
        figure = derived.for_hours(question, row)
        return f"{row}\n{figure}" if figure else row
    parts = [_clause(question, best.chunk.text, pack)]
    for hit in hits[1:]:
        is_near = hit.article.id == best.article.id and best.score - hit.score <= _NEIGHBOUR
        if is_near and hit.chunk.kind != "row" and sum(map(len, parts)) + len(hit.chunk.text) + 1 <= LONGEST:
            parts.append(hit.chunk.text)
            break
    return "\n".join(parts)


def _of_columns(question: str, row: str) -> str:
    """A table row; only the columns that the question names, if it names some but not all."""
    head, mark, rest = row.partition(" — ")
    columns = rest.split(";")
    asked = terms.views(question)[1]
    named = [each for each in columns if (label := terms.views(each.split(":")[0])[1]) and label in asked]
    if not mark or not named or len(named) == len(columns):
        return row
    return f"{head} — {';'.join(named)}"


def _clause(question: str, text: str, pack: str | None) -> str:
    """Of a list of cases in one sentence the case that the question names, with the words that lead to the list."""
    lead = _LEAD.match(text)
    opening, rest = (lead.group(1), lead.group(2)) if lead else ("", text)
    clauses = [each.strip() for each in re.split("[;；]", rest.rstrip("。.")) if each.strip()]
    if len(clauses) < 3 or not all(_FIGURE.search(each) for each in clauses):
        return text
    view, written = terms.views(question)
    added = synonyms.added_words(f"{view} {written}", synonyms.of_pack(pack))
    asked = terms.content_bigrams(question) | terms.bigrams(added)
    told = [terms.bigrams(each) for each in clauses]
    own = [grams - frozenset().union(*(other for other in told if other is not grams)) for grams in told]
    counts = [len(asked & grams) + _same_ordinal(written, each) for grams, each in zip(own, clauses, strict=True)]
    best = max(counts)
    if best == 0 or counts.count(best) > 1:
        return text
    chosen = clauses[counts.index(best)]
    return f"{opening}:{chosen}" if opening else chosen


def _same_ordinal(question: str, clause: str) -> int:
    asked = set(re.findall("第[一二三四五六七八九十0-9]+", question))
    return 2 * len(asked & set(re.findall("第[一二三四五六七八九十0-9]+", terms.views(clause)[1])))


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
