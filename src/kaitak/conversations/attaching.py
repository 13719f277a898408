"""Owns attachments as files and rows: taken in a stream with a cap, stored under a random name, joined to a message."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from kaitak.conversations import sniffing
from kaitak.conversations.errors import (
    AttachmentEmptyError,
    AttachmentNotFoundError,
    AttachmentTooLargeError,
    AttachmentTypeError,
    AttachmentUnusableError,
)
from kaitak.conversations.links import safe_file_name
from kaitak.conversations.models import Attachment, Message
from kaitak.conversations.scanning import Scanner
from kaitak.core import ids
from kaitak.core.errors import InvalidError
from kaitak.core.ids import AccountId

_ENVELOPE = 64 * 1024  # the form around the file
_CHUNK = 256 * 1024


class FormMalformedError(InvalidError):
    """The request is not a multipart form with one file."""

    code = "form_malformed"
    status = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredBytes:
    """A file that lies in the store and has no row yet."""

    id: UUID
    file_name: str
    content_type: str
    file_size: int
    sha256: bytes
    size: sniffing.Size | None
    is_scanned: bool = False


@dataclass(frozen=True, slots=True)
class AttachmentStore:
    """The folder where files lie, by account and random id; nothing of their names. What the scanner refuses goes."""

    folder: Path
    max_bytes: int
    scanner: Scanner | None = None

    def path(self, account_id: AccountId, attachment_id: UUID) -> Path:
        """Where a file lies."""
        name = attachment_id.hex
        return self.folder / str(int(account_id)) / name[:2] / name

    def thumbnail_path(self, account_id: AccountId, attachment_id: UUID) -> Path:
        """Where a picture's thumbnail lies."""
        return self.path(account_id, attachment_id).with_suffix(".thumbnail")

    async def take(self, request: Request, account_id: AccountId) -> StoredBytes:
        """Read the form's one file, refuse it early if it is too large or of a wrong type, and store it whole."""
        length = request.headers.get("content-length", "")
        if length.isdigit() and int(length) > self.max_bytes + _ENVELOPE:
            raise AttachmentTooLargeError(max_bytes=self.max_bytes)
        if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
            raise FormMalformedError
        parser = MultiPartParser(request.headers, self._capped(request), max_files=1, max_fields=5)
        try:
            form = await parser.parse()
        except (MultiPartException, KeyError) as exc:
            raise FormMalformedError from exc
        try:
            upload = form.get("file")
            if not isinstance(upload, UploadFile):
                raise FormMalformedError
            name = safe_file_name(upload.filename or "file")
            stored = await asyncio.to_thread(self._store, upload.file, name, account_id)
        finally:
            await form.close()
        return await self._looked_at(stored, account_id)

    async def keep_bytes(self, source: BinaryIO, file_name: str, account_id: AccountId) -> StoredBytes:
        """Store a file that did not come in a form, under the same limits."""
        stored = await asyncio.to_thread(self._store, source, safe_file_name(file_name), account_id)
        return await self._looked_at(stored, account_id)

    def remove(self, account_id: AccountId, attachment_id: UUID) -> None:
        """Remove a file and its thumbnail; one that is gone already is fine."""
        self.path(account_id, attachment_id).unlink(missing_ok=True)
        self.thumbnail_path(account_id, attachment_id).unlink(missing_ok=True)

    async def _looked_at(self, stored: StoredBytes, account_id: AccountId) -> StoredBytes:
        """Let the scanner look before the file has a row: until then nobody can ask for it."""
        if self.scanner is None:
            return stored
        try:
            await self.scanner.scan(self.path(account_id, stored.id))
        except BaseException:
            self.remove(account_id, stored.id)
            raise
        return replace(stored, is_scanned=True)

    async def _capped(self, request: Request) -> AsyncGenerator[bytes, None]:
        taken = 0
        async for chunk in request.stream():
            taken += len(chunk)
            if taken > self.max_bytes + _ENVELOPE:
                raise AttachmentTooLargeError(max_bytes=self.max_bytes)
            yield chunk

    def _store(self, source: BinaryIO, name: str, account_id: AccountId) -> StoredBytes:
        source.seek(0)
        head = source.read(sniffing.HEAD)
        if not head:
            raise AttachmentEmptyError
        content_type = sniffing.content_type_of(head, name)
        if content_type is None:
            raise AttachmentTypeError
        number = ids.new_uuid()
        target = self.path(account_id, number)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_suffix(".part")
        digest, total = hashlib.sha256(), 0
        try:
            with draft.open("xb") as file:
                source.seek(0)
                while chunk := source.read(_CHUNK):
                    total += len(chunk)
                    if total > self.max_bytes:
                        raise AttachmentTooLargeError(max_bytes=self.max_bytes)
                    digest.update(chunk)
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            draft.chmod(0o600)
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)
        return StoredBytes(
            id=number,
            file_name=name,
            content_type=content_type,
            file_size=total,
            sha256=digest.digest(),
            size=sniffing.size_of_image(head, content_type),
        )


async def keep(
    session: AsyncSession, account_id: AccountId, stored: StoredBytes, *, uploader_type: str, uploader_id: int
) -> Attachment:
    """Give a stored file its row, bound to whoever uploaded it."""
    attachment = Attachment(
        account_id=account_id,
        id=stored.id,
        uploader_type=uploader_type,
        uploader_id=uploader_id,
        file_name=stored.file_name,
        content_type=stored.content_type,
        file_size=stored.file_size,
        sha256=stored.sha256,
        width=stored.size.width if stored.size else None,
        height=stored.size.height if stored.size else None,
        scanned_at=func.now() if stored.is_scanned else None,
    )
    session.add(attachment)
    await session.flush()
    return attachment


async def join(
    session: AsyncSession, message: Message, attachment_ids: Sequence[UUID], *, uploader_type: str, uploader_id: int
) -> None:
    """Make uploaded files part of a message; only their uploader may, and only once."""
    joined = await session.execute(
        update(Attachment)
        .where(
            Attachment.account_id == message.account_id,
            Attachment.id.in_(attachment_ids),
            Attachment.message_id.is_(None),
            Attachment.uploader_type == uploader_type,
            Attachment.uploader_id == uploader_id,
        )
        .values(message_id=message.id, conversation_id=message.conversation_id)
        .returning(Attachment.id)
    )
    if set(joined.scalars()) != set(attachment_ids):
        raise AttachmentUnusableError


async def require_usable(
    session: AsyncSession,
    account_id: AccountId,
    attachment_ids: Sequence[UUID],
    *,
    uploader_type: str,
    uploader_id: int,
) -> None:
    """Raise unless all these files were uploaded by this uploader and are still free."""
    usable = await session.scalar(
        select(func.count())
        .select_from(Attachment)
        .where(
            Attachment.account_id == account_id,
            Attachment.id.in_(attachment_ids),
            Attachment.message_id.is_(None),
            Attachment.uploader_type == uploader_type,
            Attachment.uploader_id == uploader_id,
        )
    )
    if usable != len(set(attachment_ids)):
        raise AttachmentUnusableError


async def get_attachment(session: AsyncSession, account_id: AccountId, attachment_id: UUID) -> Attachment:
    """The file's row."""
    found = await session.get(Attachment, (account_id, attachment_id))
    if found is None:
        raise AttachmentNotFoundError
    return found


async def files_of(session: AsyncSession, account_id: int, message_id: int) -> list[Attachment]:
    """The files of a message, in their order."""
    rows = await session.scalars(
        select(Attachment)
        .where(Attachment.account_id == account_id, Attachment.message_id == message_id)
        .order_by(Attachment.created_at, Attachment.id)
    )
    return list(rows)


async def forget(session: AsyncSession, account_id: AccountId, attachment_ids: Sequence[UUID]) -> list[UUID]:
    """Drop the rows of files that no message took; the ids that were dropped."""
    dropped = await session.scalars(
        delete(Attachment)
        .where(Attachment.account_id == account_id, Attachment.id.in_(attachment_ids), Attachment.message_id.is_(None))
        .returning(Attachment.id)
    )
    return list(dropped)
