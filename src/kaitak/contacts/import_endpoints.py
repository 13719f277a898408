"""Importing contacts over HTTP: a file is taken in and checked, looked at line by line, confirmed, and taken back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, File, Form, Path, Query, UploadFile
from fastapi.responses import StreamingResponse
from pydantic import Field, JsonValue, StringConstraints
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from kaitak.accounts import audit
from kaitak.accounts.audit import Actor, ActorDep, actor_of
from kaitak.accounts.policy import Permission
from kaitak.api import downloads, paging
from kaitak.api.dependencies import LARGEST_ID, AccountPath, SessionDep, require, require_alone
from kaitak.api.deps import Deps, DepsDep
from kaitak.api.paging import PageMeta
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.contacts import import_tasks, importing, table_reading, tables
from kaitak.contacts.importing import Status
from kaitak.contacts.record_errors import (
    ImportNotFoundError,
    ImportStateError,
    ImportTooLargeError,
    ImportUnreadableError,
    MappingInvalidError,
    TooManyRecordsError,
)
from kaitak.contacts.record_models import ContactImport, ContactImportRow
from kaitak.core.ids import AccountId
from kaitak.jobs import queue

router = APIRouter(prefix="/api/v1/accounts/{account_id}/contact_imports", tags=["contact imports"])
MANAGE = [Depends(require(Permission.MANAGE_CONTACTS))]
ManagerDep = Annotated[Principal, Depends(require_alone(Permission.MANAGE_CONTACTS))]
ImportPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
Verdict = Literal["unchecked", "create", "update", "same", "skip", "refuse"]
Outcome = Literal["", "created", "updated", "same", "refused", "undone", "kept"]
OnMatch = Literal["update", "skip"]
OnResembling = Literal["skip", "update", "create"]
Target = Annotated[str, StringConstraints(max_length=70)]
PAGE = 500


class VerdictCounts(Wire):
    """How many lines are to be what."""

    create: int = 0
    update: int = 0
    same: int = 0
    skip: int = 0
    refuse: int = 0


class OutcomeCounts(Wire):
    """How many lines became what; `kept` are those that an undo left because somebody touched the contact since."""

    created: int = 0
    updated: int = 0
    same: int = 0
    refused: int = 0
    undone: int = 0
    kept: int = 0


class ContactImportView(Wire):
    """An import, and how far its present step is: `done` of `rows` lines."""

    id: int
    file_name: str
    encoding: str
    status: Status
    headers: list[str]
    mapping: list[str]
    on_match: OnMatch
    on_resembling: OnResembling
    rows: int
    done: int
    error: str | None
    verdicts: VerdictCounts
    outcomes: OutcomeCounts
    created_at: datetime
    confirmed_at: datetime | None
    finished_at: datetime | None
    undone_at: datetime | None


class ContactImportList(Wire):
    """The imports of the last 30 days, newest first."""

    payload: list[ContactImportView]


class ImportProblem(Wire):
    """Something about a line, by its code; a fatal one keeps the line out."""

    code: str
    column: str
    value: str
    line: int | None
    contact_id: int | None
    fatal: bool


class ImportRowView(Wire):
    """A line of the file: what is to become of it, why, and what it changes (before, after)."""

    line: int
    cells: list[str]
    verdict: Verdict
    outcome: Outcome
    problems: list[ImportProblem]
    contact_id: int | None
    changes: dict[str, JsonValue]


class ImportRowList(Wire):
    """A page of lines."""

    meta: PageMeta
    payload: list[ImportRowView]


class ImportBody(Body):
    """What the columns are (`name`, `last_name`, `first_name`, `phone_number`, `email`, `identifier`, `company`,
    `locale`, `custom:` and a field's key, or empty), and what becomes of lines that match somebody.
    """

    mapping: Annotated[list[Target], Field(max_length=table_reading.COLUMNS)] | None = None
    on_match: OnMatch = "update"
    on_resembling: OnResembling = "skip"


@router.post("", status_code=201, responses=problems(ImportTooLargeError, ImportUnreadableError, TooManyRecordsError))
async def upload_contacts(
    *,
    connection: HTTPConnection,
    principal: ManagerDep,
    deps: DepsDep,
    file: Annotated[UploadFile, File(description="CSV or XLSX, its first line the columns' names")],
    charset: Annotated[table_reading.Charset | None, Form(description="of a CSV; else it is guessed")] = None,
) -> ContactImportView:
    """Take a file in and check it; nothing of it is written before it is confirmed."""
    data = await file.read(table_reading.FILE_BYTES + 1)
    name = (file.filename or "contacts.csv")[-200:]
    read = await asyncio.to_thread(table_reading.read, name, data, charset)
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        row = await importing.create(session, principal.account_id, name, read, user_id=principal.user_id)
        await _defer(session, row)
        await _note(session, actor_of(connection, principal), "contact_import.uploaded", row)
        return (await _views(session, principal.account_id, [row]))[0]


@router.get("", dependencies=MANAGE)
async def list_imports(session: SessionDep, account_id: AccountPath) -> ContactImportList:
    """The account's imports."""
    statement = select(ContactImport).where(ContactImport.account_id == account_id)
    rows = list(await session.scalars(statement.order_by(ContactImport.id.desc()).limit(importing.MOST)))
    return ContactImportList(payload=await _views(session, account_id, rows))


@router.get("/{import_id}", dependencies=MANAGE, responses=problems(ImportNotFoundError))
async def show_import(session: SessionDep, account_id: AccountPath, import_id: ImportPath) -> ContactImportView:
    """An import and how far it is."""
    return (await _views(session, account_id, [await importing.get_import(session, account_id, import_id)]))[0]


@router.patch(
    "/{import_id}",
    dependencies=MANAGE,
    responses=problems(ImportNotFoundError, ImportStateError, MappingInvalidError),
)
async def change_import(
    session: SessionDep, account_id: AccountPath, import_id: ImportPath, body: ImportBody
) -> ContactImportView:
    """Say what the columns are; the file is checked anew."""
    row = await importing.get_import(session, account_id, import_id, lock=True)
    await importing.change(session, row, mapping=body.mapping, on_match=body.on_match, on_resembling=body.on_resembling)
    await _defer(session, row)
    return (await _views(session, account_id, [row]))[0]


@router.get("/{import_id}/rows", dependencies=MANAGE, responses=problems(ImportNotFoundError))
async def list_import_rows(
    *,
    session: SessionDep,
    account_id: AccountPath,
    import_id: ImportPath,
    verdict: Annotated[Verdict | None, Query()] = None,
    outcome: Annotated[Outcome | None, Query()] = None,
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 50,
) -> ImportRowList:
    """The lines of the file with all that is known of them."""
    await importing.get_import(session, account_id, import_id)
    after = paging.id_in(cursor) or 0
    table = ContactImportRow
    statement = select(table).where(table.account_id == account_id, table.import_id == import_id, table.line > after)
    if verdict is not None:
        statement = statement.where(table.verdict == verdict)
    if outcome is not None:
        statement = statement.where(table.outcome == outcome)
    rows = list(await session.scalars(statement.order_by(table.line).limit(limit + 1)))
    following = paging.next_cursor([[row.line] for row in rows], limit)
    names = ImportRowView.model_fields
    payload = [ImportRowView.model_validate({n: getattr(row, n) for n in names}) for row in rows[:limit]]
    return ImportRowList(meta=PageMeta(next_cursor=following), payload=payload)


@router.post("/{import_id}/confirm", dependencies=MANAGE, responses=problems(ImportNotFoundError, ImportStateError))
async def confirm_import(
    session: SessionDep, actor: ActorDep, deps: DepsDep, import_id: ImportPath
) -> ContactImportView:
    """Write what the check has found good."""
    row = await importing.get_import(session, actor.account_id, import_id, lock=True)
    await importing.confirm(session, row, deps.clock.now())
    await _defer(session, row)
    await _note(session, actor, "contact_import.confirmed", row)
    return (await _views(session, actor.account_id, [row]))[0]


@router.post("/{import_id}/cancel", dependencies=MANAGE, responses=problems(ImportNotFoundError, ImportStateError))
async def cancel_import(
    session: SessionDep, actor: ActorDep, deps: DepsDep, import_id: ImportPath
) -> ContactImportView:
    """Stop; what was written stays until it is taken back."""
    row = await importing.get_import(session, actor.account_id, import_id, lock=True)
    await importing.cancel(session, row, deps.clock.now())
    await _note(session, actor, "contact_import.cancelled", row)
    return (await _views(session, actor.account_id, [row]))[0]


@router.post("/{import_id}/undo", dependencies=MANAGE, responses=problems(ImportNotFoundError, ImportStateError))
async def undo_import(session: SessionDep, actor: ActorDep, import_id: ImportPath) -> ContactImportView:
    """Take an import back: contacts that nobody touched since go, values that nobody changed since go back."""
    row = await importing.get_import(session, actor.account_id, import_id, lock=True)
    await importing.undo(session, row)
    await _defer(session, row)
    await _note(session, actor, "contact_import.undone", row)
    return (await _views(session, actor.account_id, [row]))[0]


@router.delete(
    "/{import_id}",
    status_code=204,
    dependencies=MANAGE,
    responses=problems(ImportNotFoundError, ImportStateError),
)
async def remove_import(session: SessionDep, actor: ActorDep, import_id: ImportPath) -> None:
    """Forget a file; its contacts stay and can no longer be taken back at once."""
    row = await importing.get_import(session, actor.account_id, import_id, lock=True)
    await importing.remove(session, row)
    await _note(session, actor, "contact_import.removed", row)


@router.get(
    "/{import_id}/refused",
    response_class=StreamingResponse,
    responses={200: {"content": {"text/csv": {}}}, **problems(ImportNotFoundError)},
)
async def download_refused(principal: ManagerDep, deps: DepsDep, import_id: ImportPath) -> StreamingResponse:
    """The lines that were or will be left out, as they were, with the reasons in a column of their own."""
    async with deps.database.transaction(principal.account_id) as session:
        row = await importing.get_import(session, principal.account_id, import_id)
        head = [*row.headers, "line", "problems"]
    body = _refused(deps, principal.account_id, import_id, head)
    return StreamingResponse(body, media_type="text/csv; charset=utf-8", headers=downloads.headers("refused.csv"))


async def _refused(deps: Deps, account_id: AccountId, import_id: int, head: list[str]) -> AsyncIterator[bytes]:
    yield b"\xef\xbb\xbf" + tables.lines([head]).encode()
    table, after = ContactImportRow, 0
    left_out = or_(table.verdict.in_(["refuse", "skip"]), table.outcome.in_(["refused", "kept"]))
    while True:
        statement = select(table).where(
            table.account_id == account_id, table.import_id == import_id, table.line > after, left_out
        )
        async with deps.database.transaction(account_id) as session:
            rows = list(await session.scalars(statement.order_by(table.line).limit(PAGE)))
        if rows:
            yield tables.lines([*row.cells, str(row.line), _said(row)] for row in rows).encode()
            after = rows[-1].line
        if len(rows) < PAGE:
            return


def _said(row: ContactImportRow) -> str:
    told = [ImportProblem.model_validate(each) for each in row.problems]
    said = [f"{each.code} {each.column} {each.value}".strip() for each in told]
    return "; ".join(said or [row.outcome or row.verdict])


async def _defer(session: AsyncSession, row: ContactImport) -> None:
    arguments = {"account_id": row.account_id, "import_id": row.id, "run": row.run}
    await queue.defer(session, import_tasks.run_import, arguments, lock=f"contact_import:{row.account_id}:{row.id}")


async def _note(session: AsyncSession, by: Actor, action: str, row: ContactImport) -> None:
    details: dict[str, audit.Detail] = {"rows": row.rows}
    await audit.record(session, by, action, target_type="contact_import", target_id=row.id, details=details)


async def _views(session: AsyncSession, account_id: int, rows: list[ContactImport]) -> list[ContactImportView]:
    counts = await importing.counts_of(session, account_id, [row.id for row in rows])
    names = set(ContactImportView.model_fields) - {"verdicts", "outcomes"}
    found = []
    for row in rows:
        own = counts[row.id]
        verdicts = {name: own.get(name, 0) for name in VerdictCounts.model_fields}
        outcomes = {name: own.get(f"outcome:{name}", 0) for name in OutcomeCounts.model_fields}
        facts = {name: getattr(row, name) for name in names}
        found.append(ContactImportView.model_validate({**facts, "verdicts": verdicts, "outcomes": outcomes}))
    return found
