"""Owns reading a contact's identities and merges as they are shown."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts import families
from kaitak.contacts.identity_schemas import AddressView, EvidenceView, IdentitiesView, MergeView

_ADDRESSES = text("""
select ci.id, ci.inbox_id, i.name as inbox_name, i.channel, ci.hmac_verified as verified, ci.created_at
from contact_inbox ci join inbox i on i.account_id = ci.account_id and i.id = ci.inbox_id
where ci.account_id = :account_id and ci.contact_id = :contact_id and (:all_inboxes or ci.inbox_id = any(:inbox_ids))
order by ci.id desc limit 50
""")
_EVIDENCE = text("""
select distinct on (e.kind, e.value) e.kind, e.value, e.verified_by, e.verified_at, e.created_at
from contact_evidence e where e.account_id = :account_id and e.contact_id = any(:members)
order by e.kind, e.value, e.verified_at nulls last limit 100
""")
_MERGES = text("""
select m.id, m.merged_id as contact_id, p.name, m.reason, u.name as by, m.created_at
from contact_merge m
join contact p on p.account_id = m.account_id and p.id = m.merged_id
left join users u on u.id = m.user_id
where m.account_id = :account_id and m.undone_at is null
  and (cast(:contact_id as bigint) is null or m.kept_id = cast(:contact_id as bigint))
  and (cast(:ids as bigint[]) is null or m.id = any(cast(:ids as bigint[])))
order by m.id desc limit 50
""")
_NAMES = text("select u.id, u.name from users u where u.id = any(:ids)")


async def identities_of(
    session: AsyncSession, account_id: int, contact_id: int, *, inbox_ids: Iterable[int] | None
) -> IdentitiesView:
    """Addresses (in these inboxes; None: all), evidence and merges of a contact."""
    members = (await families.members_of(session, account_id, [contact_id])).get(contact_id, [contact_id])
    addresses = await session.execute(
        _ADDRESSES,
        {
            "account_id": account_id,
            "contact_id": contact_id,
            "all_inboxes": inbox_ids is None,
            "inbox_ids": list(inbox_ids or ()),
        },
    )
    evidence = await session.execute(_EVIDENCE, {"account_id": account_id, "members": members})
    return IdentitiesView(
        addresses=[AddressView.model_validate(row._asdict()) for row in addresses],
        evidence=[EvidenceView.model_validate(row._asdict()) for row in evidence],
        merges=await list_merges(session, account_id, contact_id=contact_id),
    )


async def list_merges(
    session: AsyncSession, account_id: int, *, contact_id: int | None = None, ids: list[int] | None = None
) -> list[MergeView]:
    """Present merges into a contact, or those with these ids; the newest first."""
    rows = await session.execute(_MERGES, {"account_id": account_id, "contact_id": contact_id, "ids": ids})
    return [MergeView.model_validate(row._asdict()) for row in rows]


async def names_of(session: AsyncSession, user_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The members' names."""
    rows = await session.execute(_NAMES, {"ids": [each for each in user_ids if each is not None]})
    return {row.id: row.name for row in rows}
