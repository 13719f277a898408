"""Owns changing contacts and joining a verified identity to the person it names."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue
from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.audit import Actor
from kaitak.contacts import attributes, companies, families, suggesting
from kaitak.contacts.errors import EvidenceInvalidError
from kaitak.contacts.identity import normal_forms
from kaitak.contacts.models import Contact, ContactEvidence, ContactInbox
from kaitak.contacts.schemas import ContactBody
from kaitak.core import ids
from kaitak.core.ids import AccountId
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_LOCK_IDENTIFIER = text("select pg_advisory_xact_lock(hashtextextended(:identifier, :account_id))")
_MOVE_CONVERSATIONS = text("""
update conversation set contact_id = :contact_id
where account_id = :account_id and contact_id = :old_id and contact_inbox_id = :contact_inbox_id
returning id
""")


async def change_contact(session: AsyncSession, contact: Contact, body: ContactBody) -> None:
    """Change what a member may change; fields that are absent stay."""
    for name in body.model_fields_set:
        value = getattr(body, name)
        if name in ("name", "blocked", "custom_attributes") and value is None:
            continue
        if name == "custom_attributes":
            present = contact.custom_attributes
            value = await attributes.accept(session, contact.account_id, "contact_attribute", present, value)
        elif name == "company_id" and value is not None:
            await companies.get_company(session, contact.account_id, value)
        setattr(contact, name, value.lower() if name == "email" and value else value)
    await session.flush()
    await realtime.publish(session, Kind.CONTACT_UPDATED, payload={"id": contact.id})


async def join_identity(
    session: AsyncSession,
    contact_inbox: ContactInbox,
    identifier: str,
    *,
    profile: Mapping[str, str | None],
    attributes: Mapping[str, JsonValue],
) -> tuple[Contact, ContactInbox]:
    """The verified owner of a browser: their contact takes the browser's address over, with its conversations.

    If the address is already somebody else's, it stays theirs; the browser goes on with a new address of its own.
    """
    account_id = contact_inbox.account_id
    await session.execute(_LOCK_IDENTIFIER, {"identifier": identifier, "account_id": account_id})
    present = await session.get_one(Contact, (account_id, contact_inbox.contact_id), with_for_update=True)
    known = await session.scalar(
        select(Contact).where(Contact.account_id == account_id, Contact.identifier == identifier).with_for_update()
    )
    if known is None:
        known = present if present.identifier is None else Contact(account_id=account_id)
        known.identifier = identifier
        session.add(known)
        await session.flush()
    known = await _present(session, known)
    if known.id != present.id and present.identifier not in (None, identifier):
        contact_inbox = await _new_address(session, contact_inbox, known.id)
    elif known.id != present.id:
        await _move(session, account_id, contact_inbox, known.id)
    for name, value in profile.items():
        if value:
            setattr(known, name, value.lower() if name == "email" else value)
    known.custom_attributes = {**known.custom_attributes, **attributes} if attributes else known.custom_attributes
    known.last_activity_at = (await session.execute(select(func.now()))).scalar_one()
    contact_inbox.hmac_verified = True
    await session.flush()
    await realtime.publish(session, Kind.CONTACT_UPDATED, payload={"id": known.id})
    if await suggesting.join_on_proof(session, Actor(AccountId(account_id), None, None), known.id):
        await session.refresh(contact_inbox)
        known = await session.get_one(Contact, (account_id, contact_inbox.contact_id), populate_existing=True)
    return known, contact_inbox


async def note_evidence(session: AsyncSession, contact: Contact, kind: str, value: str, *, verified_by: str) -> None:
    """Keep that something of a contact was checked; its normal form is what counts."""
    read = {"phone": normal_forms.phone, "email": normal_forms.email}.get(kind, str.strip)
    normal = read(value)
    if not normal:
        raise EvidenceInvalidError
    values = {"source": "check", "verified_by": verified_by, "verified_at": func.now()}
    await session.execute(
        insert(ContactEvidence)
        .values(account_id=contact.account_id, contact_id=contact.id, kind=kind, value=normal, **values)
        .on_conflict_do_update(index_elements=["account_id", "contact_id", "kind", "value"], set_=values)
    )
    await realtime.publish(session, Kind.CONTACT_UPDATED, payload={"id": contact.id})


async def _present(session: AsyncSession, contact: Contact) -> Contact:
    """The contact that this one is part of now."""
    roots = await families.roots_of(session, contact.account_id, [contact.id])
    return await session.get_one(Contact, (contact.account_id, roots.get(contact.id, contact.id)), with_for_update=True)


async def _new_address(session: AsyncSession, held: ContactInbox, contact_id: int) -> ContactInbox:
    """The browser's token moves on to a new address; the conversations at the old one stay with whose they are."""
    token_hash, held.token_hash = held.token_hash, None
    await session.flush()
    fresh = ContactInbox(
        account_id=held.account_id,
        contact_id=contact_id,
        inbox_id=held.inbox_id,
        source_id=ids.new_token(128),
        token_hash=token_hash,
    )
    session.add(fresh)
    await session.flush()
    return fresh


async def _move(session: AsyncSession, account_id: int, contact_inbox: ContactInbox, contact_id: int) -> None:
    values = {
        "account_id": account_id,
        "contact_id": contact_id,
        "old_id": contact_inbox.contact_id,
        "contact_inbox_id": contact_inbox.id,
    }
    contact_inbox.contact_id = contact_id
    await session.flush()
    for conversation_id in list(await session.scalars(_MOVE_CONVERSATIONS, values)):
        await realtime.publish(session, Kind.CONVERSATION_UPDATED, conversation_id=conversation_id)
