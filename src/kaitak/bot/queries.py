"""Owns reading an account's trained models."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.bot.models import NluModel
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
