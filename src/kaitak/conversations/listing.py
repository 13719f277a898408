"""Owns the inbox lists: keyset pages and bounded counts for every filter, each on an index.

The page is a merge of short stretches, one for each inbox and status (or status alone, where the assignee or the team
leads the index), so its cost does not grow with the number of conversations. A rare label is looked up first, and a
frequent one is met soon enough on the way. A search looks at the first 400 people whose name fits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels.models import Inbox
from kaitak.conversations import policy
from kaitak.conversations.access import Viewer

AssigneeType = Literal["me", "unassigned", "assigned", "all"]
COUNT_LIMIT = 1000
FEW = 3000
FEW_CONTACTS = 400
_UNASSIGNED = "c.assignee_id is null"
_ASSIGNED = "c.assignee_id is not null"
_MINE = "c.assignee_id = :user_id"
_ASSIGNEES = {"me": _MINE, "unassigned": _UNASSIGNED, "assigned": _ASSIGNED}
_COUNT_FEW = (
    "select count(*) filter (where c.assignee_id = :user_id), count(*) filter (where c.assignee_id is null), count(*)"
    " from conversation c where"
)
_LABELLED = text("""
select distinct conversation_id from (
    select l.conversation_id from conversation_label l
    where l.account_id = :account_id and l.title = any(:labels) limit :limit) few
""")
_CONTACTS = text("select search_contacts(:part, :limit)")
_OF_CONTACTS = text("""
select c.id from conversation c where c.account_id = :account_id and c.display_id = :number
union
(select c.id from conversation c where c.account_id = :account_id and c.contact_id = any(:contacts) limit :limit)
""")


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
class _Scope:
    """Filters with inboxes resolved and rare things looked up."""

    filters: Filters
    inboxes: list[int]
    is_narrowed: bool  # not every inbox of the account
    ids: list[int] | None
    values: dict[str, object]


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of row ids in order, and the counts."""

    ids: list[int]
    next: Position | None
    counts: Counts


async def list_conversations(
    session: AsyncSession, viewer: Viewer, filters: Filters, *, after: Position | None, limit: int
) -> Listed:
    """A page under the filters, newest activity first."""
    scope = await _resolve(session, viewer, filters)
    if not scope.inboxes or scope.ids == []:
        return Listed([], None, Counts(0, 0, 0))
    page = _page(scope, filters.assignee_type, after)
    rows = (
        await session.execute(
            text(page),
            {**scope.values, "limit": limit + 1, "at": after.at if after else None, "id": after.id if after else None},
        )
    ).all()
    counts = await _count(session, scope)
    last = rows[limit - 1] if len(rows) > limit else None
    following = Position(last.last_activity_at, last.id) if last else None
    return Listed([row.id for row in rows[:limit]], following, counts)


async def _resolve(session: AsyncSession, viewer: Viewer, filters: Filters) -> _Scope:
    of_account = set(await session.scalars(select(Inbox.id).where(Inbox.account_id == viewer.account_id)))
    inboxes = of_account if viewer.inbox_ids is None else of_account & viewer.inbox_ids
    if filters.inbox_id is not None:
        inboxes &= {filters.inbox_id}
    ids = await _look_up(session, viewer, filters)
    values: dict[str, object] = {
        "account_id": viewer.account_id,
        "user_id": viewer.user_id,
        "inboxes": sorted(inboxes),
        "statuses": _statuses(filters),
        "team_id": filters.team_id,
        "owner": filters.owner,
        "labels": list(filters.labels),
        "ids": ids,
    }
    return _Scope(filters, sorted(inboxes), inboxes != of_account, ids, values)


def _statuses(filters: Filters) -> list[str]:
    """The statuses to look through: the one asked for, or those that the owner asked for can have."""
    if filters.status:
        return [filters.status]
    if filters.owner == policy.BOT:
        return [policy.PENDING, policy.RESOLVED]
    return list(policy.STATUSES) if filters.owner is None else [policy.OPEN, policy.SNOOZED]


async def _look_up(session: AsyncSession, viewer: Viewer, filters: Filters) -> list[int] | None:
    """Row ids that the search and rare labels leave, or None if neither narrows."""
    ids: set[int] | None = None
    if filters.labels:
        found = await session.scalars(
            _LABELLED, {"account_id": viewer.account_id, "labels": list(filters.labels), "limit": FEW + 1}
        )
        ids = _few(list(found))
    if filters.q:
        contacts = list(await session.scalars(_CONTACTS, {"part": filters.q, "limit": FEW_CONTACTS}))
        number = int(filters.q.lstrip("#")) if _is_number(filters.q) else None
        values = {"account_id": viewer.account_id, "number": number, "contacts": contacts, "limit": FEW}
        rows = set(await session.scalars(_OF_CONTACTS, values))
        ids = rows if ids is None else ids & rows
    return None if ids is None else sorted(ids)


def _few(found: Sequence[int]) -> set[int] | None:
    return set(found) if len(found) <= FEW else None


def _is_number(q: str) -> bool:
    digits = q.lstrip("#")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18


def _conditions(scope: _Scope, assignee_type: AssigneeType) -> list[str]:
    filters = scope.filters
    found = ["c.account_id = :account_id"]
    if assignee_type != "all":
        found.append(_ASSIGNEES[assignee_type])
    if filters.team_id is not None:
        found.append("c.team_id = :team_id")
    if filters.owner is not None:
        found.append("c.owner = :owner")
    if filters.labels and scope.ids is None:
        found.append(
            "exists (select from conversation_label l where l.account_id = c.account_id"
            " and l.conversation_id = c.id and l.title = any(:labels))"
        )
    return found


def _arms(scope: _Scope, assignee_type: AssigneeType) -> tuple[str, list[str]]:
    """The stretches to merge, and the conditions within each."""
    conditions = _conditions(scope, assignee_type)
    if scope.ids is not None:
        conditions += ["c.id = any(:ids)", "c.status = any(:statuses)", "c.inbox_id = any(:inboxes)"]
        return "(select 1) arm", conditions
    if assignee_type == "me" or scope.filters.team_id is not None:
        if scope.is_narrowed:
            conditions.append("c.inbox_id = any(:inboxes)")
        return "unnest(cast(:statuses as text[])) arm(status)", [*conditions, "c.status = arm.status"]
    both = "unnest(cast(:statuses as text[])) s(status), unnest(cast(:inboxes as bigint[])) b(inbox_id)"
    return both, [*conditions, "c.status = s.status", "c.inbox_id = b.inbox_id"]


def _page(scope: _Scope, assignee_type: AssigneeType, after: Position | None) -> str:
    arms, conditions = _arms(scope, assignee_type)
    if after is not None:
        conditions = [*conditions, "(c.last_activity_at, c.id) < (:at, :id)"]
    return " ".join(
        (
            "select x.id, x.last_activity_at from",
            arms,
            ", lateral (select c.id, c.last_activity_at from conversation c where",
            " and ".join(conditions),
            "order by c.last_activity_at desc, c.id desc limit :limit) x",
            "order by x.last_activity_at desc, x.id desc limit :limit",
        )
    )


async def _count(session: AsyncSession, scope: _Scope) -> Counts:
    if scope.ids is not None:
        _, conditions = _arms(scope, "all")
        statement = " ".join((_COUNT_FEW, " and ".join(conditions)))
    else:
        kinds: tuple[AssigneeType, ...] = ("me", "unassigned", "all")
        statement = "select " + ", ".join(_counted(scope, kind) for kind in kinds)
    row = (await session.execute(text(statement), {**scope.values, "count_limit": COUNT_LIMIT})).one()
    return Counts(*(min(each, COUNT_LIMIT) for each in row))


def _counted(scope: _Scope, assignee_type: AssigneeType) -> str:
    arms, conditions = _arms(scope, assignee_type)
    return " ".join(
        (
            "(select count(*) from (select 1 from",
            arms,
            ", lateral (select 1 from conversation c where",
            " and ".join(conditions),
            "limit :count_limit) x limit :count_limit) k)",
        )
    )
