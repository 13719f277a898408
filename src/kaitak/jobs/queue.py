"""Owns the queue of jobs on PostgreSQL: declaring tasks, deferring them in the caller's transaction, running them.

The schema is procrastinate's, applied by our migration. Jobs are at-least-once: each effect has a natural key.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

import psycopg
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.tasks import Task
from pydantic import JsonValue
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.clock import Clock
from kaitak.db.session import Database

_log = logging.getLogger(__name__)
T = TypeVar("T")
POLL = timedelta(seconds=1)
HEARTBEAT = timedelta(seconds=10)
STALLED = timedelta(seconds=40)
GRACE = timedelta(seconds=20)
CONCURRENCY = 4
_DEPS = "deps"

tasks = App(connector=PsycopgConnector())
RETRIED = RetryStrategy(max_attempts=8, exponential_wait=3)


class JobDepsMissingError(LookupError):
    """A task ran without what it needs, or asked for something that was not attached: a fault of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobDeps:
    """What tasks may use; things of higher slices are attached by type."""

    database: Database
    clock: Clock
    attached: Mapping[type, object] = field(default_factory=dict)

    def get(self, kind: type[T]) -> T:
        """The one thing of this type that the composition root attached."""
        found = self.attached.get(kind)
        if not isinstance(found, kind):
            raise JobDepsMissingError(kind.__name__)
        return found


def deps_of(context: JobContext) -> JobDeps:
    """What the worker gave to the task."""
    found = context.additional_context.get(_DEPS)
    if not isinstance(found, JobDeps):
        raise JobDepsMissingError(_DEPS)
    return found


async def defer(
    session: AsyncSession,
    task: Task[Any, Any, Any],
    arguments: Mapping[str, JsonValue],
    *,
    lock: str | None = None,
    queueing_lock: str | None = None,
    at: datetime | None = None,
) -> int:
    """Put a job into the queue within the caller's transaction: it exists if and only if that commits."""
    raw = await (await session.connection()).get_raw_connection()
    connection = raw.driver_connection
    if not isinstance(connection, psycopg.AsyncConnection):
        raise TypeError("jobs are deferred on a psycopg connection")
    deferrer = task.configure(lock=lock, queueing_lock=queueing_lock, schedule_at=at, connection=connection)
    return await deferrer.defer_async(**arguments)


async def run_jobs(dsn: str, deps: JobDeps) -> None:
    """Work until cancelled; jobs at hand are finished first. Needs every slice's tasks.py to be imported."""
    connector = PsycopgConnector(conninfo=dsn, min_size=1, max_size=3)
    with tasks.replace_connector(connector) as app:
        async with app.open_async():
            await app.run_worker_async(
                name="kaitak",
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=POLL.total_seconds(),
                abort_job_polling_interval=5 * POLL.total_seconds(),
                shutdown_graceful_timeout=GRACE.total_seconds(),
                listen_notify=False,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT.total_seconds(),
                stalled_worker_timeout=STALLED.total_seconds(),
                additional_context={_DEPS: deps},
            )


async def run_until_idle(dsn: str, deps: JobDeps) -> None:
    """Do every job that is due, then return; for tests and commands."""
    with tasks.replace_connector(PsycopgConnector(conninfo=dsn, min_size=1, max_size=3)) as app:
        async with app.open_async():
            await app.run_worker_async(
                wait=False,
                listen_notify=False,
                install_signal_handlers=False,
                delete_jobs="successful",
                additional_context={_DEPS: deps},
            )


@tasks.periodic(cron="* * * * *")
@tasks.task(name="jobs.rescue", queueing_lock="jobs.rescue", pass_context=True)
async def rescue_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (procrastinate gives it)
    """Give jobs back whose worker died."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED.total_seconds()):
        _log.warning("rescuing job %s (%s)", job.id, job.task_name)
        await manager.retry_job(job)
