"""Uploading a file, and reading it by a signed link."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import FileResponse

from kaitak.accounts.policy import Permission
from kaitak.api import downloads
from kaitak.api.dependencies import require_alone
from kaitak.api.deps import DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.conversations import attaching, thumbnails, views
from kaitak.conversations.dependencies import LinksDep, StoreDep
from kaitak.conversations.errors import (
    AttachmentEmptyError,
    AttachmentExpiredError,
    AttachmentNotFoundError,
    AttachmentTooLargeError,
    AttachmentTypeError,
)
from kaitak.conversations.links import Links, is_inline
from kaitak.conversations.models import Attachment
from kaitak.conversations.scanning import AttachmentRefusedError, ScannerUnavailableError
from kaitak.conversations.schemas import AttachmentView
from kaitak.core.crypto import LinkExpiredError, LinkInvalidError

router = APIRouter(tags=["attachments"])
UploaderDep = Annotated[Principal, Depends(require_alone(Permission.WRITE_CONVERSATIONS))]
UPLOAD_ERRORS = problems(
    AttachmentTooLargeError,
    AttachmentTypeError,
    AttachmentEmptyError,
    AttachmentRefusedError,
    ScannerUnavailableError,
)


@router.post(
    "/api/v1/accounts/{account_id}/attachments",
    response_model=AttachmentView,
    status_code=201,
    responses=UPLOAD_ERRORS,
)
async def upload(
    principal: UploaderDep, deps: DepsDep, request: Request, store: StoreDep, links: LinksDep
) -> AttachmentView:
    """Upload a file (multipart, field `file`); a message of the same user takes it by its id.

    The caller is looked up in a transaction of its own: none stays open while the file comes in.
    """
    stored = await store.take(request, principal.account_id)
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        attachment = await attaching.keep(
            session, principal.account_id, stored, uploader_type="user", uploader_id=principal.user_id
        )
        await thumbnails.order(session, attachment)
    return shown(attachment, links)


@router.get(
    "/attachments/{token}/{file_name}",
    response_class=FileResponse,
    responses=problems(LinkInvalidError, LinkExpiredError, AttachmentNotFoundError, AttachmentExpiredError),
)
async def download(
    token: Annotated[str, Path(max_length=200)],
    file_name: Annotated[str, Path(max_length=400)],  # noqa: ARG001 (for the browser's eyes; the token decides)
    deps: DepsDep,
    store: StoreDep,
    links: LinksDep,
    *,
    thumbnail: Annotated[bool, Query(description="the small picture instead, where there is one")] = False,
) -> FileResponse:
    """The file behind a link; shown in place only if no browser can be misled by its type."""
    account_id, attachment_id = links.check(token)
    async with deps.database.transaction(account_id) as session:
        attachment = await attaching.get_attachment(session, account_id, attachment_id)
    if attachment.expired_at is not None:
        raise AttachmentExpiredError
    is_small = thumbnail and attachment.has_thumbnail
    path = store.thumbnail_path(account_id, attachment_id) if is_small else store.path(account_id, attachment_id)
    if not path.is_file():
        raise AttachmentNotFoundError
    content_type = thumbnails.CONTENT_TYPE if is_small else attachment.content_type
    is_shown = is_inline(content_type)
    headers = {
        **downloads.headers(attachment.file_name, is_shown=is_shown, cached="private, max-age=3600, immutable"),
        "cross-origin-resource-policy": "cross-origin",
        "referrer-policy": "no-referrer",
    }
    media_type = content_type if is_shown else "application/octet-stream"
    return FileResponse(path, media_type=media_type, headers=headers)


def shown(attachment: Attachment, links: Links) -> AttachmentView:
    """The view of a file that was just uploaded."""
    fields = {
        "id": attachment.id,
        "file_name": attachment.file_name,
        "content_type": attachment.content_type,
        "file_size": attachment.file_size,
        "width": attachment.width,
        "height": attachment.height,
        "has_thumbnail": attachment.has_thumbnail,
        "transcript_state": attachment.transcript_state,
        "expired_at": attachment.expired_at,
    }
    return views.attachment_view(fields, attachment.account_id, links)
