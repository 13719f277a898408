"""Jobs: deferred with the caller's transaction, done once, tried again, rescued; and the periodic ones."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from procrastinate import JobContext
from sqlalchemy import text

from kaitak.conversations import tasks as conversation_tasks
from kaitak.conversations.attaching import AttachmentStore
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps, deps_of, tasks
from kaitak.realtime import tasks as realtime_tasks
from tests.conversations.test_sniffing import PNG
from tests.factories.stage import Stage

_done: list[str] = []


class FlakyError(RuntimeError):
    """Fails the first time."""


@tasks.task(name="tests.note", pass_context=True)
async def note(context: JobContext, word: str) -> None:
    deps_of(context)
    _done.append(word)


@tasks.task(name="tests.stumble", retry=1)
async def stumble() -> None:
    _done.append("try")
    if len(_done) < 2:
        raise FlakyError


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    _done.clear()


def _deps(stage: Stage) -> JobDeps:
    return JobDeps(database=stage.database, clock=stage.deps.clock, attached=stage.deps.attached)


async def _run(stage: Stage, task: Any) -> None:
    """Defer a periodic task as its schedule would, and do it."""
    async with stage.database.transaction() as session:
        await queue.defer(session, task, {"timestamp": 0})
    await queue.run_until_idle(stage.database.dsn, _deps(stage))


async def _defer_and_fail(stage: Stage) -> None:
    async with stage.database.transaction() as session:
        await queue.defer(session, note, {"word": "undone"})
        raise FlakyError


async def test_job_exists_only_if_its_transaction_commits(stage: Stage) -> None:
    with pytest.raises(FlakyError):
        await _defer_and_fail(stage)
    async with stage.database.transaction() as session:
        await queue.defer(session, note, {"word": "done"})
    await queue.run_until_idle(stage.database.dsn, _deps(stage))
    assert _done == ["done"]


async def test_failing_job_is_tried_again(stage: Stage) -> None:
    async with stage.database.transaction() as session:
        await queue.defer(session, stumble, {})
    for _ in range(2):
        await queue.run_until_idle(stage.database.dsn, _deps(stage))
    assert _done == ["try", "try"]


async def test_worker_runs_until_it_is_cancelled(stage: Stage) -> None:
    worker = asyncio.create_task(queue.run_jobs(stage.database.dsn, _deps(stage)))
    try:
        async with stage.database.transaction() as session:
            await queue.defer(session, note, {"word": "live"})
        async with asyncio.timeout(10):
            while _done != ["live"]:  # noqa: ASYNC110 (the job runs in the worker, which knows no event of ours)
                await asyncio.sleep(0.05)
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


async def test_job_of_a_dead_worker_is_given_back(stage: Stage) -> None:
    async with stage.database.transaction() as session:
        await queue.defer(session, note, {"word": "rescued"})
    async with await psycopg.AsyncConnection.connect(stage.database.dsn, autocommit=True) as connection:
        row = await (
            await connection.execute(
                "insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour') returning id"
            )
        ).fetchone()
        assert row is not None
        await connection.execute("update procrastinate_jobs set status = 'doing', worker_id = %s", (row[0],))
    await _run(stage, queue.rescue_stalled)
    await queue.run_until_idle(stage.database.dsn, _deps(stage))
    assert _done == ["rescued"]


async def test_snooze_that_is_over_opens_the_conversation(stage: Stage) -> None:
    _, number = await stage.conversation()
    until = (stage.deps.clock.now() + timedelta(hours=1)).isoformat()
    await stage.act(number, "toggle_status", status="snoozed", snoozed_until=until)
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("update conversation set snoozed_until = now() - interval '1 second'"))
    await _run(stage, conversation_tasks.unsnooze_due)
    view = await stage.view(number)
    assert (view["status"], view["owner"], view["snoozed_until"]) == ("open", "queued", None)


async def test_snooze_that_lies_ahead_stays(stage: Stage) -> None:
    _, number = await stage.conversation()
    until = (stage.deps.clock.now() + timedelta(hours=1)).isoformat()
    await stage.act(number, "toggle_status", status="snoozed", snoozed_until=until)
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("update conversation set snoozed_until = now() + interval '1 hour'"))
    await _run(stage, conversation_tasks.unsnooze_due)
    assert (await stage.view(number))["status"] == "snoozed"


async def test_file_that_nobody_sent_is_dropped_after_a_day(stage: Stage) -> None:
    kept = await stage.admin.post(stage.path("/attachments"), files={"file": ("a.png", PNG, "image/png")})
    _, number = await stage.conversation()
    await stage.act(number, "messages", content="x", attachment_ids=[kept.json()["id"]])
    await stage.admin.post(stage.path("/attachments"), files={"file": ("b.png", PNG, "image/png")})
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("update attachment set created_at = '2020-01-01T00:00:00Z'"))
    await _run(stage, conversation_tasks.drop_orphans)
    store = stage.deps.get(AttachmentStore)
    names = [each.name for each in store.folder.rglob("*") if each.is_file()]
    assert names == [kept.json()["id"].replace("-", "")]


async def test_old_stream_events_go_and_young_ones_stay(stage: Stage) -> None:
    await stage.conversation()
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("update stream_event set created_at = '2020-01-01T00:00:00Z'"))
    await stage.conversation()
    await _run(stage, realtime_tasks.prune_stream)
    async with stage.database.transaction(stage.account_id) as session:
        statement = text("select count(*) > 0, min(created_at) > '2021-01-01' from stream_event")
        assert tuple((await session.execute(statement)).one()) == (True, True)


async def test_ledger_that_does_not_balance_is_reported(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    await stage.conversation()
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(
            text(
                "insert into inbound_event (account_id, inbox_id, external_id, kind, outcome, body, received_at)"
                " values (:account, 1, 'lost', 'message', 'stored', '{}', :at)"
            ),
            {"account": stage.account_id, "at": stage.deps.clock.now()},
        )
    await _run(stage, conversation_tasks.check_ledger)
    assert "does not balance" in caplog.text
