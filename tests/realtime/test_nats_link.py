"""News over a real NATS server: heard by others and not by ourselves, and found again after the server was away."""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from kaitak.realtime.nats_link import NatsLink
from kaitak.realtime.signals import Signals, Topic


class Server:
    """nats-server from its wheel, on one port."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"nats://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        program = shutil.which("nats-server", path=str(Path(sys.executable).parent))
        assert program is not None
        command = [program, "-a", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 0.2):
                return
            time.sleep(0.05)
        raise AssertionError("nats-server did not start")

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    server.start()
    yield server
    server.kill()


@asynccontextmanager
async def linked(server: Server) -> AsyncIterator[Signals]:
    """The signals of one process that is linked and has caught up."""
    signals = Signals()
    task = asyncio.create_task(NatsLink(server.url, signals).run())
    await asyncio.wait_for(signals.event(Topic.STREAM).wait(), 10)
    for topic in Topic:
        signals.event(topic).clear()
    yield signals
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def heard(signals: Signals, topic: Topic, seconds: float = 10) -> bool:
    with suppress(TimeoutError):
        return await asyncio.wait_for(signals.event(topic).wait(), seconds)
    return False


async def told(here: Signals, there: Signals, topic: Topic) -> bool:
    """Mark it here until it is heard there: a notification may be lost, and costs one poll where it is."""
    for _ in range(10):
        here.mark(topic)
        if await heard(there, topic, seconds=1):
            return True
    return False


async def test_others_hear_the_topics_that_were_marked_and_no_more(server: Server) -> None:
    async with linked(server) as here, linked(server) as there:
        assert await told(here, there, Topic.TURN)
        assert not there.event(Topic.DELIVERY).is_set()


async def test_own_news_does_not_come_back(server: Server) -> None:
    async with linked(server) as here, linked(server) as there:
        assert await told(here, there, Topic.DELIVERY)
        here.event(Topic.DELIVERY).clear()
        assert not await heard(here, Topic.DELIVERY, seconds=0.3)


async def test_after_the_server_was_away_everything_is_looked_at_and_told_again(server: Server) -> None:
    async with linked(server) as here, linked(server) as there:
        server.kill()
        await asyncio.sleep(0.2)
        here.mark(Topic.TURN)
        server.start()
        assert await heard(there, Topic.STREAM)
        for topic in Topic:
            there.event(topic).clear()
        here.mark(Topic.TURN)
        assert await heard(there, Topic.TURN)
