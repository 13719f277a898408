"""The road's loops: what they ask for, and when they work again."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from time import monotonic

from kaitak.conversations.loop import BREATH, Loop

POLL = timedelta(seconds=30)
BATCH = 4


class Work:
    """Batches of these sizes, then nothing; remembers when each was begun and how often it was asked what is due."""

    def __init__(self, *sizes: int, due_in: timedelta | None = None, news_after: int = -1) -> None:
        self.event = asyncio.Event()
        self.begun: list[float] = []
        self.asked = 0
        self._sizes = list(sizes)
        self._due_in = due_in
        self._news_after = news_after

    async def step(self) -> int:
        self.begun.append(monotonic())
        if len(self.begun) == self._news_after:
            asyncio.get_running_loop().call_later(BREATH.total_seconds() / 3, self.event.set)
        return self._sizes.pop(0) if self._sizes else 0

    async def next_due(self) -> datetime | None:
        self.asked += 1
        if self._due_in is None:
            return None
        due, self._due_in = datetime.now(UTC) + self._due_in, None
        return due

    async def run(self, seconds: float) -> None:
        loop = Loop("test", self.step, self.next_due, self.event, POLL, batch=BATCH)
        running = asyncio.create_task(loop.run())
        await asyncio.sleep(seconds)
        loop.stop()
        await asyncio.wait_for(running, 5)


async def test_at_rest_a_loop_asks_once_and_waits() -> None:
    work = Work()
    await work.run(0.2)
    assert (len(work.begun), work.asked) == (1, 1)


async def test_what_comes_while_it_draws_breath_is_taken_without_asking() -> None:
    work = Work(1, 1, news_after=1)
    await work.run(0.2)
    assert (len(work.begun), work.asked) == (2, 1)
    assert work.begun[1] - work.begun[0] >= BREATH.total_seconds() * 0.9


async def test_a_full_batch_is_followed_by_the_next_without_asking() -> None:
    work = Work(BATCH, BATCH, 1)
    await work.run(0.3)
    assert (len(work.begun), work.asked) == (3, 1)


async def test_it_works_again_when_something_is_due() -> None:
    work = Work(1, 1, due_in=timedelta(milliseconds=60))
    await work.run(0.4)
    assert (len(work.begun), work.asked) == (2, 2)
    assert work.begun[1] - work.begun[0] >= 0.06
