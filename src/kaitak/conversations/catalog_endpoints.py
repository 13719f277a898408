"""Labels and canned responses over HTTP."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import StringConstraints

from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import PrincipalDep, SessionDep, require
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.conversations import catalog
from kaitak.conversations.dependencies import IdPath
from kaitak.conversations.errors import CannedResponseNotFoundError, LabelNotFoundError, NameTakenError
from kaitak.conversations.models import CannedResponse, Label
from kaitak.conversations.schemas import LabelTitle, LongText

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["labels and canned responses"])
Color = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Description = Annotated[str, StringConstraints(max_length=500)]
ShortCode = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^\S+$")]
Content = Annotated[LongText, StringConstraints(min_length=1)]
TitlePath = Annotated[str, Path(min_length=1, max_length=60)]


class LabelView(Wire):
    """A label."""

    title: str
    description: str
    color: str


class LabelList(Wire):
    """All labels."""

    payload: list[LabelView]


class LabelBody(Body):
    """A new label."""

    title: LabelTitle
    description: Description = ""
    color: Color = "#0e7c86"


class LabelChange(Body):
    """Changes to a label."""

    description: Description | None = None
    color: Color | None = None


class CannedResponseView(Wire):
    """A reply kept for reuse."""

    id: int
    short_code: str
    content: str


class CannedResponseList(Wire):
    """Canned responses, the best fit first."""

    payload: list[CannedResponseView]


class CannedResponseBody(Body):
    """A new canned response."""

    short_code: ShortCode
    content: Content


class CannedResponseChange(Body):
    """Changes to a canned response."""

    short_code: ShortCode | None = None
    content: Content | None = None


@router.get("/labels", dependencies=[Depends(require(Permission.READ_LABELS))], response_model=LabelList)
async def list_labels(session: SessionDep, principal: PrincipalDep) -> LabelList:
    """All labels."""
    return LabelList(payload=[_label(each) for each in await catalog.list_labels(session, principal.account_id)])


@router.post(
    "/labels",
    dependencies=[Depends(require(Permission.MANAGE_LABELS))],
    response_model=LabelView,
    status_code=201,
    responses=problems(NameTakenError),
)
async def create_label(session: SessionDep, principal: PrincipalDep, body: LabelBody) -> LabelView:
    """A new label."""
    return _label(
        await catalog.create_label(
            session, principal.account_id, body.title, description=body.description, color=body.color
        )
    )


@router.patch(
    "/labels/{title}",
    dependencies=[Depends(require(Permission.MANAGE_LABELS))],
    response_model=LabelView,
    responses=problems(LabelNotFoundError),
)
async def change_label(session: SessionDep, principal: PrincipalDep, title: TitlePath, body: LabelChange) -> LabelView:
    """Change how a label looks."""
    return _label(
        await catalog.change_label(session, principal.account_id, title, description=body.description, color=body.color)
    )


@router.delete(
    "/labels/{title}",
    dependencies=[Depends(require(Permission.MANAGE_LABELS))],
    status_code=204,
    responses=problems(LabelNotFoundError),
)
async def delete_label(session: SessionDep, principal: PrincipalDep, title: TitlePath) -> Response:
    """Remove a label everywhere."""
    await catalog.delete_label(session, principal.account_id, title)
    return Response(status_code=204)


@router.get(
    "/canned_responses",
    dependencies=[Depends(require(Permission.READ_CANNED_RESPONSES))],
    response_model=CannedResponseList,
)
async def list_canned_responses(
    session: SessionDep, principal: PrincipalDep, q: Annotated[str, Query(max_length=100)] = ""
) -> CannedResponseList:
    """Canned responses that fit."""
    found = await catalog.list_canned_responses(session, principal.account_id, q.strip())
    return CannedResponseList(payload=[_canned(each) for each in found])


@router.post(
    "/canned_responses",
    dependencies=[Depends(require(Permission.MANAGE_CANNED_RESPONSES))],
    response_model=CannedResponseView,
    status_code=201,
    responses=problems(NameTakenError),
)
async def create_canned_response(
    session: SessionDep, principal: PrincipalDep, body: CannedResponseBody
) -> CannedResponseView:
    """A new canned response."""
    return _canned(await catalog.create_canned_response(session, principal.account_id, body.short_code, body.content))


@router.patch(
    "/canned_responses/{number}",
    dependencies=[Depends(require(Permission.MANAGE_CANNED_RESPONSES))],
    response_model=CannedResponseView,
    responses=problems(CannedResponseNotFoundError, NameTakenError),
)
async def change_canned_response(
    session: SessionDep, principal: PrincipalDep, number: IdPath, body: CannedResponseChange
) -> CannedResponseView:
    """Change a canned response."""
    found = await catalog.change_canned_response(
        session, principal.account_id, number, short_code=body.short_code, content=body.content
    )
    return _canned(found)


@router.delete(
    "/canned_responses/{number}",
    dependencies=[Depends(require(Permission.MANAGE_CANNED_RESPONSES))],
    status_code=204,
    responses=problems(CannedResponseNotFoundError),
)
async def delete_canned_response(session: SessionDep, principal: PrincipalDep, number: IdPath) -> Response:
    """Remove a canned response."""
    await catalog.delete_canned_response(session, principal.account_id, number)
    return Response(status_code=204)


def _label(label: Label) -> LabelView:
    return LabelView(title=label.title, description=label.description, color=label.color)


def _canned(response: CannedResponse) -> CannedResponseView:
    return CannedResponseView(id=response.id, short_code=response.short_code, content=response.content)
