"""LINE official accounts: a reply to the event while its token lives (free), else a push (quota) with a retry key."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import ClassVar
from uuid import UUID, uuid5

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from kaitak.channels import answers, parts
from kaitak.channels.connectors.line import wire
from kaitak.channels.content import Block, Buttons, Media, Text
from kaitak.channels.contract import (
    AccountQuota,
    Capabilities,
    FetchedMedia,
    InboundEvent,
    Outbound,
    PortReply,
    Ports,
    RawReply,
    RawRequest,
    Sent,
)
from kaitak.channels.errors import (
    ChannelUnavailableError,
    InvalidSignatureError,
    MalformedPayloadError,
    OutcomeUnknownError,
    RecipientGoneError,
    RefusedError,
)

MAX_EVENTS = 1_000
PER_CALL = 5  # message objects
TOKEN_LIFE = timedelta(seconds=50)  # LINE takes a reply token for a minute
_RETRY_KEYS = UUID("5b3d2c1e-7c35-4c53-9d4b-54b9d6f0a911")
_MONTH = "monthly limit"
_USED = "reply token"


class LineConfig(BaseModel):
    """Both from the LINE Developers console: the secret under Basic settings, the token under Messaging API."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel_secret: SecretStr = Field(min_length=16, max_length=200)
    channel_access_token: SecretStr = Field(min_length=16, max_length=2000)
    api_base: str = Field(
        default="https://api.line.me", max_length=300, pattern=r"^https?://", json_schema_extra={"advanced": True}
    )
    data_base: str = Field(
        default="https://api-data.line.me", max_length=300, pattern=r"^https?://", json_schema_extra={"advanced": True}
    )


class Line:
    """A push is repeated under its retry key. A reply has none: one whose answer got lost is not repeated."""

    name: ClassVar[str] = "line"
    capabilities: ClassVar[Capabilities] = Capabilities(
        is_watched=True,
        blocks=frozenset({Text, Buttons, Media}),
        max_text=2500,  # LINE counts 5000 in UTF-16: half of it always fits
        max_buttons=13,
        max_title=20,
        media={"image/jpeg": 1024 * 1024, "image/png": 1024 * 1024},  # what may be its own preview
        honours_key=True,
        may_initiate=True,
        answers_within=TOKEN_LIFE,
    )
    ack: ClassVar[RawReply] = RawReply()
    config_type: ClassVar[type[BaseModel]] = LineConfig
    max_body: ClassVar[int] = 1024 * 1024

    def __init__(self, config: LineConfig, ports: Ports) -> None:
        self._config = config
        self._secret = config.channel_secret.get_secret_value().encode()
        self._ports = ports

    async def check(self) -> str:
        """Ask LINE who we are."""
        reply = await self._ports.get(f"{self._config.api_base}/v2/bot/info", headers=self._headers())
        _raise_for(reply)
        data = answers.json_of(reply)
        name = answers.text_at(data, "displayName")
        if not name:
            raise RefusedError("LINE answered without an account: is the address right?")
        return f"{name} {answers.text_at(data, 'basicId')}".strip()

    async def quota(self) -> AccountQuota:
        """What the plan gives this month, and how much of it is used; replies to events are not counted."""
        base = f"{self._config.api_base}/v2/bot/message/quota"
        given = await self._ports.get(base, headers=self._headers())
        _raise_for(given)
        used = await self._ports.get(f"{base}/consumption", headers=self._headers())
        _raise_for(used)
        limit, count = answers.part(answers.json_of(given), "value"), answers.part(answers.json_of(used), "totalUsage")
        if not isinstance(count, int):
            raise ChannelUnavailableError("LINE's answer about the quota cannot be read")
        return AccountQuota(used=count, limit=limit if isinstance(limit, int) else None)

    def verify(self, request: RawRequest) -> None:
        """Raise unless the raw body carries the channel's signature."""
        given = answers.header(request.headers, "x-line-signature")
        if not given:
            raise InvalidSignatureError("x-line-signature is required")
        right = base64.b64encode(hmac.new(self._secret, request.body, hashlib.sha256).digest())
        if not hmac.compare_digest(right, given.encode("utf-8", "replace")):
            raise InvalidSignatureError("the signature does not match the body: another channel secret, or changed")

    def challenge(self, request: RawRequest) -> RawReply | None:
        """No handshake; LINE's Verify button posts a signed call without events."""
        return None

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """All events of a call, in its order."""
        try:
            data = orjson.loads(request.body)
        except orjson.JSONDecodeError as exc:
            raise MalformedPayloadError("the body is not JSON") from exc
        items = data.get("events") if isinstance(data, dict) else None
        if not isinstance(items, list) or len(items) > MAX_EVENTS:
            raise MalformedPayloadError(f"events is not a list of at most {MAX_EVENTS}")
        if not all(isinstance(item, dict) for item in items):
            raise MalformedPayloadError("an event is not a JSON object")
        return [wire.event(item) for item in items]

    async def send(self, outbound: Outbound) -> Sent:
        """Up to five blocks a call; the first call answers the event itself where that is still free."""
        calls = [outbound.blocks[n : n + PER_CALL] for n in range(0, len(outbound.blocks), PER_CALL)]
        token = answers.text_at(outbound.answers, "replyToken") if self._may_reply(outbound.answers) else ""

        async def send_one(blocks: Sequence[Block], number: int) -> str:
            messages: list[JsonValue] = [wire.message(block) for block in blocks]
            if token and number == 0:
                found = await self._reply(token, messages, is_first=outbound.attempts == 0)
                if found is not None:
                    return found
            return await self._push(outbound, messages, number)

        return await parts.send_each(outbound, calls, send_one)

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a customer."""
        if not ref.isascii() or not ref.isalnum():
            raise RefusedError("this is no message id of LINE's")
        url = f"{self._config.data_base}/v2/bot/message/{ref}/content"
        reply = await self._ports.get(url, headers=self._headers(), max_bytes=max_bytes)
        _raise_for(reply)
        return FetchedMedia(reply.body, reply.headers.get("content-type", ""), "")

    def _may_reply(self, event: Mapping[str, JsonValue] | None) -> bool:
        """Whether the event's token still lives by LINE's own time, however long the event was on its way to us."""
        at = (event or {}).get("timestamp")
        return not isinstance(at, int) or self._ports.now().timestamp() - at / 1000 < TOKEN_LIFE.total_seconds()

    async def _reply(self, token: str, messages: list[JsonValue], *, is_first: bool) -> str | None:
        """Answer the event; None: its token is over, so push."""
        try:
            reply = await self._post("reply", {"replyToken": token, "messages": messages}, {})
        except OutcomeUnknownError as exc:
            raise OutcomeUnknownError(exc.message, may_repeat=False) from exc
        if reply.status == 400 and _USED in answers.text_at(answers.json_of(reply), "message").lower():
            if is_first:
                return None
            raise OutcomeUnknownError("LINE says that an earlier attempt has used the reply token", may_repeat=False)
        _raise_for(reply)
        return _id_of(reply)

    async def _push(self, outbound: Outbound, messages: list[JsonValue], number: int) -> str:
        key = {"X-Line-Retry-Key": str(uuid5(_RETRY_KEYS, f"{outbound.key}:{number}"))}
        reply = await self._post("push", {"to": outbound.to, "messages": messages}, key)
        if reply.status == 409:  # an earlier attempt got through
            return reply.headers.get("x-line-accepted-request-id") or "accepted"
        _raise_for(reply)
        return _id_of(reply)

    async def _post(self, verb: str, body: dict[str, JsonValue], more: dict[str, str]) -> PortReply:
        headers = {**self._headers(), "Content-Type": "application/json", **more}
        url = f"{self._config.api_base}/v2/bot/message/{verb}"
        return await self._ports.post(url, headers=headers, body=orjson.dumps(body))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._config.channel_access_token.get_secret_value()}"}


def _id_of(reply: PortReply) -> str:
    return (
        answers.text_at(answers.json_of(reply), "sentMessages", 0, "id")
        or reply.headers.get("x-line-request-id")
        or "-"
    )


def _raise_for(reply: PortReply) -> None:
    if answers.is_taken(reply):
        return
    said = answers.text_at(answers.json_of(reply), "message")
    if reply.status == 429 and _MONTH in said:
        raise RefusedError(f"The account's free messages of this month are used up: raise its plan. (HTTP 429: {said})")
    if reply.status == 400 and "'to'" in said:
        raise RecipientGoneError(f"LINE knows no such user any more. (HTTP 400: {said})")
    answers.raise_for(reply, said)
