"""Owns whom a line of a file of contacts speaks of: nobody known, one person on proof, or somebody who resembles them.

What joins and what does not is the identity policy's word; a line counts as a file of the business. Its addresses are
claims all the same: where only those agree, the person who imports decides what becomes of such lines.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts import families
from kaitak.contacts.families import Family
from kaitak.contacts.identity import agreement, contradictions, policy
from kaitak.contacts.identity.agreement import Agreement
from kaitak.contacts.identity.records import Record
from kaitak.contacts.import_rows import Facts, Problem
from kaitak.contacts.models import Contact, ContactEvidence
from kaitak.contacts.record_models import Company, ContactImport, ContactImportRow

MOST_ALIKE: Final = 20
_LINE: Final = "line"
PLAIN: Final = ("name", "phone_number", "email", "identifier", "locale")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read."""

    number: int
    facts: Facts
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What is to become of a line: `create`, `update`, `same`, `skip` or `refuse`."""

    verdict: str
    contact_id: int | None = None
    problems: tuple[Problem, ...] = ()
    changes: Mapping[str, list[object]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Alike:
    """Who a line may speak of: the same person on proof, or by an address and a name, or by an address alone."""

    proven: tuple[int, ...] = ()
    resembling: tuple[int, ...] = ()
    sharing: tuple[int, ...] = ()


async def judge(session: AsyncSession, row: ContactImport, lines: Sequence[Line]) -> list[Judged]:
    """Each line's verdict, in the same order."""
    sound = [line for line in lines if not any(each.is_fatal for each in line.problems)]
    alike = await _alike(session, row, sound)
    first = {line.number: _decide(row, alike.get(line.number, _Alike())) for line in sound}
    wanted = [each.contact_id for each in first.values() if each.verdict == "update" and each.contact_id is not None]
    known = await _known(session, row.account_id, wanted)
    found: list[Judged] = []
    for line in lines:
        judged = first.get(line.number)
        if judged is None:
            found.append(Judged("refuse", problems=tuple(line.problems)))
            continue
        changes: dict[str, list[object]] = {}
        verdict = judged.verdict
        if verdict == "update" and judged.contact_id is not None:
            changes = differences(*known[judged.contact_id], line.facts)
            if judged.problems:
                changes.pop("identifier", None)  # a customer number proves who somebody is: never on a likeness alone
            verdict = "update" if changes else "same"
        problems = (*line.problems, *judged.problems)
        found.append(Judged(verdict, judged.contact_id, problems, changes))
    return found


def _decide(row: ContactImport, alike: _Alike) -> Judged:
    if alike.proven:
        return _decide_proven(row, alike.proven)
    if alike.resembling:
        is_one = len(alike.resembling) == 1
        contact_id = alike.resembling[0]
        named = (Problem("resembles" if is_one else "resembles_several", contact_id=contact_id, is_fatal=False),)
        if row.on_resembling == "update" and is_one:
            return Judged("update", contact_id, named)
        if row.on_resembling == "create":
            return Judged("create", problems=named)
        return Judged("skip", contact_id, named)
    sharing = [Problem("shares_address", contact_id=each, is_fatal=False) for each in alike.sharing[:1]]
    return Judged("create", problems=tuple(sharing))


def _decide_proven(row: ContactImport, proven: Sequence[int]) -> Judged:
    if len(proven) > 1:
        return Judged("refuse", problems=(Problem("matches_several", contact_id=proven[0]),))
    if row.on_match == "skip":
        return Judged("skip", proven[0], (Problem("matches", contact_id=proven[0], is_fatal=False),))
    return Judged("update", proven[0])


def differences(contact: Contact, company: str | None, facts: Facts) -> dict[str, list[object]]:
    """What a line would change of a contact: the thing, before and after."""
    found: dict[str, list[object]] = {}
    for name in PLAIN:
        before, after = getattr(contact, name), facts.plain.get(name)
        if after is not None and after != (before or None):
            found[name] = [before, after]
    if facts.company and facts.company.casefold() != (company or "").casefold():
        found["company"] = [company, facts.company]
    for key, value in facts.own.items():
        before = contact.custom_attributes.get(key)
        if before != value:
            found[f"custom:{key}"] = [before, value]
    return found


async def _known(session: AsyncSession, account_id: int, ids: Collection[int]) -> dict[int, tuple[Contact, str | None]]:
    rows = await session.execute(
        select(Contact, Company.name)
        .outerjoin(Company, (Company.account_id == Contact.account_id) & (Company.id == Contact.company_id))
        .where(Contact.account_id == account_id, Contact.id.in_(ids))
        .with_for_update(of=Contact, key_share=True)
        .execution_options(populate_existing=True)
    )
    return {contact.id: (contact, company) for contact, company in rows}


async def _alike(session: AsyncSession, row: ContactImport, lines: Sequence[Line]) -> dict[int, _Alike]:
    keys = {line.number: _keys(line.facts) for line in lines}
    holders = await _holders(session, row, {key for several in keys.values() for key in several})
    if not holders:
        return {}
    everyone = {contact for several in holders.values() for contact in several}
    roots = await families.roots_of(session, row.account_id, everyone)
    loaded = await families.load(session, row.account_id, sorted(set(roots.values())))
    found: dict[int, _Alike] = {}
    for line in lines:
        near = sorted({roots[each] for key in keys[line.number] for each in holders.get(key, ()) if each in roots})
        if near:
            own = line.facts.record(_LINE)
            found[line.number] = _compare(own, [loaded[root] for root in near[:MOST_ALIKE] if root in loaded])
    return found


def _keys(facts: Facts) -> set[tuple[str, str]]:
    record = facts.record(_LINE)
    return {(address.medium, address.value) for address in record.verified} | set(record.keys)


async def _holders(
    session: AsyncSession, row: ContactImport, keys: Collection[tuple[str, str]]
) -> dict[tuple[str, str], list[int]]:
    """Who has one of these telephones, addresses or numbers; those whom this import made are left out."""
    if not keys:
        return {}
    own = select(ContactImportRow.contact_id).where(
        ContactImportRow.account_id == row.account_id,
        ContactImportRow.import_id == row.id,
        ContactImportRow.outcome == "created",
    )
    rows = await session.execute(
        select(ContactEvidence.kind, ContactEvidence.value, ContactEvidence.contact_id)
        .where(
            ContactEvidence.account_id == row.account_id,
            tuple_(ContactEvidence.kind, ContactEvidence.value).in_(list(keys)),
            ContactEvidence.contact_id.not_in(own),
        )
        .limit(MOST_ALIKE * len(keys))
    )
    found: dict[tuple[str, str], list[int]] = {}
    for kind, value, contact_id in rows:
        found.setdefault((kind, value), []).append(contact_id)
    return found


def _compare(own: Record, others: Sequence[Family]) -> _Alike:
    decision = policy.decide_persons([own, *(record for family in others for record in family.records)])
    same = set(decision.cluster_of(_LINE))
    proven, resembling, sharing = [], [], []
    for family in others:
        if same & {record.id for record in family.records}:
            proven.append(family.root)
        elif all(_may_be_same(own, record) for record in family.records):
            resembling.append(family.root)
        else:
            sharing.append(family.root)
    return _Alike(tuple(proven), tuple(resembling), tuple(sharing))


def _may_be_same(own: Record, other: Record) -> bool:
    if contradictions.between(own, other) is not None or (own.crm_ids and other.crm_ids):
        return False
    if own.names.is_empty or other.names.is_empty:
        return True
    return agreement.compare(own.names, other.names) >= Agreement.PART
