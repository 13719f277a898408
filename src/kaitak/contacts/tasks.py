"""The periodic work of contacts: proof that has run out counts no more, and nothing that was hidden stays."""

from __future__ import annotations

from datetime import timedelta

from procrastinate import JobContext
from sqlalchemy import text

from kaitak.jobs.queue import deps_of, tasks

HIDDEN_FOR = timedelta(minutes=10)
_FORGET = text("select forget_proof(:keep)")


@tasks.periodic(cron="* * * * *")
@tasks.task(name="contacts.forget_proof", queueing_lock="contacts.forget_proof", pass_context=True)
async def forget_proof(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (procrastinate gives it)
    """Every minute: addresses whose proof has run out are claimed again; texts that no turn has read are gone."""
    async with deps_of(context).database.transaction() as session:
        await session.execute(_FORGET, {"keep": HIDDEN_FOR})
