"""A real TCP relay in front of the demo ERP that can be told to be slow, broken, nonsensical or gone,
to lose a deed on its way there (`lose_deed`) or its answer on the way back (`lose_answer`), to answer `twice` on a
connection that is kept, and to `stall` for half a second."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit

Mood = Literal[
    "well",
    "slow",
    "stall",
    "error",
    "garbage",
    "wrong_shape",
    "huge",
    "hang_up",
    "not_found",
    "lose_answer",
    "lose_deed",
    "twice",
]
_CLOSE = b"connection: close\r\n\r\n"
_REPLIES: dict[str, bytes] = {
    "error": b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n" + _CLOSE,
    "garbage": b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n" + _CLOSE + b"<html>\xff\x00!",
    "wrong_shape": b"HTTP/1.1 200 OK\r\ncontent-length: 23\r\n" + _CLOSE + b'{"order_no":"x","a": 1}',
    "huge": b"HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n" + _CLOSE + b"[" * 1000,
    "not_found": b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n" + _CLOSE,
    "hang_up": b"",
}


class Unruly:
    """The relay; `mood` decides how it treats the next request."""

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._host, self._port = parts.hostname or "", parts.port or 0
        self.mood: Mood = "well"
        self.requests = 0
        self.deeds = 0
        self.url = ""
        self.instead = (b"", b"")  # what is asked, and what is asked of the target in its stead
        self._losing = b""
        self._talks: set[asyncio.Task[None]] = set()

    def lose(self, text: str) -> None:
        """Lose the answers to requests whose body has this text; none, if it is empty."""
        self._losing = text.encode()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: one request, unless it is kept."""
        task = asyncio.current_task()
        assert task is not None
        self._talks.add(task)
        try:
            while await self._answer(reader, writer):
                pass
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            self._talks.discard(task)
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        """One request; whether the connection is kept for another."""
        request = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: *([0-9]+)", request)
        body = await reader.readexactly(int(length[1])) if length else b""
        is_deed = request.startswith(b"POST")
        self.requests += 1
        self.deeds += is_deed
        is_lost = (is_deed and self.mood == "lose_answer") or (self._losing != b"" and self._losing in body)
        if is_lost:
            await self._relay(request, body)
        if is_lost or (is_deed and self.mood == "lose_deed"):
            return False
        await asyncio.sleep({"slow": 30, "stall": 0.5}.get(self.mood, 0))
        reply = _REPLIES.get(self.mood) or (b"" if self.mood == "hang_up" else await self._relay(request, body))
        if self.mood == "twice":
            reply = re.sub(rb"(?i)connection: close\r\n", b"", reply) * 2
        writer.write(reply)
        await writer.drain()
        return self.mood == "twice"

    async def _relay(self, request: bytes, body: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(self._host, self._port)
        if self.instead[0]:
            request = request.replace(*self.instead)
        writer.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n") + body)
        reply = await reader.read(-1)
        writer.close()
        await writer.wait_closed()
        return reply

    async def end_talks(self) -> None:
        """End whoever still waits."""
        for task in list(self._talks):
            task.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)


@asynccontextmanager
async def running(target: str) -> AsyncIterator[Unruly]:
    """The relay for the length of a block."""
    relay = Unruly(target)
    server = await asyncio.start_server(relay.talk, "127.0.0.1", 0)
    relay.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield relay
    finally:
        server.close()
        await relay.end_talks()
        await server.wait_closed()
