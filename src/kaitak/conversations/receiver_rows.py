"""Owns the rows of receivers: the lease, the cursor, the state that an administrator sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from pydantic import JsonValue
from sqlalchemy import TextClause, text

from kaitak.core.errors import ConflictError
from kaitak.core.ids import AccountId, InboxId
from kaitak.db.session import Database

_KEEP = text("select * from keep_receivers(:claim, cast(:lease as interval), cast(:channels as text[]), :room)")
_LEAVE = text("select leave_receivers(:claim)")
_MOVE = text("""
update inbox_receiver
set cursor = coalesce(cast(:cursor as jsonb), cursor),
    received_at = case when cast(:has_come as boolean) then now() else received_at end
where account_id = :account_id and inbox_id = :inbox_id and claimed_by = :claim
returning 1
""")
_SHOW = text("""
update inbox_receiver
set state = cast(:state as text), state_at = now(),
    reason = case when cast(:state as text) = 'receiving' then null else reason end
where account_id = :account_id and inbox_id = :inbox_id and claimed_by = :claim
returning 1
""")
_GIVE_BACK = text("""
update inbox_receiver
set claimed_by = null, claimed_until = null, next_try_at = now() + cast(:pause as interval), failures = :failures,
    state_at = case when state = cast(:state as text) then state_at else now() end, state = cast(:state as text),
    reason = cast(:reason as text)
where account_id = :account_id and inbox_id = :inbox_id and claimed_by = :claim
""")


class LeaseLostError(ConflictError):
    """Another worker holds this receiver now."""

    code = "receiver_lease_lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldReceiver:
    """A receiver that this worker holds, with what is needed to begin."""

    account_id: AccountId
    inbox_id: InboxId
    channel: str
    config_encrypted: str
    settle: timedelta
    version: int
    is_paused: bool
    cursor: JsonValue
    failures: int
    hint: Mapping[str, JsonValue] | None
    nudged_at: datetime | None

    @property
    def key(self) -> dict[str, object]:
        """Its row."""
        return {"account_id": self.account_id, "inbox_id": self.inbox_id}


async def keep(database: Database, claim: str, lease: timedelta, channels: list[str], room: int) -> list[HeldReceiver]:
    """Renew what is held, take up to `room` more; answers all that is held now."""
    values = {"claim": claim, "lease": lease, "channels": channels, "room": room}
    async with database.transaction() as session:
        rows = (await session.execute(_KEEP, values)).all()
    return [
        HeldReceiver(
            account_id=row.account_id,
            inbox_id=row.inbox_id,
            channel=row.channel,
            config_encrypted=row.config_encrypted,
            settle=row.settle,
            version=row.version,
            is_paused=row.paused,
            cursor=row.cursor,
            failures=row.failures,
            hint=row.hint,
            nudged_at=row.nudged_at,
        )
        for row in rows
    ]


async def leave(database: Database, claim: str) -> int:
    """Give back whatever is still held; answers how many that were."""
    async with database.transaction() as session:
        return int((await session.execute(_LEAVE, {"claim": claim})).scalar_one())


async def move(database: Database, held: HeldReceiver, claim: str, *, cursor: JsonValue, has_come: bool) -> None:
    """Move the cursor; raises LeaseLostError where another worker holds it."""
    given = None if cursor is None else orjson.dumps(cursor).decode()
    await _change(database, held, claim, statement=_MOVE, values={"cursor": given, "has_come": has_come})


async def show(database: Database, held: HeldReceiver, claim: str, *, state: str) -> None:
    """Show how it does; raises LeaseLostError as `move` does."""
    await _change(database, held, claim, statement=_SHOW, values={"state": state})


async def give_back(
    database: Database,
    held: HeldReceiver,
    claim: str,
    *,
    state: str,
    pause: timedelta = timedelta(0),
    failures: int = 0,
    reason: str | None = None,
) -> None:
    """End the lease; the next worker may begin after `pause`."""
    values = {"claim": claim, "state": state, "pause": pause, "failures": failures, "reason": reason}
    async with database.transaction(held.account_id) as session:
        await session.execute(_GIVE_BACK, {**held.key, **values})


async def _change(
    database: Database, held: HeldReceiver, claim: str, *, statement: TextClause, values: Mapping[str, object]
) -> None:
    async with database.transaction(held.account_id) as session:
        found = await session.execute(statement, {**held.key, "claim": claim, **values})
        if found.one_or_none() is None:
            raise LeaseLostError("another worker holds this receiver")
