"""Owns reading an article's file, of whatever kind, as Markdown with its facts; faults by file and line. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import PurePath
from typing import Literal

import yaml

from kaitak.knowledge import html_reading, limits, office_reading, pieces
from kaitak.knowledge.faults import Fault, RefusedError
from kaitak.knowledge.pieces import Piece

Audience = Literal["public", "internal"]
_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n---[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^#[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_KEY = re.compile(r"[^\w.-]+")
_LOCALES = ("zh-HK", "zh-Hans", "en")
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_BINARY: dict[str, tuple[bytes, Callable[[bytes], str]]] = {
    ".docx": (b"PK\x03\x04", office_reading.from_docx),
    ".xlsx": (b"PK\x03\x04", office_reading.from_xlsx),
    ".pdf": (b"%PDF", office_reading.from_pdf),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An article as a file tells it."""

    key: str
    title: str
    body: str  # Markdown
    locale: str
    audience: Audience
    valid_from: date | None = None
    valid_to: date | None = None
    review_at: date | None = None
    category: str | None = None  # None: the file does not say, so the article keeps what it has; tags likewise
    tags: tuple[str, ...] | None = None
    source: str
    pieces: tuple[Piece, ...] = ()


@dataclass(slots=True)
class Read:
    """The articles of some files, and what is wrong with the rest."""

    drafts: list[Draft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read_files(files: Mapping[str, bytes]) -> Read:
    """Read every file by name; a file with a fault gives no article, and two files of one key clash."""
    read = Read()
    seen: dict[str, str] = {}
    for name in sorted(files):
        try:
            draft = _read_file(name, files[name])
            if draft.key in seen:
                raise RefusedError(1, f"{seen[draft.key]} has the id {draft.key} too", "give each article its own id")
        except RefusedError as exc:
            read.faults.append(Fault(name, exc.line, exc.detail, exc.remedy))
            continue
        seen[draft.key] = name
        read.drafts.append(draft)
    return read


def _read_file(name: str, data: bytes) -> Draft:
    if len(data) > limits.FILE_BYTES:
        raise RefusedError(1, f"larger than {limits.FILE_BYTES} bytes", "cut the file into several articles")
    ending = PurePath(name).suffix.lower()
    if data.startswith(_OLD_OFFICE):
        raise RefusedError(1, "an old or encrypted Office file", "take the password off and save it as .docx or .xlsx")
    if ending in _BINARY:
        sign, read = _BINARY[ending]
        if not data.startswith(sign):
            raise RefusedError(1, f"this is not a {ending} file", "give the file the ending that it has")
        return draft_of(name, read(data))
    if data.startswith(tuple(sign for sign, _ in _BINARY.values())):
        raise RefusedError(1, f"this is not a {ending} file", "give the file the ending that it has")
    text = _decoded(data)
    readers: dict[str, Callable[[str], str]] = {
        ".html": html_reading.to_markdown,
        ".htm": html_reading.to_markdown,
        ".csv": _csv_to_markdown,
    }
    if ending not in {*readers, ".md", ".markdown", ".txt"}:
        raise RefusedError(
            1, f"files ending in {ending or 'nothing'} are not read", "use .md, .txt, .html, .csv, .docx, .xlsx or .pdf"
        )
    return draft_of(name, readers[ending](text) if ending in readers else text)


def draft_of(name: str, text: str) -> Draft:
    """An article from Markdown with or without front matter."""
    facts, body, first_line = _front_matter(text.replace("\r\n", "\n"))
    heading = _TITLE.search(body)
    title = pieces.plain(str(facts.get("title") or (heading.group(1) if heading else "") or PurePath(name).stem))
    if len(title) > limits.LONGEST_TITLE:
        raise RefusedError(first_line, "the title is too long", f"keep it under {limits.LONGEST_TITLE} characters")
    if len(body) > limits.BODY_CHARACTERS:
        raise RefusedError(
            first_line, "the text is too long", f"keep an article under {limits.BODY_CHARACTERS} characters"
        )
    found = pieces.of_markdown(body, title)
    if not found:
        raise RefusedError(first_line, "there is no text under the front matter", "write the article's text there")
    valid_from, valid_to = _day(facts, "valid_from"), _day(facts, "valid_to")
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise RefusedError(_line_of(text, "valid_to"), "valid_to lies before valid_from", "exchange the two dates")
    return Draft(
        key=_KEY.sub("-", str(facts.get("id") or PurePath(name).stem)).strip("-")[:100] or "article",
        title=title,
        body=body,
        locale=_locale(facts, text, body),
        audience=_audience(facts, text),
        valid_from=valid_from,
        valid_to=valid_to,
        review_at=_day(facts, "review_at"),
        category=_category(facts, text),
        tags=_tags(facts, text),
        source=name[-200:],
        pieces=tuple(found),
    )


def read_text(name: str, text: str) -> Draft:
    """As draft_of, with the fault as one sentence in a ValueError."""
    try:
        return draft_of(name, text)
    except RefusedError as exc:
        raise ValueError(f"line {exc.line}: {exc.detail}; {exc.remedy}") from exc


def _front_matter(text: str) -> tuple[dict[str, object], str, int]:
    match = _FRONT.match(text)
    if match is None:
        if text.startswith("---\n"):
            raise RefusedError(1, "the front matter has no end", "close it with a line of three hyphens")
        return {}, text, 1
    try:
        facts = yaml.safe_load(match.group(1)) or {}
    except yaml.YAMLError as exc:
        mark = getattr(exc, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 2
        raise RefusedError(line, "the front matter is not YAML", "write each line as `name: value`") from exc
    if not isinstance(facts, dict):
        raise RefusedError(2, "the front matter is not a list of names and values", "write `name: value` lines")
    return {str(k): v for k, v in facts.items()}, text[match.end() :], text[: match.end()].count("\n") + 1


def _day(facts: Mapping[str, object], name: str) -> date | None:
    value = facts.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value).strip())
    except ValueError as exc:
        raise RefusedError(2, f"{name} is no date: {str(value)[:40]}", "write it as 2025-01-31") from exc


def _audience(facts: Mapping[str, object], text: str) -> Audience:
    value = str(facts.get("audience") or "internal").strip().lower()
    if value == "public":
        return "public"
    if value == "internal":
        return "internal"
    line = _line_of(text, "audience")
    raise RefusedError(line, f"audience {value[:40]} is not known", "write `audience: public` or `audience: internal`")


def _category(facts: Mapping[str, object], text: str) -> str | None:
    value = facts.get("category")
    if value is None:
        return None
    named = " ".join(str(value).split())
    if len(named) > limits.LONGEST_CATEGORY:
        remedy = f"keep it under {limits.LONGEST_CATEGORY} characters"
        raise RefusedError(_line_of(text, "category"), "the category's name is too long", remedy)
    return named


def _tags(facts: Mapping[str, object], text: str) -> tuple[str, ...] | None:
    value = facts.get("tags")
    if value is None:
        return None
    found = value if isinstance(value, list) else re.split("[,，、]", str(value))
    tags = tuple(dict.fromkeys(" ".join(str(each).split()) for each in found if str(each).strip()))
    if len(tags) > limits.TAGS or any(len(tag) > limits.LONGEST_TAG for tag in tags):
        remedy = f"keep to {limits.TAGS} tags of {limits.LONGEST_TAG} characters"
        raise RefusedError(_line_of(text, "tags"), "too many tags, or one that is too long", remedy)
    return tags


def _locale(facts: Mapping[str, object], text: str, body: str) -> str:
    value = facts.get("locale") or facts.get("lang")
    if value is None:
        return guessed_locale(body)
    known = {"zh": "zh-HK", "zh-hk": "zh-HK", "zh-hant": "zh-HK", "zh-tw": "zh-HK", "zh-cn": "zh-Hans"}
    known |= {locale.lower(): locale for locale in _LOCALES}
    found = known.get(str(value).strip().lower().replace("_", "-"))
    if found is None:
        raise RefusedError(_line_of(text, "locale"), "the locale is not known", f"write one of {', '.join(_LOCALES)}")
    return found


def guessed_locale(text: str) -> str:
    """The language that a text is written in, as one of the three locales."""
    han = sum("\u4e00" <= c <= "\u9fff" for c in text)
    if han * 8 < len(text):
        return "en"
    only = set("们这个为时会来说对开无现发见关与车书长东买费险单赔偿订线网")
    simplified = sum(c in only - set("个") for c in text)
    return "zh-Hans" if simplified * 40 > han else "zh-HK"


def _line_of(text: str, name: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith(f"{name}:"):
            return number
    return 2


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030" if b"\x00" not in data else "utf-16"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise RefusedError(1, "the text cannot be read", "save the file as UTF-8")


def _csv_to_markdown(text: str) -> str:
    rows = [row for row in csv.reader(io.StringIO(text)) if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise RefusedError(1, "the table has no rows", "write a line of column names, then one line for each row")
    width = len(rows[0])
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise RefusedError(number, f"{len(row)} cells where the first line has {width}", "give each row every cell")
    lines = ["| " + " | ".join(html_reading.cell(value) for value in row) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])
