"""Runs the other end of a channel on loopback: takes what is posted, answers as the test says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import orjson
from aiohttp import web
from pydantic import JsonValue


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it arrived."""

    headers: Mapping[str, str]
    body: bytes

    def json(self) -> dict[str, JsonValue]:
        found: dict[str, JsonValue] = orjson.loads(self.body)
        return found


@dataclass
class Sink:
    """What came in, and the answers to come: a status, or `hang` (no answer) or `drop` (the connection breaks)."""

    url: str = ""
    received: list[Received] = field(default_factory=list)
    answers: deque[int | str] = field(default_factory=deque)
    headers: dict[str, str] = field(default_factory=dict)
    always: int | str = 200
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def contents(self) -> list[JsonValue]:
        """The texts that arrived, in order."""
        return [each.json()["content"] for each in self.received]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One request."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.received.append(Received(headers, await request.read()))
        self.arrived.set()
        answer = self.answers.popleft() if self.answers else self.always
        if answer == "hang":
            await asyncio.sleep(60)
        if isinstance(answer, str):
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        return web.Response(status=answer, headers=self.headers, text="well")


@asynccontextmanager
async def running() -> AsyncIterator[Sink]:
    """A sink for the length of a block."""
    sink = Sink()
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", sink.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    sink.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    try:
        yield sink
    finally:
        await runner.cleanup()
