"""DingTalk's Stream mode: our end and the official program's see the same gateway; what is stored is acknowledged."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import orjson
import pytest
from dingtalk_stream import (  # type: ignore[import-untyped]
    AckMessage,
    CallbackMessage,
    ChatbotHandler,
    ChatbotMessage,
    Credential,
    DingTalkStreamClient,
)
from pydantic import JsonValue

from kaitak.channels.connectors.dingtalk import stream, wire
from kaitak.channels.connectors.dingtalk.connector import DingTalk as Connector
from kaitak.channels.connectors.dingtalk.connector import DingTalkConfig
from kaitak.channels.contract import Ignored, MessageReceived
from kaitak.channels.errors import ChannelUnavailableError
from kaitak.channels.live import HttpPorts
from kaitak.core.addresses import read_allow_list
from kaitak.core.clock import SystemClock
from kaitak.core.http import OutgoingHttp
from tests.channels.connectors.dingtalk import case
from tests.channels.desks import Desk
from tests.channels.test_contract import HERE, NOW
from tests.platforms import server
from tests.platforms.dingtalk import TOPIC, DingTalk


@asynccontextmanager
async def listening(platform: DingTalk, desk: Desk) -> AsyncIterator[asyncio.Task[None]]:
    config = {**case.CASE.config, "api_base": platform.url, "session_base": platform.url}
    async with OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as http:
        ports = HttpPorts(http, SystemClock())
        task = asyncio.create_task(Connector(DingTalkConfig.model_validate(config), ports).receive(desk))
        try:
            yield task
        finally:
            desk.close()
            await asyncio.gather(task, return_exceptions=True)


async def until(count: int, acknowledged: list[dict[str, JsonValue]]) -> None:
    async with asyncio.timeout(10):
        while len(acknowledged) < count:  # noqa: ASYNC110 (the other end's list)
            await asyncio.sleep(0.01)


class Hearing(ChatbotHandler):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[ChatbotMessage] = []

    async def process(self, message: CallbackMessage) -> tuple[int, str]:
        self.heard.append(ChatbotMessage.from_dict(message.data))
        return AckMessage.STATUS_OK, "OK"


async def test_official_program_and_ours_hear_and_acknowledge_the_same() -> None:
    async with server.running(DingTalk()) as platform:
        said = platform.said("manager1234", "部電腦壞咗")
        hearing = Hearing()
        official = DingTalkStreamClient(Credential(case.CLIENT, case.SECRET))
        official.register_callback_handler(TOPIC, hearing)
        frame = json.loads(platform.frame("CALLBACK", TOPIC, said))
        sent: list[str] = []
        official.websocket = _Sink(sent)
        await official.route_message(frame)
        theirs = json.loads(sent[0])

        desk = Desk()
        async with listening(platform, desk):
            await platform.connected()
            await platform.push(said)
            await until(1, platform.acknowledged)
        (ours,), (heard,), (event,) = platform.acknowledged, hearing.heard, desk.stored
        assert isinstance(event, MessageReceived)
        assert (event.external_id, event.sender.source_id) == (heard.message_id, heard.sender_staff_id)
        assert event.text == heard.text.content.strip()
        assert (ours["code"], set(ours)) == (theirs["code"], set(theirs))
        assert set(dict(ours["headers"])) == set(theirs["headers"])  # type: ignore[arg-type]
        assert isinstance(json.loads(str(ours["data"])), dict)


class _Sink:
    def __init__(self, sent: list[str]) -> None:
        self.sent = sent

    async def send(self, text: str) -> None:
        self.sent.append(text)


async def test_what_could_not_be_stored_is_not_acknowledged_and_comes_again() -> None:
    async with server.running(DingTalk()) as platform:
        desk = Desk()
        desk.is_full = True
        async with listening(platform, desk) as task:
            await platform.connected()
            await platform.push(platform.said("u1", "在嗎"))
            with pytest.raises(ChannelUnavailableError):
                await task
        assert platform.acknowledged == []
        fresh = Desk()
        async with listening(platform, fresh):
            await until(1, platform.acknowledged)
        assert len(fresh.stored) == 1


async def test_ping_is_answered_and_disconnect_ends_the_connection_in_good_order() -> None:
    async with server.running(DingTalk()) as platform:
        async with listening(platform, Desk()) as task:
            await platform.connected()
            await platform.system("ping")
            await until(1, platform.acknowledged)
            await platform.system("disconnect")
            await asyncio.wait_for(task, 5)
        assert [json.loads(str(answer["data"])) for answer in platform.acknowledged] == [{"opaque": "1"}] * 2
        await platform.connected(0)


async def test_stream_ends_when_the_worker_does_and_long_messages_come_whole() -> None:
    async with server.running(DingTalk()) as platform:
        desk = Desk()
        async with listening(platform, desk) as task:
            await platform.connected()
            await platform.push(platform.said("u1", "長" * 60_000))
            await until(1, platform.acknowledged)
            desk.close()
            await asyncio.wait_for(task, 5)
        assert isinstance(desk.stored[0], MessageReceived)
        assert len(desk.stored[0].text) == 60_000


@pytest.mark.parametrize("raw", [b"", b"{}", b"[]", b'{"type":"CALLBACK","headers":{"topic":"/v1.0/card"}}', b"\xff"])
def test_frame_that_is_none_of_ours_stores_nothing(raw: bytes) -> None:
    frame = stream.read(raw, NOW)
    assert (frame.kind, frame.event) == ("other", None)


def test_message_that_cannot_be_read_is_kept_and_acknowledged() -> None:
    raw = {"type": "CALLBACK", "headers": {"topic": stream.BOT_TOPIC, "messageId": "m1"}, "data": '{"msgId":""}'}
    frame = stream.read(orjson.dumps(raw), NOW)
    assert isinstance(frame.event, Ignored)
    assert frame.event.kind == "malformed"
    assert orjson.loads(frame.answer)["code"] == 200


@pytest.mark.parametrize(
    "path", sorted((HERE / "dingtalk" / "fixtures").glob("[!m]*.json")), ids=lambda path: path.stem
)
def test_fixtures_read_as_the_official_program_reads_them(path: Path) -> None:
    body = orjson.loads(path.read_bytes())["body"]
    theirs, ours = ChatbotMessage.from_dict(body), wire.event(body)
    assert ours.external_id == theirs.message_id
    if isinstance(ours, MessageReceived):
        assert ours.sender.source_id == (theirs.sender_staff_id or theirs.sender_id)
        assert [each.ref for each in ours.media if each.kind == "image"] == (theirs.get_image_list() or [])
