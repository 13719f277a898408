"""Owns companies: finding and changing them, who belongs to one, and who seems to by the domain of a mail address."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from pydantic import JsonValue
from sqlalchemy import exists, func, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts import attributes, queries
from kaitak.contacts.models import Contact
from kaitak.contacts.record_errors import (
    CompanyDomainFreeError,
    CompanyDomainTakenError,
    CompanyNotFoundError,
    TooManyRecordsError,
)
from kaitak.contacts.record_models import Company, ContactField

MOST: Final = 200_000
DOMAIN: Final = "@domain"  # the key of a mail address's domain among a contact's fields
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
_SECOND_LEVEL: Final = frozenset(["com", "co", "org", "net", "edu", "gov", "idv", "ac", "or", "ne"])


def read_domain(text: str) -> str | None:
    """A domain as it is kept, out of an address of a page or of a mail; None when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    plain = re.sub(r"^[a-z]+://", "", plain).split("/", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0].strip(".")
    try:
        plain = plain.removeprefix("www.").encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return plain if len(plain) <= 253 and _DOMAIN.fullmatch(plain) else None


def is_free_mail(domain: str) -> bool:
    """Whether anybody may have a mail address there."""
    return domain in _free_mail()


@cache
def _free_mail() -> frozenset[str]:
    text = (Path(__file__).parent / "free_mail.txt").read_text(encoding="ascii")
    return frozenset(text.split())


def domains_of(email: str) -> list[str]:
    """Domains by which a mail address may name a company, the nearest first; none for a free mail address."""
    domain = read_domain(email) if "@" in email else None
    if domain is None or is_free_mail(domain):
        return []
    parts = domain.split(".")
    fewest = 3 if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in _SECOND_LEVEL else 2
    return [".".join(parts[start:]) for start in range(len(parts) - fewest + 1)]


async def get_company(session: AsyncSession, account_id: int, company_id: int, *, lock: bool = False) -> Company:
    """One company."""
    statement = select(Company).where(Company.account_id == account_id, Company.id == company_id)
    found = await session.scalar(statement.with_for_update() if lock else statement)
    if found is None:
        raise CompanyNotFoundError
    return found


async def list_companies(
    session: AsyncSession, account_id: int, *, q: str, after: tuple[str, int] | None, limit: int
) -> list[Company]:
    """Companies whose name or domain holds these words, by name."""
    statement = select(Company).where(Company.account_id == account_id)
    if q:
        statement = statement.where(
            or_(Company.name.icontains(q, autoescape=True), Company.domain.icontains(q, autoescape=True))
        )
    if after is not None:
        statement = statement.where(tuple_(Company.name, Company.id) > after)
    return list(await session.scalars(statement.order_by(Company.name, Company.id).limit(limit)))


async def counts_of(
    session: AsyncSession, account_id: int, ids: Collection[int], *, inbox_ids: Collection[int] | None
) -> Mapping[int, int]:
    """How many contacts (of these inboxes; None: of all) belong to each of these companies."""
    statement = (
        queries.visible(account_id, inbox_ids)
        .with_only_columns(Contact.company_id, func.count().label("n"))
        .where(Contact.company_id.in_(ids), Contact.merged_into_id.is_(None))
        .group_by(Contact.company_id)
    )
    return {row.company_id: row.n for row in await session.execute(statement)}


async def create_company(
    session: AsyncSession, account_id: int, *, name: str, domain: str | None, fields: Mapping[str, JsonValue]
) -> Company:
    """A new company."""
    counted = select(func.count()).select_from(select(Company.id).where(Company.account_id == account_id).subquery())
    if (await session.execute(counted)).scalar_one() >= MOST:
        raise TooManyRecordsError(limit=MOST)
    accepted = await attributes.accept(session, account_id, "company_attribute", {}, fields)
    row = Company(account_id=account_id, name=name, domain=_own(domain), custom_attributes=accepted)
    await _keep(session, row)
    return row


async def change_company(
    session: AsyncSession,
    row: Company,
    *,
    name: str | None = None,
    domain: str | None = None,
    clears_domain: bool = False,
    fields: Mapping[str, JsonValue] | None = None,
) -> None:
    """Change what is given; `clears_domain` takes the domain away."""
    row.name = name or row.name
    if clears_domain:
        row.domain = None
    elif domain:
        row.domain = _own(domain)
    if fields is not None:
        row.custom_attributes = await attributes.accept(
            session, row.account_id, "company_attribute", row.custom_attributes, fields
        )
    await _keep(session, row)


async def _keep(session: AsyncSession, row: Company) -> None:
    account_id, domain = row.account_id, row.domain
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as exc:
        found = select(Company.id).where(Company.account_id == account_id, Company.domain == domain)
        raise CompanyDomainTakenError(company_id=await session.scalar(found)) from exc
    await session.refresh(row)


def _own(domain: str | None) -> str | None:
    if domain is not None and is_free_mail(domain):
        raise CompanyDomainFreeError(domain=domain)
    return domain


async def find_by_domains(session: AsyncSession, account_id: int, domains: list[str]) -> Company | None:
    """The company with the first of these domains that any has."""
    rows = await session.scalars(select(Company).where(Company.account_id == account_id, Company.domain.in_(domains)))
    found = {row.domain: row for row in rows}
    return next((found[each] for each in domains if each in found), None)


async def list_candidates(
    session: AsyncSession, account_id: int, company: Company, *, inbox_ids: Collection[int] | None, limit: int
) -> list[int]:
    """Contacts that belong to no company and have a mail address at this company's domain."""
    if company.domain is None:
        return []
    has_domain = exists().where(
        ContactField.account_id == Contact.account_id,
        ContactField.contact_id == Contact.id,
        ContactField.key == DOMAIN,
        ContactField.value == company.domain,
    )
    statement = (
        queries.visible(account_id, inbox_ids)
        .with_only_columns(Contact.id)
        .where(has_domain, Contact.company_id.is_(None), Contact.merged_into_id.is_(None))
    )
    return list(await session.scalars(statement.order_by(Contact.id.desc()).limit(limit)))


async def move_contacts(session: AsyncSession, account_id: int, ids: Collection[int], company_id: int | None) -> None:
    """Make contacts belong to a company, or to none."""
    await session.execute(
        update(Contact).where(Contact.account_id == account_id, Contact.id.in_(ids)).values(company_id=company_id)
    )
