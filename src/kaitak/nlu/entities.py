"""Owns entity extraction: the pack's own patterns, phones, e-mail, money and dates, with spans in the original text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kaitak.nlu import dates, normalising, numerals
from kaitak.nlu.understanding import Context, Entity


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityRule:
    """A tenant's own kind of number, as data: `patterns` match folded text, `cues` say when bare digits are one."""

    kind: str
    patterns: tuple[str, ...]
    normal: str = ""
    cues: tuple[str, ...] = ()
    spoken_lengths: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class _Candidate:
    kind: str
    value: str
    start: int
    end: int
    spoken: bool = False


_EMAIL = re.compile(r"[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,4}")
_SPOKEN_AT = re.compile(
    r" at ((?:[a-z0-9-]{1,40}(?: dot |\.)){1,4}[a-z]{2,10}|(?:gmail|outlook|hotmail|icloud)(?![a-z]))"
)
_SPOKEN_TOKEN = re.compile(r"[a-z0-9._-]{1,40}$")
_MAX_SPOKEN_TOKENS = 20
_DIGIT_RUN = re.compile(
    rf"(?<![0-9a-z.$-])\+?{numerals.SPOKEN_DIGIT}(?:[ \-,，、]?{numerals.SPOKEN_DIGIT}){{3,15}}(?![0-9a-z%]|"
    rf"[十百千萬万年月日號号蚊元])"
)
_HK_PHONE = re.compile(r"(?:852)?([235-9]\d{7})$")
_PHONE_CUES = re.compile(
    r"電話|电话|手機|手机|致電|打俾|打畀|打比|打返|whatsapp|call|phone|tel|mobile|聯絡|联络|number is"
)
_MONEY = re.compile(
    rf"(?P<front>hk\$|hkd|us\$|usd|rmb|cny|nt\$|twd|mop|jpy|eur|gbp|\$|￥|¥|£|€|港幣|港币|人民幣|人民币|"
    rf"美金|日圓|日元|澳門幣|台幣)\s?(?P<a>\d[\d,]{{0,12}}(?:\.\d{{1,2}})?)(?P<k>k\b|萬|万|千)?"
    rf"|(?P<b>\d[\d,]{{0,12}}(?:\.\d{{1,2}})?|{numerals.NUMERAL}{{1,9}})(?P<k2>k|千|萬|万)?\s?(?:幾)?(?P<back>蚊|元|"
    rf"塊錢|块钱|塊|块|大洋|港紙|港幣|hkd|dollars?|rmb|人民幣|人民币|美金|usd)"
)
_CURRENCIES = {
    "us$": "USD",
    "usd": "USD",
    "美金": "USD",
    "rmb": "CNY",
    "cny": "CNY",
    "人民幣": "CNY",
    "人民币": "CNY",
    "￥": "CNY",
    "¥": "CNY",
    "nt$": "TWD",
    "twd": "TWD",
    "台幣": "TWD",
    "mop": "MOP",
    "澳門幣": "MOP",
    "jpy": "JPY",
    "日圓": "JPY",
    "日元": "JPY",
    "eur": "EUR",
    "€": "EUR",
    "gbp": "GBP",
    "£": "GBP",
}


def find_entities(
    folded: normalising.Folded, original: str, rules: Sequence[EntityRule], context: Context
) -> list[Entity]:
    """All entities of a message in order of mention; spans index the customer's original text."""
    text = folded.text
    taken: list[_Candidate] = []
    has_digit = _ANY_DIGIT.search(text) is not None
    if has_digit:
        for rule in rules:
            _take(taken, _find_patterns(text, rule))
    if "@" in text or " at " in text:
        _take(taken, _find_emails(text))
    _take(taken, [_Candidate("date", d.day.isoformat(), d.start, d.end) for d in dates.find_dates(text, context.now)])
    if has_digit:
        _take(taken, _find_money(text))
        _take(taken, _find_digit_runs(text, rules, context))
    return [_entity(candidate, folded, original) for candidate in sorted(taken, key=lambda c: c.start)]


_ANY_DIGIT = re.compile("[0-9零〇一二三四五六七八九十兩两廿卅百千]")


def _take(taken: list[_Candidate], found: list[_Candidate]) -> None:
    for candidate in found:
        if not any(t.start < candidate.end and candidate.start < t.end for t in taken):
            taken.append(candidate)


def _entity(candidate: _Candidate, folded: normalising.Folded, original: str) -> Entity:
    start, end = folded.span(candidate.start, candidate.end)
    return Entity(
        kind=candidate.kind,
        text=original[start:end],
        value=candidate.value,
        start=start,
        end=end,
        spoken=candidate.spoken,
    )


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _find_patterns(text: str, rule: EntityRule) -> list[_Candidate]:
    found: list[_Candidate] = []
    for pattern in rule.patterns:
        for match in _compiled(pattern).finditer(text):
            parts = [numerals.read_digits(g) if _is_numeric(g) else g.upper() for g in match.groups() if g is not None]
            value = rule.normal.format(*parts) if rule.normal and parts else match.group().upper()
            spoken = not match.group().isascii()
            found.append(_Candidate(rule.kind, value, match.start(), match.end(), spoken))
    return found


def _is_numeric(text: str) -> bool:
    return all(c.isdigit() or c in numerals.DIGITS or c in " -,，、" for c in text)


def _find_emails(text: str) -> list[_Candidate]:
    found = [_Candidate("email", m.group().rstrip("."), m.start(), m.end()) for m in _EMAIL.finditer(text)]
    for match in _SPOKEN_AT.finditer(text):
        start = _spoken_local_start(text, match.start())
        local = text[start : match.start()].replace(" dot ", ".").replace(" ", "")
        domain = match[1].replace(" dot ", ".")
        if start < match.start():
            value = f"{local}@{domain if '.' in domain else domain + '.com'}"
            found.append(_Candidate("email", value, start, match.end(), spoken=True))
    return found


def _spoken_local_start(text: str, end: int) -> int:
    """Where a spelt-out name before " at " begins: single letters, and words joined by "dot"."""
    start, later = end, ""
    for _ in range(_MAX_SPOKEN_TOKENS):
        match = _SPOKEN_TOKEN.search(text, max(0, start - 41), start)
        word = match.group() if match else ""
        is_spelt = len(word) == 1 and len(later) == 1
        if not word or not (later in ("", "dot") or word == "dot" or is_spelt):
            break
        start, later = start - len(word), word
        if start == 0 or text[start - 1] != " ":
            break
        start -= 1
    return start + 1 if text[start : start + 1] == " " else start


def _find_money(text: str) -> list[_Candidate]:
    found: list[_Candidate] = []
    for match in _MONEY.finditer(text):
        amount = _read_amount(match["a"] or match["b"], match["k"] or match["k2"] or "")
        if amount is None:
            continue
        currency = _CURRENCIES.get(match["front"] or match["back"] or "", "")
        found.append(_Candidate("amount", f"{currency} {amount}".strip(), match.start(), match.end()))
    return found


def _read_amount(digits: str, unit: str) -> str | None:
    plain = digits.replace(",", "")
    if plain.isascii():
        number = float(plain) * {"k": 1000, "千": 1000, "萬": 10_000, "万": 10_000}.get(unit, 1)
        return str(int(number)) if number == int(number) else f"{number:.2f}"
    value = numerals.read_number(plain)
    return None if value is None else str(value)


def _find_digit_runs(text: str, rules: Sequence[EntityRule], context: Context) -> list[_Candidate]:
    found: list[_Candidate] = []
    for match in _DIGIT_RUN.finditer(text):
        digits = numerals.read_digits(match.group())
        kind = _kind_of_digits(text, match, digits, rules, context)
        if kind is None:
            continue
        value = _phone(match.group(), digits) if kind == "phone" else digits
        found.append(_Candidate(kind, value, match.start(), match.end(), not match.group().isascii()))
    return found


def _kind_of_digits(
    text: str, match: re.Match[str], digits: str, rules: Sequence[EntityRule], context: Context
) -> str | None:
    before = text[max(0, match.start() - 14) : match.start()]
    after = text[match.end() : match.end() + 6]
    is_phone = match.group().startswith("+") or _HK_PHONE.fullmatch(digits) is not None
    if is_phone and (match.group().startswith("+") or _PHONE_CUES.search(before)):
        return "phone"
    fitting = [r for r in rules if r.spoken_lengths[0] <= len(digits) <= r.spoken_lengths[1]]
    for rule in fitting:
        if any(cue in before or cue in after for cue in rule.cues):
            return rule.kind
    asked_here = context.asked == "slot" and any(r.kind == context.asked_entity for r in fitting)
    if is_phone and not asked_here:
        return "phone"
    for rule in fitting:
        if context.asked_entity == rule.kind:
            return rule.kind
    return None


def _phone(written: str, digits: str) -> str:
    match = _HK_PHONE.fullmatch(digits)
    if match is not None:
        return match[1]
    return f"+{digits}" if written.startswith("+") else digits
