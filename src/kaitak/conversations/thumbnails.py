"""Owns thumbnails: small pictures without any of the original's metadata, drawn in a job beside the road.

A picture of more pixels than fit into memory is left without one: its header says how many there are, before anything
is unpacked. Orientation is applied; place, time and camera stay behind.
"""

from __future__ import annotations

import asyncio
import logging
import struct
import threading
from pathlib import Path
from uuid import UUID

from PIL import Image, ImageOps
from procrastinate import JobContext
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations import attaching
from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.models import Attachment, Message
from kaitak.conversations.road_rows import Json
from kaitak.core.ids import AccountId
from kaitak.jobs import queue
from kaitak.jobs.queue import deps_of, tasks
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_log = logging.getLogger(__name__)
FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/gif": "GIF", "image/webp": "WEBP"}
CONTENT_TYPE = "image/webp"
BOX = (560, 480)  # twice the size at which the workbench shows it
MAX_PIXELS = 25_000_000  # unpacked, twice: 200 MB
MAX_PIXELS_REDUCED = 64_000_000  # of a JPEG, which is unpacked at a smaller size
_ONE_AT_A_TIME = threading.Lock()


class PictureUnreadableError(ValueError):
    """It cannot be read, or it would not fit into memory."""


async def order(session: AsyncSession, attachment: Attachment) -> None:
    """Have a picture's thumbnail drawn, once this transaction has committed."""
    if attachment.content_type in FORMATS:
        arguments: Json = {"account_id": attachment.account_id, "attachment_id": str(attachment.id)}
        await queue.defer(session, draw_thumbnail, arguments)


@tasks.task(name="conversations.draw_thumbnail", pass_context=True)
async def draw_thumbnail(context: JobContext, account_id: int, attachment_id: str) -> None:
    """Draw one; a picture that cannot be read has none."""
    deps, account, number = deps_of(context), AccountId(account_id), UUID(attachment_id)
    store = deps.get(AttachmentStore)
    async with deps.database.transaction(account) as session:
        attachment = await session.get(Attachment, (account, number))
    if attachment is None or attachment.has_thumbnail or attachment.expired_at is not None:
        return
    source, target = store.path(account, number), store.thumbnail_path(account, number)
    try:
        await asyncio.to_thread(draw, source, target, FORMATS[attachment.content_type])
    except (PictureUnreadableError, FileNotFoundError) as exc:
        _log.info("a picture has no thumbnail: %s", exc, extra={"account_id": account_id})
        return
    async with deps.database.transaction(account) as session:
        kept = await attaching.get_attachment(session, account, number)
        kept.has_thumbnail = True
        if kept.message_id is not None:
            message = await session.get_one(Message, (account, kept.message_id))
            await realtime.publish(
                session, Kind.MESSAGE_UPDATED, conversation_id=message.conversation_id, message_id=message.id
            )


def draw(source: Path, target: Path, kind: str) -> None:
    """Read the picture, write its thumbnail whole or not at all; blocks, one in a process at a time."""
    draft = target.with_suffix(".drawn")
    try:
        with _ONE_AT_A_TIME, Image.open(source, formats=(kind,)) as opened:
            pixels = opened.width * opened.height
            if pixels > (MAX_PIXELS_REDUCED if kind == "JPEG" else MAX_PIXELS):
                raise PictureUnreadableError(f"{pixels} pixels")
            opened.draft("RGB", BOX)
            _clean(opened).save(draft, "WEBP", quality=80, method=2)
        draft.replace(target)
    except FileNotFoundError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, struct.error, Image.DecompressionBombError) as exc:
        raise PictureUnreadableError(f"{type(exc).__name__}: {exc}"[:200]) from exc
    finally:
        draft.unlink(missing_ok=True)


def _clean(opened: Image.Image) -> Image.Image:
    """The picture small and upright, on a canvas that has never seen its metadata."""
    upright = ImageOps.exif_transpose(opened)
    has_holes = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    small = upright.convert("RGBA" if has_holes else "RGB")
    small.thumbnail(BOX)
    canvas = Image.new(small.mode, small.size)
    canvas.paste(small)
    return canvas
