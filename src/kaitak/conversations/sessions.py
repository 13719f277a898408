"""Owns telling a platform that keeps sessions of its own whose a conversation is, after all that was said before."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from procrastinate import JobContext
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels import registry
from kaitak.channels.errors import AuthFailedError, ConnectorError, RefusedError
from kaitak.channels.live import LiveConnectors
from kaitak.channels.models import Inbox
from kaitak.channels.sessions import Holder, KeepsSessions
from kaitak.conversations import channel_failures
from kaitak.conversations.channel_failures import Call
from kaitak.conversations.models import Conversation
from kaitak.core.ids import AccountId, InboxId
from kaitak.jobs import queue
from kaitak.jobs.queue import RETRIED, JobDeps, deps_of, tasks

_log = logging.getLogger(__name__)
PAUSE = timedelta(seconds=2)  # for what was said with the change: a session that is somebody else's takes nothing more
MOST_PAUSES = 60
# How it stands when the job runs, not when it was ordered; a newer conversation with the customer speaks for itself.
_FIND = text("""
select c.owner, c.status, c.inbox_id, ci.source_id, i.channel, i.config_encrypted, i.version, exists (
    select from delivery d where d.account_id = c.account_id and d.conversation_id = c.id and d.finished_at is null
      and d.next_attempt_at < now() + interval '1 minute') as is_sending
from conversation c
join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id
join inbox i on i.account_id = c.account_id and i.id = c.inbox_id
where c.account_id = :account_id and c.id = :conversation_id
  and coalesce(ci.current_conversation_id, c.id) = c.id
""")
_HOLDERS = {"bot": Holder.BOT, "queued": Holder.QUEUE, "human": Holder.PERSON}


@dataclass(frozen=True, slots=True)
class _Session:
    connector: KeepsSessions
    source_id: str
    holder: Holder
    inbox_id: InboxId
    is_sending: bool


@cache
def are_kept(channel: str) -> bool:
    """Whether the platform of this channel keeps sessions."""
    kind = registry.CONNECTORS.get(channel)
    return kind is not None and issubclass(kind, KeepsSessions)


async def order(connection: AsyncConnection[TupleRow], account_id: AccountId, conversation_id: int) -> None:
    """Tell the platform soon; in the caller's transaction."""
    job = tell_holder.configure(schedule_at=_soon(), connection=connection)
    await job.defer_async(account_id=account_id, conversation_id=conversation_id)


async def changed(session: AsyncSession, conversation: Conversation) -> None:
    """A person changed who has this conversation: the platform is told, if it keeps sessions."""
    channel = await session.scalar(
        select(Inbox.channel).where(Inbox.account_id == conversation.account_id, Inbox.id == conversation.inbox_id)
    )
    if channel is not None and are_kept(channel):
        arguments = {"account_id": conversation.account_id, "conversation_id": conversation.id}
        await queue.defer(session, tell_holder, arguments, at=_soon())


@tasks.task(name="conversations.tell_holder", pass_context=True, retry=RETRIED)
async def tell_holder(context: JobContext, account_id: int, conversation_id: int, pauses: int = 0) -> None:
    """Set the session at the platform; what it refuses is noted with its words and not tried again."""
    deps, account = deps_of(context), AccountId(account_id)
    found = await _find(deps, account, conversation_id)
    if found is None:
        return
    if found.is_sending and pauses < MOST_PAUSES:
        again = tell_holder.configure(schedule_at=_soon())
        await again.defer_async(account_id=account_id, conversation_id=conversation_id, pauses=pauses + 1)
        return
    call = Call(
        account_id=account,
        inbox_id=found.inbox_id,
        kind="session",
        conversation_id=conversation_id,
    )
    try:
        async with channel_failures.noted(deps.database, call):
            await found.connector.hold(found.source_id, found.holder)
    except ConnectorError as exc:
        ids = {"account_id": account_id, "conversation_id": conversation_id}
        _log.warning("the owner of a session was not taken: %s", exc.code, extra=ids)
        if not isinstance(exc, RefusedError | AuthFailedError):
            raise


async def _find(deps: JobDeps, account: AccountId, conversation_id: int) -> _Session | None:
    async with deps.database.transaction(account) as session:
        values = {"account_id": account, "conversation_id": conversation_id}
        row = (await session.execute(_FIND, values)).one_or_none()
    if row is None:
        return None
    inbox_id = InboxId(row.inbox_id)
    connector = deps.get(LiveConnectors).make(account, inbox_id, row.channel, row.config_encrypted, row.version)
    if not isinstance(connector, KeepsSessions):
        return None
    holder = Holder.NOBODY if row.status == "resolved" else _HOLDERS[row.owner]
    return _Session(connector, row.source_id, holder, inbox_id, row.is_sending)


def _soon() -> datetime:
    return datetime.now(UTC) + PAUSE
