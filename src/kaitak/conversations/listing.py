"""Owns the inbox lists: keyset pages and bounded counts for every filter, each on an index.

A rare label is looked up first; a frequent one is met on the way through the merged stretches, and counted among the
newest 1,000 that bear it. A search looks at the first 400 people whose name fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations import listing_statements, policy
from kaitak.conversations.access import Viewer
from kaitak.conversations.listing_statements import FEW, AssigneeType, Shape

Found = Sequence[Row[tuple[object, ...]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to; None narrows nothing."""

    status: str | None = None
    assignee_type: AssigneeType = "all"
    inbox_id: int | None = None
    team_id: int | None = None
    labels: tuple[str, ...] = ()
    owner: str | None = None
    q: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page begins: after this row."""

    at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are, up to COUNT_LIMIT."""

    mine: int
    unassigned: int
    all: int


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of row ids in order, the counts, and the position of the stream before they were read."""

    ids: list[int]
    next: Position | None
    counts: Counts
    stream_cursor: int


async def list_conversations(
    session: AsyncSession, viewer: Viewer, filters: Filters, *, after: Position | None, limit: int
) -> Listed:
    """A page under the filters, newest activity first."""
    frame = (await session.execute(listing_statements.FRAME, {"account_id": viewer.account_id})).one()
    inboxes = _inboxes(frame.inboxes, viewer, filters)
    if not inboxes:
        return Listed([], None, Counts(0, 0, 0), frame.position)
    shape = Shape(
        assignee_type=filters.assignee_type,
        has_team=filters.team_id is not None,
        has_owner=filters.owner is not None,
        has_labels=bool(filters.labels),
        is_narrowed=len(inboxes) < len(frame.inboxes),
        is_further=after is not None,
    )
    values = _values(viewer, filters, inboxes, after, limit + 1)
    found, rows = await _find(session, shape, filters, values)
    counts = Counts(found[0].mine, found[0].unassigned, found[0].total)
    last = rows[limit - 1] if len(rows) > limit else None
    following = Position(last.last_activity_at, last.id) if last else None
    return Listed([row.id for row in rows[:limit]], following, counts, frame.position)


async def _find(
    session: AsyncSession, shape: Shape, filters: Filters, values: dict[str, object]
) -> tuple[Found, Found]:
    """The rows that carry the counts, and those of the page."""
    if filters.q:
        found = (await session.execute(listing_statements.searched_page(shape), values)).all()
    elif filters.labels:
        found = (await session.execute(listing_statements.labelled_page(shape), values)).all()
        if found[0].labelled > FEW:
            return found, await _frequent(session, shape, values)
    else:
        found = (await session.execute(listing_statements.page(shape), values)).all()
    return found, [row for row in found if row.id is not None]


async def _frequent(session: AsyncSession, shape: Shape, values: dict[str, object]) -> Found:
    """The page from the stream; where a label is rarer among these rows than elsewhere, from the label's side."""
    inboxes, statuses = values["inboxes"], values["statuses"]
    assert isinstance(inboxes, list)
    assert isinstance(statuses, list)
    stream = listing_statements.labelled_stream(shape, len(inboxes), len(statuses))
    rows = (await session.execute(stream, values)).all()
    if len(rows) == values["limit"]:
        return rows
    return (await session.execute(listing_statements.all_labelled(shape), values)).all()


def _inboxes(of_account: Sequence[int], viewer: Viewer, filters: Filters) -> list[int]:
    """The inboxes to look through, in order."""
    return [each for each in of_account if viewer.sees(each) and (filters.inbox_id is None or each == filters.inbox_id)]


def _values(
    viewer: Viewer, filters: Filters, inboxes: list[int], after: Position | None, limit: int
) -> dict[str, object]:
    return {
        "account_id": viewer.account_id,
        "user_id": viewer.user_id,
        "inboxes": inboxes,
        "statuses": _statuses(filters),
        "team_id": filters.team_id,
        "owner": filters.owner,
        "labels": list(filters.labels),
        "q": filters.q,
        "number": int(filters.q.lstrip("#")) if _is_number(filters.q) else None,
        "at": after.at if after else None,
        "id": after.id if after else None,
        "limit": limit,
    }


def _statuses(filters: Filters) -> list[str]:
    """The statuses to look through: the one asked for, or those that the owner asked for can have."""
    if filters.status:
        return [filters.status]
    if filters.owner == policy.BOT:
        return [policy.PENDING, policy.RESOLVED]
    return list(policy.STATUSES) if filters.owner is None else [policy.OPEN, policy.SNOOZED]


def _is_number(q: str) -> bool:
    digits = q.lstrip("#")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18
