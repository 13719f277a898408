"""Owns WeCom customer service's JSON: pulled messages and events as ours, our blocks as its messages, its codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pydantic import JsonValue

from kaitak.channels import answers
from kaitak.channels.content import Block, Buttons, Text, described, located
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
from kaitak.channels.render import as_numbered
from kaitak.channels.sessions import Holder

Json = dict[str, JsonValue]
CUSTOMER = 3  # the origin of what a customer wrote; 5 is a colleague in WeCom itself
TOKEN_OVER = frozenset({40014, 41001, 42001})
WRONG_STATE = frozenset({95013, 95018})
NEW, BOT, QUEUE, PERSON, ENDED = range(5)  # the states of a session
MAX_ID = 64  # bytes of an option's value
_MEDIA: Mapping[str, MediaKind] = {"image": "image", "voice": "voice", "video": "video", "file": "file"}
_AUTH: Mapping[int, str] = {
    40001: "The secret is wrong: is it the one of the customer service app?",
    40013: "The corp ID is wrong.",
    40056: "The secret is wrong: is it the one of the customer service app?",
    42013: "The app was removed at WeCom.",
    48002: "The app may not use customer service: enable its API at WeCom.",
    60011: "The app has no right to this customer service account.",
    60020: "Our server's address is not in the app's list of trusted addresses at WeCom.",
    95000: "The account ID (open_kfid) is wrong.",
    95004: "This customer service account does not exist any more.",
    95012: "Customer service is not switched on at WeCom.",
    95017: "The customer service API is not switched on at WeCom.",
}
_CLOSED: Mapping[int, str] = {
    95001: "WeCom takes five messages after one of the customer's; they are used up.",
    95002: "The customer's last message is more than 48 hours ago.",
}
_GONE = frozenset({40096, 84061, 95003})
_UNDELIVERED: Mapping[str, str] = {
    "1": "the customer service account was deleted",
    "2": "the app was switched off",
    "4": "the session is over: more than 48 hours",
    "5": "the session was ended",
    "6": "more than five messages after the customer's last one",
    "8": "the organisation is not verified",
    "10": "the customer does not take messages",
    "11": "the customer's client shows no such message",
    "13": "the customer service account may not send such messages",
}


def event(item: Json, open_kfid: str, not_before: datetime | None) -> InboundEvent:
    """One message or event of a page; what is older than `not_before` was answered before we were connected."""
    number, kind = answers.text_at(item, "msgid"), answers.text_at(item, "msgtype")
    if not 0 < len(number) <= 200 or not kind:
        raise MalformedPayloadError("msgid or msgtype is missing")
    at = _moment(answers.text_at(item, "send_time"))
    if kind == "event":
        return _event(item, number, at)
    sender = answers.text_at(item, "external_userid")
    why_not = _why_not(item, sender, open_kfid)
    if not why_not and not_before is not None and at < not_before:
        why_not = "before_connecting"
    if why_not:
        return Ignored(external_id=number, at=at, raw=item, kind=why_not)
    media = _media(item, kind)
    return MessageReceived(
        external_id=number,
        at=at,
        raw=item,
        sender=Sender(source_id=sender),
        text=_said(item, kind, media),
        choice=answers.text_at(item, "text", "menu_id") or None,
        media=(media,) if media else (),
    )


def named(received: MessageReceived, name: str) -> MessageReceived:
    """The message with what its sender calls themselves."""
    return replace(received, sender=replace(received.sender, name=name)) if name else received


def _why_not(item: Json, sender: str, open_kfid: str) -> str:
    if item.get("origin") != CUSTOMER:
        return f"origin.{answers.text_at(item, 'origin')[:10]}"
    if answers.text_at(item, "open_kfid") not in ("", open_kfid):
        return "other_account"
    if not 0 < len(sender) <= 100:
        raise MalformedPayloadError("a message has no external_userid")
    return ""


def _event(item: Json, number: str, at: datetime) -> InboundEvent:
    kind = answers.text_at(item, "event", "event_type") or "untyped"
    key, _, _ = answers.text_at(item, "event", "fail_msgid").partition("-")
    if kind == "msg_send_fail" and key.isascii() and key.isdigit():
        why = answers.text_at(item, "event", "fail_type")
        reason = f"{_UNDELIVERED.get(why, 'WeCom gives no reason')} (fail_type {why[:10]})"
        return DeliveryReported(
            external_id=number, at=at, raw=item, key=key[:19], status=DeliveryStatus.FAILED, reason=reason
        )
    return Ignored(external_id=number, at=at, raw=item, kind=f"event.{kind}"[:100])


def _media(item: Json, kind: str) -> MediaRef | None:
    ref = answers.text_at(item, kind, "media_id") if kind in _MEDIA else ""
    return MediaRef(kind=_MEDIA[kind], ref=ref[:300], file_name="voice.amr" if kind == "voice" else "") if ref else None


def _said(item: Json, kind: str, media: MediaRef | None) -> str:
    if kind == "text":
        return answers.text_at(item, "text", "content") or "…"
    if media is not None:
        return described(media.kind)
    if kind == "location":
        latitude, longitude = (answers.part(item, "location", name) for name in ("latitude", "longitude"))
        if isinstance(latitude, int | float) and isinstance(longitude, int | float):
            return located(latitude, longitude, answers.text_at(item, "location", "name"))
    if kind == "link":
        return f"{answers.text_at(item, 'link', 'title')} {answers.text_at(item, 'link', 'url')}".strip() or "…"
    if kind == "miniprogram":
        return described("file", answers.text_at(item, "miniprogram", "title") or kind)
    return described("file", kind[:50])


def _moment(stamp: str) -> datetime:
    if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 10:
        raise MalformedPayloadError("send_time is not a Unix time")
    return datetime.fromtimestamp(int(stamp), UTC)


def message(block: Block) -> Json:
    """A text or a menu as WeCom wants it; options with values that are too long become numbered text."""
    if isinstance(block, Text):
        return {"msgtype": "text", "text": {"content": block.text}}
    if isinstance(block, Buttons):
        if any(not 0 < len(choice.value.encode()) <= MAX_ID for choice in block.choices):
            content = as_numbered(block.text, [choice.title for choice in block.choices])
            return {"msgtype": "text", "text": {"content": content}}
        rows: list[JsonValue] = [
            {"type": "click", "click": {"id": choice.value, "content": choice.title}} for choice in block.choices
        ]
        return {"msgtype": "msgmenu", "msgmenu": {"head_content": block.text, "list": rows}}
    raise TypeError(f"WeCom carries no {type(block).__name__} like that")


def error_of(code: int, said: str) -> ConnectorError:
    """What an error code of WeCom's means."""
    detail = f"(errcode {code}: {said[:150]})"
    if code in _AUTH or code in TOKEN_OVER:
        line = _AUTH.get(code, "WeCom no longer takes our access token: was the secret renewed?")
        return AuthFailedError(f"{line} {detail}")
    if code in _CLOSED:
        return WindowClosedError(f"{_CLOSED[code]} {detail}")
    if code in _GONE:
        return RecipientGoneError(f"WeCom knows no such customer of this account. {detail}")
    if code in (45009, 45033):
        wait = timedelta(seconds=60)
        return ThrottledError(f"WeCom limits our calls; it goes on by itself. {detail}", retry_after=wait)
    if code == -1:
        return ChannelUnavailableError(f"WeCom is busy; it is tried again by itself. {detail}")
    return RefusedError(f"WeCom refuses this. {detail}")


def closed_by(state: int, servicer: str, detail: str) -> ConnectorError:
    """Why a session takes nothing of ours: whose it is by its state at WeCom."""
    if state == QUEUE:
        return RefusedError(f"The session waits in WeCom's own queue for a colleague there. {detail}")
    if state == PERSON:
        return RefusedError(
            f"{servicer or 'A colleague'} has this session in WeCom; it has to be ended there. {detail}"
        )
    if state == ENDED:
        return WindowClosedError(f"The session was ended at WeCom; the customer has to write first. {detail}")
    return RefusedError(f"WeCom takes nothing in this session: is the organisation verified? {detail}")


def next_state(state: int, holder: Holder, *, is_pooled: bool) -> int | None:
    """Where a session has to go, if it is not right as it is; -1: WeCom knows no way there.

    Only new sessions and the assistant's take messages from us, so that ours, bot and people alike, are the
    assistant's. `is_pooled`: colleagues answer in WeCom, from its queue; it gives a session back only by its end.
    """
    is_theirs = state in (QUEUE, PERSON)
    if state == ENDED:
        return -1 if is_pooled and holder is Holder.QUEUE else None  # else: it begins anew when the customer writes
    if holder is Holder.NOBODY:
        return -1 if is_theirs and not is_pooled else ENDED
    if is_pooled and holder is Holder.QUEUE:
        return None if is_theirs else QUEUE
    if is_theirs:
        return ENDED if is_pooled and holder is Holder.BOT else -1
    return BOT if state == NEW else None
