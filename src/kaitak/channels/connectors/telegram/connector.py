"""Telegram bots: updates by webhook with a secret header, messages by the Bot API; no window, no quota."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from kaitak.channels import answers, parts
from kaitak.channels.connectors.telegram import wire
from kaitak.channels.content import Block, Buttons, Media, Text
from kaitak.channels.contract import (
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
    AuthFailedError,
    ConnectorError,
    InvalidSignatureError,
    MalformedPayloadError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
)

_MB = 1024 * 1024
_GONE = ("bot was blocked", "user is deactivated", "chat not found", "can't initiate", "peer_id_invalid")
_UPDATES = ["message", "callback_query"]


class TelegramConfig(BaseModel):
    """`bot_token` is what BotFather gave; the webhook's secret is made here and told to Telegram by us."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bot_token: SecretStr = Field(min_length=20, max_length=200)
    webhook_secret: SecretStr = Field(min_length=32, max_length=256, json_schema_extra={"generated": True})
    api_base: str = Field(
        default="https://api.telegram.org", max_length=300, pattern=r"^https?://", json_schema_extra={"advanced": True}
    )


class Telegram:
    """Telegram knows no key of ours: a message whose answer got lost is shown as unknown and not sent twice."""

    name: ClassVar[str] = "telegram"
    capabilities: ClassVar[Capabilities] = Capabilities(
        is_watched=True,
        blocks=frozenset({Text, Buttons, Media}),
        max_text=2048,  # Telegram counts 4096 in UTF-16: half of it always fits
        max_buttons=12,
        media={  # what Telegram itself fetches from an address
            "image/jpeg": 5 * _MB,
            "image/png": 5 * _MB,
            "application/pdf": 20 * _MB,
            "application/zip": 20 * _MB,
            "audio/mpeg": 20 * _MB,
            "video/mp4": 20 * _MB,
        },
        answers_within=timedelta(seconds=60),  # a tapped button stops turning when it is answered
    )
    ack: ClassVar[RawReply] = RawReply()
    config_type: ClassVar[type[BaseModel]] = TelegramConfig
    max_body: ClassVar[int] = 512 * 1024

    def __init__(self, config: TelegramConfig, ports: Ports) -> None:
        self._secret = config.webhook_secret.get_secret_value().encode()
        self._base = config.api_base
        self._token = config.bot_token.get_secret_value()
        self._ports = ports

    async def check(self) -> str:
        """Ask Telegram who we are."""
        reply = await self._ports.get(self._url("getMe"), headers={})
        _raise_for(reply)
        name = answers.text_at(answers.json_of(reply), "result", "username")
        if not name:
            raise RefusedError("Telegram answered without a bot: is the address of the Bot API right?")
        return f"@{name}"

    async def register(self, url: str) -> None:
        """Have updates sent to us, with the secret; what waits there is kept."""
        body: dict[str, JsonValue] = {
            "url": url,
            "secret_token": self._secret.decode(),
            "allowed_updates": list(_UPDATES),
            "drop_pending_updates": False,
        }
        await self._call("setWebhook", body)

    def verify(self, request: RawRequest) -> None:
        """Raise unless the call knows our secret. It is no signature: the body is as safe as the connection."""
        given = answers.header(request.headers, "x-telegram-bot-api-secret-token")
        if not given:
            raise InvalidSignatureError("X-Telegram-Bot-Api-Secret-Token is required: set the webhook again")
        if not hmac.compare_digest(self._secret, given.encode("utf-8", "replace")):
            raise InvalidSignatureError("the secret token is not this inbox's: set the webhook again")

    def challenge(self, request: RawRequest) -> RawReply | None:
        """No handshake."""
        return None

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """The one update of a call."""
        try:
            data = orjson.loads(request.body)
        except orjson.JSONDecodeError as exc:
            raise MalformedPayloadError("the body is not JSON") from exc
        if not isinstance(data, dict):
            raise MalformedPayloadError("the body is not a JSON object")
        return [wire.event(data)]

    async def send(self, outbound: Outbound) -> Sent:
        """One call for each block; what an earlier attempt got through is not sent again."""
        await self._stop_turning(outbound)

        async def send_one(block: Block, _: int) -> str:
            method, body = wire.method(block)
            reply = await self._call(method, {"chat_id": outbound.to, **body})
            return answers.sent_id(reply, answers.part(answers.json_of(reply), "result", "message_id"))

        return await parts.send_each(outbound, outbound.blocks, send_one)

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a customer, of 20 MB at most."""
        found = answers.json_of(await self._call("getFile", {"file_id": ref}))
        path = answers.text_at(found, "result", "file_path")
        if not path or ".." in path:
            raise RefusedError("Telegram has this file no longer")
        reply = await self._ports.get(f"{self._base}/file/bot{self._token}/{path}", headers={}, max_bytes=max_bytes)
        _raise_for(reply)
        return FetchedMedia(reply.body, reply.headers.get("content-type", ""), path.rpartition("/")[2])

    async def _stop_turning(self, outbound: Outbound) -> None:
        query = answers.text_at(outbound.answers, "callback_query", "id")
        if query and not outbound.attempts:
            try:
                await self._call("answerCallbackQuery", {"callback_query_id": query})
            except ConnectorError:
                return  # only the little clock on the button; the message itself says what is wrong

    async def _call(self, method: str, body: dict[str, JsonValue]) -> PortReply:
        headers = {"Content-Type": "application/json"}
        reply = await self._ports.post(self._url(method), headers=headers, body=orjson.dumps(body))
        _raise_for(reply)
        return reply

    def _url(self, method: str) -> str:
        return f"{self._base}/bot{self._token}/{method}"


def _raise_for(reply: PortReply) -> None:
    """Raise what Telegram means; its description says more than the status."""
    if answers.is_taken(reply):
        return
    data = answers.json_of(reply)
    said = answers.text_at(data, "description")
    detail = f"(HTTP {reply.status}: {said[:150]})"
    moved = answers.text_at(data, "parameters", "migrate_to_chat_id")
    if moved:
        raise RecipientGoneError(f"The chat has another id now and becomes a new conversation there. {detail}")
    if any(mark in said.lower() for mark in _GONE):
        raise RecipientGoneError(f"The customer has blocked the bot or left Telegram. {detail}")
    if reply.status == 404 and said == "Not Found":
        raise AuthFailedError(f"Telegram knows no such bot token; take a new one from BotFather. {detail}")
    wait = answers.text_at(data, "parameters", "retry_after")
    if reply.status == 429 and wait:
        raise ThrottledError(
            f"Telegram limits our sending; it goes on by itself. {detail}", retry_after=answers.wait_of(wait)
        )
    answers.raise_for(reply, said)
