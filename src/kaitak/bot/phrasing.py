"""Owns saying things: the pack's wording in the customer's language, with values formatted for it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kaitak.bot import templates
from kaitak.bot.packs import Locale, Pack
from kaitak.core import languages
from kaitak.nlu.understanding import Language

_CURRENCIES = {"HKD": "HK$", "CNY": "¥", "MOP": "MOP$", "USD": "US$", "TWD": "NT$"}
_WEEKDAYS = "一二三四五六日"
_LOCALES: dict[Language, Locale] = {
    "yue": "zh-HK",
    "mixed": "zh-HK",
    "zh-Hant": "zh-HK",
    "zh-Hans": "zh-Hans",
    "en": "en",
}


@dataclass(frozen=True, slots=True)
class Voice:
    """One language of one pack."""

    pack: Pack
    locale: Locale

    def say(self, key: str, values: Mapping[str, object] | None = None, *, turn: int = 0) -> str:
        """The wording with its placeholders filled; a missing value is a dash. Variants take turns."""
        variants = self.pack.wording[self.locale].wording[key]
        return self.fill(variants if isinstance(variants, str) else variants[turn % len(variants)], values or {})

    def fill(self, text: str, values: Mapping[str, object]) -> str:
        """A text with its placeholders filled."""
        return templates.fill(text, values, self._show)

    def _show(self, value: object, kind: str | None, beside: object) -> str:
        """A value as its filter writes it; of what is missing, the word `none` of the filter's table, else a dash."""
        if value is None:
            return self.pack.wording[self.locale].values.get(kind or "", {}).get("none", templates.MISSING)
        if kind == "money":
            return _money(value, beside)
        written: dict[str | None, Callable[[object], str]] = {
            None: _written,
            "day": self._day_of,
            "date": self._date_of,
            "names": self._names,
            "count": lambda counted: str(len(counted)) if isinstance(counted, list | tuple) else _written(counted),
            "phone": _phone,
        }
        return written[kind](value) if kind in written else self.name(str(kind), str(value))

    def _day_of(self, value: object) -> str:
        try:
            return self.day(date.fromisoformat(str(value)[:10])) or templates.MISSING
        except ValueError:
            return str(value)

    def _date_of(self, value: object) -> str:
        """A day that may lie far away: with its year."""
        try:
            found = date.fromisoformat(str(value)[:10])
        except ValueError:
            return str(value)
        if self.locale == "en":
            return f"{found.day} {found:%b} {found.year}"
        return f"{found.year}年{found.month}月{found.day}日"

    def _names(self, value: object) -> str:
        rows = value if isinstance(value, list | tuple) else [value]
        named = [_name_of(row) for row in rows]
        return (", " if self.locale == "en" else "、").join(name for name in named if name) or templates.MISSING

    def name(self, kind: str, value: str) -> str:
        """The word for a coded value, such as an order's status."""
        return self.pack.wording[self.locale].values.get(kind, {}).get(value, value)

    def title(self, intent: str) -> str:
        return self.pack.intents[intent].title.of(self.locale)

    def suggestions(self, key: str | None) -> tuple[str, ...]:
        lists = self.pack.wording[self.locale].suggestions
        return tuple(lists.get(key or "default", lists.get("default", [])))

    def day(self, value: date | None) -> str | None:
        """A date as people here write it."""
        if value is None:
            return None
        if self.locale == "en":
            return f"{value:%a} {value.day} {value:%b}"
        weekday = _WEEKDAYS[value.weekday()]
        return f"{value.month}月{value.day}日（{'星期' if self.locale == 'zh-HK' else '周'}{weekday}）"


def voice_for(pack: Pack, language: Language | None) -> Voice:
    """The pack's voice for a customer's language; the pack's first language when it does not speak that one."""
    locale = _LOCALES.get(language, pack.head.languages[0]) if language else pack.head.languages[0]
    return Voice(pack, locale if locale in pack.wording else pack.head.languages[0])


def language_of(locale: str) -> Language:
    """The language to assume for a contact's or page's locale before a word is written."""
    written = languages.written_for(locale)
    return "yue" if written is None or written == "zh-HK" else written


def _written(value: object) -> str:
    """A value without a filter: whole numbers without a point, a list by its parts."""
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() else f"{value:.2f}"
    if isinstance(value, list | tuple):
        return "、".join(_written(each) for each in value)
    if isinstance(value, Mapping):
        return templates.MISSING
    return str(value)


def _money(value: object, beside: object) -> str:
    """An amount with the currency of the fact that it lies in."""
    try:
        amount = Decimal(str(value)).quantize(Decimal("0.01"))
    except ArithmeticError:
        return str(value)
    code = str(beside.get("currency") or "HKD") if isinstance(beside, Mapping) else "HKD"
    written = f"{abs(amount):,.2f}".removesuffix(".00")
    return f"{'-' if amount < 0 else ''}{_CURRENCIES.get(code, code + ' ')}{written}"


def _name_of(row: object) -> str:
    """What a row of facts is called; more than one piece says how many."""
    if not isinstance(row, Mapping):
        return _written(row)
    name = row.get("name") or row.get("product") or row.get("sku") or ""
    qty = row.get("qty")
    return f"{name}×{qty}" if isinstance(qty, int) and qty > 1 else str(name)


def _phone(value: object) -> str:
    """A telephone number in groups, as people here write it."""
    local = str(value).removeprefix("+852")
    return f"{local[:4]} {local[4:]}" if len(local) == 8 and local.isdigit() else str(value)
