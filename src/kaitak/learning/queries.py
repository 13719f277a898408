"""Owns reading models, training lines and jobs of an account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from kaitak.accounts.models import Account, User
from kaitak.bot.models import NluModel
from kaitak.core.ids import AccountId
from kaitak.learning import limits
from kaitak.learning.errors import ExampleNotFoundError, JobNotFoundError, ModelNotFoundError
from kaitak.learning.models import NluExample, NluJob


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines that came in together."""

    batch: str
    source: str
    lines: int
    created_by: int | None
    created_at: datetime


async def find_default_pack(session: AsyncSession, account_id: AccountId) -> str | None:
    """The pack that the account's inboxes use if they name none."""
    return (await session.execute(select(Account.pack).where(Account.id == account_id))).scalar_one_or_none()


async def list_names(session: AsyncSession, user_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of users."""
    wanted = {user_id for user_id in user_ids if user_id is not None}
    if not wanted:
        return {}
    rows = await session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}


async def list_models(session: AsyncSession, account_id: AccountId, pack: str) -> Sequence[NluModel]:
    """The versions of a pack, newest first, without their bytes."""
    statement = (
        select(NluModel)
        .where(NluModel.account_id == account_id, NluModel.pack == pack)
        .order_by(NluModel.number.desc())
        .limit(4 * limits.MODELS_KEPT)
    )
    return (await session.scalars(statement)).all()


async def get_model(
    session: AsyncSession, account_id: AccountId, model_id: int, *, with_judged: bool = False
) -> NluModel:
    """One version."""
    statement = select(NluModel).where(NluModel.account_id == account_id, NluModel.id == model_id)
    if with_judged:
        statement = statement.options(undefer(NluModel.judged)).execution_options(populate_existing=True)
    found = (await session.scalars(statement)).one_or_none()
    if found is None:
        raise ModelNotFoundError(f"there is no version with id {model_id}")
    return found


async def get_model_by_number(session: AsyncSession, account_id: AccountId, pack: str, number: int) -> NluModel:
    """One version by its number, which people say."""
    statement = select(NluModel).where(
        NluModel.account_id == account_id, NluModel.pack == pack, NluModel.number == number
    )
    found = (await session.scalars(statement)).one_or_none()
    if found is None:
        raise ModelNotFoundError(f"there is no version {number}")
    return found


async def find_active(
    session: AsyncSession, account_id: AccountId, pack: str, *, with_judged: bool = False
) -> NluModel | None:
    """The version that answers customers; None: the pack's own model does."""
    statement = select(NluModel).where(
        NluModel.account_id == account_id, NluModel.pack == pack, NluModel.status == "active"
    )
    if with_judged:
        statement = statement.options(undefer(NluModel.judged)).execution_options(populate_existing=True)
    return (await session.scalars(statement)).one_or_none()


async def get_job(session: AsyncSession, account_id: AccountId, job_id: int, *, for_update: bool = False) -> NluJob:
    """One job."""
    found = await session.get(NluJob, (account_id, job_id), with_for_update=for_update or None)
    if found is None:
        raise JobNotFoundError(f"there is no job with id {job_id}")
    return found


async def find_job_at_work(session: AsyncSession, account_id: AccountId) -> NluJob | None:
    """The job that waits or runs."""
    statement = select(NluJob).where(NluJob.account_id == account_id, NluJob.status.in_(("waiting", "running")))
    return (await session.scalars(statement)).one_or_none()


async def list_jobs(session: AsyncSession, account_id: AccountId, pack: str | None) -> Sequence[NluJob]:
    """The latest jobs, newest first."""
    statement = select(NluJob).where(NluJob.account_id == account_id)
    if pack is not None:
        statement = statement.where(NluJob.pack == pack)
    return (await session.scalars(statement.order_by(NluJob.id.desc()).limit(limits.JOBS_LISTED))).all()


async def get_example(session: AsyncSession, account_id: AccountId, example_id: int) -> NluExample:
    """One training line."""
    found = await session.get(NluExample, (account_id, example_id))
    if found is None:
        raise ExampleNotFoundError(f"there is no line with id {example_id}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleFilter:
    """Which training lines are wanted."""

    pack: str
    intent: str | None = None
    batch: str | None = None
    text: str | None = None


async def list_examples(
    session: AsyncSession, account_id: AccountId, wanted: ExampleFilter, *, before: int | None, limit: int
) -> Sequence[NluExample]:
    """Training lines, newest first."""
    statement = select(NluExample).where(NluExample.account_id == account_id, NluExample.pack == wanted.pack)
    if wanted.intent is not None:
        statement = statement.where(NluExample.intent == wanted.intent)
    if wanted.batch is not None:
        statement = statement.where(NluExample.batch == wanted.batch)
    if wanted.text:
        statement = statement.where(NluExample.text.icontains(wanted.text, autoescape=True))
    if before is not None:
        statement = statement.where(NluExample.id < before)
    return (await session.scalars(statement.order_by(NluExample.id.desc()).limit(limit))).all()


async def list_all_examples(session: AsyncSession, account_id: AccountId, pack: str) -> Sequence[NluExample]:
    """Every training line of an account for a pack, oldest first."""
    statement = (
        select(NluExample)
        .where(NluExample.account_id == account_id, NluExample.pack == pack)
        .order_by(NluExample.id)
        .limit(limits.MOST_EXAMPLES)
    )
    return (await session.scalars(statement)).all()


async def count_examples(session: AsyncSession, account_id: AccountId, pack: str) -> dict[str, int]:
    """How many training lines of its own the account has for each intent."""
    rows = await session.execute(
        select(NluExample.intent, func.count())
        .where(NluExample.account_id == account_id, NluExample.pack == pack)
        .group_by(NluExample.intent)
    )
    return {row[0]: row[1] for row in rows}


async def list_batches(session: AsyncSession, account_id: AccountId, pack: str) -> list[Batch]:
    """The batches that lines came in with, newest first."""
    rows = await session.execute(
        select(
            NluExample.batch,
            func.min(NluExample.source),
            func.count(),
            func.min(NluExample.created_by),
            func.min(NluExample.created_at),
        )
        .where(NluExample.account_id == account_id, NluExample.pack == pack)
        .group_by(NluExample.batch)
        .order_by(func.max(NluExample.id).desc())
        .limit(100)
    )
    return [Batch(*row) for row in rows]
