"""Owns finding or making the row of an address in an inbox, however many want it at once."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts.models import ContactInbox


async def find_locked(session: AsyncSession, account_id: int, inbox_id: int, source_id: str) -> ContactInbox | None:
    """The address's row as it is now, locked; whoever else wants it waits."""
    statement = select(ContactInbox).where(
        ContactInbox.account_id == account_id, ContactInbox.inbox_id == inbox_id, ContactInbox.source_id == source_id
    )
    return await session.scalar(statement.with_for_update().execution_options(populate_existing=True))


async def take(
    session: AsyncSession, account_id: int, inbox_id: int, source_id: str, *, contact_id: int
) -> ContactInbox:
    """The address's row, locked; made for this contact if nobody has it. Of two at once the second finds it made."""
    values = {"account_id": account_id, "contact_id": contact_id, "inbox_id": inbox_id, "source_id": source_id}
    await session.execute(insert(ContactInbox).values(values).on_conflict_do_nothing())
    found = await find_locked(session, account_id, inbox_id, source_id)
    assert found is not None
    return found
