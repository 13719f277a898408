"""WeChat official accounts: plain and safe mode in, customer service messages out (five in 48 hours)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar
from urllib.parse import quote

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from kaitak.channels import answers, parts
from kaitak.channels import wechat_envelope as envelope
from kaitak.channels.access_tokens import AccessToken
from kaitak.channels.connectors.wechat import wire
from kaitak.channels.content import Block, Buttons, Text
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
    ChannelUnavailableError,
    InvalidSignatureError,
    MalformedPayloadError,
    OutcomeUnknownError,
)

MAX_AGE = timedelta(minutes=5)
Json = dict[str, JsonValue]


class WeChatConfig(BaseModel):
    """From the account's Basic configuration at WeChat; `token` is typed there and here. With a key: safe mode."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    app_id: str = Field(pattern=r"^[A-Za-z0-9]{6,40}$")
    app_secret: SecretStr = Field(min_length=16, max_length=100)
    token: SecretStr = Field(min_length=3, max_length=32)
    encoding_aes_key: SecretStr | None = Field(default=None, min_length=43, max_length=43)
    api_base: str = Field(
        default="https://api.weixin.qq.com", max_length=300, pattern=r"^https?://", json_schema_extra={"advanced": True}
    )


class WeChat:
    """Answers `success` at once and speaks later; its stable access token may be asked for by several processes."""

    name: ClassVar[str] = "wechat"
    capabilities: ClassVar[Capabilities] = Capabilities(
        is_watched=True,
        blocks=frozenset({Text, Buttons}),
        max_text=500,  # WeChat counts 2048 bytes: four for a character always fit
        max_buttons=8,
        reply_window=timedelta(hours=48),
        quota=5,
    )
    ack: ClassVar[RawReply] = RawReply(body=b"success")
    config_type: ClassVar[type[BaseModel]] = WeChatConfig
    max_body: ClassVar[int] = 256 * 1024

    def __init__(self, config: WeChatConfig, ports: Ports) -> None:
        self._config = config
        self._token = config.token.get_secret_value()
        key = config.encoding_aes_key
        self._key = envelope.key_of(key.get_secret_value()) if key is not None else None
        self._ports = ports
        self._access = AccessToken(ports.now, self._new_token)

    async def check(self) -> str:
        """Get an access token: proves app id, secret and that our address is in the whitelist."""
        self._access.forget()
        await self._access.get()
        return self._config.app_id

    def verify(self, request: RawRequest) -> None:
        """Raise unless WeChat signed this lately; in safe mode the envelope is signed too."""
        stamp, nonce = request.query.get("timestamp", ""), request.query.get("nonce", "")
        if not stamp or not nonce:
            raise InvalidSignatureError("timestamp and nonce are required")
        if self._key is None:
            envelope.require(envelope.signature(self._token, stamp, nonce), request.query.get("signature", ""))
        else:
            try:
                encrypted = envelope.fields(request.body).get("Encrypt", "")
            except MalformedPayloadError as exc:
                raise InvalidSignatureError(f"safe mode is set here, and {exc.message}") from exc
            right = envelope.signature(self._token, stamp, nonce, encrypted)
            envelope.require(right, request.query.get("msg_signature", ""))
        self._require_fresh(stamp)

    def challenge(self, request: RawRequest) -> RawReply | None:
        """WeChat's GET with `echostr`; it is signed and in plain text in both modes."""
        if request.method != "GET":
            return None
        stamp, nonce = request.query.get("timestamp", ""), request.query.get("nonce", "")
        envelope.require(envelope.signature(self._token, stamp, nonce), request.query.get("signature", ""))
        self._require_fresh(stamp)
        return RawReply(body=request.query.get("echostr", "")[:200].encode())

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """The one message or event of a call."""
        found = envelope.fields(request.body)
        if self._key is not None:
            found = envelope.fields(envelope.opened(found.get("Encrypt", ""), self._key, self._config.app_id))
        elif "Encrypt" in found and "MsgType" not in found:
            raise MalformedPayloadError("WeChat sends in safe mode: enter its EncodingAESKey in this inbox")
        return [wire.event(found)]

    async def send(self, outbound: Outbound) -> Sent:
        """One call for each block; an access token that is over is renewed once."""

        async def send_one(block: Block, number: int) -> str:
            message: Json = {"touser": outbound.to, **wire.message(block)}
            try:
                await self._send_once(message)
            except _TokenOverError:
                await self._access.get(is_refused=True)
                try:
                    await self._send_once(message)
                except _TokenOverError as exc:
                    raise wire.error_of(exc.number, exc.message) from exc
            return f"{outbound.key}:{number}"

        return await parts.send_each(outbound, outbound.blocks, send_one)

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a customer; WeChat keeps it for three days."""
        token = await self._access.get()
        url = f"{self._config.api_base}/cgi-bin/media/get?access_token={token}&media_id={quote(ref, safe='')}"
        reply = await self._ports.get(url, headers={}, max_bytes=max_bytes)
        answers.raise_for(reply)
        if reply.headers.get("content-type", "").startswith(("application/json", "text/plain")):
            _raise_for(answers.json_of(reply))
        return FetchedMedia(reply.body, reply.headers.get("content-type", ""), "")

    async def _send_once(self, message: Json) -> None:
        token = await self._access.get()
        reply = await self._post(f"cgi-bin/message/custom/send?access_token={token}", message)
        data = answers.json_of(reply)
        if not isinstance(data.get("errcode"), int):
            raise OutcomeUnknownError(f"HTTP {reply.status}, but the answer cannot be read")
        _raise_for(data)

    async def _new_token(self, is_refused: bool) -> tuple[str, JsonValue]:
        """Only a refused token is replaced by force: that ends the one which other processes hold."""
        body: Json = {
            "grant_type": "client_credential",
            "appid": self._config.app_id,
            "secret": self._config.app_secret.get_secret_value(),
            "force_refresh": is_refused,
        }
        try:
            data = answers.json_of(await self._post("cgi-bin/stable_token", body))
        except OutcomeUnknownError as exc:  # nothing was said to the customer yet
            raise ChannelUnavailableError(exc.message) from exc
        token = answers.text_at(data, "access_token")
        if not token:
            code = data.get("errcode")
            if not isinstance(code, int):
                raise ChannelUnavailableError("WeChat's answer to our request for an access token cannot be read")
            raise wire.error_of(code, answers.text_at(data, "errmsg"))
        return token, data.get("expires_in")

    async def _post(self, path: str, body: Json) -> PortReply:
        headers = {"Content-Type": "application/json"}
        url = f"{self._config.api_base}/{path}"
        reply = await self._ports.post(url, headers=headers, body=orjson.dumps(body))
        answers.raise_for(reply)
        return reply

    def _require_fresh(self, stamp: str) -> None:
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 11:
            raise InvalidSignatureError("timestamp is not a Unix time")
        if abs(self._ports.now().timestamp() - int(stamp)) > MAX_AGE.total_seconds():
            raise InvalidSignatureError("the timestamp is more than five minutes away from ours")


class _TokenOverError(AuthFailedError):
    """WeChat says that the access token is over: a new one may do."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.number = number


def _raise_for(data: Json) -> None:
    """Raise what the code of an answer means; 0 and none mean well."""
    code, said = data.get("errcode", 0), answers.text_at(data, "errmsg")
    if not isinstance(code, int) or code == 0:
        return
    if code in wire.TOKEN_OVER:
        raise _TokenOverError(code, said)
    raise wire.error_of(code, said)
