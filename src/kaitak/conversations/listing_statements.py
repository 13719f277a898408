"""Owns the SQL of the inbox lists: a page and its counts in one statement, made once for each shape of a list.

A page is a merge of short stretches, one for each inbox and status (or status alone, where the assignee or the team
leads the index), so its cost does not grow with the number of conversations.
"""
# ruff: noqa: S608 (statements are joined from the constants of this file and from numbers; values are bound)

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from sqlalchemy import TextClause, text

AssigneeType = Literal["me", "unassigned", "assigned", "all"]
COUNT_LIMIT = 1000
FEW = 1000
NEWEST = 20_000
FEW_CONTACTS = 400
_SHAPES = 512
_ASSIGNEES = {
    "me": "c.assignee_id = :user_id",
    "unassigned": "c.assignee_id is null",
    "assigned": "c.assignee_id is not null",
}
_AFTER = "(c.last_activity_at, c.id) < (:at, :id)"
_ORDER = "order by c.last_activity_at desc, c.id desc limit :limit"
_NAMED = "c.status = any(:statuses) and c.inbox_id = any(:inboxes)"
_IS_LABELLED = (  # a scalar, so that it is asked row by row and a stream is read no further than needed
    "(select true from conversation_label l where l.account_id = :account_id and l.conversation_id = c.id"
    " and l.title = any(:labels) limit 1)"
)
_HAS_LABEL = (
    "c.id in (select l.conversation_id from conversation_label l"
    " where l.account_id = :account_id and l.title = any(:labels))"
)
_COUNT_FEW = (
    f"select least(count(*) filter (where {_ASSIGNEES['me']}), {COUNT_LIMIT}) as mine,"
    f" least(count(*) filter (where {_ASSIGNEES['unassigned']}), {COUNT_LIMIT}) as unassigned,"
    f" least(count(*), {COUNT_LIMIT}) as total from few c"
)
_LABELLED = f"""
labelled as materialized (
    select distinct newest.conversation_id from unnest(cast(:labels as text[])) t(title), lateral (
        select l.conversation_id from conversation_label l
        where l.account_id = :account_id and l.title = t.title order by l.conversation_id desc limit {FEW + 1}) newest)
"""
_SEARCHED = f"""
hits as materialized (
    select {{columns}} from conversation c
    where c.account_id = :account_id and c.display_id = cast(:number as bigint)
    union
    (select {{columns}} from conversation c
     where c.account_id = :account_id and c.contact_id = any(array(select search_contacts(:q, {FEW_CONTACTS})))
     limit {FEW}))
""".format(columns="c.account_id, c.id, c.last_activity_at, c.assignee_id, c.team_id, c.owner, c.status, c.inbox_id")
_BOUND = re.compile(r":([a-z_]+)")
_KINDS = {
    "account_id": "bigint",
    "user_id": "bigint",
    "team_id": "bigint",
    "owner": "text",
    "inboxes": "bigint[]",
    "statuses": "text[]",
    "at": "timestamptz",
    "id": "bigint",
}
FRAME = text("""
select stream_newest() as position,
  array(select i.id from inbox i where i.account_id = :account_id order by i.id) as inboxes
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What decides the text of a list's statement; all else is bound."""

    assignee_type: AssigneeType
    has_team: bool
    has_owner: bool
    has_labels: bool
    is_narrowed: bool  # not every inbox of the account
    is_further: bool  # not the first page


@lru_cache(maxsize=_SHAPES)
def page(shape: Shape) -> TextClause:
    """The page from the stretches, and the counts; without a row on the page, one row of counts alone."""
    kinds: tuple[AssigneeType, ...] = ("me", "unassigned", "all")
    mine, unassigned, total = (_counted(shape, kind) for kind in kinds)
    arms, conditions = _arms(shape, shape.assignee_type)
    stretch = (
        f"select c.id, c.last_activity_at from conversation c where {_all(*conditions, *_further(shape))} {_ORDER}"
    )
    rows = (
        f"select x.id, x.last_activity_at from {arms}, lateral ({stretch}) x"
        " order by x.last_activity_at desc, x.id desc limit :limit"
    )
    return _page_beside(f"select {mine} as mine, {unassigned} as unassigned, {total} as total", rows)


@lru_cache(maxsize=_SHAPES)
def searched_page(shape: Shape) -> TextClause:
    """The page and the counts of what a search finds: a number, and the conversations of people by name."""
    labelled = [_IS_LABELLED] if shape.has_labels else []
    few = f"select c.* from hits c where {_all(*_conditions(shape, 'all'), _NAMED, *labelled)}"
    return _page_beside(_COUNT_FEW, _page_of_few(shape), f"{_SEARCHED}, few as materialized ({few})")


@lru_cache(maxsize=_SHAPES)
def labelled_page(shape: Shape) -> TextClause:
    """The page and the counts of the newest that bear the labels, and how many those are; plans made next are kept.

    With more than FEW the page is no page of the list, for the list is in the order of activity.
    """
    few = (
        "select c.id, c.last_activity_at, c.assignee_id from conversation c"
        f" where {_all(*_conditions(shape, 'all'), _NAMED)} and c.id = any(array(select conversation_id from labelled))"
    )
    counts = (
        f"{_COUNT_FEW.replace(' from few c', '')}, (select count(*) from labelled) as labelled,"
        " set_config('plan_cache_mode', 'force_generic_plan', true) from few c"
    )
    return _page_beside(counts, _page_of_few(shape), f"{_LABELLED}, few as materialized ({few})", ", n.labelled")


@lru_cache(maxsize=_SHAPES)
def labelled_stream(shape: Shape, inboxes: int, statuses: int) -> TextClause:
    """The stretches as one ordered stream, read only until a page of labelled rows is found (Merge Append).

    Inboxes and statuses are bound: planning these many stretches takes as long as reading them, so the plan must serve
    everybody. Each value is bound once, because psycopg reads a statement of this length anew each time.
    """
    conditions = [*_conditions(shape, shape.assignee_type), *_further(shape)]
    among = [f"c.inbox_id = p.inboxes[{number}]" for number in range(1, inboxes + 1)]
    if _needs_no_inbox(shape, shape.assignee_type):
        among = ["c.inbox_id = any(:inboxes)"] if shape.is_narrowed else ["true"]
    stream = " union all ".join(
        f"(select c.id, c.last_activity_at from conversation c where {_all(*conditions, inbox)}"
        f" and c.status = p.statuses[{status}] order by c.last_activity_at desc, c.id desc)"
        for inbox in among
        for status in range(1, statuses + 1)
    )
    stream = _BOUND.sub(r"p.\1", stream)
    newest = f"select * from ({stream}) u order by u.last_activity_at desc, u.id desc limit {NEWEST}"
    bound = ", ".join(f"cast(:{name} as {kind}) as {name}" for name, kind in _KINDS.items())
    rows = f"(select {bound}) p cross join lateral ({newest}) c"
    return text(_joined("select c.id, c.last_activity_at from", rows, "where", _IS_LABELLED, _ORDER))


@lru_cache(maxsize=_SHAPES)
def all_labelled(shape: Shape) -> TextClause:
    """The page from all rows that bear the labels: its cost grows with their number."""
    conditions = [*_conditions(shape, shape.assignee_type), _HAS_LABEL, _NAMED, *_further(shape)]
    return text(_joined("select c.id, c.last_activity_at from conversation c where", _all(*conditions), _ORDER))


def _page_beside(counts: str, rows: str, named: str = "", more: str = "") -> TextClause:
    asked = f"select x.id, x.last_activity_at, n.mine, n.unassigned, n.total{more}"
    joined = f"from ({counts}) n left join ({rows}) x on true order by x.last_activity_at desc, x.id desc"
    return text(_joined(f"with {named}" if named else "", asked, joined))


def _page_of_few(shape: Shape) -> str:
    conditions = [] if shape.assignee_type == "all" else [_ASSIGNEES[shape.assignee_type]]
    return f"select c.id, c.last_activity_at from few c where {_all('true', *conditions, *_further(shape))} {_ORDER}"


def _counted(shape: Shape, assignee_type: AssigneeType) -> str:
    arms, conditions = _arms(shape, assignee_type)
    return (
        f"(select count(*) from (select 1 from {arms}, lateral (select 1 from conversation c"
        f" where {_all(*conditions)} limit {COUNT_LIMIT}) x limit {COUNT_LIMIT}) k)"
    )


def _arms(shape: Shape, assignee_type: AssigneeType) -> tuple[str, list[str]]:
    """The stretches to merge, and the conditions within each."""
    conditions = _conditions(shape, assignee_type)
    if _needs_no_inbox(shape, assignee_type):
        if shape.is_narrowed:
            conditions.append("c.inbox_id = any(:inboxes)")
        return "unnest(cast(:statuses as text[])) arm(status)", [*conditions, "c.status = arm.status"]
    both = "unnest(cast(:statuses as text[])) s(status), unnest(cast(:inboxes as bigint[])) b(inbox_id)"
    return both, [*conditions, "c.status = s.status", "c.inbox_id = b.inbox_id"]


def _conditions(shape: Shape, assignee_type: AssigneeType) -> list[str]:
    """What every row must be; labels and looked-up rows apart."""
    found = ["c.account_id = :account_id"]
    if assignee_type != "all":
        found.append(_ASSIGNEES[assignee_type])
    if shape.has_team:
        found.append("c.team_id = :team_id")
    if shape.has_owner:
        found.append("c.owner = :owner")
    return found


def _needs_no_inbox(shape: Shape, assignee_type: AssigneeType) -> bool:
    """Whether an index leads to these rows without their inbox: the assignee's or the team's."""
    return assignee_type == "me" or shape.has_team


def _further(shape: Shape) -> list[str]:
    return [_AFTER] if shape.is_further else []


def _all(*conditions: str) -> str:
    return " and ".join(conditions)


def _joined(*parts: str) -> str:
    return " ".join(parts)
