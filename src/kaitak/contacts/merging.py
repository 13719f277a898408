"""Owns putting one contact into another and taking it out again: addresses, what is said there, and the profile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts.errors import (
    ContactMergedError,
    ContactNotFoundError,
    CustomerNumbersDifferError,
    MergeNotFoundError,
    SameContactError,
)
from kaitak.contacts.models import Contact, ContactMerge, ContactPair
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

MOST_TOLD: Final = 200
_FILLED: Final = ("name", "email", "phone_number", "locale", "company_id")
_MOVE_ADDRESSES = text("""
update contact_inbox set contact_id = :new_id
where account_id = :account_id and contact_id = :old_id and (:all_of_them or id = any(:ids))
returning id
""")
_MOVE_CONVERSATIONS = text("""
update conversation set contact_id = :new_id where account_id = :account_id and contact_inbox_id = any(:ids)
returning id
""")
_MOVE_MESSAGES = text("""
update message set sender_id = :new_id
where account_id = :account_id and conversation_id = any(:conversations)
  and sender_type = 'contact' and sender_id = :old_id
""")

# What a code or a channel proved of an address was about the contact that it is taken from.
_UNPROVE = text("""
update contact_inbox set hmac_verified = false, verified_by = null, verified_until = null
where account_id = :account_id and id = any(:ids) and verified_by is not null
""")


async def merge(
    session: AsyncSession, account_id: int, one_id: int, other_id: int, *, reason: str, user_id: int | None
) -> ContactMerge:
    """Make two contacts one: the one with a verified customer number is kept, else the first named."""
    if one_id == other_id:
        raise SameContactError
    one, other = await _both(session, account_id, one_id, other_id)
    if one.merged_into_id is not None or other.merged_into_id is not None:
        raise ContactMergedError
    if one.identifier and other.identifier:
        raise CustomerNumbersDifferError
    kept, merged = (other, one) if other.identifier and not one.identifier else (one, other)
    merged.merged_into_id = kept.id
    filled = _fill(kept, merged)
    kept.last_activity_at = max(kept.last_activity_at, merged.last_activity_at)
    await session.flush()
    addresses = await _move(session, account_id, merged.id, kept.id, None)
    row = ContactMerge(
        account_id=account_id,
        kept_id=kept.id,
        merged_id=merged.id,
        reason=reason,
        user_id=user_id,
        contact_inbox_ids=list(addresses),
        filled=dict(filled),
    )
    session.add(row)
    await session.flush()
    await _tell(session, kept.id, merged.id)
    return row


async def undo(session: AsyncSession, account_id: int, kept_id: int, merge_id: int, *, user_id: int) -> ContactMerge:
    """Take a contact out again with its addresses and everything said there, the later conversations too."""
    row = await session.scalar(
        select(ContactMerge)
        .where(
            ContactMerge.account_id == account_id,
            ContactMerge.id == merge_id,
            ContactMerge.kept_id == kept_id,
            ContactMerge.undone_at.is_(None),
        )
        .with_for_update()
    )
    if row is None:
        raise MergeNotFoundError
    kept, merged = await _both(session, account_id, row.kept_id, row.merged_id)
    if kept.merged_into_id is not None:
        raise ContactMergedError
    merged.merged_into_id = None
    for name, change in row.filled.items():
        if isinstance(change, list) and getattr(kept, name) == change[1]:
            setattr(kept, name, change[0])
    row.undone_at = (await session.execute(select(func.now()))).scalar_one()
    row.undone_by = user_id
    await session.flush()
    moved = [int(str(each)) for each in row.contact_inbox_ids]
    await _move(session, account_id, kept.id, merged.id, moved)
    await session.execute(_UNPROVE, {"account_id": account_id, "ids": moved})
    await judge(session, account_id, kept.id, merged.id, verdict="distinct", user_id=user_id)
    await _tell(session, kept.id, merged.id)
    return row


async def judge(
    session: AsyncSession,
    account_id: int,
    one_id: int,
    other_id: int,
    *,
    verdict: str,
    user_id: int | None,
    note: str = "",
) -> None:
    """Keep what somebody said of two contacts; the last word counts."""
    if one_id == other_id:
        raise SameContactError
    low, high = sorted((one_id, other_id))
    pair = await session.scalar(
        select(ContactPair)
        .where(ContactPair.account_id == account_id, ContactPair.low_id == low, ContactPair.high_id == high)
        .with_for_update()
    )
    if pair is None:
        pair = ContactPair(account_id=account_id, low_id=low, high_id=high)
        session.add(pair)
    pair.verdict, pair.user_id, pair.note = verdict, user_id, note
    await session.flush()


async def _both(session: AsyncSession, account_id: int, one_id: int, other_id: int) -> tuple[Contact, Contact]:
    """Both contacts, locked in the order of their ids."""
    rows = await session.scalars(
        select(Contact)
        .where(Contact.account_id == account_id, Contact.id.in_([one_id, other_id]))
        .order_by(Contact.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found: Mapping[int, Contact] = {row.id: row for row in rows}
    if len(found) != 2:
        raise ContactNotFoundError
    return found[one_id], found[other_id]


def _fill(kept: Contact, merged: Contact) -> dict[str, list[object]]:
    """What the kept contact lacks comes from the other; noted, so that it can be taken back."""
    filled: dict[str, list[object]] = {}
    for name in _FILLED:
        before, offered = getattr(kept, name), getattr(merged, name)
        if offered and not before:
            filled[name] = [before, offered]
    attributes = {**merged.custom_attributes, **kept.custom_attributes}
    if attributes != kept.custom_attributes:
        filled["custom_attributes"] = [kept.custom_attributes, attributes]
    if merged.blocked and not kept.blocked:
        filled["blocked"] = [False, True]
    for name, change in filled.items():
        setattr(kept, name, change[1])
    return filled


async def _move(
    session: AsyncSession, account_id: int, old_id: int, new_id: int, addresses: list[int] | None
) -> list[int]:
    """Move addresses (None: all) from one contact to another with their conversations and messages."""
    values = {"account_id": account_id, "old_id": old_id, "new_id": new_id}
    moved = list(
        await session.scalars(_MOVE_ADDRESSES, {**values, "ids": addresses or [], "all_of_them": addresses is None})
    )
    conversations = list(await session.scalars(_MOVE_CONVERSATIONS, {**values, "ids": moved}))
    await session.execute(_MOVE_MESSAGES, {**values, "conversations": conversations})
    for conversation_id in conversations[:MOST_TOLD]:
        await realtime.publish(session, Kind.CONVERSATION_UPDATED, conversation_id=conversation_id)
    return moved


async def _tell(session: AsyncSession, *contact_ids: int) -> None:
    for contact_id in contact_ids:
        await realtime.publish(session, Kind.CONTACT_UPDATED, payload={"id": contact_id})
