"""Owns what people note on a conversation: team, priority, labels, and how far they have read."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations import posting
from kaitak.conversations.errors import LabelUnknownError
from kaitak.conversations.models import Conversation, ConversationLabel, Label, Message
from kaitak.conversations.posting import Actor
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_READ_HANDOFF = text("""
update handoff_packet set read_at = now(), read_by = :user_id
where account_id = :account_id and conversation_id = :conversation_id and read_at is null
returning id
""")


async def assign_team(
    session: AsyncSession, conversation: Conversation, actor: Actor, *, team_id: int | None, name: str
) -> None:
    """Make a team responsible, or none."""
    await posting.lock(session, conversation)
    if conversation.team_id == team_id:
        return
    conversation.team_id = team_id
    said = f"gave it to the team {name}" if team_id else "took it from its team"
    team = {"id": team_id, "name": name} if team_id else None
    await posting.record(session, conversation, "team_changed", actor, said, fields={"team": team})


async def set_priority(session: AsyncSession, conversation: Conversation, actor: Actor, priority: str | None) -> None:
    """Say how urgent it is, or take that back."""
    await posting.lock(session, conversation)
    if conversation.priority == priority:
        return
    conversation.priority = priority
    said = f"set the priority to {priority}" if priority else "removed the priority"
    await posting.record(session, conversation, "priority_changed", actor, said, fields={"priority": priority})


async def set_labels(session: AsyncSession, conversation: Conversation, actor: Actor, titles: Sequence[str]) -> None:
    """Give the conversation exactly these labels; each has to exist."""
    await posting.lock(session, conversation)
    account_id, wanted = conversation.account_id, set(titles)
    known = set(
        await session.scalars(select(Label.title).where(Label.account_id == account_id, Label.title.in_(wanted)))
    )
    if known != wanted:
        raise LabelUnknownError(label=min(wanted - known))
    of_it = (ConversationLabel.account_id == account_id, ConversationLabel.conversation_id == conversation.id)
    present = set(await session.scalars(select(ConversationLabel.title).where(*of_it)))
    added, removed = sorted(wanted - present), sorted(present - wanted)
    if removed:
        await session.execute(delete(ConversationLabel).where(*of_it, ConversationLabel.title.in_(removed)))
        said = f"removed {', '.join(removed)}"
        await posting.record(session, conversation, "label_removed", actor, said, fields={"labels": removed})
    if added:
        rows = [{"account_id": account_id, "conversation_id": conversation.id, "title": each} for each in added]
        await session.execute(insert(ConversationLabel), rows)
        names = ", ".join(added)
        await posting.record(session, conversation, "label_added", actor, f"added {names}", fields={"labels": added})


async def mark_seen(session: AsyncSession, conversation: Conversation, seq: int) -> None:
    """Somebody who works here has read up to this message; never goes back."""
    await posting.lock(session, conversation)
    seen = min(seq, conversation.last_seq)
    if seen <= conversation.agent_last_seen_seq and conversation.unread_count == 0:
        return
    conversation.agent_last_seen_seq = max(seen, conversation.agent_last_seen_seq)
    unread = await session.scalar(
        select(func.count())
        .select_from(Message)
        .where(
            Message.account_id == conversation.account_id,
            Message.conversation_id == conversation.id,
            Message.seq > conversation.agent_last_seen_seq,
            Message.message_type == "incoming",
        )
    )
    conversation.unread_count = min(conversation.unread_count, unread or 0)
    await session.flush()
    await realtime.publish(session, Kind.CONVERSATION_UPDATED, conversation_id=conversation.id)


async def mark_seen_by_contact(session: AsyncSession, conversation: Conversation, seq: int) -> None:
    """The customer has read up to this message; never goes back."""
    await posting.lock(session, conversation)
    seen = min(seq, conversation.last_seq)
    if seen <= conversation.contact_last_seen_seq:
        return
    conversation.contact_last_seen_seq = seen
    await session.flush()
    await realtime.publish(session, Kind.CONVERSATION_UPDATED, conversation_id=conversation.id)


async def mark_handoff_read(session: AsyncSession, conversation: Conversation, actor: Actor) -> None:
    """Somebody has read what the bot handed over (the packet's table is the bot's, above this slice)."""
    values = {"account_id": conversation.account_id, "conversation_id": conversation.id, "user_id": actor.id}
    if (await session.execute(_READ_HANDOFF, values)).first() is not None:
        await realtime.publish(session, Kind.CONVERSATION_UPDATED, conversation_id=conversation.id)
