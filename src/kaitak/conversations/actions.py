"""Owns what people do to a conversation: write, take over, give back, assign, resolve, reopen, snooze.

Each locks the conversation's row first, so acts come one after the other; each leaves an activity entry and an event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts.models import ContactInbox
from kaitak.conversations import policy, posting, sessions, survey_asking
from kaitak.conversations.errors import MessageNotFoundError
from kaitak.conversations.models import Conversation, Message
from kaitak.conversations.policy import Standing
from kaitak.conversations.posting import Actor, Entry
from kaitak.core.ids import AccountId


async def post_message(
    session: AsyncSession,
    conversation: Conversation,
    *,
    sender_type: str,
    sender_id: int | None,
    content: str,
    message_type: str = "outgoing",
    private: bool = False,
    content_type: str = "text",
    content_attributes: Mapping[str, object] | None = None,
    echo_id: str | None = None,
    attachment_ids: Sequence[UUID] = (),
) -> Message:
    """Add an entry to the conversation; the same `echo_id` again gives the same message and changes nothing."""
    await posting.lock(session, conversation)
    entry = Entry(
        sender_type=sender_type,
        sender_id=sender_id,
        content=content,
        message_type=message_type,
        private=private,
        content_type=content_type,
        content_attributes=content_attributes,
        echo_id=echo_id,
        attachment_ids=attachment_ids,
    )
    earlier = await posting.find_echo(session, conversation, echo_id)
    return earlier or await posting.add(session, conversation, entry)


async def reply(
    session: AsyncSession, conversation: Conversation, actor: Actor, entry: Entry, *, owner_token: int | None = None
) -> Message:
    """A person writes: a public reply takes the conversation over first where it is the bot's or nobody's."""
    await posting.lock(session, conversation)
    earlier = await posting.find_echo(session, conversation, entry.echo_id)
    if earlier is not None:
        return earlier
    if not entry.private:
        policy.require_token(_standing(conversation), owner_token)
        if conversation.owner != policy.HUMAN or conversation.status == policy.RESOLVED:
            await _take_over(session, conversation, actor)
        if conversation.first_reply_created_at is None:
            conversation.first_reply_created_at = await posting.now(session)
        conversation.waiting_since = None
        conversation.unread_count = 0
        conversation.agent_last_seen_seq = conversation.last_seq + 1
    return await posting.add(session, conversation, entry)


async def take_over(
    session: AsyncSession, conversation: Conversation, actor: Actor, *, owner_token: int | None = None
) -> None:
    """The actor becomes the one who answers; the bot falls silent at once."""
    await posting.lock(session, conversation)
    policy.require_token(_standing(conversation), owner_token)
    await _take_over(session, conversation, actor)


async def _take_over(session: AsyncSession, conversation: Conversation, actor: Actor) -> None:
    before = _standing(conversation)
    if await _apply(session, conversation, before, policy.take_over(before, actor.id or 0)):
        await _rejoin(session, conversation)
        await posting.record(session, conversation, "took_over", actor, "took over")


async def give_back(
    session: AsyncSession,
    conversation: Conversation,
    actor: Actor,
    *,
    note: str = "",
    owner_token: int | None = None,
) -> None:
    """Back to the bot, with a note for it; it answers the customer's next message."""
    await posting.lock(session, conversation)
    before = _standing(conversation)
    policy.require_token(before, owner_token)
    if not await _apply(session, conversation, before, policy.give_back(before)):
        return
    given_back = {"given_back": True, **({"agent_note": note} if note else {})}
    conversation.bot_state = {**conversation.bot_state, **given_back}
    conversation.answered_seq = conversation.last_seq
    await posting.record(session, conversation, "given_back", actor, "gave it back to the bot", fields={"note": note})


async def assign(
    session: AsyncSession, conversation: Conversation, actor: Actor, *, assignee: Actor | None, owner_token: int | None
) -> None:
    """Make a person responsible, or nobody."""
    await posting.lock(session, conversation)
    before = _standing(conversation)
    policy.require_token(before, owner_token)
    after = policy.assign(before, assignee.id if assignee else None)
    if await _apply(session, conversation, before, after):
        said = f"assigned it to {assignee.name}" if assignee else "unassigned it"
        fields = {"assignee": assignee.wire() if assignee else None}
        activity = "assigned" if assignee else "unassigned"
        await posting.record(session, conversation, activity, actor, said, fields=fields)


async def resolve(
    session: AsyncSession, conversation: Conversation, actor: Actor, *, owner_token: int | None = None
) -> None:
    """Done: the customer's next message opens a new conversation; the customer is asked how it went."""
    await posting.lock(session, conversation)
    before = _standing(conversation)
    policy.require_token(before, owner_token)
    if not await _apply(session, conversation, before, policy.resolve(before)):
        return
    conversation.resolved_at = await posting.now(session)
    conversation.waiting_since = None
    conversation.unread_count = 0
    conversation.bot_state = {}
    conversation.answered_seq = conversation.last_seq
    await session.execute(
        update(ContactInbox)
        .where(
            ContactInbox.account_id == conversation.account_id,
            ContactInbox.id == conversation.contact_inbox_id,
            ContactInbox.current_conversation_id == conversation.id,
        )
        .values(current_conversation_id=None)
    )
    await posting.record(session, conversation, "resolved", actor, "resolved it")
    question = await survey_asking.question(session, conversation)
    if question is not None:
        await posting.add(session, conversation, question)


async def reopen(
    session: AsyncSession, conversation: Conversation, actor: Actor, *, owner_token: int | None = None
) -> None:
    """Open again; the customer's messages join it unless a newer conversation has begun."""
    await posting.lock(session, conversation)
    before = _standing(conversation)
    policy.require_token(before, owner_token)
    if not await _apply(session, conversation, before, policy.reopen(before)):
        return
    await _rejoin(session, conversation)
    await posting.record(session, conversation, "reopened", actor, "reopened it")


async def snooze(
    session: AsyncSession,
    conversation: Conversation,
    actor: Actor,
    *,
    until: datetime,
    now: datetime,
    owner_token: int | None = None,
) -> None:
    """Put it away until a time, or until the customer writes."""
    await posting.lock(session, conversation)
    before = _standing(conversation)
    policy.require_token(before, owner_token)
    if await _apply(session, conversation, before, policy.snooze(before, until, now=now)):
        fields = {"until": until.isoformat()}
        await posting.record(session, conversation, "snoozed", actor, "snoozed it", fields=fields)


async def unsnooze(session: AsyncSession, account_id: AccountId, conversation_id: int) -> None:
    """Open a conversation whose snooze is over; one that changed meanwhile is left alone."""
    conversation = await session.get_one(Conversation, (account_id, conversation_id))
    await posting.lock(session, conversation)
    before = _standing(conversation)
    until = conversation.snoozed_until
    if before.status != policy.SNOOZED or until is None or until > await posting.now(session):
        return
    await _apply(session, conversation, before, policy.reopen(before))
    await posting.record(session, conversation, "unsnoozed", Actor(None, "Kaitak"), "opened it: the snooze is over")


async def retry_message(session: AsyncSession, conversation: Conversation, message_id: int) -> Message:
    """Try a failed message again."""
    await posting.lock(session, conversation)
    message = await session.scalar(
        select(Message).where(
            Message.account_id == conversation.account_id,
            Message.conversation_id == conversation.id,
            Message.id == message_id,
        )
    )
    if message is None or message.status != "failed":
        raise MessageNotFoundError("no failed message has this id")
    await posting.requeue(session, conversation.account_id, [message_id])
    await session.refresh(message)
    return message


def _standing(conversation: Conversation) -> Standing:
    return Standing(
        status=conversation.status,
        owner=conversation.owner,
        owner_token=conversation.owner_token,
        assignee_id=conversation.assignee_id,
        snoozed_until=conversation.snoozed_until,
    )


async def _apply(session: AsyncSession, conversation: Conversation, before: Standing, after: Standing) -> bool:
    """Write a new standing onto the row; False if nothing changed."""
    if after == before:
        return False
    conversation.status = after.status
    conversation.owner = after.owner
    conversation.owner_token = after.owner_token
    conversation.assignee_id = after.assignee_id
    conversation.snoozed_until = after.snoozed_until
    if after.owner != policy.BOT or after.status == policy.RESOLVED:
        conversation.turn_due_at = None
        conversation.turn_waiting_since = None
    if after.owner_token != before.owner_token:
        conversation.claimed_until = None
        conversation.claimed_by = None
        conversation.turn_attempts = 0
        conversation.queued_at = await posting.now(session) if after.owner == policy.QUEUED else None
        await sessions.changed(session, conversation)
    return True


async def _rejoin(session: AsyncSession, conversation: Conversation) -> None:
    """A conversation that was resolved takes the customer's messages again, unless a newer one has begun."""
    if conversation.resolved_at is None:
        return
    conversation.resolved_at = None
    await session.execute(
        update(ContactInbox)
        .where(
            ContactInbox.account_id == conversation.account_id,
            ContactInbox.id == conversation.contact_inbox_id,
            ContactInbox.current_conversation_id.is_(None),
        )
        .values(current_conversation_id=conversation.id)
    )
