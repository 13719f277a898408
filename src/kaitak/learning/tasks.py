"""Declares the jobs of learning."""

from __future__ import annotations

from procrastinate import JobContext

from kaitak.core.ids import AccountId
from kaitak.jobs.queue import deps_of, tasks
from kaitak.learning import training_run


@tasks.task(name="learning.train", pass_context=True)
async def train(context: JobContext, account_id: int, job_id: int) -> None:
    """Train one version of an account's model."""
    await training_run.run(deps_of(context), AccountId(account_id), job_id)
