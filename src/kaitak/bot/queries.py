"""Owns reading an account's trained models, and its terms and use of the language model."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.bot.models import LanguageModelTerms, LanguageModelUsage, NluModel
from kaitak.core.ids import AccountId


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
