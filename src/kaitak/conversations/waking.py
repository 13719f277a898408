"""Owns waking an app's device: a message that has not reached it after some seconds is told to the app's own server."""

from __future__ import annotations

import logging
from datetime import datetime

from procrastinate import JobContext
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from sqlalchemy import text

from kaitak.channels.clients import Wake, WakesClients
from kaitak.channels.errors import AuthFailedError, ConnectorError, RefusedError
from kaitak.channels.live import LiveConnectors
from kaitak.conversations import channel_failures
from kaitak.conversations.channel_failures import Call
from kaitak.core import metrics
from kaitak.core.ids import AccountId, InboxId
from kaitak.jobs.queue import RETRIED, JobDeps, deps_of, tasks

_log = logging.getLogger(__name__)
# Not for a message that has arrived or was read, nor where a newer one will be told anyway.
_FIND = text("""
select m.id, m.seq, m.content, m.sender_type, m.created_at, m.conversation_id, c.display_id, ci.source_id,
  i.id as inbox_id, i.channel, i.identifier, i.config_encrypted, i.version, coalesce(u.name, '') as author_name, (
    select count(*) from message w where w.account_id = m.account_id and w.conversation_id = m.conversation_id
      and w.seq > c.contact_last_seen_seq and w.message_type in ('outgoing', 'template') and not w.private) as unread
from message m
join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id
join inbox i on i.account_id = c.account_id and i.id = c.inbox_id
left join users u on m.sender_type = 'user' and u.id = m.sender_id
where m.account_id = :account_id and m.id = :message_id and m.status not in ('delivered', 'read')
  and m.seq > c.contact_last_seen_seq and not exists (
    select from message n where n.account_id = m.account_id and n.conversation_id = m.conversation_id
      and n.seq > m.seq and n.message_type in ('outgoing', 'template') and not n.private)
""")


async def order(connection: AsyncConnection[TupleRow], account_id: AccountId, message_id: int, at: datetime) -> None:
    """Look at this message again at that time; in the caller's transaction."""
    arguments = {"account_id": account_id, "message_id": message_id}
    await wake_client.configure(schedule_at=at, connection=connection).defer_async(**arguments)


@tasks.task(name="conversations.wake_client", pass_context=True, retry=RETRIED)
async def wake_client(context: JobContext, account_id: int, message_id: int) -> None:
    """Have the device woken if the message has not reached it; what the other side refuses is not tried again."""
    deps, account = deps_of(context), AccountId(account_id)
    found = await _find(deps, account, message_id)
    if found is None:
        return
    connector, wake, call = found
    try:
        async with channel_failures.noted(deps.database, call):
            await connector.wake(wake)
    except ConnectorError as exc:
        is_final = isinstance(exc, RefusedError | AuthFailedError)
        metrics.WAKES.labels("refused" if is_final else "failed").inc()
        _log.warning("a device cannot be woken: %s", exc.code, extra={"message_id": message_id})
        if not is_final:
            raise
    else:
        metrics.WAKES.labels("told").inc()


async def _find(deps: JobDeps, account: AccountId, message_id: int) -> tuple[WakesClients, Wake, Call] | None:
    async with deps.database.transaction(account) as session:
        row = (await session.execute(_FIND, {"account_id": account, "message_id": message_id})).one_or_none()
    if row is None:
        return None
    inbox_id = InboxId(row.inbox_id)
    connector = deps.get(LiveConnectors).make(account, inbox_id, row.channel, row.config_encrypted, row.version)
    if not isinstance(connector, WakesClients):
        return None
    call = Call(
        account_id=account,
        inbox_id=inbox_id,
        kind="push",
        conversation_id=row.conversation_id,
        message_id=message_id,
    )
    wake = Wake(
        key=str(row.id),
        app=row.identifier,
        user=row.source_id,
        thread=str(row.display_id),
        seq=row.seq,
        author={"user": "agent", "bot": "bot"}.get(row.sender_type, "system"),
        author_name=row.author_name,
        text=row.content,
        unread=row.unread,
        at=row.created_at,
    )
    return connector, wake, call
