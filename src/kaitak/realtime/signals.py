"""Owns the wake-up signals of one process: what became due, and whether other processes must hear of it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum

CHANNEL = "kaitak"  # the PostgreSQL notification channel; the payload is a string of topic letters
LIVE = timedelta(milliseconds=50)  # for so long what only clients' live streams wait for may be told together


class Topic(StrEnum):
    """What a sleeping loop may be woken for; the value is the topic's letter in a notification."""

    TURN = "t"
    DELIVERY = "d"
    STREAM = "s"
    RECEIVER = "r"


_LETTERS = frozenset(topic.value for topic in Topic)


class Signals:
    """Events that loops of this process wait on. `mark` is called after a commit and never waits."""

    def __init__(self) -> None:
        self._events = {topic: asyncio.Event() for topic in Topic}
        self._unsent: set[Topic] = set()
        self._something = asyncio.Event()
        self._urgent = asyncio.Event()
        self.own_backends: set[int] = set()  # database processes that carry our own notifications

    def event(self, topic: Topic) -> asyncio.Event:
        """The event of a topic: a loop clears it before it looks for work, then waits on it."""
        return self._events[topic]

    def mark(self, *topics: Topic) -> None:
        """Something of these topics was committed here: wake this process and tell the others soon."""
        for topic in topics:
            self._events[topic].set()
        self._unsent.update(topics)
        self._something.set()
        if any(topic is not Topic.STREAM for topic in topics):
            self._urgent.set()

    async def next_unsent(self) -> str:
        """The payload of the next notification: at once where a loop waits for it, else when some has come together."""
        await self._something.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(LIVE.total_seconds()):  # wait_for may swallow a cancellation (Python 3.11)
                await self._urgent.wait()
        payload = "".join(sorted(self._unsent))
        self._unsent.clear()
        self._something.clear()
        self._urgent.clear()
        return payload

    def hear(self, payload: Iterable[str]) -> None:
        """Another process committed something: wake this one."""
        for letter in payload:
            if letter in _LETTERS:
                self._events[Topic(letter)].set()
