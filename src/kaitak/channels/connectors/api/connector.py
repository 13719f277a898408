"""The API channel: bring your own. Events come in signed, messages go out signed the same way."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr, ValidationError

from kaitak.channels.connectors.api import wire
from kaitak.channels.content import Buttons, Media, Survey, Text
from kaitak.channels.contract import (
    Capabilities,
    DeliveryReported,
    DeliveryStatus,
    Ignored,
    InboundEvent,
    MessageReceived,
    Outbound,
    PortReply,
    Ports,
    RawReply,
    RawRequest,
    Sender,
    Sent,
)
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    InvalidSignatureError,
    MalformedPayloadError,
    RefusedError,
    ThrottledError,
)

MAX_AGE = timedelta(minutes=5)
MAX_EVENTS = 100
MAX_DEPTH = 200
DEFAULT_RETRY_AFTER = timedelta(seconds=30)
LONGEST_RETRY_AFTER = 3600
_DELIVERED = range(200, 300)


class ApiConfig(BaseModel):
    """`secret` signs both ways; messages go to `webhook_url` (none: the caller only reads them by API)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    secret: SecretStr = Field(min_length=32, json_schema_extra={"generated": True})
    webhook_url: str | None = Field(default=None, max_length=2000, pattern=r"^https?://")


class Api:
    """Signature: `sha256=` + hex HMAC-SHA256 of `{timestamp}.{body}`, the form that Chatwoot's webhooks use."""

    name: ClassVar[str] = "api"
    capabilities: ClassVar[Capabilities] = Capabilities(
        blocks=frozenset({Text, Buttons, Media, Survey}),
        max_text=20_000,
        max_buttons=20,
        may_initiate=True,
        reports_delivery=True,
        honours_key=True,
    )
    ack: ClassVar[RawReply] = RawReply(body=b'{"ok":true}', media_type="application/json")
    config_type: ClassVar[type[BaseModel]] = ApiConfig
    max_body: ClassVar[int] = 1024 * 1024

    def __init__(self, config: ApiConfig, ports: Ports) -> None:
        self._secret = config.secret.get_secret_value().encode()
        self._url = config.webhook_url
        self._ports = ports

    async def check(self) -> str:
        """Ask the caller's address for a signed `ping`; any answer below 400 will do."""
        if self._url is None:
            return "api"
        reply = await self._post(orjson.dumps({"event": "ping"}), key="ping")
        _raise_for(reply)
        return self._url

    def verify(self, request: RawRequest) -> None:
        """Raise unless the signature is right and at most five minutes old."""
        stamp = _header(request.headers, "timestamp")
        given = _header(request.headers, "signature")
        if not stamp or not given:
            raise InvalidSignatureError("X-Kaitak-Timestamp and X-Kaitak-Signature are required")
        if not _is_stamp(stamp):
            raise InvalidSignatureError("X-Kaitak-Timestamp is not a Unix time in seconds")
        if not hmac.compare_digest(self._sign(stamp, request.body).encode(), given.encode()):
            raise InvalidSignatureError("the signature does not match the body")
        if abs(self._ports.now().timestamp() - int(stamp)) > MAX_AGE.total_seconds():
            raise InvalidSignatureError("the timestamp is more than five minutes away from ours")

    def challenge(self, request: RawRequest) -> RawReply | None:
        """No handshake."""
        return None

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """One event, or up to a hundred under `events`."""
        try:
            data = orjson.loads(request.body)
        except orjson.JSONDecodeError as exc:
            raise MalformedPayloadError("the body is not JSON") from exc
        if not isinstance(data, dict):
            raise MalformedPayloadError("the body is not a JSON object")
        items = data.get("events", [data])
        if not isinstance(items, list) or len(items) > MAX_EVENTS:
            raise MalformedPayloadError(f"events is not a list of at most {MAX_EVENTS}")
        if request.body.count(b"[") + request.body.count(b"{") > MAX_DEPTH and _is_deeper(data, MAX_DEPTH):
            raise MalformedPayloadError(f"the body is nested more than {MAX_DEPTH} deep")
        stamp = _header(request.headers, "timestamp")
        at = datetime.fromtimestamp(int(stamp) if _is_stamp(stamp) else 0, UTC)
        return [_event(item, at) for item in items]

    async def send(self, outbound: Outbound) -> Sent:
        """POST the message to the caller's address; without one, being stored is being sent."""
        if self._url is None:
            return Sent()
        reply = await self._post(orjson.dumps(_message(outbound)), key=outbound.key)
        _raise_for(reply)
        return Sent()

    async def _post(self, body: bytes, *, key: str) -> PortReply:
        stamp = str(int(self._ports.now().timestamp()))
        headers = {
            "Content-Type": "application/json",
            "X-Kaitak-Timestamp": stamp,
            "X-Kaitak-Signature": self._sign(stamp, body),
            "X-Kaitak-Delivery": key,
        }
        return await self._ports.post(self._url or "", headers=headers, body=body)

    def _sign(self, stamp: str, body: bytes) -> str:
        return "sha256=" + hmac.new(self._secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(f"x-kaitak-{name}") or headers.get(f"x-chatwoot-{name}") or ""


def _is_stamp(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 11


def _is_deeper(data: object, limit: int) -> bool:
    """Whether JSON is nested deeper than what can be written again and stored."""
    level = [data]
    for _ in range(limit):
        parts = [part.values() if isinstance(part, dict) else part for part in level if isinstance(part, dict | list)]
        if not parts:
            return False
        level = [inner for part in parts for inner in part]
    return True


def _event(item: JsonValue, at: datetime) -> InboundEvent:
    if not isinstance(item, dict):
        raise MalformedPayloadError("an event is not a JSON object")
    try:
        event = wire.read_event(item)
    except ValidationError as exc:
        first = exc.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "event"
        raise MalformedPayloadError(f"{where}: {first['msg']}") from exc
    if isinstance(event, wire.MessageIn):
        person = event.contact
        sender = Sender(
            source_id=event.source_id, name=person.name, email=person.email, phone_number=person.phone_number
        )
        return MessageReceived(
            external_id=event.id,
            at=event.created_at or at,
            raw=item,
            sender=sender,
            text=event.content,
            choice=event.submitted_value,
            reply_to=event.in_reply_to,
        )
    if isinstance(event, wire.DeliveryReportIn):
        status = DeliveryStatus(event.status)
        return DeliveryReported(
            external_id=event.id, at=at, raw=item, key=event.message_id, status=status, reason=event.reason
        )
    return Ignored(external_id=event.id, at=at, raw=item, kind=event.type)


def _message(outbound: Outbound) -> dict[str, JsonValue]:
    texts = [block.text for block in outbound.blocks if not isinstance(block, Media)]
    content_type = "text"
    attributes: dict[str, JsonValue] = {}
    files: list[JsonValue] = []
    for block in outbound.blocks:
        if isinstance(block, Buttons):
            content_type = "input_select"
            attributes["items"] = [{"title": choice.title, "value": choice.value} for choice in block.choices]
        elif isinstance(block, Survey):
            content_type = "input_csat"
        elif isinstance(block, Media):
            files.append({"data_url": block.url, "file_name": block.file_name, "content_type": block.content_type})
    return {
        "event": "message_created",
        "id": outbound.key,
        "source_id": outbound.to,
        "conversation_id": outbound.thread,
        "content": "\n".join(texts),
        "content_type": content_type,
        "content_attributes": attributes,
        "attachments": files,
        "sender": {"type": outbound.author, "name": outbound.author_name},
        "created_at": outbound.at.isoformat(),
    }


def _raise_for(reply: PortReply) -> None:
    if reply.status in _DELIVERED:
        return
    detail = f"HTTP {reply.status}: {reply.body[:200].decode('utf-8', 'replace')}"
    if reply.status in (401, 403):
        raise AuthFailedError(detail)
    if reply.status == 429:
        raise ThrottledError(detail, retry_after=_wait(reply.headers.get("retry-after", "")))
    if reply.status >= 500 or reply.status in (408, 425):
        raise ChannelUnavailableError(detail)
    raise RefusedError(detail)


def _wait(retry_after: str) -> timedelta:
    """What the header asks for, within a second and an hour; a date or nonsense is as good as none."""
    if not retry_after.isascii() or not retry_after.isdigit() or len(retry_after) > 9:
        return DEFAULT_RETRY_AFTER
    return timedelta(seconds=max(1, min(int(retry_after), LONGEST_RETRY_AFTER)))
