"""Owns the hot road on raw psycopg: ingest, claim, finish and record, each for a whole group in one short transaction.

Why not SQLAlchemy here: docs/decisions (the hot road) and `./run bench road`. A group is sorted by account and
conversation against deadlocks; when one row of a group is bad, the rows are tried one by one and only it fails.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import groupby
from types import MappingProxyType

import orjson
import psycopg
from psycopg.rows import TupleRow

from kaitak.channels.contract import ConsentChanged
from kaitak.conversations import (
    consent_statements,
    delivery_statements,
    proven_senders,
    road_mapping,
    sessions,
    statements,
    unsent,
    waking,
)
from kaitak.conversations.road_connections import Connection, RoadConnections
from kaitak.conversations.road_rows import (
    ClaimedDelivery,
    ClaimedTurn,
    DeliveryOutcome,
    Finished,
    FinishedTurn,
    IncomingMessage,
    Json,
    LedgerEntry,
    SendingClaim,
    Stored,
)
from kaitak.core.ids import AccountId, ConversationId, DisplayId, InboxId, MessageId
from kaitak.db.session import DatabaseUnavailableError

PLACE_TRIES = 3
_NAME = re.compile(r"%\((\w+)\)s")
_NO_ROOM = SendingClaim(name="", lease=timedelta(0))
_NOTHING: Mapping[str, object] = MappingProxyType({})


class Road(RoadConnections):
    """The steps of the road."""

    async def ingest(self, messages: Sequence[IncomingMessage]) -> list[Stored]:
        """Store messages, durable when this returns; answers in the order given. One bad row fails the whole group."""
        order = sorted(range(len(messages)), key=lambda n: messages[n].order)
        found: dict[int, Stored] = {}
        async with self._transaction() as connection:
            cursors = []
            for account, group in groupby(order, key=lambda n: messages[n].account_id):
                rows = [
                    road_mapping.of_message(n, messages[n]) for n in road_mapping.first_of_each(list(group), messages)
                ]
                await connection.execute(statements.SET_ACCOUNT, {"account": account})
                cursors.append(await _run(connection, statements.INGEST, account, rows))
            for cursor in cursors:
                async for number, outcome, message_id, seq, conversation_id in cursor:
                    found[number] = Stored(outcome, message_id, seq, conversation_id)
        repeated = Stored("duplicate")
        return [found.get(n, repeated) for n in range(len(messages))]

    async def place_and_ingest(self, message: IncomingMessage, *, is_replayed: bool = False) -> Stored:
        """Store a message of somebody new or without an open conversation: makes what is missing first.

        A replayed one may have come in before as something that we did not support: that entry makes way.
        """
        cleaned = road_mapping.without_nul(message)
        for _ in range(PLACE_TRIES):
            stored = await self._place_once(cleaned, is_replayed=is_replayed)
            if stored.outcome != "unplaced":
                return stored
        raise DatabaseUnavailableError("the conversation is being resolved again and again")

    async def _place_once(self, message: IncomingMessage, *, is_replayed: bool) -> Stored:
        """One try; `unplaced` when the conversation was resolved at this very moment."""
        try:
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute(statements.SET_ACCOUNT, {"account": message.account_id})
                if is_replayed:
                    where = {"inbox": message.inbox_id, "external_id": message.external_id}
                    await connection.execute(statements.FORGET_IGNORED, {"account": message.account_id, **where})
                if not await _place(connection, message):
                    return Stored("duplicate")
                cursor = await _run(
                    connection, statements.INGEST, message.account_id, [road_mapping.of_message(0, message)]
                )
                row = await cursor.fetchone()
                assert row is not None
                return Stored(row[1], row[2], row[3], row[4])
        except psycopg.errors.DeadlockDetected:
            return Stored("unplaced")
        except psycopg.OperationalError as exc:
            raise DatabaseUnavailableError("the database does not answer") from exc

    async def write_ledger(self, account_id: AccountId, entries: Sequence[LedgerEntry]) -> set[str]:
        """Note what came in and becomes no message; answers the external ids that had not come in before."""
        rows: list[Json] = [
            {
                "inbox_id": entry.inbox_id,
                "external_id": entry.external_id,
                "kind": entry.kind,
                "outcome": entry.outcome,
                "reason": entry.reason,
                "raw": entry.raw,
            }
            for entry in entries
        ]
        async with self._transaction() as connection:
            await connection.execute(statements.SET_ACCOUNT, {"account": account_id})
            cursor = await _run(connection, statements.LEDGER, account_id, rows)
            return {external_id async for (external_id,) in cursor}

    async def apply_report(self, entry: LedgerEntry, message_id: int | None, status: str, reason: str) -> str:
        """Note a report and show it on its message; answers `applied`, `dropped` (no such message) or `duplicate`."""
        async with self._transaction() as connection:
            await connection.execute(statements.SET_ACCOUNT, {"account": entry.account_id})
            lost = [MessageId(message_id)] if message_id is not None and status == "failed" else []
            if lost:
                await unsent.lock(connection, entry.account_id, lost)
            row: Json = {
                "inbox_id": entry.inbox_id,
                "external_id": entry.external_id,
                "message_id": message_id,
                "status": status,
                "reason": reason,
                "raw": entry.raw,
            }
            cursor = await _run(connection, statements.APPLY_REPORT, entry.account_id, [row])
            found = await cursor.fetchone()
            if lost and found is not None and found[0] == "applied":
                await unsent.hand_over(connection, entry.account_id, lost)
        return "duplicate" if found is None else str(found[0])

    async def claim_turns(self, batch: int, claim: str, lease: timedelta) -> list[ClaimedTurn]:
        """Lease up to `batch` conversations whose turn is due."""
        rows = await self._fetch("select * from claim_turns(%s, %s, %s)", (batch, claim, lease))
        return [road_mapping.turn_of(row, claim) for row in rows]

    async def finish_turns(self, turns: Sequence[FinishedTurn], sending: SendingClaim | None = None) -> Finished:
        """Commit turns; with room for `sending`, their first answers come back leased to be sent now."""
        ordered = sorted(turns, key=lambda t: (t.turn.account_id, t.turn.conversation_id))
        room = sending or _NO_ROOM
        more = {"sender": sending.name if sending else None, "lease": room.lease, "busy": list(room.busy)}
        async with self._transaction() as connection:
            cursors = []
            for account, group in groupby(ordered, key=lambda t: t.turn.account_id):
                await connection.execute(statements.SET_ACCOUNT, {"account": account})
                rows = [road_mapping.of_finished(t) for t in group]
                cursors.append(await _run(connection, statements.FINISH, account, rows, more))
            found = [row for cursor in cursors for row in await cursor.fetchall()]
            by_id = {t.turn.conversation_id: t for t in turns}
            for each in (by_id[row[0]] for row in found):
                if each.hand_over is not None and sessions.are_kept(each.turn.channel):
                    await sessions.order(connection, each.turn.account_id, each.turn.conversation_id)
        leased = tuple(road_mapping.answer_of(by_id[row[0]], row, room.name) for row in found if row[1] is not None)
        return Finished(frozenset(ConversationId(row[0]) for row in found), leased)

    async def release_turns(self, turns: Sequence[ClaimedTurn], retry: timedelta) -> None:
        """Give turns back untouched, due again after `retry`."""
        ordered = sorted(turns, key=lambda t: (t.account_id, t.conversation_id))
        async with self._transaction() as connection:
            for account, group in groupby(ordered, key=lambda t: t.account_id):
                rows: list[Json] = [
                    {"conversation_id": t.conversation_id, "claim": t.claim, "retry": retry.total_seconds()}
                    for t in group
                ]
                await connection.execute(statements.SET_ACCOUNT, {"account": account})
                await _run(connection, statements.RELEASE, account, rows)

    async def claim_deliveries(
        self, batch: int, claim: str, lease: timedelta, busy: Sequence[int] = ()
    ) -> list[ClaimedDelivery]:
        """Lease up to `batch` deliveries that are due, the first of each conversation; none of `busy` inboxes."""
        query = "select * from claim_deliveries(%s, %s, %s, %s::bigint[])"
        rows = await self._fetch(query, (batch, claim, lease, list(busy)))
        return [road_mapping.delivery_of(row, claim) for row in rows]

    async def record(self, outcomes: Sequence[DeliveryOutcome]) -> bool:
        """Commit what became of deliveries; answers whether more is to be sent in their conversations.

        What an answer of the bot could not reach is a person's from its conversation's next turn on.
        """
        ordered = sorted(outcomes, key=lambda o: (o.delivery.account_id, o.delivery.delivery_id))
        async with self._transaction() as connection:
            cursors = []
            for account, each in groupby(ordered, key=lambda o: o.delivery.account_id):
                group = list(each)
                lost = [outcome.delivery.message_id for outcome in group if unsent.is_lost(outcome)]
                await connection.execute(statements.SET_ACCOUNT, {"account": account})
                if lost:
                    await unsent.lock(connection, account, lost)
                rows = [road_mapping.of_outcome(outcome) for outcome in group]
                cursors.append(await _run(connection, statements.RECORD, account, rows))
                if lost:
                    await unsent.hand_over(connection, account, lost)
            found = [row for cursor in cursors for row in await cursor.fetchall()]
        return any(row[0] for row in found)

    async def parts_taken(self, account_id: AccountId, delivery_id: int) -> tuple[str, ...]:
        """The channel's ids of the parts of a message that earlier attempts got through."""
        row = await self._one(account_id, delivery_statements.PARTS_TAKEN, {"delivery": delivery_id})
        return tuple(row[0]) if row is not None else ()

    async def event_to_answer(
        self, account_id: AccountId, message_id: int, within: timedelta, *, each: bool = False
    ) -> Json | None:
        """The raw event of the customer's message that this one answers, if it came so lately: as the first, or any."""
        values = {"message": message_id, "within": within, "each": each}
        row = await self._one(account_id, delivery_statements.EVENT_TO_ANSWER, values)
        return row[0] if row is not None else None

    async def language_of(self, account_id: AccountId, display_id: DisplayId) -> str:
        """The language of a conversation's customer; the account's where it is not known."""
        row = await self._one(account_id, delivery_statements.LANGUAGE, {"conversation": display_id})
        return str(row[0]) if row is not None else ""

    async def code_to_send(self, account_id: AccountId, message_id: int) -> tuple[int, bytes] | None:
        """What the code of a message is made of; None when it is not this message's or has run out."""
        row = await self._one(account_id, delivery_statements.CODE_TO_SEND, {"message": message_id})
        return (row[0], bytes(row[1])) if row is not None else None

    async def pause_inbox(self, account_id: AccountId, inbox_id: InboxId, reason: str) -> None:
        """Stop sending through an inbox until an administrator reconnects it; what waits is kept."""
        await self._do(account_id, statements.PAUSE_INBOX, {"inbox_id": inbox_id, "reason": reason})

    async def note_expiry(self, account_id: AccountId, inbox_id: InboxId, at: datetime | None) -> None:
        """Keep until when the platform of an inbox takes our credentials."""
        await self._do(account_id, statements.NOTE_EXPIRY, {"inbox_id": inbox_id, "at": at})

    async def source_of_thread(self, account_id: AccountId, inbox_id: InboxId, number: str) -> str | None:
        """Whose conversation has this number in this inbox."""
        if not (number.isascii() and number.isdigit() and len(number) < 19):
            return None
        values = {"inbox_id": inbox_id, "number": int(number)}
        row = await self._one(account_id, statements.SOURCE_OF_THREAD, values)
        return None if row is None else str(row[0])

    async def nudge_receiver(self, account_id: AccountId, inbox_id: InboxId, hint: Json) -> None:
        """Note that something waits to be fetched; the receiver sees it with its next look."""
        values = {"inbox_id": inbox_id, "hint": road_mapping.dumped([hint])}
        await self._do(account_id, statements.NUDGE_RECEIVER, values)

    async def next_turn_due(self) -> datetime | None:
        """When the next turn can be claimed."""
        return (await self._fetch("select next_turn_due()", ()))[0][0]  # type: ignore[no-any-return]

    async def next_delivery_due(self, busy: Sequence[int] = ()) -> datetime | None:
        """When the next delivery can be claimed; None also when only paused or `busy` inboxes have some."""
        return (await self._fetch("select next_delivery_due(%s::bigint[])", (list(busy),)))[0][0]  # type: ignore[no-any-return]

    async def find_inbox(self, identifier: str) -> TupleRow | None:
        """The inbox with this public identifier, before its account is known: the row of `find_inbox`."""
        rows = await self._fetch("select * from find_inbox(%s)", (identifier,))
        return rows[0] if rows else None

    async def order_wake(self, account_id: AccountId, message_id: int, at: datetime) -> None:
        """Have the customer's device woken if this message has not reached it by then."""
        async with self._transaction() as connection:
            await waking.order(connection, account_id, message_id, at)

    async def read_config(self, account_id: AccountId, inbox_id: InboxId) -> tuple[str, int]:
        """An inbox's encrypted configuration and its version."""
        query = "select config_encrypted, version from inbox where account_id = %s and id = %s"
        async with self._transaction() as connection:
            await connection.execute(statements.SET_ACCOUNT, {"account": account_id})
            row = await (await connection.execute(query, (account_id, inbox_id))).fetchone()
        assert row is not None
        return row[0], row[1]

    async def end_advertising(self, account_id: AccountId, message_id: int, words: str) -> None:
        """Write into the ledger of consent that this message wants no more advertising on its channel; once."""
        await self._do(account_id, consent_statements.END_ADVERTISING, {"message": message_id, "words": words})

    async def change_consent(self, entry: LedgerEntry, event: ConsentChanged, channel: str) -> str:
        """Write a customer's word into the ledger of consent; answers `applied` or `duplicate`."""
        values: dict[str, object] = {
            "inbox": entry.inbox_id,
            "external_id": entry.external_id,
            "raw": orjson.dumps(entry.raw).decode(),
            "channel": channel,
            "source_id": event.sender.source_id,
            "state": "given" if event.is_given else "withdrawn",
            "purposes": ["service"] if event.is_given else ["service", "marketing"],
            "words": event.words,
        }
        row = await self._one(entry.account_id, consent_statements.CHANGE_CONSENT, values)
        return "applied" if row is not None and row[0] else "duplicate"

    async def has_opted_out(self, account_id: AccountId, inbox_id: InboxId, source_id: str, channel: str) -> bool:
        """Whether this person asked for no more messages on this channel."""
        values = {"inbox": inbox_id, "source_id": source_id, "channel": channel}
        row = await self._one(account_id, consent_statements.HAS_OPTED_OUT, values)
        return bool(row and row[0])

    async def hook_path(self, account_id: AccountId, inbox_id: InboxId) -> str:
        """Where an inbox's events come in."""
        row = await self._one(account_id, delivery_statements.HOOK_PATH, {"inbox": inbox_id})
        assert row is not None
        return str(row[0])


async def _run(
    connection: Connection,
    statement: str,
    account: AccountId,
    rows: Iterable[Json],
    more: Mapping[str, object] = _NOTHING,
) -> psycopg.AsyncCursor[TupleRow]:
    query, names = _numbered(statement)
    values = {"account": account, "rows": road_mapping.dumped(list(rows)), **more}
    cursor = psycopg.AsyncRawCursor(connection)
    return await cursor.execute(query, [values[name] for name in names])


@cache
def _numbered(statement: str) -> tuple[bytes, tuple[str, ...]]:
    """A statement with numbers for its names, and these: psycopg would read a long one anew at each execution."""
    names = tuple(dict.fromkeys(_NAME.findall(statement)))
    return _NAME.sub(lambda m: f"${names.index(m[1]) + 1}", statement).encode(), names


async def _place(connection: Connection, message: IncomingMessage) -> bool:
    """Make the contact, its address and its open conversation where they are missing; False: nothing more to do."""
    where = {"account": message.account_id, "inbox": message.inbox_id, "source": message.source_id}
    lock = f"{message.account_id}:{message.inbox_id}:{message.source_id}"
    await connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (lock,))
    cursor = await connection.execute(statements.IS_KNOWN, {**where, "external_id": message.external_id})
    if await cursor.fetchone():
        return False
    await connection.execute(statements.LOCK_CURRENT, where)
    cursor = await connection.execute(statements.FIND_ADDRESS, where)
    row = await cursor.fetchone()
    if row is None:
        person = {"name": message.name, "email": message.email, "phone": message.phone_number}
        row = await (await connection.execute(statements.NEW_ADDRESS, {**where, **person})).fetchone()
        assert row is not None
    contact_inbox_id, contact_id, is_blocked, is_open = row
    if is_blocked:
        entry: Json = {
            "inbox_id": message.inbox_id,
            "external_id": message.external_id,
            "kind": "message",
            "outcome": "dropped",
            "reason": "contact_blocked",
            "raw": message.raw,
        }
        await _run(connection, statements.LEDGER, message.account_id, [entry])
        return False
    if message.is_verified:
        await proven_senders.note(connection, message, contact_id)
    if not is_open:
        ids = {"contact": contact_id, "contact_inbox": contact_inbox_id}
        await connection.execute(statements.OPEN_CONVERSATION, {**where, **ids})
    return True
