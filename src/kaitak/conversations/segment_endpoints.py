"""Choosing contacts over HTTP: by conditions, by a segment, with a live count; and taking a choice along as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import Field, StringConstraints, model_validator
from sqlalchemy import ColumnElement, true
from starlette.requests import HTTPConnection

from kaitak.accounts import audit
from kaitak.accounts.audit import ActorDep, actor_of
from kaitak.accounts.policy import Permission
from kaitak.api import downloads, paging
from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep, require, require_alone
from kaitak.api.deps import Deps, DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.contacts import attributes, choosing, conditions, queries, segments, tables
from kaitak.contacts import views as contact_views
from kaitak.contacts.conditions import FlatCondition, Node
from kaitak.contacts.record_errors import (
    ConditionInvalidError,
    SegmentNameTakenError,
    SegmentNotFoundError,
    TooManyRecordsError,
)
from kaitak.contacts.record_models import CustomFilter
from kaitak.contacts.schemas import ContactView
from kaitak.conversations import access
from kaitak.conversations.dependencies import IdPath, ViewerDep

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["segments"])
READ = [Depends(require(Permission.READ_CONTACTS))]
MANAGE = [Depends(require(Permission.MANAGE_CONTACTS))]
ExporterDep = Annotated[Principal, Depends(require_alone(Permission.EXPORT_CONTACTS))]
SegmentName = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
PAGE = 500


class SegmentView(Wire):
    """A segment: its name and its tree of conditions."""

    id: int
    name: str
    query: Node
    created_at: datetime
    updated_at: datetime


class SegmentList(Wire):
    """The account's segments, by name."""

    payload: list[SegmentView]


class SegmentCounted(SegmentView):
    """A segment with how many contacts it holds now; `is_more` says that there are more than were counted."""

    count: int
    is_more: bool


class SegmentBody(Body):
    """A new segment."""

    name: SegmentName
    query: Node


class SegmentChange(Body):
    """Changes to a segment."""

    name: SegmentName | None = None
    query: Node | None = None


class FilterBody(Body):
    """Conditions as a tree (`query`) or as a flat list (`payload`)."""

    query: Node | None = None
    payload: Annotated[list[FlatCondition], Field(max_length=conditions.MOST_CONDITIONS)] = []
    q: Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)] = ""

    @model_validator(mode="after")
    def has_one(self) -> FilterBody:
        """One of the two forms."""
        if (self.query is None) is not bool(self.payload):
            raise ValueError("give either `query` or `payload`")
        return self


class FoundMeta(Wire):
    """How many there are, and where the list goes on."""

    count: int
    is_more: bool
    next_cursor: str | None


class FoundContacts(Wire):
    """A page of the contacts that fit, last active first."""

    meta: FoundMeta
    payload: list[ContactView]


@router.post("/contacts/filter", dependencies=READ, responses=problems(ConditionInvalidError))
async def filter_contacts(
    *,
    session: SessionDep,
    viewer: ViewerDep,
    deps: DepsDep,
    body: FilterBody,
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 25,
) -> FoundContacts:
    """Contacts that conditions fit, without keeping the conditions; counted up to 20,000."""
    frame = await choosing.frame_of(session, viewer.account_id, deps.clock.now())
    chosen = choosing.where(body.query or conditions.of_list(body.payload), frame)
    after = paging.decode(cursor, (datetime, int)) if cursor else None
    rows = await queries.list_contacts(
        session,
        viewer.account_id,
        q=body.q,
        inbox_ids=viewer.inbox_ids,
        after=(after[0], after[1]) if after else None,  # type: ignore[arg-type]
        limit=limit + 1,
        where=chosen,
    )
    shown = await contact_views.contacts_of(session, viewer.account_id, [row[0] for row in rows[:limit]])
    count = await choosing.count(
        session, viewer.account_id, chosen, inbox_ids=viewer.inbox_ids, most=choosing.MOST_LIVE
    )
    meta = FoundMeta(
        **_counted(count, choosing.MOST_LIVE),
        next_cursor=paging.next_cursor([[at, number] for number, at in rows], limit),
    )
    return FoundContacts(meta=meta, payload=[shown[number] for number, _ in rows[:limit]])


@router.get("/custom_filters", dependencies=READ)
async def list_segments(session: SessionDep, principal: PrincipalDep) -> SegmentList:
    """The account's segments."""
    return SegmentList(payload=[_view(row) for row in await segments.list_segments(session, principal.account_id)])


@router.post(
    "/custom_filters",
    status_code=201,
    dependencies=MANAGE,
    responses=problems(ConditionInvalidError, SegmentNameTakenError, TooManyRecordsError),
)
async def create_segment(session: SessionDep, actor: ActorDep, deps: DepsDep, body: SegmentBody) -> SegmentView:
    """Keep conditions under a name."""
    frame = await choosing.frame_of(session, actor.account_id, deps.clock.now())
    row = await segments.create_segment(
        session, actor.account_id, name=body.name, query=body.query, user_id=actor.user_id, frame=frame
    )
    await audit.record(session, actor, "segment.created", target_type="segment", target_id=row.id)
    return _view(row)


@router.get("/custom_filters/{segment_id}", dependencies=READ, responses=problems(SegmentNotFoundError))
async def show_segment(session: SessionDep, viewer: ViewerDep, deps: DepsDep, segment_id: IdPath) -> SegmentCounted:
    """A segment and how many contacts it holds now, of those that the caller may see."""
    row = await segments.get_segment(session, viewer.account_id, segment_id)
    frame = await choosing.frame_of(session, viewer.account_id, deps.clock.now())
    chosen = choosing.where(segments.tree_of(row), frame)
    count = await choosing.count(session, viewer.account_id, chosen, inbox_ids=viewer.inbox_ids)
    return SegmentCounted(**_view(row).model_dump(), **_counted(count, choosing.MOST_COUNTED))


@router.patch(
    "/custom_filters/{segment_id}",
    dependencies=MANAGE,
    responses=problems(ConditionInvalidError, SegmentNameTakenError, SegmentNotFoundError),
)
async def change_segment(
    session: SessionDep, actor: ActorDep, deps: DepsDep, segment_id: IdPath, body: SegmentChange
) -> SegmentView:
    """Change a segment's name or conditions."""
    row = await segments.get_segment(session, actor.account_id, segment_id)
    frame = await choosing.frame_of(session, actor.account_id, deps.clock.now())
    await segments.change_segment(session, row, name=body.name, query=body.query, frame=frame)
    await audit.record(session, actor, "segment.changed", target_type="segment", target_id=row.id)
    return _view(row)


@router.delete(
    "/custom_filters/{segment_id}", status_code=204, dependencies=MANAGE, responses=problems(SegmentNotFoundError)
)
async def delete_segment(session: SessionDep, actor: ActorDep, segment_id: IdPath) -> None:
    """Forget a segment; its contacts stay."""
    await session.delete(await segments.get_segment(session, actor.account_id, segment_id))
    await audit.record(session, actor, "segment.deleted", target_type="segment", target_id=segment_id)


@router.get(
    "/contacts/export",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}, **problems(SegmentNotFoundError)},
)
async def export_contacts(
    *,
    connection: HTTPConnection,
    principal: ExporterDep,
    deps: DepsDep,
    segment_id: Annotated[int | None, Field(ge=1, le=LARGEST_ID)] = None,
    language: tables.Language = "zh-HK",
) -> StreamingResponse:
    """The contacts of a segment, or all, as CSV for a spreadsheet; nothing in it runs as a formula."""
    async with deps.database.transaction(principal.account_id) as session:
        chosen: ColumnElement[bool] = true()
        if segment_id is not None:
            row = await segments.get_segment(session, principal.account_id, segment_id)
            frame = await choosing.frame_of(session, principal.account_id, deps.clock.now())
            chosen = choosing.where(segments.tree_of(row), frame)
        own = await attributes.list_definitions(session, principal.account_id, "contact_attribute")
        by = actor_of(connection, principal)
        await audit.record(session, by, "contacts.exported", target_type="segment", target_id=segment_id or "all")
        head = [*(words[language] for words in tables.COLUMNS.values()), *(each.attribute_display_name for each in own)]
        keys = [each.attribute_key for each in own]
    body = _written(deps, principal, chosen, head, keys)
    return StreamingResponse(body, media_type="text/csv; charset=utf-8", headers=downloads.headers("contacts.csv"))


async def _written(
    deps: Deps, principal: Principal, chosen: ColumnElement[bool], head: list[str], keys: list[str]
) -> AsyncIterator[bytes]:
    yield b"\xef\xbb\xbf" + tables.lines([head]).encode()  # spreadsheets know UTF-8 by its mark
    after: tuple[datetime, int] | None = None
    while True:
        async with deps.database.transaction(principal.account_id) as session:
            viewer = await access.viewer_of(session, principal)
            rows = await queries.list_contacts(
                session,
                principal.account_id,
                q="",
                inbox_ids=viewer.inbox_ids,
                after=after,
                limit=PAGE,
                where=chosen,
            )
            shown = await contact_views.contacts_of(session, principal.account_id, [number for number, _ in rows])
        if rows:
            yield tables.lines(tables.row_of(shown[number], keys) for number, _ in rows if number in shown).encode()
        if len(rows) < PAGE:
            return
        after = (rows[-1][1], rows[-1][0])


def _counted(count: int, most: int) -> dict[str, int | bool]:
    return {"count": min(count, most), "is_more": count > most}


def _view(row: CustomFilter) -> SegmentView:
    return SegmentView(
        id=row.id,
        name=row.name,
        query=segments.tree_of(row),
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
