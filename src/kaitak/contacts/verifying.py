"""Owns checks by a one-time code: begun within limits, tried a few times, for one conversation only, soon gone."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts.codes import OneTimeCodes, Reading
from kaitak.contacts.identity.records import Medium
from kaitak.contacts.proof_models import ContactVerification

GOOD_FOR: Final = timedelta(minutes=5)
TRIES: Final = 5
RESEND_AFTER: Final = timedelta(seconds=30)
OF_ADDRESS: Final = ((3, timedelta(minutes=15)), (6, timedelta(days=1)))
OF_CONVERSATION: Final = ((4, timedelta(hours=1)),)
OF_ACCOUNT: Final = ((300, timedelta(hours=1)),)
WRONG_OF_CONVERSATION: Final = (12, timedelta(hours=1))  # over all codes
WRONG_OF_ADDRESS: Final = (20, timedelta(days=1))
Checked = Literal["verified", "wrong", "malformed", "expired", "exhausted"]
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 11))")
_AWAIT = text("""
update conversation set code_awaited_until = :until
where account_id = :account_id and id = :conversation_id and code_awaited_until is distinct from :until
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who wants to be verified: a person at an address of theirs, in one conversation."""

    account_id: int
    contact_id: int
    contact_inbox_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a try."""

    checked: Checked
    left: int = 0  # tries
    row: ContactVerification | None = None


async def begin(
    session: AsyncSession, by: Asker, medium: Medium, value: str, *, customer_ref: str | None, now: datetime
) -> ContactVerification | None:
    """A new check, in the place of those before it in the conversation; None: too many lately.

    Without a customer of this address it goes the same way, and no code is ever right.
    """
    for key in sorted((f"address:{by.account_id}:{medium}:{value}", f"talk:{by.account_id}:{by.conversation_id}")):
        await session.execute(_LOCK, {"key": key})
    if await _is_too_much(session, by, medium, value, now):
        return None
    await drop(session, by.account_id, by.conversation_id)
    row = ContactVerification(
        account_id=by.account_id,
        contact_id=by.contact_id,
        contact_inbox_id=by.contact_inbox_id,
        conversation_id=by.conversation_id,
        medium=medium,
        value=value,
        customer_ref=customer_ref,
        salt=secrets.token_bytes(16),
        created_at=now,
        expires_at=now + GOOD_FOR,
    )
    session.add(row)
    await session.flush()
    await _await(session, by.account_id, by.conversation_id, until=now + GOOD_FOR + timedelta(minutes=2))
    return row


async def check(
    session: AsyncSession,
    codes: OneTimeCodes,
    account_id: int,
    conversation_id: int,
    said: str | Reading,
    *,
    now: datetime,
) -> Outcome:
    """Compare what was said with the code that this conversation waits for; each comparison counts."""
    row = await session.scalar(
        select(ContactVerification)
        .where(
            ContactVerification.account_id == account_id,
            ContactVerification.conversation_id == conversation_id,
            ContactVerification.state == "waiting",
        )
        .order_by(ContactVerification.id.desc())
        .limit(1)
        .with_for_update()
    )
    if row is None or row.expires_at <= now:
        await drop(session, account_id, conversation_id, state="failed")
        return Outcome("expired")
    if isinstance(said, Reading):
        return Outcome("malformed", TRIES - row.tries)
    if await _is_guessed_at(session, row, now):
        await drop(session, account_id, conversation_id, state="failed")
        return Outcome("exhausted")
    row.tries += 1
    is_right = codes.is_right(account_id, row.id, row.salt, said) and row.customer_ref is not None
    if is_right:
        row.state, row.finished_at = "verified", now
        await _await(session, account_id, conversation_id, until=None)
        return Outcome("verified", row=row)
    if row.tries >= TRIES:
        await drop(session, account_id, conversation_id, state="failed")
        return Outcome("exhausted")
    await session.flush()
    return Outcome("wrong", TRIES - row.tries)


async def drop(session: AsyncSession, account_id: int, conversation_id: int, *, state: str = "replaced") -> None:
    """Let a conversation wait for no code any more."""
    await session.flush()
    await session.execute(
        update(ContactVerification)
        .where(
            ContactVerification.account_id == account_id,
            ContactVerification.conversation_id == conversation_id,
            ContactVerification.state == "waiting",
        )
        .values(state=state, finished_at=func.now())
    )
    await _await(session, account_id, conversation_id, until=None)


async def _await(session: AsyncSession, account_id: int, conversation_id: int, *, until: datetime | None) -> None:
    values = {"account_id": account_id, "conversation_id": conversation_id, "until": until}
    await session.execute(_AWAIT, values)


async def _is_too_much(session: AsyncSession, by: Asker, medium: Medium, value: str, now: datetime) -> bool:
    row = ContactVerification
    is_address = (row.medium == medium) & (row.value == value)
    is_talk = row.conversation_id == by.conversation_id
    for most, span in OF_ADDRESS:
        if await _count(session, by.account_id, now - span, is_address) >= most:
            return True
    for most, span in OF_CONVERSATION:
        if await _count(session, by.account_id, now - span, is_talk) >= most:
            return True
    for most, span in OF_ACCOUNT:
        if await _count(session, by.account_id, now - span, row.customer_ref.is_not(None)) >= most:
            return True
    return await _count(session, by.account_id, now - RESEND_AFTER, is_address & is_talk) > 0


async def _count(session: AsyncSession, account_id: int, since: datetime, which: ColumnElement[bool]) -> int:
    found = select(func.count()).where(
        ContactVerification.account_id == account_id,
        ContactVerification.created_at > since,
        which,
    )
    return (await session.scalar(found)) or 0


async def _is_guessed_at(session: AsyncSession, row: ContactVerification, now: datetime) -> bool:
    """Whether so many wrong codes were tried lately that chance begins to count."""
    table = ContactVerification
    for (most, span), which in (
        (WRONG_OF_CONVERSATION, table.conversation_id == row.conversation_id),
        (WRONG_OF_ADDRESS, (table.medium == row.medium) & (table.value == row.value)),
    ):
        wrong = select(func.coalesce(func.sum(table.tries), 0)).where(
            table.account_id == row.account_id, table.created_at > now - span, table.state != "verified", which
        )
        if ((await session.scalar(wrong)) or 0) >= most:
            return True
    return False
