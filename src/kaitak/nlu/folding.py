"""Owns a text as patterns and word lists read it. Pure."""

from __future__ import annotations

from functools import lru_cache

from kaitak.nlu import normalising

_OF_A_MESSAGE = 64  # texts: the message, what it quotes and the words around its values


@lru_cache(_OF_A_MESSAGE)
def plain(text: str) -> str:
    """A text without differences of width, case and script; offsets are not kept (`normalising.fold` keeps them)."""
    return normalising.simplify(normalising.fold(text).text)


def forget() -> None:
    """Nothing that was folded before is kept: to be called before a message is read."""
    plain.cache_clear()
