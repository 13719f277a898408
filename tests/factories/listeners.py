"""Makes what looks at files for tests: a scanner that speaks clamd's protocol, and a recogniser of OpenAI's form."""

from __future__ import annotations

import asyncio
import struct
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

EVIL = b"X5O!P%@AP-a-harmless-mark-of-tests"


@dataclass
class ClamdDouble:
    """Reads INSTREAM as clamd does: pieces with their length before them, an empty one at the end."""

    url: str = ""
    seen: list[int] = field(default_factory=list)
    limit: int = 100_000
    rest: asyncio.Task[bytes] | None = None

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.readuntil(b"\0") != b"zINSTREAM\0":
            writer.write(b"UNKNOWN COMMAND\0")
        else:
            writer.write(await self._verdict(reader) + b"\0")
        await writer.drain()
        if self.rest is not None:
            await self.rest
        writer.close()

    async def _verdict(self, reader: asyncio.StreamReader) -> bytes:
        body = b""
        while size := struct.unpack(">I", await reader.readexactly(4))[0]:
            body += await reader.readexactly(size)
            if len(body) > self.limit:
                self.rest = asyncio.create_task(reader.read())  # a closed socket would reset what was not read
                return b"INSTREAM size limit exceeded. ERROR"
        self.seen.append(len(body))
        return b"stream: Kaitak.Test.Mark FOUND" if EVIL in body else b"stream: OK"


@asynccontextmanager
async def clamd() -> AsyncIterator[ClamdDouble]:
    """A clamd on loopback."""
    double = ClamdDouble()
    server = await asyncio.start_server(double.serve, "127.0.0.1", 0)
    double.url = f"clamd://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield double
    finally:
        server.close()


@dataclass
class RecogniserDouble:
    """Answers with what is due: words, or a status; and keeps what it was asked."""

    url: str = ""
    answers: deque[str | int] = field(default_factory=deque)
    asked: list[dict[str, object]] = field(default_factory=list)

    async def serve(self, request: web.Request) -> web.Response:
        form = await request.post()
        sound = form["file"]
        assert isinstance(sound, web.FileField)
        self.asked.append(
            {
                "key": request.headers.get("Authorization"),
                "model": form["model"],
                "language": form.get("language"),
                "name": sound.filename,
                "size": len(sound.file.read()),
            }
        )
        answer = self.answers.popleft()
        if isinstance(answer, int):
            return web.json_response({"error": {"message": "no"}}, status=answer)
        return web.json_response({"text": answer})


@asynccontextmanager
async def recogniser() -> AsyncIterator[RecogniserDouble]:
    """A recogniser on loopback."""
    double = RecogniserDouble()
    app = web.Application()
    app.router.add_post("/v1/audio/transcriptions", double.serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    double.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield double
    finally:
        await runner.cleanup()
