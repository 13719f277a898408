"""Owns reading who belongs together: a contact, all that were put into it, their evidence, and who resembles them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts.identity import names
from kaitak.contacts.identity.records import Address, Record
from kaitak.contacts.models import Contact, ContactEvidence

MOST_ALIKE = 20
_ROOTS = text("""
with recursive up as (
    select p.id as leaf, p.id, p.merged_into_id from contact p where p.account_id = :account_id and p.id = any(:ids)
    union
    select up.leaf, p.id, p.merged_into_id from up
    join contact p on p.account_id = :account_id and p.id = up.merged_into_id
)
select leaf, id from up where merged_into_id is null
""")
_MEMBERS = text("""
with recursive down as (
    select p.id as root, p.id from contact p where p.account_id = :account_id and p.id = any(:ids)
    union
    select down.root, p.id from down join contact p on p.account_id = :account_id and p.merged_into_id = down.id
)
select root, id from down order by root, id
""")


@dataclass(frozen=True, slots=True)
class Family:
    """A present contact (the root) and the records of all that make it up."""

    root: int
    records: Sequence[Record]


async def roots_of(session: AsyncSession, account_id: int, ids: Iterable[int]) -> dict[int, int]:
    """For each contact the one that it is part of now; itself when it was never merged."""
    rows = await session.execute(_ROOTS, {"account_id": account_id, "ids": list(ids)})
    return {row.leaf: row.id for row in rows}


async def members_of(session: AsyncSession, account_id: int, roots: Iterable[int]) -> dict[int, list[int]]:
    """For each present contact all that were put into it, itself among them."""
    found: dict[int, list[int]] = {}
    for row in await session.execute(_MEMBERS, {"account_id": account_id, "ids": list(roots)}):
        found.setdefault(row.root, []).append(row.id)
    return found


async def alike(session: AsyncSession, account_id: int, members: Collection[int]) -> list[int]:
    """Present contacts that share a telephone, an address or a number with these, those of the same one excepted."""
    shared = select(ContactEvidence.kind, ContactEvidence.value).where(
        ContactEvidence.account_id == account_id, ContactEvidence.contact_id.in_(members)
    )
    found = await session.scalars(
        select(ContactEvidence.contact_id)
        .where(
            ContactEvidence.account_id == account_id,
            tuple_(ContactEvidence.kind, ContactEvidence.value).in_(shared),
            ContactEvidence.contact_id.not_in(members),
        )
        .order_by(ContactEvidence.contact_id)
        .limit(MOST_ALIKE * 3)
    )
    roots = await roots_of(session, account_id, set(found))
    return sorted(set(roots.values()) - set(members))[:MOST_ALIKE]


async def load(session: AsyncSession, account_id: int, roots: Collection[int]) -> dict[int, Family]:
    """These contacts as records for the policy."""
    members = await members_of(session, account_id, roots)
    everyone = [each for several in members.values() for each in several]
    contacts = {
        contact.id: contact
        for contact in await session.scalars(
            select(Contact).where(Contact.account_id == account_id, Contact.id.in_(everyone))
        )
    }
    evidence: dict[int, list[ContactEvidence]] = {each: [] for each in everyone}
    for row in await session.scalars(
        select(ContactEvidence).where(
            ContactEvidence.account_id == account_id, ContactEvidence.contact_id.in_(everyone)
        )
    ):
        evidence[row.contact_id].append(row)
    return {
        root: Family(root, [record_of(contacts[each], evidence[each]) for each in several])
        for root, several in members.items()
    }


def record_of(contact: Contact, evidence: Iterable[ContactEvidence]) -> Record:
    """A contact as the policy knows it; one whom a signed identity named counts as on file."""
    rows = list(evidence)
    crm = frozenset(row.value for row in rows if row.kind == "crm_id" and row.verified_by)
    verified, claimed = _addresses(rows, is_verified=True), _addresses(rows, is_verified=False)
    return Record(
        id=str(contact.id),
        on_file=bool(crm),
        names=names.read(contact.name) if crm else names.read(display=contact.name),
        verified=verified,
        claimed=claimed,
        references=frozenset(row.value for row in rows if row.kind == "order" and row.verified_by),
        passed_knowledge_check=any(row.kind == "order" and row.verified_by == "knowledge" for row in rows),
        keys=frozenset(
            [("crm_id", value) for value in crm]
            + [("unionid", row.value) for row in rows if row.kind == "unionid" and row.verified_by]
            + [("app_user", row.value) for row in rows if row.kind == "app_user" and row.verified_by]
        ),
    )


def _addresses(rows: Iterable[ContactEvidence], *, is_verified: bool) -> frozenset[Address]:
    media: Mapping[str, str] = {"phone": "phone", "email": "email"}
    return frozenset(
        Address("phone" if row.kind == "phone" else "email", row.value)
        for row in rows
        if row.kind in media and bool(row.verified_by) is is_verified
    )
