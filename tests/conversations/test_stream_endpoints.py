"""The live streams over real WebSockets: who may listen, resuming, tickets, and what a customer's stream carries."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from kaitak.api.principals import SESSION_COOKIE
from kaitak.api.ratelimit import Buckets
from tests.factories.accounts import PUBLIC_URL
from tests.factories.stage import Stage


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    """The application behind a real socket."""
    config = uvicorn.Config(
        stage.app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="websockets-sansio"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn sets a flag, no event)
        await asyncio.sleep(0.01)
    yield f"ws://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await task


def _connect(stage: Stage, address: str, *, origin: str | None = PUBLIC_URL, signed_in: bool = True) -> connect:
    headers = {"Cookie": f"{SESSION_COOKIE}={stage.admin.cookies[SESSION_COOKIE]}"} if signed_in else {}
    url = f"{address}{stage.path('/stream')}"
    return connect(url, additional_headers=headers, origin=origin, compression=None)  # type: ignore[arg-type]


async def _say(socket: ClientConnection, **frame: object) -> None:
    await socket.send(json.dumps(frame))


async def _until(socket: ClientConnection, event: str) -> dict[str, Any]:
    async with asyncio.timeout(5):
        while True:
            frame: dict[str, Any] = json.loads(await socket.recv())
            if frame["event"] == event:
                return frame


async def _code(socket: ClientConnection) -> int | None:
    with pytest.raises(ConnectionClosed):
        async with asyncio.timeout(5):
            await socket.recv()
    return socket.close_code


async def test_cookie_from_our_own_page_opens_the_stream(stage: Stage, address: str) -> None:
    _, number = await stage.conversation()
    async with _connect(stage, address) as socket:
        await _say(socket, type="resume", after=None)
        assert (await _until(socket, "ready"))["cursor"] > 0
        await stage.act(number, "messages", content="live")
        frame = await _until(socket, "message.created")
        while frame["data"]["content"] != "live":
            frame = await _until(socket, "message.created")
    assert frame["data"]["conversation"]["owner"] == "human"


async def test_resuming_brings_what_was_missed(stage: Stage, address: str) -> None:
    _, number = await stage.conversation()
    cursor = (await stage.admin.get(stage.path("/conversations"))).json()["stream_cursor"]
    await stage.act(number, "messages", content="missed", private=True)
    async with _connect(stage, address) as socket:
        await _say(socket, type="resume", after=cursor)
        frame = await _until(socket, "message.created")
        while frame["data"]["content"] != "missed":
            frame = await _until(socket, "message.created")


async def test_page_of_another_site_is_refused(stage: Stage, address: str) -> None:
    async with _connect(stage, address, origin="https://evil.example") as socket:
        await _say(socket, type="resume", after=None)
        assert await _code(socket) == 4403


async def test_nobody_signed_in_is_refused(stage: Stage, address: str) -> None:
    async with _connect(stage, address, signed_in=False) as socket:
        await _say(socket, type="resume", after=None)
        assert await _code(socket) == 4401


@pytest.mark.parametrize("frame", ["{}", "[]", "x", '{"type":"resume","after":-1}', '{"type":"resume","after":"1"}'])
async def test_first_frame_that_makes_no_sense_ends_it(stage: Stage, address: str, frame: str) -> None:
    async with _connect(stage, address) as socket:
        await socket.send(frame)
        assert await _code(socket) == 4400


async def test_ticket_opens_the_stream_once(stage: Stage, address: str) -> None:
    ticket = (await stage.admin.post(stage.path("/stream_ticket"))).json()["ticket"]
    async with _connect(stage, address, signed_in=False, origin=None) as socket:
        await _say(socket, type="ticket", ticket=ticket)
        await _until(socket, "ready")
    async with _connect(stage, address, signed_in=False, origin=None) as socket:
        await _say(socket, type="ticket", ticket=ticket)
        assert await _code(socket) == 4401


async def test_stream_of_another_account_is_refused(stage: Stage, address: str) -> None:
    headers = {"Cookie": f"{SESSION_COOKIE}={stage.admin.cookies[SESSION_COOKIE]}"}
    url = f"{address}/api/v1/accounts/{stage.account_id + 1}/stream"
    async with connect(url, additional_headers=headers, origin=PUBLIC_URL, compression=None) as socket:  # type: ignore[arg-type]
        await _say(socket, type="resume", after=None)
        assert await _code(socket) == 4401


async def test_customer_hears_the_agent_and_no_notes(stage: Stage, address: str) -> None:
    customer, number = await stage.conversation()
    url = f"{address}/public/api/v1/widget/stream"
    async with connect(url, compression=None) as socket:
        await _say(socket, type="resume", visitor_token=customer.token, after=None)
        await _until(socket, "ready")
        await stage.act(number, "messages", content="note", private=True)
        await stage.act(number, "toggle_typing_status", typing_status="on")
        typing = await _until(socket, "typing")
        await stage.act(number, "messages", content="hello from a person")
        frame = await _until(socket, "message.created")
        while frame["data"]["author"] != "agent":
            assert frame["data"]["content"] != "note"
            frame = await _until(socket, "message.created")
    assert typing["data"]["on"] is True
    assert frame["data"]["content"] == "hello from a person"


@pytest.mark.parametrize("path", ["widget", "app/some-app"])
async def test_address_that_opens_streams_without_end_is_turned_away(stage: Stage, address: str, path: str) -> None:
    limits = stage.deps.limits
    limits["widget.stream"] = limits["app.stream.address"] = Buckets(per_minute=1, burst=1)
    codes = []
    for _ in range(2):
        async with connect(f"{address}/public/api/v1/{path}/stream", compression=None) as socket:
            with suppress(ConnectionClosed):
                await _say(socket, type="resume", visitor_token="made.up", token="made.up", after=None)
            codes.append(await _code(socket))
    assert codes[0] != 4429
    assert codes[1] == 4429


async def test_customer_without_a_good_token_is_refused(stage: Stage, address: str) -> None:
    url = f"{address}/public/api/v1/widget/stream"
    async with connect(url, compression=None) as socket:
        await _say(socket, type="resume", visitor_token="made.up", after=None)
        assert await _code(socket) == 4401
