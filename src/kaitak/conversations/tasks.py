"""The periodic work of conversations: wake the snoozed, drop files that nobody sent, check the ledger."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from procrastinate import JobContext
from sqlalchemy import text

from kaitak.conversations import actions, attaching, queries
from kaitak.conversations.attaching import AttachmentStore
from kaitak.core.ids import AccountId
from kaitak.jobs.queue import deps_of, tasks

_log = logging.getLogger(__name__)
BATCH = 500
ORPHANED_AFTER = timedelta(hours=24)
_DUE = text("select account_id, conversation_id from due_snoozes(:batch)")
_ORPHANS = text("select account_id, attachment_id from orphan_attachments(:before, :batch)")
_ACCOUNTS = text("select account_id from all_account_ids()")
_PRUNE_VIEWERS = text("select prune_viewers()")


@tasks.periodic(cron="* * * * *")
@tasks.task(name="conversations.unsnooze_due", queueing_lock="conversations.unsnooze_due", pass_context=True)
async def unsnooze_due(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (procrastinate gives it)
    """Open conversations again whose snooze is over, each in a transaction of its own."""
    deps = deps_of(context)
    async with deps.database.transaction() as session:
        due = (await session.execute(_DUE, {"batch": BATCH})).all()
    for account_id, conversation_id in due:
        async with deps.database.transaction(AccountId(account_id)) as session:
            await actions.unsnooze(session, AccountId(account_id), conversation_id)


@tasks.periodic(cron="17 * * * *")
@tasks.task(name="conversations.drop_orphans", queueing_lock="conversations.drop_orphans", pass_context=True)
async def drop_orphans(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Drop files that were uploaded a day ago and never sent: first their rows, then the files."""
    deps = deps_of(context)
    store = deps.get(AttachmentStore)
    before = deps.clock.now() - ORPHANED_AFTER
    async with deps.database.transaction() as session:
        await session.execute(_PRUNE_VIEWERS)
        rows = (await session.execute(_ORPHANS, {"before": before, "batch": BATCH})).all()
    by_account: dict[AccountId, list[UUID]] = defaultdict(list)
    for account_id, attachment_id in rows:
        by_account[AccountId(account_id)].append(attachment_id)
    for account_id, attachment_ids in by_account.items():
        async with deps.database.transaction(account_id) as session:
            dropped = await attaching.forget(session, account_id, attachment_ids)
        for attachment_id in dropped:
            await asyncio.to_thread(store.remove, account_id, attachment_id)


@tasks.periodic(cron="30 19 * * *")
@tasks.task(name="conversations.check_ledger", queueing_lock="conversations.check_ledger", pass_context=True)
async def check_ledger(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Every night: does everything that came in have its message, and everything to send its delivery?"""
    deps = deps_of(context)
    since = deps.clock.now() - timedelta(days=2)
    async with deps.database.transaction() as session:
        accounts = [AccountId(row[0]) for row in await session.execute(_ACCOUNTS)]
    for account_id in accounts:
        async with deps.database.transaction(account_id) as session:
            ledger = await queries.read_ledger(session, account_id, since=since)
        if not ledger.is_balanced:
            _log.error(
                "the ledger of account %s does not balance: %s stored without message, %s outgoing without delivery",
                account_id,
                ledger.stored_without_message,
                ledger.outgoing_without_delivery,
            )
