"""Owns wires: guarded connections for connectors that speak another protocol than HTTP, with a limit on every wait."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable
from contextlib import suppress
from datetime import timedelta
from typing import Protocol, TypeVar

from kaitak.channels.errors import ChannelUnavailableError, RefusedError

T = TypeVar("T")
CONNECT = timedelta(seconds=10)
WAIT = timedelta(seconds=20)
LONGEST_LINE = 1024 * 1024


class Wire(Protocol):
    """A connection to the other side; everything raises ChannelUnavailableError when it breaks or takes too long."""

    async def line(self, *, within: timedelta = WAIT) -> bytes:
        """The next line, with its end; empty where the other side has ended the connection."""
        ...

    async def exactly(self, count: int, *, within: timedelta = WAIT) -> bytes:
        """The next `count` bytes."""
        ...

    async def send(self, data: bytes, *, within: timedelta = WAIT) -> None:
        """Send it, and wait until the connection has taken it."""
        ...

    async def start_tls(self) -> None:
        """Go on encrypted; raises RefusedError where the certificate cannot be trusted."""
        ...

    async def close(self) -> None:
        """End the connection; never raises."""
        ...


class StreamWire:
    """A wire over asyncio's streams."""

    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, context: ssl.SSLContext
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._host = host
        self._context = context

    async def line(self, *, within: timedelta = WAIT) -> bytes:
        """The next line."""
        try:
            return await self._timed(self._reader.readuntil(b"\n"), within)
        except asyncio.IncompleteReadError as exc:
            if exc.partial:
                raise ChannelUnavailableError(f"{self._host} broke off in the middle of a line") from exc
            return b""
        except asyncio.LimitOverrunError as exc:
            raise ChannelUnavailableError(f"{self._host} sent a line without an end") from exc

    async def exactly(self, count: int, *, within: timedelta = WAIT) -> bytes:
        """So many bytes."""
        try:
            return await self._timed(self._reader.readexactly(count), within)
        except asyncio.IncompleteReadError as exc:
            raise ChannelUnavailableError(f"{self._host} broke off in the middle of its answer") from exc

    async def send(self, data: bytes, *, within: timedelta = WAIT) -> None:
        """Send."""
        self._writer.write(data)
        await self._timed(self._writer.drain(), within)

    async def start_tls(self) -> None:
        """Encrypt."""
        try:
            await self._timed(
                self._writer.start_tls(self._context, server_hostname=self._host, ssl_handshake_timeout=10), CONNECT
            )
        except ssl.SSLCertVerificationError as exc:
            raise RefusedError(_untrusted(self._host, exc)) from exc

    async def close(self) -> None:
        """End."""
        self._writer.close()
        with suppress(OSError, TimeoutError):
            await asyncio.wait_for(self._writer.wait_closed(), 2)

    async def _timed(self, waiting: Awaitable[T], within: timedelta) -> T:
        try:
            async with asyncio.timeout(within.total_seconds()):
                return await waiting
        except TimeoutError as exc:
            raise ChannelUnavailableError(f"{self._host} does not answer in time") from exc
        except ssl.SSLCertVerificationError:
            raise
        except OSError as exc:
            raise ChannelUnavailableError(f"the connection to {self._host} broke: {type(exc).__name__}") from exc


async def dial(address: str, host: str, port: int, *, tls: bool, ca: str = "") -> StreamWire:
    """A wire to a checked address; the certificate must be the host's, by the system's authorities or by `ca` (PEM)."""
    try:
        context = ssl.create_default_context(cadata=ca or None)
    except (ssl.SSLError, ValueError) as exc:
        raise RefusedError("the certificate of your authority cannot be read: it must be PEM text") from exc
    try:
        async with asyncio.timeout(CONNECT.total_seconds()):
            reader, writer = await asyncio.open_connection(
                address,
                port,
                limit=LONGEST_LINE,
                ssl=context if tls else None,
                server_hostname=host if tls else None,
                ssl_handshake_timeout=10 if tls else None,
            )
    except ssl.SSLCertVerificationError as exc:
        raise RefusedError(_untrusted(host, exc)) from exc
    except ssl.SSLError as exc:
        raise RefusedError(f"{host}:{port} does not speak TLS from the first byte: is it STARTTLS there?") from exc
    except TimeoutError as exc:
        raise ChannelUnavailableError(f"{host}:{port} does not answer") from exc
    except OSError as exc:
        raise ChannelUnavailableError(f"no connection to {host}:{port}: {exc.strerror or type(exc).__name__}") from exc
    return StreamWire(reader, writer, host, context)


def _untrusted(host: str, exc: ssl.SSLCertVerificationError) -> str:
    return f"the certificate of {host} cannot be trusted: {exc.verify_message}"
