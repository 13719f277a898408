"""Every registered connector keeps the channel contract: its case and fixtures lie in tests/channels/connectors."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import orjson
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import JsonValue, SecretStr

from kaitak.channels import registry
from kaitak.channels.content import Buttons, Choice, Media, Survey, Text
from kaitak.channels.contract import (
    Connector,
    InboundEvent,
    Outbound,
    PortReply,
    RawRequest,
    Sender,
    TakesWebhook,
    takes_webhook,
    webhook_of,
)
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    InvalidSignatureError,
    MalformedPayloadError,
    OutcomeUnknownError,
    RefusedError,
    ThrottledError,
)
from kaitak.channels.live import HttpPorts
from kaitak.channels.render import render
from kaitak.channels.wires import Wire
from kaitak.core.addresses import read_allow_list
from kaitak.core.clock import SystemClock
from kaitak.core.http import OutgoingHttp
from tests.channels.connectors.cases import Case
from tests.factories import sink as sinks

HERE = Path(__file__).parent / "connectors"
DOCS = Path(__file__).parents[2] / "docs" / "channels"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CASES: dict[str, Case] = {
    name: import_module(f"tests.channels.connectors.{name}.case").CASE for name in registry.CONNECTORS
}
SIGNED = [name for name, case in CASES.items() if case.is_signed]
TIMED = [name for name in SIGNED if CASES[name].max_age_seconds is not None]
SENDING = [name for name, case in CASES.items() if case.sink_field]
SNAPSHOTS = [(name, path) for name in SIGNED for path in sorted((HERE / name / "fixtures").glob("*.json"))]
EVENTS = [(name, path) for name, path in SNAPSHOTS if path.stem != "malformed"]
REFUSED = [
    (name, what)
    for name, path in SNAPSHOTS
    if path.stem == "malformed"
    for what in orjson.loads(path.read_bytes())["refused"]
]
RAW = ("<", "To=", "MessageSid=", "a0=")  # a refused body that is no JSON
RARE = ("is_verified", "thread", "attributes")  # shown where a channel says them
MESSAGE = (
    Text("多謝"),
    Buttons("揀一個", (Choice("查單", "order"), Choice("搵人", "person"))),
    Media("https://files.example/1", "單.pdf", "application/pdf", 5),
    Survey("滿意嗎?"),
)


class StillPorts:
    """Ports at a fixed time that reach nothing."""

    def __init__(self, reply: PortReply | None = None, other_end: Callable[[str], Wire] | None = None) -> None:
        self.reply = reply
        self.other_end = other_end

    async def post(self, url: str, *, headers: object, body: bytes) -> PortReply:
        assert self.reply is not None, "this test sends nothing"
        return self.reply

    async def get(self, url: str, *, headers: object, max_bytes: int = 0) -> PortReply:
        return await self.post(url, headers=headers, body=b"")

    async def dial(self, host: str, port: int, *, tls: bool, ca: str = "") -> Wire:
        assert self.other_end is not None, "this test opens no connection"
        return self.other_end(host)

    def now(self) -> datetime:
        return NOW


def make(name: str, reply: PortReply | None = None, **config: JsonValue) -> Connector:
    kind = registry.connector_class(name).config_type
    made = kind.model_validate({**CASES[name].config, **config})
    return registry.make(name, made, StillPorts(reply, CASES[name].dial))


def called(name: str, **config: JsonValue) -> TakesWebhook:
    return webhook_of(make(name, None, **config))


def request(name: str, body: bytes, at: datetime = NOW) -> RawRequest:
    return CASES[name].request(body, at)


def outbound(name: str) -> Outbound:
    blocks = render(MESSAGE, registry.connector_class(name).capabilities)
    to = CASES[name].to
    return Outbound(key="5012", to=to, thread="17", author="bot", author_name="Shop", at=NOW, blocks=blocks)


def plain(events: Sequence[InboundEvent]) -> list[dict[str, object]]:
    """Events as a fixture shows them: all but the raw body."""
    return [{"event": type(each).__name__, **_fields(each)} for each in events]


def _fields(event: InboundEvent | Sender) -> dict[str, object]:
    return {
        f.name: _value(getattr(event, f.name))
        for f in fields(event)
        if f.name != "raw" and getattr(event, f.name) != () and (f.name not in RARE or getattr(event, f.name))
    }


def _value(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [asdict(each) for each in value]
    return _fields(value) if isinstance(value, Sender) else value


@pytest.mark.parametrize("name", CASES)
def test_connector_is_called_as_its_folder_and_has_a_page(name: str) -> None:
    kind = registry.connector_class(name)
    assert kind.name == name
    assert kind.__module__ == f"kaitak.channels.connectors.{name}.connector"
    page = (DOCS / f"{name}.md").read_text()
    for heading in ("## What you need", "## Connect", "## Limits", "## Troubleshooting"):
        assert heading in page


@pytest.mark.parametrize("name", CASES)
def test_capabilities_make_sense(name: str) -> None:
    can = registry.connector_class(name).capabilities
    assert Text in can.blocks
    assert can.max_text >= 100
    assert (Buttons in can.blocks) == (can.max_buttons > 0)
    assert can.reply_window is None or can.reply_window > timedelta(0)
    assert can.honours_key or not can.is_pulled


@pytest.mark.parametrize("name", CASES)
def test_secrets_are_secret_in_the_configuration(name: str) -> None:
    config = registry.connector_class(name).config_type.model_validate(CASES[name].config)
    secrets = [n for n in type(config).model_fields if isinstance(getattr(config, n), SecretStr)]
    assert secrets
    assert all(str(CASES[name].config[n]) not in repr(config) for n in secrets)


@pytest.mark.parametrize("name", CASES)
async def test_check_answers_a_name(name: str) -> None:
    reply = CASES[name].check_reply
    assert await make(name, PortReply(200, {}, reply) if reply is not None else None).check()


@pytest.mark.parametrize("name", [name for name in CASES if name not in SIGNED])
def test_channel_without_webhook_takes_no_call(name: str) -> None:
    assert not takes_webhook(registry.connector_class(name))
    with pytest.raises(InvalidSignatureError):
        called(name)


@pytest.mark.parametrize("name", SIGNED)
def test_right_signature_is_accepted_within_its_age(name: str) -> None:
    assert takes_webhook(registry.connector_class(name))
    age = timedelta(seconds=CASES[name].max_age_seconds or 0)
    for at in (NOW, NOW - age, NOW + age):
        called(name).verify(request(name, b"{}", at))


@pytest.mark.parametrize("name", TIMED)
def test_stale_and_future_signatures_are_refused(name: str) -> None:
    age = timedelta(seconds=(CASES[name].max_age_seconds or 0) + 1)
    for at in (NOW - age, NOW + age, datetime(1970, 1, 1, tzinfo=UTC)):
        with pytest.raises(InvalidSignatureError):
            called(name).verify(request(name, b"{}", at))


@pytest.mark.parametrize("name", [name for name in SIGNED if CASES[name].signs_body])
@given(body=st.binary(max_size=64), other=st.binary(max_size=64))
@example(b"{}", b"{} ")
def test_changed_body_is_refused(name: str, body: bytes, other: bytes) -> None:
    if body != other:
        signed = request(name, body)
        with pytest.raises(InvalidSignatureError):
            called(name).verify(replace(signed, body=other))


@pytest.mark.parametrize(("name", "what"), [(name, what) for name in SIGNED for what in CASES[name].wrong_headers])
def test_wrong_headers_are_refused(name: str, what: str) -> None:
    signed = request(name, b"{}")
    changed = {**signed.headers, **CASES[name].wrong_headers[what]}
    headers = {key: value for key, value in changed.items() if value is not None}
    with pytest.raises(InvalidSignatureError):
        called(name).verify(replace(signed, headers=headers))


@pytest.mark.parametrize(("name", "what"), [(name, what) for name in SIGNED for what in CASES[name].wrong_query])
def test_wrong_query_is_refused(name: str, what: str) -> None:
    signed = request(name, b"{}")
    changed = {**signed.query, **CASES[name].wrong_query[what]}
    query = {key: value for key, value in changed.items() if value is not None}
    with pytest.raises(InvalidSignatureError):
        called(name).verify(replace(signed, query=query))


@pytest.mark.parametrize("name", [name for name in SIGNED if CASES[name].right_query])
def test_handshake_is_answered_only_when_it_is_right(name: str) -> None:
    case = CASES[name]
    assert case.right_query is not None
    query = dict(case.right_query(NOW))
    answer = called(name).challenge(RawRequest("GET", {}, query, b""))
    assert answer is not None
    assert answer.body.decode() == case.echoed
    assert called(name).challenge(RawRequest("POST", {}, query, b"")) is None
    for field, wrong in case.wrong_handshake.items():
        for value in (wrong, "", "\xe9"):
            with pytest.raises(InvalidSignatureError):
                called(name).challenge(RawRequest("GET", {}, {**query, field: value}, b""))
    with pytest.raises(InvalidSignatureError):
        called(name).challenge(RawRequest("GET", {}, {}, b""))


@pytest.mark.parametrize("name", SIGNED)
def test_unsigned_call_and_foreign_secret_are_refused(name: str) -> None:
    with pytest.raises(InvalidSignatureError):
        called(name).verify(replace(request(name, b"{}"), headers={}, query={}))
    with pytest.raises(InvalidSignatureError):
        called(name, **CASES[name].foreign).verify(request(name, b"{}"))


@pytest.mark.parametrize(("name", "path"), EVENTS, ids=lambda part: getattr(part, "stem", part))
def test_fixture_gives_its_events_each_time(name: str, path: Path) -> None:
    fixture = orjson.loads(path.read_bytes())
    body = fixture["body"]
    call = request(name, body.encode() if isinstance(body, str) else orjson.dumps(body))
    called(name).verify(call)
    first = called(name).parse(call)
    assert plain(first) == fixture["events"]
    assert list(called(name).parse(call)) == list(first)


@pytest.mark.parametrize(("name", "what"), REFUSED)
def test_malformed_body_is_refused_with_its_reason(name: str, what: str) -> None:
    refused = orjson.loads((HERE / name / "fixtures" / "malformed.json").read_bytes())["refused"][what]
    text = refused.encode() if isinstance(refused, str) and refused.startswith(RAW) else orjson.dumps(refused)
    deep = b"[" * 400 + b"]" * 400
    many = b"[" + b",".join([b'{"id":"m","source_id":"c","content":"x"}'] * 101) + b"]"
    for mark, value in ((b'"$deep"', deep), (b'"$many"', many), (b'"$long"', b'"' + b"x" * 20_001 + b'"')):
        text = text.replace(mark, value)
    with pytest.raises(MalformedPayloadError) as caught:
        called(name).parse(request(name, text))
    assert caught.value.status == 400
    assert len(caught.value.message) > 10


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    [
        *("id", "type", "source_id", "content", "contact", "events", "status", "message_id", "created_at"),
        *("object", "entry", "changes", "messaging", "update_id", "message", "callback_query", "source", "timestamp"),
    ]
)


@pytest.mark.parametrize("name", SIGNED)
@given(body=st.binary(max_size=300), stamp=st.text(max_size=12))
@example(b'{"id":"\\ud800","source_id":"c","content":"x"}', "0")
@example(b"[" * 100_000, "1")
@example(b'{"id":"m","source_id":"c","content":"x","created_at":1e300}', "99999999999")
@example(b'\xef\xbb\xbf{"id":"m"}', "1")
def test_garbage_gives_malformed_and_nothing_else(name: str, body: bytes, stamp: str) -> None:
    _parse_or_refuse(name, body, stamp)


@pytest.mark.parametrize("name", SIGNED)
@settings(max_examples=40)
@given(body=st.dictionaries(KEYS, JSON, max_size=6))
def test_garbage_of_the_right_shape_gives_malformed_and_nothing_else(name: str, body: dict[str, object]) -> None:
    _parse_or_refuse(name, json.dumps(body).encode(), "1")


def _parse_or_refuse(name: str, body: bytes, stamp: str) -> None:
    call = request(name, body)
    headers = {key: stamp if key == CASES[name].time_header else v for key, v in call.headers.items()}
    try:
        events = called(name).parse(replace(call, headers=headers))
    except MalformedPayloadError:
        return
    assert all(each.external_id for each in events)
    assert orjson.dumps([[dict(each.raw)] for each in events])


@pytest.mark.parametrize("name", SENDING)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RefusedError),
        (404, RefusedError),
        (301, RefusedError),
        (401, AuthFailedError),
        (403, AuthFailedError),
        (408, ChannelUnavailableError),
        (429, ThrottledError),
        (500, ChannelUnavailableError),
        (503, ChannelUnavailableError),
    ],
)
async def test_status_becomes_its_error(name: str, status: int, kind: type[ConnectorError]) -> None:
    connector = make(
        name, PortReply(status, {}, b"\xff no"), **{CASES[name].sink_field or "": "https://vendor.example"}
    )
    with pytest.raises(kind) as caught:
        await connector.send(outbound(name))
    assert str(status) in caught.value.message
    with pytest.raises(kind):
        await connector.check()


@pytest.mark.parametrize("name", SENDING)
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ({}, 30),
        ("7", 7),
        ("0", 1),
        ("86400", 3600),
        ("9" * 5000, 30),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 30),
        ("-1", 30),
    ],
)
async def test_throttling_waits_as_asked_within_reason(name: str, header: str | dict[str, str], seconds: int) -> None:
    headers = {"retry-after": header} if isinstance(header, str) else header
    connector = make(name, PortReply(429, headers, b""), **{CASES[name].sink_field or "": "https://vendor.example"})
    with pytest.raises(ThrottledError) as caught:
        await connector.send(outbound(name))
    assert caught.value.retry_after == timedelta(seconds=seconds)


@pytest.mark.parametrize("name", SENDING)
@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ("drop", OutcomeUnknownError),
        (500, ChannelUnavailableError),
        (401, AuthFailedError),
    ],
)
async def test_real_call_fails_as_its_class(name: str, answer: int | str, kind: type[ConnectorError]) -> None:
    async with sinks.running() as sink, OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as http:
        sink.always = answer
        with pytest.raises(CASES[name].lost if kind is OutcomeUnknownError else kind):
            await _live(name, sink.url, http).send(outbound(name))
        assert len(sink.received) == (CASES[name].lost_calls if answer == "drop" else 1)


@pytest.mark.slow
async def test_call_without_an_answer_is_of_unknown_outcome() -> None:
    async with sinks.running() as sink, OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as http:
        sink.always = "hang"
        with pytest.raises(OutcomeUnknownError):  # the port's own time-out, the same for every connector
            await _live("api", sink.url, http, timeout=timedelta(milliseconds=300)).send(outbound("api"))


@pytest.mark.parametrize("name", SENDING)
async def test_nothing_listening_is_unavailable_and_private_address_is_refused(name: str) -> None:
    async with sinks.running() as sink:
        url = sink.url
    async with OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as http:
        with pytest.raises(ChannelUnavailableError):
            await _live(name, url, http).send(outbound(name))
    async with sinks.running() as sink, OutgoingHttp() as http:
        with pytest.raises(RefusedError):
            await _live(name, sink.url, http).send(outbound(name))
        assert sink.received == []


@pytest.mark.parametrize("name", [name for name in SENDING if CASES[name].key_header])
async def test_message_arrives_signed_with_its_key_and_all_its_parts(name: str) -> None:
    case = CASES[name]
    async with sinks.running() as sink, OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as http:
        await _live(name, sink.url, http).send(outbound(name))
    received = sink.received[0]
    assert received.headers[case.key_header or ""] == "5012"
    assert case.sign is not None
    at = datetime.fromtimestamp(int(received.headers[case.time_header or ""]), UTC)
    assert abs(at - datetime.now(UTC)) < timedelta(seconds=60)
    assert {key: received.headers[key] for key in case.sign(b"", at)} == case.sign(received.body, at)
    text = received.body.decode()
    for part in ("多謝", "揀一個", "查單", "person", "https://files.example/1", "滿意嗎?"):
        assert part in text


def _live(name: str, url: str, http: OutgoingHttp, **more: timedelta) -> Connector:
    kind = registry.connector_class(name).config_type
    config = kind.model_validate({**CASES[name].config, CASES[name].sink_field or "": url})
    return registry.make(name, config, HttpPorts(http, SystemClock(), **more))


@pytest.mark.parametrize("name", [name for name in CASES if name not in SENDING])
async def test_channel_that_sends_nothing_counts_as_sent(name: str) -> None:
    assert await make(name).send(outbound(name)) is not None


def test_unknown_channel_is_named_with_those_that_exist() -> None:
    with pytest.raises(registry.ChannelUnknownError, match="api"):
        registry.connector_class("fax")
