"""Models over HTTP: packs, versions, training, promotion, rollback, their reports, and trying a message."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from time import perf_counter
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from kaitak.accounts.audit import ActorDep, actor_of
from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import (
    LARGEST_ID,
    AccountNotFoundError,
    AccountPath,
    SessionDep,
    require,
    require_alone,
)
from kaitak.api.deps import DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.bot.errors import PackUnknownError
from kaitak.bot.pack_shelf import PackShelf
from kaitak.core import resources
from kaitak.core.ids import AccountId
from kaitak.learning import actions, judging, lines, queries, report, views
from kaitak.learning.errors import (
    ForceForbiddenError,
    JobNotFoundError,
    ModelActiveError,
    ModelNotFoundError,
    ModelWorseError,
    NothingToRollBackError,
    ReasonMissingError,
    TrainingInProgressError,
    TrainingOverError,
)
from kaitak.learning.models import NluJob
from kaitak.learning.schemas import (
    JobList,
    JobView,
    ModelList,
    ModelView,
    PackList,
    PackName,
    PromoteForm,
    ReportView,
    RollbackForm,
    RolledBack,
    TrainForm,
    TryForm,
    TryView,
)
from kaitak.nlu import engine
from kaitak.nlu.understanding import Context

router = APIRouter(prefix="/api/v1/accounts/{account_id}/nlu", tags=["nlu"], responses=problems(AccountNotFoundError))
ModelPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
JobPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
PackQuery = Annotated[PackName, Query(description="The pack's name")]
READING = [Depends(require(Permission.READ_PACKS))]
TRAINING = [Depends(require(Permission.TRAIN_MODELS))]
ReaderDep = Annotated[Principal, Depends(require_alone(Permission.READ_PACKS))]
TrainerDep = Annotated[Principal, Depends(require_alone(Permission.TRAIN_MODELS))]


async def get_shelf(deps: DepsDep) -> PackShelf:
    """The packs and models of this process."""
    return deps.get(PackShelf)


ShelfDep = Annotated[PackShelf, Depends(get_shelf)]


@router.get("/packs")
async def list_packs(deps: DepsDep, principal: ReaderDep, shelf: ShelfDep) -> PackList:
    """The packs of this installation, with their intents and the model that answers."""
    packs = {name: await shelf.get_pack(name) for name in resources.pack_names()}
    account_id = principal.account_id
    payload = []
    async with deps.database.transaction(account_id) as session:
        default = await queries.find_default_pack(session, account_id)
        for name, pack in packs.items():
            answering = views.active(await queries.find_active(session, account_id, name), shelf.find(name))
            own = await queries.count_examples(session, account_id, name)
            payload.append(views.pack(pack, answering, own, default))
    return PackList(payload=payload)


@router.get("/models", responses=problems(PackUnknownError))
async def list_models(deps: DepsDep, principal: ReaderDep, shelf: ShelfDep, pack: PackQuery) -> ModelList:
    """The versions of a pack, newest first, with their figures and what the gate says."""
    found = await shelf.get_pack(lines.known_pack(pack))
    async with deps.database.transaction(principal.account_id) as session:
        rows = await queries.list_models(session, principal.account_id, pack)
        names = await queries.list_names(session, [row.created_by for row in rows])
    active = next((row for row in rows if row.status == "active"), None)
    return ModelList(
        active=views.active(active, shelf.find(pack)),
        can_roll_back=active is not None,
        payload=[views.model(row, names, found) for row in rows],
    )


@router.post(
    "/models",
    status_code=202,
    dependencies=TRAINING,
    responses=problems(PackUnknownError, TrainingInProgressError),
)
async def train_model(form: TrainForm, session: SessionDep, by: ActorDep, deps: DepsDep) -> JobView:
    """Train a new version on the pack's lines and the account's; the job tells how far it is."""
    job = await actions.start_training(session, by, pack=lines.known_pack(form.pack), at=deps.clock.now())
    return (await _jobs(session, [job]))[0]


@router.get("/jobs", dependencies=READING)
async def list_training_jobs(
    session: SessionDep, account_id: AccountPath, deps: DepsDep, pack: Annotated[PackName | None, Query()] = None
) -> JobList:
    """The latest trainings, newest first."""
    await actions.fail_silent(session, AccountId(account_id), at=deps.clock.now())
    return JobList(payload=await _jobs(session, await queries.list_jobs(session, AccountId(account_id), pack)))


@router.get("/jobs/{job_id}", dependencies=READING, responses=problems(JobNotFoundError))
async def get_training_job(session: SessionDep, account_id: AccountPath, job_id: JobPath, deps: DepsDep) -> JobView:
    """How far a training is, and how it ended."""
    await actions.fail_silent(session, AccountId(account_id), at=deps.clock.now())
    return (await _jobs(session, [await queries.get_job(session, AccountId(account_id), job_id)]))[0]


@router.post("/jobs/{job_id}/cancel", dependencies=TRAINING, responses=problems(JobNotFoundError, TrainingOverError))
async def cancel_training_job(session: SessionDep, by: ActorDep, job_id: JobPath, deps: DepsDep) -> JobView:
    """End a training that waits or runs; no version comes of it, and the one that answers stays."""
    await actions.fail_silent(session, by.account_id, at=deps.clock.now())
    return (await _jobs(session, [await actions.cancel_training(session, by, job_id, at=deps.clock.now())]))[0]


@router.get("/models/{model_id}/report", responses=problems(ModelNotFoundError))
async def get_model_report(deps: DepsDep, principal: ReaderDep, shelf: ShelfDep, model_id: ModelPath) -> ReportView:
    """What cross-validation showed: confusions, weakest intents, wrong lines, reliability, coverage."""
    async with deps.database.transaction(principal.account_id) as session:
        row = await queries.get_model(session, principal.account_id, model_id, with_judged=True)
        names = await queries.list_names(session, [row.created_by])
    view = views.model(row, names, await shelf.get_pack(lines.known_pack(row.pack)))
    return await asyncio.to_thread(_report, view, row.judged["lines"])


def _report(model: ModelView, rows: Sequence[object]) -> ReportView:
    judged = judging.from_json(rows)
    wrong = report.wrong(judged)
    return ReportView(
        model=model,
        confusions=report.confusions(judged),
        intents=report.intents(judged),
        wrong=wrong[: report.MOST_WRONG],
        wrong_total=len(wrong),
        reliability=report.reliability(judged),
        coverage=report.coverage(judged),
        languages=report.languages(judged),
    )


@router.post(
    "/models/{model_id}/promote",
    responses=problems(ModelNotFoundError, ModelWorseError, ForceForbiddenError, ReasonMissingError),
)
async def promote_model(
    *,
    form: PromoteForm,
    connection: HTTPConnection,
    principal: TrainerDep,
    deps: DepsDep,
    shelf: ShelfDep,
    model_id: ModelPath,
) -> ModelView:
    """Let a version answer customers from their next message on; a worse one only by force of an administrator."""
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        row = await actions.promote(
            session,
            actor_of(connection, principal),
            model_id,
            force_reason=form.reason if form.force else None,
            may_force=principal.can(Permission.MANAGE_PACKS),
            at=deps.clock.now(),
        )
        names = await queries.list_names(session, [row.created_by])
    return views.model(row, names, await shelf.get_pack(lines.known_pack(row.pack)))


@router.post("/models/rollback", responses=problems(PackUnknownError, NothingToRollBackError))
async def roll_back_model(
    form: RollbackForm, connection: HTTPConnection, principal: TrainerDep, deps: DepsDep, shelf: ShelfDep
) -> RolledBack:
    """Let the version before the active one answer again, at last the pack's own."""
    name = lines.known_pack(form.pack)
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        previous = await actions.rollback(session, actor_of(connection, principal), pack=name)
    return RolledBack(active=views.active(previous, shelf.find(name)))


@router.delete(
    "/models/{model_id}",
    status_code=204,
    dependencies=TRAINING,
    responses=problems(ModelNotFoundError, ModelActiveError),
)
async def remove_model(session: SessionDep, by: ActorDep, model_id: ModelPath) -> Response:
    """Remove a version that does not answer customers."""
    await actions.remove_model(session, by, model_id)
    return Response(status_code=204)


@router.post("/try", responses=problems(PackUnknownError, ModelNotFoundError))
async def try_message(form: TryForm, deps: DepsDep, principal: ReaderDep, shelf: ShelfDep) -> TryView:
    """Read a message as the bot would, with the evidence; nothing is stored."""
    account_id = principal.account_id
    own = await shelf.get(lines.known_pack(form.pack))
    async with deps.database.transaction(account_id) as session:
        if form.model_id is None:
            row = await queries.find_active(session, account_id, form.pack)
        else:
            row = await queries.get_model(session, account_id, form.model_id)
            if row.pack != form.pack:
                raise ModelNotFoundError
    ready = await shelf.get(form.pack, account_id, row.id if row is not None else None)
    began = perf_counter()
    read = engine.understand(ready.model, form.text, Context(now=form.now or deps.clock.now()))
    took = (perf_counter() - began) * 1000
    return views.understanding(read, ready.pack, views.active(row, own), took)


async def _jobs(session: AsyncSession, rows: Sequence[NluJob]) -> list[JobView]:
    names = await queries.list_names(session, [row.created_by for row in rows])
    return [views.job(row, names) for row in rows]
