"""Owns telling processes of each other's news: one NOTIFY a process every few milliseconds, and the ear for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from datetime import timedelta

import psycopg

from kaitak.realtime.signals import CHANNEL, Signals, Topic

_log = logging.getLogger(__name__)
PAUSE = timedelta(milliseconds=5)
RETRY = timedelta(seconds=1)
_running: set[Signals] = set()


class Notifier:
    """Sends `NOTIFY kaitak` soon after a mark; a NOTIFY in every commit would serialise the commits."""

    def __init__(self, dsn: str, signals: Signals) -> None:
        self._dsn = dsn
        self._signals = signals

    async def run(self) -> None:
        """Notify until cancelled; a lost connection is opened again, and listeners poll meanwhile."""
        await telling(self._signals, self._notify_for_ever())

    async def _notify_for_ever(self) -> None:
        while True:
            try:
                await self._notify()
            except psycopg.OperationalError as exc:
                _log.warning("cannot notify other processes: %s", type(exc).__name__)
                await asyncio.sleep(RETRY.total_seconds())

    async def _notify(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=10) as connection:
            self._signals.own_backends.add(connection.info.backend_pid)
            while True:
                payload = await self._signals.next_unsent()
                await connection.execute("select pg_notify(%s, %s)", (CHANNEL, payload))
                await asyncio.sleep(PAUSE.total_seconds())


class Listener:
    """Hears other processes and wakes the loops of this one."""

    def __init__(self, dsn: str, signals: Signals) -> None:
        self._dsn = dsn
        self._signals = signals

    async def run(self) -> None:
        """Listen until cancelled; a lost connection is opened again, and the loops poll meanwhile."""
        while True:
            try:
                await self._listen()
            except psycopg.OperationalError as exc:
                _log.warning("cannot hear other processes: %s", type(exc).__name__)
            await asyncio.sleep(RETRY.total_seconds())

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=10) as connection:
            await connection.execute(f"listen {CHANNEL}".encode())
            self._signals.hear(topic.value for topic in Topic)
            async for notice in connection.notifies():
                if notice.pid not in self._signals.own_backends:
                    self._signals.hear(notice.payload)


async def telling(signals: Signals, link: Coroutine[object, object, None]) -> None:
    """Run a link; while it runs, `mark` reaches these signals."""
    _running.add(signals)
    try:
        await link
    finally:
        _running.discard(signals)


def mark(topic: Topic = Topic.STREAM) -> None:
    """Something of this topic was committed here; with no notifier running, others find it by polling."""
    for signals in _running:
        signals.mark(topic)
