"""What only WeCom and WeChat do: the common library's envelopes, pages with a cursor, sessions that are somebody's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import JsonValue
from wechatpy.crypto import WeChatCrypto  # type: ignore[import-untyped]
from wechatpy.enterprise.crypto import WeChatCrypto as WeComCrypto  # type: ignore[import-untyped]

from kaitak.channels import wechat_envelope as envelope
from kaitak.channels.connectors.wecom import wire
from kaitak.channels.connectors.wecom.connector import WeCom, WeComConfig
from kaitak.channels.content import Block, Buttons, Choice, Media, Text
from kaitak.channels.contract import (
    DeliveryReported,
    Ignored,
    InboundEvent,
    MessageReceived,
    Nudged,
    Outbound,
    RawRequest,
)
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    InvalidSignatureError,
    OutcomeUnknownError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    WindowClosedError,
)
from kaitak.channels.live import HttpPorts
from kaitak.channels.sessions import Holder
from kaitak.core.addresses import read_allow_list
from kaitak.core.clock import SystemClock
from kaitak.core.http import OutgoingHttp
from tests.channels.connectors.wechat import case as wechat
from tests.channels.connectors.wecom import case
from tests.channels.desks import Desk
from tests.channels.test_contract import NOW, called
from tests.platforms import server
from tests.platforms import wecom as platforms

STAMP = str(int(NOW.timestamp()))
BASE: dict[str, JsonValue] = {
    "msgid": "m1",
    "open_kfid": case.KFID,
    "external_userid": "wmA1",
    "send_time": 1772442000,
    "origin": 3,
}


def test_library_seals_and_we_open() -> None:
    inner = "<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType><Content>有冇貨?</Content>{}</xml>"
    plain = inner.format(f"<CreateTime>{STAMP}</CreateTime><MsgId>7</MsgId>")
    outer = WeChatCrypto(wechat.TOKEN, wechat.ENCODING_KEY, wechat.APP_ID).encrypt_message(plain, "n1", STAMP)
    found = envelope.fields(outer.encode())
    query = {"timestamp": STAMP, "nonce": "n1", "msg_signature": found["MsgSignature"], "encrypt_type": "aes"}
    call = RawRequest("POST", {}, {**query, "signature": envelope.signature(wechat.TOKEN, STAMP, "n1")}, outer.encode())
    connector = called("wechat")
    connector.verify(call)
    (event,) = connector.parse(call)
    assert isinstance(event, MessageReceived)
    assert event.text == "有冇貨?"

    nudge = f"<xml><Event>kf_msg_or_event</Event><Token>T1</Token><OpenKfId>{case.KFID}</OpenKfId></xml>"
    outer = WeComCrypto(case.TOKEN, case.ENCODING_KEY, case.CORP_ID).encrypt_message(nudge, "n2", STAMP)
    signature = envelope.fields(outer.encode())["MsgSignature"]
    call = RawRequest("POST", {}, {"timestamp": STAMP, "nonce": "n2", "msg_signature": signature}, outer.encode())
    connector = called("wecom")
    connector.verify(call)
    (event,) = connector.parse(call)
    assert isinstance(event, Nudged)
    assert event.raw == {"token": "T1"}
    with pytest.raises(InvalidSignatureError):
        connector.verify(replace(call, body=outer.replace("<Encrypt><![CDATA[", "<Encrypt><![CDATA[A").encode()))


@pytest.mark.parametrize("length", [0, 1, 15, 16, 31, 32, 5000])
def test_we_seal_and_library_opens(length: int) -> None:
    plain = "<xml>" + "字" * length + "</xml>"
    key = envelope.key_of(case.ENCODING_KEY)
    sealed = envelope.sealed(plain.encode(), key, case.CORP_ID, b"0123456789abcdef")
    signature = envelope.signature(case.TOKEN, STAMP, "n", sealed)
    library = WeComCrypto(case.TOKEN, case.ENCODING_KEY, case.CORP_ID)
    assert library.check_signature(signature, STAMP, "n", sealed) == plain
    outer = f"<xml><Encrypt>{sealed}</Encrypt></xml>"
    assert library.decrypt_message(outer, signature, STAMP, "n") == plain


def said(text: str, **more: object) -> dict[str, object]:
    return {"text": text, "choice": None, "media": [], **more}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({"msgtype": "text", "text": {"content": "有冇貨?"}}, said("有冇貨?")),
        ({"msgtype": "text", "text": {"content": "查單", "menu_id": "order"}}, said("查單", choice="order")),
        ({"msgtype": "image", "image": {"media_id": "med1"}}, said("🖼", media=[("image", "med1")])),
        ({"msgtype": "voice", "voice": {"media_id": "med2"}}, said("🎤", media=[("voice", "med2")])),
        ({"msgtype": "file", "file": {"media_id": "med3"}}, said("📎", media=[("file", "med3")])),
        (
            {"msgtype": "location", "location": {"latitude": 22.3, "longitude": 114.2, "name": "觀塘"}},
            said("📍 觀塘 22.300000, 114.200000"),
        ),
        ({"msgtype": "link", "link": {"title": "鞋", "url": "https://a.example"}}, said("鞋 https://a.example")),
        ({"msgtype": "business_card", "business_card": {"userid": "u"}}, said("📎 business_card")),
    ],
)
def test_customers_messages_are_read(item: dict[str, JsonValue], expected: dict[str, object]) -> None:
    event = wire.event({**BASE, **item}, case.KFID, None)
    assert isinstance(event, MessageReceived)
    assert (event.external_id, event.at, event.sender.source_id) == ("m1", NOW, "wmA1")
    media = [(each.kind, each.ref) for each in event.media]
    assert {"text": event.text, "choice": event.choice, "media": media} == expected


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ({"msgtype": "text", "origin": 5, "servicer_userid": "lisi", "text": {"content": "我嚟"}}, "origin.5"),
        ({"msgtype": "text", "open_kfid": "wkOTHER", "text": {"content": "x"}}, "other_account"),
        ({"msgtype": "text", "send_time": 1772400000, "text": {"content": "昨日"}}, "before_connecting"),
        ({"msgtype": "event", "event": {"event_type": "session_status_change"}}, "event.session_status_change"),
        ({"msgtype": "event", "event": {"event_type": "msg_send_fail", "fail_msgid": "x"}}, "event.msg_send_fail"),
    ],
)
def test_what_is_not_ours_to_answer_is_noted(item: dict[str, JsonValue], kind: str) -> None:
    event = wire.event({**BASE, **item}, case.KFID, NOW - timedelta(minutes=10))
    assert isinstance(event, Ignored)
    assert event.kind == kind


def test_message_that_failed_later_is_reported_on_ours() -> None:
    failed: JsonValue = {"event_type": "msg_send_fail", "fail_msgid": "5012-0-9f3a77aa", "fail_type": 10}
    event = wire.event({**BASE, "msgtype": "event", "event": failed}, case.KFID, None)
    assert isinstance(event, DeliveryReported)
    assert (event.key, event.status, event.reason[:33]) == ("5012", "failed", "the customer does not take messag")


@asynccontextmanager
async def account(**config: JsonValue) -> AsyncIterator[tuple[platforms.WeCom, WeCom]]:
    async with (
        server.running(platforms.WeCom()) as platform,
        OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as http,
    ):
        made = WeComConfig.model_validate({**case.CASE.config, "api_base": platform.url, **config})
        yield platform, WeCom(made, HttpPorts(http, SystemClock()))


@asynccontextmanager
async def receiving(connector: WeCom, desk: Desk) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(connector.receive(desk))
    try:
        yield task
    finally:
        desk.close()
        await asyncio.gather(task, return_exceptions=True)


async def waited(desk: Desk, times: int) -> None:
    async with asyncio.timeout(10):
        while desk.waits < times:  # noqa: ASYNC110 (the other task's count)
            await asyncio.sleep(0.01)


def texts(events: list[InboundEvent]) -> list[str]:
    return [event.text for event in events if isinstance(event, MessageReceived)]


async def test_pages_are_pulled_to_the_end_and_on_from_the_cursor() -> None:
    async with account() as (platform, connector):
        platform.page = 2
        old = platform.now() - timedelta(days=2)
        platform.write("wmA1", text={"content": "前日"}, send_time=int(old.timestamp()))
        for n in range(4):
            platform.said("wmA1", f"第{n}句")
        platform.log.insert(2, {"msgtype": "text", "origin": 3})  # nothing that anybody can read
        desk = Desk()
        async with receiving(connector, desk):
            await waited(desk, 1)
            assert texts(desk.stored) == ["第0句", "第1句", "第2句", "第3句"]
            kinds = [event.kind for event in desk.stored if isinstance(event, Ignored)]
            assert kinds == ["before_connecting", "malformed"]
            assert desk.cursor == "c-6"
            (first, *_) = [event for event in desk.stored if isinstance(event, MessageReceived)]
            assert first.sender.name == "客 wmA1"
            platform.said("wmA1", "仲有")
            desk.nudge(token="ENC9")
            await waited(desk, 2)
        assert texts(desk.stored)[-1] == "仲有"
        assert platform.pulls == [("", ""), ("c-2", ""), ("c-4", ""), ("c-6", "ENC9")]
        again = Desk("c-5")  # killed before the cursor moved: the same message comes again, under the same number
        async with receiving(connector, again):
            await waited(again, 1)
        assert [event.external_id for event in again.stored] == [
            desk.stored[-2].external_id,
            desk.stored[-1].external_id,
        ]


async def test_who_opens_the_conversation_is_greeted_once_and_in_time() -> None:
    async with account(welcome="你好，有咩幫到你?") as (platform, connector):
        platform.entered("wmA1")
        late: JsonValue = {"event_type": "enter_session", "external_userid": "wmA2", "welcome_code": "late"}
        minute_ago = int((platform.now() - timedelta(minutes=1)).timestamp())
        platform.write("wmA2", "event", origin=4, event=late, send_time=minute_ago)
        desk = Desk()
        async with receiving(connector, desk):
            await waited(desk, 1)
        assert [(shown.to, shown.how) for shown in platform.shown] == [("wmA1", "welcome")]


def outbound(*blocks: Block, key: str = "5012", attempts: int = 0) -> Outbound:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    return Outbound(
        key=key, to="wmA1", thread="1", author="bot", author_name="", at=at, blocks=blocks, attempts=attempts
    )


@pytest.mark.parametrize(
    ("state", "error", "said"),
    [
        (platforms.QUEUE, RefusedError, "queue"),
        (platforms.PERSON, RefusedError, "lisi has this session"),
        (platforms.ENDED, WindowClosedError, "has to write first"),
    ],
)
async def test_session_of_somebody_else_takes_nothing_and_says_whose_it_is(
    state: int, error: type[RefusedError], said: str
) -> None:
    async with account() as (platform, connector):
        platform.said("wmA1", "喂")
        platform.states["wmA1"] = state
        with pytest.raises(error, match=said):
            await connector.send(outbound(Text("在")))
        assert platform.shown == []


async def test_new_session_is_taken_over_and_then_answered() -> None:
    async with account() as (platform, connector):
        platform.said("wmA1", "喂")
        platform.needs_taking = True
        await connector.send(outbound(Text("在")))
        assert platform.states["wmA1"] == platforms.BOT
        assert [shown.text for shown in platform.shown] == ["在"]


@pytest.mark.parametrize("is_pooled", [False, True])
@pytest.mark.parametrize("holder", list(Holder))
@pytest.mark.parametrize("state", range(5))
async def test_session_follows_the_conversation_as_far_as_wecom_lets_it(
    state: int, holder: Holder, is_pooled: bool
) -> None:
    """Each cell: the state afterwards, or why not. Ours are the assistant's; `is_pooled`: colleagues answer there."""
    ours = {holder.BOT: "1", holder.QUEUE: "1", holder.PERSON: "1", holder.NOBODY: "4"}
    theirs: dict[Holder, str] = dict.fromkeys(Holder, "has to be ended|own queue")
    if is_pooled:
        ours[holder.QUEUE] = "2"
        theirs |= {holder.BOT: "4", holder.QUEUE: str(state), holder.NOBODY: "4"}
    expected = (theirs if state in (platforms.QUEUE, platforms.PERSON) else ours)[holder]
    if state == platforms.ENDED:  # the customer's next message makes it new
        expected = "has to write first" if is_pooled and holder is Holder.QUEUE else "4"
    async with account(queues_at_wecom=is_pooled) as (platform, connector):
        platform.said("wmA1", "喂")
        platform.states["wmA1"] = state
        if expected.isdigit():
            await connector.hold("wmA1", holder)
            await connector.hold("wmA1", holder)  # the same again is no second change
            assert platform.states["wmA1"] == int(expected)
            assert len(platform.changes) == (int(expected) != state)
        else:
            with pytest.raises(RefusedError, match=expected):
                await connector.hold("wmA1", holder)
            assert platform.states["wmA1"] == state


async def test_session_that_a_colleague_took_meanwhile_is_looked_at_again() -> None:
    async with account() as (platform, connector):
        platform.said("wmA1", "喂")
        platform.is_snatched = True
        with pytest.raises(RefusedError, match="lisi has this session"):
            await connector.hold("wmA1", Holder.QUEUE)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("unauthorised", AuthFailedError),
        ("limited", ThrottledError),
        ("broken", ChannelUnavailableError),
        ("gone", RecipientGoneError),
    ],
)
async def test_failed_change_ends_in_its_class(fault: server.Fault, error: type[ConnectorError]) -> None:
    async with account() as (platform, connector):
        platform.said("wmA1", "喂")
        await connector.check()
        platform.counted = "/kf/service_state/trans"
        platform.faults.append(fault)
        with pytest.raises(error, match=r"errcode"):
            await connector.hold("wmA1", Holder.QUEUE)
        assert platform.states["wmA1"] == platforms.NEW


async def test_repeated_message_is_shown_once_and_says_so() -> None:
    async with account() as (platform, connector):
        platform.said("wmA1", "喂")
        platform.faults.append("lost")
        with pytest.raises(OutcomeUnknownError):
            await connector.send(outbound(Text("在")))
        sent = await connector.send(outbound(Text("在"), attempts=1))
        assert sent.external_ids == (platform.shown[0].number,)
        assert len(platform.shown) == 1


async def test_menus_and_files_go_as_what_they_are() -> None:
    menu = Buttons("揀一個", (Choice("查單", "order"), Choice("搵人", "person")))
    long = Buttons("揀一個", (Choice("查單", "o" * 65),))
    picture = Media("https://f.example/1", '鞋"\r\n.jpg', "image/jpeg", 4, b"jpeg")
    paper = Media("https://f.example/2", "單.pdf", "application/pdf", 3, b"pdf")
    too_large = Media("https://f.example/3", "大.zip", "application/zip", 4)
    async with account() as (platform, connector):
        platform.said("wmA1", "喂")
        await connector.send(outbound(menu, long, picture, paper, too_large))
        shown = [(each.how, each.text) for each in platform.shown]
        assert shown[:2] == [("msgmenu", "揀一個"), ("text", "揀一個\n1. 查單")]
        assert [how for how, _ in shown[2:]] == ["image", "file", "text"]
        assert [platform.kept[text] for _, text in shown[2:4]] == [b"jpeg", b"pdf"]
        assert shown[4][1] == "大.zip\nhttps://f.example/3"
        assert platform.shown[0].options == (("查單", "order"), ("搵人", "person"))
        got = await connector.fetch(shown[2][1], max_bytes=100)
        assert got.body == b"jpeg"
