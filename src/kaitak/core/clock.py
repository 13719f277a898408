"""Owns the notion of now: aware UTC times, and a clock that can be passed as a value."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


def now() -> datetime:
    """The present moment in UTC."""
    return datetime.now(UTC)
