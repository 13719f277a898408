"""Reading web sites over HTTP: set up, progress and cancel, a preview of every page, keeping pages as articles."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from pydantic import Field, StringConstraints
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from kaitak.accounts.audit import ActorDep, actor_of
from kaitak.api import paging
from kaitak.api.dependencies import LARGEST_ID, AccountNotFoundError, AccountPath, SessionDep
from kaitak.api.deps import DepsDep
from kaitak.api.paging import PageMeta
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.core.ids import AccountId
from kaitak.jobs import queue
from kaitak.knowledge import crawl_actions, crawl_rules, crawl_tasks, queries, rendering, views
from kaitak.knowledge.endpoints import WRITING, WriterDep
from kaitak.knowledge.errors import (
    CrawlBusyError,
    SiteAddressInvalidError,
    SiteKnownError,
    SiteNotFoundError,
    SitePageNotFoundError,
    TooMuchKnowledgeError,
)
from kaitak.knowledge.models import CrawlPage, CrawlSite
from kaitak.knowledge.schemas import Audience, CategoryName, ImportedView

router = APIRouter(
    prefix="/api/v1/accounts/{account_id}/knowledge/sites", tags=["knowledge"], responses=problems(AccountNotFoundError)
)
SitePath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
PagePath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
PageChange = Literal["new", "changed", "same", "gone", "refused"]
Address = Annotated[str, StringConstraints(min_length=1, max_length=crawl_rules.LONGEST_URL, strip_whitespace=True)]


class SiteForm(Body):
    """A site to read, and how much of it."""

    start_url: Address = Field(examples=["https://help.example.com/"])
    max_pages: int = Field(default=100, ge=1, le=500)
    max_depth: int = Field(default=3, ge=0, le=10)


class PageCounts(Wire):
    """How many pages of each kind a site has."""

    new: int = 0
    changed: int = 0
    same: int = 0
    gone: int = 0
    refused: int = 0


class CrawlError(Wire):
    """Why a reading failed."""

    code: str
    detail: str


class SiteView(Wire):
    """A site, and how far its present or latest reading is."""

    id: int
    start_url: str
    max_pages: int
    max_depth: int
    status: Literal["waiting", "running", "done", "failed", "cancelled"]
    run: int
    pages_read: int
    pages_waiting: int
    bytes_read: int
    stopped_by: Literal["", "pages", "bytes", "time"]
    error: CrawlError | None
    started_at: datetime | None
    finished_at: datetime | None
    pages: PageCounts


class SiteList(Wire):
    """The sites, newest first."""

    payload: list[SiteView]


class SitePageView(Wire):
    """A page, and what became of it. `reason` says why a page was refused or is gone."""

    id: int
    url: str
    title: str
    depth: int
    change: PageChange
    reason: str
    pieces: int
    article_id: int | None
    read_at: datetime


class SitePageList(Wire):
    """Pages in the order in which they were first met."""

    meta: PageMeta
    payload: list[SitePageView]


class SitePageDetail(SitePageView):
    """A page's words, and those of its article as it is now, for comparing."""

    body: str
    html: str
    article_body: str | None


class KeepForm(Body):
    """Pages to make articles of; those of pages that are gone are archived."""

    page_ids: list[Annotated[int, Field(ge=1, le=LARGEST_ID)]] = Field(min_length=1, max_length=200, examples=[[1, 2]])
    audience: Audience = "internal"
    category: CategoryName = ""


class KeptPages(Wire):
    """What became of the chosen pages."""

    articles: list[ImportedView]
    archived: int


@router.get("", dependencies=WRITING)
async def list_sites(session: SessionDep, account_id: AccountPath) -> SiteList:
    """The account's sites."""
    statement = select(CrawlSite).where(CrawlSite.account_id == account_id).order_by(CrawlSite.id.desc())
    rows = (await session.scalars(statement)).all()
    counts = await _counts(session, AccountId(account_id))
    return SiteList(payload=[_site(row, counts.get(row.id)) for row in rows])


@router.post(
    "",
    status_code=201,
    dependencies=WRITING,
    responses=problems(SiteAddressInvalidError, SiteKnownError, CrawlBusyError, TooMuchKnowledgeError),
)
async def add_site(form: SiteForm, session: SessionDep, by: ActorDep) -> SiteView:
    """Read a site; its pages are shown before any becomes an article."""
    row = await crawl_actions.add_site(session, by, form.start_url, max_pages=form.max_pages, max_depth=form.max_depth)
    await _defer(session, row)
    return _site(row, None)


@router.post("/{site_id}/read", dependencies=WRITING, responses=problems(SiteNotFoundError, CrawlBusyError))
async def read_site_again(session: SessionDep, by: ActorDep, site_id: SitePath) -> SiteView:
    """Read a site anew; pages that did not change are not fetched again where the site can tell."""
    row = await crawl_actions.read_again(session, by, site_id)
    await _defer(session, row)
    return _site(row, (await _counts(session, by.account_id)).get(row.id))


@router.post("/{site_id}/cancel", dependencies=WRITING, responses=problems(SiteNotFoundError))
async def cancel_site(session: SessionDep, by: ActorDep, deps: DepsDep, site_id: SitePath) -> SiteView:
    """Stop a reading; what was read stays."""
    row = await crawl_actions.cancel(session, by, site_id, at=deps.clock.now())
    return _site(row, (await _counts(session, by.account_id)).get(row.id))


@router.delete("/{site_id}", status_code=204, dependencies=WRITING, responses=problems(SiteNotFoundError))
async def remove_site(session: SessionDep, by: ActorDep, site_id: SitePath) -> None:
    """Forget a site; its articles stay."""
    await crawl_actions.remove_site(session, by, site_id)


@router.get("/{site_id}/pages", dependencies=WRITING, responses=problems(SiteNotFoundError))
async def list_site_pages(
    *,
    session: SessionDep,
    account_id: AccountPath,
    site_id: SitePath,
    change: Annotated[PageChange | None, Query()] = None,
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 50,
) -> SitePageList:
    """The pages of a site."""
    await crawl_actions.get_site(session, AccountId(account_id), site_id)
    after = paging.id_in(cursor) or 0
    statement = select(CrawlPage).where(
        CrawlPage.account_id == account_id, CrawlPage.site_id == site_id, CrawlPage.id > after
    )
    if change is not None:
        statement = statement.where(CrawlPage.change == change)
    rows = (await session.scalars(statement.order_by(CrawlPage.id).limit(limit + 1))).all()
    return SitePageList(
        meta=PageMeta(next_cursor=paging.next_cursor([[row.id] for row in rows], limit)),
        payload=[SitePageView.model_validate(_facts(row)) for row in rows[:limit]],
    )


@router.get(
    "/{site_id}/pages/{page_id}", dependencies=WRITING, responses=problems(SiteNotFoundError, SitePageNotFoundError)
)
async def get_site_page(
    session: SessionDep, account_id: AccountPath, site_id: SitePath, page_id: PagePath
) -> SitePageDetail:
    """What a page says, beside the article that was made of it."""
    account = AccountId(account_id)
    await crawl_actions.get_site(session, account, site_id)
    pages = await crawl_actions.list_chosen(session, account, site_id, [page_id])
    if not pages:
        raise SitePageNotFoundError(f"there is no page with id {page_id}")
    page = pages[0]
    body = None
    if page.article_id is not None:
        body = await queries.get_body(session, await queries.get_article(session, account, page.article_id))
    html = rendering.to_html(page.body, heading_from=3)
    return SitePageDetail.model_validate({**_facts(page), "body": page.body, "html": html, "article_body": body})


@router.post("/{site_id}/keep", responses=problems(SiteNotFoundError, TooMuchKnowledgeError))
async def keep_site_pages(
    form: KeepForm, connection: HTTPConnection, principal: WriterDep, deps: DepsDep, site_id: SitePath
) -> KeptPages:
    """Make articles of pages; what people set about an article stays when its page changes."""
    kept = await crawl_actions.keep_pages(
        deps.database,
        actor_of(connection, principal),
        site_id,
        form.page_ids,
        audience=form.audience,
        category=form.category,
    )
    return KeptPages(articles=[views.imported(each) for each in kept.planned], archived=kept.archived)


async def _defer(session: AsyncSession, row: CrawlSite) -> None:
    arguments = {"account_id": row.account_id, "site_id": row.id, "run": row.run}
    await queue.defer(session, crawl_tasks.crawl, arguments, lock=f"crawl:{row.account_id}:{row.id}")


async def _counts(session: AsyncSession, account_id: AccountId) -> dict[int, PageCounts]:
    statement = (
        select(CrawlPage.site_id, CrawlPage.change, func.count())
        .where(CrawlPage.account_id == account_id)
        .group_by(CrawlPage.site_id, CrawlPage.change)
    )
    found: dict[int, dict[str, int]] = {}
    for site_id, change, count in await session.execute(statement):
        found.setdefault(site_id, {})[change] = count
    return {site_id: PageCounts.model_validate(counts) for site_id, counts in found.items()}


def _site(row: CrawlSite, counts: PageCounts | None) -> SiteView:
    facts = {name: getattr(row, name) for name in SiteView.model_fields if name != "pages"}
    return SiteView.model_validate({**facts, "pages": counts or PageCounts()})


def _facts(row: CrawlPage) -> dict[str, object]:
    return {name: getattr(row, name) for name in SitePageView.model_fields}
