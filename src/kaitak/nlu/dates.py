"""Owns dates in text, relative to a given now: 聽日, 下星期三, 廿五號, 月尾, 11月21日, tomorrow, 21 Nov."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from kaitak.nlu import feasts, numerals


@dataclass(frozen=True, slots=True)
class FoundDate:
    start: int
    end: int
    day: date


_RELATIVE_WORDS = """
大前日=-3 大前天=-3 前日=-2 前天=-2 前晚=-2 尋日=-1 寻日=-1 琴日=-1 噚日=-1 昨日=-1 昨天=-1 尋晚=-1 琴晚=-1 噚晚=-1
昨晚=-1 寻晚=-1
今晏=0 今午=0 今晨=0 今早=0 聽晏=1 听晏=1 聽早=1 听早=1 聽下晝=1 听下昼=1 明晨=1 明午=1 尋朝=-1 寻朝=-1 噚朝=-1 琴朝=-1
尋晏=-1 昨早=-1 昨夜=-1 後朝=2 后朝=2 後晏=2 今下晝=0 今下昼=0
今日=0 今天=0 今朝=0 今晚=0 聽日=1 听日=1 聽朝=1 听朝=1 聽晚=1 听晚=1 明天=1 明日=1 明早=1 明晚=1 翌日=1
大後日=3 大后日=3
大後天=3 大后天=3 後日=2 后日=2 後天=2 后天=2 後晚=2 day_after_tomorrow=2 day_after_tmr=2 tomorrow=1 tmr=1 tmrw=1
today=0
tonight=0 yesterday=-1 gam_yat=0 ting_yat=1 hau_yat=2 kam_yat=-1
"""
_RELATIVE = {
    word.replace("_", " "): int(days) for word, days in (entry.split("=") for entry in _RELATIVE_WORDS.split())
}
_WEEKDAYS = {**{c: i for i, c in enumerate("一二三四五六日")}, "天": 6, **{str(i + 1): i for i in range(6)}}
_ENGLISH_DAYS = {"mon": 0, "tue": 1, "wed": 2, "thu": 3, "fri": 4, "sat": 5, "sun": 6}
_MONTHS = {
    m: i + 1 for i, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"))
}
_NUMBER = r"(?:\d{1,2}|" + numerals.NUMERAL + r"{1,3})"
_MONTH_NAMES = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"

_RELATIVE_PATTERN = re.compile(
    r"(?<![a-z])(?:" + "|".join(sorted(_RELATIVE, key=len, reverse=True)) + r")(?![a-z])(?!嘅事|之內|之内)"
)
_LATER_PATTERN = re.compile(
    rf"(?P<lead>過多|再過|过多|再过|遲多|(?<![a-z])in )?({_NUMBER}|半|a|two|three|four|five|six|seven|ten)"
    r" ?(?:個|个)?(日|天|星期|禮拜|礼拜|周|週|月|days?|weeks?|months?)"
    r"(?P<way>之?[後后前]| ?later| ?ago| from (?:now|today)| time)?"
)
_WEEKDAY_PATTERN = re.compile(
    r"(?<![逢每])(?<!每個)(?<!每个)(?<!有冇)(?<!有無)(?<!有没有)(?<!平時)(?<!平时)(?<!通常)"
    r"(上上個?|下下個?|下下个?|上個?|上个?|下個?|下个?|今個?|今个?|呢個?|呢个?|這個?|这个?|本|嚟緊(?:個)?|来紧(?:个)?|对上(?:个)?|對上(?:個)?)?嘅?"
    r"(?:星期|禮拜|礼拜|周|週|拜(?=[一二三四五六日]))([一二三四五六日天1-6])"
    r"(?![個个0-9]|[、,，及同至到]?[一二三四五六日](?!二|三|月|號|号|百|十|千|個|个|間|间|支|點|点|張|张|份))"
)
_ENGLISH_WEEKDAY = re.compile(
    r"\b(?<!every )(?<!any )(?<!each )(next |this |last |coming |next week(?:'s)? )?"
    r"(?:(mon|tue|wed|thu|fri|sat|sun)(?:day|nesday|rsday|sday|urday)|(?<=next )(mon|tues?|wed|thurs?|fri|sat|sun)"
    r"|(?<=this )(mon|tues?|wed|thurs?|fri|sat|sun)|(?<=last )(mon|tues?|wed|thurs?|fri|sat|sun)"
    r"|(?<=on )(mon|tues?|wed|thurs?|fri|sat|sun)|(?<=by )(mon|tues?|wed|thurs?|fri|sat|sun)"
    r"|(mon|tues?|wed|thurs?|fri)|(sat|sun)(?=[?.!,]|$))\b"
)
_ISO_PATTERN = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:[-/.]| ?年 ?)(\d{1,2})(?:[-/.]| ?月 ?)(\d{1,2})(?: ?(?:日|號|号))?(?!\d)"
    rf"|(?<![零〇一二三四五六七八九])([一二][零〇九][零〇一二三四五六七八九]{{2}})年({_NUMBER})月({_NUMBER})(?:日|號|号)?"
)
_MONTH_DAY_PATTERN = re.compile(
    rf"(?P<year>[出下明今舊旧去上]年)?(?<![\d個个])({_NUMBER})(?:月| ?月 ?(?=\d{{1,2}} ?[日號号]))({_NUMBER})"
    r"(?: ?(?:日|號|号)|(?![\d.,]|個|个|月|天|時|时|點|点|萬|万|蚊|元|歲|岁|件|張|张))"
)
_SLASH_PATTERN = re.compile(r"(?<![\d/.-])(\d{1,2})/(\d{1,2})(?:/(20\d\d|\d\d))?(?![\d/])")
_DAY_PATTERN = re.compile(
    rf"(下個?月|下个月|出個?月|出个月|上個?月|上个月|今個?月|今个月|呢個月|這個月|这个月|本月)?"
    rf"(?<![第\d路街道里巷村坊徑径廈厦邨苑座期])(?<![0-9a-z][-#])(?<![大細细小][了咗番返個个多])(?<![大細细小])"
    # Nor is a figure of a longer number, as in a street: 德士古道八十八號, 開源道 56 號.
    rf"(?<![路街道里巷村坊徑径廈厦邨苑座期] )(?:(?=[廿卅])|(?<![零〇一二三四五六七八九十百千]))({_NUMBER})"
    rf"(?:(?<=\d) (?=[號号]))?(?:號|号|(?(1)日|號))"
    r"(?![碼码線线店舖铺鋪單单樓楼幹干院風风波電电色客機机車车巴閘闸櫃柜窗牌仔球場场色鞋款尺]|出口|嗰[隻只件款色對对支枝樽盒])"
)
# A day without its word, which only the twenties and thirties are said so: 廿五冇人，廿六先得.
_BARE_PATTERN = re.compile(
    r"(?<![零〇一二三四五六七八九十百千0-9a-z第年路街道邨座期大細细小])((?:廿[一二三四五六七八九]?|卅一?))"
    r"(?=[冇有先得至都可送嚟來来再呀啊啦喇嘞好唔就我改收之前後后朝晏晚下上定同或啱嗰,，。!?？！]|$"
    r"| ?(?:$|[^\u4e00-\u9fff0-9a-z])"
    r"| (?=[冇有先得至都可送嚟來再就我唔改廿卅]))(?!上下|分|下子)"
)
_END_PATTERN = re.compile(
    rf"(?:(?P<which>[下今上]個?(?=月)|[下今上]个(?=月)|出個?(?=月)|出个(?=月)|呢個(?=月)|這個(?=月)|本(?=月))|(?P<month>{_NUMBER}))?"
    r"月(?P<part>尾|底|初|頭|头|中)(?![大間心旬])(?:旬)?"
    r"|(?P<year>[出下明今舊旧去上]?年年?)(?P<of_year>尾|底|初(?![一二三四五六七八九十])|頭|头)"
    r"|(?P<english>end|start|beginning|middle) of (?:the |this |next |last )*"
    r"(?P<en_month>month|year|[a-z]{3,9})(?![a-z])"
)
_ENGLISH_PATTERN = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ?{_MONTH_NAMES}(?![a-z])(?:,? ((?:19|20)\d\d)(?!\d))?"
    rf"|(?<![a-z]){_MONTH_NAMES} ?(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?(?!\d)(?:,? ((?:19|20)\d\d)(?!\d))?"
)
_ORDINAL_PATTERN = re.compile(r"\bthe (\d{1,2})(?:st|nd|rd|th)\b(?! (?:one|order|item|time|floor|parcel|policy))")


def find_dates(text: str, now: datetime) -> list[FoundDate]:
    """Dates in folded text, in order, none overlapping; impossible dates are left out."""
    today = now.date()
    found: list[FoundDate] = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            day = _safely(read, match, today)
            if day is not None and not any(f.start < match.end() and match.start() < f.end for f in found):
                found.append(FoundDate(match.start(), match.end(), day))
    return _of_one_day(text, sorted(found, key=lambda f: f.start))


_JOINED = re.compile(r"[ ,，(（]*(?:the )?")


def _of_one_day(text: str, found: list[FoundDate]) -> list[FoundDate]:
    """A weekday beside a date only says its name, as the end of a month does: Sunday the 30th, 月底28號."""
    names = [_is_weekday(words := text[each.start : each.end]) or _only_tells_how_far(words) for each in found]
    kept = list(found)
    for index, (one, other) in enumerate(pairwise(found)):
        if names[index] != names[index + 1] and _JOINED.fullmatch(text[one.end : other.start]):
            named = one if names[index] else other
            kept = [each for each in kept if each is not named]
    return kept


def _is_weekday(words: str) -> bool:
    return _WEEKDAY_PATTERN.fullmatch(words) is not None or _ENGLISH_WEEKDAY.fullmatch(words) is not None


def _only_tells_how_far(words: str) -> bool:
    return any(pattern.fullmatch(words) is not None for pattern in (_END_PATTERN, _LATER_PATTERN))


def _safely(read: Callable[[re.Match[str], date], date | None], match: re.Match[str], today: date) -> date | None:
    try:
        return read(match, today)
    except (ValueError, OverflowError):
        return None


def _read_iso(match: re.Match[str], _: date) -> date:
    if match[4]:
        month, day = numerals.read_number(match[5]), numerals.read_number(match[6])
        return date(int(numerals.read_digits(match[4])), month or 0, day or 0)
    return date(int(match[1]), int(match[2]), int(match[3]))


def _read_month_day(match: re.Match[str], today: date) -> date | None:
    month, day = numerals.read_number(match[2]), numerals.read_number(match[3])
    if month is None or day is None:
        return None
    if match["year"]:
        return date(today.year + _YEAR_SHIFTS.get(match["year"][0], 0), month, day)
    return _nearest_year(today, month, day)


def _read_english(match: re.Match[str], today: date) -> date:
    month, day = _MONTHS[match[2] or match[4]], int(match[1] or match[5])
    year = match[3] or match[6]
    return date(int(year), month, day) if year else _nearest_year(today, month, day)


def _read_slash(match: re.Match[str], today: date) -> date:
    """Day before month, as Hong Kong writes it, unless only the other order is a date."""
    first, second = int(match[1]), int(match[2])
    day, month = (second, first) if second > 12 >= first else (first, second)
    if match[3]:
        return date(int(match[3]) + (0 if len(match[3]) == 4 else 2000), month, day)
    return _nearest_year(today, month, day)


def _read_ordinal(match: re.Match[str], today: date) -> date:
    wanted = today.replace(day=int(match[1]))
    return wanted if wanted >= today else _shift_month(today.replace(day=1), 1).replace(day=int(match[1]))


_COUNTS = {"半": 0, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "ten": 10}


def _read_later(match: re.Match[str], today: date) -> date | None:
    count = _COUNTS.get(match[2], numerals.read_number(match[2]))
    if not count or count > 400 or not (match["lead"] or match["way"]):
        return None
    sign = -1 if (match["way"] or "").strip() in ("前", "之前", "ago") else 1
    if match[3][0] in "月m":
        moved = _shift_month(today.replace(day=1), sign * count)
        return moved.replace(day=min(today.day, (_shift_month(moved, 1) - timedelta(days=1)).day))
    return today + timedelta(days=sign * count * (1 if match[3][0] in "日天d" else 7))


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


def _read_bare(match: re.Match[str], today: date) -> date | None:
    day = numerals.read_number(match[1])
    wanted = today.replace(day=day or 0)
    return wanted if (today - wanted).days <= 15 else _shift_month(today.replace(day=1), 1).replace(day=day or 0)


def _read_end(match: re.Match[str], today: date) -> date | None:
    if match["year"]:
        year = today.year + _YEAR_SHIFTS.get(match["year"][0], 0)
        return date(year, 12, 31) if match["of_year"] in "尾底" else date(year, 1, 1)
    if match["english"]:
        return _read_english_end(match, today)
    first = _shift_month(today.replace(day=1), _month_shift(match["which"]))
    if match["month"]:
        month = numerals.read_number(match["month"])
        first = _nearest_year(today, month or 0, 1)
    is_open = not match["which"] and not match["month"]
    if match["part"] in "初頭头":
        return _shift_month(first, 1) if is_open and today.day > 15 else first
    return first.replace(day=15) if match["part"] == "中" else _last_of(first)


_YEAR_SHIFTS = {"出": 1, "下": 1, "明": 1, "舊": -1, "旧": -1, "去": -1, "上": -1}


def _read_english_end(match: re.Match[str], today: date) -> date | None:
    said, part = match.group(), match["english"]
    shift = 1 if " next " in said else -1 if " last " in said else 0
    if match["en_month"] == "year":
        year = today.year + shift
        return date(year, 12, 31) if part == "end" else date(year, 1, 1) if part != "middle" else None
    if match["en_month"] == "month":
        first = _shift_month(today.replace(day=1), shift)
    elif match["en_month"][:3] in _MONTHS:
        first = _nearest_year(today, _MONTHS[match["en_month"][:3]], 1)
    else:
        return None
    return _last_of(first) if part == "end" else first.replace(day=15) if part == "middle" else first


def _last_of(first: date) -> date:
    return _shift_month(first, 1) - timedelta(days=1)


def _month_shift(word: str | None) -> int:
    if word is None:
        return 0
    return {"下": 1, "出": 1, "上": -1}.get(word[0], 0)


def _shift_month(first: date, months: int) -> date:
    index = first.year * 12 + first.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _read_relative(match: re.Match[str], today: date) -> date:
    return today + timedelta(days=_RELATIVE[match.group()])


def _read_weekday(match: re.Match[str], today: date) -> date:
    prefix = match[1] or ""
    return _weekday(today, _WEEKDAYS[match[2]], weeks=_weeks(prefix), bare=not prefix or prefix[0] in "嚟来")


def _weeks(prefix: str) -> int:
    if prefix.startswith("下下"):
        return 2
    if prefix.startswith("上上"):
        return -2
    return {"下": 1, "上": -1, "对": -1, "對": -1}.get(prefix[:1], 0)


def _read_english_weekday(match: re.Match[str], today: date) -> date:
    weeks = {"next": 1, "last": -1}.get((match[1] or "").split(" ")[0], 0)
    said = next(group for group in match.groups()[1:] if group)
    return _weekday(today, _ENGLISH_DAYS[said[:3]], weeks=weeks, bare=match[1] in (None, "coming "))


def _weekday(today: date, weekday: int, *, weeks: int, bare: bool) -> date:
    day = today - timedelta(days=today.weekday()) + timedelta(days=weekday, weeks=weeks)
    return day + timedelta(days=7) if bare and day < today else day


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], date | None]], ...] = (
    (_ISO_PATTERN, _read_iso),
    (_MONTH_DAY_PATTERN, _read_month_day),
    (_ENGLISH_PATTERN, _read_english),
    (_SLASH_PATTERN, _read_slash),
    (_LATER_PATTERN, _read_later),
    (_DAY_PATTERN, _read_day),
    (_BARE_PATTERN, _read_bare),
    (_END_PATTERN, _read_end),
    (_RELATIVE_PATTERN, _read_relative),
    (_WEEKDAY_PATTERN, _read_weekday),
    (_ENGLISH_WEEKDAY, _read_english_weekday),
    (_ORDINAL_PATTERN, _read_ordinal),
    (feasts.PATTERN, feasts.day_of),
)
