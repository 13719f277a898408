"""Owns measuring understanding on labelled text: accuracy, macro-F1, by group, interval, bands, every wrong row."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationError

from kaitak.core import errors
from kaitak.nlu import engine
from kaitak.nlu.model import Model
from kaitak.nlu.understanding import Context, Language, Understanding

MAX_ROWS = 1_000_000
# What the names of languages in labelled files mean; where a label leaves the script open, both are right.
_LANGUAGES: Mapping[str, frozenset[Language]] = {
    "yue": frozenset({"yue"}),
    "mixed": frozenset({"mixed"}),
    "yue-mix": frozenset({"mixed"}),
    "zh": frozenset({"zh-Hant", "zh-Hans"}),
    "zh-Hant": frozenset({"zh-Hant"}),
    "zh-Hans": frozenset({"zh-Hans"}),
    "cmn-hant": frozenset({"zh-Hant"}),
    "cmn-hans": frozenset({"zh-Hans"}),
    "en": frozenset({"en"}),
}
Row = TypeVar("Row", bound=BaseModel)


class LabelledDataError(errors.InvalidError):
    """A labelled file cannot be read; the message names file, line and remedy."""

    code = "labelled_data_invalid"


class LabelledRow(BaseModel):
    """One labelled message; keys beyond these are ignored."""

    model_config = ConfigDict(frozen=True)

    text: str
    intent: str
    lang: str = ""
    channel: str = ""
    hard: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    row: LabelledRow
    understanding: Understanding

    @property
    def is_right(self) -> bool:
        return self.understanding.intent == self.row.intent


@dataclass(frozen=True, slots=True)
class Share:
    """A share with its 95 % Wilson interval."""

    right: int
    total: int

    @property
    def value(self) -> float:
        return self.right / self.total if self.total else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        z, n, p = 1.96, self.total, self.value
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


def read_rows(path: Path, limit: int | None = None) -> list[LabelledRow]:
    """The labelled rows of a JSON Lines file, the first `limit` of them."""
    fault, empty = "not a row with text and intent", "no rows; write one JSON object with text and intent on each line"
    return read_labelled(path, LabelledRow, limit, fault=fault, empty=empty)


def read_labelled(path: Path, kind: type[Row], limit: int | None, *, fault: str, empty: str) -> list[Row]:
    """The first `limit` lines of a JSON Lines file as `kind`; `fault` and `empty` say what is wrong with a bad one."""
    rows: list[Row] = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            if len(rows) == (limit if limit is not None else MAX_ROWS):
                break
            try:
                rows.append(kind.model_validate(json.loads(line)))
            except (json.JSONDecodeError, ValidationError) as exc:
                raise LabelledDataError(f"{path}:{number}: {fault}; correct the line") from exc
    if not rows:
        raise LabelledDataError(f"{path}: {empty}")
    return rows


def judge(model: Model, rows: Sequence[LabelledRow], now: datetime) -> list[Judged]:
    """Understand every row by itself, as the first message of a conversation."""
    context = Context(now=now)
    return [Judged(row, engine.understand(model, row.text, context)) for row in rows]


def figures(judged: Sequence[Judged]) -> dict[str, JsonValue]:
    """Every figure of the evaluation, as JSON."""
    total = _share(judged)
    answered = [j for j in judged if j.understanding.band == "answer"]
    in_top = sum(j.row.intent in [i.name for i in j.understanding.intents[:3]] for j in judged)
    return {
        "rows": len(judged),
        "accuracy": round(total.value, 4),
        "interval_95": [round(bound, 4) for bound in total.interval],
        "macro_f1": round(macro_f1((j.row.intent, j.understanding.intent) for j in judged), 4),
        "top3": round(in_top / len(judged), 4),
        "bands": dict(Counter(j.understanding.band for j in judged)),
        "coverage": round(len(answered) / len(judged), 4),
        "accuracy_answered": round(_share(answered).value, 4),
        "abstained": round(1 - len(answered) / len(judged), 4),
        "language": _language(judged),
        "by_lang": _by_group(judged, field="lang"),
        "by_channel": _by_group(judged, field="channel"),
        "by_hard": _by_group(judged, field="hard"),
        "by_intent": _by_group(judged, field="intent"),
    }


def predicted(understanding: Understanding) -> dict[str, JsonValue]:
    """One row's prediction in the published form."""
    return {
        "intent": understanding.intent,
        "confidence": understanding.confidence,
        "band": understanding.band,
        "top": [[i.name, i.confidence] for i in understanding.intents],
    }


def report(judged: Sequence[Judged]) -> dict[str, JsonValue]:
    """The machine-readable report: figures, and a row for every input row in order."""
    rows: list[JsonValue] = [
        {"index": index, "correct": j.is_right, "predicted": predicted(j.understanding)}
        for index, j in enumerate(judged)
    ]
    return {"figures": figures(judged), "rows": rows}


def macro_f1(pairs: Iterable[tuple[str, str | None]]) -> float:
    """The mean F1 over the labels that occur in the truth."""
    right: Counter[str] = Counter()
    true: Counter[str] = Counter()
    guessed: Counter[str | None] = Counter()
    for label, guess in pairs:
        true[label] += 1
        guessed[guess] += 1
        right[label] += label == guess
    scores = [2 * right[label] / (true[label] + guessed[label]) for label in true]
    return sum(scores) / len(scores) if scores else 0.0


def _share(judged: Sequence[Judged]) -> Share:
    return Share(sum(j.is_right for j in judged), len(judged))


def _language(judged: Sequence[Judged]) -> JsonValue:
    """The share of messages whose language was told right, among the rows whose label we know; None without any."""
    known = [j for j in judged if j.row.lang in _LANGUAGES]
    right = sum(j.understanding.language in _LANGUAGES[j.row.lang] for j in known)
    return round(right / len(known), 4) if known else None


def _by_group(judged: Sequence[Judged], *, field: str) -> dict[str, JsonValue]:
    groups: dict[str, list[Judged]] = defaultdict(list)
    for one in judged:
        name = str(getattr(one.row, field))
        groups[name or "unsaid"].append(one)
    return {name: {"rows": len(g), "accuracy": round(_share(g).value, 4)} for name, g in sorted(groups.items())}
