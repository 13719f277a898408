"""Owns the connector contract: what every channel gives us, what we give it, and how it may fail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Protocol

from pydantic import BaseModel, JsonValue

from kaitak.channels.content import Block
from kaitak.core.errors import InvalidError, KaitakError, UnauthenticatedError, UnavailableError


class DeliveryStatus(StrEnum):
    """How far a message got, as the channel reports it."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """What the channel says of the person who wrote: claimed, never verified, unless `is_verified` says so."""

    source_id: str
    name: str = ""
    email: str | None = None
    phone_number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """What every event of a channel has. `external_id` is unique per inbox: the key that repeated deliveries share."""

    external_id: str
    at: datetime
    raw: Mapping[str, JsonValue]  # kept for audit and replay; the core never reads it


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageReceived(Inbound):
    """A person wrote. `choice` is the value of the option that was tapped, if one was."""

    sender: Sender
    text: str
    choice: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReported(Inbound):
    """The channel says what became of a message of ours (`key` is the Outbound's key)."""

    key: str
    status: DeliveryStatus
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ignored(Inbound):
    """Genuine and not supported: counted, still acknowledged."""

    kind: str


InboundEvent = MessageReceived | DeliveryReported | Ignored


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """A message to send. `key` is our message's id and the idempotency key; `blocks` are within the capabilities."""

    key: str
    to: str
    thread: str
    author: str  # user, bot or system
    author_name: str
    at: datetime
    blocks: tuple[Block, ...]
    extra: Mapping[str, JsonValue] = field(default_factory=dict)  # vendor-only options: the single escape hatch


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took it; one message of ours may have become several of theirs."""

    external_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can carry, as data: nobody switches on a channel's name."""

    blocks: frozenset[type[Block]]
    max_text: int
    max_buttons: int = 0
    reply_window: timedelta | None = None
    may_initiate: bool = False
    reports_delivery: bool = False
    honours_key: bool = False  # sending the same key again sends nothing twice
    is_pulled: bool = False  # the customer's client fetches messages from us: nothing is sent
    has_typing: bool = False


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook call as it came: header names in lower case, the body untouched."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class RawReply:
    """What a webhook call is answered with."""

    status: int = 200
    body: bytes = b""
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class PortReply:
    """The answer to a call that a connector made."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Ports(Protocol):
    """All that a connector may touch besides its configuration."""

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> PortReply:
        """POST through the guarded client; raises UnavailableError or OutcomeUnknownError (sent, no answer)."""
        ...

    def now(self) -> datetime:
        """The present time, aware, UTC."""
        ...


class Connector(Protocol):
    """One channel. `verify` and `parse` are pure: the same bytes give the same events."""

    name: ClassVar[str]  # equals the folder's name
    capabilities: ClassVar[Capabilities]
    ack: ClassVar[RawReply]  # what this channel wants to hear once its webhook is stored
    config_type: ClassVar[type[BaseModel]]  # its JSON Schema draws the set-up form; SecretStr fields are masked
    max_body: ClassVar[int]  # bytes of one webhook call

    async def check(self) -> str:
        """Prove that the configuration works and return the account's name there; raises ConnectorError."""
        ...

    def verify(self, request: RawRequest) -> None:
        """Raise InvalidSignatureError unless the channel itself sent this, lately."""
        ...

    def challenge(self, request: RawRequest) -> RawReply | None:
        """The answer to the channel's handshake, if this is one."""
        ...

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """The events in a verified call; raises MalformedPayloadError and nothing else."""
        ...

    async def send(self, outbound: Outbound) -> Sent:
        """Send; raises ConnectorError subclasses and nothing else."""
        ...


class ConnectorError(KaitakError):
    """Something at the border with a channel failed."""

    code = "connector_failed"
    status = 502


class RefusedError(ConnectorError):
    """The channel will never take this message: it has failed, and the agent is told."""

    code = "refused"


class AuthFailedError(ConnectorError):
    """The channel no longer accepts our credentials: the inbox pauses until an administrator reconnects it."""

    code = "auth_failed"


class ThrottledError(ConnectorError):
    """The channel asks us to wait; the attempt is not counted."""

    code = "throttled"

    def __init__(self, message: str = "", *, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChannelUnavailableError(ConnectorError, UnavailableError):
    """The channel does not answer or says that it is broken: tried again with backoff."""

    code = "channel_unavailable"


class OutcomeUnknownError(ConnectorError):
    """Sent, and no answer came: repeated only where the channel honours our key, else shown as unknown."""

    code = "outcome_unknown"


class InvalidSignatureError(UnauthenticatedError):
    """The call's signature is missing, wrong or stale."""

    code = "signature_invalid"


class MalformedPayloadError(InvalidError):
    """The call is signed and cannot be read."""

    code = "payload_malformed"
    status = 400
