"""Owns the rows that travel the hot road: what comes in, what a turn takes and leaves, what is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from pydantic import JsonValue

from kaitak.core.ids import AccountId, ContactId, ConversationId, DeliveryId, DisplayId, InboxId, MessageId

Json = dict[str, JsonValue]
MAX_LINES = 20  # of one turn, as claim_turns in 0014_road.sql has it
PlacedOutcome = Literal["stored", "duplicate", "unplaced"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMessage:
    """One message at the door. `external_id` is unique in its inbox; `settle` is how long the bot waits for more."""

    account_id: AccountId
    inbox_id: InboxId
    external_id: str
    source_id: str
    content: str
    attributes: Json
    raw: Json
    settle: timedelta = timedelta(0)
    echo_id: str | None = None
    name: str = ""
    email: str | None = None
    phone_number: str | None = None
    is_verified: bool = False  # the channel has proven the number or address named here

    @property
    def order(self) -> tuple[int, int, str]:
        """Where it stands in a group."""
        return (self.account_id, self.inbox_id, self.source_id)


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a message at the door."""

    outcome: PlacedOutcome
    message_id: MessageId | None = None
    seq: int | None = None
    conversation_id: ConversationId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """Something that came in and becomes no message: `applied`, `ignored` or `dropped` with a reason."""

    account_id: AccountId
    inbox_id: InboxId
    external_id: str
    kind: str
    outcome: str
    reason: str | None
    raw: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerLine:
    """One message of the customer that the turn answers."""

    seq: int
    content: str
    attributes: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedTurn:
    """A conversation whose turn this worker does until its lease ends."""

    account_id: AccountId
    conversation_id: ConversationId
    display_id: DisplayId
    inbox_id: InboxId
    contact_id: ContactId
    owner_token: int
    answered_seq: int
    last_seq: int
    attempts: int
    bot_state: Json
    pack: str
    timezone: str
    locale: str
    contact: Json
    lines: tuple[CustomerLine, ...]
    claim: str
    channel: str
    inbox_version: int
    inbox_name: str
    source_id: str
    model_id: int | None = None  # the account's trained model of this pack; None: the pack's own
    pack_version_id: int | None = None  # the account's changed files of this pack; None: as it is shipped
    heard_at: datetime | None = None  # when the customer last wrote; None: not claimed from the database
    sent_since: int = 0  # so many messages of the channel went to them since

    @property
    def to_seq(self) -> int:
        """The last message that this turn answers."""
        return self.lines[-1].seq if self.lines else self.answered_seq


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What goes with a conversation to a person."""

    reason: str
    team: str
    priority: str | None
    packet: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedTurn:
    """What a turn decided. `messages` are rows for the conversation: type, sender, content …"""

    turn: ClaimedTurn
    state: Json
    messages: Sequence[Json]
    understanding: Json
    trace: Sequence[JsonValue]
    outcome: str
    hand_over: HandOver | None = None
    look_at: datetime | None = None  # when to look again, though the customer writes nothing
    only_if_quiet: bool = False  # it counts only if nothing has come meanwhile


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An attachment of a message to deliver."""

    id: UUID
    file_name: str
    content_type: str
    file_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A message that this worker delivers until its lease ends."""

    account_id: AccountId
    delivery_id: DeliveryId
    message_id: MessageId
    display_id: DisplayId
    inbox_id: InboxId
    channel: str
    inbox_version: int
    attempts: int
    source_id: str
    content: str
    content_type: str
    content_attributes: Json
    sender_type: str
    sender_name: str
    created_at: datetime
    files: tuple[StoredFile, ...]
    claim: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendingClaim:
    """Room of this process to send what a turn says: under which claim, and which inboxes have no room."""

    name: str
    lease: timedelta
    busy: Sequence[int] = ()


@dataclass(frozen=True, slots=True)
class Finished:
    """The conversations whose turn counts (the others are no longer the bot's), and what is to be sent at once."""

    counted: frozenset[ConversationId] = frozenset()
    deliveries: tuple[ClaimedDelivery, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOutcome:
    """What became of a delivery. `pending` is tried again after `retry`; counted attempts bring its end nearer."""

    delivery: ClaimedDelivery
    status: Literal["sent", "pending", "failed", "unknown"]
    is_counted: bool = True
    retry: timedelta = timedelta(0)
    error_code: str | None = None
    error_detail: str | None = None
    external_ids: tuple[str, ...] = ()
