"""Owns WeChat's messages: its XML fields as our events, our blocks as customer service messages, its error codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from kaitak.channels.content import Block, Buttons, Text, described, located
from kaitak.channels.contract import Ignored, InboundEvent, MediaKind, MediaRef, MessageReceived, Sender
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    MalformedPayloadError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    WindowClosedError,
)

Json = dict[str, JsonValue]
_MEDIA: Mapping[str, MediaKind] = {"image": "image", "voice": "voice", "video": "video", "shortvideo": "video"}
TOKEN_OVER = frozenset({40001, 40014, 41001, 42001})
_AUTH: Mapping[int, str] = {
    40013: "The app id is wrong.",
    40125: "The app secret is wrong: it was renewed at WeChat.",
    40164: "Our server's address is not in the account's IP whitelist: add it at WeChat, Basic configuration.",
    41002: "The app id is missing.",
    48001: "The account has no right to send customer service messages: it must be verified at WeChat.",
    50001: "The account has taken this right away from us.",
    50002: "The account is restricted: see WeChat's notices to it.",
}
_CLOSED: Mapping[int, str] = {
    45015: "The customer's last message is more than 48 hours ago.",
    45047: "WeChat takes five messages after one of the customer's; they are used up.",
}
_SLOW: Mapping[int, timedelta] = {45009: timedelta(hours=1), 45011: timedelta(seconds=60), 45035: timedelta(hours=1)}


def event(found: Mapping[str, str]) -> InboundEvent:
    """One message or event; raises MalformedPayloadError."""
    sender, kind = found.get("FromUserName", ""), found.get("MsgType", "")
    if not 0 < len(sender) <= 100 or not kind:
        raise MalformedPayloadError("FromUserName or MsgType is missing")
    at, raw = _moment(found.get("CreateTime", "")), dict(found)
    number = found.get("MsgId") or f"{sender}:{found.get('CreateTime')}:{found.get('Event', kind)}"
    if len(number) > 300:
        raise MalformedPayloadError("MsgId is too long")
    media = _media(found, kind)
    text, choice = _said(found, kind, media)
    if not text:
        name = f"event.{found.get('Event', '')}" if kind == "event" else kind
        return Ignored(external_id=number, at=at, raw=_json(raw), kind=name[:100])
    return MessageReceived(
        external_id=number,
        at=at,
        raw=_json(raw),
        sender=Sender(source_id=sender),
        text=text,
        choice=choice,
        media=(media,) if media else (),
    )


def _json(raw: Mapping[str, str]) -> Json:
    return dict(raw)


def _media(found: Mapping[str, str], kind: str) -> MediaRef | None:
    if kind not in _MEDIA or not found.get("MediaId"):
        return None
    name = found.get("Format", "")
    return MediaRef(kind=_MEDIA[kind], ref=found["MediaId"][:300], file_name=f"voice.{name}"[:50] if name else "")


def _said(found: Mapping[str, str], kind: str, media: MediaRef | None) -> tuple[str, str | None]:
    """The text of a message and the value of the option that was tapped; no text: nothing for us."""
    if kind == "text":
        return found.get("Content") or "…", found.get("bizmsgmenuid") or None
    if media is not None:
        return found.get("Recognition") or described(media.kind), None
    if kind == "location":
        return _place(found), None
    if kind == "link":
        return f"{found.get('Title', '')} {found.get('Url', '')}".strip(), None
    if kind == "event" and found.get("Event") == "CLICK":
        return found.get("EventKey", ""), found.get("EventKey") or None
    return "", None


def _place(found: Mapping[str, str]) -> str:
    try:
        latitude, longitude = float(found.get("Location_X", "")), float(found.get("Location_Y", ""))
    except ValueError as exc:
        raise MalformedPayloadError("a location has no latitude and longitude") from exc
    return located(latitude, longitude, found.get("Label", ""))


def _moment(stamp: str) -> datetime:
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 10:
        raise MalformedPayloadError("CreateTime is not a Unix time")
    return datetime.fromtimestamp(int(stamp), UTC)


def message(block: Block) -> Json:
    """A block as a customer service message."""
    if isinstance(block, Text):
        return {"msgtype": "text", "text": {"content": block.text}}
    if isinstance(block, Buttons):
        choices: list[JsonValue] = [{"id": choice.value, "content": choice.title} for choice in block.choices]
        return {"msgtype": "msgmenu", "msgmenu": {"head_content": block.text, "list": choices, "tail_content": ""}}
    raise TypeError(f"WeChat carries no {type(block).__name__}")


def error_of(code: int, said: str) -> ConnectorError:
    """What an error code of WeChat's means."""
    detail = f"(errcode {code}: {said[:150]})"
    if code in _AUTH or code in TOKEN_OVER:
        line = _AUTH.get(code, "WeChat no longer takes our access token: is the app secret used by another program?")
        return AuthFailedError(f"{line} {detail}")
    if code in _CLOSED:
        return WindowClosedError(f"{_CLOSED[code]} {detail}")
    if code in (40003, 43004, 43019):
        return RecipientGoneError(f"The customer no longer follows the account, or has another id. {detail}")
    if code in _SLOW:
        return ThrottledError(f"WeChat limits our sending; it goes on by itself. {detail}", retry_after=_SLOW[code])
    if code == -1:
        return ChannelUnavailableError(f"WeChat is busy; it is tried again by itself. {detail}")
    return RefusedError(f"WeChat refuses this message. {detail}")
