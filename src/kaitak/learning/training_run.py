"""Owns one training from its job to its kept version: read, make beside the loop, keep; nothing half-made stays.

No transaction is open while it trains. Progress is written now and then; the same write tells whether the job is still
wanted: one that was cancelled stops within seconds. A training that fails, or whose worker dies, leaves a failed job;
neither leaves a version.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from datetime import timedelta

from kaitak.bot.pack_shelf import PackShelf
from kaitak.core.errors import KaitakError
from kaitak.core.ids import AccountId
from kaitak.jobs.queue import JobDeps
from kaitak.learning import apart, job_actions, judging, lines, making, queries, views
from kaitak.learning.errors import TrainingStoppedError
from kaitak.learning.job_actions import Made
from kaitak.learning.making import Material

_log = logging.getLogger(__name__)
TOLD_EVERY = timedelta(seconds=1)
APART_FROM = 1_000  # lines; a smaller training is not worth a process of its own
# Where each step begins and ends on the way from 0 to 1.
STEPS = {
    "reading": (0.0, 0.02),
    "measuring_pack": (0.02, 0.45),
    "training": (0.45, 0.92),
    "evaluating": (0.92, 0.99),
}


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
        self.step, self.progress = step, max(self.progress, begins + (ends - begins) * min(1.0, fraction))


async def run(deps: JobDeps, account_id: AccountId, job_id: int, *, apart_from: int = APART_FROM) -> None:
    """Do one job to its end, whatever that is."""
    async with deps.database.transaction(account_id) as session:
        job = await job_actions.begin(session, account_id, job_id, at=deps.clock.now())
        pack = job.pack if job is not None else None
    if pack is None:
        return
    told = Told()
    telling = asyncio.create_task(_keep_telling(deps, account_id, job_id, told))
    working = asyncio.create_task(_work(deps, account_id, pack, told, apart_from))
    try:
        await asyncio.wait((working, telling), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            telling.result()  # it ended because nobody wants the work any more: the row says why
            return
        async with deps.database.transaction(account_id) as session:
            await job_actions.keep(session, account_id, job_id, working.result(), at=deps.clock.now())
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
        working.cancel()


async def _work(deps: JobDeps, account_id: AccountId, pack: str, told: Told, apart_from: int) -> Made:
    """Read and make; its thread ends at the next word after it was stopped, and its process with it."""
    material = await gather(deps, account_id, pack)
    make = apart.make if len(material.lines) >= apart_from else making.make
    return await asyncio.to_thread(make, material, told.tell)


async def gather(deps: JobDeps, account_id: AccountId, pack_name: str) -> Material:
    """Read what a training needs in one short transaction."""
    shelf = deps.get(PackShelf)
    own = await shelf.get(lines.known_pack(pack_name))
    async with deps.database.transaction(account_id) as session:
        examples = await queries.list_all_examples(session, account_id, pack_name)
        active = await queries.find_active(session, account_id, pack_name, with_judged=True)
    ready = own if active is None else await shelf.get(pack_name, account_id, active.id)

    def assemble() -> Material:
        return Material(
            own=own,
            active=ready,
            against=views.active(active, own),
            active_lines=judging.from_json(active.judged["lines"]) if active is not None else [],
            lines=lines.merged(own.pack, lines.own_lines(examples, own.pack)),
            held_out=lines.held_out(shelf.folder_of(pack_name)),
            cache=shelf.cache,
            now=deps.clock.now(),
        )

    return await asyncio.to_thread(assemble)


async def _keep_telling(deps: JobDeps, account_id: AccountId, job_id: int, told: Told) -> None:
    """Write the progress until nobody wants the work any more, and then stop it."""
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
            return


async def _fail(deps: JobDeps, account_id: AccountId, job_id: int, error: KaitakError) -> None:
    async with deps.database.transaction(account_id) as session:
        await job_actions.fail(session, account_id, job_id, code=error.code, detail=error.message, at=deps.clock.now())
