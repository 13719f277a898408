"""Owns Telegram's JSON: an update as our event, and our blocks as the methods of its Bot API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

from kaitak.channels import answers
from kaitak.channels.content import Block, Buttons, Choice, Media, Text, described, located
from kaitak.channels.contract import Ignored, InboundEvent, MediaKind, MediaRef, MessageReceived, Sender
from kaitak.channels.errors import MalformedPayloadError

Json = dict[str, JsonValue]
_MEDIA: Mapping[str, MediaKind] = {
    "photo": "image",
    "voice": "voice",
    "audio": "audio",
    "video": "video",
    "video_note": "video",
    "animation": "video",
    "document": "file",
    "sticker": "sticker",
}
_UNSAID = datetime.fromtimestamp(0, UTC)  # a tap carries no time
LONGEST_DATA = 64  # bytes that a button of Telegram's may carry


def event(update: Json) -> InboundEvent:
    """One update; raises MalformedPayloadError."""
    number = update.get("update_id")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number < 2**62:
        raise MalformedPayloadError("update_id is not a number")
    message, query = update.get("message"), update.get("callback_query")
    if isinstance(message, dict):
        return _message(str(number), update, message)
    if isinstance(query, dict):
        return _tapped(str(number), update, query)
    kind = next((name for name in update if name != "update_id"), "untyped")
    return Ignored(external_id=str(number), at=_UNSAID, raw=update, kind=kind[:100])


def _message(number: str, update: Json, message: Json) -> InboundEvent:
    at = _moment(message.get("date"))
    if answers.text_at(message, "chat", "type") != "private":
        return Ignored(external_id=number, at=at, raw=update, kind="message.group")
    media = _media(message)
    text = _said(message, media)
    if not text:
        return Ignored(external_id=number, at=at, raw=update, kind="message.service")
    return MessageReceived(
        external_id=number,
        at=at,
        raw=update,
        sender=_sender(message, answers.part(message, "from")),
        text=text,
        reply_to=answers.text_at(message, "reply_to_message", "message_id") or None,
        media=(media,) if media else (),
    )


def _tapped(number: str, update: Json, query: Json) -> InboundEvent:
    """A button below a message of ours; its title is in that message, which Telegram may no longer have."""
    data, message = answers.text_at(query, "data"), query.get("message")
    if not data or not isinstance(message, dict) or answers.text_at(message, "chat", "type") != "private":
        return Ignored(external_id=number, at=_UNSAID, raw=update, kind="callback_query")
    rows = answers.part(message, "reply_markup", "inline_keyboard")
    titles = [
        answers.text_at(button, "text")
        for row in (rows if isinstance(rows, list) else [])
        for button in (row if isinstance(row, list) else [])
        if answers.text_at(button, "callback_data") == data
    ]
    return MessageReceived(
        external_id=number,
        at=_UNSAID,
        raw=update,
        sender=_sender(message, query.get("from")),
        text=(titles[0] if titles else "") or data,
        choice=data,
    )


def _sender(message: Json, person: JsonValue) -> Sender:
    chat = answers.text_at(message, "chat", "id")
    if not chat:
        raise MalformedPayloadError("a message has no chat")
    names = [answers.text_at(person, "first_name"), answers.text_at(person, "last_name")]
    return Sender(source_id=chat[:40], name=" ".join(each for each in names if each)[:200])


def _media(message: Json) -> MediaRef | None:
    kind = next((name for name in _MEDIA if message.get(name)), None)
    if kind is None:
        return None
    found = message.get(kind)
    file = found[-1] if isinstance(found, list) and found else found  # a photo comes in sizes, the largest last
    size = answers.part(file, "file_size")
    return MediaRef(
        kind=_MEDIA[kind],
        ref=answers.text_at(file, "file_id"),
        content_type=answers.text_at(file, "mime_type") or ("image/jpeg" if kind == "photo" else ""),
        file_name=answers.text_at(file, "file_name")[:200],
        file_size=size if isinstance(size, int) and not isinstance(size, bool) else None,
    )


def _said(message: Json, media: MediaRef | None) -> str:
    text = answers.text_at(message, "text") or answers.text_at(message, "caption")
    if text:
        return text
    if media is not None:
        return answers.text_at(message, "sticker", "emoji") or described(media.kind, media.file_name)
    latitude, longitude = (answers.part(message, "location", name) for name in ("latitude", "longitude"))
    if isinstance(latitude, int | float) and isinstance(longitude, int | float):
        return located(latitude, longitude, answers.text_at(message, "venue", "title"))
    contact = answers.text_at(message, "contact", "phone_number")
    return f"{answers.text_at(message, 'contact', 'first_name')} {contact}".strip()


def _moment(stamp: JsonValue) -> datetime:
    if not isinstance(stamp, int) or isinstance(stamp, bool) or not 0 <= stamp < 2**33:
        raise MalformedPayloadError("date is not a Unix time")
    return datetime.fromtimestamp(stamp, UTC)


def method(block: Block) -> tuple[str, Json]:
    """The method that sends a block, and what it takes beside the chat."""
    if isinstance(block, Text):
        return "sendMessage", {"text": block.text, "link_preview_options": {"is_disabled": True}}
    if isinstance(block, Buttons):
        return "sendMessage", {"text": block.text, "reply_markup": _keyboard(block.choices)}
    if isinstance(block, Media):
        kind = block.content_type.partition("/")[0]
        name, field = {
            "image": ("sendPhoto", "photo"),
            "audio": ("sendAudio", "audio"),
            "video": ("sendVideo", "video"),
        }.get(kind, ("sendDocument", "document"))
        return name, {field: block.url}
    raise TypeError(f"Telegram carries no {type(block).__name__}")


def _keyboard(choices: tuple[Choice, ...]) -> Json:
    """Buttons that send their value; where one is too long for Telegram, keys that type their title."""
    if all(0 < len(choice.value.encode()) <= LONGEST_DATA for choice in choices):
        return {"inline_keyboard": [[{"text": each.title, "callback_data": each.value}] for each in choices]}
    return {
        "keyboard": [[{"text": each.title}] for each in choices],
        "one_time_keyboard": True,
        "resize_keyboard": True,
    }
