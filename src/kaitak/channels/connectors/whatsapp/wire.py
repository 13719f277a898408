"""Owns WhatsApp's JSON: what Meta posts as our events, and our blocks as the messages that its Cloud API takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from kaitak.channels import answers, graph
from kaitak.channels.content import Block, Buttons, Media, Template, Text, described, located
from kaitak.channels.contract import (
    DeliveryReported,
    DeliveryStatus,
    Ignored,
    InboundEvent,
    MediaKind,
    MediaRef,
    MessageReceived,
    Sender,
)
from kaitak.channels.errors import MalformedPayloadError

Json = dict[str, JsonValue]
_STATUSES = {status.value: status for status in DeliveryStatus}
_MEDIA: Mapping[str, MediaKind] = {
    "image": "image",
    "audio": "audio",
    "voice": "voice",
    "video": "video",
    "document": "file",
    "sticker": "sticker",
}
_QUIET = frozenset({"reaction", "system", "unsupported", "unknown", "request_welcome", "ephemeral"})
MAX_REPLY_BUTTONS = 3


def events(value: Json, phone_number_id: str) -> Iterator[InboundEvent]:
    """The events of one `value` of a change of the field `messages`."""
    if answers.text_at(value, "metadata", "phone_number_id") != phone_number_id:
        for each in (*answers.lists_at(value, "messages"), *answers.lists_at(value, "statuses")):
            yield _ignored(each, "other_number")
        return
    contacts = answers.lists_at(value, "contacts")
    for message in answers.lists_at(value, "messages"):
        yield _message(message, contacts)
    for status in answers.lists_at(value, "statuses"):
        yield _status(status)


def _id(item: Json) -> str:
    found = answers.text_at(item, "id")
    if not 0 < len(found) <= 300:
        raise MalformedPayloadError("a message or status has no id")
    return found


def _ignored(item: Json, kind: str) -> Ignored:
    at, state = graph.moment(item.get("timestamp")), answers.text_at(item, "status")
    return Ignored(external_id=f"{_id(item)}:{state}" if state else _id(item), at=at, raw=item, kind=kind)


def _message(item: Json, contacts: list[Json]) -> InboundEvent:
    kind = answers.text_at(item, "type")
    if kind in _QUIET or not kind:
        return _ignored(item, f"message.{kind or 'untyped'}"[:100])
    sender = _sender(item, contacts)
    media = _media(item, kind)
    text, choice = _said(item, kind, media)
    return MessageReceived(
        external_id=_id(item),
        at=graph.moment(item.get("timestamp")),
        raw=item,
        sender=sender,
        text=text,
        choice=choice,
        reply_to=answers.text_at(item, "context", "id") or None,
        media=(media,) if media else (),
    )


def _sender(item: Json, contacts: list[Json]) -> Sender:
    """Keyed by the business-scoped id where Meta gives one: the number may be missing, and may change."""
    phone = answers.text_at(item, "from")
    scoped = answers.text_at(item, "from_user_id")
    named = [each for each in contacts if phone and answers.text_at(each, "wa_id") == phone] or contacts
    known: Json = named[0] if named else {}
    scoped = scoped or answers.text_at(known, "user_id")
    source_id = scoped or phone
    if not 0 < len(source_id) <= 200:
        raise MalformedPayloadError("a message has no sender")
    is_number = phone.isascii() and phone.isdigit() and len(phone) <= 15
    name = answers.text_at(known, "profile", "name") or answers.text_at(known, "profile", "username")
    return Sender(
        source_id=source_id, name=name[:200], phone_number=f"+{phone}" if is_number else None, is_verified=is_number
    )


def _media(item: Json, kind: str) -> MediaRef | None:
    if kind not in _MEDIA:
        return None
    is_voice = answers.part(item, kind, "voice") is True
    return MediaRef(
        kind="voice" if is_voice else _MEDIA[kind],
        ref=answers.text_at(item, kind, "id"),
        content_type=answers.text_at(item, kind, "mime_type").partition(";")[0],
        file_name=answers.text_at(item, kind, "filename")[:200],
    )


def _said(item: Json, kind: str, media: MediaRef | None) -> tuple[str, str | None]:
    """The text of a message and the value of the option that was tapped, if one was."""
    if kind == "text":
        return answers.text_at(item, "text", "body") or "…", None
    if kind == "button":
        return answers.text_at(item, "button", "text") or "…", answers.text_at(item, "button", "payload") or None
    if kind == "interactive":
        chosen = answers.text_at(item, "interactive", "type")
        title = answers.text_at(item, "interactive", chosen, "title")
        return title or "…", answers.text_at(item, "interactive", chosen, "id") or None
    if kind == "location":
        return _place(item), None
    if media is not None:
        return answers.text_at(item, kind, "caption") or described(media.kind, media.file_name), None
    return described("file", kind[:50]), None


def _place(item: Json) -> str:
    latitude, longitude = answers.part(item, "location", "latitude"), answers.part(item, "location", "longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        raise MalformedPayloadError("a location has no latitude and longitude")
    name = answers.text_at(item, "location", "name") or answers.text_at(item, "location", "address")
    return located(latitude, longitude, name)


def _status(item: Json) -> InboundEvent:
    """A report of a message of ours carries the key that we gave it; others are not ours."""
    key, status = answers.text_at(item, "biz_opaque_callback_data"), _STATUSES.get(answers.text_at(item, "status"))
    if not key or status is None:
        return _ignored(item, f"status.{answers.text_at(item, 'status') or 'untyped'}"[:100])
    reason = ""
    if status is DeliveryStatus.FAILED:
        code = answers.text_at(item, "errors", 0, "code")
        found = graph.error_of(code, "", code)
        reason = found.code if found is not None else "refused"
    return DeliveryReported(
        external_id=f"{_id(item)}:{status.value}",
        at=graph.moment(item.get("timestamp")),
        raw=item,
        key=key,
        status=status,
        reason=reason,
    )


def body(block: Block) -> Json:
    """The part of a message that says what it is."""
    if isinstance(block, Text):
        return {"type": "text", "text": {"body": block.text, "preview_url": False}}
    if isinstance(block, Buttons):
        return {"type": "interactive", "interactive": _interactive(block)}
    if isinstance(block, Media):
        return _file(block)
    if isinstance(block, Template):
        return {"type": "template", "template": _template(block)}
    raise TypeError(f"WhatsApp carries no {type(block).__name__}")


def _interactive(block: Buttons) -> Json:
    if len(block.choices) <= MAX_REPLY_BUTTONS:
        buttons: list[JsonValue] = [
            {"type": "reply", "reply": {"id": choice.value, "title": choice.title}} for choice in block.choices
        ]
        return {"type": "button", "body": {"text": block.text}, "action": {"buttons": buttons}}
    rows: list[JsonValue] = [{"id": choice.value, "title": choice.title} for choice in block.choices]
    action: Json = {"button": "☰", "sections": [{"title": "☰", "rows": rows}]}
    return {"type": "list", "body": {"text": block.text}, "action": action}


def _file(block: Media) -> Json:
    kind = block.content_type.partition("/")[0]
    if kind in ("image", "video"):
        return {"type": kind, kind: {"link": block.url}}
    if kind == "audio":
        return {"type": "audio", "audio": {"link": block.url}}
    return {"type": "document", "document": {"link": block.url, "filename": block.file_name}}


def _template(block: Template) -> Json:
    filled: list[JsonValue] = [{"type": "text", "text": each} for each in block.parameters]
    components: list[JsonValue] = [{"type": "body", "parameters": filled}] if filled else []
    return {"name": block.name, "language": {"code": block.language}, "components": components}
