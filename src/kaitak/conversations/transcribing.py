"""Owns what a voice note says: transcribed beside the road, shown with the note, and given to the bot as its text.

The door holds the bot back for a while. If the words come in time they become the message's text; if the bot has
answered meanwhile they follow as a message of their own. If nothing can be heard the customer is asked to write, and
the agent sees it at the note.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from sqlalchemy import select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.models import Account
from kaitak.channels.models import Inbox
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.conversations import posting, search_index, voice_notes, wake
from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.errors import ReplyWindowClosedError
from kaitak.conversations.models import Attachment, Conversation, Message, MessageText, Turn
from kaitak.conversations.posting import Entry
from kaitak.conversations.road import Road
from kaitak.conversations.road_rows import IncomingMessage, Json
from kaitak.conversations.transcriber import NothingHeardError, Transcriber, TranscriberUnavailableError
from kaitak.core import languages
from kaitak.core.ids import AccountId, InboxId
from kaitak.db.session import after_commit
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps, deps_of, tasks
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_log = logging.getLogger(__name__)
TRIES = 3
ATTRIBUTE = "transcript"
_SORRY: dict[languages.Written, str] = {
    "zh-HK": "唔好意思，我聽唔清楚你段語音。可唔可以打字話我知？",
    "zh-Hans": "抱歉，我没能听清您的语音。可以打字告诉我吗？",
    "en": "Sorry, I could not make out your voice message. Could you write it to me?",
}
_OTHERS = text("""
select exists (select from message m where m.account_id = :account_id and m.conversation_id = :conversation_id
  and m.message_type = 'incoming' and m.seq > :answered and m.seq <> :seq)
""")


@dataclass(frozen=True, slots=True)
class _Heard:
    words: str
    model: str


async def order(session: AsyncSession, transcriber: Transcriber, attachment: Attachment, message: Message) -> None:
    """Have a voice note transcribed, if a recogniser is set and the message says nothing else."""
    is_sound = attachment.content_type.startswith("audio/")
    if not transcriber.is_on or not is_sound or not _is_note(message):
        return
    attachment.transcript_state = "waiting"
    arguments: Json = {"account_id": message.account_id, "message_id": message.id, "attachment_id": str(attachment.id)}
    await queue.defer(session, transcribe, arguments)


def _is_note(message: Message) -> bool:
    media = message.content_attributes.get("media")
    entries = media if isinstance(media, list) else []
    return any(
        voice_notes.is_wordless(message.content, str(entry.get("kind")), str(entry.get("file_name") or ""))
        for entry in entries
    )


@tasks.task(name="conversations.transcribe", pass_context=True, retry=RetryStrategy(max_attempts=TRIES, wait=2))
async def transcribe(context: JobContext, account_id: int, message_id: int, attachment_id: str) -> None:
    """Ask the recogniser, a few times; then the words, or that there are none."""
    deps, account, number = deps_of(context), AccountId(account_id), UUID(attachment_id)
    transcriber, store = deps.get(Transcriber), deps.get(AttachmentStore)
    async with deps.database.transaction(account) as session:
        attachment = await session.get(Attachment, (account, number))
    if attachment is None or attachment.transcript_state != "waiting":
        return
    try:
        sound = await asyncio.to_thread(store.path(account, number).read_bytes)
        words = await transcriber.transcribe(sound, attachment.content_type)
    except TranscriberUnavailableError as exc:
        if context.job.attempts < TRIES - 1:
            raise
        await give_up(deps, account, message_id, exc.code, attachment_id=number)
    except (NothingHeardError, FileNotFoundError) as exc:
        code = exc.code if isinstance(exc, NothingHeardError) else "attachment_not_found"
        await give_up(deps, account, message_id, code, attachment_id=number)
    else:
        await _conclude(deps, account, message_id, number, _Heard(words, transcriber.model))


async def _conclude(deps: JobDeps, account: AccountId, message_id: int, number: UUID, heard: _Heard) -> None:
    """Write the words down, and let the bot hear them once."""
    words = heard.words
    source: Json = {"state": "done", "model": heard.model, "attachment_id": str(number)}
    follow_up: IncomingMessage | None = None
    async with deps.database.transaction(account) as session:
        attachment = await session.get_one(Attachment, (account, number), with_for_update=True)
        if attachment.transcript_state != "waiting":
            return
        attachment.transcript, attachment.transcript_state = words, "done"
        message, conversation = await _locked(session, account, message_id)
        if conversation.owner == "bot" and await _is_past(session, conversation, message):
            follow_up = await _following(session, conversation, message, words, source)
        else:
            message.content = words
            await session.execute(
                update(MessageText)
                .where(MessageText.account_id == account, MessageText.message_id == message_id)
                .values(folded=search_index.fold(words))
            )
        message.content_attributes = {**message.content_attributes, ATTRIBUTE: source}
        await _show(session, conversation, message)
        if follow_up is None:
            await _make_due(session, conversation)
    if follow_up is not None:
        await deps.get(Road).place_and_ingest(follow_up)
        wake.turns()


async def give_up(
    deps: JobDeps, account: AccountId, message_id: int, code: str, *, attachment_id: UUID | None = None
) -> None:
    """Say at the note that it has no words; if the bot would answer it, ask the customer to write instead."""
    async with deps.database.transaction(account) as session:
        if attachment_id is not None:
            attachment = await session.get_one(Attachment, (account, attachment_id), with_for_update=True)
            if attachment.transcript_state != "waiting":
                return
            attachment.transcript_state = "failed"
        message, conversation = await _locked(session, account, message_id)
        failure: Json = {"state": "failed", "reason": code}
        message.content_attributes = {**message.content_attributes, ATTRIBUTE: failure}
        await _show(session, conversation, message)
        if conversation.owner == "bot" and not await _is_past(session, conversation, message):
            await _ask_to_write(session, conversation, message, code)
    _log.info("a voice note has no words: %s", code, extra={"account_id": account, "message_id": message_id})


async def _locked(session: AsyncSession, account: AccountId, message_id: int) -> tuple[Message, Conversation]:
    message = await session.get_one(Message, (account, message_id))
    conversation = await session.get_one(Conversation, (account, message.conversation_id))
    await posting.lock(session, conversation)
    await session.refresh(message)
    return message, conversation


async def _is_past(session: AsyncSession, conversation: Conversation, message: Message) -> bool:
    """Whether the bot has answered this message, or is answering it now."""
    is_claimed = conversation.claimed_until is not None and conversation.claimed_until > await posting.now(session)
    return is_claimed or conversation.answered_seq >= message.seq


async def _show(session: AsyncSession, conversation: Conversation, message: Message) -> None:
    await session.flush()
    await realtime.publish(session, Kind.MESSAGE_UPDATED, conversation_id=conversation.id, message_id=message.id)


async def _make_due(session: AsyncSession, conversation: Conversation) -> None:
    if conversation.owner == "bot" and conversation.turn_due_at is not None:
        conversation.turn_due_at = await posting.now(session)
        after_commit(session, wake.turns)


async def _following(
    session: AsyncSession, conversation: Conversation, message: Message, words: str, source: Json
) -> IncomingMessage:
    """The words as a message of their own, for a bot that did not wait for them."""
    address = await session.get_one(ContactInbox, (conversation.account_id, conversation.contact_inbox_id))
    inbox = await session.get_one(Inbox, (conversation.account_id, conversation.inbox_id))
    return IncomingMessage(
        account_id=AccountId(conversation.account_id),
        inbox_id=InboxId(conversation.inbox_id),
        external_id=f"transcript:{message.id}",
        source_id=address.source_id,
        content=words,
        attributes={ATTRIBUTE: {**source, "message_id": message.id}},
        raw={},
        settle=inbox.settle,
    )


async def _ask_to_write(session: AsyncSession, conversation: Conversation, message: Message, code: str) -> None:
    """This is the bot's whole answer to the note; what else the customer wrote is answered by a turn."""
    account = await session.get_one(Account, conversation.account_id)
    locale = await session.scalar(
        select(Contact.locale).where(Contact.account_id == account.id, Contact.id == conversation.contact_id)
    )
    wanted = locale or account.locale
    words = _SORRY[languages.written_for(wanted) or "zh-HK"]
    values = {
        "account_id": account.id,
        "conversation_id": conversation.id,
        "answered": conversation.answered_seq,
        "seq": message.seq,
    }
    is_alone = not await session.scalar(_OTHERS, values)
    try:
        await posting.add(session, conversation, Entry(sender_type="bot", sender_id=None, content=words))
    except ReplyWindowClosedError:
        return
    if not is_alone:
        await _make_due(session, conversation)
        return
    session.add(
        Turn(
            account_id=account.id,
            conversation_id=conversation.id,
            from_seq=message.seq,
            to_seq=message.seq,
            understanding={},
            trace=[{"step": "voice note", "detail": code}],
            outcome="clarified",
        )
    )
    conversation.answered_seq = message.seq
    conversation.turn_due_at = conversation.turn_waiting_since = conversation.waiting_since = None
    conversation.unread_count = 0
