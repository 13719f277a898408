"""Owns telling all processes that the stream has news: one NOTIFY a process at most every few milliseconds."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import timedelta

import psycopg

_log = logging.getLogger(__name__)
CHANNEL = "kaitak"
PAUSE = timedelta(milliseconds=5)
RETRY = timedelta(seconds=1)
_running: set[Notifier] = set()


class Notifier:
    """Sends `NOTIFY kaitak` soon after it was marked; a NOTIFY in every commit would serialise the commits."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._news = asyncio.Event()

    def mark(self) -> None:
        """There is news; cheap, and safe to call as often as wanted from the event loop."""
        self._news.set()

    async def run(self) -> None:
        """Notify until cancelled; a lost connection is opened again, and listeners poll meanwhile."""
        _running.add(self)
        try:
            while True:
                try:
                    await self._notify()
                except psycopg.OperationalError as exc:
                    _log.warning("cannot notify the stream: %s", type(exc).__name__)
                    await asyncio.sleep(RETRY.total_seconds())
        finally:
            _running.discard(self)

    async def _notify(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=10) as connection:
            while True:
                await self._news.wait()
                self._news.clear()
                await connection.execute("notify kaitak")
                await asyncio.sleep(PAUSE.total_seconds())


def mark() -> None:
    """Mark whatever notifiers run in this process; with none running, listeners find the news by polling."""
    for each in _running:
        with suppress(RuntimeError):  # a loop that has closed
            each.mark()
