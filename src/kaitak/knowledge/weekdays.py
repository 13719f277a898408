"""Owns the days of the week that a text names: 「星期一至五」, 「星期六、日及公眾假期」, 「週末」. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from kaitak.knowledge import terms

HOLIDAY: Final = 8
_NAMES: Final = {name: place for place, name in enumerate("一二三四五六日", start=1)} | {"天": 7}
_ENGLISH: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = "[一二三四五六日天](?!次|[一-龥]?岁)"
_BETWEEN: Final = "(?:至|到|-|–|~|、|及|和|或|,)?(?:星期|礼拜|周)?"
_RUN: Final = re.compile(rf"(?<!个)(?:星期|礼拜|周){_DAY}(?:{_BETWEEN}{_DAY})*")
_PART: Final = re.compile(r"(?P<to>至|到|-|–|~)?(?:、|及|和|或|,)?(?:星期|礼拜|周)?(?P<day>[一二三四五六日天])")
_LATIN: Final = re.compile(
    rf"\b(?P<day>{'|'.join(_ENGLISH)})[a-z]*\b(?: ?(?:to|-|–|through) ?(?P<last>{'|'.join(_ENGLISH)})[a-z]*\b)?"
)
_OTHERS: Final = (
    (re.compile(r"平日|闲日|weekdays?\b"), frozenset(range(1, 6))),
    (re.compile(r"周末|weekends?\b"), frozenset((6, 7))),
    (re.compile(r"公众假期|红日|public holidays?\b"), frozenset((HOLIDAY,))),
)


@lru_cache(maxsize=4096)
def named(text: str) -> frozenset[int]:
    """The days from 1 (Monday) to 7, and `HOLIDAY`; empty where none is named."""
    view = terms.views(text)[0]
    found: set[int] = set()
    for run in _RUN.finditer(view):
        before = 0
        for part in _PART.finditer(run.group()):
            day = _NAMES[part["day"]]
            found |= set(range(before, day + 1)) if part["to"] and 0 < before <= day else {day}
            before = day
    for match in _LATIN.finditer(view):
        first = _ENGLISH.index(match["day"]) + 1
        last = _ENGLISH.index(match["last"]) + 1 if match["last"] else first
        found |= set(range(first, last + 1))
    for pattern, days in _OTHERS:
        if pattern.search(view):
            found |= days
    return frozenset(found)


def side(question: str, text: str) -> int:
    """1 if a text names a day that the question names, -1 if it names others only, 0 if either names none."""
    asked, own = named(question), named(text)
    if not asked or not own:
        return 0
    return 1 if asked & own else -1
