"""Owns sending one message of ours as several of a platform's: in order, and none of them again after a failure."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import orjson
from pydantic import JsonValue

from kaitak.channels.contract import Outbound, Sent
from kaitak.channels.errors import ConnectorError

T = TypeVar("T")


async def send_each(outbound: Outbound, items: Sequence[T], send_one: Callable[[T, int], Awaitable[str]]) -> Sent:
    """Send what has not got through, each part with its number; a failure says how far it came."""
    taken = list(outbound.taken)
    for number, item in enumerate(items):
        if number < len(outbound.taken):
            continue
        try:
            taken.append(await send_one(item, number))
        except ConnectorError as exc:
            exc.taken = tuple(taken)
            raise
    return Sent(tuple(taken))


def digest(*parts: JsonValue) -> str:
    """A name for an event to which its platform gave none: the same event has the same."""
    return "sha256:" + hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()[:40]
