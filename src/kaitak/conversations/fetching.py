"""Owns files that customers sent over a channel: fetched at once, since a platform keeps them for some time only."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from procrastinate import JobContext
from pydantic import JsonValue
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels.contract import FetchesMedia, InboundEvent, MessageReceived
from kaitak.channels.errors import ChannelUnavailableError, RefusedError
from kaitak.channels.live import LiveConnectors
from kaitak.conversations import attaching, thumbnails, transcribing, voice_notes
from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.models import Message
from kaitak.conversations.transcriber import Transcriber
from kaitak.core.errors import KaitakError
from kaitak.core.ids import AccountId, InboxId
from kaitak.db.session import Database
from kaitak.jobs import queue
from kaitak.jobs.queue import RETRIED, JobDeps, deps_of, tasks
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_log = logging.getLogger(__name__)
FETCHED = "state"  # of an entry in the message's `media`: fetched, or refused with its reason
_FIND = text("""
select m.id, i.channel, i.config_encrypted, i.version, c.contact_inbox_id from inbound_event e
join message m on m.account_id = e.account_id and m.inbound_event_id = e.id
join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
join inbox i on i.account_id = e.account_id and i.id = e.inbox_id
where e.account_id = :account_id and e.inbox_id = :inbox_id and e.external_id = :external_id
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A message whose files its platform still holds."""

    message_id: int
    contact_inbox_id: int
    fetcher: FetchesMedia
    content: str
    media: list[dict[str, object]]


async def order(database: Database, account_id: AccountId, inbox_id: InboxId, events: Sequence[InboundEvent]) -> None:
    """Have the files of a webhook call fetched; a repeated call orders again, and nothing is fetched twice."""
    wanted = [event for event in events if isinstance(event, MessageReceived) and event.media]
    if not wanted:
        return
    async with database.transaction(account_id) as session:
        for event in wanted:
            await defer(session, account_id, inbox_id, event.external_id)


async def defer(session: AsyncSession, account_id: AccountId, inbox_id: int, external_id: str) -> None:
    """Have the files of one message fetched when this transaction is committed; one job for it at a time."""
    arguments: dict[str, JsonValue] = {"account_id": account_id, "inbox_id": inbox_id, "external_id": external_id}
    await queue.defer(session, fetch_media, arguments, lock=f"media:{account_id}:{inbox_id}:{external_id}")


@tasks.task(name="conversations.fetch_media", pass_context=True, retry=RETRIED)
async def fetch_media(context: JobContext, account_id: int, inbox_id: int, external_id: str) -> None:
    """Fetch a message's files, each in turn: read, call the platform, record."""
    deps, account = deps_of(context), AccountId(account_id)
    held = await _find(deps, account, InboxId(inbox_id), external_id)
    if held is None:
        return
    for number, entry in enumerate(held.media):
        if FETCHED not in entry:
            await _fetch_one(deps, account, held, number)


async def _find(deps: JobDeps, account: AccountId, inbox: InboxId, external_id: str) -> _Held | None:
    values = {"account_id": account, "inbox_id": inbox, "external_id": external_id}
    async with deps.database.transaction(account) as session:
        row = (await session.execute(_FIND, values)).one_or_none()
        if row is None:
            return None
        message = await session.get_one(Message, (account, row.id))
        content, media = message.content, message.content_attributes.get("media")
    connector = deps.get(LiveConnectors).make(account, inbox, row.channel, row.config_encrypted, row.version)
    if not isinstance(connector, FetchesMedia) or not isinstance(media, list):
        return None
    return _Held(
        message_id=row.id, contact_inbox_id=row.contact_inbox_id, fetcher=connector, content=content, media=media
    )


async def _fetch_one(deps: JobDeps, account: AccountId, held: _Held, number: int) -> None:
    entry, store = held.media[number], deps.get(AttachmentStore)
    try:
        got = await held.fetcher.fetch(str(entry.get("ref", "")), max_bytes=store.max_bytes)
        name = str(entry.get("file_name") or got.file_name or entry.get("kind") or "file")
        stored = await store.keep_bytes(io.BytesIO(got.body), name, account)
    except ChannelUnavailableError:
        raise  # the job is tried again
    except KaitakError as exc:
        if not isinstance(exc, RefusedError) and exc.status >= 500:
            raise
        _log.warning("a file of a customer was refused: %s", exc.code, extra={"message_id": held.message_id})
        async with deps.database.transaction(account) as session:
            await _note(session, account, held.message_id, number, {FETCHED: "refused", "reason": exc.code})
        if deps.get(Transcriber).is_on and voice_notes.is_wordless(
            held.content, str(entry.get("kind")), str(entry.get("file_name") or "")
        ):
            await transcribing.give_up(deps, account, held.message_id, exc.code)
        return
    async with deps.database.transaction(account) as session:
        uploader = held.contact_inbox_id
        attachment = await attaching.keep(session, account, stored, uploader_type="contact_inbox", uploader_id=uploader)
        message = await session.get_one(Message, (account, held.message_id))
        await attaching.join(session, message, [stored.id], uploader_type="contact_inbox", uploader_id=uploader)
        await _note(session, account, held.message_id, number, {FETCHED: "fetched"})
        await thumbnails.order(session, attachment)
        await transcribing.order(session, deps.get(Transcriber), attachment, message)


async def _note(
    session: AsyncSession, account: AccountId, message_id: int, number: int, more: dict[str, object]
) -> None:
    of_it = (Message.account_id == account, Message.id == message_id)
    attributes = dict((await session.scalars(select(Message.content_attributes).where(*of_it).with_for_update())).one())
    known = attributes["media"]
    assert isinstance(known, list)
    media = [dict(each) for each in known]
    media[number] |= more
    await session.execute(update(Message).where(*of_it).values(content_attributes={**attributes, "media": media}))
    message = await session.get_one(Message, (account, message_id))
    await realtime.publish(
        session, Kind.MESSAGE_UPDATED, conversation_id=message.conversation_id, message_id=message_id
    )
