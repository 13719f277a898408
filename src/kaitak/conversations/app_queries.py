"""Owns what is read and marked of an app user's own conversations: all of them, unread ones, how far they came."""

from __future__ import annotations

from sqlalchemy import ScalarSelect, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts.models import ContactInbox
from kaitak.conversations.models import Conversation, Message
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

FURTHEST_RECEIPT = 500  # messages back from the newest that a receipt names
_RECEIVED = text("""
update message m set status = 'delivered'
where m.account_id = :account_id and m.conversation_id = :conversation_id and m.seq <= :seq and m.seq > :from_seq
  and m.message_type in ('outgoing', 'template') and not m.private and m.status in ('sending', 'sent')
returning m.id
""")


async def find_own(session: AsyncSession, address: ContactInbox, number: int) -> Conversation | None:
    """The user's conversation of this number."""
    return await session.scalar(
        select(Conversation).where(
            Conversation.account_id == address.account_id,
            Conversation.display_id == number,
            Conversation.contact_id == address.contact_id,
            Conversation.contact_inbox_id == address.id,
        )
    )


async def list_own(
    session: AsyncSession, address: ContactInbox, *, before: int | None, limit: int
) -> list[tuple[Conversation, int]]:
    """The user's conversations with what is unread in each, newest first."""
    statement = (
        select(Conversation, _unread())
        .where(
            Conversation.account_id == address.account_id,
            Conversation.contact_id == address.contact_id,
            Conversation.contact_inbox_id == address.id,
        )
        .order_by(Conversation.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(Conversation.id < before)
    return [(row[0], row[1]) for row in (await session.execute(statement)).all()]


async def count_unread(session: AsyncSession, address: ContactInbox | None) -> int:
    """How many messages to this user wait to be read."""
    if address is None:
        return 0
    found = await session.scalar(
        select(func.coalesce(func.sum(_unread()), 0)).where(
            Conversation.account_id == address.account_id,
            Conversation.contact_id == address.contact_id,
            Conversation.contact_inbox_id == address.id,
        )
    )
    return int(found or 0)


async def mark_received(session: AsyncSession, conversation: Conversation, seq: int) -> None:
    """The device has got what was sent up to this message; agents see it, and nobody is woken for it any more."""
    values = {
        "account_id": conversation.account_id,
        "conversation_id": conversation.id,
        "seq": seq,
        "from_seq": min(seq, conversation.last_seq) - FURTHEST_RECEIPT,
    }
    for message_id in list(await session.scalars(_RECEIVED, values)):
        await realtime.publish(session, Kind.MESSAGE_UPDATED, conversation_id=conversation.id, message_id=message_id)


def _unread() -> ScalarSelect[int]:
    return (
        select(func.count())
        .select_from(Message)
        .where(
            Message.account_id == Conversation.account_id,
            Message.conversation_id == Conversation.id,
            Message.seq > Conversation.contact_last_seen_seq,
            Message.message_type.in_(("outgoing", "template")),
            Message.private.is_(False),
        )
        .correlate(Conversation)
        .scalar_subquery()
    )
