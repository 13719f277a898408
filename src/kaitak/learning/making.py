"""Owns making a version from its material: train, judge each line without it, weigh it. No database and no job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from time import perf_counter

from kaitak.bot import pack_models
from kaitak.bot.pack_shelf import ReadyPack
from kaitak.learning import gate, judging, lines
from kaitak.learning.gate import Readings
from kaitak.learning.job_actions import Made
from kaitak.learning.judging import Judged, Progress
from kaitak.learning.schemas import ActiveView
from kaitak.nlu.audit import Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that a training needs; no database behind it."""

    own: ReadyPack  # with the pack's own model
    active: ReadyPack  # with the model that answers now
    against: ActiveView
    active_lines: Sequence[Judged]  # how cross-validation read them; empty for the pack's own model
    lines: Sequence[Line]
    held_out: Sequence[Line]
    cache: Path
    now: datetime


def make(material: Material, progress: Progress) -> Made:
    """Train on everything, judging each line without its fold, and weigh the new version against the active one."""
    began = perf_counter()
    pack = material.own.pack
    active_lines = _active_lines(material, progress)
    taught = judging.teach(material.lines, seed=pack.head.seed, settings=pack.settings(), progress=progress)
    progress("evaluating", 0.0)
    candidate = Readings(taught.judged, judging.judge(taught.model, material.held_out, material.now))
    active = Readings(active_lines, judging.judge(material.active.model, material.held_out, material.now))
    data = taught.model.to_bytes()
    progress("evaluating", 1.0)
    return Made(
        version=taught.model.version,
        pack_fingerprint=pack.fingerprint,
        data=data,
        readings=candidate,
        figures=judging.figures(taught.judged, candidate.held_out, taught.model, began),
        gate=gate.compare(candidate, active, material.against),
    )


def _active_lines(material: Material, progress: Progress) -> list[Judged]:
    """How the active model reads the lines: by its cross-validation, and directly those that it was not trained on."""
    read = list(material.active_lines) or pack_lines(material, progress)
    known = {one.text for one in read}
    new = [line for line in material.lines if line.text not in known]
    return read + judging.judge(material.active.model, new, material.now)


def pack_lines(material: Material, progress: Progress) -> list[Judged]:
    """How the pack's lines are read without their fold: noted when its model was trained, or else found out now."""
    own = material.own
    taught = lines.merged(own.pack, ())
    noted = pack_models.find_readings(own.pack, material.cache)
    if noted is not None and noted.shape == (len(taught), len(own.model.labels)):
        return judging.recalled(own.model, taught, noted)
    return judging.teach(
        taught,
        seed=own.pack.head.seed,
        settings=own.pack.settings(),
        progress=lambda _, fraction: progress("measuring_pack", fraction),
    ).judged
