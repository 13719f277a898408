"""Owns which day it is for an account: articles hold by its own calendar, not by the server's. Pure."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def day_in(timezone: str, now: datetime) -> date:
    """The date at a moment in a time zone; UTC's where the zone is unknown to this machine."""
    try:
        return now.astimezone(ZoneInfo(timezone)).date()
    except (ZoneInfoNotFoundError, ValueError):
        return now.astimezone(UTC).date()
