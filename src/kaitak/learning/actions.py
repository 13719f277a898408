"""Owns every change of training lines and of which version answers: add, take back, train, promote, roll back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CursorResult, delete, func, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit as audit_log
from kaitak.accounts.audit import Actor
from kaitak.bot.models import NluModel
from kaitak.core import ids
from kaitak.core.ids import AccountId
from kaitak.jobs import queue
from kaitak.learning import gate, judging, limits, queries, tasks
from kaitak.learning.csv_reading import Row
from kaitak.learning.errors import (
    BatchNotFoundError,
    ExampleTakenError,
    ForceForbiddenError,
    ModelActiveError,
    ModelWorseError,
    NothingToRollBackError,
    ReasonMissingError,
    TooManyExamplesError,
    TrainingInProgressError,
    TrainingOverError,
)
from kaitak.learning.gate import Readings
from kaitak.learning.models import NluExample, NluJob
from kaitak.learning.schemas import ActiveView, GateView

_TAKEN_TURNS = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


class AuditAction(StrEnum):
    """What this slice records."""

    EXAMPLES_ADDED = "nlu_examples.added"
    EXAMPLES_REMOVED = "nlu_examples.removed"
    TRAINING_STARTED = "nlu_training.started"
    TRAINING_CANCELLED = "nlu_training.cancelled"
    MODEL_PROMOTED = "nlu_model.promoted"
    MODEL_ROLLED_BACK = "nlu_model.rolled_back"
    MODEL_REMOVED = "nlu_model.removed"


async def _take_turns(session: AsyncSession, account_id: AccountId, pack: str) -> None:
    """Two changes to one pack of an account come one after the other."""
    await session.execute(_TAKEN_TURNS, {"key": f"nlu:{account_id}:{pack}"})


async def add_example(session: AsyncSession, by: Actor, *, pack: str, intent: str, line: str) -> NluExample:
    """Add one line; the same words under another intent must go first."""
    await _take_turns(session, by.account_id, pack)
    taken = await queries.list_examples(
        session, by.account_id, queries.ExampleFilter(pack=pack, text=line), before=None, limit=50
    )
    same = next((each for each in taken if each.text == line), None)
    if same is not None:
        raise ExampleTakenError(f"already under {same.intent}", intent=same.intent)
    batch = await _insert(session, by, pack=pack, source="console", rows=[Row(1, line, intent)])
    found = await queries.list_examples(
        session, by.account_id, queries.ExampleFilter(pack=pack, batch=batch), before=None, limit=1
    )
    return found[0]


async def add_batch(session: AsyncSession, by: Actor, *, pack: str, source: str, rows: list[Row]) -> str | None:
    """Add the lines of a file as one batch that can be taken back; None when there is nothing to add."""
    await _take_turns(session, by.account_id, pack)
    return await _insert(session, by, pack=pack, source=source, rows=rows) if rows else None


async def _insert(session: AsyncSession, by: Actor, *, pack: str, source: str, rows: Iterable[Row]) -> str:
    wanted = list(rows)
    present = sum((await queries.count_examples(session, by.account_id, pack)).values())
    if present + len(wanted) > limits.MOST_EXAMPLES:
        raise TooManyExamplesError(limit=limits.MOST_EXAMPLES)
    batch = ids.new_uuid().hex[:12]
    values = [
        {
            "account_id": by.account_id,
            "pack": pack,
            "intent": row.intent,
            "text": row.text,
            "source": source,
            "batch": batch,
            "created_by": by.user_id,
        }
        for row in wanted
    ]
    await session.execute(postgresql.insert(NluExample).on_conflict_do_nothing(), values)
    await audit_log.record(
        session,
        by,
        AuditAction.EXAMPLES_ADDED,
        target_type="nlu_batch",
        target_id=batch,
        details={"pack": pack, "source": source, "lines": len(wanted)},
    )
    return batch


async def remove_example(session: AsyncSession, by: Actor, example_id: int) -> None:
    """Take one line back; the models trained on it stay as they are."""
    example = await queries.get_example(session, by.account_id, example_id)
    pack, intent = example.pack, example.intent
    await session.delete(example)
    await audit_log.record(
        session,
        by,
        AuditAction.EXAMPLES_REMOVED,
        target_type="nlu_example",
        target_id=example_id,
        details={"pack": pack, "intent": intent, "lines": 1},
    )


async def remove_batch(session: AsyncSession, by: Actor, batch: str) -> int:
    """Take back all lines that came in together."""
    result = await session.execute(
        delete(NluExample).where(NluExample.account_id == by.account_id, NluExample.batch == batch)
    )
    assert isinstance(result, CursorResult)
    removed = result.rowcount
    if not removed:
        raise BatchNotFoundError("no lines came in under this batch")
    await audit_log.record(
        session,
        by,
        AuditAction.EXAMPLES_REMOVED,
        target_type="nlu_batch",
        target_id=batch,
        details={"lines": removed},
    )
    return removed


async def start_training(session: AsyncSession, by: Actor, *, pack: str, at: datetime) -> NluJob:
    """Put a training into the queue of the workers."""
    job = await open_training(session, by, pack=pack, at=at)
    await queue.defer(session, tasks.train, {"account_id": by.account_id, "job_id": job.id})
    return job


async def open_training(session: AsyncSession, by: Actor, *, pack: str, at: datetime) -> NluJob:
    """Make the job of a training that the caller sees to; an account trains one model at a time."""
    await _take_turns(session, by.account_id, "jobs")
    await fail_silent(session, by.account_id, at=at)
    at_work = await queries.find_job_at_work(session, by.account_id)
    if at_work is not None:
        raise TrainingInProgressError(f"training {at_work.id} waits or runs", job_id=at_work.id)
    job = NluJob(account_id=by.account_id, kind="train", pack=pack, created_by=by.user_id, created_at=at)
    session.add(job)
    await session.flush()
    await session.refresh(job)
    await audit_log.record(
        session, by, AuditAction.TRAINING_STARTED, target_type="nlu_job", target_id=job.id, details={"pack": pack}
    )
    return job


async def cancel_training(session: AsyncSession, by: Actor, job_id: int, *, at: datetime) -> NluJob:
    """End a training that waits or runs: what works on it learns so at its next sign of life, and keeps nothing."""
    job = await queries.get_job(session, by.account_id, job_id, for_update=True)
    if job.status == "cancelled":
        return job
    if job.status not in ("waiting", "running"):
        raise TrainingOverError(f"training {job_id} is {job.status}")
    job.status, job.finished_at = "cancelled", at
    await session.flush()
    await audit_log.record(
        session, by, AuditAction.TRAINING_CANCELLED, target_type="nlu_job", target_id=job_id, details={"pack": job.pack}
    )
    return job


async def fail_silent(session: AsyncSession, account_id: AccountId, *, at: datetime) -> None:
    """A running job whose worker has died is failed, so that it can be started again."""
    await session.execute(
        update(NluJob)
        .where(
            NluJob.account_id == account_id,
            NluJob.status == "running",
            func.coalesce(NluJob.seen_at, NluJob.created_at) < at - limits.SILENT,
        )
        .values(
            status="failed",
            finished_at=at,
            error={"code": "nlu_training_interrupted", "detail": "the worker ended while it trained; start again"},
        )
    )


async def promote(
    session: AsyncSession, by: Actor, model_id: int, *, force_reason: str | None, may_force: bool, at: datetime
) -> NluModel:
    """Let a version answer customers, unless it is worse than the active one; `force_reason` passes the gate."""
    candidate = await queries.get_model(session, by.account_id, model_id)
    await _take_turns(session, by.account_id, candidate.pack)
    candidate = await queries.get_model(session, by.account_id, model_id, with_judged=True)
    active = await queries.find_active(session, by.account_id, candidate.pack, with_judged=True)
    if candidate.status == "active":
        return candidate
    weighed = weigh(candidate, active)
    if weighed.verdict == "worse":
        _check_force(weighed, force_reason, may_force=may_force)
    await _unlink(session, candidate)
    if active is not None:
        active.status = "retired"
        await session.flush()  # before the other becomes active: the index allows one
    candidate.status, candidate.promoted_at = "active", at
    candidate.previous_id = active.id if active is not None else None
    await session.flush()
    await audit_log.record(
        session,
        by,
        AuditAction.MODEL_PROMOTED,
        target_type="nlu_model",
        target_id=model_id,
        details={
            "pack": candidate.pack,
            "number": candidate.number,
            "verdict": weighed.verdict,
            "forced": weighed.verdict == "worse",
            "reason": force_reason if weighed.verdict == "worse" else None,
        },
    )
    return candidate


def weigh(candidate: NluModel, active: NluModel | None) -> GateView:
    """The gate's view as it is now: the stored one if the active version is still the same, else drawn anew."""
    stored = GateView.model_validate(candidate.figures["gate"])
    if stored.against.id == (active.id if active is not None else None):
        return stored
    if active is None:
        against = stored.against.model_copy(update={"id": None, "number": None, "version": "", "is_pack_own": True})
        return gate.compare(readings(candidate), Readings(()), against)
    against = ActiveView(id=active.id, number=active.number, version=active.version, is_pack_own=False)
    return gate.compare(readings(candidate), readings(active), against)


def readings(model: NluModel) -> Readings:
    """What a stored version read, and how."""
    return Readings(judging.from_json(model.judged["lines"]), judging.from_json(model.judged["held_out"]))


def _check_force(weighed: GateView, reason: str | None, *, may_force: bool) -> None:
    worst = min(weighed.measures, key=lambda measure: measure.difference)
    if reason is None:
        raise ModelWorseError(
            f"{worst.measure}: {worst.candidate:.1%} against {worst.active:.1%} on {worst.lines} lines",
            measure=worst.measure,
            lines=worst.lines,
            candidate=f"{worst.candidate:.4f}",
            active=f"{worst.active:.4f}",
            margin=f"{weighed.margin:.4f}",
        )
    if not may_force:
        raise ForceForbiddenError("only an administrator may force a worse version past the gate")
    if not reason:
        raise ReasonMissingError("say why a worse version shall answer")


async def rollback(session: AsyncSession, by: Actor, *, pack: str) -> NluModel | None:
    """Let the version before the active one answer again; None: the pack's own model does."""
    await _take_turns(session, by.account_id, pack)
    active = await queries.find_active(session, by.account_id, pack)
    if active is None:
        raise NothingToRollBackError(f"the own model of pack {pack} answers already")
    previous = None
    if active.previous_id is not None:
        previous = await queries.get_model(session, by.account_id, active.previous_id)
    active.status, active.previous_id = "retired", None
    await session.flush()
    if previous is not None:
        previous.status = "active"
        await session.flush()
    await audit_log.record(
        session,
        by,
        AuditAction.MODEL_ROLLED_BACK,
        target_type="nlu_model",
        target_id=active.id,
        details={"pack": pack, "from": active.number, "to": previous.number if previous is not None else None},
    )
    return previous


async def remove_model(session: AsyncSession, by: Actor, model_id: int) -> None:
    """Remove a version that does not answer customers."""
    model = await queries.get_model(session, by.account_id, model_id)
    await _take_turns(session, by.account_id, model.pack)
    await session.refresh(model)
    if model.status == "active":
        raise ModelActiveError("promote another version or roll back first")
    await _unlink(session, model)
    await session.delete(model)
    await audit_log.record(
        session,
        by,
        AuditAction.MODEL_REMOVED,
        target_type="nlu_model",
        target_id=model_id,
        details={"pack": model.pack, "number": model.number},
    )


async def _unlink(session: AsyncSession, model: NluModel) -> None:
    """Take a version out of the chain that rolling back follows."""
    await session.execute(
        update(NluModel)
        .where(NluModel.account_id == model.account_id, NluModel.previous_id == model.id)
        .values(previous_id=model.previous_id)
    )
