"""One training: progress is told, a stop leaves nothing, the lines of the account win over the pack's."""

from __future__ import annotations

import asyncio
import multiprocessing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kaitak.accounts.audit import Actor
from kaitak.bot import pack_models, packs
from kaitak.learning import actions, apart, job_actions, judging, limits, lines, making, training_run
from kaitak.learning.errors import TrainingRefusedError, TrainingStoppedError
from kaitak.learning.training_run import Told
from kaitak.nlu import model as models
from kaitak.nlu.audit import Line
from tests.factories.school import School


async def test_progress_only_grows_and_reaches_the_end(class_room: School) -> None:
    material = await training_run.gather(class_room.job_deps, class_room.road.account_id, "retail")
    told, seen = Told(), list[tuple[str, float]]()

    def note(step: str, fraction: float) -> None:
        told.tell(step, fraction)
        seen.append((told.step, told.progress))

    made = making.make(material, note)
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
        making.make(material, told.tell)


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
    made = await asyncio.to_thread(making.make, material, Told().tell)
    async with database.transaction(account_id) as session:
        assert await job_actions.tell(session, account_id, job, step="training", progress=0.5, at=now)
        await actions.fail_silent(session, account_id, at=now + 2 * limits.SILENT)
        assert not await job_actions.tell(session, account_id, job, step="training", progress=0.6, at=now)
        assert await job_actions.keep(session, account_id, job, made, at=now) is None
    assert (await class_room.get("/models", pack="retail"))["payload"] == []


async def test_running_training_that_is_cancelled_ends_within_seconds_and_leaves_nothing(class_room: School) -> None:
    job = await opened_job(class_room)
    running = asyncio.create_task(
        training_run.run(class_room.job_deps, class_room.road.account_id, job, apart_from=1)  # in a process of its own
    )
    async with asyncio.timeout(20):
        while not multiprocessing.active_children():  # noqa: ASYNC110 (another process's birth)
            await asyncio.sleep(0.01)
    cancelled = await class_room.supervisor_http.post(class_room.path(f"/jobs/{job}/cancel"))
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    async with asyncio.timeout(4):
        await running
        while multiprocessing.active_children():  # noqa: ASYNC110 (another process's end)
            await asyncio.sleep(0.05)
    seen = await class_room.get(f"/jobs/{job}")
    assert (seen["status"], seen["error"], seen["result"]) == ("cancelled", None, None)
    assert (await class_room.get("/models", pack="retail"))["payload"] == []
    assert not list(class_room.shelf.cache.glob("*.partial"))


async def test_waiting_training_is_cancelled_before_it_begins_and_an_ended_one_cannot_be(class_room: School) -> None:
    job = (await class_room.post("/models", pack="retail")).json()["id"]
    for _ in range(2):  # the second click changes nothing
        assert (await class_room.post(f"/jobs/{job}/cancel")).json()["status"] == "cancelled"
    await class_room.do_jobs()
    assert (await class_room.get(f"/jobs/{job}"))["status"] == "cancelled"
    assert (await class_room.post("/jobs/999999/cancel")).status_code == 404
    assert await class_room.train()
    ended = (await class_room.get("/jobs"))["payload"][0]["id"]
    refused = await class_room.post(f"/jobs/{ended}/cancel")
    assert (refused.status_code, refused.json()["code"]) == (409, "nlu_training_over")
    logged = await class_room.road.column("select target_id from audit_log where action = 'nlu_training.cancelled'")
    assert [str(each) for each in logged] == [str(job)]


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
    known = lines.merged(ready.pack, ())
    only = Line("冇人見過呢句 xyzzy", "store_hours")
    alone = Line("冇人見過呢句", "one_line")
    taught = await asyncio.to_thread(
        judging.teach,
        [*known, only, alone],
        seed=7,
        settings=ready.pack.settings(),
        progress=lambda _step, _fraction: None,
    )
    assert [one.text for one in taught.judged] == [line.text for line in (*known, only, alone)]
    assert taught.judged[-2].confidence < 0.9
    assert (taught.judged[-1].ranked, taught.judged[-1].band) == ((), "handover")
    assert "one_line" not in taught.model.labels


async def test_process_of_its_own_makes_the_same_version(class_room: School) -> None:
    material = await training_run.gather(class_room.job_deps, class_room.road.account_id, "retail")
    here = await asyncio.to_thread(making.make, material, Told().tell)
    steps = set[str]()
    there = await asyncio.to_thread(apart.make, material, lambda step, _fraction: steps.add(step))
    assert (there.version, there.gate) == (here.version, here.gate)
    one, other = (models.from_bytes(made.data).dense_weights for made in (here, there))
    assert np.allclose(one, other, atol=1e-3)  # sums on several cores differ in their last digits
    assert "evaluating" in steps


async def test_process_that_is_stopped_or_refuses_says_so(class_room: School) -> None:
    material = await training_run.gather(class_room.job_deps, class_room.road.account_id, "retail")
    told = Told()
    told.stopped.set()
    with pytest.raises(TrainingStoppedError):
        await asyncio.to_thread(apart.make, material, told.tell)
    nothing = replace(material, lines=[Line("一", "store_hours")])
    with pytest.raises(TrainingRefusedError, match="too_few_examples"):
        await asyncio.to_thread(apart.make, nothing, Told().tell)


async def test_process_that_is_killed_ends_the_training_alone(class_room: School) -> None:
    material = await training_run.gather(class_room.job_deps, class_room.road.account_id, "retail")

    def kill(_step: str, _fraction: float) -> None:
        for child in multiprocessing.active_children():
            child.kill()

    with pytest.raises(TrainingStoppedError, match="-9"):
        await asyncio.to_thread(apart.make, material, kill)


def test_training_of_a_pack_notes_how_its_lines_were_read(pack_folder: Path, tmp_path: Path) -> None:
    pack = packs.load(pack_folder)
    model = pack_models.load_or_train_in(pack, [tmp_path])
    noted = pack_models.find_readings_in(pack, [tmp_path])
    taught = judging.teach(
        lines.merged(pack, ()), seed=pack.head.seed, settings=pack.settings(), progress=lambda _step, _fraction: None
    )
    assert noted is not None
    recalled = judging.recalled(model, lines.merged(pack, ()), noted)
    assert [(one.text, one.guess) for one in recalled] == [(one.text, one.guess) for one in taught.judged]
    (broken,) = tmp_path.glob("*-readings.npy")
    broken.write_bytes(b"half")
    assert pack_models.find_readings_in(pack, [tmp_path]) is None
