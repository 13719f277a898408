"""Owns one WebSocket: the first frame, sending what happens, pings, and regular checks that it may go on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta

import orjson
from fastapi import WebSocket, WebSocketDisconnect

from kaitak.realtime.frames import PING
from kaitak.realtime.hub import Subscription

PING_EVERY = timedelta(seconds=25)
RECHECK_EVERY = timedelta(seconds=60)
FIRST_FRAME_WITHIN = timedelta(seconds=10)
LARGEST_FRAME = 4096
MOST_CLIENT_FRAMES = 60  # a minute; clients have nothing to say after the first

UNAUTHENTICATED, FORBIDDEN, TOO_MANY, MALFORMED = 4401, 4403, 4429, 4400


class ClosedError(Exception):
    """The connection ends with this code."""

    def __init__(self, close_code: int) -> None:
        super().__init__(str(close_code))
        self.close_code = close_code


async def receive_object(websocket: WebSocket) -> dict[str, object]:
    """The next client frame, a small JSON object, within a few seconds."""
    try:
        text = await asyncio.wait_for(websocket.receive_text(), FIRST_FRAME_WITHIN.total_seconds())
        frame = orjson.loads(text) if len(text) <= LARGEST_FRAME else None
    except (TimeoutError, orjson.JSONDecodeError, KeyError) as exc:
        raise ClosedError(MALFORMED) from exc
    if not isinstance(frame, dict):
        raise ClosedError(MALFORMED)
    return frame


def cursor_of(frame: dict[str, object]) -> int | None:
    """The `after` of a resume frame."""
    after = frame.get("after")
    if frame.get("type") != "resume" or not (after is None or type(after) is int) or (after or 0) < 0:
        raise ClosedError(MALFORMED)
    return after


async def serve(
    websocket: WebSocket,
    subscription: Subscription,
    *,
    first: Sequence[bytes],
    recheck: Callable[[], Awaitable[bool]],
) -> None:
    """Send the first frames and then whatever happens, until the client leaves or may no longer listen."""
    for frame in first:
        await websocket.send_text(frame.decode())
    listening = asyncio.create_task(_drain(websocket))
    sending = asyncio.create_task(_send(websocket, subscription, recheck))
    try:
        done, _ = await asyncio.wait({listening, sending}, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in (listening, sending):
            task.cancel()
            with suppress(asyncio.CancelledError, ClosedError, WebSocketDisconnect, RuntimeError):
                await task


async def _send(websocket: WebSocket, subscription: Subscription, recheck: Callable[[], Awaitable[bool]]) -> None:
    checked = time.monotonic()
    while True:
        frame = await subscription.next_frame(PING_EVERY)
        if time.monotonic() - checked >= RECHECK_EVERY.total_seconds():
            if not await recheck():
                raise ClosedError(UNAUTHENTICATED)
            checked = time.monotonic()
        await websocket.send_text((frame or PING).decode())


async def _drain(websocket: WebSocket) -> None:
    """Read and drop what the client says, so that its leaving is noticed; a flood ends the connection."""
    began, count = time.monotonic(), 0
    while True:
        await websocket.receive_text()
        if time.monotonic() - began > 60:
            began, count = time.monotonic(), 0
        count += 1
        if count > MOST_CLIENT_FRAMES:
            raise ClosedError(TOO_MANY)
