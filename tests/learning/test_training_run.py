"""One training: progress is told, a stop leaves nothing, the lines of the account win over the pack's."""

from __future__ import annotations

import asyncio

import pytest

from kaitak.accounts.audit import Actor
from kaitak.learning import actions, job_actions, judging, limits, lines, training_run
from kaitak.learning.training_run import Told, TrainingStoppedError
from kaitak.nlu.audit import Line
from tests.factories.school import School


async def test_progress_only_grows_and_reaches_the_end(class_room: School) -> None:
    material = await training_run.gather(class_room.job_deps, class_room.road.account_id, "retail")
    told, seen = Told(), list[tuple[str, float]]()

    def note(step: str, fraction: float) -> None:
        told.tell(step, fraction)
        seen.append((told.step, told.progress))

    made = training_run.make(material, note)
    values = [progress for _, progress in seen]
    assert values == sorted(values)
    assert values[-1] > 0.95
    assert len({step for step, _ in seen}) >= 2
    assert made.figures.lines == len(material.lines)


async def test_same_lines_make_the_same_version(class_room: School) -> None:
    first, second = await class_room.train(), await class_room.train()
    versions = await class_room.road.column("select version from nlu_model order by number")
    assert first != second
    assert versions[0] == versions[1]


async def test_stopped_training_ends_at_its_next_word(class_room: School) -> None:
    material = await training_run.gather(class_room.job_deps, class_room.road.account_id, "retail")
    told = Told()
    told.stopped.set()
    with pytest.raises(TrainingStoppedError):
        training_run.make(material, told.tell)


async def test_worker_that_ends_leaves_a_failed_job_and_no_version(class_room: School) -> None:
    job = await opened_job(class_room)
    running = asyncio.create_task(training_run.run(class_room.job_deps, class_room.road.account_id, job))
    async with asyncio.timeout(20):
        while (await class_room.get(f"/jobs/{job}"))["status"] == "waiting":  # noqa: ASYNC110 (another connection's row)
            await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    seen = await class_room.get(f"/jobs/{job}")
    assert (seen["status"], seen["error"]["code"]) == ("failed", "nlu_training_interrupted")
    assert (await class_room.get("/models", pack="retail"))["payload"] == []
    assert await class_room.train()


async def test_training_that_was_given_up_meanwhile_keeps_nothing(class_room: School) -> None:
    account_id, database = class_room.road.account_id, class_room.deps.database
    job = await opened_job(class_room)
    now = class_room.deps.clock.now()
    async with database.transaction(account_id) as session:
        assert await job_actions.begin(session, account_id, job, at=now) is not None
    material = await training_run.gather(class_room.job_deps, account_id, "retail")
    made = await asyncio.to_thread(training_run.make, material, Told().tell)
    async with database.transaction(account_id) as session:
        assert await job_actions.tell(session, account_id, job, step="training", progress=0.5, at=now)
        await actions.fail_silent(session, account_id, at=now + 2 * limits.SILENT)
        assert not await job_actions.tell(session, account_id, job, step="training", progress=0.6, at=now)
        assert await job_actions.keep(session, account_id, job, made, at=now) is None
    assert (await class_room.get("/models", pack="retail"))["payload"] == []


async def opened_job(class_room: School) -> int:
    """A training that waits and that no queue knows."""
    by = Actor(class_room.road.account_id, None, None)
    async with class_room.deps.database.transaction(class_room.road.account_id) as session:
        return (await actions.open_training(session, by, pack="retail", at=class_room.deps.clock.now())).id


async def test_accounts_line_stands_alone_where_the_pack_has_its_words(class_room: School) -> None:
    ready = await class_room.shelf.get("retail")
    own = [Line("我想退貨！", "refund_status", is_own=True, id=1), Line("新句子", "store_hours", is_own=True, id=2)]
    found = lines.merged(ready.pack, own)
    assert [line for line in found if "我想退貨" in line.text] == [own[0]]
    assert len(found) == len(lines.merged(ready.pack, ())) + 1


async def test_every_line_is_judged_by_a_model_that_has_not_seen_it(class_room: School) -> None:
    ready = await class_room.shelf.get("retail")
    taught = lines.merged(ready.pack, ())
    only = Line("冇人見過呢句 xyzzy", "store_hours")
    judged = await asyncio.to_thread(
        judging.cross_validate,
        [*taught, only],
        seed=7,
        settings=ready.pack.settings(),
        now=class_room.deps.clock.now(),
        progress=lambda _step, _fraction: None,
    )
    assert [one.text for one in judged] == [*(line.text for line in taught), only.text]
    assert judged[-1].confidence < 0.9
