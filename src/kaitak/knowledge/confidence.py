"""Owns how sure an answer is: what was found is weighed into a probability that it answers the question. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Final

from kaitak.knowledge import measures, ranking, terms
from kaitak.knowledge.search import SCALE, Hit

SURE: Final = 0.55  # from this probability on an answer is given
_FARTHEST = 8.0  # more than this between the best article and the next says no more


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for an answer. The weights below stand in the same order."""

    meaning: float  # of the best piece
    words: float
    article_words: float
    article_meaning: float
    fits_kind: float
    lead: float  # over the best of any other article
    share: float  # of its article among everything that was found
    best_meaning: float  # of any piece
    best_words: float
    score: float
    asks_for_rule: float


_WEIGHTS: Final = Signs(0.48, 0.41, 0.75, -1.14, 0.68, 0.76, 0.72, 0.05, 0.49, 2.34, 1.8)
_OFFSET: Final = -5.36


def signs(question: str, hits: Sequence[Hit]) -> Signs:
    """What speaks for answering with the best hit."""
    best = hits[0]
    scores = [hit.score * SCALE for hit in hits]
    others = [score for hit, score in zip(hits, scores, strict=True) if hit.article.id != best.article.id]
    weights = [math.exp(score - scores[0]) for score in scores]
    own = [weight for hit, weight in zip(hits, weights, strict=True) if hit.article.id == best.article.id]
    lead = min(scores[0] - max(others), _FARTHEST) if others else _FARTHEST / 2
    return Signs(
        meaning=best.ranked.meaning,
        words=best.ranked.words,
        article_words=best.ranked.article_words,
        article_meaning=best.ranked.article_meaning,
        fits_kind=best.fits_kind,
        lead=lead / 4,
        share=sum(own) / sum(weights),
        best_meaning=max(hit.ranked.meaning for hit in hits),
        best_words=max(hit.ranked.words for hit in hits),
        score=scores[0] / 10,
        asks_for_rule=measures.asks_for_rule(ranking.vector_of(terms.views(question)[1])),
    )


def probability(found: Signs) -> float:
    """How likely the best hit answers the question, from 0 to 1."""
    total = _OFFSET + sum(weight * value for weight, value in zip(astuple(_WEIGHTS), astuple(found), strict=True))
    return 1 / (1 + math.exp(-total))
