"""Owns what may be sent in a conversation now: reads when the customer last wrote, asks the channel's own rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels import registry, windows
from kaitak.channels.contract import Capabilities
from kaitak.channels.render import split_text
from kaitak.channels.windows import Heard, ReplyPlan, Speaker
from kaitak.conversations.errors import ReplyWindowClosedError, TemplateRefusedError
from kaitak.conversations.models import Conversation
from kaitak.conversations.schemas import ReplyWindowView

LIMITED: Sequence[str] = [
    name for name, connector in registry.CONNECTORS.items() if windows.is_limited(connector.capabilities)
]
TEMPLATE = "template"

# Of conversation `c`: when its customer last wrote in this inbox, by the channel's own clock where a message came late,
# and how many messages of the channel went to them since. Only for channels that close.
HEARD = """
(select jsonb_build_object('at', h.at, 'sent', (
    select coalesce(sum(greatest(1, cardinality(d.external_ids))), 0) from conversation k
    join message o on o.account_id = k.account_id and o.conversation_id = k.id and o.seq > k.last_seq - 50
    join delivery d on d.account_id = o.account_id and d.message_id = o.id and d.status <> 'failed'
    where k.account_id = c.account_id and k.contact_id = c.contact_id and k.contact_inbox_id = c.contact_inbox_id
      and o.created_at > h.stored_at))
 from (
    select coalesce((i.content_attributes ->> 'said_at')::timestamptz, i.created_at) as at, i.created_at as stored_at
    from conversation k cross join lateral (
        select m.content_attributes, m.created_at from message m
        where m.account_id = k.account_id and m.conversation_id = k.id and m.message_type = 'incoming'
          and m.seq > k.last_seq - 500 order by m.seq desc limit 1) i
    where k.account_id = c.account_id and k.contact_id = c.contact_id and k.contact_inbox_id = c.contact_inbox_id
    order by 1 desc limit 1) h)
"""
_FACT = """
select i.channel, clock_timestamp() as now, case when i.channel = any(:limited) then """
_OF_FACT = """ end as heard
from conversation c join inbox i on i.account_id = c.account_id and i.id = c.inbox_id
where c.account_id = :account_id and c.id = :id
"""
_FACTS = text(_FACT + HEARD + _OF_FACT)


def plan_of(channel: str, heard: Mapping[str, object] | None, now: datetime, speaker: Speaker) -> ReplyPlan:
    """The plan from the facts as the database gives them."""
    can = _capabilities(channel)
    if can is None or not windows.is_limited(can):
        return ReplyPlan(state="open")
    if heard is None:
        return windows.plan(can, Heard(None), now, speaker)
    return windows.plan(can, Heard(datetime.fromisoformat(str(heard["at"])), int(str(heard["sent"]))), now, speaker)


def view_of(channel: str, heard: Mapping[str, object] | None, now: datetime) -> ReplyWindowView | None:
    """What an agent sees of it; None where the channel never closes."""
    can = _capabilities(channel)
    if can is None or not windows.is_limited(can):
        return None
    found = plan_of(channel, heard, now, "user")
    return ReplyWindowView(
        state=found.state,
        why=found.why,
        closes_at=found.closes_at,
        remaining=found.remaining,
        has_templates=can.has_templates,
    )


async def is_open(session: AsyncSession, conversation: Conversation, speaker: Speaker) -> bool:
    """Whether this speaker may send free text now."""
    channel, now, heard = await _facts(session, conversation)
    return plan_of(channel, heard, now, speaker).state == "open"


async def require(
    session: AsyncSession,
    conversation: Conversation,
    *,
    content: str,
    content_type: str,
    files: int,
    speaker: Speaker,
) -> None:
    """Raise unless the channel takes this now; nothing has been written yet."""
    channel, now, heard = await _facts(session, conversation)
    can = _capabilities(channel)
    if content_type == TEMPLATE:
        if can is None or not can.has_templates:
            raise TemplateRefusedError("this channel has no templates")
        return
    found = plan_of(channel, heard, now, speaker)
    needed = (len(split_text(content, can.max_text)) if can is not None and content else 0) + files
    closes_at = found.closes_at.isoformat() if found.closes_at else None
    if found.state != "open":
        raise ReplyWindowClosedError("the channel takes no answer now", why=found.why, closes_at=closes_at)
    if found.remaining is not None and needed > found.remaining:
        raise ReplyWindowClosedError(
            f"this is {needed} messages and the channel takes {found.remaining}", why="too_many", closes_at=closes_at
        )


async def _facts(
    session: AsyncSession, conversation: Conversation
) -> tuple[str, datetime, Mapping[str, object] | None]:
    await session.flush()
    values = {"account_id": conversation.account_id, "id": conversation.id, "limited": list(LIMITED)}
    row = (await session.execute(_FACTS, values)).one()
    return row.channel, row.now, row.heard


def _capabilities(channel: str) -> Capabilities | None:
    connector = registry.CONNECTORS.get(channel)
    return connector.capabilities if connector is not None else None
