"""Owns what is seen in a question before any search: what it asks for, which time it is about. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from enum import StrEnum

from kaitak.knowledge import terms
from kaitak.nlu import dates


class Asked(StrEnum):
    """The kind of fact that an answer has to hold."""

    SPAN = "span"
    MONEY = "money"
    TIMES = "times"
    ANYTHING = "anything"


_ASKS = (
    (Asked.TIMES, re.compile("多少次|几次|how many times|how often")),
    (
        Asked.MONEY,
        re.compile("多少钱|收费|给多少|付多少|赔多少|最多赔|要付钱|要给钱|多少元|费用|how much|fee|cost|charge|price"),
    ),
    (
        Asked.SPAN,
        re.compile(
            "多久|几天|多少天|几日|多少日|几时|什么时候|几个月|多少个月|几年|多少年"
            "|期限|有效期|几点|how long|when|how many (?:days|months|years)"
        ),
    ),
)
_HOLDS = {
    Asked.TIMES: re.compile(r"\d+ ?次|一次|times|once"),
    Asked.MONEY: re.compile(r"[$¥]|%|免费|不赔|不收|不另收|free|hkd|元"),
    Asked.SPAN: re.compile(
        r"\d ?(?:个|個)?(?:日|天|月|小时|小時|分钟|分鐘|年|工作|星期|周|hour|day|week|month|year|min)|:\d\d|最后一天"
    ),
}

_CLOSED = re.compile(
    "是不是|可不可以|能不能|行不行|要不要|有没有|会不会|[一-龥]不[一-龥]|吗|[^还]没$"
    r"|\b(?:can|do|does|is|are|may|will)\b"
)
_RULING = re.compile("不|免|毋|須|须|可|只限|恕|must|may|not|only|free")

_OWN_CASE = re.compile(
    r"[a-z]{2,4}\d*-\d|\d{6,}|到哪|去到哪|哪个(?:阶段|部门|仓)"
    r"|(?<!可以)(?<!能)(?:批|收|到|寄|发|退|好|过了?数|处理)(?:了|到|好)?(?:没有|没)(?:[^一-龥]|$)"
    r"|(?:我|张|份|账户|户口)[^,。?]{0,10}(?:现在|还有|还剩|里面)[^,。?]{0,6}(?:多少|几)"
    r"(?!个?(?:工作)?(?:天|日|月|星期|小时)[^,。?]{0,3}(?:可以|能|要|内))"
    r"|我[^,。?]{0,6}(?:有|剩)多少(?:积?分|钱|余额)"
    r"|my (?:order|claim|refund|parcel|balance|policy number)"
)

_ORDINAL_MONTHS = "一二三四五六七八九十"
_MONTH = re.compile(
    r"(?P<year>今年|去年|上年|旧年|前年|20\d\d ?年?)?[ ]?"
    r"(?P<month>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月(?P<before>[^,。]{0,4}(?:之前|以前|前))?"
)
_YEAR = re.compile(r"(?P<word>去年|上年|旧年|前年|last year)|(?P<year>20[0-3]\d)")
_OLD = re.compile("以前|旧制|旧规|旧版|当时|那时|从前|previously|used to|old (?:rule|polic|version)")
_NOW = re.compile("现在|如今|目前|今年|nowadays|currently|\\bnow\\b")
_SHIFT = {"今年": 0, "去年": -1, "上年": -1, "旧年": -1, "前年": -2}


def is_about_own_case(text: str) -> bool:
    """Whether it asks how the customer's own order, claim or account stands, which no article tells."""
    return _OWN_CASE.search(terms.views(text)[1]) is not None


def asked_for(text: str) -> Asked:
    """The kind of fact that the question wants."""
    written = terms.views(text)[1]
    return next((kind for kind, pattern in _ASKS if pattern.search(written)), Asked.ANYTHING)


def holds(kind: Asked, view: str) -> bool:
    """Whether a text in its written view states a fact of this kind."""
    pattern = _HOLDS.get(kind)
    return pattern is not None and pattern.search(view) is not None


def is_ruled(question: str, text: str) -> bool:
    """Whether a yes-or-no question meets a text that allows, forbids or demands."""
    written = terms.views(question)[1]
    is_closed = asked_for(question) is Asked.ANYTHING and _CLOSED.search(written) is not None
    return is_closed and _RULING.search(text) is not None


def past_day(text: str, now: datetime) -> date | None:
    """The day in the past that the question is about, or None for a question about now."""
    today = now.date()
    view = terms.views(text)[1]
    for found in (_month_day(view, today), _year_day(view, today), *_days(text, now)):
        if found is not None and found < today:
            return found
    return None


def is_about_old_rules(text: str) -> bool:
    """Whether the question asks how it used to be, without a date; one that asks about now as well does not."""
    written = terms.views(text)[1]
    return _OLD.search(written) is not None and _NOW.search(written) is None


def _days(text: str, now: datetime) -> list[date]:
    return [each.day for each in dates.find_dates(terms.views(text)[0], now) if each.day < now.date()]


def _month_day(view: str, today: date) -> date | None:
    match = _MONTH.search(view)
    if match is None:
        return None
    word = (match["year"] or "").strip()
    if not word and not match["before"]:
        return None
    month = _month_number(match["month"])
    year = today.year + _SHIFT[word] if word in _SHIFT else int(word[:4]) if word else today.year
    first = date(year, month, 1)
    return first - timedelta(days=1) if match["before"] else first + timedelta(days=14)


def _month_number(text: str) -> int:
    if text.isdecimal():
        return int(text)
    if text.startswith("十"):
        return 10 + (_ORDINAL_MONTHS.index(text[1]) + 1 if len(text) > 1 else 0)
    return _ORDINAL_MONTHS.index(text) + 1


def _year_day(view: str, today: date) -> date | None:
    match = _YEAR.search(view)
    if match is None:
        return None
    year = int(match["year"]) if match["year"] else today.year + (-2 if match["word"] == "前年" else -1)
    return date(year, 12, 15) if year < today.year else None
