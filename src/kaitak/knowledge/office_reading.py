"""Owns reading DOCX, XLSX and PDF as Markdown: headings, lists and tables kept; bombs and locks refused. Pure."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence

import docx
import openpyxl  # type: ignore[import-untyped]
import pypdf
from docx.table import Table
from docx.text.paragraph import Paragraph
from pypdf.errors import PyPdfError

from kaitak.knowledge import html_reading
from kaitak.knowledge.faults import RefusedError

UNPACKED_BYTES = 60 * 1024 * 1024
MOST_ENTRIES = 2000
MOST_ROWS = 5000
MOST_COLUMNS = 40
MOST_PAGES = 300
_HEADING = re.compile(r"^(?:Heading|heading|標題|标题) ?([1-6])$")
_ENDED = re.compile(r"[。!?！？.:;：；]$")
_ITEM = re.compile(r"^(?:[•●▪◦·‧–-]|\(?\d{1,2}[.)、])\s*")


def from_docx(data: bytes) -> str:
    """A Word document: paragraphs by their style, tables in their place."""
    _check_zip(data)
    try:
        blocks = list(docx.Document(io.BytesIO(data)).iter_inner_content())
    except Exception as exc:  # the library raises whatever a broken file makes it stumble over
        raise RefusedError(1, "the document is broken", "open it, save it anew as .docx and import that") from exc
    return "\n".join(_told(block) for block in blocks)


def _told(block: Paragraph | Table) -> str:
    if isinstance(block, Table):
        return "\n" + _table([[cell.text for cell in row.cells] for row in block.rows[:MOST_ROWS]]) + "\n"
    text = " ".join(block.text.split())
    style = (block.style.name if block.style is not None else "") or ""
    heading = _HEADING.match(style)
    if not text:
        return ""
    if heading or style == "Title":
        return f"\n{'#' * int(heading.group(1) if heading else 1)} {text}\n"
    return f"- {text}" if style.startswith("List") else f"\n{text}\n"


def from_xlsx(data: bytes) -> str:
    """A workbook: each sheet a heading and a table whose first row names the columns."""
    _check_zip(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        sheets = [(sheet.title, list(_rows(sheet.iter_rows(values_only=True)))) for sheet in book.worksheets]
    except RefusedError:
        raise
    except Exception as exc:  # as above
        raise RefusedError(1, "the workbook is broken", "open it, save it anew as .xlsx and import that") from exc
    return "\n".join(f"## {title}\n\n{_table(rows)}\n" for title, rows in sheets if len(rows) > 1)


def _rows(rows: Iterator[Sequence[object]]) -> Iterator[list[str]]:
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            raise RefusedError(number, f"a sheet has more than {MOST_ROWS} rows", "cut the sheet into several files")
        cells = ["" if value is None else str(value) for value in row[:MOST_COLUMNS]]
        if any(cells):
            yield cells


def from_pdf(data: bytes) -> str:
    """A PDF's text, page by page; lines of one sentence are joined again."""
    page = 1
    try:
        reader = pypdf.PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise RefusedError(1, "the file is encrypted", "take the password off and import it again")
        if len(reader.pages) > MOST_PAGES:
            raise RefusedError(MOST_PAGES, f"more than {MOST_PAGES} pages", "cut the file into several")
        texts: list[str] = []
        for each in reader.pages:
            page = len(texts) + 1
            texts.append(_joined(each.extract_text()))
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as exc:
        if isinstance(exc, RefusedError):
            raise
        raise RefusedError(page, "the file is broken", "print it to PDF again, or save its text") from exc
    if not any(text.strip() for text in texts):
        raise RefusedError(1, "the pages hold pictures and no text", "import the text that was scanned")
    return "\n\n".join(texts)


def _joined(text: str) -> str:
    lines: list[str] = []
    for raw in text.splitlines():
        line = " ".join(raw.split()).replace("\x00", "")
        if not line:
            lines.append("")
        elif _ITEM.match(line):
            lines.append(f"- {_ITEM.sub('', line)}")
        elif lines and lines[-1] and not _ENDED.search(lines[-1]) and len(lines[-1]) > 20:
            lines[-1] += ("" if lines[-1][-1] > "\u2e80" else " ") + line
        else:
            lines += ["", line]
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[str]]) -> str:
    width = max((len(row) for row in rows), default=0)
    if not width:
        return ""
    padded = [[html_reading.cell(value) for value in [*row, *[""] * (width - len(row))]] for row in rows]
    lines = ["| " + " | ".join(row) + " |" for row in padded]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])


def _check_zip(data: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
    except zipfile.BadZipFile as exc:
        raise RefusedError(1, "the file is broken or encrypted", "take a password off, save it anew") from exc
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > UNPACKED_BYTES:
        raise RefusedError(1, "the file unpacks to too much", "take pictures out, or cut the file into several")
