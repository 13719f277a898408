"""Declares the jobs of reading sites."""

from __future__ import annotations

from procrastinate import JobContext

from kaitak.core.ids import AccountId
from kaitak.jobs.queue import deps_of, tasks
from kaitak.knowledge import crawling


@tasks.task(name="knowledge.crawl", pass_context=True)
async def crawl(context: JobContext, account_id: int, site_id: int, run: int) -> None:
    """Read a site once."""
    await crawling.run(deps_of(context), AccountId(account_id), site_id, run)
