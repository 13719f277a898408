"""Owns which slots of which open flow a message fills, in any order and also a turn late. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from kaitak.bot import slot_reading, turn_words
from kaitak.bot.dialogue import DialogueState, Frame
from kaitak.bot.flows import Flow
from kaitak.bot.packs import Pack
from kaitak.nlu.understanding import Understanding

SLOT = "slot:"  # before the name and value of a slot in an option's value


def frames_for(state: DialogueState, understanding: Understanding) -> Iterator[Frame]:
    """The frames that may take a value, in order; a correction may be about a flow that waits beneath."""
    top = state.top
    if top is not None:
        yield top
    if understanding.is_correction:
        yield from reversed(state.stack[:-1])
    if top is None and state.finished is not None:
        yield state.finished


def fills(
    pack: Pack, state: DialogueState, frame: Frame, understanding: Understanding
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a message gives a frame's slots: the one asked for first, then the empty ones, then the others."""
    flow, question = pack.flows.get(frame.flow), state.question
    if flow is None:
        return
    asked = question.slot if question is not None and frame is state.top and question.kind == "slot" else None
    order = sorted(flow.slots, key=lambda name: (name != asked, frame.value(name) is not None))
    is_confirming = question is not None and question.kind == "confirm" and frame is state.top
    taken: set[str] = set()
    instead = _put_right(flow, frame, understanding, asked)
    if instead is not None:
        yield instead
        return
    for name in order:
        slot = flow.slots[name]
        if slot.entity in taken:
            continue
        heard = replace(understanding, text=understanding.kept_text) if slot.words and understanding.kept_text else None
        values = slot_reading.values(slot, heard or understanding, asked=name == asked)
        if slot.text and not _is_free_text(understanding):
            values = ()
        if name == asked and not values and question is not None and question.options:
            option = slot_reading.option_in(question.options, understanding.text)
            values = (option.split(":", 2)[2],) if option is not None and option.startswith(SLOT) else ()
        if slot.words is not None and name != asked and frame.value(name) is not None:
            is_put_right = understanding.is_correction or (is_confirming and understanding.act != "affirm")
            values = values if is_put_right else ()
        if slot.entity and values:
            taken.add(slot.entity)
        is_news = values != (frame.value(name),) or name == asked or frame is state.top
        if values and is_news:
            yield name, values


def _put_right(
    flow: Flow, frame: Frame, understanding: Understanding, asked: str | None
) -> tuple[str, tuple[str, ...]] | None:
    """Another value for a slot that has one, while any words would do for the slot that is asked for."""
    if asked is None or not flow.slots[asked].text:
        return None
    for name, slot in flow.slots.items():
        old = frame.value(name)
        value = slot_reading.put_right(slot, old, understanding.text) if old is not None else None
        if value is not None:
            return name, (value,)
    return None


def puts_right(pack: Pack, state: DialogueState, understanding: Understanding) -> bool:
    """Whether a message gives a slot of the open flow another value than it has: 唔係，係轉數快."""
    top = state.top
    if top is None:
        return False
    filled = fills(pack, state, top, understanding)
    return any(top.value(name) is not None and top.value(name) not in values for name, values in filled)


def _is_free_text(understanding: Understanding) -> bool:
    said = slot_reading.fold(understanding.text).strip()
    return understanding.act not in ("cancel", "human", "empty") and bool(said) and not turn_words.HURRY.fullmatch(said)
