"""Owns texts with placeholders: `{path}` and `{path|filter}`, filled once: values are never read as text. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# Beside the tables under `values:` of a wording file.
FILTERS = frozenset({"day", "date", "money", "names", "count", "phone"})
MISSING = "—"
MAX_VALUE = 1_000  # characters of one value that are shown
_PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_.]*)(?:\|([a-z_]+))?\}")


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One place of a text that a value fills."""

    path: str
    filter: str | None


def placeholders(text: str) -> list[Placeholder]:
    """The placeholders of a text in their order."""
    return [Placeholder(path, kind or None) for path, kind in _PLACEHOLDER.findall(text)]


def fill(text: str, values: Mapping[str, object], show: Callable[[object, str | None, object], str]) -> str:
    """The text with its placeholders filled; `show` writes a value, given its filter and what the value lies in."""

    def one(match: re.Match[str]) -> str:
        value, beside = find(match[1], values)
        return show(None if value in ("", [], ()) else value, match[2], beside)[:MAX_VALUE]

    return _PLACEHOLDER.sub(one, text)


def find(path: str, values: Mapping[str, object]) -> tuple[object, object]:
    """The value at a path and what it lies in; None where the path leads nowhere."""
    beside: object = None
    value: object = values
    for part in path.split("."):
        beside = value
        value = value.get(part) if isinstance(value, Mapping) else None
    return value, beside
