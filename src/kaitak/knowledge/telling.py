"""Owns what is told of the pieces that fit: as few as it takes to be sure, whole conditions, named cases only. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Final

from kaitak.knowledge import asking, cases, derived, quantities, terms
from kaitak.knowledge.search import SCALE, Hit

LONGEST: Final = 120  # an answer of several pieces stays under this; a single piece is never cut inside a condition
_MOST = 3
_NEAR: Final = 6  # among so many of the best pieces another class is looked for
_ENOUGH = 0.85  # pieces of the article are told until they hold this share of what speaks for any of them …
_PLAN: Final = re.compile("(?:计划|方案|版本?|级别?|款式?|组|类别?|货品|地区)$")
_DENIED: Final = re.compile(
    "(?:不是|没有?|未|非)[^,。?]{0,4}(?:会员|会籍|member|客户|登记|入会)|non-?member|not a member"
)
_GRADES: Final = frozenset("甲乙丙丁abcd")
_CLASS: Final = re.compile(
    "(普通|标准|基本|全面|尊贵|尊尚|优越|钻石|白金|(?<![现基资年保])金|银(?!行)|铜|黑|甲|乙|丙|丁|[abcd](?![a-z]))"
    "(卡|级|计划|会员|组|款|等(?!候|待))"
)
_LABELLED: Final = re.compile(r"([^:：,，。;；]{2,14}?)(?: — |[:：](?!\d))")
_WORTH = 0.08  # … each of them at least so much


def told(question: str, hits: Sequence[Hit], pack: str | None) -> str:
    """The answer in the words of the best article."""
    asked = cases.asked(question, pack)
    hits = _of_class(question, hits)
    best = _asked_row(asked, hits, pack)
    own = [best, *(hit for hit in hits if hit.article.id == best.article.id and hit is not best)]
    weights = [math.exp((hit.score - hits[0].score) * SCALE) for hit in own]
    parts: list[str] = []
    covered = 0.0
    for found, weight in zip(own, weights, strict=True):
        share = weight / sum(weights)
        if parts and (covered >= _ENOUGH or share < _WORTH or len(parts) >= _MOST):
            break
        hit = found if found is best else _asked_row(asked, [found, *own[1:]], pack)
        text = _worded(question, hit, pack)
        if hit is not best and _is_of_other_case(best, hit, asked, pack):
            continue
        if not parts or sum(map(len, parts)) + len(parts) + len(text) <= LONGEST:
            parts.append(text)
        covered += share
    return "\n".join(dict.fromkeys(parts))


def _of_class(question: str, hits: Sequence[Hit]) -> Sequence[Hit]:
    """Without what the best article says of other classes (金卡) where it says it of the one asked about (銀卡)."""
    asked = _classes(question)
    own = [hit for hit in hits[:_NEAR] if hit.article.id == hits[0].article.id]
    if not asked or not any(asked & _classes(hit.chunk.text) for hit in own):
        return hits
    kinds = {kind for _, kind in asked}
    others = [hit for hit in own if {kind for _, kind in _classes(hit.chunk.text)} & kinds]
    dropped = [hit for hit in others if not asked & _classes(hit.chunk.text)]
    return [hit for hit in hits if hit not in dropped]


def _is_of_other_case(best: Hit, hit: Hit, asked: cases.Asked, pack: str | None) -> bool:
    """Whether the best piece is plainly the asked one of two cases."""
    if _is_more(best, hit, asked, pack) or _is_past_limit(best, hit, asked.text):
        return True
    return _is_called_so(best, hit, asked, pack)


def _is_past_limit(best: Hit, hit: Hit, question: str) -> bool:
    """Whether the question's quantity is on the best piece's side of a limit, and another piece is about the other."""
    bounds, others = (_bounds(each.chunk.text) for each in (best, hit))
    if not bounds & others:
        return False
    return quantities.side(question, best.chunk.text) > 0 > quantities.side(question, hit.chunk.text)


def _bounds(text: str) -> set[tuple[str, float]]:
    limits = (each for each in quantities.limits(text) if not each.is_open)
    ends = ((each.kind, end) for each in limits for end in (each.least, each.most))
    return {(kind, round(end, 1)) for kind, end in ends if 0 < end < math.inf}


def _is_called_so(one: Hit, other: Hit, asked: cases.Asked, pack: str | None) -> bool:
    """Whether of two items that begin with what they are about (「跌打:…」, 「中醫:…」) the question names the one."""
    if (one.chunk.kind == "row") is not (other.chunk.kind == "row"):
        return False
    label, its = (_LABELLED.match(hit.chunk.text) for hit in (one, other))
    return label is not None and its is not None and cases.lead(asked, label[1], its[1], pack) >= cases.SURE


def _classes(text: str) -> set[tuple[str, str]]:
    return {(match[1], match[2]) for match in _CLASS.finditer(terms.views(text)[1])}


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
        return cases.told(cases.asked(question, pack), hit.chunk.text, pack, _title(hit))
    row = _of_columns(question, hit, pack)
    figure = derived.for_hours(question, row)
    return f"{row}\n{figure}" if figure else row


def _of_columns(question: str, hit: Hit, pack: str | None) -> str:
    """A table row; only the columns that the question names, if it names some but not all."""
    row = hit.chunk.text
    head, mark, rest = row.partition(" — ")
    columns = rest.split(";")
    named = _named(question, columns, pack)
    if mark and not named:
        return f"{head} — {cases.told(cases.asked(question, pack), rest, pack, f'{_title(hit)} {head}')}"
    if not mark or len(named) == len(columns):
        return row
    if (
        asking.is_several(terms.views(question)[1])
        and len({cases.kinds(each.partition(":")[2]) for each in columns}) > 1
    ):
        return row  # each column tells another thing, and several are asked for
    return f"{head} — {';'.join(named)}"


def _named(question: str, columns: Sequence[str], pack: str | None) -> list[str]:
    """The columns that a question names: in the words of the label, in others for it, or by a quantity (「四年」)."""
    labels = [each.split(":")[0] for each in columns]
    asked = terms.views(question)[1]
    named = [column for column, label in zip(columns, labels, strict=True) if _is_named(label, asked)]
    if not named:
        ways = {way for _, found in cases.asked(question, pack).ways for way in found if len(way) > 1}
        written = [terms.views(label)[1] for label in labels]
        apart = [label for label in written if sum(label in other for other in written) == 1]  # 運費 is in 免運費門檻
        named = [
            column
            for column, label in zip(columns, written, strict=True)
            if (label in ways or _PLAN.sub("", label) in ways) and label in apart
        ]
    if not named:
        named = [column for column, label in zip(columns, labels, strict=True) if quantities.is_same(question, label)]
    if not named and all(quantities.limits(label) for label in labels):
        named = [column for column, label in zip(columns, labels, strict=True) if quantities.side(question, label) > 0]
    return _not_denied(named, columns, asked)


def _not_denied(named: Sequence[str], columns: Sequence[str], asked: str) -> list[str]:
    """Of 「會員」 and 「非會員」 the one that is meant."""
    by_label = {terms.views(each.split(":")[0])[1]: each for each in columns}
    meant = set(named)
    for label, column in by_label.items():
        denied = by_label.get(f"非{label}")
        if denied is not None and (meant & {column, denied} or _DENIED.search(asked)):
            meant = meant - {column, denied} | {denied if _DENIED.search(asked) else column}
    return [each for each in columns if each in meant]


def _is_named(label: str, asked: str) -> bool:
    """Whether a question in its written view names a column: 「甲計劃」 may be called 「甲嗰隻」."""
    written = terms.views(label)[1]
    short = _PLAN.sub("", written)
    return bool(written) and (written in asked or ((short in _GRADES or len(short) > 1) and short in asked))


def _title(hit: Hit) -> str:
    return f"{hit.article.title} {hit.chunk.heading}"
