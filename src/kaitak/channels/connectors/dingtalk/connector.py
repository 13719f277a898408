"""DingTalk robots: messages by a stream that we open or by signed calls, answers in the session, then by the robot."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from kaitak.channels import answers, parts, websocket
from kaitak.channels.access_tokens import AccessToken
from kaitak.channels.connectors.dingtalk import stream, wire
from kaitak.channels.content import Block, Media, Text
from kaitak.channels.contract import (
    Capabilities,
    Desk,
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
    ChannelUnavailableError,
    InvalidSignatureError,
    OutcomeUnknownError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
)

_MB = 1024 * 1024
MAX_AGE = timedelta(minutes=5)
BEAT = timedelta(seconds=60)
SILENCE = timedelta(seconds=150)  # two beats without an answer
Json = dict[str, JsonValue]


class DingTalkConfig(BaseModel):
    """From the app's credentials at DingTalk; the robot's code is the client ID unless the robot is an old one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    client_id: str = Field(pattern=r"^[A-Za-z0-9_-]{6,60}$")
    client_secret: SecretStr = Field(min_length=16, max_length=200)
    robot_code: str = Field(default="", max_length=100, pattern=r"^[A-Za-z0-9_-]*$")
    uses_stream: bool = True
    api_base: str = Field(
        default="https://api.dingtalk.com", max_length=300, pattern=r"^https?://", json_schema_extra={"advanced": True}
    )
    session_base: str = Field(
        default="https://oapi.dingtalk.com", max_length=300, pattern=r"^https?://", json_schema_extra={"advanced": True}
    )


class DingTalk:
    """An answer that got lost is not sent twice: DingTalk knows no key. Groups are left alone: they read along."""

    name: ClassVar[str] = "dingtalk"
    capabilities: ClassVar[Capabilities] = Capabilities(
        is_watched=True,
        blocks=frozenset({Text, Media}),
        max_text=3000,
        media={"image/jpeg": 5 * _MB, "image/png": 5 * _MB, "image/gif": 5 * _MB},
        may_initiate=True,
        answers_within=timedelta(minutes=80),
        answers_each=True,
    )
    ack: ClassVar[RawReply] = RawReply(body=b"{}", media_type="application/json")
    config_type: ClassVar[type[BaseModel]] = DingTalkConfig
    max_body: ClassVar[int] = 256 * 1024

    def __init__(self, config: DingTalkConfig, ports: Ports) -> None:
        self._config = config
        self._secret = config.client_secret.get_secret_value()
        self._ports = ports
        self._access = AccessToken(ports.now, self._new_token)

    async def check(self) -> str:
        """Get an access token: proves client ID and secret."""
        self._access.forget()
        await self._access.get()
        return self._robot()

    def verify(self, request: RawRequest) -> None:
        """Raise unless the call was signed lately. The body is not signed: it is as safe as the connection."""
        stamp, given = answers.header(request.headers, "timestamp"), answers.header(request.headers, "sign")
        if not stamp or not given:
            raise InvalidSignatureError("timestamp and sign are required")
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 14:
            raise InvalidSignatureError("timestamp is not a Unix time in milliseconds")
        mac = hmac.new(self._secret.encode(), f"{stamp}\n{self._secret}".encode(), hashlib.sha256).digest()
        if not hmac.compare_digest(base64.b64encode(mac), given.encode("utf-8", "replace")):
            raise InvalidSignatureError("the sign is wrong: another client secret")
        if abs(self._ports.now().timestamp() - int(stamp) / 1000) > MAX_AGE.total_seconds():
            raise InvalidSignatureError("the timestamp is more than five minutes away from ours")

    def challenge(self, request: RawRequest) -> RawReply | None:
        """No handshake."""
        return None

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """The one message of a call."""
        return [wire.event(wire.message_of(request.body))]

    async def send(self, outbound: Outbound) -> Sent:
        """In the session of the customer's message while it lives, else as the robot's own message."""
        session = self._session_of(outbound)

        async def send_one(block: Block, number: int) -> str:
            if session and await self._answer(session, block):
                return f"{outbound.key}:{number}"
            if outbound.to.startswith("$:"):
                raise RecipientGoneError("The session is over, and DingTalk gives no user ID of who is not a member.")
            return await self._send_as_robot(outbound.to, block)

        return await parts.send_each(outbound, outbound.blocks, send_one)

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a customer: DingTalk gives an address for it."""
        body: Json = {"downloadCode": ref, "robotCode": self._robot()}
        reply = await self._call("v1.0/robot/messageFiles/download", body)
        url = answers.text_at(answers.json_of(reply), "downloadUrl")
        if not url.startswith("https://") and not self._is_ours(url):
            raise RefusedError("DingTalk gave no address for this file")
        got = await self._ports.get(url, headers={}, max_bytes=max_bytes)
        if got.status in (401, 403, 404, 410):
            raise RefusedError(f"DingTalk has this file no longer (HTTP {got.status})")
        answers.raise_for(got)
        return FetchedMedia(got.body, got.headers.get("content-type", ""), "")

    async def receive(self, desk: Desk) -> None:
        """Stream mode: open a ticketed connection, store each message, then acknowledge it."""
        if not self._config.uses_stream:
            await desk.connected()
            while not desk.is_closing:
                await desk.wait(timedelta(hours=1))
            return
        opened = await websocket.opened(self._ports, await self._ticketed())
        try:
            await desk.connected()
            await self._listen(desk, opened)
        finally:
            await opened.close()

    async def _listen(self, desk: Desk, opened: websocket.WebSocket) -> None:
        waiting = asyncio.create_task(desk.wait(BEAT))
        reading = asyncio.create_task(opened.receive(within=SILENCE))
        try:
            while not desk.is_closing:
                await asyncio.wait({waiting, reading}, return_when=asyncio.FIRST_COMPLETED)
                if reading.done():
                    raw = reading.result()
                    if raw is None or not await self._take(desk, opened, raw):
                        return
                    reading = asyncio.create_task(opened.receive(within=SILENCE))
                if waiting.done() and not desk.is_closing:
                    await opened.ping()
                    waiting = asyncio.create_task(desk.wait(BEAT))
        finally:
            for task in (waiting, reading):
                task.cancel()
            await asyncio.gather(waiting, reading, return_exceptions=True)

    async def _take(self, desk: Desk, opened: websocket.WebSocket, raw: bytes) -> bool:
        """One frame; whether the connection goes on."""
        frame = stream.read(raw, self._ports.now())
        if frame.event is not None:
            await desk.store([frame.event])
        if frame.answer:
            await opened.send(frame.answer)
        return frame.kind != "disconnect"

    async def _ticketed(self) -> str:
        body: Json = {
            "clientId": self._config.client_id,
            "clientSecret": self._secret,
            "subscriptions": stream.SUBSCRIPTIONS,
            "ua": "kaitak",
        }
        reply = await self._post(f"{self._config.api_base}/v1.0/gateway/connections/open", body, {})
        is_secure = self._config.api_base.startswith("https://")
        endpoint, ticket = stream.address_of(answers.json_of(reply), is_secure=is_secure)
        return f"{endpoint}?ticket={quote(ticket, safe='')}"

    def _session_of(self, outbound: Outbound) -> str:
        """The address of the session, if it is DingTalk's and still good."""
        url = answers.text_at(outbound.answers, "sessionWebhook")
        until = answers.text_at(outbound.answers, "sessionWebhookExpiredTime")
        if not url.startswith(f"{self._config.session_base}/") or not until.isdigit() or len(until) > 14:
            return ""
        return url if self._ports.now() < datetime.fromtimestamp(int(until) / 1000, UTC) else ""

    async def _answer(self, session: str, block: Block) -> bool:
        """Answer in the session; False where it is over."""
        headers = {"Content-Type": "application/json"}
        reply = await self._ports.post(session, headers=headers, body=orjson.dumps(wire.for_session(block)))
        wire.raise_for(reply)
        data = answers.json_of(reply)
        code = data.get("errcode")
        if not isinstance(code, int):
            raise OutcomeUnknownError(f"HTTP {reply.status}, but the answer cannot be read")
        if code not in (0, wire.SESSION_OVER):
            raise wire.error_of_session(code, answers.text_at(data, "errmsg"))
        return code == 0

    async def _send_as_robot(self, to: str, block: Block) -> str:
        body: Json = {"robotCode": self._robot(), "userIds": [to], **wire.for_robot(block)}
        reply = await self._call("v1.0/robot/oToMessages/batchSend", body)
        data = answers.json_of(reply)
        if answers.part(data, "invalidStaffIdList", 0) is not None:
            raise RecipientGoneError("This person is no longer in the organisation, or may not use the robot.")
        if answers.part(data, "flowControlledStaffIdList", 0) is not None:
            raise ThrottledError(
                "DingTalk limits what this person gets; it goes on by itself.", retry_after=timedelta(seconds=60)
            )
        return answers.sent_id(reply, answers.part(data, "processQueryKey"))

    async def _call(self, path: str, body: Json) -> PortReply:
        """A call with the access token; one that is over is renewed once."""
        url = f"{self._config.api_base}/{path}"
        for is_again in (False, True):
            token = await self._access.get(is_refused=is_again)
            try:
                return await self._post(url, body, {"x-acs-dingtalk-access-token": token})
            except _TokenOverError:
                if is_again:
                    raise
        raise AssertionError("unreachable")

    async def _post(self, url: str, body: Json, more: dict[str, str]) -> PortReply:
        headers = {"Content-Type": "application/json", **more}
        reply = await self._ports.post(url, headers=headers, body=orjson.dumps(body))
        code = answers.text_at(answers.json_of(reply), "code")
        if not answers.is_taken(reply) and code in wire.TOKEN_OVER:
            raise _TokenOverError("DingTalk no longer takes our access token: was the client secret renewed?")
        wire.raise_for(reply)
        return reply

    async def _new_token(self, _is_refused: bool) -> tuple[str, JsonValue]:
        body: Json = {"appKey": self._config.client_id, "appSecret": self._secret}
        try:
            data = answers.json_of(await self._post(f"{self._config.api_base}/v1.0/oauth2/accessToken", body, {}))
        except OutcomeUnknownError as exc:  # nothing was said to the customer yet
            raise ChannelUnavailableError(exc.message) from exc
        token = answers.text_at(data, "accessToken")
        if not token:
            raise ChannelUnavailableError("DingTalk's answer to our request for an access token cannot be read")
        return token, data.get("expireIn")

    def _robot(self) -> str:
        return self._config.robot_code or self._config.client_id

    def _is_ours(self, url: str) -> bool:
        return url.startswith(f"{self._config.api_base}/")


class _TokenOverError(AuthFailedError):
    """DingTalk says that the access token is over: a new one may do."""
