"""Owns which slots of which open flow a message fills, in any order and also a turn late. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from kaitak.bot import slot_reading
from kaitak.bot.dialogue import DialogueState, Frame
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
    taken: set[str] = set()
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
            values = values if understanding.is_correction else ()
        if slot.entity and values:
            taken.add(slot.entity)
        is_news = values != (frame.value(name),) or name == asked or frame is state.top
        if values and is_news:
            yield name, values


def _is_free_text(understanding: Understanding) -> bool:
    return understanding.act not in ("cancel", "human", "empty") and bool(understanding.text.strip())
