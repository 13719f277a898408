"""Owns small reads of the conversations slice: turns, possible assignees, deliveries, the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.models import AccountUser, Team, User
from kaitak.accounts.policy import Permission, permissions_of
from kaitak.channels.models import Inbox, InboxMember
from kaitak.conversations.errors import AssigneeUnknownError, MessageNotFoundError, OriginalNotFoundError
from kaitak.conversations.models import Conversation, Delivery, InboundEvent, Message, Turn
from kaitak.conversations.posting import Actor
from kaitak.core.ids import AccountId

_LEDGER = text("""
select
  (select coalesce(jsonb_object_agg(kind || '/' || outcome, n), '{}') from (
     select e.kind, e.outcome, count(*) as n from inbound_event e
     where e.account_id = :account_id and e.received_at >= :since group by 1, 2) x) as inbound,
  (select count(*) from inbound_event e
   where e.account_id = :account_id and e.received_at >= :since and e.kind = 'message' and e.outcome = 'stored'
     and not exists (select from message m where m.account_id = e.account_id and m.inbound_event_id = e.id)
  ) as stored_without_message,
  (select coalesce(jsonb_object_agg(status, n), '{}') from (
     select d.status, count(*) as n from delivery d
     where d.account_id = :account_id and d.created_at >= :since group by 1) x) as outbound,
  (select count(*) from message m
   where m.account_id = :account_id and m.created_at >= :since and m.message_type = 'outgoing' and not m.private
     and not exists (select from delivery d where d.account_id = m.account_id and d.message_id = m.id)
  ) as outgoing_without_delivery
""")


@dataclass(frozen=True, slots=True)
class Ledger:
    """What came in and went out since a moment. It balances when nothing is stored or owed without its counterpart."""

    inbound: dict[str, int]
    outbound: dict[str, int]
    stored_without_message: int
    outgoing_without_delivery: int

    @property
    def is_balanced(self) -> bool:
        """Whether everything that came in is shown or accounted for, and everything to send is on its way."""
        return not self.stored_without_message and not self.outgoing_without_delivery


async def get_turn_of(session: AsyncSession, conversation: Conversation, message_id: int) -> Turn:
    """The turn in which the bot wrote a message."""
    seq = await session.scalar(
        select(Message.seq).where(
            Message.account_id == conversation.account_id,
            Message.id == message_id,
            Message.conversation_id == conversation.id,
            Message.sender_type == "bot",
        )
    )
    turn = None
    if seq is not None:
        turn = await session.scalar(
            select(Turn)
            .where(
                Turn.account_id == conversation.account_id,
                Turn.conversation_id == conversation.id,
                Turn.to_seq < seq,
            )
            .order_by(Turn.to_seq.desc())
            .limit(1)
        )
    if turn is None:
        raise MessageNotFoundError
    return turn


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """What is kept of how a message came in; an empty body is one that was let go of."""

    channel: str
    body: dict[str, JsonValue]


async def get_kept_event(session: AsyncSession, conversation: Conversation, message_id: int) -> KeptEvent:
    """The event that brought a message of this conversation in."""
    found = await session.execute(
        select(Message.id, Inbox.channel, InboundEvent.body)
        .join(Inbox, (Inbox.account_id == Message.account_id) & (Inbox.id == conversation.inbox_id))
        .outerjoin(
            InboundEvent,
            (InboundEvent.account_id == Message.account_id) & (InboundEvent.id == Message.inbound_event_id),
        )
        .where(
            Message.account_id == conversation.account_id,
            Message.id == message_id,
            Message.conversation_id == conversation.id,
        )
    )
    row = found.one_or_none()
    if row is None:
        raise MessageNotFoundError
    if row.body is None:
        raise OriginalNotFoundError
    return KeptEvent(row.channel, row.body)


async def name_of_team(session: AsyncSession, account_id: int, team_id: int) -> str:
    """The name of a team of this account."""
    name = await session.scalar(select(Team.name).where(Team.account_id == account_id, Team.id == team_id))
    if name is None:
        raise AssigneeUnknownError(team_id=team_id)
    return name


async def get_assignee(session: AsyncSession, conversation: Conversation, user_id: int) -> Actor:
    """A member who may see the conversation's inbox."""
    row = (
        await session.execute(
            select(User.name, AccountUser.role, InboxMember.user_id)
            .join(AccountUser, AccountUser.user_id == User.id)
            .outerjoin(
                InboxMember,
                (InboxMember.account_id == AccountUser.account_id)
                & (InboxMember.user_id == User.id)
                & (InboxMember.inbox_id == conversation.inbox_id),
            )
            .where(AccountUser.account_id == conversation.account_id, User.id == user_id, User.is_active)
        )
    ).one_or_none()
    is_member = row is not None and bool(row[2])
    if row is None or not (is_member or Permission.ALL_CONVERSATIONS in permissions_of(row.role)):
        raise AssigneeUnknownError(assignee_id=user_id)
    return Actor(user_id, row.name)


async def list_deliveries(
    session: AsyncSession, account_id: AccountId, *, statuses: tuple[str, ...], before: int | None, limit: int
) -> list[tuple[Delivery, str, int]]:
    """Deliveries of these statuses, newest first, each with the beginning of its message and the conversation."""
    statement = (
        select(Delivery, Message.content, Conversation.display_id)
        .join(Message, (Message.account_id == Delivery.account_id) & (Message.id == Delivery.message_id))
        .join(
            Conversation,
            (Conversation.account_id == Delivery.account_id) & (Conversation.id == Delivery.conversation_id),
        )
        .where(Delivery.account_id == account_id, Delivery.status.in_(statuses))
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(Delivery.id < before)
    return [(row[0], row[1], row[2]) for row in await session.execute(statement)]


async def list_inbound_events(
    session: AsyncSession,
    account_id: AccountId,
    *,
    outcome: str | None,
    inbox_id: int | None = None,
    before: int | None,
    limit: int,
) -> list[InboundEvent]:
    """What came in, newest first."""
    statement = select(InboundEvent).where(InboundEvent.account_id == account_id)
    if inbox_id is not None:
        statement = statement.where(InboundEvent.inbox_id == inbox_id)
    if outcome is not None:
        statement = statement.where(InboundEvent.outcome == outcome)
    if before is not None:
        statement = statement.where(InboundEvent.id < before)
    return list(await session.scalars(statement.order_by(InboundEvent.id.desc()).limit(limit)))


async def read_ledger(session: AsyncSession, account_id: AccountId, *, since: datetime) -> Ledger:
    """The account's ledger since a moment."""
    row = (await session.execute(_LEDGER, {"account_id": account_id, "since": since})).one()
    return Ledger(row.inbound, row.outbound, row.stored_without_message, row.outgoing_without_delivery)
