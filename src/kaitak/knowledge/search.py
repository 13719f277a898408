"""Owns ranking: only what the asker may see is compared with the question, by meaning and by bigrams, and fused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.ids import AccountId
from kaitak.knowledge import limits, queries, questions, synonyms, terms
from kaitak.knowledge.index import Floats, Index, KnowledgeShelf, Numbers
from kaitak.knowledge.models import Article, Chunk
from kaitak.knowledge.questions import Asked
from kaitak.nlu import encoder

_SHORT_LIST = 40
_CLOSER_LOOK = 2000
_MEANING, _WORDS, _KIND, _TIME, _ARTICLE = 1.25, 0.8, 0.10, 0.15, 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, when, in which pack's words."""

    account_id: AccountId
    now: datetime
    is_staff: bool = False
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece with its article and how well it fits, by meaning, by words and together."""

    chunk: Chunk
    article: Article
    score: float
    meaning: float
    words: float
    is_past: bool  # it holds no more today


@dataclass(frozen=True, slots=True)
class _Question:
    vectors: Floats
    grams: frozenset[str]
    asked: Asked


async def search(
    session: AsyncSession, shelf: KnowledgeShelf, question: str, asker: Asker, *, limit: int = 8
) -> list[Hit]:
    """The pieces that fit a question best, among those that this asker may see on that day."""
    text = question[: limits.LONGEST_QUESTION]
    past = questions.past_day(text, asker.now)
    seen = queries.Seen(
        is_staff=asker.is_staff,
        today=asker.now.date(),
        past=past,
        any_past=past is None and questions.is_about_old_rules(text),
    )
    pairs = await queries.list_eligible(session, asker.account_id, seen)
    index = await shelf.get(session, asker.account_id)
    ranked = await asyncio.to_thread(_rank, index, pairs, text, asker.pack)
    chunks = await queries.get_chunks(session, asker.account_id, (int(index.ids[row]) for row, *_ in ranked))
    articles = await queries.get_articles(session, asker.account_id, (each.article_id for each in chunks.values()))
    hits = [
        _hit(chunks[int(index.ids[row])], articles, numbers, asked_of=text, seen=seen)
        for row, *numbers in ranked
        if int(index.ids[row]) in chunks
    ]
    return _with_article(sorted(hits, key=lambda hit: -hit.score))[:limit]


def _rank(
    index: Index, pairs: Sequence[tuple[int, int]], text: str, pack: str | None
) -> list[tuple[int, float, float]]:
    """(row, meaning, words) of the best rows."""
    rows = index.allowed(pairs)
    if not len(rows):
        return []
    read = _read(text, pack)
    words = index.overlap(read.grams, rows)
    if len(rows) > _CLOSER_LOOK:  # one pass over all vectors by the mean wording, then each wording over the best
        rough = _MEANING * _rough(index, rows, read) + _WORDS * words
        kept = np.argpartition(-rough, _CLOSER_LOOK)[:_CLOSER_LOOK]
        rows, words = rows[kept], words[kept]
    meaning = _meaning(index, rows, read)
    order = np.argsort(-(_MEANING * meaning + _WORDS * words), kind="stable")[:_SHORT_LIST]
    return [(int(rows[place]), float(meaning[place]), float(words[place])) for place in order]


def _meaning(index: Index, rows: Numbers, read: _Question) -> Floats:
    """The mean of how near the question stands in its several wordings, and the nearest of them."""
    near = index.vectors[rows] @ read.vectors.T
    return np.asarray(0.5 * near.max(axis=1) + 0.5 * near.mean(axis=1), np.float32)


def _rough(index: Index, rows: Numbers, read: _Question) -> Floats:
    middle = read.vectors.mean(axis=0)
    if 2 * len(rows) > len(index.ids):  # copying most of the vectors would cost more than comparing all
        return np.asarray((index.vectors @ middle)[rows], np.float32)
    return np.asarray(index.vectors[rows] @ middle, np.float32)


def _read(text: str, pack: str | None) -> _Question:
    view, written = terms.views(text)
    added = synonyms.added_words(f"{view} {written}", synonyms.of_pack(pack))
    wordings = [written, view] if written != view else [written]
    if added:
        wordings.append(f"{written} {added}")
    vectors = np.stack([_unit(encoder.default().encode(each)) for each in wordings])
    grams = terms.content_bigrams(text) | (terms.bigrams(added) if added else frozenset())
    return _Question(vectors, grams, questions.asked_for(text))


def _unit(vector: Floats) -> Floats:
    return vector / np.float32(np.linalg.norm(vector) or 1.0)


def _hit(
    chunk: Chunk, articles: Mapping[int, Article], numbers: Sequence[float], *, asked_of: str, seen: queries.Seen
) -> Hit:
    meaning, words = numbers
    article = articles[chunk.article_id]
    is_past = not _holds(article, seen.today)
    score = _MEANING * meaning + _WORDS * words
    asked = questions.asked_for(asked_of)
    if asked is not Asked.ANYTHING:
        score += _KIND if questions.holds(asked, terms.views(chunk.text)[1]) else -_KIND / 2
    if seen.past is not None:
        score += _TIME if is_past else 0.0 if _holds(article, seen.past) else -_TIME
    elif is_past:
        score += _TIME
    return Hit(chunk, article, score, meaning, words, is_past)


def _with_article(hits: list[Hit]) -> list[Hit]:
    """A piece whose article holds other good pieces stands higher than a lone one."""
    support: dict[int, list[float]] = {}
    for hit in hits:
        support.setdefault(hit.article.id, []).append(hit.score)
    best = {key: float(np.mean(scores[:3])) for key, scores in support.items()}
    raised = [
        Hit(h.chunk, h.article, h.score + _ARTICLE * best[h.article.id], h.meaning, h.words, h.is_past) for h in hits
    ]
    return sorted(raised, key=lambda hit: -hit.score)


def _holds(article: Article, day: date) -> bool:
    return (article.valid_from is None or article.valid_from <= day) and (
        article.valid_to is None or article.valid_to >= day
    )
