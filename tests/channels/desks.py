"""A receiver's desk in memory, whose store may fail: for connectors that receive."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta

from pydantic import JsonValue

from kaitak.channels.contract import InboundEvent
from kaitak.channels.errors import ChannelUnavailableError


class Desk:
    """Keeps what is stored; `wait` ends when it is nudged or closed."""

    def __init__(self, cursor: JsonValue = None) -> None:
        self.cursor = cursor
        self.stored: list[InboundEvent] = []
        self.is_closing = False
        self.is_full = False
        self.waits = 0
        self._called = asyncio.Event()
        self._nudge: Mapping[str, JsonValue] | None = None

    async def connected(self) -> None:
        return None

    async def store(self, events: Sequence[InboundEvent], *, cursor: JsonValue = None) -> None:
        if self.is_full:
            raise ChannelUnavailableError("the door is full")
        self.stored += events
        if cursor is not None:
            self.cursor = cursor

    async def wait(self, longest: timedelta) -> Mapping[str, JsonValue] | None:
        self.waits += 1
        if not self.is_closing:
            await self._called.wait()
        self._called.clear()
        nudge, self._nudge = self._nudge, None
        return nudge

    def nudge(self, **raw: JsonValue) -> None:
        self._nudge = raw
        self._called.set()

    def close(self) -> None:
        self.is_closing = True
        self._called.set()
