"""SMS by Twilio: signed forms in, messages and their delivery reports out; segments counted and capped."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from kaitak.channels import answers, parts
from kaitak.channels.connectors.sms import segments, wire
from kaitak.channels.content import Block, Media, Text
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
from kaitak.channels.errors import InvalidSignatureError, RefusedError
from kaitak.channels.render import render

_MB = 1024 * 1024
_MOVED = range(301, 309)
_PORTS = {"https": 443, "http": 80}


class SmsConfig(BaseModel):
    """From the first page of Twilio's console; the sender is a number, a messaging service or a name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    account_sid: str = Field(pattern=r"^AC[0-9a-fA-F]{32}$")
    auth_token: SecretStr = Field(min_length=16, max_length=100)
    sender: str = Field(pattern=r"^(\+[1-9][0-9]{6,14}|[0-9]{4,8}|MG[0-9a-fA-F]{32}|[A-Za-z0-9 ]{3,11})$")
    max_segments: int = Field(default=20, ge=1, le=100)
    sends_media: bool = False
    api_base: str = Field(
        default="https://api.twilio.com", max_length=300, pattern=r"^https?://", json_schema_extra={"advanced": True}
    )
    service_base: str = Field(
        default="https://messaging.twilio.com",
        max_length=300,
        pattern=r"^https?://",
        json_schema_extra={"advanced": True},
    )


class Sms:
    """Twilio knows no key of ours: a message whose answer got lost is shown as unknown and not sent twice."""

    name: ClassVar[str] = "sms"
    capabilities: ClassVar[Capabilities] = Capabilities(
        is_watched=True,
        blocks=frozenset({Text, Media}),
        max_text=670,  # ten segments of Chinese
        media={"image/jpeg": 5 * _MB, "image/png": 5 * _MB, "image/gif": 5 * _MB},
        may_initiate=True,
        reaches="phone",
        has_opt_out=True,
        counts_sms=True,
        reports_delivery=True,
        is_told_hook=True,
    )
    ack: ClassVar[RawReply] = RawReply(body=b"<Response/>", media_type="text/xml")
    config_type: ClassVar[type[BaseModel]] = SmsConfig
    max_body: ClassVar[int] = 64 * 1024

    def __init__(self, config: SmsConfig, ports: Ports) -> None:
        self._config = config
        self._ports = ports
        self._token = config.auth_token.get_secret_value()
        self._account = f"{config.api_base}/2010-04-01/Accounts/{config.account_sid}"

    async def check(self) -> str:
        """Ask Twilio for the account, and for the sender where it is a number."""
        data = answers.json_of(await self._get(f"{self._account}.json"))
        name, status = answers.text_at(data, "friendly_name"), answers.text_at(data, "status")
        if not name:
            raise RefusedError("Twilio answered without an account: is the API address right?")
        if status != "active":
            raise RefusedError(f"the Twilio account is {status or 'not active'}")
        if self._config.sender.startswith("+"):
            await self._number_sid()
        return f"{name} {self._config.sender}"

    async def register(self, url: str) -> None:
        """Have messages to our number, or to the service's numbers, brought to `url`."""
        sender = self._config.sender
        if sender.startswith("MG"):
            form = {"InboundRequestUrl": url, "InboundMethod": "POST", "UseInboundWebhookOnNumber": "false"}
            await self._post(f"{self._config.service_base}/v1/Services/{sender}", form)
        elif sender.startswith("+"):
            number = await self._number_sid()
            await self._post(
                f"{self._account}/IncomingPhoneNumbers/{number}.json", {"SmsUrl": url, "SmsMethod": "POST"}
            )
        else:
            raise RefusedError("nobody can answer to a name: use a number or a messaging service to receive")

    def verify(self, request: RawRequest) -> None:
        """Raise unless Twilio signed the address and the fields, or the address and the body's digest."""
        given = answers.header(request.headers, "x-twilio-signature")
        if not given:
            raise InvalidSignatureError("X-Twilio-Signature is required")
        digest = request.query.get("bodySHA256")
        if digest is not None:
            body = hashlib.sha256(request.body).hexdigest()
            if not hmac.compare_digest(body.encode(), digest.encode("utf-8", "replace")):
                raise InvalidSignatureError("the body is not the one that was signed")
            signed = ""
        else:
            signed = _fields(request.body)
        rights = [_mac(self._token, url + signed) for url in _addresses(request.url)]
        if not any(hmac.compare_digest(right, given.encode("utf-8", "replace")) for right in rights):
            raise InvalidSignatureError(
                "the signature is wrong: another auth token, or Twilio calls another address than our public one"
            )

    def challenge(self, request: RawRequest) -> RawReply | None:
        """No handshake."""
        return None

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """The one message or report of a call."""
        found = wire.form(request.body)
        return [wire.event(found, request.query, self._config.account_sid, self._ports.now())]

    async def send(self, outbound: Outbound) -> Sent:
        """One call for each block; a message of too many segments is refused before anything is sent."""
        blocks = outbound.blocks
        if not self._config.sends_media:
            blocks = render(blocks, replace(self.capabilities, blocks=frozenset({Text})))
        total = sum(segments.counted(block.text).segments for block in blocks if isinstance(block, Text))
        most = self._config.max_segments
        if total > most:
            raise RefusedError(f"This would take {total} SMS, and the inbox allows {most}: shorten it.")
        addresses = {"To": outbound.to, **self._from()}
        if outbound.hook:
            addresses["StatusCallback"] = f"{outbound.hook}?{wire.KEY}={quote(outbound.key, safe='')}"

        async def send_one(block: Block, _: int) -> str:
            content = {"MediaUrl": block.url} if isinstance(block, Media) else {"Body": _text(block)}
            reply = await self._post(f"{self._account}/Messages.json", {**addresses, **content})
            return answers.sent_id(reply, answers.part(answers.json_of(reply), "sid"))

        return await parts.send_each(outbound, blocks, send_one)

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """A file of a customer: from Twilio's own address, which sends on to where it lies."""
        if not ref.startswith(f"{self._account}/Messages/") or ".." in ref:
            raise RefusedError("this is no address of a file of this account at Twilio")
        reply = await self._ports.get(ref, headers=self._headers(), max_bytes=max_bytes)
        if reply.status in _MOVED and reply.headers.get("location", "").startswith(("https://", self._config.api_base)):
            reply = await self._ports.get(reply.headers["location"], headers={}, max_bytes=max_bytes)
        if reply.status in (401, 403, 404, 410):
            raise RefusedError(f"Twilio has this file no longer (HTTP {reply.status})")
        wire.raise_for(reply)
        return FetchedMedia(reply.body, reply.headers.get("content-type", ""), "")

    async def _number_sid(self) -> str:
        query = urlencode({"PhoneNumber": self._config.sender})
        data = answers.json_of(await self._get(f"{self._account}/IncomingPhoneNumbers.json?{query}"))
        found = answers.text_at(data, "incoming_phone_numbers", 0, "sid")
        if not found:
            raise RefusedError(f"{self._config.sender} is not a number of this Twilio account")
        return found

    def _from(self) -> dict[str, str]:
        sender = self._config.sender
        return {"MessagingServiceSid" if sender.startswith("MG") else "From": sender}

    async def _get(self, url: str) -> PortReply:
        reply = await self._ports.get(url, headers=self._headers())
        wire.raise_for(reply)
        return reply

    async def _post(self, url: str, form: dict[str, str]) -> PortReply:
        headers = {**self._headers(), "Content-Type": "application/x-www-form-urlencoded"}
        reply = await self._ports.post(url, headers=headers, body=urlencode(form).encode())
        wire.raise_for(reply)
        return reply

    def _headers(self) -> dict[str, str]:
        pair = base64.b64encode(f"{self._config.account_sid}:{self._token}".encode()).decode()
        return {"Authorization": f"Basic {pair}"}


def _text(block: Block) -> str:
    if not isinstance(block, Text):
        raise TypeError(f"SMS carries no {type(block).__name__}")
    return block.text


def _mac(token: str, text: str) -> bytes:
    return base64.b64encode(hmac.new(token.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha1).digest())


def _fields(body: bytes) -> str:
    """The fields in the order that is signed: by name, values of one name once each and sorted."""
    try:
        found = set(parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=wire.MAX_FIELDS))
    except (UnicodeDecodeError, ValueError) as exc:
        raise InvalidSignatureError("the body is not a form of at most 200 fields") from exc
    return "".join(name + value for name, value in sorted(found))


def _addresses(url: str) -> list[str]:
    """The address with its port and without: Twilio signs either."""
    split = urlsplit(url)
    host = f"[{split.hostname}]" if ":" in (split.hostname or "") else split.hostname or ""
    port = split.port or _PORTS.get(split.scheme)
    return [urlunsplit(split._replace(netloc=netloc)) for netloc in (split.netloc, host, f"{host}:{port}")]
