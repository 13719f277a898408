"""Satisfaction over HTTP: the customer's answer, and the ratings for those who may read reports."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from pydantic import AwareDatetime, Field, StringConstraints

from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import PrincipalDep, SessionDep, require
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems
from kaitak.api.ratelimit import AddressLimit
from kaitak.api.wire import Body, Wire
from kaitak.channels.clients import SignatureExpiredError
from kaitak.channels.errors import InvalidSignatureError
from kaitak.conversations import app_users, visitors
from kaitak.conversations.app_users import AppCallDep, AppUnknownError, IdentityMissingError, UserLimit
from kaitak.conversations.errors import VisitorUnknownError, WidgetUnknownError
from kaitak.conversations.visitors import VisitorTokenDep
from kaitak.surveys import actions, queries
from kaitak.surveys.errors import SurveyNotFoundError

router = APIRouter(tags=["surveys"])
RATING = Depends(AddressLimit("widget.csat", per_minute=30, burst=20))
APP_RATINGS = UserLimit("app.csat", per_minute=30, burst=20)


class CsatBody(Body):
    """The customer's answer."""

    message_id: Annotated[int, Field(ge=1, le=2**62)]
    rating: Annotated[int, Field(ge=1, le=5)]
    feedback_message: Annotated[str, StringConstraints(max_length=2000)] = ""


class ResponseView(Wire):
    """One rating."""

    id: int
    conversation_id: int
    message_id: int
    contact_id: int
    assignee_id: int | None
    rating: int
    feedback_message: str
    created_at: datetime


class ResponseMeta(Wire):
    """How often each rating was given, and where the list goes on."""

    counts: dict[int, int]
    next_cursor: str | None


class ResponseList(Wire):
    """One page of ratings, newest first."""

    meta: ResponseMeta
    payload: list[ResponseView]


@router.post(
    "/public/api/v1/widget/csat",
    dependencies=[RATING],
    status_code=204,
    responses=problems(VisitorUnknownError, WidgetUnknownError, SurveyNotFoundError),
)
async def rate(deps: DepsDep, token: VisitorTokenDep, body: CsatBody) -> Response:
    """Rate the conversation."""
    async with deps.database.transaction() as session:
        visitor = await visitors.find_visitor(session, token)
        await actions.rate(
            session,
            visitor.account_id,
            visitor.contact_inbox_id or 0,
            message_id=body.message_id,
            rating=body.rating,
            feedback_message=body.feedback_message.strip(),
        )
    return Response(status_code=204)


@router.post(
    "/public/api/v1/app/{app}/csat",
    dependencies=[app_users.ADDRESS],
    tags=["app"],
    status_code=204,
    responses=problems(
        IdentityMissingError, InvalidSignatureError, SignatureExpiredError, AppUnknownError, SurveyNotFoundError
    ),
)
async def rate_in_app(deps: DepsDep, call: AppCallDep, body: CsatBody) -> Response:
    """Rate the conversation that was asked about."""
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        APP_RATINGS.take(deps, found)
        await actions.rate(
            session,
            found.account_id,
            found.address.id if found.address is not None else 0,
            message_id=body.message_id,
            rating=body.rating,
            feedback_message=body.feedback_message.strip(),
        )
    return Response(status_code=204)


@router.get(
    "/api/v1/accounts/{account_id}/csat_survey_responses",
    dependencies=[Depends(require(Permission.READ_REPORTS))],
    response_model=ResponseList,
)
async def list_responses(
    session: SessionDep,
    principal: PrincipalDep,
    deps: DepsDep,
    since: Annotated[AwareDatetime | None, Query()] = None,
    cursor: paging.CursorQuery = None,
) -> ResponseList:
    """Ratings since a moment; thirty days by default."""
    limit = 25
    moment = since or deps.clock.now() - timedelta(days=30)
    before = paging.id_in(cursor)
    rows = await queries.list_responses(session, principal.account_id, since=moment, before=before, limit=limit + 1)
    counts = await queries.count_ratings(session, principal.account_id, since=moment)
    payload = [
        ResponseView(
            id=row.response.id,
            conversation_id=row.display_id,
            message_id=row.response.message_id,
            contact_id=row.response.contact_id,
            assignee_id=row.response.assignee_id,
            rating=row.response.rating,
            feedback_message=row.response.feedback_message,
            created_at=row.response.created_at,
        )
        for row in rows[:limit]
    ]
    following = paging.next_cursor([[row.response.id] for row in rows], limit)
    return ResponseList(meta=ResponseMeta(counts=counts, next_cursor=following), payload=payload)
