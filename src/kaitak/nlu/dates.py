"""Owns dates in text, relative to a given now: 聽日, 下星期三, 廿五號, 月尾, 11月21日, tomorrow, 21 Nov."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kaitak.nlu import numerals


@dataclass(frozen=True, slots=True)
class FoundDate:
    start: int
    end: int
    day: date


_RELATIVE = {
    "大前日": -3,
    "大前天": -3,
    "前日": -2,
    "前天": -2,
    "尋日": -1,
    "寻日": -1,
    "琴日": -1,
    "噚日": -1,
    "昨日": -1,
    "昨天": -1,
    "尋晚": -1,
    "琴晚": -1,
    "昨晚": -1,
    "今日": 0,
    "今天": 0,
    "今朝": 0,
    "今晚": 0,
    "今早": 0,
    "聽日": 1,
    "听日": 1,
    "聽朝": 1,
    "听朝": 1,
    "聽晚": 1,
    "听晚": 1,
    "明天": 1,
    "明日": 1,
    "明早": 1,
    "明晚": 1,
    "大後日": 3,
    "大后日": 3,
    "大後天": 3,
    "大后天": 3,
    "後日": 2,
    "后日": 2,
    "後天": 2,
    "后天": 2,
    "the day after tomorrow": 2,
    "day after tomorrow": 2,
    "tomorrow": 1,
    "tmr": 1,
    "today": 0,
    "tonight": 0,
    "yesterday": -1,
}
_WEEKDAYS = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
    "5": 4,
    "6": 5,
}
_ENGLISH_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_MONTHS = {
    m: i + 1 for i, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
_NUMBER = r"(?:\d{1,2}|" + numerals.NUMERAL + r"{1,3})"
_MONTH_NAMES = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"

_RELATIVE_PATTERN = re.compile("|".join(sorted(_RELATIVE, key=len, reverse=True)))
_WEEKDAY_PATTERN = re.compile(
    r"(上上|下下|上個?|上个?|下個?|下个?|今個?|今个?|呢個?|呢个?|這個?|这个?|本)?(?:星期|禮拜|礼拜|周|週)([一二三四五六日天1-6])(?!個|个)"
)
_ENGLISH_WEEKDAY = re.compile(r"\b(next |this |last )?(mon|tue|wed|thu|fri|sat|sun)(?:day|nesday|rsday|sday|urday)?\b")
_ISO_PATTERN = re.compile(r"(?<!\d)(20\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|號|号)?(?!\d)")
_MONTH_DAY_PATTERN = re.compile(rf"({_NUMBER})月({_NUMBER})(?:日|號|号)")
_DAY_PATTERN = re.compile(
    rf"(下個?月|下个月|上個?月|上个月|今個?月|今个月|這個月|这个月|本月)?({_NUMBER})(?:號|号)(?!碼|码|線|线|店|舖|铺|單|单|樓|楼|舖)"
)
_END_PATTERN = re.compile(r"(下個?月|下个月|今個?月|今个月|上個?月|上个月)?(月尾|月底|月初|月中)")
_ENGLISH_PATTERN = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH_NAMES}\b|\b{_MONTH_NAMES} (\d{{1,2}})(?:st|nd|rd|th)?\b"
)


def find_dates(text: str, now: datetime) -> list[FoundDate]:
    """Dates in folded text, in order, none overlapping; impossible dates are left out."""
    today = now.date()
    found: list[FoundDate] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            day = _safely(read, match, today)
            if day is not None and not any(f.start < match.end() and match.start() < f.end for f in found):
                found.append(FoundDate(match.start(), match.end(), day))
    return sorted(found, key=lambda f: f.start)


def _safely(read: Callable[[re.Match[str], date], date | None], match: re.Match[str], today: date) -> date | None:
    try:
        return read(match, today)
    except (ValueError, OverflowError):
        return None


def _read_iso(match: re.Match[str], _: date) -> date:
    return date(int(match[1]), int(match[2]), int(match[3]))


def _read_month_day(match: re.Match[str], today: date) -> date | None:
    month, day = numerals.read_number(match[1]), numerals.read_number(match[2])
    return None if month is None or day is None else _nearest_year(today, month, day)


def _read_english(match: re.Match[str], today: date) -> date:
    month = _MONTHS[match[2] or match[3]]
    return _nearest_year(today, month, int(match[1] or match[4]))


def _nearest_year(today: date, month: int, day: int) -> date:
    this_year = date(today.year, month, day)
    if (today - this_year).days > 183:
        return date(today.year + 1, month, day)
    if (this_year - today).days > 183:
        return date(today.year - 1, month, day)
    return this_year


def _read_day(match: re.Match[str], today: date) -> date | None:
    day = numerals.read_number(match[2])
    if day is None:
        return None
    shift = _month_shift(match[1])
    first = _shift_month(today.replace(day=1), shift)
    wanted = first.replace(day=day)
    if match[1] is None and (today - wanted).days > 15:
        wanted = _shift_month(first, 1).replace(day=day)
    return wanted


def _read_end(match: re.Match[str], today: date) -> date:
    first = _shift_month(today.replace(day=1), _month_shift(match[1]))
    if match[2] == "月初":
        return first
    if match[2] == "月中":
        return first.replace(day=15)
    return _shift_month(first, 1) - timedelta(days=1)


def _month_shift(word: str | None) -> int:
    if word is None:
        return 0
    return {"下": 1, "上": -1}.get(word[0], 0)


def _shift_month(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _read_relative(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=_RELATIVE[match.group()])


def _read_weekday(match: re.Match[str], today: date) -> date:
    prefix = match[1] or ""
    return _weekday(today, _WEEKDAYS[match[2]], weeks=_weeks(prefix), bare=not prefix)


def _weeks(prefix: str) -> int:
    if prefix.startswith("下下"):
        return 2
    if prefix.startswith("上上"):
        return -2
    return {"下": 1, "上": -1}.get(prefix[:1], 0)


def _read_english_weekday(match: re.Match[str], today: date) -> date:
    weeks = {"next ": 1, "last ": -1}.get(match[1] or "", 0)
    return _weekday(today, _ENGLISH_DAYS[match[2]], weeks=weeks, bare=match[1] is None)


def _weekday(today: date, weekday: int, *, weeks: int, bare: bool) -> date:
    day = today - timedelta(days=today.weekday()) + timedelta(days=weekday, weeks=weeks)
    return day + timedelta(days=7) if bare and day < today else day


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (_ISO_PATTERN, _read_iso),
    (_MONTH_DAY_PATTERN, _read_month_day),
    (_ENGLISH_PATTERN, _read_english),
    (_DAY_PATTERN, _read_day),
    (_END_PATTERN, _read_end),
    (_RELATIVE_PATTERN, _read_relative),
    (_WEEKDAY_PATTERN, _read_weekday),
    (_ENGLISH_WEEKDAY, _read_english_weekday),
)
