"""Owns measuring mood on labelled text: sentiment, emotion and urgency accuracy, escalation, by group, wrong rows."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from kaitak.nlu import engine
from kaitak.nlu.model import Model
from kaitak.nlu.understanding import Context, Emotion, Mood, Sentiment, Urgency
from kaitak.rollout import evaluation
from kaitak.rollout.evaluation import Share

Part = Literal["sentiment", "emotion", "urgency"]
Field = Literal["lang", "group"]
PARTS: Final[tuple[Part, ...]] = ("sentiment", "emotion", "urgency")


class MoodRow(BaseModel):
    """One message and its mood; keys beyond these are ignored."""

    model_config = ConfigDict(frozen=True)

    text: str
    sentiment: Sentiment
    emotion: Emotion
    urgency: Urgency
    escalate: bool
    lang: str = ""
    group: str = ""

    def label(self, part: Part) -> str:
        return {"sentiment": self.sentiment, "emotion": self.emotion, "urgency": self.urgency}[part]


@dataclass(frozen=True, slots=True)
class JudgedMood:
    row: MoodRow
    mood: Mood

    def said(self, part: Part) -> str:
        return {"sentiment": self.mood.sentiment, "emotion": self.mood.emotion, "urgency": self.mood.urgency}[part]

    def is_right_in(self, part: Part) -> bool:
        return self.said(part) == self.row.label(part)

    @property
    def is_right(self) -> bool:
        """Whether all four are as labelled."""
        return all(self.is_right_in(part) for part in PARTS) and self.mood.escalate == self.row.escalate


def read_rows(path: Path, limit: int | None = None) -> list[MoodRow]:
    """The labelled rows of a JSON Lines file, the first `limit` of them."""
    fault = "not a row with text, sentiment, emotion, urgency and escalate"
    empty = "no rows; write one JSON object with text and its mood on each line"
    return evaluation.read_labelled(path, MoodRow, limit, fault=fault, empty=empty)


def judge(model: Model, rows: Sequence[MoodRow], now: datetime) -> list[JudgedMood]:
    """Understand every row by itself, as the first message of a conversation."""
    context = Context(now=now)
    return [JudgedMood(row, engine.understand(model, row.text, context).mood) for row in rows]


def figures(judged: Sequence[JudgedMood]) -> dict[str, JsonValue]:
    """Every figure of the evaluation, as JSON."""
    found: dict[str, JsonValue] = {"rows": len(judged)}
    for part in PARTS:
        share = Share(sum(j.is_right_in(part) for j in judged), len(judged))
        found[f"{part}_accuracy"] = round(share.value, 4)
        found[f"{part}_interval_95"] = [round(bound, 4) for bound in share.interval]
        pairs = ((j.row.label(part), j.said(part)) for j in judged)
        found[f"{part}_macro_f1"] = round(evaluation.macro_f1(pairs), 4)
        found[f"{part}_by_label"] = _by_label(judged, part)
    found.update(_escalation(judged))
    found["all_right"] = round(sum(j.is_right for j in judged) / len(judged), 4)
    found["by_lang"] = _by_group(judged, "lang")
    found["by_group"] = _by_group(judged, "group")
    return found


def report(judged: Sequence[JudgedMood]) -> dict[str, JsonValue]:
    """The machine-readable report: figures, and a row for every input row in order."""
    rows: list[JsonValue] = [
        {"index": index, "correct": j.is_right, "predicted": predicted(j.mood)} for index, j in enumerate(judged)
    ]
    return {"figures": figures(judged), "rows": rows}


def predicted(mood: Mood) -> dict[str, JsonValue]:
    """One row's prediction in the published form."""
    return {
        "sentiment": mood.sentiment,
        "emotion": mood.emotion,
        "urgency": mood.urgency,
        "escalate": mood.escalate,
    }


def wrong_parts(judged: JudgedMood) -> str:
    """What was read otherwise than labelled, in words."""
    parts = [f"{judged.row.label(part)} read as {judged.said(part)}" for part in PARTS if not judged.is_right_in(part)]
    if judged.mood.escalate != judged.row.escalate:
        parts.append("escalation missed" if judged.row.escalate else "escalated for nothing")
    return ", ".join(parts)


def table(judged: Sequence[JudgedMood]) -> list[str]:
    """The figures for people."""
    lines = [f"{'':14}{'accuracy':>9}{'95 % interval':>18}{'macro-F1':>10}"]
    for part in PARTS:
        share = Share(sum(j.is_right_in(part) for j in judged), len(judged))
        low, high = share.interval
        macro = evaluation.macro_f1((j.row.label(part), j.said(part)) for j in judged)
        lines.append(f"{part:14}{share.value:9.1%}{f'{low:.1%} - {high:.1%}':>18}{macro:10.3f}")
    escalation = _escalation(judged)
    lines.append("".join(f"{name.replace('_', ' ')} {value}   " for name, value in escalation.items()).rstrip())
    fields: tuple[Field, ...] = ("lang", "group")
    for field in fields:
        for name, group in _grouped(judged, field).items():
            shares = "  ".join(f"{part} {share:6.1%}" for part, share in _shares(group).items())
            lines.append(f"  {field} {name:20}{len(group):>5} rows  {shares}")
    return lines


def _escalation(judged: Sequence[JudgedMood]) -> dict[str, JsonValue]:
    due, said = sum(j.row.escalate for j in judged), sum(j.mood.escalate for j in judged)
    right = sum(j.row.escalate and j.mood.escalate for j in judged)
    return {
        "escalate_precision": round(right / said, 4) if said else 0.0,
        "escalate_recall": round(right / due, 4) if due else 0.0,
        "escalate_f1": round(2 * right / (due + said), 4) if due + said else 0.0,
        "escalate_due": due,
        "escalate_said": said,
    }


def _by_label(judged: Sequence[JudgedMood], part: Part) -> dict[str, JsonValue]:
    groups: dict[str, list[JudgedMood]] = defaultdict(list)
    for one in judged:
        groups[one.row.label(part)].append(one)
    return {
        name: {"rows": len(g), "recall": round(sum(j.is_right_in(part) for j in g) / len(g), 4)}
        for name, g in sorted(groups.items())
    }


def _grouped(judged: Sequence[JudgedMood], field: Field) -> dict[str, list[JudgedMood]]:
    groups: dict[str, list[JudgedMood]] = defaultdict(list)
    for one in judged:
        groups[(one.row.lang if field == "lang" else one.row.group) or "unsaid"].append(one)
    return dict(sorted(groups.items()))


def _by_group(judged: Sequence[JudgedMood], field: Field) -> dict[str, JsonValue]:
    return {name: {"rows": len(g), **_shares(g)} for name, g in _grouped(judged, field).items()}


def _shares(judged: Sequence[JudgedMood]) -> dict[str, float]:
    shares: dict[str, float] = {
        part: round(sum(j.is_right_in(part) for j in judged) / len(judged), 4) for part in PARTS
    }
    return shares | {"escalate": round(sum(j.mood.escalate == j.row.escalate for j in judged) / len(judged), 4)}
