"""Owns saying things: the pack's wording in the customer's language, with values formatted for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kaitak.bot.packs import Locale, Pack
from kaitak.nlu.understanding import Language

_PLACEHOLDER = re.compile(r"\{([a-z_.]+)\}")
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

    def say(self, key: str, values: Mapping[str, str] | None = None) -> str:
        """The wording with its placeholders filled; a placeholder without a value becomes a dash."""
        filled = values or {}
        text = self.pack.wording[self.locale].wording[key]
        return _PLACEHOLDER.sub(lambda m: filled.get(m[1], "—"), text)

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
    lowered = locale.lower().replace("_", "-")
    if lowered.startswith("en"):
        return "en"
    return "zh-Hans" if lowered.startswith(("zh-hans", "zh-cn", "zh-sg")) else "yue"
