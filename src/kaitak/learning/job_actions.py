"""Owns every change of a job's row, and keeping what a training made: all of it in one transaction or none of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CursorResult, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.bot.models import NluModel
from kaitak.core.ids import AccountId
from kaitak.learning import judging, limits, queries
from kaitak.learning.errors import ModelTooLargeError
from kaitak.learning.gate import Readings
from kaitak.learning.models import NluJob
from kaitak.learning.schemas import FiguresView, GateView


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a training made."""

    version: str
    pack_fingerprint: str
    data: bytes
    readings: Readings
    figures: FiguresView
    gate: GateView


async def begin(session: AsyncSession, account_id: AccountId, job_id: int, *, at: datetime) -> NluJob | None:
    """Take a waiting job; None when there is nothing to do. One that runs already lost its worker: it is failed."""
    job = await session.get(NluJob, (account_id, job_id), with_for_update=True)
    if job is None or job.status not in ("waiting", "running"):
        return None
    if job.status == "running":
        _end(job, at, code="nlu_training_interrupted", detail="the worker ended while it trained; start again")
        return None
    job.status, job.step, job.started_at, job.seen_at = "running", "reading", at, at
    await session.flush()
    return job


async def tell(
    session: AsyncSession, account_id: AccountId, job_id: int, *, step: str, progress: float, at: datetime
) -> bool:
    """Write how far a job is; False when it no longer runs and the work may stop."""
    result = await session.execute(
        update(NluJob)
        .where(NluJob.account_id == account_id, NluJob.id == job_id, NluJob.status == "running")
        .values(step=step, progress=min(1.0, max(0.0, progress)), seen_at=at)
    )
    assert isinstance(result, CursorResult)
    return bool(result.rowcount)


async def fail(
    session: AsyncSession, account_id: AccountId, job_id: int, *, code: str, detail: str, at: datetime
) -> None:
    """End a job that did not succeed."""
    job = await session.get(NluJob, (account_id, job_id), with_for_update=True)
    if job is not None and job.status in ("waiting", "running"):
        _end(job, at, code=code, detail=detail)
        await session.flush()


def _end(job: NluJob, at: datetime, *, code: str, detail: str) -> None:
    job.status, job.finished_at = "failed", at
    job.error = {"code": code, "detail": detail}


async def keep(session: AsyncSession, account_id: AccountId, job_id: int, made: Made, *, at: datetime) -> int | None:
    """Store the new version as a draft and end its job; None when the job was ended by somebody else meanwhile."""
    if len(made.data) > limits.MODEL_BYTES:
        raise ModelTooLargeError(f"{len(made.data)} bytes; at most {limits.MODEL_BYTES} are kept")
    job = await session.get(NluJob, (account_id, job_id), with_for_update=True)
    if job is None or job.status != "running":
        return None
    model = await keep_model(session, account_id, job.pack, made, created_by=job.created_by, at=at)
    job.status, job.step, job.progress, job.finished_at = "done", "done", 1.0, at
    job.result = {"model_id": model.id}
    await session.flush()
    return model.id


async def keep_model(
    session: AsyncSession, account_id: AccountId, pack: str, made: Made, *, created_by: int | None, at: datetime
) -> NluModel:
    """Store a version as a draft; the oldest that nothing leads back to give way."""
    newest = select(func.coalesce(func.max(NluModel.number), 0)).where(
        NluModel.account_id == account_id, NluModel.pack == pack
    )
    number = (await session.execute(newest)).scalar_one() + 1
    model = NluModel(
        account_id=account_id,
        pack=pack,
        number=number,
        version=made.version,
        status="draft",
        pack_fingerprint=made.pack_fingerprint,
        figures={"figures": made.figures.model_dump(mode="json"), "gate": made.gate.model_dump(mode="json")},
        judged={"lines": judging.to_json(made.readings.lines), "held_out": judging.to_json(made.readings.held_out)},
        data=made.data,
        size=len(made.data),
        created_by=created_by,
        trained_at=at,
    )
    session.add(model)
    await session.flush()
    await _make_room(session, account_id, pack)
    return model


async def _make_room(session: AsyncSession, account_id: AccountId, pack: str) -> None:
    """Remove the oldest versions beyond the limit, never one that answers or would answer after a rollback."""
    found = await queries.list_models(session, account_id, pack)
    needed = {model.id for model in found if model.status == "active"}
    needed |= {model.previous_id for model in found if model.status == "active" and model.previous_id is not None}
    removable = [model for model in reversed(found) if model.id not in needed]
    for model in removable[: max(0, len(found) - limits.MODELS_KEPT)]:
        await session.execute(
            update(NluModel)
            .where(NluModel.account_id == account_id, NluModel.previous_id == model.id)
            .values(previous_id=model.previous_id)
        )
        await session.delete(model)
    await session.flush()
