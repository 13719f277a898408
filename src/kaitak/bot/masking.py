"""Owns what leaves the house of a customer's words: numbers, addresses and names of people are masked. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from kaitak.nlu.understanding import Entity

MAX_CHARACTERS = 600
_LOOKED_AT = 4000
_PLAIN = frozenset({"amount", "date"})  # they tell nobody who the customer is, and often tell what is wanted
_PERSONAL = frozenset({"phone", "email", "person", "name", "address"})
_EMAIL = re.compile(r"[\w.%+-]{1,64}\s?[@＠]\s?[\w-]{1,63}(?:\s?[.．。]\s?[\w-]{1,63}){0,4}")
_LINK = re.compile(r"(?:https?|ftp)[:：]//\S{1,2000}|www\.\S{1,2000}", re.IGNORECASE)
# Four digits or more, in whatever script, with the letters, brackets and separators that tie them to one number.
_NUMBER = re.compile(
    r"[A-Za-z]{0,6}(?:[\s().（）/_·\-‐-―－]?[A-Za-z]{0,3}\d){4,40}(?:[\s().（）/_·\-‐-―－]?[A-Za-z0-9]{1,3}(?![A-Za-z]))?"
)
_SPOKEN = re.compile(r"(?:[〇零一二三四五六七八九兩两幺壹贰叁肆伍陆柒捌玖貳參陸][\s,，、]?){4,40}")
_WORD_DIGITS = re.compile(
    r"(?:\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|double|triple)\b[\s,.-]*){4,40}", re.IGNORECASE
)
_CUT_WORD = re.compile(r"\S{0,100}$")


def masked(text: str, entities: Sequence[Entity] = ()) -> str:
    """The text without what identifies a person, an order or a policy, on one line and not too long."""
    text = _without_values(text, [entity for entity in entities if _is_telling(entity)])
    if len(text) > _LOOKED_AT:
        text = _CUT_WORD.sub("", text[:_LOOKED_AT])
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    for pattern, name in ((_LINK, "link"), (_EMAIL, "email"), (_NUMBER, "number"), (_SPOKEN, "number")):
        text = pattern.sub(f"[{name}]", text)
    text = _WORD_DIGITS.sub("[number] ", text)
    return " ".join(text.split())[:MAX_CHARACTERS]


def _is_telling(entity: Entity) -> bool:
    if entity.kind in _PLAIN:
        return False
    return entity.kind in _PERSONAL or any(c.isdigit() for c in entity.value + entity.text)


def _without_values(text: str, entities: Sequence[Entity]) -> str:
    parts, end = [], 0
    for entity in sorted(entities, key=lambda e: (e.start, -e.end)):
        if entity.start >= end:
            parts += [text[end : entity.start], f"[{entity.kind}]"]
        end = max(end, entity.end)
    return "".join([*parts, text[end:]])
