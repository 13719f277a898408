"""Owns numbers as people write and say them: digits read out, Chinese numerals, mixtures."""

import re

DIGITS = {
    "零": 0,
    "〇": 0,
    "○": 0,
    "一": 1,
    "壹": 1,
    "幺": 1,
    "二": 2,
    "貳": 2,
    "贰": 2,
    "兩": 2,
    "两": 2,
    "三": 3,
    "叁": 3,
    "四": 4,
    "肆": 4,
    "五": 5,
    "伍": 5,
    "六": 6,
    "陸": 6,
    "陆": 6,
    "七": 7,
    "柒": 7,
    "八": 8,
    "捌": 8,
    "九": 9,
    "玖": 9,
    "圈": 0,
    "洞": 0,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
_SECTIONS = {"萬": 10_000, "万": 10_000, "億": 100_000_000, "亿": 100_000_000}
_SHORT_TENS = {"廿": 20, "卅": 30}
NUMERAL = "[零〇一二三四五六七八九十百千萬万億亿兩两廿卅壹貳贰叁肆伍陸陆柒捌玖拾佰仟]"
SPOKEN_DIGIT = "[0-9零〇○一二三四五六七八九幺洞]"
_DIGIT_TABLE = str.maketrans({key: str(value) for key, value in DIGITS.items()})
_NOT_DIGIT = re.compile(r"\D+")


def read_digits(text: str) -> str:
    """Digits read out one by one (三七八六, 9432 一一零六) as ASCII digits, everything else dropped."""
    return _NOT_DIGIT.sub("", text.translate(_DIGIT_TABLE))


def read_number(text: str) -> int | None:
    """The value of a Chinese numeral (兩千三百, 廿五, 一萬二) or None when it is not one."""
    if text.isdigit() and text.isascii():
        return int(text)
    if not text or any(
        c not in DIGITS and c not in _UNITS and c not in _SECTIONS and c not in _SHORT_TENS for c in text
    ):
        return None
    if all(c in DIGITS for c in text):
        return int("".join(str(DIGITS[c]) for c in text))
    return _sum_sections(text)


def _sum_sections(text: str) -> int:
    total = section = digit = 0
    last_unit = 1
    for character in text:
        if character in DIGITS:
            digit = DIGITS[character]
            if character in "零〇":
                last_unit = 10
        elif character in _SHORT_TENS:
            section += _SHORT_TENS[character]
            last_unit = 10
        elif character in _UNITS:
            last_unit = _UNITS[character]
            section += (digit or 1) * last_unit
            digit = 0
        else:
            last_unit = _SECTIONS[character]
            total = (total + section + digit) * last_unit
            section = digit = 0
    if digit and last_unit >= 100:
        digit *= last_unit // 10
    return total + section + digit
