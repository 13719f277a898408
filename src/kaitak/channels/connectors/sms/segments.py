"""Owns counting SMS: which alphabet a text needs and how many segments carry it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # each takes two places
_ROOM = {"GSM-7": (160, 153), "UCS-2": (70, 67)}  # of a single message, and of each of several


@dataclass(frozen=True, slots=True)
class Count:
    """`units` are septets in GSM-7 and 16-bit units in UCS-2."""

    alphabet: Literal["GSM-7", "UCS-2"]
    units: int
    segments: int


def counted(text: str) -> Count:
    """How a text goes by SMS; a character of two units is never cut in two."""
    if all(char in _BASIC or char in _EXTENDED for char in text):
        return _count("GSM-7", [2 if char in _EXTENDED else 1 for char in text])
    return _count("UCS-2", [2 if ord(char) > 0xFFFF else 1 for char in text])


def _count(alphabet: Literal["GSM-7", "UCS-2"], sizes: list[int]) -> Count:
    alone, each = _ROOM[alphabet]
    units = sum(sizes)
    if units <= alone:
        return Count(alphabet, units, 1)
    segments, used = 1, 0
    for size in sizes:
        if used + size > each:
            segments, used = segments + 1, 0
        used += size
    return Count(alphabet, units, segments)
