"""Owns the client's side of a WebSocket (RFC 6455) over a guarded wire: messages, pings and limits."""

from __future__ import annotations

import base64
import hashlib
import secrets
import struct
from datetime import timedelta
from urllib.parse import urlsplit, urlunsplit

from kaitak.channels.contract import Ports
from kaitak.channels.errors import ChannelUnavailableError, RefusedError
from kaitak.channels.wires import WAIT, Wire

MAX_MESSAGE = 1024 * 1024
MAX_HEADERS = 100
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_CONTINUED, _TEXT, _CLOSE, _PING, _PONG = 0, 1, 8, 9, 10


async def opened(ports: Ports, url: str) -> WebSocket:
    """A connection to a ws or wss address; raises RefusedError or ChannelUnavailableError."""
    split = urlsplit(url)
    if split.scheme not in ("ws", "wss") or not split.hostname:
        raise RefusedError("this is no address of a WebSocket")
    is_secure = split.scheme == "wss"
    wire = await ports.dial(split.hostname, split.port or (443 if is_secure else 80), tls=is_secure)
    try:
        await _shake_hands(wire, split.netloc, urlunsplit(("", "", split.path or "/", split.query, "")))
    except BaseException:
        await wire.close()
        raise
    return WebSocket(wire)


async def _shake_hands(wire: Wire, host: str, target: str) -> None:
    key = base64.b64encode(secrets.token_bytes(16)).decode()
    lines = [f"GET {target} HTTP/1.1", f"Host: {host}", "Upgrade: websocket", "Connection: Upgrade"]
    lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13", "", ""]
    await wire.send("\r\n".join(lines).encode())
    status = (await wire.line()).split(b" ")
    headers: dict[str, str] = {}
    for _ in range(MAX_HEADERS):
        line = (await wire.line()).decode("latin-1").strip()
        if not line:
            break
        name, _, value = line.partition(":")
        headers[name.lower()] = value.strip()
    if len(status) < 2 or status[1] != b"101":
        raise ChannelUnavailableError(
            f"no WebSocket: {b' '.join(status)[:100].decode('latin-1').strip() or 'no answer'}"
        )
    accepted = base64.b64encode(hashlib.sha1(f"{key}{_GUID}".encode(), usedforsecurity=False).digest()).decode()
    if headers.get("sec-websocket-accept") != accepted:
        raise ChannelUnavailableError("the other side does not speak WebSocket")


class WebSocket:
    """An open connection. One reads, one writes."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def receive(self, *, within: timedelta = WAIT) -> bytes | None:
        """The next message; None where the other side ends the connection. Pings are answered meanwhile."""
        parts: list[bytes] = []
        size = 0
        while True:
            is_last, kind, payload = await self._frame(within)
            if kind == _CLOSE:
                await self._send(_CLOSE, payload[:2])
                return None
            if kind == _PING:
                await self._send(_PONG, payload)
            elif kind != _PONG:
                parts.append(payload)
                size += len(payload)
                if size > MAX_MESSAGE:
                    raise ChannelUnavailableError("a message is larger than a megabyte")
                if is_last:
                    return b"".join(parts)

    async def send(self, text: bytes) -> None:
        """Send a text message."""
        await self._send(_TEXT, text)

    async def ping(self) -> None:
        """Ask whether the other side is still there."""
        await self._send(_PING, b"")

    async def close(self) -> None:
        """End the connection; never raises."""
        try:
            await self._send(_CLOSE, struct.pack(">H", 1000))
        except ChannelUnavailableError:
            pass
        finally:
            await self._wire.close()

    async def _frame(self, within: timedelta) -> tuple[bool, int, bytes]:
        first, second = await self._wire.exactly(2, within=within)
        length = second & 0x7F
        if length == 126:
            (length,) = struct.unpack(">H", await self._wire.exactly(2))
        elif length == 127:
            (length,) = struct.unpack(">Q", await self._wire.exactly(8))
        if second & 0x80 or first & 0x70:
            raise ChannelUnavailableError("the other side breaks the WebSocket protocol")
        if length > MAX_MESSAGE or (first & 0x08 and length > 125):
            raise ChannelUnavailableError("a message is larger than a megabyte")
        return bool(first & 0x80), first & 0x0F, await self._wire.exactly(length) if length else b""

    async def _send(self, kind: int, payload: bytes) -> None:
        length = len(payload)
        if length < 126:
            head = struct.pack(">BB", 0x80 | kind, 0x80 | length)
        elif length < 65536:
            head = struct.pack(">BBH", 0x80 | kind, 0x80 | 126, length)
        else:
            head = struct.pack(">BBQ", 0x80 | kind, 0x80 | 127, length)
        mask = secrets.token_bytes(4)
        stretched = (mask * (length // 4 + 1))[:length]
        masked = (int.from_bytes(payload, "big") ^ int.from_bytes(stretched, "big")).to_bytes(length, "big")
        await self._wire.send(head + mask + masked)
