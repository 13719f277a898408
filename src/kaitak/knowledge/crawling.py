"""Owns one reading of a site, page after page from its start: polite, bounded, stoppable at every page.

No transaction is open while it waits for the site. Each page is written as it comes; the same write tells whether the
reading is still wanted. The outgoing client refuses private addresses at every connection; redirects are followed here,
one by one, so that each is looked at as an address of its own.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession
from yarl import URL

from kaitak.core.errors import KaitakError
from kaitak.core.http import BlockedAddressError, HttpError, HttpReply, HttpTooLargeError, OutgoingHttp, UrlInvalidError
from kaitak.core.ids import AccountId
from kaitak.jobs.queue import JobDeps
from kaitak.knowledge import crawl_actions, crawl_reading, crawl_rules, limits
from kaitak.knowledge.crawl_actions import Seen
from kaitak.knowledge.crawl_reading import NotForUsError
from kaitak.knowledge.crawl_rules import Robots

_log = logging.getLogger(__name__)
PAUSE = timedelta(milliseconds=200)
LONGEST = timedelta(minutes=10)
ONE_PAGE = timedelta(seconds=10)
MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class SiteUnreadableError(KaitakError):
    """The site cannot be read at all; `reason` says why."""

    code = "site_unreadable"

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(slots=True)
class _Reading:
    """One reading under way."""

    deps: JobDeps
    http: OutgoingHttp
    account_id: AccountId
    site_id: int
    run: int
    start: URL
    max_pages: int
    max_depth: int
    pause: timedelta
    robots: Robots = field(default_factory=lambda: Robots(None))
    queue: deque[tuple[URL, int]] = field(default_factory=deque)
    met: set[str] = field(default_factory=set)
    pages: int = 0
    size: int = 0


async def run(deps: JobDeps, account_id: AccountId, site_id: int, number: int, *, pause: timedelta = PAUSE) -> None:
    """Read one site to its end, whatever that is."""
    async with deps.database.transaction(account_id) as session:
        site = await crawl_actions.begin(session, account_id, site_id, number, at=deps.clock.now())
        if site is None:
            return
        reading = _Reading(
            deps=deps,
            http=deps.get(OutgoingHttp),
            account_id=account_id,
            site_id=site_id,
            run=number,
            start=URL(site.start_url),
            max_pages=site.max_pages,
            max_depth=site.max_depth,
            pause=pause,
        )
    try:
        stopped_by = await _read_site(reading)
        await _end(reading, stopped_by=stopped_by or "")
    except asyncio.CancelledError:
        await asyncio.shield(_end(reading, error=("interrupted", "the worker ended while it read; start again")))
        raise
    except SiteUnreadableError as exc:
        await _end(reading, error=(exc.reason, exc.message))
    except Exception:  # noqa: BLE001 (the job's loop: its row must say that it failed)
        _log.exception("a crawl failed", extra={"account_id": account_id, "site_id": site_id})
        await _end(reading, error=("internal", "the reading failed on our side; the log says why"))


async def _end(reading: _Reading, *, stopped_by: str = "", error: tuple[str, str] | None = None) -> None:
    told = {"code": error[0], "detail": error[1]} if error else None
    async with reading.deps.database.transaction(reading.account_id) as session:
        await crawl_actions.end(
            session,
            reading.account_id,
            reading.site_id,
            reading.run,
            at=reading.deps.clock.now(),
            stopped_by=stopped_by,
            error=told,
        )


async def _read_site(reading: _Reading) -> str | None:
    """Read page after page; returns the limit that ended it, if one did, or None."""
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + LONGEST.total_seconds()
    reading.robots = await _robots(reading)
    if not reading.robots.allows(reading.start):
        raise SiteUnreadableError("robots", "the site's robots.txt asks not to read this page")
    _enqueue(reading, reading.start, 0)
    while reading.queue:
        if reading.pages >= reading.max_pages:
            return "pages"
        if reading.size >= limits.CRAWL_BYTES:
            return "bytes"
        if loop.time() >= ends_at:
            return "time"
        url, depth = reading.queue.popleft()
        if reading.pages:
            await asyncio.sleep(max(reading.pause.total_seconds(), reading.robots.delay))
        if not await _read_page(reading, url, depth):
            return None
    return None


def _enqueue(reading: _Reading, url: URL, depth: int) -> None:
    is_ours = crawl_rules.is_same_site(url, reading.start) and crawl_rules.is_page(url)
    if is_ours and depth <= reading.max_depth and str(url) not in reading.met and len(reading.met) < 20_000:
        reading.met.add(str(url))
        reading.queue.append((url, depth))


async def _read_page(reading: _Reading, url: URL, depth: int) -> bool:
    """Read one page and keep what it says; False when the reading is no longer wanted."""
    async with reading.deps.database.transaction(reading.account_id) as session:
        known = await _known(session, reading, url)
    seen, links, size = await _look(reading, url, depth, known)
    if reading.pages == 0 and seen.fetched is None and not seen.is_unchanged and not links:
        raise SiteUnreadableError(seen.reason, "the first page could not be read")
    reading.pages += 1
    reading.size += size
    for link in links:
        found = crawl_rules.normalised(link)
        if found is not None and reading.robots.allows(found):
            _enqueue(reading, found, depth + 1)
    async with reading.deps.database.transaction(reading.account_id) as session:
        return await crawl_actions.note_page(
            session,
            reading.account_id,
            reading.site_id,
            reading.run,
            seen,
            waiting=min(len(reading.queue), reading.max_pages - reading.pages),
            size=size,
            at=reading.deps.clock.now(),
        )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is kept of a page from an earlier reading."""

    etag: str
    last_modified: str
    links: tuple[str, ...]

    def headers(self) -> dict[str, str]:
        """Ask for the page only if it changed."""
        told = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in told.items() if value}


async def _known(session: AsyncSession, reading: _Reading, url: URL) -> _Known | None:
    page = await crawl_actions.find_page(session, reading.account_id, reading.site_id, str(url))
    if page is None or not (page.etag or page.last_modified):
        return None
    await session.refresh(page, ["links"])
    return _Known(page.etag, page.last_modified, tuple(page.links))


async def _look(reading: _Reading, url: URL, depth: int, known: _Known | None) -> tuple[Seen, tuple[str, ...], int]:
    """(what was found, where it leads, bytes)."""
    address = str(url)
    try:
        reply = await _get(reading, url, known.headers() if known else {})
        return await _understood(reading, url, depth, reply, known)
    except NotForUsError as exc:
        return Seen(address, depth, reason=exc.reason), exc.links, 0


async def _understood(
    reading: _Reading, url: URL, depth: int, reply: HttpReply, known: _Known | None
) -> tuple[Seen, tuple[str, ...], int]:
    address = str(url)
    if reply.status == 304 and known is not None:
        return Seen(address, depth, is_unchanged=True), known.links, 0
    if reply.status in _REDIRECTS:
        return _led_on(reading, url, depth, reply)
    if reply.status != 200:
        return Seen(address, depth, reason=f"status_{reply.status}"), (), len(reply.body)
    fetched = await asyncio.to_thread(crawl_reading.read, url, reply.headers, reply.body)
    etag, modified = reply.headers.get("ETag", "")[:200], reply.headers.get("Last-Modified", "")[:100]
    seen = Seen(address, depth, fetched=fetched, etag=etag, last_modified=modified)
    return seen, fetched.links, len(reply.body)


def _led_on(reading: _Reading, url: URL, depth: int, reply: HttpReply) -> tuple[Seen, tuple[str, ...], int]:
    """A redirect: the page it leads to is read in its turn, if it is one of the site's own."""
    target = crawl_rules.normalised(reply.headers.get("Location", ""), url)
    if target is None or not crawl_rules.is_same_site(target, reading.start):
        return Seen(str(url), depth, reason="off_site"), (), 0
    if reading.robots.allows(target) and str(target) not in reading.met and depth <= reading.max_depth + MOST_REDIRECTS:
        reading.met.add(str(target))
        reading.queue.appendleft((target, depth))
    return Seen(str(url), depth, reason="redirect"), (str(target),), 0


async def _robots(reading: _Reading) -> Robots:
    """robots.txt as RFC 9309 reads it: none there allows all, a broken server forbids all."""
    url = reading.start.with_path("/robots.txt").with_query(None)
    for _ in range(MOST_REDIRECTS + 1):
        try:
            reply = await _get(reading, url, {}, max_bytes=512 * 1024)
        except NotForUsError as exc:
            if exc.reason == "too_large":
                return Robots(None, is_shut=True)
            raise SiteUnreadableError(exc.reason, "the site's robots.txt could not be read") from exc
        target = crawl_rules.normalised(reply.headers.get("Location", ""), url)
        if reply.status not in _REDIRECTS or target is None:
            break
        url = target
    if reply.status >= 500 or reply.status == 429:
        return Robots(None, is_shut=True)
    return Robots(reply.body.decode("utf-8", errors="replace") if reply.is_ok else None)


async def _get(
    reading: _Reading, url: URL, headers: Mapping[str, str], *, max_bytes: int = limits.FILE_BYTES
) -> HttpReply:
    sent = {"User-Agent": crawl_rules.USER_AGENT, "Accept": "text/html, application/pdf;q=0.8", **headers}
    try:
        return await reading.http.request("GET", str(url), headers=sent, timeout=ONE_PAGE, max_bytes=max_bytes)
    except (BlockedAddressError, UrlInvalidError) as exc:
        raise NotForUsError("blocked") from exc
    except HttpTooLargeError as exc:
        raise NotForUsError("too_large") from exc
    except HttpError as exc:
        raise NotForUsError("broken" if exc.sent else "unreachable") from exc
