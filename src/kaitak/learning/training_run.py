"""Owns one training from its job to its kept version: read, train and judge in a thread, keep; nothing half-made stays.

No transaction is open while it trains. Progress is written now and then; the same write tells whether the job is still
wanted. A training that fails, or whose worker dies, leaves a failed job and no version.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter

import orjson
from pydantic import ValidationError

from kaitak.bot.pack_shelf import PackShelf, ReadyPack
from kaitak.core.errors import KaitakError
from kaitak.core.ids import AccountId
from kaitak.jobs.queue import JobDeps
from kaitak.learning import gate, job_actions, judging, lines, queries
from kaitak.learning.gate import Readings
from kaitak.learning.job_actions import Made
from kaitak.learning.judging import Judged, Progress
from kaitak.learning.schemas import ActiveView
from kaitak.nlu.audit import Line

_log = logging.getLogger(__name__)
TOLD_EVERY = timedelta(seconds=1)
# Where each step begins and ends on the way from 0 to 1.
STEPS = {
    "reading": (0.0, 0.02),
    "measuring_pack": (0.02, 0.3),
    "cross_validating": (0.3, 0.75),
    "training": (0.75, 0.92),
    "evaluating": (0.92, 0.99),
}


class TrainingStoppedError(KaitakError):
    """The training is no longer wanted, or its worker ends."""

    code = "nlu_training_interrupted"


class Told:
    """How far the thread is; telling is also where it learns that it should stop."""

    def __init__(self) -> None:
        self.step = "reading"
        self.progress = 0.0
        self.stopped = threading.Event()

    def tell(self, step: str, fraction: float) -> None:
        """Note a step's fraction as the whole's."""
        if self.stopped.is_set():
            raise TrainingStoppedError("the training was stopped; start it again")
        begins, ends = STEPS[step]
        self.step, self.progress = step, begins + (ends - begins) * min(1.0, fraction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that a training needs; no database behind it."""

    own: ReadyPack  # with the pack's own model
    active: ReadyPack  # with the model that answers now
    against: ActiveView
    active_lines: Sequence[Judged]  # how cross-validation read them; empty for the pack's own model
    lines: Sequence[Line]
    held_out: Sequence[Line]
    cache: Path
    now: datetime


async def run(deps: JobDeps, account_id: AccountId, job_id: int) -> None:
    """Do one job to its end, whatever that is."""
    async with deps.database.transaction(account_id) as session:
        job = await job_actions.begin(session, account_id, job_id, at=deps.clock.now())
        pack = job.pack if job is not None else None
    if pack is None:
        return
    told = Told()
    telling = asyncio.create_task(_keep_telling(deps, account_id, job_id, told))
    try:
        material = await gather(deps, account_id, pack)
        made = await asyncio.to_thread(make, material, told.tell)
        async with deps.database.transaction(account_id) as session:
            await job_actions.keep(session, account_id, job_id, made, at=deps.clock.now())
    except asyncio.CancelledError:
        told.stopped.set()
        await asyncio.shield(_fail(deps, account_id, job_id, TrainingStoppedError("the worker ended; start again")))
        raise
    except KaitakError as exc:
        await _fail(deps, account_id, job_id, exc)
    except Exception:  # noqa: BLE001 (the job's loop: its row must say that it failed)
        _log.exception("training failed", extra={"account_id": account_id, "job_id": job_id})
        await _fail(deps, account_id, job_id, KaitakError("the training failed on our side; the log says why"))
    finally:
        told.stopped.set()
        telling.cancel()


async def gather(deps: JobDeps, account_id: AccountId, pack_name: str) -> Material:
    """Read what a training needs in one short transaction."""
    shelf = deps.get(PackShelf)
    own = await shelf.get(lines.known_pack(pack_name))
    async with deps.database.transaction(account_id) as session:
        examples = await queries.list_all_examples(session, account_id, pack_name)
        active = await queries.find_active(session, account_id, pack_name, with_judged=True)
    view = ActiveView(id=None, number=None, version=own.model.version, is_pack_own=True)
    ready, read = own, list[Judged]()
    if active is not None:
        view = ActiveView(id=active.id, number=active.number, version=active.version, is_pack_own=False)
        ready, read = (
            await shelf.get(pack_name, account_id, active.id),
            judging.from_json(active.judged["lines"]),
        )
    return Material(
        own=own,
        active=ready,
        against=view,
        active_lines=read,
        lines=lines.merged(own.pack, lines.own_lines(examples, own.pack)),
        held_out=await asyncio.to_thread(lines.held_out, shelf.folder_of(pack_name)),
        cache=shelf.cache,
        now=deps.clock.now(),
    )


def make(material: Material, progress: Progress) -> Made:
    """Judge by cross-validation, train on everything, and weigh the new version against the active one."""
    began = perf_counter()
    pack = material.own.pack
    settings, seed = pack.settings(), pack.head.seed
    active_lines = _active_lines(material, progress)
    read = judging.cross_validate(material.lines, seed=seed, settings=settings, now=material.now, progress=progress)
    model = judging.train(material.lines, seed=seed, settings=settings, progress=progress)
    progress("evaluating", 0.0)
    candidate = Readings(read, judging.judge(model, material.held_out, material.now))
    active = Readings(active_lines, judging.judge(material.active.model, material.held_out, material.now))
    data = model.to_bytes()
    progress("evaluating", 1.0)
    return Made(
        version=model.version,
        pack_fingerprint=pack.fingerprint,
        data=data,
        readings=candidate,
        figures=judging.figures(read, candidate.held_out, began),
        gate=gate.compare(candidate, active, material.against),
    )


def _active_lines(material: Material, progress: Progress) -> list[Judged]:
    """How the active model reads the lines: by its cross-validation, and directly those that it was not trained on."""
    read = list(material.active_lines) or pack_lines(material, progress)
    known = {one.text for one in read}
    new = [line for line in material.lines if line.text not in known]
    return read + judging.judge(material.active.model, new, material.now)


def pack_lines(material: Material, progress: Progress) -> list[Judged]:
    """How cross-validation reads the pack's lines with nothing added; done once for a pack's content, then kept."""
    own = material.own
    path = material.cache / f"{own.pack.head.name}-{own.pack.fingerprint}-{own.model.version}-judged.json"
    if path.is_file():
        try:
            return judging.from_json(orjson.loads(path.read_bytes()))
        except (orjson.JSONDecodeError, ValidationError):
            path.unlink(missing_ok=True)
    read = judging.cross_validate(
        lines.merged(own.pack, ()),
        seed=own.pack.head.seed,
        settings=own.pack.settings(),
        now=material.now,
        progress=lambda _, fraction: progress("measuring_pack", fraction),
    )
    partial = path.with_suffix(".partial")
    partial.write_bytes(orjson.dumps(judging.to_json(read)))
    partial.replace(path)
    return read


async def _keep_telling(deps: JobDeps, account_id: AccountId, job_id: int, told: Told) -> None:
    """Write the progress until the work ends; stop the work when nobody wants it any more."""
    while True:
        await asyncio.sleep(TOLD_EVERY.total_seconds())
        try:
            async with deps.database.transaction(account_id) as session:
                is_wanted = await job_actions.tell(
                    session, account_id, job_id, step=told.step, progress=told.progress, at=deps.clock.now()
                )
        except KaitakError:
            _log.warning("the progress of training job %s could not be written", job_id)
            continue
        if not is_wanted:
            told.stopped.set()


async def _fail(deps: JobDeps, account_id: AccountId, job_id: int, error: KaitakError) -> None:
    async with deps.database.transaction(account_id) as session:
        await job_actions.fail(session, account_id, job_id, code=error.code, detail=error.message, at=deps.clock.now())
