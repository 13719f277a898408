"""Owns adding an entry to a locked conversation: number, delivery row, activity and event, in one place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations import attaching, consenting, reply_windows, wake
from kaitak.conversations.errors import MessageEmptyError
from kaitak.conversations.models import Conversation, Delivery, Message
from kaitak.db.session import after_commit
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_NEXT_NUMBER = text("""
update account set last_display_id = last_display_id + 1 where id = :account_id returning last_display_id
""")


@dataclass(frozen=True, slots=True)
class Actor:
    """The person who acts, for the record; None id: the program itself."""

    id: int | None
    name: str

    def wire(self) -> dict[str, object] | None:
        """As the activity entry carries it."""
        return None if self.id is None else {"id": self.id, "name": self.name}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is to be said."""

    sender_type: str
    sender_id: int | None
    content: str
    message_type: str = "outgoing"
    private: bool = False
    content_type: str = "text"
    content_attributes: Mapping[str, object] | None = None
    echo_id: str | None = None
    attachment_ids: Sequence[UUID] = ()

    @property
    def is_sent(self) -> bool:
        """Whether the customer gets it."""
        return self.message_type in ("outgoing", "template") and not self.private


async def lock(session: AsyncSession, conversation: Conversation) -> None:
    """Lock the row and read it as it is now; whoever else acts on it waits."""
    await session.refresh(conversation, with_for_update={"key_share": True})


async def find_echo(session: AsyncSession, conversation: Conversation, echo_id: str | None) -> Message | None:
    """The message that a client has already posted under this id."""
    if echo_id is None:
        return None
    found = await session.scalars(
        select(Message).where(
            Message.account_id == conversation.account_id,
            Message.conversation_id == conversation.id,
            Message.echo_id == echo_id,
        )
    )
    return found.one_or_none()


async def add(session: AsyncSession, conversation: Conversation, entry: Entry) -> Message:
    """Add an entry to a conversation that this transaction has locked."""
    if not entry.content.strip() and not entry.attachment_ids:
        raise MessageEmptyError
    if entry.is_sent:
        await consenting.require(session, conversation, entry.content_attributes)
        await reply_windows.require(
            session,
            conversation,
            content=entry.content,
            content_type=entry.content_type,
            files=len(entry.attachment_ids),
            speaker="user" if entry.sender_type == "user" else "system",
        )
    message = _next_message(conversation, entry)
    conversation.last_seq += 1
    if entry.message_type != "activity":
        conversation.last_activity_at = await now(session)
    session.add(message)
    await session.flush()
    if entry.attachment_ids:
        await attaching.join(
            session, message, entry.attachment_ids, uploader_type="user", uploader_id=entry.sender_id or 0
        )
    if entry.is_sent:
        await _queue_delivery(session, conversation, message)
    await realtime.publish(session, Kind.MESSAGE_CREATED, conversation_id=conversation.id, message_id=message.id)
    return message


def _next_message(conversation: Conversation, entry: Entry) -> Message:
    return Message(
        account_id=conversation.account_id,
        conversation_id=conversation.id,
        seq=conversation.last_seq + 1,
        message_type=entry.message_type,
        sender_type=entry.sender_type,
        sender_id=entry.sender_id,
        content=entry.content,
        content_type=entry.content_type,
        content_attributes=dict(entry.content_attributes or {}),
        private=entry.private,
        status="sending" if entry.is_sent else "sent",
        echo_id=entry.echo_id,
    )


async def record(
    session: AsyncSession,
    conversation: Conversation,
    activity: str,
    actor: Actor,
    said: str = "",
    *,
    fields: Mapping[str, object] | None = None,
) -> None:
    """Leave an activity entry in a locked conversation; its event carries the conversation's new state."""
    attributes = {"activity": activity, "actor": actor.wire(), **(fields or {})}
    entry = Entry(
        sender_type="system",
        sender_id=None,
        content=f"{actor.name} {said}",
        message_type="activity",
        content_attributes=attributes,
    )
    await add(session, conversation, entry)


async def requeue(session: AsyncSession, account_id: int, message_ids: Sequence[int]) -> int:
    """Put dead deliveries back into the queue and show their messages as sending; how many it were."""
    fresh = {
        "status": "pending",
        "attempts": 0,
        "next_attempt_at": func.now(),
        "claimed_until": None,
        "claimed_by": None,
        "error_code": None,
        "error_detail": None,
        "finished_at": None,
    }
    revived = await session.execute(
        update(Delivery)
        .where(
            Delivery.account_id == account_id,
            Delivery.message_id.in_(message_ids),
            Delivery.status.in_(("failed", "unknown")),
        )
        .values(fresh)
        .returning(Delivery.message_id, Delivery.conversation_id)
    )
    rows = revived.all()
    await session.execute(
        update(Message)
        .where(Message.account_id == account_id, Message.id.in_([row.message_id for row in rows]))
        .values(status="sending", status_reason=None)
    )
    for row in rows:
        await realtime.publish(
            session, Kind.MESSAGE_UPDATED, conversation_id=row.conversation_id, message_id=row.message_id
        )
    after_commit(session, wake.deliveries)
    return len(rows)


async def now(session: AsyncSession) -> datetime:
    """The database's clock, which all rows follow."""
    moment: datetime = (await session.execute(text("select clock_timestamp()"))).scalar_one()
    return moment


async def next_display_id(session: AsyncSession, account_id: int) -> int:
    """The number of the account's next conversation; whoever begins one at the same time waits for the next."""
    number: int = (await session.execute(_NEXT_NUMBER, {"account_id": account_id})).scalar_one()
    return number


async def _queue_delivery(session: AsyncSession, conversation: Conversation, message: Message) -> None:
    row = {
        "account_id": conversation.account_id,
        "message_id": message.id,
        "conversation_id": conversation.id,
        "inbox_id": conversation.inbox_id,
    }
    await session.execute(insert(Delivery).values(row))
    after_commit(session, wake.deliveries)
