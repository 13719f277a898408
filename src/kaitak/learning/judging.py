"""Owns judging a model on labelled lines: as its customers would see it, and by cross-validation. Pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from pydantic import TypeAdapter

from kaitak.learning.schemas import FiguresView
from kaitak.nlu import engine, training
from kaitak.nlu.audit import Line
from kaitak.nlu.model import Floats, Model, Settings
from kaitak.nlu.training import Example
from kaitak.nlu.understanding import Band, Context

BINS = 10
TOP = 3
Progress = Callable[[str, float], None]
Ranked = tuple[tuple[str, float], ...]
_Row = tuple[str, str, bool, Band, list[tuple[str, float]]]
_ROWS = TypeAdapter(list[_Row])


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One line and how a model that had not seen it read it."""

    text: str
    intent: str
    is_own: bool
    band: Band
    ranked: Ranked

    @property
    def guess(self) -> str:
        return self.ranked[0][0] if self.ranked else ""

    @property
    def confidence(self) -> float:
        return self.ranked[0][1] if self.ranked else 0.0

    @property
    def is_right(self) -> bool:
        return self.guess == self.intent

    @property
    def is_in_top(self) -> bool:
        return any(name == self.intent for name, _ in self.ranked)


@dataclass(frozen=True, slots=True)
class Taught:
    """A model, and how each of its lines is read without it."""

    model: Model
    judged: list[Judged]


def judge(model: Model, lines: Iterable[Line], now: datetime) -> list[Judged]:
    """Read each line as the first message of a conversation."""
    context = Context(now=now)
    return [_judge_line(model, line, context) for line in lines]


def _judge_line(model: Model, line: Line, context: Context) -> Judged:
    understanding = engine.understand(model, line.text, context)
    ranked = tuple((intent.name, intent.confidence) for intent in understanding.intents[:TOP])
    return Judged(text=line.text, intent=line.intent, is_own=line.is_own, band=understanding.band, ranked=ranked)


def teach(lines: Sequence[Line], *, seed: int, settings: Settings, progress: Progress) -> Taught:
    """Train on all lines; each is also read by a model that was trained without its fold, writers kept together.

    Intents with fewer than two lines cannot be learnt: their lines are left out, and count as read wrongly.
    """
    counts = Counter(line.intent for line in lines)
    learnt = [line for line in lines if counts[line.intent] > 1]
    examples = [Example(line.text, line.intent, line.hand) for line in learnt]
    trained = training.train_and_judge(examples, seed, settings, progress)
    read = {id(line): row for line, row in zip(learnt, trained.held_out, strict=True)}
    return Taught(trained.model, [_left_out(trained.model, line, read.get(id(line))) for line in lines])


def recalled(model: Model, lines: Sequence[Line], readings: Floats) -> list[Judged]:
    """What was noted of these lines, in this order, when the model was trained."""
    return [_left_out(model, line, row) for line, row in zip(lines, readings, strict=True)]


def _ranked(model: Model, probabilities: Floats) -> Ranked:
    best = probabilities.argsort()[::-1][:TOP]
    return tuple((model.labels[place], round(float(probabilities[place]), 4)) for place in best)


def _left_out(model: Model, line: Line, probabilities: Floats | None) -> Judged:
    ranked = _ranked(model, probabilities) if probabilities is not None else ()
    confidence = ranked[0][1] if ranked else 0.0
    band: Band = (
        "answer" if confidence >= model.answer_from else "clarify" if confidence >= model.clarify_from else "handover"
    )
    return Judged(text=line.text, intent=line.intent, is_own=line.is_own, band=band, ranked=ranked)


def figures(judged: Sequence[Judged], held_out: Sequence[Judged], model: Model, began: float) -> FiguresView:
    """The figures of a version; `began` is when (perf_counter) its training did."""
    right = sum(one.is_right for one in judged)
    answered = [one for one in judged if one.band == "answer"]
    low, high = wilson(right, len(judged))
    return FiguresView(
        lines=len(judged),
        own_lines=sum(one.is_own for one in judged),
        accuracy=accuracy(judged),
        interval_95=(round(low, 4), round(high, 4)),
        macro_f1=round(macro_f1(judged), 4),
        top3=share(sum(one.is_in_top for one in judged), len(judged)),
        coverage=share(len(answered), len(judged)),
        accuracy_answered=accuracy(answered),
        calibration_error=round(calibration_error(judged), 4),
        held_out_lines=len(held_out),
        held_out_accuracy=accuracy(held_out) if held_out else None,
        folds=training.FOLDS,
        answer_from=round(model.answer_from, 4),
        clarify_from=round(model.clarify_from, 4),
        seconds=round(perf_counter() - began, 1),
    )


def share(part: int, whole: int) -> float:
    """A share, rounded as figures are shown; of nothing it is 0."""
    return round(part / whole, 4) if whole else 0.0


def accuracy(judged: Sequence[Judged]) -> float:
    """The share that is read rightly."""
    return share(sum(one.is_right for one in judged), len(judged))


def wilson(right: int, total: int) -> tuple[float, float]:
    """The 95 % interval of a share."""
    if not total:
        return 0.0, 1.0
    z = 1.96
    p = right / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z / (1 + z * z / total) * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)


def macro_f1(judged: Sequence[Judged]) -> float:
    """The mean F1 over the intents that occur in the truth."""
    true = Counter(one.intent for one in judged)
    guessed = Counter(one.guess for one in judged)
    right = Counter(one.intent for one in judged if one.is_right)
    scores = [2 * right[name] / (true[name] + guessed[name]) for name in true]
    return sum(scores) / len(scores) if scores else 0.0


def calibration_error(judged: Sequence[Judged]) -> float:
    """The mean distance between confidence and accuracy over the bins, weighted by how many lines are in each."""
    total = 0.0
    for members in bins(judged):
        if members:
            confidence = sum(one.confidence for one in members) / len(members)
            total += len(members) * abs(confidence - sum(one.is_right for one in members) / len(members))
    return total / len(judged) if judged else 0.0


def bins(judged: Sequence[Judged]) -> list[list[Judged]]:
    """The lines by their confidence, in ten equal ranges."""
    found: list[list[Judged]] = [[] for _ in range(BINS)]
    for one in judged:
        found[min(BINS - 1, int(one.confidence * BINS))].append(one)
    return found


def to_json(judged: Sequence[Judged]) -> list[object]:
    """The form in which judged lines are kept."""
    return [[one.text, one.intent, one.is_own, one.band, [list(each) for each in one.ranked]] for one in judged]


def from_json(rows: Sequence[object]) -> list[Judged]:
    """What `to_json` wrote."""
    return [
        Judged(text=text, intent=intent, is_own=is_own, band=band, ranked=tuple(ranked))
        for text, intent, is_own, band, ranked in _ROWS.validate_python(list(rows))
    ]
