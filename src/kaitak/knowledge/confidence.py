"""Owns how sure an answer is: the best pieces are weighed anew by all signs, the best of them as an answer. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kaitak.knowledge import evidence, judgement, measures, ranking, terms
from kaitak.knowledge.evidence import Found, Looked, Signs
from kaitak.knowledge.search import SCALE, Hit

SURE: Final = 0.5  # from this probability on an answer is given
_FARTHEST = 8.0
_OF_ALL_SIGNS: Final = 0.7  # the rest is what the first ranking says: two judges err less than one
_FIRST_OFFSET: Final = -5.36
_FIRST: Final = {
    "meaning": 0.48,
    "words": 0.41,
    "article_words": 0.75,
    "article_meaning": -1.14,
    "fits_kind": 0.68,
    "lead": 0.76,
    "share": 0.72,
    "best_meaning": 0.05,
    "best_words": 0.49,
    "score": 2.34,
    "asks_for_rule": 1.8,
}


def weighed(looked: Looked, hits: Sequence[Hit]) -> tuple[list[Hit], float]:
    """The hits, best first, and how likely the best answers the question."""
    ordered, signs = ordered_by_fitness(looked, hits)
    by_all = judgement.planes()["answer"].of(signs)
    evidence_for = _OF_ALL_SIGNS * by_all + (1 - _OF_ALL_SIGNS) * _first_look(looked, hits)
    return ordered, judgement.probability(evidence_for)


def _first_look(looked: Looked, hits: Sequence[Hit]) -> float:
    """What the first ranking says for its best hit, by fewer signs."""
    best, scores = hits[0], [hit.score * SCALE for hit in hits]
    others = [score for hit, score in zip(hits, scores, strict=True) if hit.article.id != best.article.id]
    weights = [math.exp(score - scores[0]) for score in scores]
    own = [weight for hit, weight in zip(hits, weights, strict=True) if hit.article.id == best.article.id]
    lead = min(scores[0] - max(others), _FARTHEST) if others else _FARTHEST / 2
    found = {
        "meaning": best.ranked.meaning,
        "words": best.ranked.words,
        "article_words": best.ranked.article_words,
        "article_meaning": best.ranked.article_meaning,
        "fits_kind": best.fits_kind,
        "lead": lead / 4,
        "share": sum(own) / sum(weights),
        "best_meaning": max(hit.ranked.meaning for hit in hits),
        "best_words": max(hit.ranked.words for hit in hits),
        "score": scores[0] / 10,
        "asks_for_rule": measures.asks_for_rule(ranking.vector_of(terms.views(looked.text)[1])),
    }
    return _FIRST_OFFSET + sum(weight * found[name] for name, weight in _FIRST.items())


def ordered_by_fitness(looked: Looked, hits: Sequence[Hit]) -> tuple[list[Hit], Signs]:
    """The hits, best first, and all signs of the best."""
    found = found_of(hits)
    signs = evidence.gather(looked, found, judgement.WEIGHED)
    fitness = [judgement.fitness(each) for each in signs]
    order = sorted(range(len(signs)), key=lambda place: -fitness[place])
    best = order[0]
    ordered = [replace(hits[place], score=fitness[place] / SCALE) for place in order]
    return ordered, signs[best] | evidence.of_meaning(looked, found[best]) | _leads(ordered)


def _leads(ordered: Sequence[Hit]) -> Signs:
    """How far the best stands before the next, and before the next article's."""
    best = ordered[0]
    others = [hit.score for hit in ordered if hit.article.id != best.article.id]
    rest = [hit.score for hit in ordered[1:]]
    return {
        "fitness": best.score * SCALE,
        "fitter_than_others": min((best.score - max(others)) * SCALE, _FARTHEST) if others else _FARTHEST / 2,
        "fitter_than_next": min((best.score - max(rest)) * SCALE, _FARTHEST) if rest else _FARTHEST / 2,
    }


def found_of(hits: Sequence[Hit]) -> list[Found]:
    """The hits as they are weighed."""
    return [_found(hit) for hit in hits]


def _found(hit: Hit) -> Found:
    title = f"{hit.article.title} {hit.chunk.heading}".strip()
    article = hit.article.id
    return Found(hit.ranked, hit.score, article, title, hit.chunk.text, hit.chunk.kind, hit.is_past)
