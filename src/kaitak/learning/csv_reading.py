"""Owns reading a file of training lines: its encoding, columns and faults, each with its line and remedy. Pure."""

from __future__ import annotations

import csv
import difflib
import io
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from kaitak.learning import limits
from kaitak.learning.errors import CsvTooLargeError, CsvUnreadableError
from kaitak.nlu import audit

Code = Literal["columns", "text_empty", "text_long", "intent_empty", "intent_unknown", "repeated", "conflict"]
_TEXT_NAMES = frozenset({"text", "utterance", "example", "句子", "文字", "訊息", "消息", "例句"})
_INTENT_NAMES = frozenset({"intent", "label", "category", "意圖", "意图", "標籤", "标签"})
_ASCII = 128


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one line, and what to do; where two lines clash, also where the other one stands."""

    line: int
    code: Code
    detail: str
    remedy: str
    other_line: int | None = None
    other_intent: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A line that can be taken; `overrides`: the pack has the text under this intent, and the account's line wins."""

    line: int
    text: str
    intent: str
    overrides: str | None = None


@dataclass(slots=True)
class Read:
    """Everything that a file holds."""

    encoding: str
    lines: int
    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    known: int = 0

    def closest(self, intents: Collection[str]) -> dict[str, list[str]]:
        """For each unknown intent those of the pack that are written most alike."""
        return {name: difflib.get_close_matches(name, intents, n=3, cutoff=0.5) for name in self.unknown}


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """What lines are checked against: intents and lines of the pack and of the account; texts in plain form."""

    intents: Collection[str]
    pack_lines: Mapping[str, str]
    own_lines: Mapping[str, str]
    familiar: frozenset[str]  # characters that the pack's texts use: they tell Big5 from GB18030


def read(data: bytes, against: Against) -> Read:
    """Check a file line by line; raises CsvUnreadableError or CsvTooLargeError when there is nothing to check."""
    if len(data) > limits.CSV_BYTES:
        raise CsvTooLargeError(limit=limits.CSV_BYTES, lines=limits.CSV_LINES)
    encoding, text = decode(data, against.familiar)
    records = list(_records(text))
    if not records:
        raise CsvUnreadableError("the file is empty; write the columns text,intent and one line for each example")
    columns, body = _columns(records)
    if len(body) > limits.CSV_LINES:
        raise CsvTooLargeError(limit=limits.CSV_BYTES, lines=limits.CSV_LINES)
    found = Read(encoding, len(body))
    seen: dict[str, tuple[int, str]] = {}
    for number, record in body:
        _take(found, number, (record, columns), against, seen)
    return found


def decode(data: bytes, familiar: Collection[str]) -> tuple[str, str]:
    """The encoding and the text: by mark, as UTF-8, else Big5 or GB18030, whichever gives more familiar characters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _strictly(data, "utf-16")
    try:
        return "utf-8", data.decode("utf-8-sig")
    except UnicodeDecodeError:
        found = [(name, text) for name in ("big5hkscs", "gb18030") if (text := _decoded(data, name)) is not None]
    if not found:
        raise CsvUnreadableError("neither UTF-8 nor Big5 nor GB18030; save the file as “CSV UTF-8”")
    return max(found, key=lambda each: _familiarity(each[1], familiar))


def _strictly(data: bytes, encoding: str) -> tuple[str, str]:
    text = _decoded(data, encoding)
    if text is None:
        raise CsvUnreadableError(f"marked as {encoding} and not readable as such; save the file as “CSV UTF-8”")
    return encoding, text


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _familiarity(text: str, familiar: Collection[str]) -> float:
    foreign = [character for character in text if ord(character) >= _ASCII]
    return sum(character in familiar for character in foreign) / len(foreign) if foreign else 0.0


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records that hold anything, with the line that each begins at."""
    if "\0" in text:
        raise CsvUnreadableError("the file holds NUL characters: it is no text file; save it as “CSV UTF-8”")
    delimiter = max(",;\t", key=text[:4096].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    begins = 1
    try:
        for record in reader:
            if any(cell.strip() for cell in record):
                yield begins, record
            begins = reader.line_num + 1
    except csv.Error as exc:
        raise CsvUnreadableError(f"line {reader.line_num}: {exc}; save the file as CSV again") from exc


def _columns(records: list[tuple[int, list[str]]]) -> tuple[tuple[int, int], list[tuple[int, list[str]]]]:
    """Where text and intent stand, and the records after the heading; without a heading they are the first two."""
    names = [cell.strip().lower() for cell in records[0][1]]
    text = next((place for place, name in enumerate(names) if name in _TEXT_NAMES), None)
    intent = next((place for place, name in enumerate(names) if name in _INTENT_NAMES), None)
    if text is not None and intent is not None:
        return (text, intent), records[1:]
    if text is not None or intent is not None:
        missing = "intent" if intent is None else "text"
        raise CsvUnreadableError(f"line 1: there is no column {missing}; name the columns text,intent")
    return (0, 1), records


def _take(
    found: Read,
    number: int,
    record: tuple[list[str], tuple[int, int]],
    against: Against,
    seen: dict[str, tuple[int, str]],
) -> None:
    """Judge one record: a row, a fault, or a line that the account has already."""
    cells, (text_at, intent_at) = record
    if len(cells) <= max(text_at, intent_at):
        found.faults.append(Fault(number, "columns", f"{len(cells)} columns", "write text and intent, in quotes"))
        return
    text, intent = " ".join(cells[text_at].split()), cells[intent_at].strip()
    fault = _fault(number, text, intent, against.intents)
    if fault is not None:
        if fault.code == "intent_unknown":
            found.unknown[intent] += 1
        found.faults.append(fault)
        return
    plain = audit.plain(text) or text
    fault = _clash(number, intent, seen.get(plain), against.own_lines.get(plain))
    if fault is not None:
        found.faults.append(fault)
        return
    seen[plain] = number, intent
    overridden = against.pack_lines.get(plain)
    if against.own_lines.get(plain) == intent or overridden == intent:
        found.known += 1
        return
    found.rows.append(Row(number, text, intent, overridden))


def _fault(number: int, text: str, intent: str, intents: Collection[str]) -> Fault | None:
    if not text:
        return Fault(number, "text_empty", "no text", "write what a customer would say")
    if len(text) > limits.LONGEST_TEXT:
        remedy = f"shorten it to {limits.LONGEST_TEXT} characters"
        return Fault(number, "text_long", f"{len(text)} characters", remedy)
    if not intent:
        return Fault(number, "intent_empty", "no intent", "write the intent's name in the second column")
    if intent not in intents:
        shown = intent[: limits.LONGEST_INTENT]
        near = next(iter(difflib.get_close_matches(intent, intents, n=1, cutoff=0.5)), None)
        remedy = f"did you mean {near}?" if near else "use an intent of the pack"
        return Fault(number, "intent_unknown", f"there is no intent {shown}", remedy, other_intent=near)
    return None


def _clash(number: int, intent: str, before: tuple[int, str] | None, own: str | None) -> Fault | None:
    """The same words twice in the file, or under another intent among the account's lines."""
    if before is not None and before[1] == intent:
        return Fault(number, "repeated", f"says the same as line {before[0]}", "remove one of the two", before[0])
    if before is not None:
        detail = f"line {before[0]} has it under {before[1]}"
        return Fault(number, "conflict", detail, "keep it under one intent", *before)
    if own is not None and own != intent:
        detail = f"your lines have it under {own}"
        return Fault(number, "conflict", detail, "delete that line first, or this one", other_intent=own)
    return None
