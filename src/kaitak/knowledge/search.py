"""Owns searching: only what the asker may see is compared with the question; what is shown is looked up once more."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.ids import AccountId
from kaitak.knowledge import limits, queries, questions, ranking, terms
from kaitak.knowledge.evidence import Looked
from kaitak.knowledge.index import Held, KnowledgeShelf
from kaitak.knowledge.models import Article
from kaitak.knowledge.queries import FoundPiece, Seen
from kaitak.knowledge.questions import Asked
from kaitak.knowledge.ranking import Ranked

_KIND, _MODAL, _TIME = 1.3, 0.4, 4.0
SCALE: Final = 20.0  # what a score is divided by to be shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks, when, in which pack's words."""

    account_id: AccountId
    now: datetime
    is_staff: bool = False
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """A piece with its article and how well it fits: together, and each reason for it."""

    chunk: FoundPiece
    article: Article
    score: float
    ranked: Ranked
    fits_kind: float  # 1 if it states the kind of fact that was asked for, -1 if not, 0 if none was
    is_past: bool  # it holds no more today


async def search(
    session: AsyncSession, shelf: KnowledgeShelf, question: str, asker: Asker, *, limit: int = 8
) -> list[Hit]:
    """The pieces that fit a question best, among those that this asker may see on that day."""
    return (await look(session, shelf, question, asker))[0][:limit]


async def look(session: AsyncSession, shelf: KnowledgeShelf, question: str, asker: Asker) -> tuple[list[Hit], Looked]:
    """The same, with where it was looked and how the question was read."""
    text = question[: limits.LONGEST_QUESTION]
    seen = seen_by(asker, text)
    held = await shelf.get(session, asker.account_id)
    looked, ranked = await asyncio.to_thread(_ranked, held, seen, text, asker.pack)
    pieces = await queries.get_pieces(session, asker.account_id, (int(held.index.ids[each.row]) for each in ranked))
    articles = await queries.get_articles(session, asker.account_id, (each.article_id for each in pieces.values()))
    return hits_of(ranked, held, pieces, articles, asked_of=text, seen=seen), looked


def hits_of(
    ranked: Sequence[Ranked],
    held: Held,
    pieces: Mapping[int, FoundPiece],
    articles: Mapping[int, Article],
    *,
    asked_of: str,
    seen: Seen,
) -> list[Hit]:
    """What was found with its words and articles, best first."""
    by_id = {int(held.index.ids[each.row]): each for each in ranked}
    hits = [
        _hit(pieces[key], articles, each, asked_of=asked_of, seen=seen) for key, each in by_id.items() if key in pieces
    ]
    return sorted(hits, key=lambda hit: -hit.score)


def _ranked(held: Held, seen: Seen, text: str, pack: str | None) -> tuple[Looked, list[Ranked]]:
    looked = Looked(held, held.allowed(seen), text, pack, ranking.read_question(held.index, text, pack))
    return looked, ranking.rank(held, looked.may, looked.read)


def seen_by(asker: Asker, text: str) -> Seen:
    """What an asker may see for a question: what holds on the day, and for one about the past what held then."""
    past = questions.past_day(text, asker.now)
    return Seen(
        is_staff=asker.is_staff,
        today=asker.now.date(),
        past=past,
        any_past=past is None and questions.is_about_old_rules(text),
    )


def _hit(piece: FoundPiece, articles: Mapping[int, Article], ranked: Ranked, *, asked_of: str, seen: Seen) -> Hit:
    article = articles[piece.article_id]
    is_past = not _holds(article, seen.today)
    kind = _fits_kind(asked_of, piece.text)
    score = ranked.score + _KIND * kind + _MODAL * questions.is_ruled(asked_of, piece.text)
    if seen.past is not None:
        score += _TIME if is_past else 0.0 if _holds(article, seen.past) else -_TIME
    elif is_past:
        score += _TIME
    return Hit(piece, article, score / SCALE, ranked, kind, is_past)


def _fits_kind(question: str, text: str) -> float:
    asked = questions.asked_for(question)
    if asked is Asked.ANYTHING:
        return 0.0
    return 1.0 if questions.holds(asked, terms.views(text)[1]) else -1.0


def _holds(article: Article, day: date) -> bool:
    return (article.valid_from is None or article.valid_from <= day) and (
        article.valid_to is None or article.valid_to >= day
    )
