"""Owns reading inboxes."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels.errors import InboxNotFoundError
from kaitak.channels.models import Inbox, InboxMember, InboxReceiver
from kaitak.core.ids import AccountId, UserId


async def list_inboxes(session: AsyncSession, account_id: AccountId, *, member: UserId | None) -> list[Inbox]:
    """Inboxes by name: those of a member, or all."""
    statement = select(Inbox).where(Inbox.account_id == account_id).order_by(func.lower(Inbox.name), Inbox.id)
    if member is not None:
        statement = statement.join(
            InboxMember, (InboxMember.account_id == Inbox.account_id) & (InboxMember.inbox_id == Inbox.id)
        ).where(InboxMember.user_id == member)
    return list(await session.scalars(statement))


async def get_inbox(session: AsyncSession, account_id: AccountId, inbox_id: int, *, lock: bool = False) -> Inbox:
    """One inbox."""
    statement = select(Inbox).where(Inbox.account_id == account_id, Inbox.id == inbox_id)
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise InboxNotFoundError
    return found


async def receivers_of(session: AsyncSession, account_id: AccountId) -> dict[int, InboxReceiver]:
    """How the inboxes do that receive over a connection of ours."""
    rows = await session.scalars(select(InboxReceiver).where(InboxReceiver.account_id == account_id))
    return {row.inbox_id: row for row in rows}


async def members_of(session: AsyncSession, account_id: AccountId) -> dict[int, list[int]]:
    """Who works in which inbox."""
    rows = await session.execute(
        select(InboxMember.inbox_id, func.array_agg(InboxMember.user_id))
        .where(InboxMember.account_id == account_id)
        .group_by(InboxMember.inbox_id)
    )
    return {row[0]: sorted(row[1]) for row in rows}
