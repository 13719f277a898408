"""Owns how long things are kept: bodies of webhook calls and events, files of messages. Hourly, in small steps."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from procrastinate import JobContext
from sqlalchemy import select, text, update

from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.models import Attachment
from kaitak.core.ids import AccountId
from kaitak.jobs.queue import JobDeps, deps_of, tasks

BATCH = 2_000
_ACCOUNTS = text("select account_id from all_account_ids()")

# From where the last pass ended: the events of one group have the same moment, so that one is looked at again.
_CLEAR = text("""
with stretch as materialized (
    select e.id, e.received_at from inbound_event e
    where e.account_id = :account_id and e.body <> '{}' and e.received_at < :before and e.received_at >= coalesce(
        (select s.cleared_until from inbound_log_state s where s.account_id = :account_id), '-infinity')
    order by e.received_at limit :batch
), cleared as (
    update inbound_event e set body = '{}'
    where e.account_id = :account_id and e.id = any(array(select s.id from stretch s))
), noted as (
    insert into inbound_log_state (account_id, cleared_until)
    select :account_id, max(s.received_at) from stretch s having count(*) > 0
    on conflict (account_id) do update set cleared_until = excluded.cleared_until
)
select count(*) from stretch
""")
_FORGET_CALLS = text("delete from webhook_call where account_id = :account_id and last_at < :before")
_FORGET_FAILURES = text("delete from channel_failure where account_id = :account_id and last_at < :before")


@dataclass(frozen=True, slots=True)
class Retention:
    """What the operator set; `attachments` None: for ever. Attached by the composition root."""

    webhook_bodies: timedelta
    attachments: timedelta | None = None


@tasks.periodic(cron="47 * * * *")
@tasks.task(name="conversations.keep_for_so_long", queueing_lock="conversations.keep_for_so_long", pass_context=True)
async def keep_for_so_long(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (procrastinate gives it)
    """Let go of what is older than the operator said, account by account."""
    deps = deps_of(context)
    async with deps.database.transaction() as session:
        accounts = [AccountId(row[0]) for row in await session.execute(_ACCOUNTS)]
    for account_id in accounts:
        await clear_bodies(deps, account_id)
        await expire_attachments(deps, account_id)


async def clear_bodies(deps: JobDeps, account_id: AccountId, *, batch: int = BATCH) -> None:
    """Empty the bodies of old events, whose entries stay in the ledger, and drop old calls, theirs and ours."""
    before = deps.clock.now() - deps.get(Retention).webhook_bodies
    values = {"account_id": account_id, "before": before}
    found = batch
    while found == batch:
        async with deps.database.transaction(account_id) as session:
            found = int((await session.execute(_CLEAR, {**values, "batch": batch})).scalar_one())
    async with deps.database.transaction(account_id) as session:
        await session.execute(_FORGET_CALLS, values)
        await session.execute(_FORGET_FAILURES, values)


async def expire_attachments(deps: JobDeps, account_id: AccountId, *, batch: int = BATCH) -> None:
    """Remove the files of old messages, then say so in their rows: whoever dies in between does it again."""
    kept = deps.get(Retention).attachments
    if kept is None:
        return
    store, before = deps.get(AttachmentStore), deps.clock.now() - kept
    old = (
        select(Attachment.id)
        .where(
            Attachment.account_id == account_id,
            Attachment.created_at < before,
            Attachment.message_id.is_not(None),
            Attachment.expired_at.is_(None),
        )
        .order_by(Attachment.created_at)
        .limit(batch)
    )
    found = batch
    while found == batch:
        async with deps.database.transaction(account_id) as session:
            ids = list(await session.scalars(old))
        for attachment_id in ids:
            await asyncio.to_thread(store.remove, account_id, attachment_id)
        async with deps.database.transaction(account_id) as session:
            await session.execute(
                update(Attachment)
                .where(Attachment.account_id == account_id, Attachment.id.in_(ids))
                .values(expired_at=deps.clock.now(), has_thumbnail=False)
            )
        found = len(ids)
