"""Owns what a proven customer points at although it was said in another conversation: 嗰張單, the order I asked about.

Only whoever is proven is remembered, and what they may see of it is still for the business gateway to say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from pydantic import JsonValue

from kaitak.bot import dialogue, turn_words
from kaitak.bot.business_facts import Row
from kaitak.bot.decision import SaidElsewhere
from kaitak.bot.dialogue import Frame, SlotValue
from kaitak.bot.drafting import Draft
from kaitak.nlu import folding

KEPT = timedelta(days=7)  # what was said longer ago is asked for again
_LATELY = 6  # messages of this conversation in which the customer may have pointed at it
# Words that point at one thing already spoken of; 我張單 points at none.
_POINTS = re.compile(
    r"[嗰果那]一?(?:张|份|单|个|件)|(?:之前|头先|刚才|上次|上回|早前|琴日|昨天|先前)(?:喺|在|同|跟|问|讲|说|查|提|倾|嗰|那|个|张)"
    r"|(?:that|the (?:same|earlier|previous|other)) (?:one|order|policy|claim|parcel|case)(?![a-z])"
    r"|(?:asked|told you|wrote|mentioned|messaged)(?: you)? (?:about|earlier|before|yesterday)|same as before"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What a conversation's customer spoke of: in the dialogue that the bot keeps, and in what it understood last."""

    display_id: int
    inbox_name: str
    dialogue: dict[str, JsonValue] | None
    entities: list[JsonValue]


def remembered(draft: Draft, frame: Frame) -> Frame | None:
    """The frame with the values that the customer points at and has said elsewhere; None: they are looked for first."""
    if not (draft.context.is_verified and draft.context.customer_ref is not None):
        return frame
    wanted = _wanted(draft, frame)
    if not wanted or not _points(draft):
        return frame
    result = draft.result_of(SaidElsewhere())
    if result is None:
        return None
    for slot, kind in wanted.items():
        row = next((row for row in reversed(result.rows) if row.get("kind") == kind), None)
        if row is not None and (kind, row.get("value")) not in draft.state.taken_back:
            draft.note("said elsewhere", f"{slot}={row['value']} ({row.get('where', 'another channel')})")
            value = SlotValue(value=str(row["value"]), turn=draft.state.turns, provenance="carried")
            frame = frame.with_value(slot, value)
    return frame


def rows_of(talks: Sequence[Talk]) -> tuple[Row, ...]:
    """Kinds, values and where they were said, the latest last; of each conversation the dialogue, else its messages."""
    found: list[Row] = []
    for talk in reversed(talks):
        said = dialogue.from_json(talk.dialogue).said or tuple(_entities(talk.entities))
        where = f"{talk.inbox_name} #{talk.display_id}"
        found += [{"kind": kind, "value": value, "where": where} for kind, value in said]
    return tuple(found)


def _entities(entities: Sequence[JsonValue]) -> list[tuple[str, str]]:
    """The values of messages in their order; what was withdrawn at any time is none."""
    read = [each for each in entities if isinstance(each, Mapping)]
    gone = {(str(each.get("kind")), str(each.get("value"))) for each in read if each.get("withdrawn")}
    said = [(str(each.get("kind")), str(each.get("value"))) for each in read]
    return [pair for pair in said if pair not in gone]


def _wanted(draft: Draft, frame: Frame) -> dict[str, str]:
    """The empty slots of a frame whose kind of value stays in force, and of which nothing was said here."""
    here = {kind for kind, _ in draft.state.said}
    rules = draft.pack.entities
    return {
        name: slot.entity
        for name, slot in draft.pack.flows[frame.flow].slots.items()
        if slot.entity in rules
        and rules[slot.entity].carried == "across_requests"
        and slot.entity not in here
        and frame.value(name) is None
    }


def _points(draft: Draft) -> bool:
    said = [*(note.said for note in draft.state.notes[-_LATELY:]), draft.text]
    folded = [folding.plain(text) for text in said]
    return any(_POINTS.search(text) or turn_words.ELSEWHERE.search(text) for text in folded)
