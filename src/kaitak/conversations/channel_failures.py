"""Owns what a channel did not take from us: pushes and owners of sessions by rows of their own, messages by theirs."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    OutcomeUnknownError,
    RefusedError,
    ThrottledError,
)
from kaitak.channels.models import Inbox
from kaitak.channels.queries import list_inboxes, receivers_of
from kaitak.conversations.log_models import ChannelFailure
from kaitak.conversations.models import Conversation
from kaitak.core.ids import AccountId
from kaitak.db.session import Database

Kind = Literal["push", "session"]
LATELY = timedelta(days=1)
DETAIL = 300
# Not a window that closed, an opt-out, a customer who left: those say nothing of the channel.
_CODES = [
    each.code for each in (AuthFailedError, ChannelUnavailableError, OutcomeUnknownError, RefusedError, ThrottledError)
]
_NOTE = text("""
insert into channel_failure (account_id, inbox_id, kind, conversation_id, message_id, error_code, error_detail)
values (:account_id, :inbox_id, :kind, :conversation_id, :message_id, :code, :detail)
on conflict (account_id, conversation_id, kind, message_id) do update
set attempts = channel_failure.attempts + 1, last_at = now(), over_at = null, error_code = excluded.error_code,
    error_detail = excluded.error_detail
""")
_OVER = text("""
update channel_failure set over_at = now()
where account_id = :account_id and inbox_id = :inbox_id and kind = :kind and over_at is null
""")
# Since the last message that got through, of a day. What is tried again is failing now, whenever it was written.
_UNSENT = text("""
with bad as materialized (
    select d.inbox_id, d.error_code, d.error_detail, d.created_at,
           case when d.status = 'pending' then now() else d.finished_at end as at
    from delivery d
    where d.account_id = :account_id and d.created_at > :since and d.status <> 'sent' and d.error_code = any(:codes)
), good as materialized (
    select d.inbox_id, max(d.finished_at) as at from delivery d
    where d.account_id = :account_id and d.created_at > :since and d.status = 'sent'
      and d.inbox_id = any(array(select b.inbox_id from bad b)) group by 1
)
select b.inbox_id, 'message' as kind, count(*) as n, min(b.created_at) as since, max(b.at) as last_at,
       (array_agg(b.error_code order by b.at desc))[1] as code,
       (array_agg(b.error_detail order by b.at desc))[1] as detail
from bad b left join good g on g.inbox_id = b.inbox_id where g.at is null or b.at > g.at group by 1
""")
_OPEN = text("""
select f.inbox_id, f.kind, count(*) as n, min(f.first_at) as since, max(f.last_at) as last_at,
       (array_agg(f.error_code order by f.last_at desc))[1] as code,
       (array_agg(f.error_detail order by f.last_at desc))[1] as detail
from channel_failure f where f.account_id = :account_id and f.over_at is null and f.last_at > :since group by 1, 2
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What was told to the other side, about whom; `message_id` 0: it is about the conversation."""

    account_id: AccountId
    inbox_id: int
    kind: Kind
    conversation_id: int
    message_id: int = 0


@dataclass(frozen=True, slots=True)
class Failing:
    """A kind of call that an inbox's other side does not take now, since when and with which words."""

    kind: str
    failures: int
    since: datetime
    last_at: datetime
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Health:
    """How one inbox does."""

    inbox: Inbox
    receiver_state: str | None
    receiver_reason: str | None
    failing: tuple[Failing, ...]

    @property
    def state(self) -> Literal["ok", "failing", "paused"]:
        """In one word."""
        if self.inbox.paused_at is not None:
            return "paused"
        return "failing" if self.failing or self.receiver_state == "failing" else "ok"


@asynccontextmanager
async def noted(database: Database, call: Call) -> AsyncIterator[None]:
    """What the call within comes to: what failed stands with its words, what got through ends earlier failures."""
    try:
        yield
    except ConnectorError as exc:
        async with database.transaction(call.account_id) as session:
            await _note(session, call, exc)
        raise
    async with database.transaction(call.account_id) as session:
        await _end(session, call)


async def _note(session: AsyncSession, call: Call, error: ConnectorError) -> None:
    values = {
        "account_id": call.account_id,
        "inbox_id": call.inbox_id,
        "kind": call.kind,
        "conversation_id": call.conversation_id,
        "message_id": call.message_id,
        "code": error.code,
        "detail": error.message[:DETAIL],
    }
    await session.execute(_NOTE, values)


async def _end(session: AsyncSession, call: Call) -> None:
    """Whatever failed before, the other side takes them again."""
    values = {"account_id": call.account_id, "inbox_id": call.inbox_id, "kind": call.kind}
    await session.execute(_OVER, values)


async def read_health(session: AsyncSession, account_id: AccountId, *, now: datetime) -> list[Health]:
    """All inboxes of the account, by name."""
    values = {"account_id": account_id, "since": now - LATELY}
    failing: dict[int, list[Failing]] = {}
    for statement, more in ((_UNSENT, {"codes": _CODES}), (_OPEN, {})):
        for row in await session.execute(statement, {**values, **more}):
            found = Failing(row.kind, int(row.n), row.since, row.last_at, row.code, row.detail or "")
            failing.setdefault(row.inbox_id, []).append(found)
    receivers = await receivers_of(session, account_id)
    health = []
    for inbox in await list_inboxes(session, account_id, member=None):
        receiver = receivers.get(inbox.id)
        health.append(
            Health(
                inbox,
                receiver.state if receiver else None,
                receiver.reason if receiver else None,
                tuple(sorted(failing.get(inbox.id, ()), key=lambda each: each.kind)),
            )
        )
    return health


async def list_failures(
    session: AsyncSession,
    account_id: AccountId,
    *,
    inbox_id: int | None,
    kind: Kind | None,
    only_open: bool,
    before: int | None,
    limit: int,
) -> Sequence[tuple[ChannelFailure, int]]:
    """Failures with their conversations' numbers, newest first."""
    statement = (
        select(ChannelFailure, Conversation.display_id)
        .join(
            Conversation,
            (Conversation.account_id == ChannelFailure.account_id)
            & (Conversation.id == ChannelFailure.conversation_id),
        )
        .where(ChannelFailure.account_id == account_id)
        .order_by(ChannelFailure.id.desc())
        .limit(limit)
    )
    if inbox_id is not None:
        statement = statement.where(ChannelFailure.inbox_id == inbox_id)
    if kind is not None:
        statement = statement.where(ChannelFailure.kind == kind)
    if only_open:
        statement = statement.where(ChannelFailure.over_at.is_(None))
    if before is not None:
        statement = statement.where(ChannelFailure.id < before)
    return [(row[0], row[1]) for row in await session.execute(statement)]
