"""Owns every change of a crawled site: set up, begun, told how far it is, ended, its pages kept as articles."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CursorResult, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from yarl import URL

from kaitak.accounts import audit as audit_log
from kaitak.accounts.audit import Actor
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.knowledge import actions, crawl_reading, crawl_rules, limits, queries
from kaitak.knowledge.actions import Planned
from kaitak.knowledge.crawl_reading import Fetched
from kaitak.knowledge.errors import (
    CrawlBusyError,
    SiteAddressInvalidError,
    SiteKnownError,
    SiteNotFoundError,
    TooMuchKnowledgeError,
)
from kaitak.knowledge.models import Article, CrawlPage, CrawlSite
from kaitak.knowledge.reading import Audience, Draft

AT_WORK = ("waiting", "running")


class CrawlAction(StrEnum):
    """What is recorded of crawls."""

    BEGUN = "crawl.begun"
    CANCELLED = "crawl.cancelled"
    REMOVED = "crawl.removed"
    KEPT = "crawl.kept"


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reading found at an address: words, or why there are none."""

    url: str
    depth: int
    fetched: Fetched | None = None
    reason: str = ""
    etag: str = ""
    last_modified: str = ""
    is_unchanged: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of chosen pages."""

    planned: tuple[Planned, ...]
    archived: int


async def get_site(session: AsyncSession, account_id: AccountId, site_id: int, *, is_locked: bool = False) -> CrawlSite:
    """One site."""
    found = await session.get(CrawlSite, (account_id, site_id), with_for_update=is_locked or None)
    if found is None:
        raise SiteNotFoundError(f"there is no site with id {site_id}")
    return found


async def add_site(session: AsyncSession, by: Actor, start_url: str, *, max_pages: int, max_depth: int) -> CrawlSite:
    """A new site, waiting for its first reading."""
    url = crawl_rules.normalised(start_url)
    if url is None:
        raise SiteAddressInvalidError("write an address that begins with http:// or https://, without a password")
    await actions.take_turns(session, by.account_id)
    known = select(func.count()).select_from(CrawlSite).where(CrawlSite.account_id == by.account_id)
    if (await session.execute(known)).scalar_one() >= limits.SITES:
        raise TooMuchKnowledgeError(limit=limits.SITES)
    same = select(CrawlSite.id).where(CrawlSite.account_id == by.account_id, CrawlSite.start_url == str(url))
    if (await session.execute(same)).scalar_one_or_none() is not None:
        raise SiteKnownError("this site is on the list already; read it again there")
    site = CrawlSite(
        account_id=by.account_id,
        start_url=str(url),
        max_pages=max_pages,
        max_depth=max_depth,
        status="waiting",
        created_by=by.user_id,
    )
    session.add(site)
    await _flush_alone(session)
    await session.refresh(site)
    await _record(session, by, CrawlAction.BEGUN, site)
    return site


async def read_again(session: AsyncSession, by: Actor, site_id: int) -> CrawlSite:
    """Let a site be read anew."""
    site = await get_site(session, by.account_id, site_id, is_locked=True)
    if site.status in AT_WORK:
        raise CrawlBusyError("this site is being read")
    site.status, site.run, site.error, site.stopped_by = "waiting", site.run + 1, None, ""
    site.pages_read = site.pages_waiting = site.bytes_read = 0
    site.started_at = site.finished_at = None
    await _flush_alone(session)
    await session.refresh(site)
    await _record(session, by, CrawlAction.BEGUN, site)
    return site


async def cancel(session: AsyncSession, by: Actor, site_id: int, *, at: datetime) -> CrawlSite:
    """Stop a reading; what was read so far stays to be looked at."""
    site = await get_site(session, by.account_id, site_id, is_locked=True)
    if site.status in AT_WORK:
        site.status, site.finished_at, site.pages_waiting = "cancelled", at, 0
        await session.flush()
        await session.refresh(site)
        await _record(session, by, CrawlAction.CANCELLED, site)
    return site


async def remove_site(session: AsyncSession, by: Actor, site_id: int) -> None:
    """Forget a site and its pages; articles that were made of them stay."""
    site = await get_site(session, by.account_id, site_id, is_locked=True)
    await _record(session, by, CrawlAction.REMOVED, site)
    await session.delete(site)
    await session.flush()


async def begin(
    session: AsyncSession, account_id: AccountId, site_id: int, run: int, *, at: datetime
) -> CrawlSite | None:
    """Take a waiting reading, or go on with one whose worker was lost; None when it is no longer wanted."""
    site = await session.get(CrawlSite, (account_id, site_id), with_for_update=True)
    if site is None or site.run != run or site.status not in AT_WORK:
        return None
    site.status, site.started_at, site.seen_at = "running", site.started_at or at, at
    site.pages_read = site.pages_waiting = site.bytes_read = 0
    await session.flush()
    return site


async def note_page(
    session: AsyncSession,
    account_id: AccountId,
    site_id: int,
    run: int,
    seen: Seen,
    *,
    waiting: int,
    size: int,
    at: datetime,
) -> bool:
    """Keep what was found at an address, and how far the reading is; False when it is no longer wanted."""
    told = await session.execute(
        update(CrawlSite)
        .where(
            CrawlSite.account_id == account_id,
            CrawlSite.id == site_id,
            CrawlSite.run == run,
            CrawlSite.status == "running",
        )
        .values(
            pages_read=CrawlSite.pages_read + 1,
            pages_waiting=waiting,
            bytes_read=CrawlSite.bytes_read + size,
            seen_at=at,
        )
    )
    assert isinstance(told, CursorResult)
    if not told.rowcount:
        return False
    found = await find_page(session, account_id, site_id, seen.url)
    page = found or CrawlPage(account_id=account_id, site_id=site_id, url=seen.url)
    if found is None:
        session.add(page)
    _take(page, seen, run, at)
    await session.flush()
    return True


def _take(page: CrawlPage, seen: Seen, run: int, at: datetime) -> None:
    page.run, page.depth, page.read_at, page.reason = run, seen.depth, at, seen.reason
    if seen.fetched is not None:
        fetched = seen.fetched
        page.title, page.body, page.links, page.pieces = (
            fetched.title,
            fetched.body,
            list(fetched.links),
            fetched.pieces,
        )
        page.digest, page.etag, page.last_modified = fetched.digest, seen.etag, seen.last_modified
    if seen.fetched is None and not seen.is_unchanged:
        is_gone = page.article_id is not None and seen.reason in {"status_404", "status_410"}
        page.change = "gone" if is_gone else "refused"
        page.etag = page.last_modified = ""
    elif page.article_id is None:
        page.change = "new"
    else:
        page.change = "same" if page.kept_digest == page.digest else "changed"


async def find_page(session: AsyncSession, account_id: AccountId, site_id: int, url: str) -> CrawlPage | None:
    """A page as it was read last."""
    statement = select(CrawlPage).where(
        CrawlPage.account_id == account_id, CrawlPage.site_id == site_id, CrawlPage.url == url
    )
    return (await session.scalars(statement)).one_or_none()


async def end(
    session: AsyncSession,
    account_id: AccountId,
    site_id: int,
    run: int,
    *,
    at: datetime,
    stopped_by: str = "",
    error: dict[str, str] | None = None,
) -> None:
    """End a reading; pages that a whole reading did not meet any more are gone."""
    site = await session.get(CrawlSite, (account_id, site_id), with_for_update=True, populate_existing=True)
    if site is None or site.run != run or site.status not in AT_WORK:
        return
    site.status = "failed" if error else "done"
    site.error, site.stopped_by, site.finished_at, site.pages_waiting = error, stopped_by, at, 0
    if not error and not stopped_by:
        unmet = (CrawlPage.account_id == account_id, CrawlPage.site_id == site_id, CrawlPage.run < run)
        await session.execute(delete(CrawlPage).where(*unmet, CrawlPage.article_id.is_(None)))
        await session.execute(update(CrawlPage).where(*unmet).values(change="gone", reason="not_linked"))
    await session.flush()


async def keep_pages(
    database: Database, by: Actor, site_id: int, page_ids: Sequence[int], *, audience: Audience, category: str
) -> Kept:
    """Make articles of new pages, new versions of changed ones, and take the articles of pages that are gone out."""
    async with database.transaction(by.account_id) as session:
        await get_site(session, by.account_id, site_id)
        pages = await list_chosen(session, by.account_id, site_id, page_ids)
        wanted = [page for page in pages if page.change in {"new", "changed"}]
        known = await queries.get_articles(session, by.account_id, [p.article_id for p in wanted if p.article_id])
    drafts = {page.id: _draft(page, known.get(page.article_id or 0), audience, category) for page in wanted}
    prepared = await asyncio.to_thread(
        lambda: {draft.key: actions.prepare(draft.title, draft.pieces) for draft in drafts.values()}
    )
    async with database.transaction(by.account_id, by.user_id) as session:
        planned = await actions.import_articles(session, by, list(drafts.values()), prepared)
        made = {each.draft.key: each.article_id for each in planned}
        for page in await list_chosen(session, by.account_id, site_id, list(drafts)):
            page.article_id, page.change = made[drafts[page.id].key], "same"
            page.kept_digest = next(each.digest for each in wanted if each.id == page.id)
            if page.kept_digest != page.digest:  # it was read again meanwhile
                page.change = "changed"
        gone = [page.article_id for page in pages if page.change == "gone" and page.article_id is not None]
        for article_id in gone:
            await actions.set_archived(session, by, article_id, is_archived=True)
        site = await get_site(session, by.account_id, site_id)
        await _record(session, by, CrawlAction.KEPT, site)
    return Kept(tuple(planned), len(gone))


async def list_chosen(
    session: AsyncSession, account_id: AccountId, site_id: int, page_ids: Sequence[int]
) -> list[CrawlPage]:
    """These pages of a site, with their words."""
    statement = select(CrawlPage).where(
        CrawlPage.account_id == account_id, CrawlPage.site_id == site_id, CrawlPage.id.in_(page_ids)
    )
    pages = list((await session.scalars(statement.order_by(CrawlPage.id))).all())
    for page in pages:
        await session.refresh(page, ["body"])
    return pages


def _draft(page: CrawlPage, known: Article | None, audience: Audience, category: str) -> Draft:
    draft = crawl_reading.draft_of(URL(page.url), page.body, audience=audience, category=category or None)
    if known is None:
        return draft
    is_public: Audience = "public" if known.audience == "public" else "internal"
    return replace(  # what people set about the article stays as it is
        draft,
        key=known.key,
        locale=known.locale,
        audience=is_public,
        valid_from=known.valid_from,
        valid_to=known.valid_to,
        review_at=known.review_at,
        category=None,
    )


async def _flush_alone(session: AsyncSession) -> None:
    try:
        async with session.begin_nested():
            await session.flush()
    except IntegrityError as exc:
        raise CrawlBusyError("another site is being read; wait until it is done") from exc


async def _record(session: AsyncSession, by: Actor, action: CrawlAction, site: CrawlSite) -> None:
    details: dict[str, audit_log.Detail] = {"host": URL(site.start_url).host or "", "run": site.run}
    await audit_log.record(session, by, action, target_type="crawl_site", target_id=site.id, details=details)
