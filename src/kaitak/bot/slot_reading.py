"""Owns the reading of a slot's value out of a message: by entity, words of a closed list, free text, or an option."""

from __future__ import annotations

import re
from functools import lru_cache

from kaitak.bot.dialogue import Option
from kaitak.bot.flows import Slot
from kaitak.nlu import folding
from kaitak.nlu.understanding import Understanding

TAIL = 4
_DIGITS = re.compile(r"\d(?:[ -]?\d)*")
_CHINESE = str.maketrans("零〇○一二三四五六七八九", "000123456789")
_ORDINAL = re.compile(r"第([一二三四五六七八九1-9])[個个件張张項项份款]?")
_LEAST = 2
# In folded characters: 唔係, 不是, 錯咗 in front of what is put right, 係 or 要 in front of the new value.
_DENIED = re.compile(
    r"(?:唔好意思|对唔住|sorry)?[,， ]*(?:唔系|不系|不是|错咗|错了|讲错|写错|no|nope|wait|actually)(?![a-z])[,，、 ]*"
    r"(?:not (?=\w))?(?P<rest>.+)"
)
_INSTEAD = re.compile(r"^(?:应该)?(?:而?系|而?是|要|得|先|只系|只是|净系|just|only|it's|it is|but|make it|退|换)*\s*")
_PARTICLES = r"[咋呀啊喎嚟就得先好罢了而已喇啦\s,，。.!！]*(?:please|only)?"


def values(slot: Slot, understanding: Understanding, *, asked: bool) -> tuple[str, ...]:
    """The values that a message gives a slot; free text only `asked` for; a choice is made by its options alone."""
    if slot.entity:
        return understanding.values(slot.entity)
    if slot.words is not None:
        return words_in(slot, understanding.text)
    if slot.text and asked and understanding.text.strip():
        return (understanding.text.strip()[: slot.max],)
    return ()


def words_in(slot: Slot, text: str) -> tuple[str, ...]:
    """The values of a closed list whose words stand in a text; of words within others, the longer."""
    folded = fold(text)
    found: dict[str, tuple[int, int]] = {}
    for value, said in (slot.words or {}).items():
        for word in (value, *said):
            place = _find(fold(word), folded)
            if place is not None and (value not in found or len(fold(word)) > found[value][1] - found[value][0]):
                found[value] = place
    inside = {
        value
        for value, (start, end) in found.items()
        if any(a <= start and end <= b and (b - a) > (end - start) for a, b in found.values())
    }
    return tuple(value for value in found if value not in inside)


def put_right(slot: Slot, old: str, text: str) -> str | None:
    """The value of a closed list that a message gives in the place of another: 唔係兩件，一件咋; no, just one.

    The whole message must say this and nothing else.
    """
    denied = _DENIED.match(fold(text))
    if denied is None or slot.words is None:
        return None
    rest = denied["rest"]
    for word in sorted(map(fold, (old, *slot.words.get(old, ()))), key=len, reverse=True):
        if rest.startswith(word):
            rest = rest[len(word) :]
            break
    rest = _INSTEAD.sub("", rest.strip(" ,，、。."))
    for value, said in slot.words.items():
        if value != old and any(re.fullmatch(rf"{re.escape(fold(word))}{_PARTICLES}", rest) for word in (value, *said)):
            return value
    return None


def option_in(options: tuple[Option, ...], text: str) -> str | None:
    """The value of the one option that a text names by its place or by words of its title; None if it is not one."""
    ordinal = _ORDINAL.search(fold(text))
    if ordinal is not None:
        place = int(ordinal[1].translate(_CHINESE)) - 1
        return options[place].value if place < len(options) else None
    said = fold(text)
    shared = [(_longest_shared(fold(option.title), said), option.value) for option in options]
    best = max((length for length, _ in shared), default=0)
    named = [value for length, value in shared if length == best]
    return named[0] if best >= _LEAST and len(named) == 1 else None


def phone_tail(text: str) -> str | None:
    """The last digits of a telephone number in a message: of the last run of four or more."""
    runs = [re.sub(r"\D", "", run) for run in _DIGITS.findall(fold(text).translate(_CHINESE))]
    long = [run for run in runs if len(run) >= TAIL]
    return long[-1][-TAIL:] if long else None


@lru_cache(maxsize=4_096)
def fold(text: str) -> str:
    """A text without differences of width, case and script."""
    return folding.plain(text).replace("枱", "台")  # the one that has no simplified form


def _find(word: str, text: str) -> tuple[int, int] | None:
    """Where a word stands; one of letters must stand alone."""
    if word.isascii():
        match = re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text)
        return match.span() if match else None
    place = text.find(word)
    return None if place < 0 else (place, place + len(word))


def _longest_shared(title: str, said: str) -> int:
    """The length of the longest piece that two texts share."""
    best = 0
    for start in range(len(title)):
        while start + best < len(title) and title[start : start + best + 1] in said:
            best += 1
    return best
