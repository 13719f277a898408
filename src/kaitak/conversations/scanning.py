"""Owns the look of a scanner at every file before it has a row: what has none is never served.

Two ways: clamd's own protocol (INSTREAM), or a hook that takes the file in a POST and answers 2xx for a clean one and
422 for one to be refused. A scanner that does not answer refuses nothing and lets nothing through: try again.
"""

from __future__ import annotations

import asyncio
import struct
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from kaitak.core.errors import InvalidError, UnavailableError
from kaitak.core.http import HttpError, OutgoingHttp

_CHUNK = 64 * 1024
_MAX_REPLY = 4096
_REFUSED = 422


class AttachmentRefusedError(InvalidError):
    """The scanner found something in the file; the error names it."""

    code = "attachment_refused"


class ScannerUnavailableError(UnavailableError):
    """The scanner of files does not answer, so no file is taken now."""

    code = "scanner_unavailable"


class Scanner(Protocol):
    """What looks at a file."""

    async def scan(self, path: Path) -> None:
        """Return if the file is clean; raises AttachmentRefusedError or ScannerUnavailableError."""
        ...


@dataclass(frozen=True, slots=True)
class Clamd:
    """A clamd at `host:port`, or at a socket's path."""

    host: str
    port: int
    socket: str
    timeout: timedelta

    async def scan(self, path: Path) -> None:
        """One connection for each file: `zINSTREAM`, the bytes in pieces, an empty piece, the verdict."""
        try:
            async with asyncio.timeout(self.timeout.total_seconds()):
                verdict = await self._ask(path)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as exc:
            hint = "is its StreamMaxLength as large as our attachments may be?"
            raise ScannerUnavailableError(f"clamd gave no verdict ({type(exc).__name__}); {hint}") from exc
        decide(verdict)

    async def _ask(self, path: Path) -> str:
        reader, writer = await self._connect()
        verdict = asyncio.create_task(reader.readuntil(b"\0"))  # it comes early when clamd's size limit is reached
        try:
            with suppress(ConnectionResetError, BrokenPipeError):
                await self._send(path, writer, verdict)
            return (await verdict).rstrip(b"\0\n").decode("utf-8", "replace")
        finally:
            verdict.cancel()
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _send(self, path: Path, writer: asyncio.StreamWriter, verdict: asyncio.Task[bytes]) -> None:
        writer.write(b"zINSTREAM\0")
        with path.open("rb") as file:
            while not verdict.done() and (chunk := await asyncio.to_thread(file.read, _CHUNK)):
                writer.write(struct.pack(">I", len(chunk)) + chunk)
                await writer.drain()
        writer.write(struct.pack(">I", 0))
        await writer.drain()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self.socket:
            return await asyncio.open_unix_connection(self.socket, limit=_MAX_REPLY)
        return await asyncio.open_connection(self.host, self.port, limit=_MAX_REPLY)


@dataclass(frozen=True, slots=True)
class Hook:
    """Any HTTP service: 2xx is clean, 422 is refused with its reason as text, everything else is no answer."""

    http: OutgoingHttp
    url: str
    timeout: timedelta

    async def scan(self, path: Path) -> None:
        """POST the bytes."""
        body = await asyncio.to_thread(path.read_bytes)
        headers = {"Content-Type": "application/octet-stream"}
        try:
            reply = await self.http.request(
                "POST", self.url, headers=headers, body=body, timeout=self.timeout, max_bytes=_MAX_REPLY
            )
        except HttpError as exc:
            raise ScannerUnavailableError(exc.message) from exc
        if reply.status == _REFUSED:
            raise AttachmentRefusedError(found=_named(reply.body.decode("utf-8", "replace")))
        if not reply.is_ok:
            raise ScannerUnavailableError(f"the scanner answered HTTP {reply.status}")


def decide(verdict: str) -> None:
    """What clamd's line means: `stream: OK`, `stream: NAME FOUND`, or an error; larger than its limit is refused."""
    said = verdict.removeprefix("stream: ").strip()
    if said == "OK":
        return
    if said.endswith(" FOUND"):
        raise AttachmentRefusedError(found=_named(said.removesuffix(" FOUND")))
    if "size limit exceeded" in said:
        raise AttachmentRefusedError(found="larger than the scanner looks at")
    raise ScannerUnavailableError(f"clamd answered: {_named(said)}")


def make(url: str, timeout: timedelta, http: OutgoingHttp) -> Scanner | None:
    """The scanner at an address as the setting has it; None: there is none."""
    if not url:
        return None
    parts = urlsplit(url)
    if parts.scheme != "clamd":
        return Hook(http, url, timeout)
    return Clamd(parts.hostname or "", parts.port or 3310, "" if parts.hostname else parts.path, timeout)


def _named(text: str) -> str:
    return "".join(c for c in text if c.isprintable())[:200]
