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
from kaitak.nlu.model import Model, Settings
from kaitak.nlu.training import Example
from kaitak.nlu.understanding import Band, Context

FOLDS = 3
BINS = 10
TOP = 3
Progress = Callable[[str, float], None]
_Row = tuple[str, str, bool, Band, list[tuple[str, float]]]
_ROWS = TypeAdapter(list[_Row])


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One line and how a model that had not seen it read it."""

    text: str
    intent: str
    is_own: bool
    band: Band
    ranked: tuple[tuple[str, float], ...]

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


def judge(model: Model, lines: Iterable[Line], now: datetime) -> list[Judged]:
    """Read each line as the first message of a conversation."""
    context = Context(now=now)
    return [_judge_line(model, line, context) for line in lines]


def _judge_line(model: Model, line: Line, context: Context) -> Judged:
    understanding = engine.understand(model, line.text, context)
    ranked = tuple((intent.name, intent.confidence) for intent in understanding.intents[:TOP])
    return Judged(text=line.text, intent=line.intent, is_own=line.is_own, band=understanding.band, ranked=ranked)


def cross_validate(
    lines: Sequence[Line], *, seed: int, settings: Settings, now: datetime, progress: Progress
) -> list[Judged]:
    """Every line read by a model that was trained on the other folds."""
    folds = fold_of(lines)
    judged: dict[int, Judged] = {}
    for fold in range(FOLDS):
        inside = [line for line, place in zip(lines, folds, strict=True) if place != fold]
        model = train(inside, seed=seed, settings=settings, progress=_part(progress, fold))
        held = [number for number, place in enumerate(folds) if place == fold]
        judged |= dict(zip(held, judge(model, [lines[n] for n in held], now), strict=True))
        progress("cross_validating", (fold + 1) / FOLDS)
    return [judged[number] for number in range(len(lines))]


def fold_of(lines: Sequence[Line]) -> list[int]:
    """The fold of each line: an intent's lines in turn, so that each fold holds a like share of every intent."""
    seen: Counter[str] = Counter()
    folds = []
    for line in lines:
        folds.append(seen[line.intent] % FOLDS)
        seen[line.intent] += 1
    return folds


def train(lines: Sequence[Line], *, seed: int, settings: Settings, progress: Progress) -> Model:
    """A model of these lines; intents with fewer than two lines cannot be learnt and are left out."""
    counts = Counter(line.intent for line in lines)
    examples = [Example(line.text, line.intent) for line in lines if counts[line.intent] > 1]
    progress("training", 0.0)
    return training.train(examples, seed, settings)


def figures(judged: Sequence[Judged], held_out: Sequence[Judged], began: float) -> FiguresView:
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
        folds=FOLDS,
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


def _part(progress: Progress, fold: int) -> Progress:
    """The progress of one fold's training as progress of the whole cross-validation."""

    def tell(_step: str, fraction: float) -> None:
        progress("cross_validating", (fold + fraction) / FOLDS)

    return tell
