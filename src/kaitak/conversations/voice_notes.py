"""Owns what a voice note is: a sound that came without words. Pure."""

from __future__ import annotations

from kaitak.channels.content import described

KINDS = ("voice", "audio")


def is_wordless(text: str, kind: str, file_name: str) -> bool:
    """Whether a message says nothing but that it holds this sound; some platforms give the words with it."""
    return kind in KINDS and text in (described(kind, file_name), described(kind))
