"""Owns Twilio's forms: its webhook calls as our events, the words that end and begin consent, its error codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import parse_qsl

from pydantic import JsonValue

from kaitak.channels import answers
from kaitak.channels.content import described
from kaitak.channels.contract import (
    ConsentChanged,
    DeliveryReported,
    DeliveryStatus,
    Ignored,
    InboundEvent,
    MediaKind,
    MediaRef,
    MessageReceived,
    PortReply,
    Sender,
)
from kaitak.channels.errors import (
    AuthFailedError,
    ConnectorError,
    MalformedPayloadError,
    OptedOutError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
)

Form = Mapping[str, str]
Meaning = Literal["stop", "start", "help", ""]
MAX_FIELDS = 200
MAX_MEDIA = 10
KEY = "key"  # in the query of the address for reports: our message's id
_STOP = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "TD", "退訂", "退订"})
_START = frozenset({"START", "UNSTOP"})
_STATUSES: Mapping[str, DeliveryStatus] = {
    "sent": DeliveryStatus.SENT,
    "delivered": DeliveryStatus.DELIVERED,
    "read": DeliveryStatus.READ,
    "undelivered": DeliveryStatus.FAILED,
    "failed": DeliveryStatus.FAILED,
}
_UNDELIVERED: Mapping[str, str] = {
    "30003": "the phone is off or out of reach",
    "30004": "the number does not take our messages",
    "30005": "the number does not exist",
    "30006": "the number is a landline or its carrier is not reachable",
    "30007": "the carrier has filtered the message out",
    "30008": "the carrier gives no reason",
    "21610": "the customer has asked for no more messages",
}
_AUTH: Mapping[str, str] = {
    "20003": "The account SID or the auth token is wrong.",
    "20005": "The Twilio account is not active.",
    "20404": "Twilio knows no such account.",
    "21603": "The sender is missing.",
    "21606": "The sender is not a number of this account that can send SMS.",
    "21659": "The sender is not a number of this account.",
    "21660": "The sender belongs to another account.",
    "21701": "The messaging service does not exist.",
    "21703": "The messaging service has no number to send from.",
}
_GONE: Mapping[str, str] = {
    "21211": "This is no phone number that Twilio can reach.",
    "21217": "This is no phone number that Twilio can reach.",
    "21614": "This number cannot receive SMS.",
    "21635": "This number is a landline and cannot receive SMS.",
}
_REFUSED: Mapping[str, str] = {
    "21408": "Messages to this country are off: switch it on at Twilio under Messaging, Geo permissions.",
    "21608": "A trial account writes to verified numbers only.",
    "21609": "Twilio does not take our address for delivery reports: set KAITAK_WEB__PUBLIC_URL to the public one.",
    "21612": "This sender cannot reach that number; another country needs another sender.",
    "21617": "The text is longer than the 1,600 characters that Twilio takes.",
    "21620": "Twilio cannot fetch the file from our address.",
    "63038": "The account's messages of this day are used up.",
}
DAY_IS_USED = "63038"
OPTED_OUT = "21610"


def form(body: bytes) -> dict[str, str]:
    """The fields of a call; raises MalformedPayloadError."""
    try:
        found = parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=MAX_FIELDS)
    except (UnicodeDecodeError, ValueError) as exc:
        raise MalformedPayloadError("the body is not a form of at most 200 fields") from exc
    return dict(found)


def meaning(text: str, said_by_twilio: str) -> Meaning:
    """Whether a message is about consent: as Twilio says, else by the words that carriers ask to be honoured."""
    word = said_by_twilio or text.strip().upper()
    if word in _STOP:
        return "stop"
    if word in _START:
        return "start"
    return "help" if said_by_twilio == "HELP" else ""


def event(found: Form, query: Mapping[str, str], account_sid: str, now: datetime) -> InboundEvent:
    """A message or a report; Twilio says no time, so it is now. Raises MalformedPayloadError."""
    number, sender = found.get("MessageSid", ""), found.get("From", "")
    if not number.isascii() or not 0 < len(number) <= 64:
        raise MalformedPayloadError("MessageSid is missing")
    raw: dict[str, JsonValue] = dict(found)
    if found.get("AccountSid", "") != account_sid:
        return Ignored(external_id=f"other:{number}", at=now, raw=raw, kind="other_account")
    status = found.get("MessageStatus", "")
    if status and status != "received":
        return _report(number, status, found, query.get(KEY, ""), now)
    if not sender.startswith("+") or not sender[1:].isdigit() or len(sender) > 16:
        if not sender:
            raise MalformedPayloadError("From is missing")
        return Ignored(external_id=number, at=now, raw=raw, kind=f"from.{sender.partition(':')[0][:30]}")
    about = meaning(found.get("Body", ""), found.get("OptOutType", "").upper())
    who = Sender(source_id=sender, phone_number=sender, is_verified=True)
    if about == "help":
        return Ignored(external_id=number, at=now, raw=raw, kind="help")
    if about:
        words = found.get("Body", "").strip()[:200]
        return ConsentChanged(external_id=number, at=now, raw=raw, sender=who, is_given=about == "start", words=words)
    media = _media(found)
    text = found.get("Body", "").strip() or " ".join(described(each.kind) for each in media) or "…"
    return MessageReceived(
        external_id=number,
        at=now,
        raw=raw,
        sender=who,
        text=text,
        media=media,
    )


def _report(number: str, status: str, found: Form, key: str, now: datetime) -> InboundEvent:
    name, raw = f"{number}:{status}"[:120], dict[str, JsonValue](found)
    if status not in _STATUSES or not key:
        return Ignored(external_id=name, at=now, raw=raw, kind=f"status.{status}"[:100])
    code = found.get("ErrorCode", "")
    reason = f"{_UNDELIVERED.get(code, 'the carrier did not deliver it')} ({code})" if code else ""
    return DeliveryReported(external_id=name, at=now, raw=raw, key=key[:30], status=_STATUSES[status], reason=reason)


def _media(found: Form) -> tuple[MediaRef, ...]:
    given = []
    for number in range(MAX_MEDIA):
        url, content_type = found.get(f"MediaUrl{number}", ""), found.get(f"MediaContentType{number}", "")
        if url:
            given.append(MediaRef(kind=_kind(content_type), ref=url[:1000], content_type=content_type[:100]))
    return tuple(given)


def _kind(content_type: str) -> MediaKind:
    kinds: Mapping[str, MediaKind] = {"image": "image", "audio": "voice", "video": "video"}
    return kinds.get(content_type.partition("/")[0], "file")


def raise_for(reply: PortReply) -> None:
    """Raise what Twilio means: its own code says more than the status."""
    if answers.is_taken(reply):
        return
    data = answers.json_of(reply)
    code, said = answers.text_at(data, "code"), answers.text_at(data, "message")[:150]
    error = _error_of(code, f"(HTTP {reply.status}, error {code}: {said})")
    if error is not None:
        raise error
    answers.raise_for(reply, f"error {code}: {said}" if code else "")


def _error_of(code: str, detail: str) -> ConnectorError | None:
    if code in _AUTH:
        return AuthFailedError(f"{_AUTH[code]} {detail}")
    if code in _GONE:
        return RecipientGoneError(f"{_GONE[code]} {detail}")
    if code == OPTED_OUT:
        return OptedOutError(
            f"The customer has asked for no more messages (STOP); only their START ends that. {detail}"
        )
    if code == DAY_IS_USED:
        return ThrottledError(f"{_REFUSED[code]} {detail}", retry_after=timedelta(hours=1))
    return RefusedError(f"{_REFUSED[code]} {detail}") if code in _REFUSED else None
