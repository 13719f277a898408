"""Owns what the bot takes from a person's note who gives a conversation back: numbers, telephones, days, as values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from kaitak.bot import dialogue, engine
from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState, Frame, SlotValue
from kaitak.bot.packs import Pack
from kaitak.nlu import engine as nlu
from kaitak.nlu.model import Model

MAX_VALUES = 10


def given_back(pack: Pack, model: Model, state: DialogueState, note: str, context: TurnContext) -> DialogueState:
    """The state that the bot goes on with: the note's values fill what is open, and what is asked for next."""
    state = dialogue.given_back(state, note)
    values = _values(pack, model, state, context)
    if not values:
        return state
    facts = tuple(pair for pair in state.facts if not any(pair[0] == kind for kind, _ in values))
    noted = tuple((kind, _noted(state, value)) for kind, value in values)
    stack = tuple(_filled(pack, frame, state, values) for frame in state.stack)
    return replace(state, facts=(*facts, *noted), from_agent=values, stack=stack)


def _values(pack: Pack, model: Model, state: DialogueState, context: TurnContext) -> tuple[tuple[str, str], ...]:
    """The values of a note by kind; of a kind that it names several of, none: nobody knows which is meant."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    known = replace(engine.nlu_context(pack, state, context), asked="nothing", asked_entity=None)
    for entity in nlu.understand(model, state.agent_note, known).entities:
        if not entity.withdrawn:
            found[entity.kind][entity.value] = None
    return tuple((kind, next(iter(said))) for kind, said in found.items() if len(said) == 1)[:MAX_VALUES]


def _noted(state: DialogueState, value: str) -> SlotValue:
    return SlotValue(value=value, turn=state.turns, provenance="agent")


def _filled(pack: Pack, frame: Frame, state: DialogueState, values: Iterable[tuple[str, str]]) -> Frame:
    """A flow that a person had interrupted, with the note's values in the slots of their kinds."""
    flow = pack.flows.get(frame.flow)
    for name, slot in flow.slots.items() if flow is not None else ():
        value = dict(values).get(slot.entity)
        if value is not None and frame.value(name) != value:
            frame = frame.with_value(name, _noted(state, value))
    return frame
