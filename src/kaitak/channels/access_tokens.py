"""Owns a platform's access token in this process: one call at a time asks for it, and it is kept until near its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from pydantic import JsonValue

EARLY = timedelta(minutes=5)  # a token is renewed so long before it ends
LONGEST = 7200  # seconds; also where the platform does not say how long a token lasts
SHORTEST = timedelta(seconds=30)


class AccessToken:
    """One app's token. `fetch` gets whether the platform has refused the last one; it answers a new token and what the
    platform says of its life in seconds, and raises ConnectorError.
    """

    def __init__(self, now: Callable[[], datetime], fetch: Callable[[bool], Awaitable[tuple[str, JsonValue]]]) -> None:
        self._now = now
        self._fetch = fetch
        self._held: tuple[str, datetime] | None = None
        self._renewing = asyncio.Lock()

    def forget(self) -> None:
        """Ask for a new one next time."""
        self._held = None

    async def get(self, *, is_refused: bool = False) -> str:
        """The token; a refused one is replaced, unless another call has done so meanwhile."""
        known = self._held
        async with self._renewing:
            if self._held is not None and (not is_refused or self._held is not known):
                token, until = self._held
                if self._now() < until:
                    return token
            token, lasts = await self._fetch(is_refused)
            seconds = lasts if isinstance(lasts, int) and 0 < lasts <= LONGEST else LONGEST
            self._held = token, self._now() + max(timedelta(seconds=seconds) - EARLY, SHORTEST)
            return token
