"""Owns which slots of which open flow a message fills, in any order and also a turn late. Pure."""

import re
from collections.abc import Iterator

from kaitak.bot import slot_reading, turn_words, wishes
from kaitak.bot.dialogue import DialogueState, Frame, Question
from kaitak.bot.flows import Collect, Flow
from kaitak.bot.packs import Pack
from kaitak.core.records import replace
from kaitak.nlu.understanding import Understanding

_FEWEST_WORDS = 2  # characters beside a number that make a message more than that number
_BARE_ANSWER = 8  # characters of a yes or thanks that answer nothing where words are asked for
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
    whole = _put_right(flow, frame, understanding, asked) or _chosen_instead(pack, frame, understanding, asked)
    whole = whole or _chosen_by_place(question if asked else None, understanding)
    whole = whole or (_reworded(flow, frame, understanding) if is_confirming else None)
    if whole is not None:  # the message says this and nothing else
        yield whole
        return
    for name in order:
        slot = flow.slots[name]
        if slot.entity in taken:
            continue
        heard = replace(understanding, text=understanding.kept_text) if slot.words and understanding.kept_text else None
        values = slot_reading.values(slot, heard or understanding, asked=name == asked)
        if slot.text:
            values = _text(flow, frame, name, understanding, is_asked=name == asked)
        if name == asked and not values and question is not None and question.options:
            option = slot_reading.option_in(question.options, understanding.text, pack.names)
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


def _reworded(flow: Flow, frame: Frame, understanding: Understanding) -> tuple[str, tuple[str, ...]] | None:
    """Another text for the last that the customer gave, asked whether it is right: 打錯咗，應該係56號7樓B室."""
    held = any(each.entity and understanding.values(each.entity) for each in flow.slots.values())
    given = [(frame.slots[name][-1].turn, name) for name in flow.slots if flow.slots[name].text and frame.value(name)]
    if held or not given:
        return None
    _, name = max(given)
    new = slot_reading.reworded(frame.value(name) or "", understanding.text)
    return (name, (new[: flow.slots[name].max],)) if new is not None else None


def _text(flow: Flow, frame: Frame, name: str, understanding: Understanding, *, is_asked: bool) -> tuple[str, ...]:
    """What a message gives a slot of text: all of it where it is asked for, else what it tells of it."""
    slot = flow.slots[name]
    if not is_asked:
        is_free = frame.value(name) is None and understanding.act in ("request", "correct")
        found = slot_reading.told(slot, understanding.text) if is_free and not _asks(understanding) else None
        return (found,) if found is not None else ()
    if not _is_free_text(understanding) or _asks_what_to_do(understanding) or (slot.states and _asks(understanding)):
        return ()
    if _is_value_of_another(flow, name, understanding):
        return ()
    return slot_reading.values(slot, understanding, asked=True)


def _asks(understanding: Understanding) -> bool:
    """Whether a message asks for something, and so states nothing."""
    return turn_words.ASKED.search(slot_reading.fold(understanding.text).strip()) is not None or (
        _USE.search(slot_reading.fold(understanding.text)) is not None
    )


_USE = re.compile(
    r"使唔使|要唔要|会唔会|需唔需要|用唔用|收唔收|可不可以|要不要|会不会|需不需要|几耐|多久|多长时间|边个|谁"
)


def _is_value_of_another(flow: Flow, name: str, understanding: Understanding) -> bool:
    """Whether a message is nothing but a number that another slot takes."""
    kinds = {slot.entity for other, slot in flow.slots.items() if other != name and slot.entity}
    is_held = any(understanding.values(kind) for kind in kinds)
    return is_held and wishes.substance(understanding) < _FEWEST_WORDS


def _chosen_instead(
    pack: Pack, frame: Frame, understanding: Understanding, asked: str | None
) -> tuple[str, tuple[str, ...]] | None:
    """Another of the values that were offered, for the one that was chosen: 唔係，係醫保嗰份."""
    for name, options in frame.offered.items():
        old = frame.value(name)
        if old is None or name == asked:
            continue
        found = slot_reading.chosen_instead(options, f"{SLOT}{name}:{old}", understanding.text, pack.names)
        if found is not None:
            return name, (found.split(":", 2)[2],)
    return None


def _chosen_by_place(question: Question | None, understanding: Understanding) -> tuple[str, tuple[str, ...]] | None:
    """The option that a message names by its place, whose number counts nothing: 第二件, the first one."""
    if question is None or not question.options or not slot_reading.is_place(understanding.text):
        return None
    option = slot_reading.option_in(question.options, understanding.text)
    return (question.slot or "", (option.split(":", 2)[2],)) if option and option.startswith(SLOT) else None


def is_talk(pack: Pack, state: DialogueState, understanding: Understanding) -> bool:
    """Whether a message gives no value by its kind; "morning, please" is one where the time of day is asked for."""
    if understanding.act != "greet":
        return understanding.act in ("thank", "human", "empty")
    flow = pack.flows.get(state.top.flow) if state.top else None
    slot = flow.slots.get(state.question.slot or "") if flow and state.question else None
    return slot is None or not slot.words or not slot_reading.words_in(slot, understanding.text)


def puts_right(pack: Pack, state: DialogueState, understanding: Understanding) -> bool:
    """Whether a message gives a slot of the open flow another value than it has: 唔係，係轉數快."""
    top = state.top
    if top is None:
        return False
    filled = fills(pack, state, top, understanding)
    return any(top.value(name) is not None and top.value(name) not in values for name, values in filled)


def may_lack(pack: Pack, state: DialogueState) -> bool:
    """Whether the open flow has another way for somebody who has no value for what it asks."""
    frame, question = state.top, state.question
    flow = pack.flows.get(frame.flow) if frame is not None else None
    step = flow.steps.get(frame.step) if flow is not None and frame is not None else None
    is_asked = question is not None and question.kind == "slot"
    return is_asked and isinstance(step, Collect) and step.lacking is not None


_WHAT_TO_DO = re.compile(
    r"(?:点(?:搞|算|做|办|样搞|处理)|怎么(?:办|弄|搞)|what (?:now|do i do|should i do)|how do i fix (?:it|this))"
    r"(?:好|呀|啊|呢|先)*[?？。 ]*$"
)


def _asks_what_to_do(understanding: Understanding) -> bool:
    """Whether a message asks what becomes of the matter, and so is not what was asked for."""
    return _WHAT_TO_DO.search(slot_reading.fold(understanding.text).strip()) is not None


def _is_free_text(understanding: Understanding) -> bool:
    said = slot_reading.fold(understanding.text).strip()
    is_answer = understanding.act in ("affirm", "thank", "greet") and len(said) <= _BARE_ANSWER
    is_talk = is_answer or understanding.act in ("cancel", "human", "empty")
    return not is_talk and bool(said) and not turn_words.HURRY.fullmatch(said)


def puts_right_elsewhere(pack: Pack, state: DialogueState, understanding: Understanding) -> bool:
    """Whether what is put right is told and no slot of the flow takes it: nothing of the flow's own is wrong."""
    said = {kind for kind, _ in state.said}
    told = [entity.kind for entity in understanding.entities if not entity.withdrawn and entity.kind in said]
    frame = state.top or state.finished
    flow = pack.flows.get(frame.flow) if frame is not None else None
    taken = {slot.entity for slot in flow.slots.values()} if flow is not None else set()
    is_request = understanding.band == "answer" and wishes.is_request(pack, understanding.intent)
    return bool(told) and is_request and taken.isdisjoint(told)
