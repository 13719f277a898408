"""Owns carrying out commands: flows begun, filled, corrected, suspended and returned to; what is said meanwhile."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kaitak.bot import commands, elsewhere, forgetting, proof_steps, runner, slot_reading, talking, wishes
from kaitak.bot.carrying import Followed
from kaitak.bot.commands import Command
from kaitak.bot.dialogue import DialogueState, Frame, Option, Provenance, Question, SlotValue
from kaitak.bot.drafting import Draft
from kaitak.bot.flows import Flow, Slot
from kaitak.bot.packs import Pack
from kaitak.core.records import replace
from kaitak.nlu.understanding import Understanding

MAX_STACK = 6
MAX_RETURNS = 6
_UNCOUNTED = (commands.NotUnderstood, commands.Clarify)


def carry_out(draft: Draft, command: Command, understanding: Understanding, followed: Followed) -> None:
    """Do what one command says; everything but a question that is asked again clears the last question."""
    question = draft.state.question
    if not isinstance(command, _UNCOUNTED):
        draft.state = replace(draft.state, misunderstandings=0)
    draft.state = replace(draft.state, question=None, handed_over=None)
    match command:
        case commands.Start():
            _suspend(draft, question)
            _start(draft, command, followed)
        case commands.Fill():
            _fill(draft, command)
        case commands.Reply():
            draft.answer = command.answer
            runner.run(draft, resumed=True)
        case commands.GoOn():
            _go_on(draft, wanted=command.wanted)
        case commands.TakeBack():
            _take_back(draft)
        case commands.Cancel():
            _cancel(draft, question)
        case commands.HandOverTo():
            draft.handover = command.reason
            # A likely matter is better than none for the person who takes over.
            is_told = understanding.band == "answer" or (understanding.band == "clarify" and not draft.state.request)
            if is_told and understanding.intent != "agent_request":
                wish = understanding.intent if wishes.is_request(draft.pack, understanding.intent) else None
                draft.state = replace(draft.state, request=wish or draft.state.request)
        case _:
            talking.talk(draft, command, question, understanding)


def _suspend(draft: Draft, question: Question | None) -> None:
    """Keep with the open flow what it had asked, for when it is returned to."""
    top = draft.state.top
    if question is not None and top is not None and top.is_waiting:
        draft.state = draft.state.with_top(replace(top, asked=question))


def queue(draft: Draft, further: Sequence[Command], followed: Followed) -> None:
    """Further requests of the same message: flows wait their turn beneath, in order."""
    waiting = [_begun(draft, command, followed) for command in further if isinstance(command, commands.Start)]
    known = {frame.flow for frame in draft.state.stack}
    fresh = [frame for frame in reversed(waiting) if frame.flow not in known]
    if fresh:
        draft.note("waits", ", ".join(frame.flow for frame in reversed(fresh)))
        draft.state = replace(draft.state, stack=(*fresh, *draft.state.stack))


def _begun(draft: Draft, command: commands.Start, followed: Followed) -> Frame:
    name = draft.pack.intents[command.intent].flow or command.intent
    return _opened(draft, command, followed, runner.begin_frame(draft, name))[0]


def return_to_open(draft: Draft) -> None:
    """Go back to the flows that wait beneath, the latest first, and say so; until one asks or none is left."""
    for _ in range(MAX_RETURNS):
        frame = draft.state.top
        if frame is None or draft.needs or draft.handover or draft.state.question:
            return
        intent = draft.pack.flows[frame.flow].intent
        title = draft.voice.title(intent) if intent else ""
        if title and draft.replies:
            draft.say("resume" if _has_begun(draft.pack, frame) else "next_request", {"intent": title})
        draft.note("returned", frame.flow)
        draft.state = replace(draft.state, request=intent or draft.state.request)
        talking.ask_suspended(draft)


def _has_begun(pack: Pack, frame: Frame) -> bool:
    return frame.is_waiting or frame.step != pack.flows[frame.flow].start or bool(frame.entries)


def _start(draft: Draft, command: commands.Start, followed: Followed) -> None:
    """Begin a flow with what is known, or go on with it if it is open already; another one waits beneath."""
    name = draft.pack.intents[command.intent].flow or command.intent
    flow = draft.pack.flows[name]
    stack = () if command.replaces else draft.state.stack
    frame = next((f for f in reversed(stack) if f.flow == name), None) or runner.begin_frame(draft, name)
    opened, choices = _opened(draft, command, followed, frame)
    known = elsewhere.remembered(draft, opened) if choices is None else opened
    if known is None:
        return
    frame = known
    kept = tuple(f for f in stack if f.number != frame.number and not _settles(frame, f))[-MAX_STACK:]
    draft.state = replace(draft.state, stack=(*kept, frame), request=command.intent)
    if choices is not None and len(flow.slots) and _collects(flow, choices[0]):
        talking.offer_values(draft, replace(frame, choices=(choices[0], tuple(choices[1]))))
        return
    runner.run(draft, resumed=False)


def _settles(frame: Frame, other: Frame) -> bool:
    """Whether a new request takes one of the values of which another asked which is meant: then that is answered."""
    named = {frame.value(slot) for slot in frame.slots}
    return other.choices is not None and not named.isdisjoint(other.choices[1])


def _opened(
    draft: Draft, command: commands.Start, followed: Followed, frame: Frame
) -> tuple[Frame, tuple[str, list[str]] | None]:
    """A frame with what is known for its slots; and the slot for which several values are known."""
    flow = draft.pack.flows[frame.flow]
    choices: tuple[str, list[str]] | None = None
    taken: set[str] = set()
    known = _known(draft, command, followed)
    for slot_name, slot in flow.slots.items():
        values = known.get(slot.entity, ()) if slot.entity else _said_words(draft, slot)
        if not values or slot.entity in taken:
            continue
        taken.update({slot.entity} if slot.entity else ())
        how: Provenance = "carried" if slot.entity in followed.carried else "said"
        if len(values) > 1:
            choices = (slot_name, list(values)) if slot.entity else choices
        elif frame.value(slot_name) != values[0]:
            frame = frame.with_value(slot_name, SlotValue(value=values[0], turn=draft.state.turns, provenance=how))
    return _with_note(draft, flow, frame, taken), choices


def _with_note(draft: Draft, flow: Flow, frame: Frame, taken: set[str]) -> Frame:
    """A frame with what a colleague's note says for the slots that the customer's own words leave empty; once."""
    noted = {kind: value for kind, value in draft.state.from_agent if kind not in taken and value not in draft.gone}
    for name, slot in flow.slots.items():
        value = noted.pop(slot.entity, None) if frame.value(name) is None else None
        if value is not None:
            draft.note("colleague's note", f"{name}={value}")
            frame = frame.with_value(name, SlotValue(value=value, turn=draft.state.turns, provenance="agent"))
            left = tuple(pair for pair in draft.state.from_agent if pair[0] != slot.entity)
            draft.state = replace(draft.state, from_agent=left)
    return frame


def _said_words(draft: Draft, slot: Slot) -> tuple[str, ...]:
    """What the opening message already says of a closed list, one value alone, or tells of a text."""
    if slot.text:
        told = slot_reading.told(slot, draft.text)
        return (told,) if told is not None else ()
    values = slot_reading.words_in(slot, draft.text) if slot.words else ()
    return values if len(values) == 1 else ()


def _known(draft: Draft, command: commands.Start, followed: Followed) -> dict[str, tuple[str, ...]]:
    """The values by kind that a request may begin with: those it needs, else those known of the same matter."""
    topic = next((t for t in reversed(draft.state.topics) if t.intent == command.intent), None)
    known = dict(topic.values) if topic is not None else {}
    if command.intent != followed.intent:  # another request of the same breath: the numbers said are for it too
        rules = draft.pack.entities
        said = {k: (v,) for k, v in followed.said if k in rules and rules[k].carried == "across_requests"}
        return {**said, **known}
    return {**known, **dict(followed.values)}


def _collects(flow: Flow, slot: str) -> bool:
    return any(getattr(step, "collect", None) == slot for step in flow.steps.values())


def _fill(draft: Draft, command: commands.Fill) -> None:
    """Give values to the frame that they are for; changed ones are told, and what hangs on them is forgotten."""
    state = draft.state
    frame = next((f for f in (*state.stack, state.finished) if f is not None and f.number == command.frame), None)
    if frame is None:
        return
    flow = draft.pack.flows[frame.flow]
    asked = _awaited(flow, frame)
    told: list[str] = []
    several: tuple[str, list[str]] | None = None
    for slot, given in command.values:
        before = next((v.value for v in reversed(frame.slots.get(slot, ()))), None)
        values = [completed(draft.pack, flow.slots[slot].entity, value, before) for value in given]
        if len(values) > 1 and flow.slots[slot].entity:
            several = (slot, values)
            frame = frame.without_value(slot)
            continue
        was_there = frame.value(slot) is not None or before in draft.gone
        is_changed = was_there and before != values[0]
        how: Provenance = "chosen" if command.is_tapped else "corrected" if is_changed else "said"
        frame = frame.with_value(slot, SlotValue(value=values[0], turn=state.turns, provenance=how))
        if is_changed:
            frame = runner.forget_after(flow, frame, slot)
            draft.note("corrected", f"{slot}: {before} -> {values[0]}")
            told.append(_shown(draft, flow, frame, slot, values[0]))
    is_found = any(slot == frame.named.get(proof_steps.LACKED) and frame.value(slot) for slot, _ in command.values)
    frame = replace(frame, named={**frame.named, proof_steps.LACKED: None}) if is_found else frame
    _go_on_with(
        draft, frame, is_changed=bool(told) or is_found, is_answer=any(slot == asked for slot, _ in command.values)
    )
    if several is not None and draft.handover is None:
        draft.state = replace(draft.state, question=None)
        draft.replies.clear()
        talking.offer_values(draft, replace(draft.state.top or frame, choices=(several[0], tuple(several[1]))))
    is_asked_anew = state.finished is not None and frame.number == state.finished.number and not draft.gone
    if told and draft.replies and not is_asked_anew:  # another number after the end of a flow takes nothing back
        text = draft.voice.say("corrected_value", {"value": "、".join(told)})
        draft.replies[0] = replace(draft.replies[0], text=f"{text}\n{draft.replies[0].text}")


def _shown(draft: Draft, flow: Flow, frame: Frame, slot: str, value: str) -> str:
    """A value as the customer is told it: a day as people write it, a choice by its title, a word by its name."""
    offered = {option.value.split(":", 2)[-1]: option.title for option in frame.offered.get(slot, ())}
    if value in offered:
        return offered[value]
    if flow.slots[slot].words is not None:
        return draft.voice.name(slot, value)
    return draft.voice.fill("{value|day}", {"value": value}) if flow.slots[slot].entity == "date" else value


def _go_on_with(draft: Draft, frame: Frame, *, is_changed: bool, is_answer: bool) -> None:
    """Put a filled frame back where it was and run what is open."""
    state, flow = draft.state, draft.pack.flows[frame.flow]
    start = replace(frame, step=flow.start, is_waiting=False, results={})
    top = state.top
    if top is not None and top.number != frame.number and any(f.number == frame.number for f in state.stack):
        changed = start if is_changed else frame
        stack = tuple(changed if f.number == frame.number else f for f in state.stack)
        draft.state = replace(state, stack=stack)
        talking.ask_again(draft)
        return
    if top is None or top.number != frame.number:  # the last flow that ended, with another value
        reopened = replace(start, number=state.frames + 1, entries={}, is_part=False)
        draft.state = replace(
            state, frames=state.frames + 1, stack=(*state.stack, reopened), request=flow.intent or state.request
        )
        runner.run(draft, resumed=False)
    elif is_changed:
        draft.state = state.with_top(start)
        runner.run(draft, resumed=False)
    elif frame.choices is not None and frame.value(frame.choices[0]) is not None:
        draft.state = state.with_top(replace(start, choices=None))
        runner.run(draft, resumed=False)
    elif is_answer and frame.is_waiting:
        draft.state = state.with_top(frame)
        runner.run(draft, resumed=True)
    else:
        draft.state = state.with_top(frame)
        talking.ask_again(draft)


def _awaited(flow: Flow, frame: Frame) -> str | None:
    """The slot that a frame waits for at its step."""
    step = flow.steps.get(frame.step)
    found = getattr(step, "collect", None) or getattr(step, "choose", None)
    return found if isinstance(found, str) else None


def completed(pack: Pack, kind: str, value: str, previous: str | None) -> str:
    """A bare number that corrects a headed one takes its head."""
    entity = pack.entities.get(kind)
    if entity is None or entity.tail_of is None or previous is None or not value.isdigit():
        return value
    match = re.fullmatch(entity.tail_of, previous)
    if match is None or len(match[1]) + len(value) != len(previous):
        return value
    return match[1] + value


def _go_on(draft: Draft, *, wanted: bool) -> None:
    """What has lain a long time goes on from its beginning, with what is known; or is let be."""
    frame = draft.state.top
    if frame is None or not wanted:
        _cancel(draft, None)
        return
    start = draft.pack.flows[frame.flow].start
    draft.state = draft.state.with_top(replace(frame, step=start, is_waiting=False, results={}, entries={}))
    runner.run(draft, resumed=False)


def ask_to_go_on(draft: Draft) -> None:
    """Ask whether to go on with a flow that has waited too long."""
    frame = draft.state.top
    intent = draft.pack.flows[frame.flow].intent if frame is not None else ""
    options = (
        Option(draft.voice.say("option_yes"), commands.YES),
        Option(draft.voice.say("option_no"), commands.NO),
    )
    draft.note("time-out", frame.flow if frame else "")
    title = draft.voice.title(intent) if intent else ""
    draft.state = replace(draft.state, handed_over=None)
    draft.ask(Question(kind="go_on", wording="go_on", options=options), {"intent": title})


def _cancel(draft: Draft, question: Question | None) -> None:
    """Let the open flow be; what waits beneath is returned to."""
    state = draft.state
    draft.say("cancelled" if state.stack or question else "nothing_to_cancel")
    stack = state.stack[:-1]
    while stack and state.stack[len(stack)].is_part:
        stack = stack[:-1]
    draft.state = replace(state, stack=stack, request=None)


def _take_back(draft: Draft) -> None:
    """The last value is withdrawn and asked for anew; without one the request itself."""
    frame = draft.state.top or draft.state.finished
    flow = draft.pack.flows.get(frame.flow) if frame else None
    filled = _last_filled(flow, frame) if flow is not None and frame is not None else None
    if frame is None or flow is None or filled is None:
        draft.state = replace(draft.state, stack=(), request=None)
        draft.say("correction_what")
        return
    step = next((n for n, s in flow.steps.items() if getattr(s, "collect", None) == filled), flow.start)
    frame = replace(runner.forget_after(flow, frame.without_value(filled), filled), step=step, is_waiting=True)
    kind = flow.slots[filled].entity
    facts = tuple((k, replace(v, withdrawn=k == kind or v.withdrawn)) for k, v in draft.state.facts)
    kept = tuple(f for f in draft.state.stack if f.number != frame.number)
    state = _withdrawn(draft.state, kind)
    draft.state = replace(state, stack=(*kept, frame), request=flow.intent or state.request, facts=facts)
    draft.note("taken back", filled)
    wording = "corrected_ask" if kind == "order_no" else flow.slots[filled].ask
    draft.ask(Question(kind="slot", slot=filled, wording=wording), draft.values(frame))


def _last_filled(flow: Flow, frame: Frame) -> str | None:
    """The slot that was filled by the customer last."""
    filled = [
        (frame.slots[s][-1].turn, s) for s in flow.slots if frame.value(s) is not None and not flow.slots[s].among
    ]
    return max(filled, key=lambda pair: pair[0])[1] if filled else None


def _withdrawn(state: DialogueState, kind: str) -> DialogueState:
    """The state in which no value of a kind is in force any more."""
    topics = tuple(replace(t, values=tuple(v for v in t.values if v[0] != kind)) for t in state.topics)
    back = (pair for pair in state.said if pair[0] == kind)
    return replace(
        state,
        topics=topics,
        said=tuple(pair for pair in state.said if pair[0] != kind),
        told=tuple(one for one in state.told if one[0] != kind),
        taken_back=forgetting.added(state.taken_back, back),
    )
