"""Owns the frames of DingTalk's Stream mode: what each asks for, and how it is acknowledged. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import orjson
from pydantic import JsonValue

from kaitak.channels import answers, parts
from kaitak.channels.connectors.dingtalk import wire
from kaitak.channels.contract import Ignored, InboundEvent
from kaitak.channels.errors import ChannelUnavailableError, MalformedPayloadError

Json = dict[str, JsonValue]
BOT_TOPIC = "/v1.0/im/bot/messages/get"
SUBSCRIPTIONS: list[JsonValue] = [{"type": "CALLBACK", "topic": BOT_TOPIC}]


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame: what it is, the event in it, and the answer to it once that is stored."""

    kind: Literal["message", "ping", "disconnect", "other"]
    event: InboundEvent | None
    answer: bytes


def read(raw: bytes, now: datetime) -> Frame:
    """What a frame is. One that cannot be read is kept in the ledger and acknowledged: it would come again for ever."""
    try:
        data = wire.message_of(raw)
    except MalformedPayloadError:
        return Frame("other", None, b"")
    kind, topic = answers.text_at(data, "type"), answers.text_at(data, "headers", "topic")
    number, content = answers.text_at(data, "headers", "messageId"), answers.text_at(data, "data")
    if kind == "SYSTEM":
        return Frame("disconnect" if topic == "disconnect" else "ping", None, _answer(number, 200, content or "{}"))
    if kind != "CALLBACK" or topic != BOT_TOPIC:
        return Frame("other", None, _answer(number, 404, "{}"))
    return Frame("message", _event(content, now), _answer(number, 200, '{"response":null}'))


def _event(content: str, now: datetime) -> InboundEvent:
    try:
        return wire.event(wire.message_of(content.encode("utf-8", "replace")))
    except MalformedPayloadError as exc:
        raw: Json = {"data": content[:10_000], "why": exc.message}
        return Ignored(external_id=parts.digest(content), at=now, raw=raw, kind="malformed")


def _answer(number: str, code: int, data: str) -> bytes:
    headers = {"messageId": number, "contentType": "application/json"}
    return orjson.dumps({"code": code, "headers": headers, "message": "OK" if code == 200 else "", "data": data})


def address_of(data: Json, *, is_secure: bool) -> tuple[str, str]:
    """Where to connect and with which ticket."""
    endpoint, ticket = answers.text_at(data, "endpoint"), answers.text_at(data, "ticket")
    if not ticket or not endpoint.startswith("wss://" if is_secure else ("ws://", "wss://")):
        raise ChannelUnavailableError("DingTalk gave no address for a stream")
    return endpoint, ticket
