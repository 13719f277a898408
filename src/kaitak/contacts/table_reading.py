"""Owns reading a table out of a file: which charset, which separator, which cells; bombs and locks refused. Pure."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

import openpyxl  # type: ignore[import-untyped]

from kaitak.contacts import tables
from kaitak.contacts.record_errors import ImportTooLargeError, ImportUnreadableError

Charset = Literal["utf-8", "utf-16", "big5", "gb18030", "windows-1252"]
FILE_BYTES: Final = 10 * 1024 * 1024
ROWS: Final = 50_000
COLUMNS: Final = 60
CELL: Final = 2000
UNPACKED_BYTES: Final = 100 * 1024 * 1024
MOST_ENTRIES: Final = 1000
_SEPARATORS: Final = (",", "\t", ";", "|")
_BIG5: Final = "cp950"  # what spreadsheets on Windows write, with the Hong Kong signs added where it fails
_LEVELS: Final[dict[Charset, tuple[int, int]]] = {
    "big5": (0xA4, 0xC6),
    "gb18030": (0xB0, 0xD7),
}  # lead bytes of the everyday characters
_PAIR: Final = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]")
_BREAKS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


@dataclass(frozen=True, slots=True)
class Read:
    """A table: its header, its lines with their numbers in the file, and how it was written."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str


def read(name: str, data: bytes, charset: Charset | None = None) -> Read:
    """The table in a CSV or XLSX file; `charset` overrules what is guessed of a CSV."""
    if len(data) > FILE_BYTES:
        raise ImportTooLargeError(what="bytes", limit=FILE_BYTES)
    if not data.strip():
        raise ImportUnreadableError(reason="empty")
    if data.startswith(b"PK\x03\x04"):
        return _table(_of_workbook(data), "xlsx")
    if data.startswith(b"\xd0\xcf\x11\xe0") or name.lower().endswith(".xls"):
        raise ImportUnreadableError(reason="old_workbook")
    found = charset or guess_charset(data)
    text = decode(data, found)
    return _table(_of_csv(text), found)


def decode(data: bytes, charset: Charset) -> str:
    """The text of a file."""
    try:
        if charset == "utf-8":
            return data.decode("utf-8-sig")
        if charset == "big5":
            return _of_big5(data)
        return data.decode(charset)
    except UnicodeDecodeError as exc:
        raise ImportUnreadableError(reason="charset") from exc


def _of_big5(data: bytes) -> str:
    try:
        return data.decode(_BIG5)
    except UnicodeDecodeError:
        return data.decode("big5hkscs")


def guess_charset(data: bytes) -> Charset:
    """UTF-8 where that fits; else Big5 or GB18030, by whose everyday characters the bytes are more of."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if _fits(data, "utf-8"):
        return "utf-8"
    fitting: list[Charset] = [each for each in ("big5", "gb18030") if _fits(data, each)]
    if not fitting:
        return "windows-1252"
    pairs = [(pair[0], pair[1]) for pair in _PAIR.findall(data[:200_000])]
    # The everyday characters of GB have both bytes high; those of Big5 often have a low second one.
    high: float = sum(second >= 0xA1 for _, second in pairs) / max(1, len(pairs))

    def share(charset: Charset) -> float:
        first, last = _LEVELS[charset]
        everyday: float = sum(first <= lead <= last for lead, _ in pairs) / max(1, len(pairs))
        return everyday * (high if charset == "gb18030" else 1.0 if high < 0.95 else 0.8)

    return max(fitting, key=share)


def _fits(data: bytes, charset: Charset) -> bool:
    try:
        decode(data, charset)
    except ImportUnreadableError:
        return False
    return True


def _of_csv(text: str) -> Iterator[tuple[int, list[str]]]:
    head = text.lstrip("\r\n").split("\n", 1)[0]
    outside = re.sub(r'"[^"]*"', "", head)
    separator = max(_SEPARATORS, key=outside.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as exc:
            raise ImportUnreadableError(reason="broken", line=number) from exc
        yield number, row


def _of_workbook(data: bytes) -> Iterator[tuple[int, list[str]]]:
    _check_zip(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
            if number > 2 * ROWS:  # blank rows count too: a sheet may claim a million of them
                raise ImportTooLargeError(what="rows", limit=ROWS)
            yield number, [_cell(value) for value in row[: COLUMNS + 1]]
    except (ImportTooLargeError, ImportUnreadableError):
        raise
    except Exception as exc:  # the library raises whatever a broken file makes it stumble over
        raise ImportUnreadableError(reason="broken") from exc


def _check_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as exc:
        raise ImportUnreadableError(reason="broken") from exc
    if len(entries) > MOST_ENTRIES or sum(each.file_size for each in entries) > UNPACKED_BYTES:
        raise ImportTooLargeError(what="unpacked", limit=UNPACKED_BYTES)
    if any(each.flag_bits & 1 for each in entries):
        raise ImportUnreadableError(reason="locked")
    if not any(each.filename == "xl/workbook.xml" for each in entries):
        raise ImportUnreadableError(reason="broken")


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, date) else str(value)


def _table(lines: Iterable[tuple[int, Sequence[str]]], encoding: str) -> Read:
    headers: list[str] | None = None
    rows: list[tuple[int, list[str]]] = []
    for number, raw in lines:
        cells = [_clean(each, number) for each in raw]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            continue
        if len(cells) > COLUMNS:
            raise ImportTooLargeError(what="columns", limit=COLUMNS)
        if headers is None:
            headers = cells
            continue
        if len(rows) == ROWS:
            raise ImportTooLargeError(what="rows", limit=ROWS)
        rows.append((number, cells))
    if headers is None or not rows:
        raise ImportUnreadableError(reason="no_rows")
    width = max(len(headers), *(len(cells) for _, cells in rows))
    return Read(headers + [""] * (width - len(headers)), [(n, c + [""] * (width - len(c))) for n, c in rows], encoding)


def _clean(text: str, line: int) -> str:
    plain = tables.unguarded(_BREAKS.sub("", text).strip())
    if len(plain) > CELL:
        raise ImportTooLargeError(what="cell", limit=CELL, line=line)
    return plain
