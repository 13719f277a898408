"""Owns writing the demo's past conversations into the tables, complete: ledger, deliveries, ratings, packets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.models import Account
from kaitak.bot import packet
from kaitak.bot.models import HandoffPacket
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.conversations import survey_asking
from kaitak.conversations.models import Conversation, ConversationLabel, Delivery, InboundEvent, Message
from kaitak.core.ids import AccountId
from kaitak.demo.talks import Talk
from kaitak.surveys.models import CsatSurveyResponse


@dataclass(frozen=True, slots=True)
class Person:
    """A customer of the demo ERP, as the widget would have told us about them."""

    ref: str
    name: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class Stage:
    """The account that the talks happen in."""

    account_id: AccountId
    inboxes: Mapping[str, int]
    agents: Sequence[int]
    team_id: int
    people: Sequence[Person]


async def write(session: AsyncSession, stage: Stage, talks: Sequence[Talk], now: datetime) -> None:
    """Write all talks, the oldest first, so that their numbers count up with time."""
    account = await session.get_one(Account, stage.account_id, with_for_update=True)
    for talk in talks:
        account.last_display_id += 1
        await _write_talk(session, stage, talk, display_id=account.last_display_id, now=now)
    await session.flush()


async def _write_talk(session: AsyncSession, stage: Stage, talk: Talk, *, display_id: int, now: datetime) -> None:
    spoken = talk.spoken(now)
    address = await _meet(session, stage, talk, spoken[0][2], spoken[-1][2])
    conversation = _open(stage, talk, address, spoken)
    conversation.display_id = display_id
    session.add(conversation)
    await session.flush()
    for who, words, at in spoken:
        await _say(session, stage, conversation, _entry(stage, talk, address, who), words=words, at=at)
    ended_at = spoken[-1][2] + timedelta(seconds=30)
    if talk.reason is not None:
        await _hand_over(session, stage, conversation, talk, ended_at)
    if talk.state == "resolved":
        await _resolve(session, stage, conversation, talk, ended_at)
    else:
        await session.execute(
            update(ContactInbox)
            .where(ContactInbox.account_id == stage.account_id, ContactInbox.id == address.id)
            .values(current_conversation_id=conversation.id)
        )
    for title in talk.labels:
        session.add(ConversationLabel(account_id=stage.account_id, conversation_id=conversation.id, title=title))
    _settle(conversation, talk, spoken)


async def _meet(session: AsyncSession, stage: Stage, talk: Talk, first_at: datetime, last_at: datetime) -> ContactInbox:
    person = stage.people[talk.customer]
    contact = Contact(
        account_id=stage.account_id,
        name=person.name,
        email=person.email,
        phone_number=person.phone,
        identifier=person.ref if talk.verified else None,
        locale="zh-HK",
        last_activity_at=last_at,
        created_at=first_at,
    )
    session.add(contact)
    await session.flush()
    address = ContactInbox(
        account_id=stage.account_id,
        contact_id=contact.id,
        inbox_id=stage.inboxes[talk.inbox],
        source_id=f"demo-{person.ref}",
        hmac_verified=talk.verified,
        created_at=first_at,
    )
    session.add(address)
    await session.flush()
    return address


def _open(stage: Stage, talk: Talk, address: ContactInbox, spoken: Sequence[tuple[str, str, datetime]]) -> Conversation:
    owner = {"open": "human", "snoozed": "human", "queued": "queued"}.get(talk.state, "bot")
    replies = [at for who, _, at in spoken if who == "a"]
    return Conversation(
        account_id=stage.account_id,
        inbox_id=stage.inboxes[talk.inbox],
        contact_id=address.contact_id,
        contact_inbox_id=address.id,
        status="open" if talk.state == "queued" else talk.state,
        owner=owner,
        owner_token=1 if owner == "bot" and not replies else 3,
        assignee_id=None if talk.agent is None else stage.agents[talk.agent],
        team_id=stage.team_id if owner == "queued" else None,
        priority=talk.priority,
        first_reply_created_at=replies[0] if replies else None,
        created_at=spoken[0][2],
        last_activity_at=spoken[-1][2],
        last_seq=0,
    )


def _settle(conversation: Conversation, talk: Talk, spoken: Sequence[tuple[str, str, datetime]]) -> None:
    """Counters as the road would have left them: everything is answered by the bot or waits for a person."""
    last = conversation.last_seq
    unanswered = 0
    for who, _, _ in reversed(spoken):
        if who != "c":
            break
        unanswered += 1
    waits = conversation.owner in {"human", "queued"} and talk.state in {"open", "queued"} and unanswered > 0
    conversation.answered_seq = last
    conversation.agent_last_seen_seq = last - unanswered if waits else last
    conversation.contact_last_seen_seq = last
    conversation.unread_count = unanswered if waits else 0
    conversation.waiting_since = spoken[-unanswered][2] if waits else None
    if conversation.owner == "queued":
        conversation.queued_at = conversation.waiting_since = spoken[-1][2]
    if talk.state == "snoozed":
        conversation.snoozed_until = spoken[-1][2] + timedelta(days=4)


def _entry(stage: Stage, talk: Talk, address: ContactInbox, who: str) -> Message:
    kinds = {
        "c": ("incoming", "contact"),
        "b": ("outgoing", "bot"),
        "a": ("outgoing", "user"),
        "n": ("outgoing", "user"),
    }
    message_type, sender_type = kinds[who]
    agent = stage.agents[talk.agent or 0]
    sender_id = {"contact": address.contact_id, "user": agent}.get(sender_type)
    return Message(
        account_id=stage.account_id,
        message_type=message_type,
        sender_type=sender_type,
        sender_id=sender_id,
        private=who == "n",
        status="read" if message_type == "outgoing" and who != "n" else "sent",
    )


async def _say(
    session: AsyncSession, stage: Stage, conversation: Conversation, message: Message, *, words: str, at: datetime
) -> Message:
    conversation.last_seq += 1
    message.conversation_id, message.seq = conversation.id, conversation.last_seq
    message.content, message.created_at = words, at
    if message.message_type == "incoming":
        event = _inbound(stage, conversation, message.seq, at)
        session.add(event)
        await session.flush()
        message.inbound_event_id = event.id
    session.add(message)
    await session.flush()
    if message.message_type in {"outgoing", "template"} and not message.private:
        session.add(_delivered(stage, conversation, message, at))
    return message


def _inbound(stage: Stage, conversation: Conversation, seq: int, at: datetime) -> InboundEvent:
    return InboundEvent(
        account_id=stage.account_id,
        inbox_id=conversation.inbox_id,
        external_id=f"demo-{conversation.display_id}-{seq}",
        kind="message",
        outcome="stored",
        body={},
        received_at=at,
    )


def _delivered(stage: Stage, conversation: Conversation, message: Message, at: datetime) -> Delivery:
    return Delivery(
        account_id=stage.account_id,
        message_id=message.id,
        conversation_id=conversation.id,
        inbox_id=conversation.inbox_id,
        status="sent",
        attempts=1,
        next_attempt_at=at,
        external_ids=[],
        created_at=at,
        finished_at=at,
    )


async def _hand_over(session: AsyncSession, stage: Stage, conversation: Conversation, talk: Talk, at: datetime) -> None:
    reason = talk.reason or "customer_asked"
    attributes = {"activity": "handed_over", "actor": None, "reason": reason}
    told = "The bot handed the conversation over to a person."
    await _say(session, stage, conversation, _system(stage, "activity", "text", attributes), words=told, at=at)
    data = packet.HandoffPacketData(
        reason=reason,
        evidence=tuple(line[3:] for line in talk.lines if line[0] == "c")[-1:],
        summary=talk.summary,
        intent=None,
        team=talk.labels[0] if talk.labels else "",
        language="yue",
        urgency="high" if talk.priority in {"high", "urgent"} else "normal",
        slots=(),
        asked_and_answered=(),
        mood_course=(packet.MoodPoint(turn=1, sentiment="negative", emotion="anxious"),),
        suggested_replies=("您好，我是客戶服務主任，已看過您與智能助理的對話，現正為您跟進。",),
    )
    session.add(
        HandoffPacket(
            account_id=stage.account_id,
            conversation_id=conversation.id,
            owner_token=conversation.owner_token,
            reason=reason,
            packet=packet.to_json(data),
            created_at=at,
        )
    )


async def _resolve(session: AsyncSession, stage: Stage, conversation: Conversation, talk: Talk, at: datetime) -> None:
    conversation.resolved_at = at
    attributes = {"activity": "resolved", "actor": None}
    said = "resolved"
    await _say(session, stage, conversation, _system(stage, "activity", "text", attributes), words=said, at=at)
    question = _system(stage, "template", "input_csat", {})
    asked = await _say(
        session, stage, conversation, question, words=survey_asking.QUESTION["zh-HK"], at=at + timedelta(seconds=1)
    )
    if talk.csat is not None:
        session.add(
            CsatSurveyResponse(
                account_id=stage.account_id,
                conversation_id=conversation.id,
                message_id=asked.id,
                contact_id=conversation.contact_id,
                assignee_id=conversation.assignee_id,
                rating=talk.csat,
                feedback_message=talk.feedback,
                created_at=at + timedelta(minutes=2),
                updated_at=at + timedelta(minutes=2),
            )
        )


def _system(stage: Stage, message_type: str, content_type: str, attributes: Mapping[str, object]) -> Message:
    return Message(
        account_id=stage.account_id,
        message_type=message_type,
        sender_type="system",
        sender_id=None,
        content_type=content_type,
        content_attributes=dict(attributes),
        status="read" if message_type == "template" else "sent",
    )
