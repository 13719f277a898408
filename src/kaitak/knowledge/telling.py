"""Owns what is told of the pieces that fit: as few as it takes to be sure, whole conditions, named cases only. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from typing import Final

from kaitak.knowledge import derived, synonyms, terms
from kaitak.knowledge.search import SCALE, Hit

LONGEST: Final = 120  # an answer of several pieces stays under this; a single piece is never cut inside a condition
_MOST = 3
_ENOUGH = 0.85  # pieces of the article are told until they hold this share of what speaks for any of them …
_WORTH = 0.08  # … each of them at least so much
_LEAD = re.compile(r"^([^:：]{2,60})[:：](.+)$", re.DOTALL)
_FIGURE = re.compile(r"\d|不|免|毋|none|no ")
_PARTS = re.compile(r"((?<!\d)[,，]|[,，](?!\d)|[;；、:：])")
_CASE = re.compile(
    r"(?P<label>[^\d$%]{1,12}?)\s*(?P<unit>\$|)\s*[\d,.]+\s*(?P<after>%|[日天年次折]|個月|分鐘|小時|個?工作天|)[。.]?"
)
_ORDINAL = re.compile("第[一二三四五六七八九十0-9]+")


def told(question: str, hits: Sequence[Hit], pack: str | None) -> str:
    """The answer in the words of the best article."""
    best = hits[0]
    own = [hit for hit in hits if hit.article.id == best.article.id]
    weights = [math.exp((hit.score - best.score) * SCALE) for hit in own]
    parts: list[str] = []
    covered = 0.0
    for hit, weight in zip(own, weights, strict=True):
        share = weight / sum(weights)
        text = _worded(question, hit, pack)
        if parts and (covered >= _ENOUGH or share < _WORTH or len(parts) >= _MOST):
            break
        if not parts or sum(map(len, parts)) + len(parts) + len(text) <= LONGEST:
            parts.append(text)
        covered += share
    return "\n".join(dict.fromkeys(parts))


def _worded(question: str, hit: Hit, pack: str | None) -> str:
    if hit.chunk.kind != "row":
        asked = asked_words(question, pack)
        return without_parallels(question, asked, _clause(question, asked, hit.chunk.text))
    row = _of_columns(question, hit.chunk.text)
    figure = derived.for_hours(question, row)
    return f"{row}\n{figure}" if figure else row


def _of_columns(question: str, row: str) -> str:
    """A table row; only the columns that the question names, if it names some but not all."""
    head, mark, rest = row.partition(" — ")
    columns = rest.split(";")
    asked = terms.views(question)[1]
    named = [each for each in columns if (label := terms.views(each.split(":")[0])[1]) and label in asked]
    if not mark or not named or len(named) == len(columns):
        return row
    return f"{head} — {';'.join(named)}"


def asked_words(question: str, pack: str | None) -> frozenset[str]:
    """The bigrams of what the question says and of what articles say for it."""
    view, written = terms.views(question)
    meant = (word for each in synonyms.of_pack(pack).find(view, written) for word in each.words)
    return terms.content_bigrams(question).union(*(terms.bigrams(word) for word in meant))


def without_parallels(question: str, asked: frozenset[str], text: str) -> str:
    """Of short cases in one sentence (「亞洲 $38,歐美 $88」) those that the question does not name are left out."""
    pieces = _PARTS.split(text)  # texts and the marks between them in turn
    cases = {place: match for place, part in enumerate(pieces) if (match := _CASE.fullmatch(part.strip()))}
    written = terms.views(question)[1]
    for unit in {_unit(match) for match in cases.values()}:
        alike = {place: terms.views(match["label"])[1] for place, match in cases.items() if _unit(match) == unit}
        named = {
            place
            for place, label in alike.items()
            if label in written or (len(label) > 1 and _own_grams(label, alike.values()) & asked)
        }
        if len(alike) >= 2 and len(named) == 1:
            for place in alike.keys() - named:
                pieces[place] = ""
    kept = [(part, pieces[i + 1] if i + 1 < len(pieces) else "") for i, part in enumerate(pieces) if i % 2 == 0]
    joined = "".join(part + mark for part, mark in kept if part)
    return joined.rstrip(",，;；、") if joined != text else text


def _unit(case: re.Match[str]) -> str:
    return case["unit"] + case["after"]


def _own_grams(label: str, all_labels: Iterable[str]) -> frozenset[str]:
    others = frozenset().union(*(terms.bigrams(each) for each in all_labels if each != label))
    return terms.bigrams(label) - others


def _clause(question: str, asked: frozenset[str], text: str) -> str:
    """Of a list of cases in one sentence the case that the question names, with the words that lead to the list."""
    lead = _LEAD.match(text)
    opening, rest = (lead.group(1), lead.group(2)) if lead else ("", text)
    clauses = [each.strip() for each in re.split("[;；]", rest.rstrip("。.")) if each.strip()]
    if len(clauses) < 3 or not all(_FIGURE.search(each) for each in clauses):
        return text
    written = terms.views(question)[1]
    gathered = [terms.bigrams(each) for each in clauses]
    own = [grams - frozenset().union(*(other for other in gathered if other is not grams)) for grams in gathered]
    counts = [len(asked & grams) + _same_ordinal(written, each) for grams, each in zip(own, clauses, strict=True)]
    best = max(counts)
    if best == 0 or counts.count(best) > 1:
        return text
    chosen = clauses[counts.index(best)]
    return f"{opening}:{chosen}" if opening else chosen


def _same_ordinal(question: str, clause: str) -> int:
    asked = set(_ORDINAL.findall(question))
    return 2 * len(asked & set(_ORDINAL.findall(terms.views(clause)[1])))
