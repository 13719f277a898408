"""Owns bringing: what was not acknowledged comes again, and some of what was, late and out of turn."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable

import aiohttp

from tests.kill.channels import Call, Channel
from tests.kill.clients import FAILURES
from tests.kill.world import World

PATIENCE = 240.0
BROKEN, LOST = 0.03, 0.02  # of our messages, as often as one comes in: refused; taken without a word
AGAIN = 0.35


class Sender:
    """All platforms and clients together."""

    def __init__(self, world: World, http: aiohttp.ClientSession, chance: random.Random) -> None:
        self._world = world
        self._http = http
        self._chance = chance
        self._waiting = [asyncio.Lock() for _ in world.people]
        self._telling: set[asyncio.Task[None]] = set()
        self.accepted = 0
        self.repeated = 0

    async def send(self, conversation: int, number: int) -> None:
        """Send one message until it is acknowledged; then, sometimes, send it or an older one again."""
        channel = self._world.channel(conversation)
        async with self._waiting[conversation]:
            await self._until_accepted(conversation, number)
            self.accepted += 1
        fate = self._chance.random()
        if fate < BROKEN + LOST:
            channel.spoil("broken" if fate < BROKEN else "lost")
        if self._chance.random() < AGAIN:
            self.repeated += 1
            await asyncio.sleep(self._chance.random())
            earlier = [each for each in channel.rounds(conversation) if each <= number]
            await self._until_accepted(conversation, self._chance.choice(earlier))

    async def tell(self) -> None:
        """Bring what platforms say beside messages, as it comes, until cancelled."""
        try:
            while True:
                for channel in self._world.channels:
                    self._tell(channel)
                await asyncio.sleep(0.05)
        finally:
            for task in self._telling:
                task.cancel()

    async def told(self) -> None:
        """Wait until all of that is acknowledged, and every customer has looked at the phone."""
        while self._telling:
            await asyncio.gather(*self._telling)
        for conversation in self._world.people:
            await self._world.channel(conversation).look(self._http, conversation)

    def _tell(self, channel: Channel) -> None:
        for call in channel.told:
            task = asyncio.create_task(self._until_taken(call))
            self._telling.add(task)
            task.add_done_callback(self._telling.discard)
        channel.told.clear()

    async def _until_taken(self, call: Callable[[], Call]) -> None:
        for _ in range(2 if self._chance.random() < AGAIN else 1):
            await self._until(lambda: call().made(self._http, 10.0), "what a platform says")

    async def _until_accepted(self, conversation: int, number: int) -> None:
        channel = self._world.channel(conversation)
        await self._until(
            lambda: channel.bring(self._http, conversation, number), f"message {number} of customer {conversation}"
        )

    async def _until(self, bring: Callable[[], Awaitable[int]], what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                if await bring() == 200:
                    return
            except FAILURES:
                pass
            await asyncio.sleep(0.05 + self._chance.random() * 0.2)
        raise AssertionError(f"{what} was not accepted in time")
