"""Owns the three ways in which the program writes, and which of them a language tag asks for."""

from __future__ import annotations

from typing import Literal

Written = Literal["zh-HK", "zh-Hans", "en"]
_SIMPLIFIED = frozenset({"cn", "sg", "my"})  # where Chinese is written in simplified characters


def written_for(tag: str) -> Written | None:
    """How somebody of this language reads: by its tag, or as our own understanding names it; None for any other.

    Chinese without a script or a place is Hong Kong's; spoken Mandarin is written in simplified characters.
    """
    primary, *parts = tag.lower().replace("_", "-").split("-")
    if primary not in ("zh", "yue", "cmn"):
        return "en" if primary == "en" else None
    if "hant" in parts:
        return "zh-HK"
    is_simplified = "hans" in parts or not _SIMPLIFIED.isdisjoint(parts) or (primary == "cmn" and not parts)
    return "zh-Hans" if is_simplified else "zh-HK"
