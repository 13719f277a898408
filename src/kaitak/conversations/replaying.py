"""Owns replay: what came in before goes through the same door again, and nothing is stored, answered or sent twice.

A kept call is read by today's connector; what has become a message since then is a duplicate. A message that waits for
the bot and is due nowhere is made due; a file that could not be fetched is ordered again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from kaitak.channels.contract import RawRequest, webhook_of
from kaitak.channels.live import LiveConnectors
from kaitak.channels.models import Inbox
from kaitak.conversations import fetching, wake
from kaitak.conversations.inbound import Door
from kaitak.conversations.log_models import WebhookCall
from kaitak.conversations.models import InboundEvent
from kaitak.core.clock import Clock
from kaitak.core.errors import KaitakError
from kaitak.core.ids import AccountId, InboxId
from kaitak.db.session import Database, after_commit

MOST = 500  # of one request

# Messages of the bot's conversations that no turn has answered and that no turn is due for.
_SETTLE = text("""
update conversation c
set turn_due_at = now(), turn_waiting_since = coalesce(c.turn_waiting_since, now())
where c.account_id = :account_id and c.owner = 'bot' and c.status <> 'resolved' and c.turn_due_at is null
  and (c.claimed_until is null or c.claimed_until < now())
  and c.id = any(array(
    select m.conversation_id from message m
    where m.account_id = :account_id and m.inbound_event_id = any(:ids) and m.seq > c.answered_seq))
returning c.id
""")
_UNFETCHED = text("""
select e.inbox_id, e.external_id from inbound_event e
join message m on m.account_id = e.account_id and m.inbound_event_id = e.id
where e.account_id = :account_id and e.id = any(:ids)
  and jsonb_path_exists(m.content_attributes, '$.media[*] ? (!exists(@.state))')
""")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ones are replayed: by their ids, or of an inbox and a period (`until` itself left out)."""

    ids: Sequence[int] | None = None
    inbox_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def of(
        self,
        row_id: InstrumentedAttribute[int],
        inbox_id: InstrumentedAttribute[int],
        at: InstrumentedAttribute[datetime],
    ) -> Iterator[ColumnElement[bool]]:
        """As conditions on a table's columns."""
        if self.ids is not None:
            yield row_id.in_(self.ids)
        if self.inbox_id is not None:
            yield inbox_id == self.inbox_id
        if self.since is not None:
            yield at >= self.since
        if self.until is not None:
            yield at < self.until


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of replayed calls: how many events ended how, and the calls that cannot be read even now."""

    outcomes: Mapping[str, int] = field(default_factory=dict)
    failed: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """What replaying stored events set going again."""

    conversations: int
    files: int


@dataclass(frozen=True, slots=True)
class Gate:
    """What replayed calls go through."""

    database: Database
    connectors: LiveConnectors
    door: Door
    clock: Clock


async def replay_calls(gate: Gate, account_id: AccountId, calls: Sequence[WebhookCall]) -> Replayed:
    """Read kept calls again, oldest first, each in transactions of its own."""
    outcomes: Counter[str] = Counter()
    failed: dict[int, str] = {}
    for call in sorted(calls, key=lambda each: each.id):
        try:
            for outcome in await _replay_one(gate, account_id, call):
                outcomes[outcome] += 1
        except KaitakError as exc:
            if exc.status >= 500:
                raise
            failed[call.id] = exc.code
    done = [call.id for call in calls if call.id not in failed]
    async with gate.database.transaction(account_id) as session:
        of_them = (WebhookCall.account_id == account_id, WebhookCall.id.in_(done))
        await session.execute(update(WebhookCall).where(*of_them).values(replayed_at=gate.clock.now()))
    return Replayed(outcomes, failed)


async def _replay_one(gate: Gate, account_id: AccountId, call: WebhookCall) -> list[str]:
    async with gate.database.transaction(account_id) as session:
        inbox = await session.get_one(Inbox, (account_id, call.inbox_id))
    inbox_id = InboxId(inbox.id)
    connector = gate.connectors.make(account_id, inbox_id, inbox.channel, inbox.config_encrypted, inbox.version)
    raw = RawRequest("POST", {"content-type": call.content_type}, call.query, call.body or b"")
    events = webhook_of(connector).parse(raw)
    found = await gate.door.accept_again(account_id, inbox_id, inbox.channel, inbox.settle, events)
    await fetching.order(gate.database, account_id, inbox_id, events)
    return found


async def settle_again(session: AsyncSession, account_id: AccountId, ids: Sequence[int]) -> Settled:
    """Have stored events answered that wait for nothing, and files fetched that are still missing."""
    values = {"account_id": account_id, "ids": list(ids)}
    conversations = (await session.execute(_SETTLE, values)).all()
    missing = (await session.execute(_UNFETCHED, values)).all()
    for row in missing:
        await fetching.defer(session, account_id, row.inbox_id, row.external_id)
    after_commit(session, wake.turns)
    return Settled(len(conversations), len(missing))


async def list_calls(session: AsyncSession, account_id: AccountId, wanted: Wanted) -> list[WebhookCall]:
    """Kept calls, by id or by a filter (those that were not replayed yet), oldest first; at most as many as one request
    takes.
    """
    table = WebhookCall
    statement = select(table).where(table.account_id == account_id, table.body.is_not(None))
    if wanted.ids is None:
        statement = statement.where(table.replayed_at.is_(None))
    statement = statement.where(*wanted.of(table.id, table.inbox_id, table.last_at))
    return list(await session.scalars(statement.order_by(table.id).limit(MOST)))


async def list_stored(session: AsyncSession, account_id: AccountId, wanted: Wanted) -> list[int]:
    """The ids of events that became messages, newest first; at most as many as one request takes."""
    table = InboundEvent
    statement = select(table.id).where(table.account_id == account_id, table.outcome == "stored")
    statement = statement.where(*wanted.of(table.id, table.inbox_id, table.received_at))
    return list(await session.scalars(statement.order_by(table.id.desc()).limit(MOST)))
