"""Owns what travels to a client: frames, who may see them, and the port through which a row becomes a view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from kaitak.core.ids import UserId
from kaitak.realtime.kinds import CONVERSATION_KINDS, EPHEMERAL_KINDS, MESSAGE_KINDS, Kind
from kaitak.realtime.queries import Row

RESET = b'{"event":"reset"}'
PING = b'{"event":"ping"}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Hydrated:
    """One thing in its present view: a frame for those who work here, and one for the customer it concerns."""

    inbox_id: int | None = None  # None: everybody in the account may see it
    contact_inbox_id: int | None = None
    agent_frame: bytes | None = None
    visitor_frame: bytes | None = None


@dataclass(frozen=True, slots=True)
class Interest:
    """Who is connected: whether anybody who works here, and which customers."""

    agents: bool
    contact_inbox_ids: frozenset[int] = frozenset()


class Audience(Protocol):
    """Decides which frame of a thing a client gets, if any."""

    @property
    def key(self) -> tuple[str, int]: ...

    def pick(self, thing: Hydrated) -> bytes | None: ...


@dataclass(slots=True)
class Agent:
    """A user; `inbox_ids` None means every inbox. Changes when the user's rights are looked up again."""

    user_id: UserId
    inbox_ids: frozenset[int] | None

    @property
    def key(self) -> tuple[str, int]:
        return "user", self.user_id

    def pick(self, thing: Hydrated) -> bytes | None:
        if thing.inbox_id is None or self.inbox_ids is None or thing.inbox_id in self.inbox_ids:
            return thing.agent_frame
        return None


@dataclass(frozen=True, slots=True)
class Visitor:
    """A customer in the web widget."""

    contact_inbox_id: int
    key: tuple[str, int] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", ("contact_inbox", self.contact_inbox_id))

    def pick(self, thing: Hydrated) -> bytes | None:
        return thing.visitor_frame if thing.contact_inbox_id == self.contact_inbox_id else None


class Hydrator(Protocol):
    """Turns rows of one account into present views, in few queries; the conversations slice implements it."""

    async def hydrate(self, rows: Sequence[Row], interest: Interest) -> Sequence[Hydrated]: ...


def encode(event: str, data: object, *, number: int | None = None) -> bytes:
    """One frame as bytes."""
    frame = {"event": event, "data": data} if number is None else {"id": number, "event": event, "data": data}
    return orjson.dumps(frame)


def ready(cursor: int) -> bytes:
    """The frame that says: from here on it is live."""
    return orjson.dumps({"event": "ready", "cursor": cursor})


def coalesced(rows: Iterable[Row]) -> list[Row]:
    """Each changed conversation and message once, at its last id; created wins over updated; the rest as it came."""
    kept: dict[tuple[str, int | None, int | None, int], Row] = {}
    for row in rows:
        key, kind = _identity(row), row.kind
        earlier = kept.pop(key, None)
        if earlier is not None and earlier.kind.endswith(".created"):
            kind = earlier.kind
        kept[key] = Row(
            id=row.id,
            account_id=row.account_id,
            kind=kind,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            payload=row.payload,
        )
    return list(kept.values())


def _identity(row: Row) -> tuple[str, int | None, int | None, int]:
    if row.kind in MESSAGE_KINDS:
        return "message", row.conversation_id, row.message_id, 0
    if row.kind in CONVERSATION_KINDS:
        return "conversation", row.conversation_id, None, 0
    if row.kind in EPHEMERAL_KINDS or row.kind in (Kind.PRESENCE, Kind.CONTACT_UPDATED):
        return row.kind, row.conversation_id, row.message_id, row.id
    return row.kind, None, None, 0
