"""Owns quantities: those that a question tells of its case, and the limits that a text sets for such. Pure.

「停咗三個月」 tells 90 days; 「停泊超過 60日」 sets a lower limit in days: the two belong together.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from kaitak.knowledge import terms
from kaitak.nlu import numerals

_ENGLISH: Final = {
    word: float(place)
    for place, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)  # noqa: SIM905 - reads better so
}
_FIGURE: Final = rf"\d[\d,]*(?:\.\d+)?|半|{numerals.NUMERAL}+|\b(?:{'|'.join(_ENGLISH)})(?=[ -])"
_MANY = float("inf")
_UNITS: Final = (  # what is written after a figure, its kind, how many of the kind's own unit it is
    (r"个?(?:小时|钟头)|个钟|钟(?![点])|hours?\b", "time", 1 / 24),
    (r"分钟|minutes?\b|mins?\b", "time", 1 / 1440),
    (r"个?(?:工作天|工作日|working days?\b)|日|天|晚(?![上])|days?\b|nights?\b", "time", 1.0),
    (r"个?(?:星期|礼拜)|周(?![岁年])|weeks?\b", "time", 7.0),
    (r"个半月", "time", 30.0),  # and a half more, added when it is read
    (r"个月|months?\b", "time", 30.0),
    (r"周?岁|years? old\b", "age", 1.0),
    (r"年(?!级)|years?\b", "time", 365.0),
    (r"厘米|公分|cm\b", "length", 0.01),
    (r"公里|千米|km\b", "length", 1000.0),
    (r"米|公尺|metres?\b|meters?\b|m\b", "length", 1.0),
    (r"平方呎|呎|sq ?ft\b", "area", 1.0),
    (r"吋|寸|inch(?:es)?\b", "size", 1.0),
    (r"公斤|kgs?\b|千克", "weight", 1.0),
    (r"磅|lbs?\b", "weight", 0.4536),
    (r"匹", "power", 1.0),
    (r"层|楼(?!下)", "floor", 1.0),
    (r"(?:元|块|蚊|文|dollars?\b)", "money", 1.0),
    (r"个?(?:人|位)|名|people\b|persons?\b", "people", 1.0),
    (r"期", "terms", 1.0),
    (r"次|times\b", "times", 1.0),
    (r"件|份|部|张|只|支|盒|箱|樽|条|对|items?\b|pieces?\b", "count", 1.0),
)
_UNIT = "|".join(f"(?P<u{place}>{unit})" for place, (unit, _, _) in enumerate(_UNITS))
_AMOUNT = re.compile(
    rf"(?<![第\d.])(?:(?:hk)?\$|港币|¥)\s*(?P<money>\d[\d,]*(?:\.\d+)?)(?P<ten>万|千)?|"
    rf"(?<![第\d.])(?:(?P<from>\d+(?:\.\d+)?)\s*(?:至|到|-|–|~|to)\s*)?"
    rf"(?P<figure>{_FIGURE})[ -]*(?:{_UNIT})(?P<half>半)?"
)
_SHORT_MONEY = re.compile(rf"(?<![\d第])({numerals.NUMERAL}{{2,}})(?![年月日号个{numerals.NUMERAL[1:-1]}])")
_AT_LEAST = re.compile(r"(?:满|达|至少|最少|不少于|由|起码|at least|from)\s*$")
_MORE = re.compile(r"(?:超过|超出|多于|逾|高于|大于|长于|非常过|over|above|more than|exceed\w*)\s*$")
_LESS = re.compile(r"(?:不足|未满|少于|低于|未够|短于|小于|under|below|less than)\s*$")
_AT_MOST = re.compile(r"(?:最多|上限|不超过|不多于|至多|up to|within|at most)\s*$")
_AND_MORE = re.compile(r"^\s*(?:或以上|以上|及以上|起(?!计)|或更|or (?:more|above|over)|and above)")
_AND_LESS = re.compile(r"^\s*(?:或以下|以下|以内|之内|内|或更少|前|or (?:less|below|under))")
_TO = re.compile(r"^\s*(?:至|到|-|–|—|~|to)\s*$")


@dataclass(frozen=True, slots=True)
class Quantity:
    """So much of a kind."""

    kind: str
    size: float
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Limit:
    """What a text sets: from the least to the most; `is_open` where only a figure stands there."""

    kind: str
    least: float
    most: float
    is_open: bool

    def holds(self, size: float) -> bool:
        """Whether a quantity lies inside."""
        return self.least <= size <= self.most


@lru_cache(maxsize=4096)
def told(question: str) -> tuple[Quantity, ...]:
    """The quantities of a question's case; an age, a price, how long ago."""
    return tuple(_found(terms.views(question)[0], is_question=True))


@lru_cache(maxsize=20_000)
def limits(text: str) -> tuple[Limit, ...]:
    """The limits and figures of a text by kind."""
    view = terms.views(text)[0]
    found, limits_found = _found(view, is_question=False), []
    place = 0
    while place < len(found):
        one = found[place]
        after = found[place + 1] if place + 1 < len(found) else None
        if after is not None and after.kind == one.kind and _TO.match(view[one.end : after.start]):
            limits_found.append(Limit(one.kind, min(one.size, after.size), max(one.size, after.size), is_open=False))
            place += 2
            continue
        limits_found.append(_limit(one, view[max(0, one.start - 12) : one.start], view[one.end : one.end + 12]))
        place += 1
    return tuple(limits_found)


def fit(question: str, text: str) -> float:
    """1 if the text sets a limit that holds a quantity of the question, 0.5 if it sets one that does not, 0 if none."""
    best = 0.0
    for one in told(question):
        for limit in limits(text):
            if limit.kind == one.kind:
                best = max(best, 0.3 if limit.is_open else 1.0 if limit.holds(one.size) else 0.6)
    return best


def side(question: str, text: str) -> int:
    """Of several cases: 1 if the question's quantity lies inside a limit of this one, -1 if outside, 0 if neither."""
    outcomes = [
        limit.holds(one.size)
        for one in told(question)
        for limit in limits(text)
        if limit.kind == one.kind and not limit.is_open
    ]
    return (1 if any(outcomes) else -1) if outcomes else 0


def is_same(question: str, text: str) -> bool:
    """Whether the text states a quantity of the question as it is."""
    return any(
        limit.is_open and limit.kind == one.kind and limit.holds(one.size)
        for one in told(question)
        for limit in limits(text)
    )


def least_of(question: str, text: str) -> float:
    """The highest lower limit that a quantity of the question reaches: of several steps the highest counts."""
    reached = [
        limit.least
        for one in told(question)
        for limit in limits(text)
        if limit.kind == one.kind and not limit.is_open and limit.holds(one.size)
    ]
    return max(reached, default=0.0)


def _limit(one: Quantity, before: str, after: str) -> Limit:
    if _AND_MORE.match(after) or _AT_LEAST.search(before):
        return Limit(one.kind, one.size, _MANY, is_open=False)
    if _MORE.search(before) and not before.rstrip().endswith("不超过"):
        return Limit(one.kind, one.size * 1.000001, _MANY, is_open=False)
    if _LESS.search(before):
        return Limit(one.kind, 0.0, one.size * 0.999999, is_open=False)
    if _AND_LESS.match(after) or _AT_MOST.search(before):
        return Limit(one.kind, 0.0, one.size, is_open=False)
    return Limit(one.kind, one.size, one.size, is_open=True)


def _found(view: str, *, is_question: bool) -> list[Quantity]:
    found = []
    for match in _AMOUNT.finditer(view):
        if match["money"]:
            scale = {"万": 10_000.0, "千": 1000.0}.get(match["ten"] or "", 1.0)
            found.append(Quantity("money", float(match["money"].replace(",", "")) * scale, match.start(), match.end()))
            continue
        size = _size(match["figure"])
        place = next(i for i in range(len(_UNITS)) if match[f"u{i}"])
        unit, kind, each = _UNITS[place]
        if size is None or (not is_question and match["figure"] == "一"):
            continue
        if match["from"]:
            found.append(Quantity(kind, float(match["from"]) * each, match.start(), match.end("from")))
        half = 0.5 if match["half"] or unit == r"个半月" else 0.0
        found.append(Quantity(kind, (size + half) * each, match.start("figure"), match.end()))
    if is_question and not any(one.kind == "money" for one in found):
        found += _short_money(view, found)
    return found


def _short_money(view: str, others: list[Quantity]) -> list[Quantity]:
    """「部電視五千八」: a round sum without its unit."""
    found = []
    for match in _SHORT_MONEY.finditer(view):
        size = _size(match[1])
        if size and size >= 100 and not any(one.start < match.end() and match.start() < one.end for one in others):
            found.append(Quantity("money", size, match.start(), match.end()))
    return found


def _size(text: str) -> float | None:
    if text == "半":
        return 0.5
    if text in _ENGLISH:
        return _ENGLISH[text]
    if text[0].isdigit():
        return float(text.replace(",", ""))
    number = numerals.read_number(text)
    return None if number is None else float(number)
