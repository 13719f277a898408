"""Declares the jobs of imports of contacts."""

from __future__ import annotations

import logging

from procrastinate import JobContext
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from kaitak.contacts import importing
from kaitak.core.ids import AccountId
from kaitak.jobs.queue import deps_of, tasks

_log = logging.getLogger(__name__)
_ACCOUNTS = text("select account_id from all_account_ids()")


@tasks.task(name="contacts.import", pass_context=True)
async def run_import(context: JobContext, account_id: int, import_id: int, run: int) -> None:
    """Do the step that an import is at."""
    deps = deps_of(context)
    account = AccountId(account_id)
    try:
        await importing.run(deps.database, account, import_id, run, deps.clock.now)
    except SQLAlchemyError as exc:
        _log.exception("import %s of account %s broke off", import_id, account_id)
        async with deps.database.transaction(account) as session:
            await importing.fail(session, account, import_id, run, type(exc).__name__)


@tasks.periodic(cron="41 19 * * *")
@tasks.task(name="contacts.forget_imports", queueing_lock="contacts.forget_imports", pass_context=True)
async def forget_imports(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (procrastinate gives it)
    """Every night: forget files of contacts that are older than 30 days."""
    deps = deps_of(context)
    async with deps.database.transaction() as session:
        accounts = [AccountId(row[0]) for row in await session.execute(_ACCOUNTS)]
    for account_id in accounts:
        async with deps.database.transaction(account_id) as session:
            await importing.forget_old(session, account_id, deps.clock.now())
