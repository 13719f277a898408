"""Owns what follows from proof that somebody holds an address: evidence, the policy's word, and then one contact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit
from kaitak.accounts.audit import Actor
from kaitak.contacts import actions, families, merging, suggesting
from kaitak.contacts.identity import names, normal_forms, policy
from kaitak.contacts.identity.records import Address, Medium, Record
from kaitak.contacts.models import Contact, ContactEvidence, ContactInbox, ContactPair
from kaitak.core.ids import AccountId

# The address then counts as claimed again; the join stays. A mail's sender can be forged by the next one who writes.
HOLDS: Final = timedelta(hours=24)
HOLDS_BY_MAIL: Final = timedelta(minutes=30)
How = Literal["otp", "channel"]
_FILE: Final = "file"
_CHANNEL_PROOF = text("""
select e.kind, e.value from contact_evidence e
where e.account_id = :account_id and e.contact_id = :contact_id and e.verified_by = 'channel'
  and e.kind in ('phone', 'email')
order by e.kind desc, e.id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OnFile:
    """A customer as the business system has them on file."""

    customer_ref: str
    name: str | None
    phone: str | None
    email: str | None

    def record(self) -> Record:
        """As the policy knows it."""
        phone = normal_forms.phone(self.phone) if self.phone else None
        email = normal_forms.email(self.email) if self.email else None
        found = [Address("phone", phone)] if phone else []
        found += [Address("email", email)] if email else []
        return Record(
            id=_FILE,
            on_file=True,
            names=names.read(self.name or ""),
            verified=frozenset(found),
            keys=frozenset({("crm_id", self.customer_ref)}),
        )


@dataclass(frozen=True, slots=True)
class Proven:
    """The contact that is there now, or why the policy does not make them one."""

    contact: Contact | None
    refused: str = ""


async def shown_by_channel(session: AsyncSession, account_id: int, contact_id: int) -> list[tuple[Medium, str]]:
    """The telephone numbers and mail addresses of a contact that its own channel has proven, telephones first."""
    rows = await session.execute(_CHANNEL_PROOF, {"account_id": account_id, "contact_id": contact_id})
    return [("phone" if row.kind == "phone" else "email", row.value) for row in rows]


async def prove(
    session: AsyncSession,
    account_id: int,
    contact_inbox_id: int,
    shown: tuple[Medium, str],
    on_file: OnFile,
    *,
    how: How,
    now: datetime,
) -> Proven:
    """Whoever writes from this address holds what is on file: one contact, if nothing contradicts, and verified.

    Evidence is kept in any case; what people set apart and what the policy refuses stays apart.
    """
    medium, value = shown
    address = await session.get_one(ContactInbox, (account_id, contact_inbox_id), with_for_update=True)
    present = await session.get_one(Contact, (account_id, address.contact_id), with_for_update=True)
    await _note(session, present, medium, value, how)
    if present.identifier not in (None, on_file.customer_ref):
        return Proven(None, "customer_numbers_differ")
    known = await _known(session, account_id, on_file.customer_ref)
    rule = await _rule(session, account_id, present, known, on_file)
    if rule is None:
        return Proven(None, "contradiction")
    contact = present
    if known is None:
        present.identifier = on_file.customer_ref
        present.name = present.name or (on_file.name or "")
        await session.flush()
    elif known.id != present.id:
        contact = await _joined(session, account_id, known, present, rule)
    if not address.hmac_verified or address.verified_until is not None:
        until = now + (HOLDS_BY_MAIL if "@" in address.source_id else HOLDS)
        address.hmac_verified, address.verified_by, address.verified_until = True, how, until
    await session.flush()
    merges = await suggesting.join_on_proof(session, Actor(AccountId(account_id), None, None), contact.id)
    if merges:
        contact = await session.get_one(Contact, (account_id, merges[-1].kept_id), populate_existing=True)
    return Proven(contact)


async def note_knowledge(
    session: AsyncSession, account_id: int, contact_id: int, order_no: str, owner: str | None
) -> None:
    """Somebody passed the check of an order: the policy may make them one with the contact on file whose it is."""
    present = await session.get_one(Contact, (account_id, contact_id), with_for_update=True)
    order_no = normal_forms.reference(order_no) or order_no
    await actions.note_evidence(session, present, "order", order_no, verified_by="knowledge")
    known = await _known(session, account_id, owner) if owner is not None else None
    if known is not None and known.id != present.id:
        await actions.note_evidence(session, known, "order", order_no, verified_by="business")
        await suggesting.join_on_proof(session, Actor(AccountId(account_id), None, None), present.id)


async def _note(session: AsyncSession, contact: Contact, medium: Medium, value: str, how: How) -> None:
    """Keep the evidence; what a stronger check has shown stays as it is."""
    held = await session.scalar(
        select(ContactEvidence.verified_by).where(
            ContactEvidence.account_id == contact.account_id,
            ContactEvidence.contact_id == contact.id,
            ContactEvidence.kind == medium,
            ContactEvidence.value == value,
        )
    )
    if held is None or how == "otp":
        await actions.note_evidence(session, contact, medium, value, verified_by=how)


async def _known(session: AsyncSession, account_id: int, customer_ref: str) -> Contact | None:
    """The present contact of this customer number."""
    found = await session.scalar(
        select(Contact.id).where(Contact.account_id == account_id, Contact.identifier == customer_ref)
    )
    if found is None:
        return None
    roots = await families.roots_of(session, account_id, [found])
    return await session.get_one(Contact, (account_id, roots.get(found, found)), with_for_update=True)


async def _rule(
    session: AsyncSession, account_id: int, present: Contact, known: Contact | None, on_file: OnFile
) -> str | None:
    """The rule by which the policy makes the one who writes and the one on file one person; None: it does not."""
    ids = [present.id] if known is None or known.id == present.id else [present.id, known.id]
    if len(ids) == 2 and await _are_set_apart(session, account_id, *ids):
        return None
    loaded = await families.load(session, account_id, ids)
    records = [record for family in loaded.values() for record in family.records]
    decision = policy.decide_persons([*records, on_file.record()])
    own = {record.id for record in loaded[present.id].records}
    if _FILE not in decision.cluster_of(str(present.id)):
        return None
    return next((join.rule for join in decision.joins if {join.left, join.right} & own), "same_key")


async def _are_set_apart(session: AsyncSession, account_id: int, one: int, other: int) -> bool:
    low, high = sorted((one, other))
    verdict = await session.scalar(
        select(ContactPair.verdict).where(
            ContactPair.account_id == account_id, ContactPair.low_id == low, ContactPair.high_id == high
        )
    )
    return verdict == "distinct"


async def _joined(session: AsyncSession, account_id: int, known: Contact, present: Contact, rule: str) -> Contact:
    row = await merging.merge(session, account_id, known.id, present.id, reason=rule, user_id=None)
    details: dict[str, audit.Detail] = {"other_id": row.merged_id, "reason": row.reason}
    by = Actor(AccountId(account_id), None, None)
    await audit.record(session, by, "contacts.merged", target_type="contact", target_id=row.kept_id, details=details)
    return await session.get_one(Contact, (account_id, row.kept_id), populate_existing=True)
