"""Training lines over HTTP: the list, one by one, by file with a preview, taking back; and the audit of all lines."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, File, Form, Path, Query, Response, UploadFile
from starlette.requests import HTTPConnection

from kaitak.accounts.audit import ActorDep, actor_of
from kaitak.api import paging
from kaitak.api.dependencies import LARGEST_ID, AccountNotFoundError, AccountPath, SessionDep
from kaitak.api.deps import DepsDep
from kaitak.api.paging import PageMeta
from kaitak.api.problems import problems
from kaitak.bot.errors import PackUnknownError
from kaitak.core.ids import AccountId
from kaitak.learning import actions, auditing, csv_reading, judging, limits, lines, queries, views
from kaitak.learning.csv_reading import Read
from kaitak.learning.endpoints import READING, TRAINING, PackQuery, ReaderDep, ShelfDep, TrainerDep
from kaitak.learning.errors import (
    BatchNotFoundError,
    CsvTooLargeError,
    CsvUnreadableError,
    ExampleNotFoundError,
    ExampleTakenError,
    IntentUnknownError,
    TooManyExamplesError,
)
from kaitak.learning.example_schemas import (
    AuditView,
    BatchList,
    CsvFaultView,
    CsvLineView,
    ExampleForm,
    ExampleList,
    ExampleView,
    ImportView,
    Removed,
    UnknownIntentView,
)
from kaitak.learning.schemas import IntentName, PackName

router = APIRouter(prefix="/api/v1/accounts/{account_id}/nlu", tags=["nlu"], responses=problems(AccountNotFoundError))
ExamplePath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
BatchPath = Annotated[str, Path(pattern="^[0-9a-f]{1,32}$")]


@router.get("/examples", dependencies=READING)
async def list_examples(
    *,
    session: SessionDep,
    account_id: AccountPath,
    pack: PackQuery,
    intent: Annotated[IntentName | None, Query()] = None,
    batch: Annotated[str | None, Query(max_length=32)] = None,
    q: Annotated[str | None, Query(max_length=100, description="Part of the text")] = None,
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 50,
) -> ExampleList:
    """The account's own training lines, newest first."""
    before = paging.id_in(cursor)
    wanted = queries.ExampleFilter(pack=pack, intent=intent, batch=batch, text=q)
    rows = await queries.list_examples(session, AccountId(account_id), wanted, before=before, limit=limit + 1)
    names = await queries.list_names(session, [row.created_by for row in rows])
    return ExampleList(
        meta=PageMeta(next_cursor=paging.next_cursor([[row.id] for row in rows], limit)),
        payload=[views.example(row, names) for row in rows[:limit]],
    )


@router.post(
    "/examples",
    status_code=201,
    responses=problems(PackUnknownError, IntentUnknownError, ExampleTakenError, TooManyExamplesError),
)
async def add_example(
    form: ExampleForm, connection: HTTPConnection, principal: TrainerDep, deps: DepsDep, shelf: ShelfDep
) -> ExampleView:
    """Add one training line; the next training learns it."""
    pack = await shelf.get_pack(lines.known_pack(form.pack))
    if form.intent not in pack.intents:
        raise IntentUnknownError(f"there is no intent {form.intent}")
    by, line = actor_of(connection, principal), " ".join(form.text.split())
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        row = await actions.add_example(session, by, pack=form.pack, intent=form.intent, line=line)
        return views.example(row, await queries.list_names(session, [row.created_by]))


@router.delete(
    "/examples/{example_id}", status_code=204, dependencies=TRAINING, responses=problems(ExampleNotFoundError)
)
async def remove_example(session: SessionDep, by: ActorDep, example_id: ExamplePath) -> Response:
    """Take one training line back."""
    await actions.remove_example(session, by, example_id)
    return Response(status_code=204)


@router.post(
    "/examples/import",
    responses=problems(PackUnknownError, CsvUnreadableError, CsvTooLargeError, TooManyExamplesError),
)
async def import_examples(
    *,
    connection: HTTPConnection,
    principal: TrainerDep,
    deps: DepsDep,
    shelf: ShelfDep,
    file: Annotated[UploadFile, File(description="CSV: text,intent; UTF-8, Big5 or GB18030")],
    pack: Annotated[PackName, Form()],
    dry_run: Annotated[bool, Form(description="only look: keep nothing")] = True,
) -> ImportView:
    """Check a file of training lines, and keep those without a fault unless it is a dry run."""
    loaded = await shelf.get_pack(lines.known_pack(pack))
    data = await file.read(limits.CSV_BYTES + 1)
    async with deps.database.transaction(principal.account_id) as session:
        own = await queries.list_all_examples(session, principal.account_id, pack)
    found = await asyncio.to_thread(lambda: csv_reading.read(data, lines.against(loaded, own)))
    batch = None
    if not dry_run:
        source = (file.filename or "file.csv")[-100:]
        async with deps.database.transaction(principal.account_id, principal.user_id) as session:
            batch = await actions.add_batch(
                session, actor_of(connection, principal), pack=pack, source=source, rows=found.rows
            )
    return _imported(found, batch, dry_run=dry_run, intents=list(loaded.intents))


def _imported(found: Read, batch: str | None, *, dry_run: bool, intents: list[str]) -> ImportView:
    closest = found.closest(intents)
    return ImportView(
        dry_run=dry_run,
        batch=batch,
        encoding=found.encoding,
        lines=found.lines,
        valid=len(found.rows),
        known=found.known,
        added=len(found.rows) if batch is not None else 0,
        faults=[
            CsvFaultView(
                line=each.line,
                code=each.code,
                detail=each.detail,
                remedy=each.remedy,
                other_line=each.other_line,
                other_intent=each.other_intent,
            )
            for each in found.faults[: limits.LISTED_FAULTS]
        ],
        faults_total=len(found.faults),
        unknown_intents=[
            UnknownIntentView(intent=name[: limits.LONGEST_INTENT], lines=count, closest=closest[name])
            for name, count in found.unknown.most_common(limits.PREVIEWED)
        ],
        preview=[
            CsvLineView(line=row.line, text=row.text, intent=row.intent, overrides=row.overrides)
            for row in found.rows[: limits.PREVIEWED]
        ],
    )


@router.get("/batches", dependencies=READING)
async def list_example_batches(session: SessionDep, account_id: AccountPath, pack: PackQuery) -> BatchList:
    """What came in together, newest first."""
    found = await queries.list_batches(session, AccountId(account_id), pack)
    names = await queries.list_names(session, [each.created_by for each in found])
    return BatchList(payload=[views.batch(each, pack, names) for each in found])


@router.delete("/batches/{batch}", dependencies=TRAINING, responses=problems(BatchNotFoundError))
async def remove_example_batch(session: SessionDep, by: ActorDep, batch: BatchPath) -> Removed:
    """Take back all training lines that came in together."""
    return Removed(removed=await actions.remove_batch(session, by, batch))


@router.get("/audit", responses=problems(PackUnknownError))
async def audit_examples(deps: DepsDep, principal: ReaderDep, shelf: ShelfDep, pack: PackQuery) -> AuditView:
    """The quality of the lines that would be trained: conflicts, near-duplicates, variety, doubtful labels."""
    account_id = principal.account_id
    own = await shelf.get(lines.known_pack(pack))
    async with deps.database.transaction(account_id) as session:
        examples = await queries.list_all_examples(session, account_id, pack)
        versions = await queries.list_models(session, account_id, pack)
        newest = await queries.get_model(session, account_id, versions[0].id, with_judged=True) if versions else None
    ready = await shelf.get(pack, account_id, newest.id if newest is not None else None)
    read = newest.judged["lines"] if newest is not None else []
    return await asyncio.to_thread(
        lambda: auditing.examine(
            own.pack,
            lines.everything(own.pack, lines.own_lines(examples, own.pack)),
            read=judging.from_json(read),
            model=ready.model,
            now=deps.clock.now(),
        )
    )
