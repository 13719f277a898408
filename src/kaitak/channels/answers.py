"""Owns reading what a platform's HTTP answered: its JSON, or the class of failure that a status means everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import orjson
from pydantic import JsonValue

from kaitak.channels.contract import PortReply
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    OutcomeUnknownError,
    RefusedError,
    ThrottledError,
)

DEFAULT_RETRY_AFTER = timedelta(seconds=30)
LONGEST_RETRY_AFTER = 3600
_TAKEN = range(200, 300)


def is_taken(reply: PortReply) -> bool:
    """Whether the status says yes."""
    return reply.status in _TAKEN


def raise_for(reply: PortReply, detail: str = "") -> None:
    """Raise what a status means on every platform; `detail` is what this one says about it."""
    if is_taken(reply):
        return
    said = f"(HTTP {reply.status}: {detail or reply.body[:200].decode('utf-8', 'replace')})"
    if reply.status == 401:
        raise AuthFailedError(f"The platform does not accept our credentials; enter valid ones in the inbox. {said}")
    if reply.status == 403:
        raise AuthFailedError(f"The platform has taken away a right that we need; look at the app there. {said}")
    if reply.status == 429:
        wait = wait_of(reply.headers.get("retry-after", ""))
        raise ThrottledError(f"The platform limits our sending; it goes on by itself. {said}", retry_after=wait)
    if reply.status >= 500 or reply.status in (408, 425):
        raise ChannelUnavailableError(f"The platform is out of order; it is tried again by itself. {said}")
    raise RefusedError(f"The platform refuses this message. {said}")


def wait_of(retry_after: str) -> timedelta:
    """What the platform asks for, within a second and an hour; a date or nonsense is as good as none."""
    if not retry_after.isascii() or not retry_after.isdigit() or len(retry_after) > 9:
        return DEFAULT_RETRY_AFTER
    return timedelta(seconds=max(1, min(int(retry_after), LONGEST_RETRY_AFTER)))


def json_of(reply: PortReply) -> dict[str, JsonValue]:
    """The body as a JSON object; an empty one where it is none: the caller knows from the status what that means."""
    try:
        found = orjson.loads(reply.body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def sent_id(reply: PortReply, found: object) -> str:
    """The platform's id of what it took; a yes without one may be delivered, so it has not failed."""
    if isinstance(found, int) and not isinstance(found, bool):
        found = str(found)
    if not isinstance(found, str) or not found:
        raise OutcomeUnknownError(f"HTTP {reply.status}, but the answer cannot be read")
    return found


def part(data: object, *path: str | int) -> JsonValue:
    """What lies at a path of JSON, or None."""
    found = data
    for step in path:
        if isinstance(found, dict) and isinstance(step, str):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and -len(found) <= step < len(found):
            found = found[step]
        else:
            return None
    return found  # type: ignore[return-value]


def text_at(data: object, *path: str | int) -> str:
    """The text or number at a path of JSON, as text; empty where there is none."""
    found = part(data, *path)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    return str(found)


def lists_at(data: object, *path: str | int) -> list[dict[str, JsonValue]]:
    """The objects in the list at a path of JSON; none where there is no list."""
    found = part(data, *path)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def header(headers: Mapping[str, str], name: str) -> str:
    """A header of a webhook call, or nothing."""
    return headers.get(name, "")
