"""Owns how training lines, files of them and the audit of them look on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from kaitak.api.paging import PageMeta
from kaitak.api.wire import Body, Wire
from kaitak.learning.schemas import IntentName, Line, MakerView, PackName


class ExampleForm(Body):
    """One line to add."""

    pack: PackName
    intent: IntentName
    text: Line


class ExampleView(Wire):
    """One training line of the account."""

    id: int
    pack: str
    intent: str
    text: str
    source: str
    batch: str
    created_by: MakerView | None
    created_at: datetime


class ExampleList(Wire):
    """One page of training lines, newest first."""

    meta: PageMeta
    payload: list[ExampleView]


class BatchView(Wire):
    """Lines that came in together."""

    batch: str
    pack: str
    source: str
    lines: int
    created_by: MakerView | None
    created_at: datetime


class BatchList(Wire):
    """The batches of an account for a pack, newest first."""

    payload: list[BatchView]


class Removed(Wire):
    """How many lines are gone."""

    removed: int


class CsvFaultView(Wire):
    """What is wrong with one line of the file, and what to do."""

    line: int
    code: Literal["columns", "text_empty", "text_long", "intent_empty", "intent_unknown", "repeated", "conflict"]
    detail: str
    remedy: str
    other_line: int | None  # the line of the file that says the same
    other_intent: str | None  # where the text stands already, or the intent that is written most alike


class UnknownIntentView(Wire):
    """An intent of the file that the pack does not have."""

    intent: str
    lines: int
    closest: list[str]


class CsvLineView(Wire):
    """A line that can be taken."""

    line: int
    text: str
    intent: str
    overrides: str | None  # the intent that the pack has for this text; the account's line wins


class ImportView(Wire):
    """What a file holds; with `dry_run` nothing was kept, otherwise `batch` takes it back."""

    dry_run: bool
    batch: str | None
    encoding: str
    lines: int
    valid: int
    known: int  # lines that the account has already; they are passed over
    added: int
    faults: list[CsvFaultView]
    faults_total: int
    unknown_intents: list[UnknownIntentView]
    preview: list[CsvLineView]


class PlacedLine(Wire):
    """A training line and where it is from."""

    text: str
    intent: str
    is_own: bool
    example_id: int | None


class ConflictView(Wire):
    """One text under several intents."""

    text: str
    lines: list[PlacedLine]


class PairView(Wire):
    """Two lines that say nearly the same."""

    similarity: float
    first: PlacedLine
    second: PlacedLine


class IntentAudit(Wire):
    """How much real text an intent has."""

    intent: str
    lines: int
    own_lines: int
    skeletons: int  # different sentences once numbers, names and politeness are taken out
    variety: float  # skeletons by lines
    is_starved: bool


class MislabelView(Wire):
    """A line that a model which has not seen it reads as another intent, and is sure."""

    line: PlacedLine
    read_as: str
    confidence: float
    seen_by: Literal["cross_validation", "active_model"]


class ShareView(Wire):
    """How many lines are of one kind."""

    name: str
    lines: int
    share: float


class AuditView(Wire):
    """The quality of the lines that would be trained."""

    pack: str
    lines: int
    own_lines: int
    conflicts: list[ConflictView]
    conflicts_total: int
    near_across: list[PairView]  # under different intents: one of them is in the wrong place
    near_across_total: int
    near_within: list[PairView]  # under one intent: the second adds little
    near_within_total: int
    intents: list[IntentAudit]  # poorest first
    mislabels: list[MislabelView]
    mislabels_total: int
    languages: list[ShareView]
    styles: list[ShareView]
