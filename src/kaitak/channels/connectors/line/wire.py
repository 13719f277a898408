"""Owns LINE's JSON: its webhook events as ours, and our blocks as its message objects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

from kaitak.channels import answers
from kaitak.channels.content import Block, Buttons, Media, Text, described, located
from kaitak.channels.contract import Ignored, InboundEvent, MediaKind, MediaRef, MessageReceived, Sender
from kaitak.channels.errors import MalformedPayloadError

Json = dict[str, JsonValue]
_MEDIA: Mapping[str, MediaKind] = {"image": "image", "audio": "voice", "video": "video", "file": "file"}


def event(item: Json) -> InboundEvent:
    """One webhook event; raises MalformedPayloadError."""
    number, kind = answers.text_at(item, "webhookEventId"), answers.text_at(item, "type")
    if not 0 < len(number) <= 200:
        raise MalformedPayloadError("an event has no webhookEventId")
    at = _moment(item.get("timestamp"))
    user = answers.text_at(item, "source", "userId")
    if answers.text_at(item, "mode") == "standby":
        return Ignored(external_id=number, at=at, raw=item, kind=f"standby.{kind}"[:100])
    if kind not in ("message", "postback") or answers.text_at(item, "source", "type") != "user" or not user:
        return Ignored(external_id=number, at=at, raw=item, kind=(kind or "untyped")[:100])
    sender = Sender(source_id=user[:100])
    if kind == "postback":
        value, _, title = answers.text_at(item, "postback", "data").partition("\n")
        return MessageReceived(
            external_id=number, at=at, raw=item, sender=sender, text=title or value or "…", choice=value
        )
    media = _media(item)
    return MessageReceived(
        external_id=number,
        at=at,
        raw=item,
        sender=sender,
        text=_said(item, media),
        reply_to=answers.text_at(item, "message", "quotedMessageId") or None,
        media=(media,) if media else (),
    )


def _media(item: Json) -> MediaRef | None:
    kind = answers.text_at(item, "message", "type")
    if kind not in _MEDIA:
        return None
    size = answers.part(item, "message", "fileSize")
    return MediaRef(
        kind=_MEDIA[kind],
        ref=answers.text_at(item, "message", "id"),
        file_name=answers.text_at(item, "message", "fileName")[:200],
        file_size=size if isinstance(size, int) and not isinstance(size, bool) else None,
    )


def _said(item: Json, media: MediaRef | None) -> str:
    kind = answers.text_at(item, "message", "type")
    if kind == "text":
        return answers.text_at(item, "message", "text") or "…"
    if media is not None:
        return described(media.kind, media.file_name)
    if kind == "location":
        latitude, longitude = (answers.part(item, "message", name) for name in ("latitude", "longitude"))
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
            name = answers.text_at(item, "message", "title") or answers.text_at(item, "message", "address")
            return located(latitude, longitude, name)
    if kind == "sticker":
        words = answers.part(item, "message", "keywords")
        return described("image", str(words[0]) if isinstance(words, list) and words else "sticker")
    return described("file", kind[:50])


def _moment(stamp: JsonValue) -> datetime:
    if not isinstance(stamp, int) or isinstance(stamp, bool) or not 0 <= stamp < 2**43:
        raise MalformedPayloadError("timestamp is not a Unix time in milliseconds")
    return datetime.fromtimestamp(stamp / 1000, UTC)


def message(block: Block) -> Json:
    """A block as one message object."""
    if isinstance(block, Text):
        return {"type": "text", "text": block.text}
    if isinstance(block, Buttons):
        items: list[JsonValue] = [
            {
                "type": "action",
                "action": {
                    "type": "postback",
                    "label": choice.title,
                    "data": f"{choice.value}\n{choice.title}",
                    "displayText": choice.title,
                },
            }
            for choice in block.choices
        ]
        return {"type": "text", "text": block.text, "quickReply": {"items": items}}
    if isinstance(block, Media):
        return {"type": "image", "originalContentUrl": block.url, "previewImageUrl": block.url}
    raise TypeError(f"LINE carries no {type(block).__name__}")
