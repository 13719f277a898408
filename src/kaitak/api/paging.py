"""Owns keyset paging: opaque cursors made of the last row's sort keys, and bounded page sizes."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import orjson
from fastapi import Query
from pydantic import BaseModel

from kaitak.core.errors import InvalidError

MOST = 100
_LONGEST_CURSOR = 512
Key = str | int | datetime

LimitQuery = Annotated[int, Query(ge=1, le=MOST, description="How many to return at most")]
CursorQuery = Annotated[
    str | None, Query(max_length=_LONGEST_CURSOR, description="`meta.next_cursor` of the page before")
]


class CursorInvalidError(InvalidError):
    """The cursor is not one that this list has given out."""

    code = "page_cursor_invalid"


class PageMeta(BaseModel):
    """Where the list goes on; null at its end."""

    next_cursor: str | None


def encode(keys: Sequence[Key]) -> str:
    """The cursor that goes on after the row with these sort keys."""
    return base64.urlsafe_b64encode(orjson.dumps(list(keys))).rstrip(b"=").decode()


def decode(cursor: str, kinds: Sequence[type[Key]]) -> tuple[Key, ...]:
    """The sort keys in a cursor, each of the type that the list expects."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        values = orjson.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except ValueError as exc:
        raise CursorInvalidError from exc
    if not isinstance(values, list) or len(values) != len(kinds):
        raise CursorInvalidError
    return tuple(_read(value, kind) for value, kind in zip(values, kinds, strict=True))


def id_in(cursor: str | None) -> int | None:
    """The row after which a list that is sorted by id goes on; None on its first page."""
    return int(str(decode(cursor, (int,))[0])) if cursor else None


def next_cursor(keys_of_rows: Sequence[Sequence[Key]], limit: int) -> str | None:
    """The cursor after a page that was asked for with `limit + 1`: given the keys of all its rows, extra one too."""
    return encode(keys_of_rows[limit - 1]) if len(keys_of_rows) > limit else None


def _read(value: object, kind: type[Key]) -> Key:
    if kind is datetime and isinstance(value, str):
        return _read_time(value)
    is_small = isinstance(value, str) or (isinstance(value, int) and abs(value) < 2**63)
    if type(value) is kind and isinstance(value, (str, int)) and is_small:
        return value
    raise CursorInvalidError


def _read_time(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as exc:
        raise CursorInvalidError from exc
    if moment.tzinfo is None:
        raise CursorInvalidError
    return moment
