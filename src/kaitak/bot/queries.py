"""Owns reading an account's trained models, and its terms and use of the language model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.bot.elsewhere import Talk
from kaitak.bot.models import LanguageModelTerms, LanguageModelUsage, NluModel
from kaitak.core.ids import AccountId

MOST_TALKS = 5
_TALKS = text("""
select c.display_id, i.name, c.bot_state -> 'dialogue' as dialogue, t.entities
from conversation c join inbox i on i.account_id = c.account_id and i.id = c.inbox_id
cross join lateral (
    select jsonb_agg(e.entity order by u.to_seq) as entities from (
        select to_seq, understanding from turn
        where account_id = c.account_id and conversation_id = c.id order by to_seq desc limit 10
    ) u cross join lateral jsonb_array_elements(coalesce(u.understanding -> 'entities', '[]')) as e(entity)
) t
where c.account_id = :account_id and c.contact_id = :contact_id and c.id <> :but and c.last_activity_at > :since
order by c.last_activity_at desc limit :most
""")


async def list_talks_of(
    session: AsyncSession, account_id: AccountId, contact_id: int, *, since: datetime, but: int
) -> list[Talk]:
    """A contact's conversations with the bot, but one; the one with the latest word first."""
    values = {"account_id": account_id, "contact_id": contact_id, "since": since, "but": but, "most": MOST_TALKS}
    rows = await session.execute(_TALKS, values)
    return [
        Talk(display_id=row.display_id, inbox_name=row.name, dialogue=row.dialogue, entities=row.entities or [])
        for row in rows
    ]


async def find_active_model_id(session: AsyncSession, account_id: AccountId, pack: str) -> int | None:
    """The version that answers customers; None: the pack's own model does."""
    statement = select(NluModel.id).where(
        NluModel.account_id == account_id, NluModel.pack == pack, NluModel.status == "active"
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def find_model_data(session: AsyncSession, account_id: AccountId, pack: str, model_id: int) -> bytes | None:
    """The bytes of one version."""
    statement = select(NluModel.data).where(
        NluModel.account_id == account_id, NluModel.id == model_id, NluModel.pack == pack
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def find_terms(session: AsyncSession, account_id: AccountId) -> LanguageModelTerms | None:
    """What the account said about the language model; None: nothing, so it is off."""
    statement = select(LanguageModelTerms).where(LanguageModelTerms.account_id == account_id)
    statement = statement.execution_options(populate_existing=True)
    return (await session.execute(statement)).scalar_one_or_none()


async def list_usage(
    session: AsyncSession, account_id: AccountId, *, since: date, until: date
) -> Sequence[LanguageModelUsage]:
    """What the account used of the language model on these days, the latest first; a day without use has no row."""
    row = LanguageModelUsage
    statement = (
        select(row).where(row.account_id == account_id, row.day >= since, row.day <= until).order_by(row.day.desc())
    )
    return (await session.execute(statement)).scalars().all()
