"""Owns the days of feasts as Hong Kong counts them: fixed ones, those of the moon, Easter, parents' days."""

import re
from datetime import date, timedelta

_FIXED = {
    "聖誕節": (12, 25), "圣诞节": (12, 25), "聖誕": (12, 25), "圣诞": (12, 25), "christmas eve": (12, 24),
    "christmas": (12, 25), "xmas": (12, 25), "boxing day": (12, 26), "平安夜": (12, 24), "除夕": (12, 31),
    "元旦": (1, 1), "new year's day": (1, 1), "new year's eve": (12, 31), "情人節": (2, 14), "情人节": (2, 14),
    "valentine's day": (2, 14), "勞動節": (5, 1), "劳动节": (5, 1), "國慶": (10, 1), "国庆": (10, 1),
    "回歸日": (7, 1), "回归日": (7, 1), "萬聖節": (10, 31), "万圣节": (10, 31),
    "halloween": (10, 31), "婦女節": (3, 8), "妇女节": (3, 8), "兒童節": (4, 4), "儿童节": (4, 4),
}  # fmt: skip
# New Year's Day of the moon, Dragon Boat, Mid-Autumn, Chung Yeung, Ching Ming, Winter Solstice, Buddha's Birthday.
_BY_YEAR = {
    2024: ("0210", "0610", "0917", "1011", "0404", "1221", "0515"),
    2025: ("0129", "0531", "1006", "1029", "0404", "1221", "0505"),
    2026: ("0217", "0619", "0925", "1018", "0405", "1222", "0524"),
    2027: ("0206", "0609", "0915", "1008", "0405", "1222", "0513"),
    2028: ("0126", "0528", "1003", "1026", "0404", "1221", "0502"),
    2029: ("0213", "0616", "0922", "1016", "0404", "1221", "0520"),
    2030: ("0203", "0605", "0912", "1005", "0405", "1222", "0509"),
    2031: ("0123", "0624", "1001", "1024", "0405", "1222", "0528"),
    2032: ("0211", "0612", "0919", "1012", "0404", "1221", "0516"),
}
# A name, which of these it is, and how many days after.
_MOON = {
    "年初一": (0, 0), "大年初一": (0, 0), "年初二": (0, 1), "年初三": (0, 2),
    "年初四": (0, 3), "年初五": (0, 4), "年初六": (0, 5), "年初七": (0, 6), "年初八": (0, 7),
    "農曆新年": (0, 0), "农历新年": (0, 0), "春節": (0, 0), "春节": (0, 0), "chinese new year": (0, 0),
    "lunar new year": (0, 0), "年三十": (0, -1), "年卅晚": (0, -1), "年三十晚": (0, -1),
    "元宵": (0, 14), "端午節": (1, 0), "端午节": (1, 0), "端午": (1, 0), "dragon boat festival": (1, 0),
    "中秋節": (2, 0), "中秋节": (2, 0), "中秋": (2, 0), "mid-autumn festival": (2, 0), "mid autumn festival": (2, 0),
    "重陽節": (3, 0), "重阳节": (3, 0), "重陽": (3, 0), "重阳": (3, 0), "清明節": (4, 0), "清明节": (4, 0),
    "清明": (4, 0), "ching ming": (4, 0), "冬至": (5, 0), "做冬": (5, 0), "winter solstice": (5, 0),
    "佛誕": (6, 0), "佛诞": (6, 0),
}  # fmt: skip
_EASTER = {
    "復活節": 0, "复活节": 0, "easter sunday": 0, "easter": 0, "復活節星期一": 1, "easter monday": 1,
    "good friday": -2, "耶穌受難日": -2,
}  # fmt: skip
_PARENTS = {
    "母親節": (5, 2), "母亲节": (5, 2), "mother's day": (5, 2), "父親節": (6, 3), "父亲节": (6, 3),
    "father's day": (6, 3),
}  # fmt: skip
_NAMES = sorted({*_FIXED, *_MOON, *_EASTER, *_PARENTS}, key=len, reverse=True)
# The name of a feast that only says what kind of thing it is: 聖誕禮物, Christmas hamper.
PATTERN = re.compile(
    r"(?<![a-z])(?P<year>舊年|旧年|上年|去年|今年|出年|下年|明年|last |this |next )?"
    rf"(?P<feast>{'|'.join(map(re.escape, _NAMES))})"
    "(?![a-z'])(?!抽|禮|礼|優|优|大減|大减|派對|派对|卡|樹|树|裝|装|限|聯歡|联欢|月餅|月饼|糭|粽|利是|年花|大餐|飾|饰|花|套"
    "|特|版|款|活動|活动|促|減價|减价|[快樂乐]{2}| ?(?:gifts?|part(?:y|ies)|sales?|presents?|hampers?|dinner|drinks"
    "|cards?|trees?|cakes?|edition|offers?|promotions?))"
)
_GONE_AFTER = 31


def day_of(match: re.Match[str], today: date) -> date | None:
    """The day that a match of PATTERN means: the one just past or the next, unless a year is named."""
    year = (match["year"] or "").strip()
    if year:
        return _in_year(match["feast"], today.year + _SHIFTS[year])
    this_year = _in_year(match["feast"], today.year)
    if this_year is not None and (today - this_year).days < _GONE_AFTER:
        return this_year
    return _in_year(match["feast"], today.year + 1)


_SHIFTS = {
    "舊年": -1, "旧年": -1, "上年": -1, "去年": -1, "last": -1, "今年": 0, "this": 0, "出年": 1, "下年": 1, "明年": 1,
    "next": 1,
}  # fmt: skip


def _in_year(feast: str, year: int) -> date | None:
    if feast in _FIXED:
        return date(year, *_FIXED[feast])
    if feast in _EASTER:
        return _easter(year) + timedelta(days=_EASTER[feast])
    if feast in _PARENTS:
        month, sunday = _PARENTS[feast]
        first = date(year, month, 1)
        return first + timedelta(days=6 - first.weekday() + 7 * (sunday - 1))
    which, later = _MOON[feast]
    known = _BY_YEAR.get(year)
    return date(year, int(known[which][:2]), int(known[which][2:])) + timedelta(days=later) if known else None


def _easter(year: int) -> date:
    """Easter Sunday by the Gregorian reckoning."""
    golden, century = year % 19, year // 100
    moon = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon -= moon // 28 * (1 - 29 // (moon + 1) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    away = moon - weekday
    month = 3 + (away + 40) // 44
    return date(year, month, away + 28 - 31 * (month // 4))
