"""Owns reading the versions of an account's pack files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from pydantic import TypeAdapter
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.models import User
from kaitak.bot.errors import PackVersionNotFoundError
from kaitak.bot.models import PackVersion
from kaitak.core.ids import AccountId

LISTED = 100
Status = Literal["draft", "published", "retired"]


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file that an account changed: its text (None: taken away), when, and by whom."""

    text: str | None
    at: datetime
    by: int | None = None


_FILES = TypeAdapter(dict[str, ChangedFile])


def files_of(version: PackVersion | None) -> dict[str, ChangedFile]:
    """The changed files of a version; of none, none."""
    return _FILES.validate_python(version.files) if version else {}


def overlay_of(version: PackVersion | None) -> dict[str, str | None]:
    """The same as an overlay."""
    return {path: file.text for path, file in files_of(version).items()}


def to_json(files: Mapping[str, ChangedFile]) -> dict[str, object]:
    """The files as a row keeps them."""
    dumped: dict[str, object] = _FILES.dump_python(dict(files), mode="json")
    return dumped


async def find_version(
    session: AsyncSession,
    account_id: AccountId,
    pack: str,
    status: Literal["draft", "published"],
    *,
    lock: bool = False,
) -> PackVersion | None:
    """The draft, or the version that answers customers; None: there is none."""
    row = PackVersion
    statement = select(row).where(row.account_id == account_id, row.pack == pack, row.status == status)
    statement = statement.execution_options(populate_existing=True)
    return (await session.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()


async def get_version(session: AsyncSession, account_id: AccountId, pack: str, version_id: int) -> PackVersion:
    """One version, or PackVersionNotFoundError."""
    row = PackVersion
    statement = select(row).where(row.account_id == account_id, row.pack == pack, row.id == version_id)
    found = (await session.execute(statement)).scalar_one_or_none()
    if found is None:
        raise PackVersionNotFoundError
    return found


async def find_published_id(session: AsyncSession, account_id: AccountId, pack: str) -> int | None:
    """The version that answers customers; None: the pack as it is shipped."""
    row = PackVersion
    statement = select(row.id).where(row.account_id == account_id, row.pack == pack, row.status == "published")
    return (await session.execute(statement)).scalar_one_or_none()


async def find_overlay(
    session: AsyncSession, account_id: AccountId, pack: str, version_id: int
) -> dict[str, str | None] | None:
    """The changed files of one version; None: it is gone."""
    row = PackVersion
    statement = select(row).where(row.account_id == account_id, row.pack == pack, row.id == version_id)
    found = (await session.execute(statement)).scalar_one_or_none()
    return None if found is None else overlay_of(found)


async def list_versions(session: AsyncSession, account_id: AccountId, pack: str) -> Sequence[PackVersion]:
    """What is or was published, the latest first."""
    row = PackVersion
    statement = (
        select(row)
        .where(row.account_id == account_id, row.pack == pack, row.status != "draft")
        .order_by(row.number.desc())
        .limit(LISTED)
    )
    return (await session.execute(statement)).scalars().all()


async def next_number(session: AsyncSession, account_id: AccountId, pack: str) -> int:
    """The number that the next version has."""
    row = PackVersion
    statement = select(func.coalesce(func.max(row.number), 0)).where(row.account_id == account_id, row.pack == pack)
    return (await session.execute(statement)).scalar_one() + 1


async def list_names(session: AsyncSession, user_ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these people; who is gone is absent."""
    wanted = {each for each in user_ids if each is not None}
    if not wanted:
        return {}
    rows = await session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}
