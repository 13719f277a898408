"""Owns a text as it may stand in a mail's header. Pure."""

from __future__ import annotations

import re

_BREAKS = re.compile("[\x00-\x1f\x7f\u0085\u2028\u2029]+")


def flat(text: str) -> str:
    """Without what would begin another header."""
    return _BREAKS.sub(" ", text).strip()
