"""Owns the shop's pictures: small SVG drawings beside the code, put into the page itself."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("files") / "art"


@cache
def of(name: str) -> str:
    """The drawing of this name."""
    return (_FOLDER / f"{name}.svg").read_text("utf-8").replace("\n", "")
