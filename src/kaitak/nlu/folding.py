"""Owns a text as patterns and word lists read it. Pure."""

from __future__ import annotations

from kaitak.nlu import normalising


def plain(text: str) -> str:
    """A text without differences of width, case and script; offsets are not kept (`normalising.fold` keeps them)."""
    return normalising.simplify(normalising.fold(text).text)
