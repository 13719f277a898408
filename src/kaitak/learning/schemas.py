"""Owns how packs, models, jobs, reports and a tried message look on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from kaitak.api.wire import Body, Wire
from kaitak.learning import limits

PackName = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
IntentName = Annotated[str, StringConstraints(min_length=1, max_length=limits.LONGEST_INTENT)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=limits.LONGEST_TEXT, strip_whitespace=True)]
Verdict = Literal["better", "same", "worse", "first"]


class TitleView(Wire):
    """A name in the three languages."""

    model_config = ConfigDict(serialize_by_alias=True, validate_by_name=True)

    zh_hk: str = Field(alias="zh-HK")
    zh_hans: str = Field(alias="zh-Hans")
    en: str


class IntentView(Wire):
    """One intent of a pack, with how many lines teach it."""

    name: str
    kind: Literal["small_talk", "act", "request", "out_of_scope"]
    title: TitleView
    pack_examples: int
    own_examples: int


class ActiveView(Wire):
    """The model that answers customers; without id and number it is the pack's own."""

    id: int | None
    number: int | None
    version: str
    is_pack_own: bool


class PackView(Wire):
    """A pack of this installation as the account uses it."""

    name: str
    title: TitleView
    version: str
    languages: list[str]
    is_default: bool
    pack_examples: int
    own_examples: int
    active: ActiveView
    intents: list[IntentView]


class PackList(Wire):
    """The packs of this installation."""

    payload: list[PackView]


class MakerView(Wire):
    """Who did it; null where it was the operator at the command line."""

    id: int
    name: str


class FiguresView(Wire):
    """How well a version reads: by cross-validation on all lines, and on the pack's held-out test lines."""

    lines: int
    own_lines: int
    accuracy: float
    interval_95: tuple[float, float]
    macro_f1: float
    top3: float
    coverage: float
    accuracy_answered: float
    calibration_error: float
    held_out_lines: int
    held_out_accuracy: float | None
    folds: int
    answer_from: float  # the confidence from which the bot answers
    clarify_from: float  # … from which it asks which of the best three is meant; below, it hands over
    seconds: float


class ComparedView(Wire):
    """One measure of the new version beside the active one's, on the same lines."""

    measure: Literal["cross_validation", "own_lines", "held_out"]
    lines: int
    candidate: float
    active: float
    difference: float
    is_worse: bool


class GateView(Wire):
    """Whether a version may be promoted: not when it is worse by more than the margin on any measure."""

    verdict: Verdict
    margin: float
    against: ActiveView
    measures: list[ComparedView]


class ModelView(Wire):
    """One trained version."""

    id: int
    pack: str
    number: int
    version: str
    status: Literal["draft", "active", "retired"]
    figures: FiguresView
    gate: GateView
    is_pack_changed: bool  # the pack's files are no longer those it was trained on: train again
    size: int
    created_by: MakerView | None
    trained_at: datetime
    promoted_at: datetime | None


class ModelList(Wire):
    """The versions of an account for a pack, newest first, and which model answers customers now."""

    active: ActiveView
    can_roll_back: bool
    payload: list[ModelView]


class TrainForm(Body):
    """What to train."""

    pack: PackName


class JobErrorView(Wire):
    """Why a job failed."""

    code: str
    detail: str


class JobResultView(Wire):
    """What a job made."""

    model_id: int


class JobView(Wire):
    """One piece of long work."""

    id: int
    kind: Literal["train"]
    pack: str
    status: Literal["waiting", "running", "done", "failed", "cancelled"]
    progress: float
    step: str
    error: JobErrorView | None
    result: JobResultView | None
    created_by: MakerView | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class JobList(Wire):
    """The latest jobs, newest first."""

    payload: list[JobView]


class PromoteForm(Body):
    """Whether to pass the gate by force, and why."""

    force: bool = False
    reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""


class RollbackForm(Body):
    """Which pack's model goes back."""

    pack: PackName


class RolledBack(Wire):
    """The model that answers customers now."""

    active: ActiveView


class ConfusionView(Wire):
    """Lines of one intent that are read as another."""

    intent: str
    read_as: str
    lines: int
    share: float
    samples: list[str]


class IntentFigures(Wire):
    """How well one intent is read."""

    intent: str
    lines: int
    recall: float
    precision: float
    f1: float


class WrongRow(Wire):
    """A line that is read wrongly when it is not among the training lines."""

    text: str
    intent: str
    read_as: str
    confidence: float
    is_own: bool


class ReliabilityBin(Wire):
    """Of the lines read with a confidence in this range, how many are right."""

    lower: float
    upper: float
    lines: int
    confidence: float
    accuracy: float


class CoveragePoint(Wire):
    """If the bot answered from this confidence: the share it would answer, and how much of that rightly."""

    threshold: float
    coverage: float
    accuracy: float


class LanguageFigures(Wire):
    """How well the lines of one language are read."""

    language: str
    lines: int
    accuracy: float
    interval_95: tuple[float, float]


class ReportView(Wire):
    """Everything that cross-validation showed of a version."""

    model: ModelView
    confusions: list[ConfusionView]
    intents: list[IntentFigures]  # weakest first
    wrong: list[WrongRow]  # most confident first
    wrong_total: int
    reliability: list[ReliabilityBin]
    coverage: list[CoveragePoint]
    languages: list[LanguageFigures]  # most lines first


class TryForm(Body):
    """A message to read; `model_id` names a version that need not be active."""

    pack: PackName
    text: Annotated[str, StringConstraints(max_length=limits.LONGEST_TRIED)]
    now: AwareDatetime | None = None
    model_id: Annotated[int, Field(ge=1, le=2**62)] | None = None


class RankedView(Wire):
    """An intent and how sure the model is of it."""

    name: str
    title: TitleView | None
    confidence: float


class EntityView(Wire):
    """A value found in the text; `start` and `end` index the text as it was sent."""

    kind: str
    text: str
    value: str
    start: int
    end: int
    spoken: bool
    withdrawn: bool


class MoodView(Wire):
    """The feeling that was read, and whether a person must step in."""

    sentiment: str
    emotion: str
    urgency: str
    escalate: list[str]
    evidence: list[str]


class EvidenceView(Wire):
    """Why the model said so."""

    source: str
    detail: list[str]


class TryView(Wire):
    """Everything that was read from one message."""

    model: ActiveView
    language: str
    act: str
    intents: list[RankedView]
    band: Literal["answer", "clarify", "handover"]
    entities: list[EntityView]
    mood: MoodView
    evidence: EvidenceView
    is_correction: bool
    kept_text: str
    took_ms: float
