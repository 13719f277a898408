"""The periodic work of the stream: what is older than a day goes."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import JobContext
from sqlalchemy import text

from kaitak.jobs.queue import deps_of, tasks

KEPT = timedelta(hours=24)
BATCH = 20_000
_PRUNE = text("select prune_stream_events(:before, :batch)")


@tasks.periodic(cron="*/10 * * * *")
@tasks.task(name="realtime.prune_stream", queueing_lock="realtime.prune_stream", pass_context=True)
async def prune_stream(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (procrastinate gives it)
    """Remove old events in batches; clients that are further behind read a snapshot."""
    deps = deps_of(context)
    removed = BATCH
    while removed >= BATCH:
        async with deps.database.transaction() as session:
            values = {"before": deps.clock.now() - KEPT, "batch": BATCH}
            removed = (await session.execute(_PRUNE, values)).scalar_one()
