"""The app: the business's own mobile app, by REST and WebSocket; who writes is signed by the business's server."""

from __future__ import annotations

import hashlib
import hmac
from datetime import timedelta
from typing import ClassVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from kaitak.channels.clients import SignedUser, Wake
from kaitak.channels.connectors.app import identity
from kaitak.channels.content import Buttons, Media, Survey, Text
from kaitak.channels.contract import Capabilities, Outbound, PortReply, Ports, Sent
from kaitak.channels.errors import AuthFailedError, ChannelUnavailableError, RefusedError, ThrottledError

WAKE_AFTER = timedelta(seconds=5)
RETRY_AFTER = timedelta(seconds=30)
PREVIEW = 140
_TAKEN = range(200, 300)


class AppConfig(BaseModel):
    """`identity_secret` signs your users' tokens (HS256). Messages that a device has not received are told to
    `push_url`, signed with `push_secret`; without their text, unless `push_text` says so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    identity_secret: SecretStr = Field(min_length=32, json_schema_extra={"generated": True})
    push_secret: SecretStr = Field(min_length=32, json_schema_extra={"generated": True})
    push_url: str | None = Field(default=None, max_length=2000, pattern=r"^https?://")
    push_text: bool = False


class App:
    """Messages come and go by the app's own routes; `wake` tells the business's server who has something waiting."""

    name: ClassVar[str] = "app"
    capabilities: ClassVar[Capabilities] = Capabilities(
        blocks=frozenset({Text, Buttons, Media, Survey}),
        max_text=10_000,
        max_buttons=10,
        may_initiate=True,
        reports_delivery=True,
        honours_key=True,
        is_pulled=True,
        has_typing=True,
    )
    config_type: ClassVar[type[BaseModel]] = AppConfig

    def __init__(self, config: AppConfig, ports: Ports) -> None:
        self._identity_secret = config.identity_secret.get_secret_value().encode()
        self._push_secret = config.push_secret.get_secret_value().encode()
        self._url = config.push_url
        self._tells_text = config.push_text
        self._ports = ports

    async def check(self) -> str:
        """Send a signed `ping` to the push address, if there is one; any answer below 300 will do."""
        if self._url is None:
            return "app"
        _raise_for(await self._post({"event": "ping"}, key="ping"))
        return self._url

    def user_of(self, token: str, *, audience: str) -> SignedUser:
        """The user whom a token names."""
        return identity.read(token, self._identity_secret, audience=audience, now=self._ports.now())

    async def send(self, outbound: Outbound) -> Sent:
        """Committed is sent: the app reads it from the stream. A device that sleeps is to be woken."""
        return Sent(wake_after=WAKE_AFTER if self._url is not None else None)

    async def wake(self, wake: Wake) -> None:
        """Tell the business's server that its user has a message; it knows how to reach the device."""
        if self._url is None:
            return
        told: dict[str, JsonValue] = {
            "event": "message_waiting",
            "app": wake.app,
            "user": wake.user,
            "conversation_id": wake.thread,
            "message_id": wake.key,
            "seq": wake.seq,
            "author": wake.author,
            "unread_count": wake.unread,
            "created_at": wake.at.isoformat(),
        }
        if self._tells_text:
            told |= {"author_name": wake.author_name, "preview": wake.text[:PREVIEW]}
        _raise_for(await self._post(told, key=wake.key))

    async def _post(self, told: dict[str, JsonValue], *, key: str) -> PortReply:
        body = orjson.dumps(told)
        stamp = str(int(self._ports.now().timestamp()))
        mac = hmac.new(self._push_secret, stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Kaitak-Timestamp": stamp,
            "X-Kaitak-Signature": f"sha256={mac}",
            "X-Kaitak-Delivery": key,
        }
        return await self._ports.post(self._url or "", headers=headers, body=body)


def _raise_for(reply: PortReply) -> None:
    if reply.status in _TAKEN:
        return
    detail = f"the push address answered HTTP {reply.status}"
    if reply.status in (401, 403):
        raise AuthFailedError(detail)
    if reply.status == 429:
        raise ThrottledError(detail, retry_after=RETRY_AFTER)
    if reply.status >= 500 or reply.status in (408, 425):
        raise ChannelUnavailableError(detail)
    raise RefusedError(detail)
