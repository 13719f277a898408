"""What processes tell each other: what a loop waits for at once, what clients' live streams wait for together."""

from __future__ import annotations

import asyncio
from time import monotonic

import pytest

from kaitak.db.urls import ServerUrls
from kaitak.realtime.notifier import Listener, Notifier
from kaitak.realtime.signals import LIVE, Signals, Topic


async def test_what_a_loop_waits_for_is_told_at_once() -> None:
    signals = Signals()
    signals.mark(Topic.TURN, Topic.STREAM)
    begun = monotonic()
    assert await signals.next_unsent() == "st"
    assert monotonic() - begun < LIVE.total_seconds() / 2


async def test_news_of_the_stream_alone_is_told_together() -> None:
    signals = Signals()
    signals.mark(Topic.STREAM)
    begun = monotonic()
    assert await signals.next_unsent() == "s"
    assert monotonic() - begun >= LIVE.total_seconds() * 0.9


async def test_it_does_not_wait_when_something_urgent_comes() -> None:
    signals = Signals()
    signals.mark(Topic.STREAM)
    asyncio.get_running_loop().call_later(LIVE.total_seconds() / 5, signals.mark, Topic.DELIVERY)
    begun = monotonic()
    assert await signals.next_unsent() == "ds"
    assert monotonic() - begun < LIVE.total_seconds() * 0.8


async def test_nothing_is_told_twice() -> None:
    signals = Signals()
    signals.mark(Topic.RECEIVER)
    assert await signals.next_unsent() == "r"
    telling = asyncio.create_task(signals.next_unsent())
    await asyncio.sleep(LIVE.total_seconds() * 2)
    assert not telling.done()
    telling.cancel()


async def test_another_process_hears_and_the_own_one_does_not(worker_urls: ServerUrls) -> None:
    ours, theirs = Signals(), Signals()
    running = [
        asyncio.create_task(part)
        for part in (
            Notifier(worker_urls.url, ours).run(),
            Listener(worker_urls.url, ours).run(),
            Listener(worker_urls.url, theirs).run(),
        )
    ]
    try:
        for signals in (ours, theirs):  # a listener begins with a look at everything
            await asyncio.wait_for(signals.event(Topic.STREAM).wait(), 10)
            signals.event(Topic.STREAM).clear()
        ours.mark(Topic.STREAM)
        ours.event(Topic.STREAM).clear()
        await asyncio.wait_for(theirs.event(Topic.STREAM).wait(), 10)
        await asyncio.sleep(0.2)
        assert not ours.event(Topic.STREAM).is_set()
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@pytest.mark.parametrize("steps", [0, 1, 2, 3])
async def test_who_is_stopped_just_as_something_comes_stops(steps: int) -> None:
    signals = Signals()

    async def tell_for_ever() -> None:
        while True:
            await signals.next_unsent()

    telling = asyncio.create_task(tell_for_ever())
    signals.mark(Topic.STREAM)
    await asyncio.sleep(LIVE.total_seconds() / 5)  # it waits for more
    signals.mark(Topic.TURN)
    for _ in range(steps):
        await asyncio.sleep(0)
    telling.cancel()
    done, _ = await asyncio.wait([telling], timeout=5)
    assert done
