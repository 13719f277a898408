"""Companies over HTTP: found, changed, and the contacts that belong to one or seem to."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import AfterValidator, Field, JsonValue, StringConstraints
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit
from kaitak.accounts.audit import ActorDep
from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import LARGEST_ID, SessionDep, require
from kaitak.api.paging import PageMeta
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.contacts import companies, queries
from kaitak.contacts import views as contact_views
from kaitak.contacts.errors import ContactNotFoundError
from kaitak.contacts.record_errors import (
    AttributeInvalidError,
    CompanyDomainFreeError,
    CompanyDomainTakenError,
    CompanyNotFoundError,
    TooManyRecordsError,
)
from kaitak.contacts.record_models import Company
from kaitak.contacts.schemas import ContactView
from kaitak.conversations.dependencies import IdPath, ViewerDep
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["companies"])
READ = [Depends(require(Permission.READ_CONTACTS))]
WRITE = [Depends(require(Permission.WRITE_CONTACTS))]
MANAGE = [Depends(require(Permission.MANAGE_CONTACTS))]
MOST_CANDIDATES = 50


def _domain(text: str) -> str:
    found = companies.read_domain(text)
    if found is None:
        raise ValueError("this is no domain; `example.com.hk` is one")
    return found


Name = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Domain = Annotated[str, StringConstraints(max_length=300), AfterValidator(_domain)]
Attributes = Annotated[dict[str, JsonValue], Field(max_length=50)]


class CompanyView(Wire):
    """A company, and how many of its contacts the caller may see."""

    id: int
    name: str
    domain: str | None
    custom_attributes: dict[str, JsonValue]
    contacts_count: int
    created_at: datetime
    updated_at: datetime


class CompanyList(Wire):
    """A page of companies, by name."""

    meta: PageMeta
    payload: list[CompanyView]


class CompanyBody(Body):
    """A new company."""

    name: Name
    domain: Domain | None = None
    custom_attributes: Attributes = {}


class CompanyChange(Body):
    """Changes to a company; a domain of null takes it away."""

    name: Name | None = None
    domain: Domain | None = None
    custom_attributes: Attributes | None = None


class MembersBody(Body):
    """Contacts to take in."""

    contact_ids: Annotated[list[Annotated[int, Field(ge=1, le=LARGEST_ID)]], Field(min_length=1, max_length=500)]


class CandidateList(Wire):
    """Contacts that seem to belong to a company by the domain of their mail address; 50 at most."""

    payload: list[ContactView]


class CompanySuggestion(Wire):
    """Where a contact may belong: a company that is there, or the domain that a new one would have."""

    company: CompanyView | None
    domain: str | None


@router.get("/companies", dependencies=READ)
async def list_companies(
    *,
    session: SessionDep,
    viewer: ViewerDep,
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 25,
) -> CompanyList:
    """Companies by a part of their name or domain."""
    after = paging.decode(cursor, (str, int)) if cursor else None
    rows = await companies.list_companies(
        session,
        viewer.account_id,
        q=q.strip(),
        after=(str(after[0]), int(str(after[1]))) if after else None,
        limit=limit + 1,
    )
    following = paging.next_cursor([[row.name, row.id] for row in rows], limit)
    return CompanyList(meta=PageMeta(next_cursor=following), payload=await _views(session, viewer, rows[:limit]))


@router.post(
    "/companies",
    status_code=201,
    dependencies=WRITE,
    responses=problems(AttributeInvalidError, CompanyDomainFreeError, CompanyDomainTakenError, TooManyRecordsError),
)
async def create_company(session: SessionDep, viewer: ViewerDep, actor: ActorDep, body: CompanyBody) -> CompanyView:
    """Add a company."""
    row = await companies.create_company(
        session, viewer.account_id, name=body.name, domain=body.domain, fields=body.custom_attributes
    )
    await audit.record(session, actor, "company.created", target_type="company", target_id=row.id)
    return (await _views(session, viewer, [row]))[0]


@router.get("/companies/{company_id}", dependencies=READ, responses=problems(CompanyNotFoundError))
async def show_company(session: SessionDep, viewer: ViewerDep, company_id: IdPath) -> CompanyView:
    """One company."""
    row = await companies.get_company(session, viewer.account_id, company_id)
    return (await _views(session, viewer, [row]))[0]


@router.patch(
    "/companies/{company_id}",
    dependencies=WRITE,
    responses=problems(AttributeInvalidError, CompanyDomainFreeError, CompanyDomainTakenError, CompanyNotFoundError),
)
async def change_company(
    session: SessionDep, viewer: ViewerDep, actor: ActorDep, company_id: IdPath, body: CompanyChange
) -> CompanyView:
    """Change what is known of a company; what is absent stays."""
    row = await companies.get_company(session, viewer.account_id, company_id, lock=True)
    await companies.change_company(
        session,
        row,
        name=body.name,
        domain=body.domain,
        clears_domain="domain" in body.model_fields_set and body.domain is None,
        fields=body.custom_attributes,
    )
    await audit.record(session, actor, "company.changed", target_type="company", target_id=row.id)
    return (await _views(session, viewer, [row]))[0]


@router.delete(
    "/companies/{company_id}", status_code=204, dependencies=MANAGE, responses=problems(CompanyNotFoundError)
)
async def delete_company(session: SessionDep, actor: ActorDep, company_id: IdPath) -> None:
    """Forget a company; its contacts stay and belong to none."""
    await session.delete(await companies.get_company(session, actor.account_id, company_id))
    await audit.record(session, actor, "company.deleted", target_type="company", target_id=company_id)


@router.get("/companies/{company_id}/suggestions", dependencies=READ, responses=problems(CompanyNotFoundError))
async def list_candidates(session: SessionDep, viewer: ViewerDep, company_id: IdPath) -> CandidateList:
    """Contacts of no company who write from this company's domain."""
    row = await companies.get_company(session, viewer.account_id, company_id)
    found = await companies.list_candidates(
        session, viewer.account_id, row, inbox_ids=viewer.inbox_ids, limit=MOST_CANDIDATES
    )
    shown = await contact_views.contacts_of(session, viewer.account_id, found)
    return CandidateList(payload=[shown[number] for number in found])


@router.post(
    "/companies/{company_id}/contacts",
    dependencies=WRITE,
    responses=problems(CompanyNotFoundError, ContactNotFoundError),
)
async def add_members(session: SessionDep, viewer: ViewerDep, company_id: IdPath, body: MembersBody) -> CompanyView:
    """Make contacts belong to a company; who belonged to another moves."""
    row = await companies.get_company(session, viewer.account_id, company_id)
    await _move(session, viewer, body.contact_ids, row.id)
    return (await _views(session, viewer, [row]))[0]


@router.delete(
    "/companies/{company_id}/contacts/{contact_id}",
    status_code=204,
    dependencies=WRITE,
    responses=problems(CompanyNotFoundError, ContactNotFoundError),
)
async def remove_member(session: SessionDep, viewer: ViewerDep, company_id: IdPath, contact_id: IdPath) -> None:
    """Take a contact out of a company."""
    await companies.get_company(session, viewer.account_id, company_id)
    contact = await queries.get_contact(session, viewer.account_id, contact_id, inbox_ids=viewer.inbox_ids)
    if contact.company_id == company_id:
        await _move(session, viewer, [contact_id], None)


@router.get("/contacts/{contact_id}/company_suggestion", dependencies=READ, responses=problems(ContactNotFoundError))
async def suggest_company(session: SessionDep, viewer: ViewerDep, contact_id: IdPath) -> CompanySuggestion:
    """Where a contact may belong by their mail address; nothing for those who have a company or a free address."""
    contact = await queries.get_contact(session, viewer.account_id, contact_id, inbox_ids=viewer.inbox_ids)
    domains = companies.domains_of(contact.email or "") if contact.company_id is None else []
    found = await companies.find_by_domains(session, viewer.account_id, domains) if domains else None
    view = (await _views(session, viewer, [found]))[0] if found else None
    return CompanySuggestion(company=view, domain=domains[-1] if domains and found is None else None)


async def _move(session: AsyncSession, viewer: ViewerDep, ids: Collection[int], company_id: int | None) -> None:
    seen = await queries.visible_of(session, viewer.account_id, ids, inbox_ids=viewer.inbox_ids)
    if seen != set(ids):
        raise ContactNotFoundError
    await companies.move_contacts(session, viewer.account_id, seen, company_id)
    for each in sorted(seen):
        await realtime.publish(session, Kind.CONTACT_UPDATED, payload={"id": each})


async def _views(session: AsyncSession, viewer: ViewerDep, rows: list[Company]) -> list[CompanyView]:
    counts = await companies.counts_of(session, viewer.account_id, [row.id for row in rows], inbox_ids=viewer.inbox_ids)
    names = set(CompanyView.model_fields) - {"contacts_count"}
    return [
        CompanyView.model_validate({**{n: getattr(row, n) for n in names}, "contacts_count": counts.get(row.id, 0)})
        for row in rows
    ]
