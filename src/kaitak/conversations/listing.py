"""Owns the inbox lists: keyset pages and bounded counts for every filter, each on an index.

The page is a merge of short stretches, one for each inbox and status (or status alone, where the assignee or the team
leads the index), so its cost does not grow with the number of conversations. A rare label is looked up first; a
frequent one is met on the way through the merged stretches, and counted among the newest 1,000 that bear it. A search
looks at the first 400 people whose name fits.
"""
# ruff: noqa: S608 (statements are joined from the constants of this file and from numbers; values are bound)

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Row, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels.models import Inbox
from kaitak.conversations import policy
from kaitak.conversations.access import Viewer

AssigneeType = Literal["me", "unassigned", "assigned", "all"]
COUNT_LIMIT = 1000
FEW = 1000
NEWEST = 20_000
FEW_CONTACTS = 400
_UNASSIGNED = "c.assignee_id is null"
_ASSIGNED = "c.assignee_id is not null"
_MINE = "c.assignee_id = :user_id"
_ASSIGNEES = {"me": _MINE, "unassigned": _UNASSIGNED, "assigned": _ASSIGNED}
_COUNT_FEW = (
    "select count(*) filter (where c.assignee_id = :user_id) as mine,"
    " count(*) filter (where c.assignee_id is null) as unassigned, count(*) as total from"
)
_LABELLED = text("""
select distinct conversation_id from unnest(cast(:labels as text[])) t(title), lateral (
    select l.conversation_id from conversation_label l
    where l.account_id = :account_id and l.title = t.title order by l.conversation_id desc limit :limit) few
""")
_HAS_LABEL = (
    "c.id in (select l.conversation_id from conversation_label l"
    " where l.account_id = :account_id and l.title = any(:labels))"
)
_IS_LABELLED = (  # a scalar, so that it is asked row by row and the stream is read no further than needed
    "(select true from conversation_label l where l.account_id = :account_id and l.conversation_id = c.id"
    " and l.title = any(:labels) limit 1)"
)
_AFTER = "(c.last_activity_at, c.id) < (:at, :id)"
_ORDER = "order by c.last_activity_at desc, c.id desc limit :limit"
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
    ids: list[int] | None  # all that can be listed, where a search or a rare label leaves few
    labelled: list[int]  # the newest with a label that is frequent
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
    place = {"at": after.at if after else None, "id": after.id if after else None}
    values = {**scope.values, **place, "limit": limit + 1, "count_limit": COUNT_LIMIT}
    if scope.ids is not None:
        few = (await session.execute(text(_few_page(scope, filters.assignee_type, after)), values)).all()
        rows: Sequence[Row[tuple[int, datetime]]] = [row for row in few if row.id is not None]
        counts = _counts(few[0].mine, few[0].unassigned, few[0].total)
    else:
        rows = await _rows(session, scope, after, values)
        counts = _counts(*(await session.execute(text(_count(scope)), values)).one())
    last = rows[limit - 1] if len(rows) > limit else None
    following = Position(last.last_activity_at, last.id) if last else None
    return Listed([row.id for row in rows[:limit]], following, counts)


async def _rows(
    session: AsyncSession, scope: _Scope, after: Position | None, values: dict[str, object]
) -> Sequence[Row[tuple[int, datetime]]]:
    """The page from the stretches; where a label is rarer among these rows than elsewhere, from the label's side."""
    assignee_type = scope.filters.assignee_type
    if not scope.filters.labels:
        return (await session.execute(text(_page(scope, assignee_type, after)), values)).all()
    rows = (await session.execute(text(_labelled_page(scope, assignee_type, after)), values)).all()
    if len(rows) == values["limit"]:
        return rows
    return (await session.execute(text(_page_of_label(scope, assignee_type, after)), values)).all()


def _counts(*found: int) -> Counts:
    return Counts(*(min(each, COUNT_LIMIT) for each in found))


async def _resolve(session: AsyncSession, viewer: Viewer, filters: Filters) -> _Scope:
    of_account = set(await session.scalars(select(Inbox.id).where(Inbox.account_id == viewer.account_id)))
    inboxes = of_account if viewer.inbox_ids is None else of_account & viewer.inbox_ids
    if filters.inbox_id is not None:
        inboxes &= {filters.inbox_id}
    ids, labelled = await _look_up(session, viewer, filters)
    values: dict[str, object] = {
        "account_id": viewer.account_id,
        "user_id": viewer.user_id,
        "inboxes": sorted(inboxes),
        "statuses": _statuses(filters),
        "team_id": filters.team_id,
        "owner": filters.owner,
        "labels": list(filters.labels),
        "ids": labelled if ids is None else ids,
    }
    return _Scope(filters, sorted(inboxes), inboxes != of_account, ids, labelled, values)


def _statuses(filters: Filters) -> list[str]:
    """The statuses to look through: the one asked for, or those that the owner asked for can have."""
    if filters.status:
        return [filters.status]
    if filters.owner == policy.BOT:
        return [policy.PENDING, policy.RESOLVED]
    return list(policy.STATUSES) if filters.owner is None else [policy.OPEN, policy.SNOOZED]


async def _look_up(session: AsyncSession, viewer: Viewer, filters: Filters) -> tuple[list[int] | None, list[int]]:
    """Row ids that the search and rare labels leave, or None if neither narrows; and the newest of frequent labels."""
    ids: set[int] | None = None
    labelled: list[int] = []
    if filters.labels:
        found = await session.scalars(
            _LABELLED, {"account_id": viewer.account_id, "labels": list(filters.labels), "limit": FEW + 1}
        )
        labelled = list(found)
        ids = set(labelled) if len(labelled) <= FEW else None
    if filters.q:
        contacts = list(await session.scalars(_CONTACTS, {"part": filters.q, "limit": FEW_CONTACTS}))
        number = int(filters.q.lstrip("#")) if _is_number(filters.q) else None
        values = {"account_id": viewer.account_id, "number": number, "contacts": contacts, "limit": FEW}
        rows = set(await session.scalars(_OF_CONTACTS, values))
        ids = rows if ids is None else ids & rows
    return None if ids is None else sorted(ids), labelled


def _is_number(q: str) -> bool:
    digits = q.lstrip("#")
    return digits.isascii() and digits.isdigit() and len(digits) <= 18


def _conditions(scope: _Scope, assignee_type: AssigneeType) -> list[str]:
    """What every row must be; labels and looked-up rows apart."""
    filters = scope.filters
    found = ["c.account_id = :account_id"]
    if assignee_type != "all":
        found.append(_ASSIGNEES[assignee_type])
    if filters.team_id is not None:
        found.append("c.team_id = :team_id")
    if filters.owner is not None:
        found.append("c.owner = :owner")
    return found


def _needs_no_inbox(scope: _Scope, assignee_type: AssigneeType) -> bool:
    """Whether an index leads to these rows without their inbox: the assignee's or the team's."""
    return assignee_type == "me" or scope.filters.team_id is not None


def _arms(scope: _Scope, assignee_type: AssigneeType) -> tuple[str, list[str]]:
    """The stretches to merge, and the conditions within each."""
    conditions = _conditions(scope, assignee_type)
    if _needs_no_inbox(scope, assignee_type):
        if scope.is_narrowed:
            conditions.append("c.inbox_id = any(:inboxes)")
        return "unnest(cast(:statuses as text[])) arm(status)", [*conditions, "c.status = arm.status"]
    both = "unnest(cast(:statuses as text[])) s(status), unnest(cast(:inboxes as bigint[])) b(inbox_id)"
    return both, [*conditions, "c.status = s.status", "c.inbox_id = b.inbox_id"]


def _few(scope: _Scope) -> str:
    """The rows looked up that can be listed, whoever has them."""
    named = ["c.id = any(:ids)", "c.status = any(:statuses)", "c.inbox_id = any(:inboxes)"]
    conditions = [*_conditions(scope, "all"), *named]
    return f"select c.id, c.last_activity_at, c.assignee_id from conversation c where {' and '.join(conditions)}"


def _few_page(scope: _Scope, assignee_type: AssigneeType, after: Position | None) -> str:
    """The page and the counts of few rows at once; without a row on the page, one row of counts alone."""
    conditions = [_ASSIGNEES[assignee_type]] if assignee_type != "all" else ["true"]
    if after is not None:
        conditions.append(_AFTER)
    return (
        f"with few as materialized ({_few(scope)}) select x.id, x.last_activity_at, n.mine, n.unassigned, n.total"
        f" from ({_COUNT_FEW} few c) n left join lateral (select c.id, c.last_activity_at from few c"
        f" where {' and '.join(conditions)} {_ORDER}) x on true order by x.last_activity_at desc, x.id desc"
    )


def _labelled_page(scope: _Scope, assignee_type: AssigneeType, after: Position | None) -> str:
    """The stretches as one ordered stream, read only until a page of labelled rows is found (Merge Append)."""
    conditions = _conditions(scope, assignee_type)
    if after is not None:
        conditions.append(_AFTER)
    inboxes = [f"c.inbox_id = {int(inbox)}" for inbox in scope.inboxes]
    if _needs_no_inbox(scope, assignee_type):
        inboxes = ["c.inbox_id = any(:inboxes)"] if scope.is_narrowed else ["true"]
    statuses = [f"c.status = '{status}'" for status in policy.STATUSES if status in _statuses(scope.filters)]
    stream = " union all ".join(
        "(select c.account_id, c.id, c.last_activity_at from conversation c where "
        + " and ".join([*conditions, inbox, status])
        + " order by c.last_activity_at desc, c.id desc)"
        for inbox in inboxes
        for status in statuses
    )
    newest = f"select * from ({stream}) u order by u.last_activity_at desc, u.id desc limit {NEWEST}"
    return f"select c.id, c.last_activity_at from ({newest}) c where {_IS_LABELLED} {_ORDER}"


def _page_of_label(scope: _Scope, assignee_type: AssigneeType, after: Position | None) -> str:
    """The page from all rows that bear the labels: its cost grows with their number."""
    named = ["c.status = any(:statuses)", "c.inbox_id = any(:inboxes)", *([_AFTER] if after else [])]
    conditions = [*_conditions(scope, assignee_type), _HAS_LABEL, *named]
    return f"select c.id, c.last_activity_at from conversation c where {' and '.join(conditions)} {_ORDER}"


def _page(scope: _Scope, assignee_type: AssigneeType, after: Position | None) -> str:
    arms, conditions = _arms(scope, assignee_type)
    if after is not None:
        conditions = [*conditions, _AFTER]
    return (
        f"select x.id, x.last_activity_at from {arms}, lateral (select c.id, c.last_activity_at from conversation c"
        f" where {' and '.join(conditions)} {_ORDER}) x order by x.last_activity_at desc, x.id desc limit :limit"
    )


def _count(scope: _Scope) -> str:
    if scope.labelled:
        return f"{_COUNT_FEW} ({_few(scope)}) c"
    kinds: tuple[AssigneeType, ...] = ("me", "unassigned", "all")
    return "select " + ", ".join(_counted(scope, kind) for kind in kinds)


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
