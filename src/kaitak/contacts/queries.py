"""Owns reading contacts: lists and searches, within what a member may see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, any_, exists, func, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts.errors import ContactNotFoundError
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.core.ids import AccountId

SEARCHED = 2000


async def get_contact(
    session: AsyncSession,
    account_id: AccountId,
    contact_id: int,
    *,
    inbox_ids: Collection[int] | None,
    lock: bool = False,
) -> Contact:
    """A contact with an address in one of these inboxes (None: in any); else it is not found."""
    statement = visible(account_id, inbox_ids).where(Contact.id == contact_id)
    found = await session.scalar(statement.with_for_update(key_share=True, of=Contact) if lock else statement)
    if found is None:
        raise ContactNotFoundError
    return found


async def list_contacts(
    session: AsyncSession,
    account_id: AccountId,
    *,
    q: str,
    inbox_ids: Collection[int] | None,
    after: tuple[datetime, int] | None,
    limit: int,
    where: ColumnElement[bool] | None = None,
) -> list[tuple[int, datetime]]:
    """Ids of contacts whose name, e-mail, telephone or identifier fits (and `where`), last active first."""
    statement = visible(account_id, inbox_ids)
    if q:
        by_name = any_(func.array(select(func.search_contacts(q, SEARCHED)).scalar_subquery()))
        statement = statement.where(
            or_(Contact.id == by_name, Contact.email == q.lower(), Contact.phone_number == q, Contact.identifier == q)
        )
    if where is not None:
        statement = statement.where(where)
    if after is not None:
        statement = statement.where(tuple_(Contact.last_activity_at, Contact.id) < after)
    statement = statement.where(Contact.merged_into_id.is_(None))
    ordered = statement.order_by(Contact.last_activity_at.desc(), Contact.id.desc()).limit(limit)
    rows = await session.execute(ordered.with_only_columns(Contact.id, Contact.last_activity_at))
    return [(row[0], row[1]) for row in rows]


def visible(account_id: AccountId | int, inbox_ids: Collection[int] | None) -> Select[Contact]:
    """Contacts with an address in one of these inboxes (None: all contacts), to narrow further."""
    statement = select(Contact).where(Contact.account_id == account_id)
    if inbox_ids is None:
        return statement
    return statement.where(
        exists().where(
            ContactInbox.account_id == Contact.account_id,
            ContactInbox.contact_id == Contact.id,
            ContactInbox.inbox_id.in_(list(inbox_ids)),
        )
    )


async def visible_of(
    session: AsyncSession, account_id: AccountId | int, ids: Collection[int], *, inbox_ids: Collection[int] | None
) -> set[int]:
    """Those of these contacts that have an address in one of the inboxes."""
    statement = visible(account_id, inbox_ids).where(Contact.id.in_(ids))
    return set(await session.scalars(statement.with_only_columns(Contact.id)))
