"""Owns segments: conditions over contacts kept under a name."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts import conditions
from kaitak.contacts.choosing import Frame
from kaitak.contacts.conditions import Node
from kaitak.contacts.record_errors import SegmentNameTakenError, SegmentNotFoundError, TooManyRecordsError
from kaitak.contacts.record_models import CustomFilter

MOST = 200


async def list_segments(session: AsyncSession, account_id: int) -> list[CustomFilter]:
    """The account's segments, by name."""
    statement = select(CustomFilter).where(CustomFilter.account_id == account_id).order_by(CustomFilter.name)
    return list(await session.scalars(statement))


async def get_segment(session: AsyncSession, account_id: int, segment_id: int) -> CustomFilter:
    """One segment."""
    found = await session.get(CustomFilter, (account_id, segment_id))
    if found is None:
        raise SegmentNotFoundError
    return found


async def create_segment(
    session: AsyncSession, account_id: int, *, name: str, query: Node, user_id: int | None, frame: Frame
) -> CustomFilter:
    """Keep conditions under a name."""
    counted = select(func.count()).select_from(CustomFilter).where(CustomFilter.account_id == account_id)
    if (await session.execute(counted)).scalar_one() >= MOST:
        raise TooManyRecordsError(limit=MOST)
    conditions.check(query, frame.defined)
    row = CustomFilter(account_id=account_id, name=name, query=query.model_dump(), user_id=user_id)
    await _keep(session, row)
    return row


async def change_segment(
    session: AsyncSession, row: CustomFilter, *, name: str | None, query: Node | None, frame: Frame
) -> None:
    """Change a segment's name or its conditions."""
    row.name = name or row.name
    if query is not None:
        conditions.check(query, frame.defined)
        row.query = query.model_dump()
    await _keep(session, row)


async def _keep(session: AsyncSession, row: CustomFilter) -> None:
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as exc:
        raise SegmentNameTakenError from exc
    await session.refresh(row)


def tree_of(row: CustomFilter) -> Node:
    """A segment's conditions."""
    return conditions.stored(row.query)
