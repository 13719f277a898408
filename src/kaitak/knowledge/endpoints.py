"""Knowledge over HTTP: articles and their versions, search, trying an answer, questions that nothing answers."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Depends, Path, Query
from starlette.requests import HTTPConnection

from kaitak.accounts import queries as account_queries
from kaitak.accounts.audit import ActorDep, actor_of
from kaitak.accounts.errors import AgentNotFoundError
from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import (
    LARGEST_ID,
    AccountNotFoundError,
    AccountPath,
    SessionDep,
    require,
    require_alone,
)
from kaitak.api.deps import DepsDep
from kaitak.api.paging import PageMeta
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.core import ids
from kaitak.core.ids import AccountId
from kaitak.knowledge import actions, answers, days, limits, pieces, queries, search, views
from kaitak.knowledge.answers import AnswerContext
from kaitak.knowledge.errors import (
    ArticleKeyTakenError,
    ArticleNotFoundError,
    ArticleUnreadableError,
    TooMuchKnowledgeError,
)
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.knowledge.reading import Draft
from kaitak.knowledge.schemas import (
    AnswerView,
    ArchiveForm,
    ArticleDetail,
    ArticleForm,
    ArticleList,
    ArticlePatch,
    ArticleView,
    AskForm,
    Audience,
    GapList,
    GapView,
    HitList,
    Locale,
    VersionList,
    VersionView,
)
from kaitak.knowledge.search import Asker

router = APIRouter(
    prefix="/api/v1/accounts/{account_id}/knowledge", tags=["knowledge"], responses=problems(AccountNotFoundError)
)
READING = [Depends(require(Permission.READ_KNOWLEDGE))]
WRITING = [Depends(require(Permission.MANAGE_KNOWLEDGE))]
WriterDep = Annotated[Principal, Depends(require_alone(Permission.MANAGE_KNOWLEDGE))]
ArticlePath = Annotated[int, Path(ge=1, le=LARGEST_ID)]


async def get_knowledge_shelf(deps: DepsDep) -> KnowledgeShelf:
    """The pieces that this process holds in memory."""
    return deps.get(KnowledgeShelf)


KnowledgeShelfDep = Annotated[KnowledgeShelf, Depends(get_knowledge_shelf)]


@router.get("/articles", dependencies=READING)
async def list_articles(
    *,
    session: SessionDep,
    account_id: AccountPath,
    deps: DepsDep,
    status: Annotated[Literal["published", "archived"] | None, Query()] = None,
    audience: Annotated[Audience | None, Query()] = None,
    locale: Annotated[Locale | None, Query()] = None,
    validity: Annotated[Literal["current", "upcoming", "expired"] | None, Query()] = None,
    review_due: Annotated[bool, Query(description="Only those whose review date has come")] = False,
    category: Annotated[str | None, Query(max_length=limits.LONGEST_CATEGORY)] = None,
    tag: Annotated[str | None, Query(max_length=limits.LONGEST_TAG)] = None,
    owner_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    q: Annotated[str | None, Query(max_length=100, description="Part of the title, the words or the key")] = None,
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 50,
) -> ArticleList:
    """The account's articles, newest first."""
    before = paging.id_in(cursor)
    wanted = queries.ArticleFilter(
        status=status,
        audience=audience,
        text=q,
        locale=locale,
        category=category,
        tag=tag,
        owner_id=owner_id,
        validity=validity,
        is_review_due=review_due,
        today=days.day_in(
            (await account_queries.get_account(session, AccountId(account_id))).timezone, deps.clock.now()
        ),
    )
    rows = await queries.list_articles(session, AccountId(account_id), wanted, before=before, limit=limit + 1)
    return ArticleList(
        meta=PageMeta(next_cursor=paging.next_cursor([[row.id] for row in rows], limit)),
        payload=[views.article(row) for row in rows[:limit]],
    )


@router.post(
    "/articles",
    status_code=201,
    responses=problems(ArticleKeyTakenError, ArticleUnreadableError, TooMuchKnowledgeError, AgentNotFoundError),
)
async def create_article(
    form: ArticleForm, connection: HTTPConnection, principal: WriterDep, deps: DepsDep
) -> ArticleDetail:
    """Write an article; it answers as soon as it is stored and valid."""
    draft = _draft(form.model_dump(exclude={"key", "owner_id"}), key=form.key or ids.new_uuid().hex[:12])
    prepared = await asyncio.to_thread(actions.prepare, draft.title, draft.pieces)
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        by = actor_of(connection, principal)
        row = await actions.create_article(session, by, draft, prepared)
        if form.owner_id is not None:
            await actions.set_owner(session, by, row, form.owner_id)
        return views.detail(row, draft.body)


@router.get("/articles/{article_id}", dependencies=READING, responses=problems(ArticleNotFoundError))
async def get_article(session: SessionDep, account_id: AccountPath, article_id: ArticlePath) -> ArticleDetail:
    """One article with the words in force."""
    row = await queries.get_article(session, AccountId(account_id), article_id)
    return views.detail(row, await queries.get_body(session, row))


@router.patch(
    "/articles/{article_id}",
    responses=problems(ArticleNotFoundError, ArticleUnreadableError, TooMuchKnowledgeError, AgentNotFoundError),
)
async def change_article(
    form: ArticlePatch, connection: HTTPConnection, principal: WriterDep, deps: DepsDep, article_id: ArticlePath
) -> ArticleDetail:
    """Change an article; other words or another title make a new version."""
    async with deps.database.transaction(principal.account_id) as session:
        row = await queries.get_article(session, principal.account_id, article_id)
        present = views.detail(row, await queries.get_body(session, row))
    kept = present.model_dump(include=set(ArticleForm.model_fields) - {"key", "owner_id"})
    draft = _draft(kept | form.model_dump(exclude_unset=True, exclude={"owner_id"}), key=present.key)
    prepared = await asyncio.to_thread(actions.prepare, draft.title, draft.pieces)
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        by = actor_of(connection, principal)
        row = await actions.change_article(session, by, article_id, draft, prepared)
        if "owner_id" in form.model_fields_set and form.owner_id != row.owner_id:
            await actions.set_owner(session, by, row, form.owner_id)
        return views.detail(row, draft.body)


@router.post("/articles/{article_id}/archive", dependencies=WRITING, responses=problems(ArticleNotFoundError))
async def archive_article(form: ArchiveForm, session: SessionDep, by: ActorDep, article_id: ArticlePath) -> ArticleView:
    """Take an article out of every answer, or bring it back."""
    return views.article(await actions.set_archived(session, by, article_id, is_archived=form.archived))


@router.get("/articles/{article_id}/versions", dependencies=READING, responses=problems(ArticleNotFoundError))
async def list_article_versions(session: SessionDep, account_id: AccountPath, article_id: ArticlePath) -> VersionList:
    """What the article said at each time."""
    await queries.get_article(session, AccountId(account_id), article_id)
    rows = await queries.list_versions(session, AccountId(account_id), article_id)
    names = tuple(VersionView.model_fields)
    return VersionList(
        payload=[VersionView.model_validate({name: getattr(row, name) for name in names}) for row in rows]
    )


@router.get("/search", dependencies=READING)
async def search_knowledge(
    *,
    session: SessionDep,
    account_id: AccountPath,
    deps: DepsDep,
    shelf: KnowledgeShelfDep,
    q: Annotated[str, Query(min_length=1, max_length=limits.LONGEST_QUESTION)],
    limit: Annotated[int, Query(ge=1, le=20)] = 8,
) -> HitList:
    """The pieces that fit a question, internal ones too: for the people of the account."""
    asker = Asker(
        account_id=AccountId(account_id),
        now=deps.clock.now(),
        is_staff=True,
        pack=(await account_queries.get_account(session, AccountId(account_id))).pack,
    )
    return HitList(payload=[views.hit(each) for each in await search.search(session, shelf, q, asker, limit=limit)])


@router.post("/answer", dependencies=READING)
async def try_answer(
    form: AskForm, session: SessionDep, account_id: AccountPath, deps: DepsDep, shelf: KnowledgeShelfDep
) -> AnswerView:
    """What a customer who asks this would be told, with its source and what was considered; nothing is stored."""
    context = AnswerContext(
        account_id=AccountId(account_id),
        shelf=shelf,
        now=form.asked_at or deps.clock.now(),
        pack=(await account_queries.get_account(session, AccountId(account_id))).pack,
        is_staff=form.as_staff,
    )
    return views.answer(await answers.answer(session, form.question, context))


@router.get("/gaps", dependencies=WRITING)
async def list_knowledge_gaps(session: SessionDep, account_id: AccountPath) -> GapList:
    """What customers asked and no article answers, most asked first."""
    rows = await queries.list_gaps(session, AccountId(account_id), limit=200)
    names = tuple(GapView.model_fields)
    return GapList(payload=[GapView.model_validate({name: getattr(row, name) for name in names}) for row in rows])


def _draft(facts: dict[str, Any], *, key: str) -> Draft:
    valid_from, valid_to = cast("date | None", facts["valid_from"]), cast("date | None", facts["valid_to"])
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise ArticleUnreadableError("valid_to lies before valid_from; exchange the two dates")
    found = pieces.of_markdown(facts["body"], facts["title"])
    if not found:
        raise ArticleUnreadableError("the text says nothing; write at least one sentence, list item or table row")
    tags = tuple(dict.fromkeys(facts.pop("tags") or ()))
    return Draft(key=key, source="console", pieces=tuple(found), tags=tags, **facts)
