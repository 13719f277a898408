"""Owns the normal forms of telephone numbers, e-mail addresses, dates and reference numbers, as people type them."""

import re
import unicodedata
from datetime import date
from typing import Final

_CHINESE_DIGITS = str.maketrans("零〇○一壹幺二貳贰兩两三叁四肆五伍六陸陆七柒八捌九玖", "00011122222334455666778899")
_EXTENSION = re.compile(r"(?i)\s*(?:ext(?:ension)?\.?|x|#|內線|内线|轉|转|分機|分机)\s*[:：]?\s*(\d{1,6})\s*$")
_NOT_DIGIT = re.compile(r"\D+")
_COUNTRY = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")
_KEEPS_ZERO: Final = frozenset({"39", "225", "242"})  # countries whose subscribers' numbers begin with 0 abroad too
_MAINLAND_MOBILE = re.compile(r"1[3-9]\d{9}")
_ONE_DOMAIN = {"googlemail.com": "gmail.com"}
_TAGGED: Final = frozenset({"gmail.com", "outlook.com", "hotmail.com", "icloud.com"})
_NAMED = re.compile(r"<([^<>]+)>\s*$")  # Ming <ming@firm.example>
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_MONTH = re.compile(r"(\d{4})[-/.年](\d{1,2})月?")


def phone(text: str) -> str | None:
    """A telephone number in E.164, with `;ext=` where one was given; eight digits are Hong Kong; None: no number."""
    plain = unicodedata.normalize("NFKC", text).translate(_CHINESE_DIGITS).strip()
    plain = plain.removeprefix("tel:").strip()
    extension = _EXTENSION.search(plain)
    if extension:
        plain = plain[: extension.start()]
    digits = _NOT_DIGIT.sub("", plain.replace("(0)", ""))
    is_international = plain.lstrip("( ").startswith("+")
    if not is_international:
        rest = digits.removeprefix("00")
        if rest != digits and len(rest) > 8:
            # Hong Kong dials abroad with 001; 00 and 1 is North America only with the ten digits that it has.
            digits, is_international = rest[1:] if rest[0] == "1" and len(rest) != 11 else rest, True
    number = _with_country(digits, is_international=is_international)
    if number is None:
        return None
    return f"{number};ext={extension[1]}" if extension else number


def _with_country(digits: str, *, is_international: bool) -> str | None:
    if not 5 <= len(digits) <= 16:
        return None
    if not is_international:
        if len(digits) == 8:
            return "+852" + digits
        if _MAINLAND_MOBILE.fullmatch(digits):
            return "+86" + digits
        if not ((len(digits) == 11 and digits.startswith(("852", "853"))) or re.fullmatch(r"860?1[3-9]\d{9}", digits)):
            return digits  # no country said: equal only to the same digits
    country = _COUNTRY.match(digits)
    code = country[0] if country else ""
    rest = digits[len(code) :]
    return f"+{code}{rest if code in _KEEPS_ZERO else rest.lstrip('0')}"


def email(text: str) -> str | None:
    """An e-mail address in lower case, without the parts that its provider ignores; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if named := _NAMED.search(plain):
        plain = named[1]
    plain = plain.removeprefix("mailto:").strip()
    if not _EMAIL.fullmatch(plain):
        return None
    local, domain = plain.rsplit("@", 1)
    domain = _ONE_DOMAIN.get(domain, domain)
    if domain in _TAGGED:
        local = local.split("+", 1)[0]
    if domain == "gmail.com":
        local = local.replace(".", "")
    return f"{local}@{domain}" if local else None


def reference(text: str) -> str | None:
    """An order or policy number without blanks and dashes, in capitals."""
    return re.sub(r"[\s\-_/‐-―]+", "", unicodedata.normalize("NFKC", text)).upper() or None


def day(text: str) -> date | None:
    """A date: ISO, with slashes or Chinese, or day first as in Hong Kong; a month alone is its first day."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if found := _YEAR_FIRST.fullmatch(plain):
        return _date(found[1], found[2], found[3])
    if found := _DAY_FIRST.fullmatch(plain):
        return _date(found[3], found[2], found[1])
    if found := _MONTH.fullmatch(plain):
        return _date(found[1], found[2], "1")
    if re.fullmatch(r"\d{8}", plain):
        return _date(plain[:4], plain[4:6], plain[6:])
    if re.fullmatch(r"\d{4}", plain):
        return _date(plain, "1", "1")
    return None


def _date(year: str, month: str, on: str) -> date | None:
    try:
        return date(int(year), int(month), int(on))
    except ValueError:
        return None


def hkid_tail(text: str) -> str | None:
    """The last part of an identity card number, letters and digits only."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKC", text).upper()) or None
