"""Owns how the body of a webhook call is shown: as text, without what opens anything. Pure."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

import orjson
from pydantic import JsonValue

HIDDEN = "…"
_MARKS = (
    "token|secret|passw|signature|authori[sz]ation|webhook|api_?key|access_?key|credential|cookie|ticket|session_?key"
)
_SECRET = re.compile(rf"({_MARKS})", re.IGNORECASE)
_SECRET_ELEMENT = re.compile(rf"(<([A-Za-z]*(?:{_MARKS})[A-Za-z]*)>).*?(</\2>)", re.IGNORECASE | re.DOTALL)
DEEPEST = 100


def masked(value: JsonValue, depth: int = 0) -> JsonValue:
    """The same without the values of fields that are named like secrets: reply tokens, session addresses, keys."""
    if depth > DEEPEST:
        return HIDDEN
    if isinstance(value, dict):
        return {
            key: HIDDEN if _SECRET.search(key) and not isinstance(inner, dict | list) else masked(inner, depth + 1)
            for key, inner in value.items()
        }
    return [masked(each, depth + 1) for each in value] if isinstance(value, list) else value


def shown(body: bytes, content_type: str) -> str:
    """A kept body as text: JSON and forms field by field, anything else as it came."""
    text = body.decode("utf-8", "replace")
    if "form-urlencoded" in content_type:
        fields: dict[str, JsonValue] = dict(parse_qsl(text, keep_blank_values=True))
        return orjson.dumps(masked(fields), option=orjson.OPT_INDENT_2).decode()
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return _SECRET_ELEMENT.sub(rf"\1{HIDDEN}\3", text)
    return orjson.dumps(masked(parsed), option=orjson.OPT_INDENT_2).decode()
