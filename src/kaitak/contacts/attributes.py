"""Owns the fields that an account keeps of its own: what may stand in each, and every change of a set of them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal, Protocol

import orjson
from pydantic import JsonValue
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts.identity import normal_forms
from kaitak.contacts.record_errors import (
    AttributeInvalidError,
    AttributeKnownError,
    AttributeNotFoundError,
    TooManyRecordsError,
)
from kaitak.contacts.record_models import CustomAttributeDefinition

AttributeModel = Literal["contact_attribute", "company_attribute", "conversation_attribute"]
DisplayType = Literal["text", "number", "date", "link", "list", "checkbox"]
KEY: Final = r"^[a-z][a-z0-9_]{0,59}$"
MOST: Final = 100  # of one kind
LONGEST_TEXT: Final = 2000
MOST_BYTES: Final = 16 * 1024  # of all fields of one contact
LARGEST_NUMBER: Final = 1e15
_LINK: Final = re.compile(r"https?://[^\s/?#]+(?:[/?#]\S*)?", re.IGNORECASE)
_YES: Final = frozenset(["true", "yes", "y", "1", "是", "有", "對", "对", "✓", "√", "已", "on"])
_NO: Final = frozenset(["false", "no", "n", "0", "否", "無", "无", "沒有", "没有", "✗", "×", "未", "off"])


class Defined(Protocol):
    """What is needed of a definition to check a value."""

    @property
    def attribute_key(self) -> str: ...
    @property
    def attribute_display_type(self) -> str: ...
    @property
    def attribute_values(self) -> list[str]: ...


def check(definition: Defined, value: JsonValue) -> JsonValue:
    """The value as it is kept; raises when the field does not take it."""
    key, kind = definition.attribute_key, definition.attribute_display_type
    if kind == "checkbox" and isinstance(value, bool):
        return value
    if kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        if math.isfinite(value) and abs(value) < LARGEST_NUMBER:
            return value
    elif isinstance(value, str) and _is_text_of(kind, value, definition.attribute_values):
        return value.strip()
    raise AttributeInvalidError(key=key, reason=kind)


def _is_text_of(kind: str, value: str, allowed: list[str]) -> bool:
    text = value.strip()
    if not text or len(text) > LONGEST_TEXT or "\x00" in text:
        return False
    if kind == "date":
        return _is_date(text)
    if kind == "link":
        return _LINK.fullmatch(text) is not None
    return text in allowed if kind == "list" else kind == "text"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def read(definition: Defined, text: str) -> JsonValue:
    """A value as people write it in a table: `1,234`, `31/12/2026`, `是`; raises when it is none of the field's."""
    kind, plain = definition.attribute_display_type, unicodedata.normalize("NFKC", text).strip()
    value: JsonValue = text.strip()
    if kind == "number":
        value = _number(plain)
    elif kind == "date":
        day = normal_forms.day(plain)
        value = None if day is None else day.isoformat()
    elif kind == "checkbox":
        value = True if plain.lower() in _YES else False if plain.lower() in _NO else None
    elif kind == "list":
        folded = {each.casefold(): each for each in definition.attribute_values}
        value = folded.get(text.strip().casefold(), text.strip())
    elif kind == "link" and value and "://" not in plain and "." in plain:
        value = f"https://{plain}"
    return check(definition, value)


def _number(plain: str) -> int | float | None:
    digits = re.sub(r"^(?:HK\$|US\$|NT\$|[$¥€£])\s*|[,\s]", "", plain)
    if not re.fullmatch(r"[-+]?\d{1,15}(?:\.\d{1,9})?", digits):
        return None
    return float(digits) if "." in digits else int(digits)


async def list_definitions(
    session: AsyncSession, account_id: int, model: AttributeModel | None = None
) -> list[CustomAttributeDefinition]:
    """The account's fields, by the order in which they were made."""
    statement = select(CustomAttributeDefinition).where(CustomAttributeDefinition.account_id == account_id)
    if model is not None:
        statement = statement.where(CustomAttributeDefinition.attribute_model == model)
    return list(await session.scalars(statement.order_by(CustomAttributeDefinition.id)))


async def get_definition(session: AsyncSession, account_id: int, definition_id: int) -> CustomAttributeDefinition:
    """One field."""
    found = await session.get(CustomAttributeDefinition, (account_id, definition_id))
    if found is None:
        raise AttributeNotFoundError
    return found


async def add_definition(session: AsyncSession, row: CustomAttributeDefinition) -> CustomAttributeDefinition:
    """A new field; its key is its own within the model."""
    table = CustomAttributeDefinition
    counted = select(func.count()).where(
        table.account_id == row.account_id, table.attribute_model == row.attribute_model
    )
    if (await session.execute(counted)).scalar_one() >= MOST:
        raise TooManyRecordsError(limit=MOST)
    try:
        async with session.begin_nested():
            session.add(row)
            await session.flush()
    except IntegrityError as exc:
        raise AttributeKnownError(key=row.attribute_key) from exc
    await session.refresh(row)
    return row


async def accept(
    session: AsyncSession,
    account_id: int,
    model: AttributeModel,
    present: Mapping[str, object],
    change: Mapping[str, JsonValue],
) -> dict[str, object]:
    """The present fields with a change put in: null takes one away, defined ones must fit their definition.

    Keys that the account has not defined are kept as they come, as a signed identity or an importer wrote them.
    """
    defined = {each.attribute_key: each for each in await list_definitions(session, account_id, model)}
    merged = dict(present)
    for key, value in change.items():
        if value is None:
            merged.pop(key, None)
        elif key in defined:
            merged[key] = check(defined[key], value)
        elif len(key) > 100 or key.startswith("@") or not key.strip():
            raise AttributeInvalidError(key=key[:100], reason="key")
        else:
            merged[key] = value
    if len(orjson.dumps(merged, option=orjson.OPT_PASSTHROUGH_SUBCLASS)) > MOST_BYTES:
        raise AttributeInvalidError(key="", reason="too_large")
    if "\\u0000" in orjson.dumps(merged).decode():
        raise AttributeInvalidError(key="", reason="text")
    return merged
