"""Owns the three ways in which the program writes, and which of them a language tag asks for."""

from __future__ import annotations

from typing import Literal

Written = Literal["zh-HK", "zh-Hans", "en"]
_SIMPLIFIED = ("zh-cn", "zh-sg", "zh-hans", "cmn-hans")


def written_for(tag: str) -> Written | None:
    """How somebody of this language reads: by its tag, or as our own understanding names it; None for any other.

    Chinese without a script or a place is Hong Kong's; spoken Mandarin is written in simplified characters.
    """
    bare = tag.lower().replace("_", "-")
    if bare == "cmn" or bare.startswith(_SIMPLIFIED):
        return "zh-Hans"
    primary = bare.partition("-")[0]
    if primary in ("zh", "yue", "cmn"):
        return "zh-HK"
    return "en" if primary == "en" else None
