"""Declares the jobs of exports and erasures of persons."""

from __future__ import annotations

import logging

from procrastinate import JobContext
from sqlalchemy import text

from kaitak.business.gateway import Gateway
from kaitak.conversations import persons
from kaitak.conversations.attaching import AttachmentStore
from kaitak.core.ids import AccountId
from kaitak.jobs.queue import deps_of, tasks

_log = logging.getLogger(__name__)
_ACCOUNTS = text("select account_id from all_account_ids()")


@tasks.task(name="contacts.person_request", pass_context=True)
async def do_person_request(context: JobContext, account_id: int, request_id: int, kind: str) -> None:
    """Do an export, or an erasure that was confirmed; what breaks off is marked so and may be asked for again."""
    deps, account = deps_of(context), AccountId(account_id)
    store = deps.get(AttachmentStore)
    try:
        if kind == "export":
            await persons.export(deps.database, store, account, request_id)
        else:
            await persons.erase(deps.database, store, deps.get(Gateway), account, request_id)
    except Exception:
        _log.exception("the %s %s of account %s broke off", kind, request_id, account_id)
        async with deps.database.transaction(account) as session:
            await persons.fail(session, account, request_id)
        raise


@tasks.periodic(cron="37 * * * *")
@tasks.task(name="contacts.forget_exports", queueing_lock="contacts.forget_exports", pass_context=True)
async def forget_exports(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (procrastinate gives it)
    """Every hour: exports that are a week old go."""
    deps = deps_of(context)
    async with deps.database.transaction() as session:
        accounts = [AccountId(row[0]) for row in await session.execute(_ACCOUNTS)]
    for account_id in accounts:
        await persons.forget_files(deps.database, deps.get(AttachmentStore), account_id, deps.clock.now())
