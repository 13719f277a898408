"""Owns what becomes of a question that the customer meets with their wish again: other words, then another way."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from kaitak.bot import commands, recalling, slot_reading
from kaitak.bot.commands import Command
from kaitak.bot.dialogue import DialogueState, Option
from kaitak.bot.drafting import Draft

_ALIKE = 0.6  # share of a message's pairs of characters that stood in an earlier one
_FEWEST = 3
_STUCK = "going_round"


def restates(state: DialogueState, text: str) -> bool:
    """Whether a message only says again what was said in the request that is open."""
    said = _pairs(text)
    if len(said) < _FEWEST:
        return False
    earlier = [_pairs(note.said) for note in state.notes if note.intent == state.request]
    return any(
        len(said & before) >= _ALIKE * min(len(said), len(before)) for before in earlier if len(before) >= _FEWEST
    )


def _pairs(text: str) -> set[str]:
    folded = [character for character in slot_reading.fold(text) if character.isalnum()]
    return {a + b for a, b in itertools.pairwise(folded)}


def _insists(draft: Draft, given: Sequence[Command]) -> bool:
    """Whether a message brings nothing but the wish that is being seen to."""
    command = given[0] if len(given) == 1 else None
    is_restated = isinstance(command, commands.Aside) and restates(draft.state, draft.text)
    return (isinstance(command, commands.Start) or is_restated) and not draft.answers


def vary(draft: Draft, before: DialogueState, given: Sequence[Command]) -> None:
    """Nobody hears the same question three times: it is put in other words, then a person may take over, then does."""
    asked, now, frame = before.question, draft.state.question, draft.state.top
    if asked is None or now is None or frame is None or not _insists(draft, given):
        return
    is_same = (asked.kind, asked.slot, asked.wording) == (now.kind, now.slot, now.wording)
    was = before.top
    if not is_same or now.kind == "confirm" or was is None or was.number != frame.number or len(draft.replies) != 1:
        return
    stuck = draft.voice.say(_STUCK, None, turn=draft.state.turns)
    if not asked.again:
        if not now.again:
            draft.replies.clear()
            recalling.recall(draft, replace(now, again=False), insists=True)
        return
    if before.notes and before.notes[-1].replied == stuck:
        draft.handover = "repeated_failure"
        draft.replies.clear()
        return
    draft.replies.clear()
    draft.say(_STUCK, None, (*now.options, Option(draft.voice.say("option_person"), commands.PERSON)))
    draft.state = replace(draft.state, question=replace(now, again=True))
