"""Owns writing the lines of a file of contacts and taking them back: what a line changed is noted, nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from pydantic import JsonValue
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts import import_judging
from kaitak.contacts.import_judging import PLAIN, Judged, Line
from kaitak.contacts.import_rows import Facts, Problem
from kaitak.contacts.models import Contact, ContactEvidence
from kaitak.contacts.record_models import Company, ContactImport, ContactImportRow
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

CUSTOM: Final = "custom:"
# Who wrote or was written to, was joined, checked or asked for consent is no longer only a line of a file.
_TOUCHED = text("""
select p.id from contact p where p.account_id = :account_id and p.id = any(:ids) and (
  p.merged_into_id is not null or p.blocked
  or exists (select from contact_inbox x where x.account_id = p.account_id and x.contact_id = p.id)
  or exists (select from conversation x where x.account_id = p.account_id and x.contact_id = p.id)
  or exists (select from contact o where o.account_id = p.account_id and o.merged_into_id = p.id)
  or exists (select from contact_merge x where x.account_id = p.account_id and p.id in (x.kept_id, x.merged_id))
  or exists (select from contact_pair x where x.account_id = p.account_id and p.id in (x.low_id, x.high_id))
  or exists (select from contact_consent x where x.account_id = p.account_id and x.contact_id = p.id)
  or exists (select from person_request x where x.account_id = p.account_id and x.contact_id = p.id)
  or exists (select from contact_evidence x where x.account_id = p.account_id and x.contact_id = p.id
             and x.source <> 'profile'))
""")
_DELETE = text("delete from contact p where p.account_id = :account_id and p.id = any(:ids)")
_DELETE_COMPANIES = text("""
delete from company k where k.account_id = :account_id and k.id = any(:ids) and k.domain is null
  and k.custom_attributes = '{}' and k.updated_at = k.created_at
  and not exists (select from contact p where p.account_id = k.account_id and p.company_id = k.id)
""")


async def write(
    session: AsyncSession, row: ContactImport, lines: Sequence[Line], kept: Mapping[int, ContactImportRow]
) -> None:
    """Judge lines once more, as things are now, and write them; one that the database refuses stands alone."""
    judged = await import_judging.judge(session, row, lines)
    pairs = list(zip(lines, judged, strict=True))
    companies = await _companies(session, row, pairs)
    try:
        async with session.begin_nested():
            await _write(session, pairs, kept, companies)
    except IntegrityError:
        for line, one in pairs:
            try:
                async with session.begin_nested():
                    await _write(session, [(line, one)], kept, companies)
            except IntegrityError:
                await session.refresh(kept[line.number])
                kept[line.number].outcome = "refused"
                kept[line.number].problems = [Problem("taken", "identifier").as_json()]
    await session.flush()


async def _write(
    session: AsyncSession,
    pairs: Sequence[tuple[Line, Judged]],
    kept: Mapping[int, ContactImportRow],
    companies: Mapping[str, int],
) -> None:
    made: list[tuple[ContactImportRow, Contact]] = []
    numbered: list[Contact] = []
    for line, one in pairs:
        target = kept[line.number]
        target.problems = [each.as_json() for each in one.problems]
        if one.verdict == "create":
            contact = _new(target.account_id, line.facts, companies)
            made.append((target, contact))
            session.add(contact)
            target.changes = {name: [None, value] for name, value in _written(contact).items()}
            target.outcome = "created"
        elif one.verdict == "update" and one.contact_id is not None:
            contact = await session.get_one(Contact, (target.account_id, one.contact_id))
            numbered += [contact] if "identifier" in one.changes else []
            target.changes = _change(contact, one, companies)
            target.contact_id, target.outcome = contact.id, "updated"
            await realtime.publish(session, Kind.CONTACT_UPDATED, payload={"id": contact.id})
        else:
            target.outcome = "same" if one.verdict == "same" else "refused"
            target.contact_id = one.contact_id
    await session.flush()
    for target, contact in made:
        target.contact_id = contact.id
    await _vouch(session, [*numbered, *(contact for _, contact in made if contact.identifier)])


async def _vouch(session: AsyncSession, contacts: Sequence[Contact]) -> None:
    """A customer number out of the business's own file: no signed identity said so."""
    if contacts:
        await session.execute(
            update(ContactEvidence)
            .where(
                ContactEvidence.account_id == contacts[0].account_id,
                ContactEvidence.contact_id.in_([each.id for each in contacts]),
                ContactEvidence.kind == "crm_id",
            )
            .values(verified_by="document")
        )


def _new(account_id: int, facts: Facts, companies: Mapping[str, int]) -> Contact:
    own: dict[str, object] = dict(facts.own)
    company = companies.get(facts.company.casefold()) if facts.company else None
    return Contact(
        account_id=account_id,
        name=facts.plain.get("name", ""),
        phone_number=facts.plain.get("phone_number"),
        email=facts.plain.get("email"),
        identifier=facts.plain.get("identifier"),
        locale=facts.plain.get("locale"),
        company_id=company,
        custom_attributes=own,
    )


def _written(contact: Contact) -> dict[str, object]:
    """What stands in a contact, by the names that changes go by."""
    found: dict[str, object] = {name: getattr(contact, name) for name in PLAIN if getattr(contact, name)}
    if contact.company_id is not None:
        found["company_id"] = contact.company_id
    return {**found, **{CUSTOM + key: value for key, value in contact.custom_attributes.items()}}


def _change(contact: Contact, one: Judged, companies: Mapping[str, int]) -> dict[str, object]:
    """Put a line's changes into a contact; what was there before and what is there now."""
    own = dict(contact.custom_attributes)
    done: dict[str, object] = {}
    for name, (before, after) in one.changes.items():
        if name.startswith(CUSTOM):
            own[name.removeprefix(CUSTOM)] = after
            done[name] = [before, after]
        elif name == "company":
            company_id = companies[str(after).casefold()]
            done["company_id"] = [contact.company_id, company_id]
            contact.company_id = company_id
        else:
            done[name] = [before, after]
            setattr(contact, name, after)
    contact.custom_attributes = own
    return done


async def _companies(session: AsyncSession, row: ContactImport, lines: Sequence[tuple[Line, Judged]]) -> dict[str, int]:
    """The companies that lines to be written name, made where they are not there yet."""
    wanted = {
        line.facts.company.casefold(): line.facts.company
        for line, one in lines
        if line.facts.company and (one.verdict == "create" or "company" in one.changes)
    }
    if not wanted:
        return {}
    names = {each.lower() for each in wanted.values()}
    rows = await session.execute(
        select(Company.id, Company.name)
        .where(Company.account_id == row.account_id, func.lower(Company.name).in_(names))
        .order_by(Company.id.desc())
    )
    found = {name.casefold(): company_id for company_id, name in rows}
    fresh = [Company(account_id=row.account_id, name=name) for key, name in wanted.items() if key not in found]
    session.add_all(fresh)
    await session.flush()
    row.companies = [*row.companies, *(company.id for company in fresh)]
    return {**found, **{company.name.casefold(): company.id for company in fresh}}


async def take_back(session: AsyncSession, row: ContactImport, kept: Sequence[ContactImportRow]) -> None:
    """Undo lines: contacts that nobody touched since go, values that still are what the line wrote go back."""
    ids = [each.contact_id for each in kept if each.contact_id is not None]
    contacts = {
        contact.id: contact
        for contact in await session.scalars(
            select(Contact)
            .where(Contact.account_id == row.account_id, Contact.id.in_(ids))
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    touched = set(await session.scalars(_TOUCHED, {"account_id": row.account_id, "ids": ids}))
    leaving: list[ContactImportRow] = []
    for each in kept:
        contact = contacts.get(each.contact_id or 0)
        if contact is None:
            each.outcome = "undone"
        elif each.outcome == "updated":
            each.outcome = _restore(contact, each)
            await realtime.publish(session, Kind.CONTACT_UPDATED, payload={"id": contact.id})
        elif contact.id in touched or _written(contact) != {n: _second(c) for n, c in each.changes.items()}:
            each.outcome = "kept"
        else:
            session.expunge(contact)
            leaving.append(each)
    await session.flush()
    await _remove(session, row.account_id, leaving)
    await session.flush()


async def _remove(session: AsyncSession, account_id: int, leaving: Sequence[ContactImportRow]) -> None:
    """Delete contacts, all at once; where something that is not known here points at one, each alone."""
    try:
        async with session.begin_nested():
            await session.execute(_DELETE, {"account_id": account_id, "ids": [each.contact_id for each in leaving]})
    except IntegrityError:
        if len(leaving) == 1:
            leaving[0].outcome = "kept"
            return
        for each in leaving:
            await _remove(session, account_id, [each])
        return
    for each in leaving:
        each.outcome = "undone"


def _restore(contact: Contact, kept: ContactImportRow) -> str:
    own = dict(contact.custom_attributes)
    is_whole = True
    for name, change in kept.changes.items():
        before, after = _first(change), _second(change)
        key = name.removeprefix(CUSTOM)
        present: object = own.get(key) if name.startswith(CUSTOM) else getattr(contact, name)
        if present != after:
            is_whole = False
        elif not name.startswith(CUSTOM):
            setattr(contact, name, before)
        elif before is None:
            own.pop(key, None)
        else:
            own[key] = before
    contact.custom_attributes = own
    return "undone" if is_whole else "kept"


def _first(change: object) -> JsonValue:
    return change[0] if isinstance(change, list) else None


def _second(change: object) -> JsonValue:
    return change[1] if isinstance(change, list) else None


async def forget_companies(session: AsyncSession, row: ContactImport, at: datetime) -> None:
    """Drop companies that the import made, where nobody belongs to one and nobody changed it."""
    await session.execute(_DELETE_COMPANIES, {"account_id": row.account_id, "ids": row.companies})
    row.undone_at = at
