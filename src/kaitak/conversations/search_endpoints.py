"""Finding messages over HTTP."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import SessionDep, require
from kaitak.api.paging import PageMeta
from kaitak.api.problems import problems
from kaitak.api.wire import Wire
from kaitak.conversations import search
from kaitak.conversations.dependencies import ViewerDep
from kaitak.conversations.errors import SearchTooShortError

router = APIRouter(prefix="/api/v1/accounts/{account_id}/search", tags=["search"])
READ = [Depends(require(Permission.READ_CONVERSATIONS))]


class FoundMessageView(Wire):
    """A message that holds all words, and the conversation it stands in."""

    id: int
    seq: int
    content: str
    message_type: str
    sender_type: str
    private: bool
    created_at: datetime
    display_id: int
    status: str
    inbox_id: int
    contact_id: int
    contact_name: str


class FoundMessages(Wire):
    """A page of messages, newest first."""

    meta: PageMeta
    payload: list[FoundMessageView]


@router.get(
    "/messages",
    dependencies=READ,
    response_model=FoundMessages,
    responses=problems(SearchTooShortError, paging.CursorInvalidError),
)
async def search_messages(
    *,
    session: SessionDep,
    viewer: ViewerDep,
    q: Annotated[str, Query(max_length=100, description="Words of two characters or more; all must be there")],
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 25,
) -> FoundMessages:
    """Messages by what they say, over the whole history; width, case, traditional and simplified are the same."""
    before = paging.id_in(cursor)
    found = await search.search_messages(session, viewer, q, before=before, limit=limit + 1)
    payload = [FoundMessageView.model_validate(each, from_attributes=True) for each in found[:limit]]
    following = paging.next_cursor([[each.id] for each in found], limit)
    return FoundMessages(meta=PageMeta(next_cursor=following), payload=payload)
