"""Owns watching the channels: every hour each platform is asked whether it accepts us, and for how long it will."""

from __future__ import annotations

import logging

from procrastinate import JobContext
from sqlalchemy import text

from kaitak.channels import queries, registry
from kaitak.channels.contract import TellsExpiry
from kaitak.channels.errors import AuthFailedError, ConnectorError
from kaitak.channels.live import LiveConnectors
from kaitak.conversations.road import Road
from kaitak.core.ids import AccountId, InboxId
from kaitak.jobs.queue import JobDeps, deps_of, tasks

_log = logging.getLogger(__name__)
_ACCOUNTS = text("select account_id from all_account_ids()")


@tasks.periodic(cron="23 * * * *")
@tasks.task(name="conversations.watch_channels", queueing_lock="conversations.watch_channels", pass_context=True)
async def watch_channels(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 (procrastinate gives it)
    """Pause the inboxes whose platform no longer takes our credentials, with its reason; others only leave a line."""
    deps = deps_of(context)
    async with deps.database.transaction() as session:
        accounts = [AccountId(row[0]) for row in await session.execute(_ACCOUNTS)]
    for account_id in accounts:
        await watch(deps, account_id)


async def watch(deps: JobDeps, account_id: AccountId) -> None:
    """Ask the platforms of one account's inboxes."""
    connectors, road = deps.get(LiveConnectors), deps.get(Road)
    async with deps.database.transaction(account_id) as session:
        inboxes = [
            (InboxId(each.id), each.channel, each.config_encrypted, each.version)
            for each in await queries.list_inboxes(session, account_id, member=None)
            if each.paused_at is None
        ]
    for inbox_id, channel, sealed, version in inboxes:
        kind = registry.CONNECTORS.get(channel)
        if kind is None or not kind.capabilities.is_watched:
            continue
        ids = {"account_id": account_id, "inbox_id": inbox_id}
        try:
            connector = connectors.make(account_id, inbox_id, channel, sealed, version)
            await connector.check()
            if isinstance(connector, TellsExpiry):
                await road.note_expiry(account_id, inbox_id, await connector.expires_at())
        except AuthFailedError as exc:
            _log.warning("a platform no longer accepts an inbox: it is paused", extra=ids)
            await road.pause_inbox(account_id, inbox_id, exc.message)
        except ConnectorError as exc:
            _log.warning("a platform could not be asked: %s", exc.code, extra=ids)
