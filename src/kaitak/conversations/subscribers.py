"""What conversations do when something happens below them: a member comes, goes, or leaves the account."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.events import AgentRemoved, AvailabilityChanged
from kaitak.api.deps import Subscriber
from kaitak.conversations import actions, policy
from kaitak.conversations.models import Conversation
from kaitak.conversations.posting import Actor
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

MOST_TOLD = 1000
_TELL_RESOLVED = text("""
insert into stream_event (account_id, kind, conversation_id)
select c.account_id, 'conversation.updated', c.id from conversation c
where c.account_id = :account_id and c.assignee_id = :user_id and c.status = 'resolved'
order by c.last_activity_at desc limit :most
""")


async def tell_availability(session: AsyncSession, event: object) -> None:
    """Show the others who takes conversations now."""
    assert isinstance(event, AvailabilityChanged)
    await realtime.publish(session, Kind.PRESENCE, payload={"users": {str(event.user_id): event.availability}})


async def free_conversations(session: AsyncSession, event: object) -> None:
    """Put what a leaving member has in hand back into the queue; of what they resolved, only the name goes."""
    assert isinstance(event, AgentRemoved)
    held = await session.scalars(
        select(Conversation)
        .where(
            Conversation.account_id == event.account_id,
            Conversation.assignee_id == event.user_id,
            Conversation.status != policy.RESOLVED,
        )
        .order_by(Conversation.id)
    )
    for conversation in held.all():
        await actions.assign(session, conversation, Actor(None, "Kaitak"), assignee=None, owner_token=None)
    await session.execute(_TELL_RESOLVED, {"account_id": event.account_id, "user_id": event.user_id, "most": MOST_TOLD})


SUBSCRIBERS: Mapping[type, tuple[Subscriber, ...]] = {
    AvailabilityChanged: (tell_availability,),
    AgentRemoved: (free_conversations,),
}
