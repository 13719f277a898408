"""Owns the circuit breaker: a business system that keeps failing is left alone for a while, then tried once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(slots=True)
class Breaker:
    """The state of one connection in this process."""

    failures_to_open: int = 5
    rest: timedelta = timedelta(seconds=10)
    _failures: int = 0
    _opened_at: datetime | None = None
    _probe_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether the system is being left alone."""
        return self._opened_at is not None

    def admits(self, at: datetime) -> bool:
        """Whether a call may be made now; when the rest is over, exactly one caller at a time is the probe."""
        if self._opened_at is None:
            return True
        if at < self._opened_at + self.rest:
            return False
        if self._probe_at is not None and at < self._probe_at + self.rest:
            return False
        self._probe_at = at
        return True

    def note_success(self) -> None:
        """The system answered: all is well."""
        self._failures = 0
        self._opened_at = self._probe_at = None

    def note_failure(self, at: datetime) -> None:
        """The system failed; the probe's failure starts a new rest."""
        self._failures += 1
        if self._failures >= self.failures_to_open:
            self._opened_at = at
            self._probe_at = None
