"""The rights of a person over HTTP: what is kept of them as a file, and having it erased, in two steps."""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field, JsonValue, StringConstraints
from sqlalchemy import select

from kaitak.accounts import audit
from kaitak.accounts.audit import ActorDep
from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import SessionDep, require
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems
from kaitak.api.wire import Body
from kaitak.contacts.errors import (
    ContactErasedError,
    ContactNotFoundError,
    PersonRequestNotFoundError,
    PersonRequestStateError,
)
from kaitak.contacts.proof_models import PersonRequest
from kaitak.conversations import person_data, persons
from kaitak.conversations.dependencies import IdPath, StoreDep
from kaitak.conversations.identity_endpoints import SeenContact
from kaitak.conversations.person_tasks import do_person_request
from kaitak.jobs import queue

router = APIRouter(prefix="/api/v1/accounts/{account_id}/contacts/{contact_id}/person_requests", tags=["contacts"])
MANAGE = [Depends(require(Permission.MANAGE_PERSONAL_DATA))]


class PersonRequestView(BaseModel):
    """An export or erasure: how far it is, what it is about, and what an erasure keeps."""

    id: int
    kind: Literal["export", "erasure"]
    state: Literal["planned", "running", "done", "failed", "cancelled"]
    counts: dict[str, int]
    kept: list[str]
    done: int
    total: int
    has_file: bool
    file_size: int | None
    created_at: datetime
    finished_at: datetime | None
    expires_at: datetime | None


class PersonRequestList(BaseModel):
    """The newest first."""

    payload: list[PersonRequestView]


class PersonRequestBody(Body):
    """What is asked for, and on which occasion."""

    kind: Literal["export", "erasure"]
    note: Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)] = ""


class ConfirmBody(Body):
    """The contact's number, typed once more."""

    confirm: Annotated[str, Field(max_length=30)]


@router.get("", dependencies=MANAGE, responses=problems(ContactNotFoundError))
async def list_person_requests(session: SessionDep, contact: SeenContact) -> PersonRequestList:
    """Exports and erasures of a person."""
    rows = await session.scalars(
        select(PersonRequest)
        .where(PersonRequest.account_id == contact.account_id, PersonRequest.contact_id == contact.id)
        .order_by(PersonRequest.id.desc())
        .limit(20)
    )
    return PersonRequestList(payload=[_view(row) for row in rows])


@router.post("", dependencies=MANAGE, status_code=201, responses=problems(ContactNotFoundError, ContactErasedError))
async def ask_for_person_request(
    session: SessionDep, deps: DepsDep, by: ActorDep, contact: SeenContact, body: PersonRequestBody
) -> PersonRequestView:
    """Begin an export, or plan an erasure: the answer says what it would take away and what it would keep."""
    request = await persons.ask(session, by, contact, body.kind, note=body.note, now=deps.clock.now())
    if request.kind == "export":
        await _defer(session, request)
    return _view(request)


@router.post(
    "/{request_id}/confirm",
    dependencies=MANAGE,
    responses=problems(ContactNotFoundError, PersonRequestNotFoundError, PersonRequestStateError),
)
async def confirm_erasure(
    *, session: SessionDep, deps: DepsDep, by: ActorDep, contact: SeenContact, request_id: IdPath, body: ConfirmBody
) -> PersonRequestView:
    """Erase what was planned; this cannot be undone."""
    request = await persons.get(session, contact.account_id, request_id, contact.id, lock=True)
    await persons.confirm(session, by, request, body.confirm, now=deps.clock.now())
    await _defer(session, request)
    return _view(request)


@router.get(
    "/{request_id}/file",
    dependencies=MANAGE,
    response_class=FileResponse,
    responses=problems(ContactNotFoundError, PersonRequestNotFoundError),
)
async def download_export(
    session: SessionDep, by: ActorDep, contact: SeenContact, request_id: IdPath, store: StoreDep
) -> FileResponse:
    """The file of an export, for a week; each download is in the audit log."""
    request = await persons.get(session, contact.account_id, request_id, contact.id)
    path = store.path(by.account_id, request.file_id) if request.file_id is not None else None
    if path is None or not await asyncio.to_thread(path.exists):
        raise PersonRequestNotFoundError
    await audit.record(
        session, by, "contacts.export_fetched", target_type="contact", target_id=contact.id,
        details={"request_id": request.id},
    )  # fmt: skip
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    return FileResponse(path, media_type="application/zip", filename=f"person-{contact.id}.zip", headers=headers)


async def _defer(session: SessionDep, request: PersonRequest) -> None:
    arguments: dict[str, JsonValue] = {"account_id": request.account_id, "request_id": request.id, "kind": request.kind}
    await queue.defer(session, do_person_request, arguments, lock=f"person:{request.account_id}:{request.contact_id}")


def _view(request: PersonRequest) -> PersonRequestView:
    return PersonRequestView(
        id=request.id,
        kind="export" if request.kind == "export" else "erasure",
        state=request.state,
        counts={name: int(str(count)) for name, count in request.counts.items()},
        kept=list(person_data.KEPT) if request.kind == "erasure" else [],
        done=request.done,
        total=request.total,
        has_file=request.file_id is not None,
        file_size=request.file_size,
        created_at=request.created_at,
        finished_at=request.finished_at,
        expires_at=request.expires_at,
    )
