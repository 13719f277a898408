"""Owns sending a one-time code: through an inbox of the account that reaches the address, by the ordinary outbox.

The code goes into a conversation with that address, not into the one where it is asked for; what is stored of it shows
dots, and only the delivery fills them in.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels import registry
from kaitak.channels.models import Inbox
from kaitak.contacts import addresses
from kaitak.contacts.identity.records import Medium
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.conversations import posting, visitors
from kaitak.conversations.delivery import LANGUAGE, ONE_TIME_CODE
from kaitak.conversations.models import Conversation, Message
from kaitak.conversations.posting import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Whose address it is, as the business has it on file."""

    customer_ref: str
    name: str
    medium: Medium
    address: str


async def reachable(session: AsyncSession, account_id: int) -> dict[Medium, Inbox]:
    """The inboxes by which anybody may be written to first: one for telephones, one for mail; paused ones are none."""
    rows = await session.scalars(
        select(Inbox).where(Inbox.account_id == account_id, Inbox.paused_at.is_(None)).order_by(Inbox.id)
    )
    found: dict[Medium, Inbox] = {}
    for inbox in rows:
        connector = registry.CONNECTORS.get(inbox.channel)
        medium = connector.capabilities.reaches if connector is not None else None
        if medium is not None:
            found.setdefault(medium, inbox)
    return found


async def post_code(session: AsyncSession, inbox: Inbox, holder: Holder, said: str, *, language: str = "") -> Message:
    """Send a text with dots in the place of the code to an address; its conversation wakes nobody."""
    address = await _address(session, inbox, holder)
    conversation = await _conversation(session, address)
    await posting.lock(session, conversation)
    attributes = {ONE_TIME_CODE: True, **({LANGUAGE: language} if language else {})}
    entry = Entry(sender_type="bot", sender_id=None, content=said, content_attributes=attributes)
    return await posting.add(session, conversation, entry)


async def _address(session: AsyncSession, inbox: Inbox, holder: Holder) -> ContactInbox:
    """The address's row, locked, so that two codes at once go into one conversation."""
    found = await addresses.find_locked(session, inbox.account_id, inbox.id, holder.address)
    if found is not None:
        return found
    owner_id = await _owner(session, inbox.account_id, holder)
    return await addresses.take(session, inbox.account_id, inbox.id, holder.address, contact_id=owner_id)


async def _owner(session: AsyncSession, account_id: int, holder: Holder) -> int:
    """The contact of the customer on file, made if there is none."""
    values = {
        "account_id": account_id,
        "identifier": holder.customer_ref,
        "name": holder.name,
        "phone_number": holder.address if holder.medium == "phone" else None,
        "email": holder.address if holder.medium == "email" else None,
    }
    await session.execute(insert(Contact).values(values).on_conflict_do_nothing())
    statement = select(Contact.id).where(Contact.account_id == account_id, Contact.identifier == holder.customer_ref)
    return (await session.scalars(statement)).one()


async def _conversation(session: AsyncSession, address: ContactInbox) -> Conversation:
    """The last conversation with the address, or a new one that is over already: nobody waits for anything in it."""
    found = await visitors.find_conversation(session, address)
    if found is not None:
        return found
    conversation = Conversation(
        account_id=address.account_id,
        display_id=await posting.next_display_id(session, address.account_id),
        inbox_id=address.inbox_id,
        contact_id=address.contact_id,
        contact_inbox_id=address.id,
        status="resolved",
        owner="bot",
        resolved_at=await posting.now(session),
    )
    session.add(conversation)
    await session.flush()
    return conversation
