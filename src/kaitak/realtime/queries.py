"""Owns reading the stream: new rows for all accounts, the backlog of one client, and the bounds of what is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import psycopg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.ids import AccountId

OVERLAP = timedelta(seconds=10)
_AFTER = "select id, account_id, kind, conversation_id, message_id, payload from stream_events_after(%s, %s, %s)"
_BACKLOG = text("""
with last as (
    select e.id, e.created_at from stream_event e
    where e.account_id = :account_id and e.id <= :after order by e.id desc limit 1
), start as (
    select coalesce((
        select min(o.id) from (
            select e.id, e.created_at from stream_event e, last
            where e.account_id = :account_id and e.id <= last.id order by e.id desc limit 2000
        ) o, last where o.created_at >= last.created_at - cast(:overlap as interval)
    ), :after + 1) as id
)
select e.id, e.kind, e.conversation_id, e.message_id, e.payload
from stream_event e, start
where e.account_id = :account_id and e.id >= start.id
order by e.id limit :limit
""")
_BOUNDS = text("select stream_oldest(), stream_newest()")
_NEWEST = text("select stream_newest()")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of the stream."""

    id: int
    account_id: AccountId
    kind: str
    conversation_id: int | None
    message_id: int | None
    payload: Mapping[str, object] | None


async def read_after(
    connection: psycopg.AsyncConnection[tuple[object, ...]], after: int, missing: Sequence[int], *, limit: int
) -> list[Row]:
    """Rows of every account after an id, and those of the missing ids that have become visible since."""
    cursor = await connection.execute(_AFTER, (after, list(missing), limit), prepare=True)
    return [_row(*found) for found in await cursor.fetchall()]


async def read_newest(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> int:
    """The last id that was given out, visible or not."""
    row = await (await connection.execute("select stream_newest()")).fetchone()
    return int(str(row[0])) if row else 0


async def stream_cursor(session: AsyncSession) -> int:
    """The cursor that belongs to a snapshot read in this transaction; resuming from it loses nothing."""
    return int((await session.execute(_NEWEST)).scalar_one())


async def find_backlog(session: AsyncSession, account_id: AccountId, after: int, *, limit: int) -> list[Row] | None:
    """What a client that saw up to `after` has missed, with an overlap for rows that became visible late.

    None if that lies further back than what is kept, or is more than `limit` rows: the client reads a snapshot instead.
    """
    oldest, newest = (await session.execute(_BOUNDS)).one()
    if after + 1 < oldest or after > newest:
        return None
    rows = await session.execute(
        _BACKLOG, {"account_id": account_id, "after": after, "overlap": OVERLAP, "limit": limit + 1}
    )
    found = [
        Row(
            id=row.id,
            account_id=account_id,
            kind=row.kind,
            conversation_id=row.conversation_id,
            message_id=row.message_id,
            payload=row.payload,
        )
        for row in rows
    ]
    return found if len(found) <= limit else None


def _row(*values: object) -> Row:
    number, account, kind, conversation, message, payload = values
    return Row(
        id=int(str(number)),
        account_id=AccountId(int(str(account))),
        kind=str(kind),
        conversation_id=None if conversation is None else int(str(conversation)),
        message_id=None if message is None else int(str(message)),
        payload=payload if isinstance(payload, dict) else None,
    )
