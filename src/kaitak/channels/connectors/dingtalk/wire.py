"""Owns DingTalk's JSON: a robot's messages as our events, our blocks as its messages, its error codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import orjson
from pydantic import JsonValue

from kaitak.channels import answers
from kaitak.channels.content import Block, Media, Text, described
from kaitak.channels.contract import Ignored, InboundEvent, MediaKind, MediaRef, MessageReceived, PortReply, Sender
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    MalformedPayloadError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
)

Json = dict[str, JsonValue]
_MEDIA: Mapping[str, MediaKind] = {"picture": "image", "audio": "voice", "video": "video", "file": "file"}
_ALONE = "1"  # a conversation of one person with the robot
_AUTH: Mapping[str, str] = {
    "invalidClientIdOrSecret": "The client ID or the client secret is wrong.",
    "invalidParameter.idOrSecret": "The client ID or the client secret is wrong.",
    "authFailed": "The client ID or the client secret is wrong.",
    "Forbidden.AccessDenied.AccessTokenPermissionDenied": (
        "The app has no right to send robot messages: apply for qyapi_robot_sendmsg at DingTalk."
    ),
    "Forbidden.AccessDenied.IpNotInWhiteList": "Our server's address is not in the app's list at DingTalk.",
    "robot.notExist": "DingTalk knows no robot with this code: is it published?",
    "resource.not.found": "DingTalk knows no robot with this code: is it published?",
}
_SLOW = ("QpsLimit", "Throttling", "flowControl")
TOKEN_OVER = ("InvalidAuthentication", "Forbidden.AccessDenied.InvalidToken")
SESSION_OVER = 300001
_SESSION_SLOW = frozenset({130101, 130102, 90018})


def message_of(body: bytes) -> Json:
    """The JSON object of a call; raises MalformedPayloadError."""
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise MalformedPayloadError("the body is not JSON") from exc
    if not isinstance(data, dict):
        raise MalformedPayloadError("the body is not a JSON object")
    return data


def event(item: Json) -> InboundEvent:
    """One message to the robot; raises MalformedPayloadError."""
    number, kind = answers.text_at(item, "msgId"), answers.text_at(item, "msgtype")
    if not 0 < len(number) <= 300:
        raise MalformedPayloadError("a message has no msgId")
    at = _moment(answers.text_at(item, "createAt"))
    sender = answers.text_at(item, "senderStaffId") or answers.text_at(item, "senderId")
    if not 0 < len(sender) <= 200 or not kind:
        raise MalformedPayloadError("a message has no sender or no msgtype")
    if answers.text_at(item, "conversationType") != _ALONE:
        return Ignored(external_id=number, at=at, raw=item, kind="group")
    media = _media(item, kind)
    return MessageReceived(
        external_id=number,
        at=at,
        raw=item,
        sender=Sender(source_id=sender, name=answers.text_at(item, "senderNick")[:200]),
        text=_said(item, kind, media),
        media=media,
    )


def _media(item: Json, kind: str) -> tuple[MediaRef, ...]:
    if kind == "richText":
        rows = answers.lists_at(item, "content", "richText")[:50]
        codes = [answers.text_at(row, "downloadCode") for row in rows]
        return tuple(MediaRef(kind="image", ref=code[:2000]) for code in codes if code)
    code = answers.text_at(item, "content", "downloadCode")
    if kind not in _MEDIA or not code:
        return ()
    return (MediaRef(kind=_MEDIA[kind], ref=code[:2000], file_name=answers.text_at(item, "content", "fileName")[:200]),)


def _said(item: Json, kind: str, media: tuple[MediaRef, ...]) -> str:
    if kind == "text":
        return answers.text_at(item, "text", "content").strip() or "…"
    if kind == "richText":
        rows = answers.lists_at(item, "content", "richText")[:200]
        text = "".join(answers.text_at(row, "text") for row in rows).strip()
    else:
        text = answers.text_at(item, "content", "recognition").strip()
    return text or " ".join(described(each.kind, each.file_name) for each in media) or described("file", kind[:50])


def _moment(stamp: str) -> datetime:
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 13:
        raise MalformedPayloadError("createAt is not a Unix time in milliseconds")
    return datetime.fromtimestamp(int(stamp) / 1000, UTC)


def for_session(block: Block) -> Json:
    """A block as an answer in the session."""
    if isinstance(block, Text):
        return {"msgtype": "text", "text": {"content": block.text}}
    if isinstance(block, Media):
        return {"msgtype": "markdown", "markdown": {"title": block.file_name, "text": f"![]({block.url})"}}
    raise TypeError(f"DingTalk carries no {type(block).__name__}")


def for_robot(block: Block) -> Json:
    """A block as a message of the robot's own."""
    if isinstance(block, Text):
        return {"msgKey": "sampleText", "msgParam": orjson.dumps({"content": block.text}).decode()}
    if isinstance(block, Media):
        return {"msgKey": "sampleImageMsg", "msgParam": orjson.dumps({"photoURL": block.url}).decode()}
    raise TypeError(f"DingTalk carries no {type(block).__name__}")


def raise_for(reply: PortReply) -> None:
    """Raise what DingTalk means: its code says more than the status."""
    if answers.is_taken(reply):
        return
    data = answers.json_of(reply)
    code, said = answers.text_at(data, "code"), answers.text_at(data, "message")[:150]
    detail = f"(HTTP {reply.status}, {code}: {said})"
    if code in _AUTH:
        raise AuthFailedError(f"{_AUTH[code]} {detail}")
    if any(mark in code for mark in _SLOW):
        wait = answers.wait_of(reply.headers.get("retry-after", ""))
        raise ThrottledError(f"DingTalk limits our sending; it goes on by itself. {detail}", retry_after=wait)
    if code.startswith("staffId."):
        raise RecipientGoneError(f"This person is no longer in the organisation. {detail}")
    answers.raise_for(reply, f"{code}: {said}" if code else "")


def error_of_session(code: int, said: str) -> ConnectorError:
    """What an error code of a session means."""
    detail = f"(errcode {code}: {said[:150]})"
    if code in _SESSION_SLOW:
        wait = timedelta(seconds=60)
        return ThrottledError(f"DingTalk limits our sending; it goes on by itself. {detail}", retry_after=wait)
    if code == -1:
        return ChannelUnavailableError(f"DingTalk is busy; it is tried again by itself. {detail}")
    return RefusedError(f"DingTalk refuses this message. {detail}")
