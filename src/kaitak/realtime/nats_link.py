"""Owns the same telling over NATS, for many nodes: there one notification channel of PostgreSQL is the narrow place.

What is told is only that something of a topic was committed; everybody still reads the rows by their ids. So a lost
message costs a poll's delay and nothing else, and NATS needs no storage (https://docs.nats.io/nats-concepts/core-nats).
"""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error

from kaitak.realtime.signals import CHANNEL, Signals, Topic

_log = logging.getLogger(__name__)
PAUSE = timedelta(milliseconds=5)
RETRY = timedelta(seconds=1)


class NatsLink:
    """Tells the other processes of our news, and wakes this one by theirs."""

    def __init__(self, url: str, signals: Signals, *, subject: str = CHANNEL) -> None:
        self._url = url
        self._signals = signals
        self._subject = subject

    async def run(self) -> None:
        """Tell and hear until cancelled; a lost connection is opened again, and the loops poll meanwhile."""
        while True:
            try:
                await self._link()
            except (Error, OSError) as exc:
                _log.warning("no link to NATS: %s", type(exc).__name__)
            await asyncio.sleep(RETRY.total_seconds())

    async def _link(self) -> None:
        client = await nats.connect(
            self._url,
            no_echo=True,
            name="kaitak",
            max_reconnect_attempts=-1,
            reconnect_time_wait=RETRY.total_seconds(),
            error_cb=_note,
            reconnected_cb=self._catch_up,
        )
        try:
            await client.subscribe(self._subject, cb=self._hear)
            await client.flush()
            await self._catch_up()
            await self._tell(client)
        finally:
            await client.close()

    async def _tell(self, client: Client) -> None:
        while True:
            payload = await self._signals.next_unsent()
            await client.publish(self._subject, payload.encode())
            await client.flush()
            await asyncio.sleep(PAUSE.total_seconds())

    async def _hear(self, message: Msg) -> None:
        self._signals.hear(message.data.decode(errors="replace"))

    async def _catch_up(self) -> None:
        """What was told while we were away is found by looking."""
        self._signals.hear(topic.value for topic in Topic)


async def _note(error: Exception) -> None:
    _log.warning("NATS: %s", type(error).__name__)
