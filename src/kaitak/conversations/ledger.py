"""Owns the ledger by inbox: what came in and what became of it, what went out, and the rows that do not balance.

In balance: every stored event has its message, every message to send has its delivery, and every message of the bot's
conversations is answered, or a turn is due for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.ids import AccountId

MOST_ROWS = 100  # of each kind that do not balance
_COUNTS = text("""
select 'inbound' as part, e.inbox_id, e.outcome as name, count(*) as n from inbound_event e
where e.account_id = :account_id and e.received_at between :since and :until group by 1, 2, 3
union all
select 'refused', w.inbox_id, 'calls', sum(w.calls) from webhook_call w
where w.account_id = :account_id and w.last_at between :since and :until and w.verdict <> 'unsupported' group by 1, 2, 3
union all
select 'messages', c.inbox_id,
       case when c.owner <> 'bot' or c.status = 'resolved' or m.seq <= c.answered_seq then 'settled' else 'waiting' end,
       count(*)
from message m join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
where m.account_id = :account_id and m.created_at between :since and :until
   and m.message_type = 'incoming' group by 1, 2, 3
union all
select 'turns', c.inbox_id, t.outcome, count(*)
from turn t join conversation c on c.account_id = t.account_id and c.id = t.conversation_id
where t.account_id = :account_id and t.created_at between :since and :until group by 1, 2, 3
union all
select 'deliveries', d.inbox_id, d.status, count(*) from delivery d
where d.account_id = :account_id and d.created_at between :since and :until group by 1, 2, 3
""")
_UNBALANCED = text("""
(select 'stored_without_message' as kind, e.inbox_id, e.id, null::bigint as conversation_id, e.received_at as at
 from inbound_event e
 where e.account_id = :account_id and e.received_at between :since and :until
   and e.kind = 'message' and e.outcome = 'stored'
   and not exists (select from message m where m.account_id = e.account_id and m.inbound_event_id = e.id)
 order by e.id limit :most)
union all
(select 'outgoing_without_delivery', c.inbox_id, m.id, c.display_id, m.created_at
 from message m join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
 where m.account_id = :account_id and m.created_at between :since and :until
   and m.message_type = 'outgoing' and not m.private
   and not exists (select from delivery d where d.account_id = m.account_id and d.message_id = m.id)
 order by m.id limit :most)
union all
(select 'waits_for_nothing', c.inbox_id, min(m.id), c.display_id, min(m.created_at)
 from message m join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
 where m.account_id = :account_id and m.created_at between :since and :until
   and m.message_type = 'incoming' and c.owner = 'bot'
   and c.status <> 'resolved' and c.turn_due_at is null and m.seq > c.answered_seq
   and (c.claimed_until is null or c.claimed_until < now())
 group by c.inbox_id, c.display_id order by 3 limit :most)
""")
_INBOXES = text("""
select i.id, i.name, i.channel from inbox i
where i.account_id = :account_id and (cast(:inbox_id as bigint) is null or i.id = :inbox_id) order by i.name, i.id
""")


@dataclass(frozen=True, slots=True)
class Unbalanced:
    """One row without its counterpart; `id` is an event's or a message's."""

    kind: str
    inbox_id: int
    id: int
    conversation_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class InboxLedger:
    """One inbox in a period: counts by name for each part."""

    inbox_id: int
    name: str
    channel: str
    parts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unbalanced: tuple[Unbalanced, ...] = ()

    def count(self, part: str, *names: str) -> int:
        """How many of these names; of all of them where none is given."""
        counts = self.parts.get(part, {})
        return sum(n for name, n in counts.items() if not names or name in names)


async def read(
    session: AsyncSession, account_id: AccountId, *, since: datetime, until: datetime, inbox_id: int | None = None
) -> list[InboxLedger]:
    """Every inbox of the account, or one of them; a few statements over the period, none of them on the road's way."""
    values = {"account_id": account_id, "since": since, "until": until}
    inboxes = (await session.execute(_INBOXES, {"account_id": account_id, "inbox_id": inbox_id})).all()
    parts: dict[int, dict[str, dict[str, int]]] = {}
    for row in await session.execute(_COUNTS, values):
        parts.setdefault(row.inbox_id, {}).setdefault(row.part, {})[row.name] = int(row.n)
    wrong: dict[int, list[Unbalanced]] = {}
    for row in await session.execute(_UNBALANCED, {**values, "most": MOST_ROWS}):
        found = Unbalanced(row.kind, row.inbox_id, row.id, row.conversation_id, row.at)
        wrong.setdefault(row.inbox_id, []).append(found)
    return [
        InboxLedger(row.id, row.name, row.channel, parts.get(row.id, {}), tuple(wrong.get(row.id, ())))
        for row in inboxes
    ]
