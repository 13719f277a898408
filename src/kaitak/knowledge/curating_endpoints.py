"""What writers of articles need beside the articles over HTTP: a preview, what articles are sorted by, closing gaps."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from kaitak.accounts.audit import ActorDep
from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import LARGEST_ID, AccountNotFoundError, AccountPath, SessionDep, require_alone
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.core.ids import AccountId
from kaitak.knowledge import actions, pieces, queries, rendering, views
from kaitak.knowledge.endpoints import READING, WRITING
from kaitak.knowledge.errors import GapNotFoundError
from kaitak.knowledge.schemas import CountedName, FacetsView, GapForm, GapView, PreviewForm, PreviewView

router = APIRouter(
    prefix="/api/v1/accounts/{account_id}/knowledge", tags=["knowledge"], responses=problems(AccountNotFoundError)
)

ReaderDep = Annotated[Principal, Depends(require_alone(Permission.READ_KNOWLEDGE))]


@router.post("/preview")
async def preview_article(form: PreviewForm, _principal: ReaderDep) -> PreviewView:
    """How words look in the help centre, and what answers could be made of; nothing is stored."""

    def read() -> PreviewView:
        found = pieces.of_markdown(form.body, form.title)
        html = rendering.to_html(rendering.without_title(form.body, form.title), heading_from=3)
        return PreviewView(html=html, pieces=len(found), preview=views.previewed(found))

    return await asyncio.to_thread(read)


@router.get("/facets", dependencies=READING)
async def list_facets(session: SessionDep, account_id: AccountPath) -> FacetsView:
    """The categories and tags in use."""
    account = AccountId(account_id)
    categories = await queries.list_categories(session, account)
    tags = await queries.list_tags(session, account)
    return FacetsView(
        categories=[CountedName(name=name, articles=count) for name, count in categories],
        tags=[CountedName(name=name, articles=count) for name, count in tags],
    )


@router.post("/gaps/{gap_id}/close", dependencies=WRITING, responses=problems(GapNotFoundError))
async def close_knowledge_gap(
    form: GapForm, session: SessionDep, by: ActorDep, gap_id: Annotated[int, Path(ge=1, le=LARGEST_ID)]
) -> GapView:
    """Take a question off the list of what is missing, or put it back."""
    row = await actions.set_gap_closed(session, by, gap_id, is_closed=form.closed)
    return GapView.model_validate({name: getattr(row, name) for name in GapView.model_fields})
