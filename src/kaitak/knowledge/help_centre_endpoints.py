"""The public help centre under `/hc/…`: pages for readers and search engines, without sign-in, cookie or script."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from kaitak.api.deps import Deps, get_deps
from kaitak.api.ratelimit import AddressLimit
from kaitak.core.errors import KaitakError, NotFoundError, RateLimitedError
from kaitak.knowledge import answers, help_centre, help_centre_pages, reading, rendering, search
from kaitak.knowledge import help_centre_words as words
from kaitak.knowledge.answers import AnswerContext, KnowledgeAnswer
from kaitak.knowledge.errors import HelpPageNotFoundError
from kaitak.knowledge.help_centre import Listed, OpenCentre
from kaitak.knowledge.help_centre_pages import Place
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.knowledge.search import Asker, Hit


class PageRoute(APIRoute):
    """A route whose faults are pages too: people look at them."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The route's own handling, and a page for what it refuses."""
        inner = super().get_route_handler()

        async def shown(request: Request) -> Response:
            try:
                return await inner(request)
            except KaitakError as error:
                return _fault(request, error)
            except RequestValidationError:
                return _fault(request, HelpPageNotFoundError("this is not an address of ours"))

        return shown


router = APIRouter(prefix="/hc", include_in_schema=False, route_class=PageRoute)
READING = Depends(AddressLimit("help_centre", per_minute=120, burst=80))
SEARCHING = Depends(AddressLimit("help_centre.search", per_minute=30, burst=15))
LONGEST_SEARCH = 200
NEAR = 0.42  # a piece that stands further from the question is no result …
NEAR_THE_BEST = 0.6  # … nor one that stands so much further than the best
AS_NEAR = 0.8  # of the best: as good an answer
SHORTEST_QUESTION = 4  # characters; a shorter search names a subject and asks nothing
_METHODS = ["GET", "HEAD"]
_A_MINUTE = "public, max-age=60"
_FOREVER = "public, max-age=31536000, immutable"
SlugPath = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")]
LocalePath = Annotated[str, Path(max_length=10)]


@dataclass(frozen=True, slots=True)
class Result:
    """An article that fits a search, with the words that do."""

    row: Listed
    text: str


@router.api_route("/-/{fingerprint}.css", methods=_METHODS)
async def help_centre_style(fingerprint: str) -> Response:
    """The style sheet of all help centres; its name carries its fingerprint."""
    text = help_centre_pages.style_text(fingerprint)
    if text is None:
        raise HelpPageNotFoundError("there is no such style sheet")
    return Response(text, media_type="text/css", headers={"cache-control": _FOREVER})


@router.api_route("/{slug}", methods=_METHODS, dependencies=[READING])
async def help_centre_entry(request: Request, slug: SlugPath) -> Response:
    """Leads to the language that the reader's browser asks for."""
    deps = get_deps(request)
    async with deps.database.transaction() as session:
        centre = await help_centre.enter(session, slug, deps.clock.now())
    default = centre.locale if centre.locale in words.LOCALES else "zh-HK"
    locale = words.preferred(request.headers.get("accept-language", ""), default)
    headers = {"cache-control": _A_MINUTE, "vary": "accept-language"}
    return RedirectResponse(help_centre_pages.home_path(slug, locale), status_code=302, headers=headers)


@router.api_route("/{slug}/sitemap.xml", methods=_METHODS, dependencies=[READING])
async def help_centre_sitemap(request: Request, slug: SlugPath) -> Response:
    """Every page, for search engines; nothing when they are not welcome."""
    deps = get_deps(request)
    async with deps.database.transaction() as session:
        centre = await help_centre.enter(session, slug, deps.clock.now())
        if not centre.is_listed:
            raise HelpPageNotFoundError("this help centre is not listed")
        place = await _place(session, deps, centre, centre.locale)
        pages = await help_centre.list_pages(session, centre)
    text = help_centre_pages.sitemap(place, pages)
    return Response(text, media_type="application/xml", headers={"cache-control": _A_MINUTE})


@router.api_route("/{slug}/{locale}", methods=_METHODS, dependencies=[READING])
async def help_centre_home(request: Request, slug: SlugPath, locale: LocalePath) -> Response:
    """The first page of a language: what there is to read, by category."""
    deps = get_deps(request)
    async with deps.database.transaction() as session:
        place = await _enter(session, deps, slug, locale)
        rows = await help_centre.list_articles(session, place.centre, place.locale)
    shelves = help_centre_pages.shelves(place, rows)
    return _answer(request, help_centre_pages.render("home", place, {"shelves": shelves, "path": place.home}))


@router.api_route("/{slug}/{locale}/category/{name:path}", methods=_METHODS, dependencies=[READING])
async def help_centre_category(request: Request, slug: SlugPath, locale: LocalePath, name: str) -> Response:
    """All articles of a category."""
    deps = get_deps(request)
    name = name.replace("\0", "")[:200]
    async with deps.database.transaction() as session:
        place = await _enter(session, deps, slug, locale)
        rows = await help_centre.list_articles(session, place.centre, place.locale, category=name)
    if not rows or not name:
        return _missing(request, place)
    path = help_centre_pages.category_path(slug, place.locale, name)
    return _answer(
        request, help_centre_pages.render("category", place, {"category": name, "articles": rows, "path": path})
    )


@router.api_route("/{slug}/{locale}/articles/{ref}", methods=_METHODS, dependencies=[READING])
async def help_centre_article(request: Request, slug: SlugPath, locale: LocalePath, ref: str) -> Response:
    """One article."""
    deps = get_deps(request)
    async with deps.database.transaction() as session:
        place = await _enter(session, deps, slug, locale)
        number = ref.partition("-")[0]
        if not number.isascii() or not number.isdigit() or len(number) > 15:
            return _missing(request, place)
        try:
            row, body = await help_centre.get_article(session, place.centre, int(number))
        except HelpPageNotFoundError:
            return _missing(request, place)
        beside = await help_centre.list_articles(session, place.centre, row.locale, category=row.category)
    values = {
        "row": row,
        "html": help_centre_pages.body_html(body, row.title),
        "summary": rendering.summary(body) or row.title,
        "category_url": help_centre_pages.category_path(slug, row.locale, row.category),
        "related": [other for other in beside if other.id != row.id][:8] if row.category else [],
        "path": help_centre_pages.article_path(slug, row.locale, row.id, row.key),
    }
    return _answer(request, help_centre_pages.render("article", place, values))


@router.api_route("/{slug}/{locale}/search", methods=_METHODS, dependencies=[SEARCHING])
async def help_centre_search(
    request: Request, slug: SlugPath, locale: LocalePath, q: Annotated[str, Query()] = ""
) -> Response:
    """What fits a question: the closest answer with its source, and articles."""
    deps = get_deps(request)
    asked = " ".join(q.replace("\0", " ").split())[:LONGEST_SEARCH]
    async with deps.database.transaction() as session:
        place = await _enter(session, deps, slug, locale)
        context = AnswerContext(
            account_id=place.centre.account_id,
            shelf=deps.get(KnowledgeShelf),
            now=deps.clock.now(),
            pack=place.centre.pack,
        )
        given = await answers.answer(session, asked, context) if asked else KnowledgeAnswer(behaviour="abstain")
        hits: Sequence[Hit] = ()
        if asked and given.behaviour != "refuse":  # as near as they stand: an answer weighs them by other measures
            asker = Asker(account_id=context.account_id, now=context.now, is_staff=False, pack=context.pack)
            hits = await search.search(session, context.shelf, asked, asker)
        readable = await help_centre.list_by_id(session, place.centre, [hit.article.id for hit in hits])
        named = await help_centre.list_by_title(session, place.centre, asked) if asked else []
    spoken = "en" if asked and reading.guessed_locale(asked) == "en" else place.locale
    found = _results(hits, readable, named, spoken)
    told = _told(given, hits, readable, spoken) if len(asked) >= SHORTEST_QUESTION else None
    page = help_centre_pages.render("search", place, {"q": asked, "found": found, "answer": told})
    return _answer(request, page, cache="no-store")


def _results(hits: Sequence[Hit], readable: dict[int, Listed], named: Sequence[Listed], locale: str) -> list[Result]:
    """One line an article, by its best piece; those named so first, then those in the reader's language."""
    best: dict[int, Result] = {row.id: Result(row, rendering.summary(row.body)) for row in named}
    floor = max((hit.score for hit in hits), default=0.0) * NEAR_THE_BEST
    for hit in hits:
        row = readable.get(hit.article.id)
        if row is not None and row.id not in best and hit.score >= max(NEAR, floor):
            best[row.id] = Result(row, hit.chunk.text)
    return sorted(best.values(), key=lambda each: each.row.locale != locale)


def _told(given: KnowledgeAnswer, hits: Sequence[Hit], readable: dict[int, Listed], locale: str) -> Result | None:
    """The answer, unless it is in another language though one as near is in the reader's own."""
    source = readable.get(given.source.article_id) if given.source else None
    if given.behaviour != "answer" or source is None:
        return None
    best = max((hit.score for hit in hits), default=0.0)
    near = (hit for hit in hits if hit.score >= best * AS_NEAR)
    if source.locale != locale and any(hit.article.locale == locale for hit in near):
        return None
    return Result(source, given.text)


async def _enter(session: AsyncSession, deps: Deps, slug: str, path: str) -> Place:
    centre = await help_centre.enter(session, slug, deps.clock.now())
    locale = words.BY_PATH.get(path)
    if locale is None:
        raise HelpPageNotFoundError("this language is not spoken here")
    return await _place(session, deps, centre, locale)


async def _place(session: AsyncSession, deps: Deps, centre: OpenCentre, locale: str) -> Place:
    filled = await help_centre.list_locales(session, centre)
    locales = [each for each in words.LOCALES if each in filled or each == locale]
    return Place(centre=centre, locale=locale, public_url=deps.public_url, locales=locales)


def _answer(request: Request, page: str, *, status: int = 200, cache: str = _A_MINUTE) -> Response:
    body = page.encode()
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"content-security-policy": help_centre_pages.POLICY, "cache-control": cache, "etag": etag}
    if status == 200 and request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    return Response(body, status_code=status, media_type="text/html", headers=headers)


def _missing(request: Request, place: Place) -> Response:
    return _answer(request, help_centre_pages.render("missing", place, {}), status=404, cache="no-store")


def _fault(request: Request, error: KaitakError) -> Response:
    locale = words.preferred(request.headers.get("accept-language", ""), "zh-HK")
    what, hint = "broken", "broken_hint"
    if isinstance(error, RateLimitedError):
        what, hint = "busy", "busy_hint"
    elif isinstance(error, NotFoundError):
        what, hint = "missing", "closed_hint"
    page = help_centre_pages.render_bare("bare", locale, {"what": what, "hint": hint})
    answer = _answer(request, page, status=error.status, cache="no-store")
    if isinstance(error, RateLimitedError):
        answer.headers["retry-after"] = str(max(1, int(error.retry_after.total_seconds() + 1)))
    return answer
