"""Owns running a flow: step by step until it waits for the customer, ends, hands over or needs a business call."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from kaitak.bot import business_steps, proof_steps, slot_reading, templates
from kaitak.bot.commands import LACKS, OTHER, PERSON, SLOT
from kaitak.bot.dialogue import Frame, Option, Question, SlotValue
from kaitak.bot.drafting import Draft
from kaitak.bot.flows import (
    Answer,
    Branch,
    Call,
    Check,
    Choose,
    Collect,
    Confirm,
    Do,
    End,
    Flow,
    HandOver,
    Prove,
    Run,
    Say,
    Set,
)
from kaitak.core.records import replace

MAX_STEPS = 60
MAX_OPTIONS = 4
MAX_SAID_BEFORE = 2  # messages before this one in which a thing may have been named in passing
YES, NO = "confirm:yes", "confirm:no"
SKIP = "skip"  # the answer of a customer who has no value for an optional slot
_MOVED = ""  # the step has moved the flow on by itself


def begin_frame(draft: Draft, flow: str, *, is_part: bool = False) -> Frame:
    """A new frame of a flow at its start, with a number of its own; it is not yet on the stack."""
    draft.state = replace(draft.state, frames=draft.state.frames + 1)
    start = draft.pack.flows[flow].start
    return Frame(flow=flow, step=start, slots={}, entries={}, number=draft.state.frames, is_part=is_part)


def forget_after(flow: Flow, frame: Frame, changed: str) -> Frame:
    """The frame without the values that hang on a changed one, and those that hang on these."""
    waiting = [changed]
    while waiting:
        cause = waiting.pop()
        for name, slot in flow.slots.items():
            if cause in slot.after and frame.value(name) is not None:
                frame = frame.without_value(name)
                waiting.append(name)
    return frame


def run(draft: Draft, *, resumed: bool) -> None:
    """Run the top flow; `resumed` when the customer has just answered its question."""
    for _ in range(MAX_STEPS):
        frame = draft.state.top
        if frame is None or draft.handover is not None or draft.needs is not None:
            return
        target = _step(draft, draft.pack.flows[frame.flow], frame, resumed=resumed)
        resumed = False
        if target is None:
            return
        if target != _MOVED:
            draft.note("step", f"{frame.flow}.{frame.step} -> {target}")
            draft.state = draft.state.with_top(replace(draft.state.top or frame, step=target, is_waiting=False))
    draft.note("loop", "the flow did not come to rest")
    draft.handover = "flow"


def _step(draft: Draft, flow: Flow, frame: Frame, *, resumed: bool) -> str | None:
    """Do one step; the name of the next, or None when the flow rests."""
    target: str | None
    match step := flow.steps[frame.step]:
        case Collect():
            target = _collect(draft, flow, frame, step, resumed=resumed)
        case Choose():
            target = _choose(draft, frame, step, resumed=resumed)
        case Confirm():
            target = _confirm(draft, frame, step, resumed=resumed)
        case Check():
            target = business_steps.check(draft, frame, step, resumed=resumed)
        case Prove():
            target = proof_steps.prove(draft, frame, step, resumed=resumed)
        case Call():
            target = business_steps.call(draft, frame, step)
        case Do():
            target = business_steps.do(draft, frame, step)
        case Answer():
            target = business_steps.answer(draft, frame, step)
        case _:
            target = _plain_step(draft, flow, frame)
    return target


def _plain_step(draft: Draft, flow: Flow, frame: Frame) -> str | None:
    """The steps that neither wait nor ask anybody."""
    target: str | None = None
    match step := flow.steps[frame.step]:
        case Say():
            draft.say(step.say, draft.values(frame, step.given))
            target = step.next
        case Branch():
            target = next((case.go for case in step.branch if draft.evaluate(frame, case.test) is True), step.otherwise)
        case Set():
            target = _set(draft, flow, frame, step)
        case Run():
            target = _run_part(draft, frame, step)
        case HandOver():
            if step.say is not None:
                draft.say(step.say, draft.values(frame, step.given))
            draft.handover = step.hand_over
        case End():
            target = _end(draft, frame)
    return target


def _collect(draft: Draft, flow: Flow, frame: Frame, step: Collect, *, resumed: bool) -> str | None:
    slot = flow.slots[step.collect]
    is_filled = frame.value(step.collect) is not None and (resumed or not step.renew)
    if is_filled and (step.valid is None or draft.evaluate(frame, step.valid) is True):
        return step.next
    if slot.optional and draft.take_answer(resumed=resumed) == SKIP:
        return step.next
    if step.lacking is not None and draft.take_answer(resumed=resumed) == LACKS:
        return proof_steps.without_value(draft, frame, step.lacking, "no_number")
    entries = frame.entries.get(frame.step, 0) + 1
    values = draft.values(frame)
    frame = replace(frame, entries={**frame.entries, frame.step: entries}, is_waiting=True)
    if step.renew or is_filled:
        frame = frame.without_value(step.collect)
    draft.state = draft.state.with_top(frame)
    if step.exhausted is not None and entries >= step.tries:
        return step.exhausted
    is_wrong = is_filled and not (slot.text and entries == 1)  # words told in passing were no answer yet
    wording = (step.invalid if is_wrong else None) or step.wording or slot.ask
    options = _word_options(draft, flow, frame, step)
    draft.ask(Question(kind="slot", slot=step.collect, wording=wording, options=options), values)
    return None


def _word_options(draft: Draft, flow: Flow, frame: Frame, step: Collect) -> tuple[Option, ...]:
    """The quick replies of a closed list: each value by its word in `values:`, else by the first thing people say.

    A value that the step would not take is not offered.
    """
    slot, words = step.collect, flow.slots[step.collect].words or {}
    if not words or len(words) > MAX_OPTIONS:
        return ()
    table = draft.pack.wording[draft.voice.locale].values.get(slot, {})
    return tuple(
        Option(table.get(value, said[0] if said else value), f"{SLOT}{slot}:{value}")
        for value, said in words.items()
        if _is_valid(draft, frame, step, value)
    )


def _is_valid(draft: Draft, frame: Frame, step: Collect, value: str) -> bool:
    given = SlotValue(value=value, turn=draft.state.turns, provenance="said")
    return step.valid is None or draft.evaluate(frame.with_value(step.collect, given), step.valid) is True


def _choose(draft: Draft, frame: Frame, step: Choose, *, resumed: bool) -> str | None:
    rows = _rows(draft, frame, step)
    chosen = frame.value(step.choose)
    if chosen is not None and (resumed or chosen in rows):
        return step.next
    if not rows:
        return step.none
    if len(rows) == 1:
        value = SlotValue(value=next(iter(rows)), turn=draft.state.turns, provenance="business")
        draft.state = draft.state.with_top(frame.with_value(step.choose, value))
        return step.next
    titles = {value: draft.voice.fill(step.title, row) if step.title else value for value, row in rows.items()}
    named = None if resumed or step.choose in frame.offered else _named_before(draft, frame, titles)
    if named is not None:
        value = SlotValue(value=named, turn=draft.state.turns, provenance="said")
        draft.note("choose", f"{step.choose}={named}: named in passing")
        offered = {**frame.offered, step.choose: _options(step.choose, titles)}  # it may yet be put right
        draft.state = draft.state.with_top(replace(frame.with_value(step.choose, value), offered=offered))
        return step.next
    offer_choice(draft, replace(frame, is_waiting=True), step.choose, step.wording, titles)
    return None


def _named_before(draft: Draft, frame: Frame, titles: Mapping[str, str]) -> str | None:
    """The value that the customer has named in asking for this flow's errand, before anything was offered."""
    own = draft.pack.flows[frame.flow].intents
    before = [note.said for note in reversed(draft.state.notes[-MAX_SAID_BEFORE:]) if note.intent in own]
    named = (slot_reading.named_in(titles, said, draft.pack.names) for said in (draft.text, *before))
    return next((value for value in named if value is not None), None)


def _rows(draft: Draft, frame: Frame, step: Choose) -> dict[str, Mapping[str, JsonValue]]:
    """The rows that a step offers, by the value that each stands for."""
    listed, _ = templates.find(step.source, frame.results)
    readable = draft.readable(frame) if step.when is not None else {}
    rows: dict[str, Mapping[str, JsonValue]] = {}
    for row in listed if isinstance(listed, list) else []:
        if not isinstance(row, dict) or row.get(step.value) is None:
            continue
        if step.when is None or draft.is_true_of(row, step.when, readable):
            rows.setdefault(str(row[step.value]), row)
    return rows


def offer_choice(draft: Draft, frame: Frame, slot: str, wording: str, values: Mapping[str, str] | list[str]) -> None:
    """Ask which of several values is meant; each has a title, or is its own."""
    titled = values if isinstance(values, Mapping) else {value: value for value in values}
    options = _options(slot, titled)
    frame = replace(frame, offered={**frame.offered, slot: options})
    draft.state = draft.state.with_top(frame)
    draft.ask(Question(kind="slot", slot=slot, wording=wording, options=options), draft.values(frame))


def _options(slot: str, titles: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(title, f"{SLOT}{slot}:{value}") for value, title in list(titles.items())[:MAX_OPTIONS])


def _confirm(draft: Draft, frame: Frame, step: Confirm, *, resumed: bool) -> str | None:
    reply = draft.take_answer(resumed=resumed)
    if reply in {"yes", "no"}:
        draft.note("confirm", f"{step.confirm}: {reply}")
        return step.yes if reply == "yes" else step.no
    values = draft.values(frame, step.given)
    entries = {**frame.entries, frame.step: frame.entries.get(frame.step, 0) + 1}
    draft.state = draft.state.with_top(replace(frame, is_waiting=True, entries=entries))
    options = (Option(draft.voice.say("option_yes"), YES), Option(draft.voice.say("option_no"), NO))
    draft.ask(Question(kind="confirm", wording=step.confirm, options=options), values)
    return None


def _set(draft: Draft, flow: Flow, frame: Frame, step: Set) -> str:
    for name, text in step.set.items():
        value = draft.evaluate(frame, text)
        if name not in flow.slots:
            frame = replace(frame, named={**frame.named, name: value})
        elif value is None:
            frame = frame.without_value(name)
        else:
            given = SlotValue(value=_as_text(value), turn=draft.state.turns, provenance="business")
            frame = frame.with_value(name, given)
    draft.state = draft.state.with_top(frame)
    return step.next


def _run_part(draft: Draft, frame: Frame, step: Run) -> str:
    part = begin_frame(draft, step.run, is_part=True)
    for name, text in step.given.items():
        value = draft.evaluate(frame, text)
        if value is not None:
            given = SlotValue(value=_as_text(value), turn=draft.state.turns, provenance="carried")
            part = part.with_value(name, given)
    draft.note("step", f"{frame.flow}.{frame.step} -> {step.run}")
    beneath = draft.state.with_top(replace(frame, step=step.next, is_waiting=False))
    draft.state = replace(beneath, stack=(*beneath.stack, part))
    return _MOVED


def _end(draft: Draft, frame: Frame) -> str | None:
    """The flow is over; a part gives way to the flow that began it."""
    draft.note("end", frame.flow)
    stack = draft.state.stack[:-1]
    if frame.is_part:
        draft.state = replace(draft.state, stack=stack)
        return _MOVED
    kept = replace(frame, results={}, named={})
    draft.state = replace(draft.state, stack=stack, finished=kept, question=None)
    return None


def _as_text(value: JsonValue) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)


def person_options(draft: Draft) -> tuple[Option, ...]:
    """The two answers to an offer of a person."""
    return (
        Option(draft.voice.say("option_person"), PERSON),
        Option(draft.voice.say("option_other"), OTHER),
    )
