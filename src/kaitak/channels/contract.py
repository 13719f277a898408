"""Owns the connector contract: what every channel gives us and what we give it; how it may fail is in `errors`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, runtime_checkable

from pydantic import BaseModel, JsonValue

from kaitak.channels.content import Block
from kaitak.channels.errors import InvalidSignatureError

if TYPE_CHECKING:
    from kaitak.channels.wires import Wire


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
    is_verified: bool = False  # the channel itself has proven the telephone number or the mail address named here


MediaKind = Literal["image", "voice", "audio", "video", "file", "sticker"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaRef:
    """A file that the channel holds for us; `ref` is what its connector fetches it by, for as long as it lasts."""

    kind: MediaKind
    ref: str
    content_type: str = ""
    file_name: str = ""
    file_size: int | None = None


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
    text: str  # never empty: what is not text is named by content.described
    choice: str | None = None
    reply_to: str | None = None
    media: tuple[MediaRef, ...] = ()
    thread: str | None = None  # our conversation's number, where the channel proves that this belongs to it
    attributes: Mapping[str, JsonValue] = field(default_factory=dict)  # shown beside the message; small


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudged(Inbound):
    """A webhook says that something waits to be fetched (`raw` says what): the inbox's receiver is woken with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentChanged(Inbound):
    """A person asks, in words that the channel reserves for it, for no more messages there, or for them again."""

    sender: Sender
    is_given: bool
    words: str


InboundEvent = MessageReceived | DeliveryReported | ConsentChanged | Ignored | Nudged


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
    taken: tuple[str, ...] = ()  # the channel's ids of the parts that an earlier attempt got through
    attempts: int = 0  # how often this was tried before
    answers: Mapping[str, JsonValue] | None = None  # the raw event to answer, where `answers_within` asks for it
    language: str = ""  # of the customer, where `has_subject` asks for it
    subject: str = ""  # with which whoever wrote it begins a thread, where there are subjects
    is_code: bool = False  # it carries a one-time code: nothing of its words may stand where notices show it
    hook: str = ""  # our public address for this inbox's events, where `is_told_hook` asks for it
    extra: Mapping[str, JsonValue] = field(default_factory=dict)  # vendor-only options: the single escape hatch


@dataclass(frozen=True, slots=True)
class Sent:
    """The channel took it; one message of ours may have become several of theirs."""

    external_ids: tuple[str, ...] = ()
    wake_after: timedelta | None = None  # so long later the customer's client is woken, if it has not got it by then


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can carry, as data: nobody switches on a channel's name."""

    blocks: frozenset[type[Block]]
    max_text: int
    max_buttons: int = 0
    max_title: int | None = None  # of a button
    max_question: int | None = None  # of the text above buttons, where it is less than max_text
    media: Mapping[str, int] | None = None  # most bytes by the beginning of the content type; None: any file
    reply_window: timedelta | None = None  # after the customer's last message, anybody may answer for so long
    person_window: timedelta | None = None  # a longer one, for people only and never the bot
    quota: int | None = None  # so many messages may follow one of the customer's
    has_templates: bool = False  # an approved template may go when the window is over
    answers_within: timedelta | None = None  # for so long an answer to the raw event itself costs nothing
    answers_each: bool = False  # all that follows an event is told it, not only the first answer
    carries_files: bool = False  # files go with the message as bytes (Media.body), not as links
    may_initiate: bool = False
    reaches: Literal["phone", "email"] | None = None  # what a `source_id` is, where anybody may be written to first
    counts_sms: bool = False  # a text is paid by the SMS that carry it
    has_opt_out: bool = False  # who asked for no more messages there is not written to
    reports_delivery: bool = False
    is_told_hook: bool = False  # each message says where its delivery reports go
    honours_key: bool = False  # sending the same key again sends nothing twice
    has_subject: bool = False  # what begins a thread has a subject in the customer's language
    is_pulled: bool = False  # the customer's client fetches messages from us: nothing is sent
    has_typing: bool = False
    is_watched: bool = False  # `check` changes nothing there: it is asked every hour whether we are still accepted


@dataclass(frozen=True, slots=True)
class RawRequest:
    """A webhook call as it came: header names in lower case, the body untouched."""

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    url: str = ""  # the public address that was called, query included: some platforms sign it


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

    async def get(self, url: str, *, headers: Mapping[str, str], max_bytes: int = 64 * 1024) -> PortReply:
        """GET through the guarded client; raises RefusedError (address, size) or ChannelUnavailableError."""
        ...

    async def dial(self, host: str, port: int, *, tls: bool, ca: str = "") -> Wire:
        """A guarded connection for another protocol; raises RefusedError (address, certificate) or
        ChannelUnavailableError."""
        ...

    def now(self) -> datetime:
        """The present time, aware, UTC."""
        ...


class Connector(Protocol):
    """One channel. What not every channel can do is a protocol of its own, below."""

    name: ClassVar[str]  # equals the folder's name
    capabilities: ClassVar[Capabilities]
    config_type: ClassVar[type[BaseModel]]  # its JSON Schema draws the set-up form; SecretStr fields are masked

    async def check(self) -> str:
        """Prove that the configuration works and return the account's name there; raises ConnectorError."""
        ...

    async def send(self, outbound: Outbound) -> Sent:
        """Send; raises ConnectorError subclasses and nothing else."""
        ...


@runtime_checkable
class TakesWebhook(Protocol):
    """A connector that its platform calls. `verify` and `parse` are pure: the same bytes give the same events."""

    ack: ClassVar[RawReply]  # what this channel wants to hear once its webhook is stored
    max_body: ClassVar[int]  # bytes of one webhook call

    def verify(self, request: RawRequest) -> None:
        """Raise InvalidSignatureError unless the channel itself sent this, lately."""
        ...

    def challenge(self, request: RawRequest) -> RawReply | None:
        """The answer to the channel's handshake, if this is one."""
        ...

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        """The events in a verified call; raises MalformedPayloadError and nothing else."""
        ...


def takes_webhook(kind: type[Connector]) -> bool:
    """Whether a channel is a `TakesWebhook`, asked of the class: a protocol with data cannot be."""
    return hasattr(kind, "verify")


def webhook_of(connector: Connector) -> TakesWebhook:
    """The side of a connector that its platform calls; raises InvalidSignatureError: nobody may call the others."""
    if not isinstance(connector, TakesWebhook):
        raise InvalidSignatureError(f"the channel {connector.name} has no webhook")
    return connector


@dataclass(frozen=True, slots=True)
class FetchedMedia:
    """A file as the channel gave it; its type is what the channel says, not what it is."""

    body: bytes
    content_type: str
    file_name: str


@runtime_checkable
class FetchesMedia(Protocol):
    """A connector that can fetch what a MediaRef names."""

    async def fetch(self, ref: str, *, max_bytes: int) -> FetchedMedia:
        """The file; raises ConnectorError."""
        ...


class Desk(Protocol):
    """What a receiver works at. One desk is open per inbox, whatever the number of workers."""

    cursor: JsonValue  # as it was last stored, by whichever worker; None at first

    @property
    def is_closing(self) -> bool:
        """Whether the worker ends: return from `receive` soon; nothing more is to be begun."""
        ...

    async def connected(self) -> None:
        """Say that the connection stands: the administrator sees it, and the row of failures is over."""
        ...

    async def store(self, events: Sequence[InboundEvent], *, cursor: JsonValue = None) -> None:
        """Store events, and then the cursor if one is given; durable when this returns, so acknowledge afterwards.

        Events that came before (`external_id`) change nothing: after a kill, fetch from the cursor again.
        """
        ...

    async def wait(self, longest: timedelta) -> Mapping[str, JsonValue] | None:
        """Pause; ends early when the worker ends or a webhook nudges. Answers the nudge's `raw`, if there was one."""
        ...


@runtime_checkable
class Receives(Protocol):
    """A connector that receives over a connection that it opens itself: a mailbox, a stream, a poll with a cursor.

    A worker calls `receive` and keeps calling it: with backoff after a ConnectorError, at once after it returns.
    An AuthFailedError pauses the inbox with its message. It is cancelled when the inbox changes or the worker has
    waited long enough for `is_closing` to be obeyed: nothing may be lost by that, see docs/explain/receivers.md.
    """

    async def receive(self, desk: Desk) -> None:
        """Receive until the connection ends (return), breaks (raise ConnectorError), or `desk.is_closing`."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateOffer:
    """A text that the platform has approved; `body` holds its places as {{1}}, {{2}} …"""

    name: str
    language: str
    body: str
    parameters: int


@runtime_checkable
class OffersTemplates(Protocol):
    """A connector that knows which templates its account may send."""

    async def templates(self) -> Sequence[TemplateOffer]:
        """Those that are approved and that we can fill in; raises ConnectorError."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountQuota:
    """What an account may send in its platform's period; `limit` None: any number."""

    used: int
    limit: int | None


@runtime_checkable
class ReportsQuota(Protocol):
    """A connector whose platform says how many messages of its period are used up."""

    async def quota(self) -> AccountQuota:
        """As the platform counts it; raises ConnectorError."""
        ...


@runtime_checkable
class TellsExpiry(Protocol):
    """A connector whose platform says until when it takes our credentials, so that nobody is surprised by their end."""

    async def expires_at(self) -> datetime | None:
        """When they end; None: never, or it is not told. Raises ConnectorError."""
        ...


@runtime_checkable
class RegistersWebhook(Protocol):
    """A connector that can tell its platform our address, so that nobody types it there."""

    async def register(self, url: str) -> None:
        """Have events sent to `url` from now on; raises ConnectorError."""
        ...
