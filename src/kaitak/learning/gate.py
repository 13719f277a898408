"""Owns the gate: whether a new version may answer customers, compared with the active one on the same lines. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from kaitak.learning import judging
from kaitak.learning.judging import Judged
from kaitak.learning.schemas import ActiveView, ComparedView, GateView, Verdict

MARGIN = 0.01  # worse by more than one point in a hundred …
FEWEST = 2  # … and by more than two lines: one line of a dozen is no sign
Measure = Literal["cross_validation", "own_lines", "held_out"]


@dataclass(frozen=True, slots=True)
class Readings:
    """How a version read lines that it had not seen: by cross-validation or because they are new, and held-out ones."""

    lines: Sequence[Judged]
    held_out: Sequence[Judged] = field(default=())


def compare(candidate: Readings, active: Readings, against: ActiveView) -> GateView:
    """Weigh a version against the active one; only lines that both have read count."""
    pairs = paired(candidate.lines, active.lines)
    measures = [
        _measure("cross_validation", pairs),
        _measure("own_lines", [(new, old) for new, old in pairs if new.is_own]),
        _measure("held_out", paired(candidate.held_out, active.held_out)),
    ]
    found = [measure for measure in measures if measure.lines]
    return GateView(verdict=_verdict(found), margin=MARGIN, against=against, measures=found)


def paired(candidate: Sequence[Judged], active: Sequence[Judged]) -> list[tuple[Judged, Judged]]:
    """The readings of one line by both, judged by the intent that the line has now."""
    known = {one.text: one for one in active}
    return [(new, known[new.text]) for new in candidate if new.text in known]


def _measure(name: Measure, pairs: Sequence[tuple[Judged, Judged]]) -> ComparedView:
    new_right = sum(new.is_right for new, _ in pairs)
    old_right = sum(old.guess == new.intent for new, old in pairs)
    lost = old_right - new_right
    return ComparedView(
        measure=name,
        lines=len(pairs),
        candidate=judging.share(new_right, len(pairs)),
        active=judging.share(old_right, len(pairs)),
        difference=judging.share(-lost, len(pairs)),
        is_worse=lost > max(MARGIN * len(pairs), FEWEST),
    )


def _verdict(measures: Sequence[ComparedView]) -> Verdict:
    if not measures:
        return "first"
    if any(measure.is_worse for measure in measures):
        return "worse"
    if any(measure.difference > MARGIN for measure in measures):
        return "better"
    return "same"
