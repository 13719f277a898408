"""Owns how sure an answer is: the best pieces are weighed anew by all signs, the best of them as an answer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from kaitak.knowledge import evidence, judgement
from kaitak.knowledge.evidence import Found, Looked, Signs
from kaitak.knowledge.search import SCALE, Hit

SURE: Final = 0.45  # from this probability on an answer is given
_FARTHEST = 8.0
_OWN_LANGUAGE: Final = 1.0  # so much better a piece fits that is written in the question's language


def weighed(looked: Looked, hits: Sequence[Hit]) -> tuple[list[Hit], float]:
    """The hits, best first, and how likely the best answers the question."""
    ordered, signs = ordered_by_fitness(looked, hits)
    return ordered, judgement.probability(judgement.planes()["answer"].of(signs))


def ordered_by_fitness(
    looked: Looked, hits: Sequence[Hit], gathered: Sequence[Signs] | None = None
) -> tuple[list[Hit], Signs]:
    """The hits, best first, and all signs of the best; gathered here if they are not yet."""
    found = found_of(hits)
    signs = evidence.gather(looked, found, judgement.WEIGHED) if gathered is None else gathered
    fitness = [judgement.fitness(each) + _OWN_LANGUAGE * each["same_script"] for each in signs]
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
