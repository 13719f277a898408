"""Owns measuring who is who on labelled records: pairwise precision and recall, cases wholly right, wrong rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from kaitak.contacts.identity import policy, records
from kaitak.contacts.identity.policy import Decision
from kaitak.rollout import evaluation
from kaitak.rollout.evaluation import Share

# The day on which labelled cases are judged, unless the command names another.
TODAY_AT: Final = datetime(2025, 11, 19, tzinfo=UTC)
Pair = tuple[str, str]


class Expected(BaseModel):
    """The persons of a case, each a list of record ids."""

    model_config = ConfigDict(frozen=True)

    clusters: list[list[str]]


class IdentityCase(BaseModel):
    """A closed set of records and the persons that they are; keys beyond these are ignored."""

    model_config = ConfigDict(frozen=True)

    id: str = ""
    kind: str = ""
    records: list[dict[str, JsonValue]] = Field(min_length=1)
    expect: Expected
    note: str = ""

    @model_validator(mode="after")
    def _every_id_once(self) -> "IdentityCase":
        ids = [record.get("id") for record in self.records]
        expected = [each for cluster in self.expect.clusters for each in cluster]
        if len(set(map(str, ids))) != len(ids) or sorted(map(str, ids)) != sorted(expected):
            raise ValueError("every record needs an id of its own, which stands once in the clusters")
        return self


@dataclass(frozen=True, slots=True)
class JudgedCase:
    case: IdentityCase
    decision: Decision

    @property
    def said(self) -> frozenset[Pair]:
        return pairs(self.decision.clusters)

    @property
    def due(self) -> frozenset[Pair]:
        return pairs(self.case.expect.clusters)

    @property
    def is_right(self) -> bool:
        return self.said == self.due


def pairs(clusters: Iterable[Sequence[str]]) -> frozenset[Pair]:
    """Every pair of ids that a grouping calls one person."""
    return frozenset(pair for cluster in clusters for pair in combinations(sorted(cluster), 2))


def read_cases(path: Path, limit: int | None = None) -> list[IdentityCase]:
    """The labelled cases of a JSON Lines file, the first `limit` of them."""
    fault = "not a case with records (each with an id) and expect.clusters that hold every id once"
    empty = "no cases; write one JSON object with records and expect.clusters on each line"
    return evaluation.read_labelled(path, IdentityCase, limit, fault=fault, empty=empty)


def judge(cases: Sequence[IdentityCase], today: date) -> list[JudgedCase]:
    """Decide every case by itself."""
    return [
        JudgedCase(case, policy.decide_persons(records.read(fields, today) for fields in case.records))
        for case in cases
    ]


def figures(judged: Sequence[JudgedCase]) -> dict[str, JsonValue]:
    """Every figure of the evaluation, as JSON."""
    said, due = sum(len(j.said) for j in judged), sum(len(j.due) for j in judged)
    both = sum(len(j.said & j.due) for j in judged)
    precision, recall = Share(both, said), Share(both, due)
    whole = Share(sum(j.is_right for j in judged), len(judged))
    found: dict[str, JsonValue] = {"rows": len(judged), "pairs_due": due, "pairs_said": said}
    found["pairwise_precision"] = round(precision.value, 4) if said else 1.0
    found["precision_interval_95"] = [round(bound, 4) for bound in precision.interval]
    found["pairwise_recall"] = round(recall.value, 4) if due else 1.0
    found["recall_interval_95"] = [round(bound, 4) for bound in recall.interval]
    found["cases_right"] = round(whole.value, 4)
    found["cases_right_interval_95"] = [round(bound, 4) for bound in whole.interval]
    groups: dict[str, list[JudgedCase]] = defaultdict(list)
    for one in judged:
        groups[one.case.kind or "unsaid"].append(one)
    found["by_kind"] = {
        name: {"rows": len(g), "accuracy": round(sum(j.is_right for j in g) / len(g), 4)}
        for name, g in sorted(groups.items())
    }
    return found


def report(judged: Sequence[JudgedCase]) -> dict[str, JsonValue]:
    """The machine-readable report: figures, and a row for every case in order."""
    rows: list[JsonValue] = [
        {"index": index, "correct": j.is_right, "predicted": {"clusters": [list(c) for c in j.decision.clusters]}}
        for index, j in enumerate(judged)
    ]
    return {"figures": figures(judged), "rows": rows}


def reasons(judged: JudgedCase) -> list[str]:
    """Why the pairs of a wrong case were joined or kept apart, in words."""
    lines = [f"{left} and {right} joined wrongly" for left, right in sorted(judged.said - judged.due)]
    lines += [f"{left} and {right} kept apart wrongly" for left, right in sorted(judged.due - judged.said)]
    lines += [f"  joined {j.left} {j.right}: {j.rule} {j.value}" for j in judged.decision.joins]
    lines += [f"  apart  {r.left} {r.right}: {r.reason} {r.value}".rstrip() for r in judged.decision.refusals]
    return lines
