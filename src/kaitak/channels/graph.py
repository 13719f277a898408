"""Owns what Meta's platforms share: the webhook's handshake and signature, and what their Graph API's errors mean."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, SecretStr

from kaitak.channels import answers
from kaitak.channels.contract import PortReply, Ports, RawReply, RawRequest
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    InvalidSignatureError,
    MalformedPayloadError,
    RecipientGoneError,
    RefusedError,
    ThrottledError,
    WindowClosedError,
)

MAX_BODY = 4 * 1024 * 1024  # Meta batches up to 3 MB
MAX_EVENTS = 2_000
PAIR_WAIT = timedelta(seconds=6)  # too many messages to one person
_TOKEN = frozenset({0, 102, 190, 463, 467})
_RIGHTS = frozenset({3, 10, 131005, 131031, 368, 131042, 133010})
_RATE = frozenset({4, 17, 32, 613, 80007, 130429, 131048, 131056, 133016})
_BROKEN = frozenset({1, 2, 131000, 131016, 131057, 133004, 133015})
_WINDOW = frozenset({131047, 2018278, 2534022})
_GONE = frozenset({551, 131026, 131030, 131021, 2018001, 2018108, 1545041})
HINTS: Mapping[str, str] = {
    "token": "Meta no longer takes the access token. Make a new one of a system user in Business Settings and save it.",
    "rights": "The app has lost a permission, or the business account is restricted: see Business Settings at Meta.",
    "window": "The customer's last message is too long ago for this platform; write first with an approved template.",
    "gone": "The customer cannot be reached: blocked the business, left the platform, or has another id now.",
}

_FINAL: Sequence[tuple[frozenset[int], type[ConnectorError], str]] = (
    (_WINDOW, WindowClosedError, HINTS["window"]),
    (_GONE, RecipientGoneError, HINTS["gone"]),
    (_TOKEN, AuthFailedError, HINTS["token"]),
    (_RIGHTS, AuthFailedError, HINTS["rights"]),
)


class GraphConfig(BaseModel):
    """What every app of Meta has. `verify_token` is typed at Meta beside our address; it proves the handshake."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    app_secret: SecretStr = Field(min_length=8, max_length=200)
    access_token: SecretStr = Field(min_length=8, max_length=2000)
    verify_token: SecretStr = Field(min_length=16, max_length=200, json_schema_extra={"generated": True})
    api_base: str = Field(
        default="https://graph.facebook.com/v24.0",
        max_length=300,
        pattern=r"^https?://",
        json_schema_extra={"advanced": True},
    )


def verify(request: RawRequest, app_secret: bytes) -> None:
    """Raise unless the raw body carries the app's own signature."""
    given = answers.header(request.headers, "x-hub-signature-256")
    if not given:
        raise InvalidSignatureError("X-Hub-Signature-256 is required")
    right = "sha256=" + hmac.new(app_secret, request.body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise InvalidSignatureError("the signature does not match the body: another app secret, or changed on its way")


def challenge(request: RawRequest, verify_token: str) -> RawReply | None:
    """The answer to Meta's GET when somebody types our address there."""
    if request.method != "GET":
        return None
    given = request.query.get("hub.verify_token", "")
    if request.query.get("hub.mode") != "subscribe" or not hmac.compare_digest(verify_token.encode(), given.encode()):
        raise InvalidSignatureError("hub.verify_token is not the one that this inbox shows")
    return RawReply(body=request.query.get("hub.challenge", "")[:200].encode())


def entries(request: RawRequest, kind: str) -> list[dict[str, JsonValue]]:
    """The entries of a verified call of this `object`; raises MalformedPayloadError."""
    try:
        data = orjson.loads(request.body)
    except orjson.JSONDecodeError as exc:
        raise MalformedPayloadError("the body is not JSON") from exc
    if not isinstance(data, dict):
        raise MalformedPayloadError("the body is not a JSON object")
    if data.get("object") != kind:
        raise MalformedPayloadError(f"object is not {kind!r}: the webhook of another product points to this address")
    found = data.get("entry")
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise MalformedPayloadError("entry is not a list of objects")
    return found


def moment(stamp: JsonValue, *, is_milliseconds: bool = False) -> datetime:
    """A Unix time of theirs; raises MalformedPayloadError."""
    text = str(stamp) if isinstance(stamp, int | str) and not isinstance(stamp, bool) else ""
    if not text.isascii() or not text.isdigit() or len(text) > 14:
        raise MalformedPayloadError("timestamp is not a Unix time")
    try:
        return datetime.fromtimestamp(int(text) / (1000 if is_milliseconds else 1), UTC)
    except (ValueError, OverflowError, OSError) as exc:
        raise MalformedPayloadError("timestamp is no time that we know") from exc


async def call(ports: Ports, config: GraphConfig, path: str, body: Mapping[str, JsonValue]) -> PortReply:
    """POST to the Graph API; an error becomes its class."""
    headers = {**authorised(config), "Content-Type": "application/json"}
    reply = await ports.post(f"{config.api_base}/{path}", headers=headers, body=orjson.dumps(body))
    raise_for(reply)
    return reply


async def read(ports: Ports, config: GraphConfig, path: str) -> dict[str, JsonValue]:
    """GET from the Graph API; an error becomes its class."""
    reply = await ports.get(f"{config.api_base}/{path}", headers=authorised(config), max_bytes=1024 * 1024)
    raise_for(reply)
    return answers.json_of(reply)


async def expires_at(ports: Ports, config: GraphConfig) -> datetime | None:
    """When the access token ends, or its right to read data does; None: never, or Meta does not tell us."""
    token = quote(config.access_token.get_secret_value(), safe="")
    try:
        found = await read(ports, config, f"debug_token?input_token={token}")
    except RefusedError:
        return None  # not every kind of token may ask about itself
    stamps = [answers.part(found, "data", name) for name in ("expires_at", "data_access_expires_at")]
    ends = [moment(stamp) for stamp in stamps if isinstance(stamp, int) and stamp > 0]
    return min(ends, default=None)


def authorised(config: GraphConfig) -> dict[str, str]:
    """The header that says who we are."""
    return {"Authorization": f"Bearer {config.access_token.get_secret_value()}"}


def raise_for(reply: PortReply) -> None:
    """Raise what the Graph API means: its own code before the status, which is 400 for nearly everything."""
    if answers.is_taken(reply):
        return
    data = answers.json_of(reply)
    said = answers.text_at(data, "error", "error_data", "details") or answers.text_at(data, "error", "message")
    code, subcode = answers.text_at(data, "error", "code"), answers.text_at(data, "error", "error_subcode")
    found = error_of(code, subcode, f"HTTP {reply.status}, code {code}: {said[:150]}", reply)
    if found is not None:
        raise found
    answers.raise_for(reply, said[:200])


def error_of(code: str, subcode: str, said: str, reply: PortReply | None = None) -> ConnectorError | None:
    """What a code of theirs means; None: the status has to say it. Without a reply it came in a report: final."""
    numbers = {int(each) for each in (code, subcode) if each.isascii() and each.isdigit() and len(each) < 10}
    if code != "0":
        numbers.discard(0)  # no subcode, where 0 as the code itself is a refused token
    for known, kind, hint in _FINAL:
        if numbers & known:
            return kind(f"{hint} ({said})")
    if numbers & set(range(200, 300)):
        return AuthFailedError(f"{HINTS['rights']} ({said})")
    if reply is None:
        return RefusedError(said)
    if numbers & _RATE:
        wait = reply.headers.get("retry-after", "")
        return ThrottledError(said, retry_after=answers.wait_of(wait) if wait else PAIR_WAIT)
    return ChannelUnavailableError(said) if numbers & _BROKEN else None
