"""Owns finding values in an answer: JMESPath or JSON pointer, value maps, times without a zone. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.parser import ParsedResult

from kaitak.business.connectors.rest.mapping import FieldMap
from kaitak.business.contract import BusinessUnavailableError


def find(where: str, document: object) -> object:
    """What stands there; None if nothing does."""
    if where.startswith("/"):
        return _point(where, document)
    try:
        found: object = _compiled(where).search(document)
    except JMESPathError:
        raise BusinessUnavailableError(f"the business system's answer has another shape at {where[:60]}") from None
    return found


def collect(fields: Mapping[str, str | FieldMap], item: object) -> dict[str, object]:
    """The fields of one thing; empty texts and Odoo's `false` for nothing are None."""
    return {name: _value(where, item) for name, where in fields.items()}


def _value(where: str | FieldMap, item: object) -> object:
    if isinstance(where, str):
        return _known(find(where, item))
    found = find(where.at, item)
    if where.each is not None:
        return [collect(where.each, one) for one in found] if isinstance(found, list) else None
    if where.fields is not None:
        return collect(where.fields, found) if isinstance(found, dict) else None
    if where.zone is not None and isinstance(found, str) and found:
        return _timed(found, where.zone)
    return _translated(found, where)


def _translated(found: object, where: FieldMap) -> object:
    word = str(found).lower() if isinstance(found, bool) else str(found)
    if word in where.values or "*" in where.values:
        return where.values.get(word, where.values.get("*"))
    return _known(found)


def _timed(text: str, zone: str) -> datetime | str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone))


def _known(value: object) -> object:
    return None if value is False or value == "" else value


def _point(pointer: str, document: object) -> object:
    for part in pointer[1:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(document, dict):
            document = document.get(name)
        elif isinstance(document, list) and name.isdigit() and int(name) < len(document):
            document = document[int(name)]
        else:
            return None
    return document


@lru_cache(maxsize=2000)
def _compiled(where: str) -> ParsedResult:
    return jmespath.compile(where)
