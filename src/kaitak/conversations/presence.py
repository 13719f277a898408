"""Owns what passes: who types, who has a conversation open, what is typed and not sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations.models import Conversation, ConversationViewer, Draft
from kaitak.conversations.posting import Actor
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_LEAVE_STALE = text("""
delete from conversation_viewer v
where v.account_id = :account_id and v.conversation_id = :conversation_id
  and v.seen_at < now() - interval '45 seconds' and v.user_id <> :user_id
""")
_VIEWERS = text("""
select u.id, u.name from conversation_viewer v join users u on u.id = v.user_id
where v.account_id = :account_id and v.conversation_id = :conversation_id
  and v.seen_at >= now() - interval '45 seconds' order by u.name, u.id
""")


async def show_typing(
    session: AsyncSession,
    conversation: Conversation,
    actor: Actor,
    *,
    sender_type: str,
    is_on: bool,
    is_private: bool = False,
) -> None:
    """Tell the others that somebody types, or has stopped."""
    await realtime.publish(
        session,
        Kind.TYPING_ON if is_on else Kind.TYPING_OFF,
        conversation_id=conversation.id,
        payload={"user": {"type": sender_type, "id": actor.id, "name": actor.name}, "is_private": is_private},
    )


async def keep_viewing(session: AsyncSession, conversation: Conversation, actor: Actor) -> None:
    """Note that somebody has the conversation open; told when the circle of viewers changes."""
    values = {"account_id": conversation.account_id, "conversation_id": conversation.id, "user_id": actor.id}
    gone = await session.execute(_LEAVE_STALE, values)
    entered = await session.execute(
        postgresql.insert(ConversationViewer)
        .values(values)
        .on_conflict_do_update(
            index_elements=["account_id", "conversation_id", "user_id"], set_={"seen_at": func.now()}
        )
        .returning(text("(xmax = 0) as is_new"))
    )
    if entered.scalar_one() or gone.rowcount:  # type: ignore[attr-defined]
        await _tell_viewers(session, conversation)


async def stop_viewing(session: AsyncSession, conversation: Conversation, actor: Actor) -> None:
    """Note that somebody has left the conversation."""
    left = await session.execute(
        delete(ConversationViewer)
        .where(
            ConversationViewer.account_id == conversation.account_id,
            ConversationViewer.conversation_id == conversation.id,
            ConversationViewer.user_id == actor.id,
        )
        .returning(ConversationViewer.user_id)
    )
    if left.first() is not None:
        await _tell_viewers(session, conversation)


async def _tell_viewers(session: AsyncSession, conversation: Conversation) -> None:
    rows = await session.execute(_VIEWERS, {"account_id": conversation.account_id, "conversation_id": conversation.id})
    users = [{"id": row.id, "name": row.name} for row in rows]
    await realtime.publish(session, Kind.VIEWING, conversation_id=conversation.id, payload={"users": users})


async def find_draft(session: AsyncSession, conversation: Conversation, actor: Actor) -> Draft | None:
    """What this person has typed and not sent."""
    return await session.scalar(
        select(Draft).where(
            Draft.account_id == conversation.account_id,
            Draft.conversation_id == conversation.id,
            Draft.user_id == actor.id,
        )
    )


async def keep_draft(
    session: AsyncSession, conversation: Conversation, actor: Actor, *, content: str, private: bool
) -> datetime | None:
    """Keep a draft; empty text keeps nothing. When it was kept."""
    if not content:
        await drop_draft(session, conversation, actor)
        return None
    kept = {"content": content, "private": private, "updated_at": func.now()}
    statement = (
        postgresql.insert(Draft)
        .values(account_id=conversation.account_id, conversation_id=conversation.id, user_id=actor.id, **kept)
        .on_conflict_do_update(index_elements=["account_id", "conversation_id", "user_id"], set_=kept)
        .returning(Draft.updated_at)
    )
    return (await session.execute(statement)).scalar_one()


async def drop_draft(session: AsyncSession, conversation: Conversation, actor: Actor) -> None:
    """Forget a draft."""
    await session.execute(
        delete(Draft).where(
            Draft.account_id == conversation.account_id,
            Draft.conversation_id == conversation.id,
            Draft.user_id == actor.id,
        )
    )
