"""Reading the original of a message, where its channel keeps more than the message shows: the mail behind it."""

from __future__ import annotations

import asyncio
from pathlib import Path

from fastapi import APIRouter, Depends, Response
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.policy import Permission
from kaitak.api import downloads
from kaitak.api.dependencies import SessionDep, require
from kaitak.api.problems import problems
from kaitak.api.wire import Wire
from kaitak.channels import original_mail, registry
from kaitak.channels.original_mail import File
from kaitak.channels.originals import Original, ShowsOriginals
from kaitak.conversations import attaching, queries
from kaitak.conversations.dependencies import IdPath, SeenDep, StoreDep, ViewerDep
from kaitak.conversations.errors import (
    ConversationNotFoundError,
    MessageNotFoundError,
    OriginalGoneError,
    OriginalNotFoundError,
)
from kaitak.conversations.models import Attachment, Conversation

router = APIRouter(prefix="/api/v1/accounts/{account_id}/conversations", tags=["conversations"])
READ = [Depends(require(Permission.READ_CONVERSATIONS))]
MAIL = "message/rfc822"
MOST = 36 * 1024 * 1024  # bytes of files: more than a mailbox takes in one mail


class WriterView(Wire):
    """Who wrote it, as its head says."""

    name: str
    address: str


class OriginalView(Wire):
    """A mail as it came. `html` is sanitised and still belongs in a sandboxed frame that fetches nothing."""

    subject: str
    sender: WriterView
    reply_to: str
    to: list[str]
    sent_at: str
    message_id: str
    text: str
    html: str
    is_cut: bool


@router.get(
    "/{display_id}/messages/{message_id}/original",
    dependencies=READ,
    response_model=OriginalView,
    responses=problems(ConversationNotFoundError, MessageNotFoundError, OriginalNotFoundError, OriginalGoneError),
)
async def show_original(session: SessionDep, conversation: SeenDep, message_id: IdPath) -> OriginalView:
    """The original of a customer's message: its head, all its words with what is quoted, and its sanitised HTML."""
    return _view(await _original(session, conversation, message_id))


@router.get(
    "/{display_id}/messages/{message_id}/original.eml",
    dependencies=READ,
    response_class=Response,
    responses={
        200: {"content": {MAIL: {}}, "description": "The mail as a file"},
        **problems(ConversationNotFoundError, MessageNotFoundError, OriginalNotFoundError, OriginalGoneError),
    },
)
async def download_original(
    session: SessionDep, viewer: ViewerDep, conversation: SeenDep, message_id: IdPath, store: StoreDep
) -> Response:
    """The original as a mail, with the files that are kept of it, to save or to open in a mail program."""
    original = await _original(session, conversation, message_id)
    rows = await attaching.files_of(session, conversation.account_id, message_id)
    body = await asyncio.to_thread(_mail, original, [(row, store.path(viewer.account_id, row.id)) for row in rows])
    return Response(body, media_type=MAIL, headers=downloads.headers(original_mail.file_name(original)))


def _mail(original: Original, files: list[tuple[Attachment, Path]]) -> bytes:
    """The mail with the files that are still there, as far as one mail has room."""
    found: list[File] = []
    room = MOST
    for row, path in files:
        if row.expired_at is None and row.file_size <= room and path.is_file():
            found.append(File(row.file_name, row.content_type, path.read_bytes()))
            room -= row.file_size
    return original_mail.written(original, found)


async def _original(session: AsyncSession, conversation: Conversation, message_id: int) -> Original:
    kept = await queries.get_kept_event(session, conversation, message_id)
    connector = registry.connector_class(kept.channel)
    if not issubclass(connector, ShowsOriginals):
        raise OriginalNotFoundError
    if not kept.body:
        raise OriginalGoneError
    found = connector.original(kept.body)
    if found is None:
        raise OriginalNotFoundError
    return found


def _view(found: Original) -> OriginalView:
    return OriginalView(
        subject=found.subject,
        sender=WriterView(name=found.from_name, address=found.from_address),
        reply_to=found.reply_to,
        to=list(found.to),
        sent_at=found.sent_at,
        message_id=found.message_id,
        text=found.text,
        html=found.html,
        is_cut=found.is_cut,
    )
