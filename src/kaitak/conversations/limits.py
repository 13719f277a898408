"""Owns what an administrator sees of a channel's limits: the channel's own, and what its platform said lately."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels import registry
from kaitak.channels.contract import Capabilities, ReportsQuota
from kaitak.channels.errors import AuthFailedError, ThrottledError, WindowClosedError
from kaitak.core.ids import AccountId

LATELY = timedelta(days=1)
_SAID = text("""
select d.inbox_id, d.error_code, count(*) as n, max(coalesce(d.finished_at, d.created_at)) as at,
       max(d.next_attempt_at) filter (where d.status = 'pending') as until,
       (array_agg(d.error_detail order by d.id desc))[1] as detail
from delivery d
where d.account_id = :account_id and d.created_at > :since and d.error_code = any(:codes) group by 1, 2
""")
_SENT = text("""
select d.inbox_id, count(*) as n, count(*) filter (where d.status = 'pending') as waiting from delivery d
where d.account_id = :account_id and d.created_at > :since group by 1
""")
_INBOXES = text("""
select i.id, i.name, i.channel, i.paused_at, i.paused_reason from inbox i
where i.account_id = :account_id order by i.name, i.id
""")
_CODES = (ThrottledError.code, WindowClosedError.code, AuthFailedError.code)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a platform said of our messages in the last day, of one kind."""

    code: str
    count: int
    at: datetime
    until: datetime | None
    detail: str


@dataclass(frozen=True, slots=True)
class InboxLimits:
    """One inbox: what its channel carries, how much went in a day, what the platform answered."""

    inbox_id: int
    name: str
    channel: str
    paused_reason: str | None
    capabilities: Capabilities | None
    sent: int
    waiting: int
    answers: tuple[Answer, ...]
    reports_quota: bool


async def read(session: AsyncSession, account_id: AccountId, *, now: datetime) -> list[InboxLimits]:
    """All inboxes of the account."""
    values = {"account_id": account_id, "since": now - LATELY}
    said: dict[int, list[Answer]] = {}
    for row in await session.execute(_SAID, {**values, "codes": list(_CODES)}):
        until = row.until if row.until is not None and row.until > now else None
        found = Answer(row.error_code, int(row.n), row.at, until, row.detail or "")
        said.setdefault(row.inbox_id, []).append(found)
    sent: Mapping[int, tuple[int, int]] = {
        row.inbox_id: (int(row.n), int(row.waiting)) for row in await session.execute(_SENT, values)
    }
    return [
        InboxLimits(
            inbox_id=row.id,
            name=row.name,
            channel=row.channel,
            paused_reason=row.paused_reason if row.paused_at is not None else None,
            capabilities=_capabilities(row.channel),
            sent=sent.get(row.id, (0, 0))[0],
            waiting=sent.get(row.id, (0, 0))[1],
            answers=tuple(said.get(row.id, ())),
            reports_quota=_reports_quota(row.channel),
        )
        for row in (await session.execute(_INBOXES, {"account_id": account_id})).all()
    ]


def _capabilities(channel: str) -> Capabilities | None:
    kind = registry.CONNECTORS.get(channel)
    return kind.capabilities if kind is not None else None


def _reports_quota(channel: str) -> bool:
    kind = registry.CONNECTORS.get(channel)
    return kind is not None and issubclass(kind, ReportsQuota)
