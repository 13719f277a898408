"""What every platform double has: a loopback server, the phones it shows, its faults on demand, its webhooks."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, TypeVar

import aiohttp
import orjson
from aiohttp import web
from pydantic import JsonValue

Json = dict[str, JsonValue]
Fault = Literal[
    "unauthorised",  # 401
    "forbidden",  # 403
    "limited",  # 429 without a time
    "limited_for",  # 429 with a time: 7 seconds
    "broken",  # 500
    "lost",  # taken, and no answer comes: the connection breaks
    "half_closed",  # taken, and the answer stops in its middle
    "malformed",  # taken, and the answer is not what it should be
    "expired",  # our token is over
    "revoked",  # a right was taken from us
    "gone",  # the customer has another id now, or none
]
FAULTS: tuple[Fault, ...] = Fault.__args__  # type: ignore[attr-defined]
WAIT = 7


class RefusedError(Exception):
    """The platform answers with this instead."""

    def __init__(self, answer: web.Response) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True)
class Shown:
    """One message as the customer's phone shows it."""

    number: str
    to: str
    text: str
    options: tuple[tuple[str, str], ...] = ()
    how: str = ""  # what it went as: text, template, reply, push, a tag …


@dataclass
class Platform(ABC):
    """One platform. `hook` is where its events go; `now` is its clock, which a test may set."""

    hook: str = ""
    url: str = ""
    shown: list[Shown] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)
    heard: dict[str, datetime] = field(default_factory=dict)  # when each customer last wrote
    answered: dict[str, int] = field(default_factory=dict)  # messages to each since then
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    window: timedelta | None = None
    quota: int | None = None
    longest: int = 4096
    per_second: int = 1000
    numbers: int = 0
    moments: deque[datetime] = field(default_factory=deque)
    on_shown: Callable[[Shown], Awaitable[None]] | None = None

    @abstractmethod
    async def answer(self, request: web.Request) -> web.Response:
        """One call of its API; raises RefusedError."""

    @abstractmethod
    def error(self, fault: Fault) -> web.Response:
        """How this platform says that something is wrong."""

    @abstractmethod
    def said(self, sender: str, text: str, number: str = "") -> Json | bytes:
        """The event of a customer's message, under this id or the next."""

    @abstractmethod
    def tapped(self, shown: Shown, title: str, value: str) -> Json | bytes:
        """The event of a customer's tap on an option of a message."""

    @abstractmethod
    def call(self, body: bytes) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        """The body, headers and query of a signed webhook call."""

    def number(self) -> str:
        """The next of its own ids."""
        self.numbers += 1
        return f"{type(self).__name__.lower()}.{self.numbers}"

    async def show(self, shown: Shown) -> None:
        """Let the customer's phone show a message."""
        self.shown.append(shown)
        self.answered[shown.to] = self.answered.get(shown.to, 0) + 1
        if self.on_shown is not None:
            await self.on_shown(shown)

    def note(self, sender: str) -> None:
        """The customer writes: a new window begins."""
        self.heard[sender] = self.now()
        self.answered[sender] = 0

    def is_closed(self, to: str, window: timedelta | None = None) -> bool:
        """Whether free text may no longer go to this customer."""
        within = window or self.window
        return within is not None and (to not in self.heard or self.now() - self.heard[to] >= within)

    def require_rate(self) -> None:
        """Raise where more than `per_second` calls came in a second."""
        now = self.now()
        while self.moments and now - self.moments[0] > timedelta(seconds=1):
            self.moments.popleft()
        self.moments.append(now)
        if len(self.moments) > self.per_second:
            raise RefusedError(self.error("limited_for"))

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One call, with the fault that is due, if one is."""
        self.calls.append(f"{request.method} {request.path}")
        fault = self.faults.popleft() if self.faults and self.counts(request) else None
        if fault in ("lost", "half_closed", "malformed"):
            taken = await self._answer(request)
            return await _spoilt(request, taken, fault)
        return self.error(fault) if fault is not None else await self._answer(request)

    def counts(self, request: web.Request) -> bool:
        """Whether a fault that is due befalls this call."""
        return request.method == "POST"

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            self.require_rate()
            return await self.answer(request)
        except RefusedError as refused:
            return refused.answer

    async def post(self, body: Json | bytes, *, times: int = 1) -> list[int]:
        """Bring an event, signed, as often as this platform would repeat it; says the statuses of the answers."""
        raw, headers, query = self.call(body if isinstance(body, bytes) else orjson.dumps(body))
        statuses = []
        async with aiohttp.ClientSession() as session:
            for _ in range(times):
                async with session.post(self.hook, data=raw, headers=headers, params=query) as answer:
                    statuses.append(answer.status)
        return statuses

    async def bring(self, body: Json | bytes) -> int:
        """Bring an event the way that this platform does; says the status of the answer."""
        return (await self.post(body))[0]


async def _spoilt(request: web.Request, taken: web.Response, fault: Fault) -> web.StreamResponse:
    transport = request.transport
    assert transport is not None
    if fault == "malformed":
        return web.Response(status=200, body=b"<html>Well, yes</html>", content_type="text/html")
    if fault == "half_closed":
        stream = web.StreamResponse(status=200, headers={"Content-Length": "5000"})
        await stream.prepare(request)
        await stream.write(b'{"ok":')
        await asyncio.sleep(0)
    transport.close()
    return web.Response()


P = TypeVar("P", bound=Platform)


@asynccontextmanager
async def running(platform: P, port: int = 0) -> AsyncIterator[P]:
    """A platform on a loopback port, for the length of a block."""
    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", platform.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", port)
    await site.start()
    platform.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield platform
    finally:
        await runner.cleanup()
