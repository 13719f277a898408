"""Owns contacts as rows of a table: what its columns are called in three languages, and cells that no program runs."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal

from pydantic import JsonValue

from kaitak.contacts.schemas import ContactView

Language = Literal["zh-HK", "zh-CN", "en"]
Column = Literal["name", "phone_number", "email", "identifier", "company", "locale", "last_activity_at", "created_at"]
COLUMNS: Final[Mapping[Column, Mapping[Language, str]]] = {
    "name": {"zh-HK": "姓名", "zh-CN": "姓名", "en": "Name"},
    "phone_number": {"zh-HK": "電話", "zh-CN": "电话", "en": "Phone"},
    "email": {"zh-HK": "電郵", "zh-CN": "邮箱", "en": "E-mail"},
    "identifier": {"zh-HK": "客戶編號", "zh-CN": "客户编号", "en": "Customer number"},
    "company": {"zh-HK": "公司", "zh-CN": "公司", "en": "Company"},
    "locale": {"zh-HK": "語言", "zh-CN": "语言", "en": "Language"},
    "last_activity_at": {"zh-HK": "最後活動", "zh-CN": "最后活动", "en": "Last seen"},
    "created_at": {"zh-HK": "建立時間", "zh-CN": "创建时间", "en": "Created"},
}
_RUNS: Final = re.compile(r"^[\s']*[=+\-@\t\r|%]")  # what a spreadsheet may take for a formula
_GUARDED: Final = re.compile(r"^'(?=[\s']*[=+\-@\t\r|%])")


def safe(text: str) -> str:
    """A cell that a spreadsheet shows and never runs: what looks like a formula gets an apostrophe before it."""
    return f"'{text}" if _RUNS.match(text) else text


def unguarded(text: str) -> str:
    """A cell without the apostrophe that `safe` put there."""
    return _GUARDED.sub("", text)


def lines(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV, every cell safe."""
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def row_of(view: ContactView, own: Iterable[str]) -> list[str]:
    """A contact as a row: what everybody has, then the account's own fields."""
    facts: dict[Column, str] = {
        "name": view.name,
        "phone_number": view.phone_number or "",
        "email": view.email or "",
        "identifier": view.identifier or "",
        "company": view.company.name if view.company else "",
        "locale": view.locale or "",
        "last_activity_at": view.last_activity_at.isoformat(timespec="seconds"),
        "created_at": view.created_at.isoformat(timespec="seconds"),
    }
    kept = [view.custom_attributes.get(key) for key in own]
    return [*(facts[column] for column in COLUMNS), *map(_cell, kept)]


def _cell(value: JsonValue) -> str:
    """A field's value as the import reads it again."""
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)
