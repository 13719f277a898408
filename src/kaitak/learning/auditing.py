"""Owns the audit of what an account would train: the lines themselves, and where models doubt their labels. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from kaitak.bot.packs import Pack
from kaitak.learning import judging, views
from kaitak.learning.example_schemas import AuditView, MislabelView
from kaitak.learning.judging import Judged
from kaitak.nlu import audit
from kaitak.nlu.audit import Line
from kaitak.nlu.model import Model

LISTED = 100
SURE = 0.6  # a model that has not seen the line, and is this sure of another intent


def examine(pack: Pack, lines: Sequence[Line], *, read: Sequence[Judged], model: Model, now: datetime) -> AuditView:
    """Audit these lines; cross-validation `read` some of them, `model` reads the others if they are new to it."""
    found = audit.examine(lines, (name for name, intent in pack.intents.items() if intent.kind == "request"))
    doubted = doubts(lines, read=read, model=model, now=now)
    return AuditView(
        pack=pack.head.name,
        lines=found.lines,
        own_lines=found.own_lines,
        conflicts=[views.conflict(each) for each in found.conflicts[:LISTED]],
        conflicts_total=len(found.conflicts),
        near_across=[views.pair(each) for each in found.near_across[:LISTED]],
        near_across_total=found.near_across_total,
        near_within=[views.pair(each) for each in found.near_within[:LISTED]],
        near_within_total=found.near_within_total,
        intents=[views.intent_text(each) for each in found.intents],
        mislabels=doubted[:LISTED],
        mislabels_total=len(doubted),
        languages=views.shares(found.languages, found.lines),
        styles=views.shares(found.styles, found.lines),
    )


def doubts(lines: Sequence[Line], *, read: Sequence[Judged], model: Model, now: datetime) -> list[MislabelView]:
    """The lines that a model which has not seen them surely reads as another intent, surest first."""
    known = {one.text: one for one in read}
    trained = set(model.texts)
    new = [line for line in lines if line.text not in known and line.text not in trained]
    fresh = {one.text: one for one in judging.judge(model, new, now)}
    found = [
        *_doubted(lines, known, "cross_validation"),
        *_doubted(new, fresh, "active_model"),
    ]
    return sorted(found, key=lambda each: (-each.confidence, each.line.text))


def _doubted(
    lines: Iterable[Line], read: dict[str, Judged], seen_by: Literal["cross_validation", "active_model"]
) -> Iterable[MislabelView]:
    for line in lines:
        one = read.get(line.text)
        if one is not None and one.guess != line.intent and one.confidence >= SURE:
            yield MislabelView(
                line=views.line(line), read_as=one.guess, confidence=round(one.confidence, 4), seen_by=seen_by
            )
