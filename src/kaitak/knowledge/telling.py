"""Owns what is told of the pieces that fit: as few as it takes to be sure, whole conditions, named cases only. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from kaitak.knowledge import cases, derived, terms
from kaitak.knowledge.search import SCALE, Hit

LONGEST: Final = 120  # an answer of several pieces stays under this; a single piece is never cut inside a condition
_MOST = 3
_ENOUGH = 0.85  # pieces of the article are told until they hold this share of what speaks for any of them …
_WORTH = 0.08  # … each of them at least so much


def told(question: str, hits: Sequence[Hit], pack: str | None) -> str:
    """The answer in the words of the best article."""
    asked = cases.asked(question, pack)
    best = _asked_row(asked, hits, pack)
    own = [best, *(hit for hit in hits if hit.article.id == best.article.id and hit is not best)]
    weights = [math.exp((hit.score - hits[0].score) * SCALE) for hit in own]
    parts: list[str] = []
    covered = 0.0
    for hit, weight in zip(own, weights, strict=True):
        share = weight / sum(weights)
        text = _worded(question, hit, pack)
        if parts and (covered >= _ENOUGH or share < _WORTH or len(parts) >= _MOST):
            break
        if hit is not best and _is_more(best, hit, asked, pack):
            continue
        if not parts or sum(map(len, parts)) + len(parts) + len(text) <= LONGEST:
            parts.append(text)
        covered += share
    return "\n".join(dict.fromkeys(parts))


def _asked_row(asked: cases.Asked, hits: Sequence[Hit], pack: str | None) -> Hit:
    """The best piece; of a table the row whose first cell the question names, where another row was put first."""
    best = hits[0]
    for hit in hits[1:]:
        if _is_more(hit, best, asked, pack):
            best = hit
    return best


def _is_more(one: Hit, other: Hit, asked: cases.Asked, pack: str | None) -> bool:
    """Whether of two rows of a table, called alike, the one is plainly what is asked for."""
    is_same_table = one.article.id == other.article.id and one.chunk.heading == other.chunk.heading
    if not is_same_table or one.chunk.kind != "row" or other.chunk.kind != "row":
        return False
    heads = _head(one), _head(other)
    return bool(set(heads[0]) & set(heads[1])) and cases.lead(asked, *heads, pack) >= cases.SURE


def _head(row: Hit) -> str:
    return row.chunk.text.partition(" — ")[0]


def _worded(question: str, hit: Hit, pack: str | None) -> str:
    if hit.chunk.kind != "row":
        return cases.told(cases.asked(question, pack), hit.chunk.text, pack)
    row = _of_columns(question, hit.chunk.text, pack)
    figure = derived.for_hours(question, row)
    return f"{row}\n{figure}" if figure else row


def _of_columns(question: str, row: str, pack: str | None) -> str:
    """A table row; only the columns that the question names, if it names some but not all."""
    head, mark, rest = row.partition(" — ")
    columns = rest.split(";")
    asked = terms.views(question)[1]
    named = [each for each in columns if (label := terms.views(each.split(":")[0])[1]) and label in asked]
    if mark and not named:
        return f"{head} — {cases.told(cases.asked(question, pack), rest, pack)}"
    if not mark or len(named) == len(columns):
        return row
    return f"{head} — {';'.join(named)}"
