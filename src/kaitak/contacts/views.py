"""Owns turning contact rows into views, for REST and the live stream alike; one query for any set."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts.schemas import ContactView

_CONTACTS = text("""
select p.id, p.name, p.email, p.phone_number, p.identifier, p.locale, p.custom_attributes, p.blocked,
  p.last_activity_at, p.created_at,
  case when k.id is not null then jsonb_build_object('id', k.id, 'name', k.name) end as company,
  exists (select from contact_inbox ci where ci.account_id = p.account_id and ci.contact_id = p.id
          and ci.hmac_verified) as verified
from contact p left join company k on k.account_id = p.account_id and k.id = p.company_id
where p.account_id = :account_id and p.id = any(:ids)
""")


async def contacts_of(session: AsyncSession, account_id: int, ids: Iterable[int]) -> dict[int, ContactView]:
    """The present views of these contacts, by id."""
    rows = await session.execute(_CONTACTS, {"account_id": account_id, "ids": list(ids)})
    return {row.id: ContactView.model_validate(row._asdict()) for row in rows}
