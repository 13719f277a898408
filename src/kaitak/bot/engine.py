"""Owns the decision of a turn: understanding and state in; replies, new state and hand-over out. Pure."""

from collections.abc import Sequence
from datetime import timedelta

from kaitak.bot import (
    carrying,
    carrying_out,
    commands,
    handing_over,
    insisting,
    letting_be,
    packet,
    phrasing,
    proof_reading,
    wishes,
)
from kaitak.bot.carrying import Followed
from kaitak.bot.commands import Command
from kaitak.bot.decision import ActionResult, Decision, Final, TurnContext, predictions_of
from kaitak.bot.dialogue import (
    MAX_NOTE_CHARACTERS,
    MAX_NOTES,
    DialogueState,
    Frame,
    Note,
    SlotValue,
)
from kaitak.bot.drafting import Draft
from kaitak.bot.packs import Pack
from kaitak.core.records import replace
from kaitak.nlu.understanding import Context, Language, Understanding

MAX_FACTS = 40
MAX_ANSWERS = 4
LAIN = timedelta(hours=24)  # a flow that waited longer is gone on with only if the customer says so
_STEADY_ACTS = frozenset({"affirm", "deny", "thank", "cancel", "empty", "no_value"})
_OF_OPEN_FLOW = (commands.Fill, commands.Reply, commands.NotUnderstood, commands.Clarify, commands.TakeBack)


def nlu_context(pack: Pack, state: DialogueState, context: TurnContext) -> Context:
    """What understanding should know before it reads the next message."""
    frame, question = state.top or state.finished, state.question
    flow = pack.flows.get(frame.flow) if frame else None
    slots = list(flow.slots.values()) if flow else []
    asked = flow.slots.get(question.slot) if flow and question and question.slot else next(iter(slots), None)
    is_checked = question is not None and question.kind in ("check", "prove")  # its digits are no value of a slot
    is_address = question is not None and question.slot == proof_reading.PROOF_ADDRESS
    language = state.language or phrasing.language_of(context.locale)
    return Context(
        now=context.now,
        language=language,
        asked=state.asked,
        asked_entity="phone" if is_address else asked.entity if asked and not is_checked else None,
        misunderstandings=state.misunderstandings,
        earlier_intents=tuple(note.intent for note in state.notes if note.intent),
    )


def decide(
    pack: Pack,
    state: DialogueState,
    understanding: Understanding,
    context: TurnContext,
    results: Sequence[ActionResult] = (),
) -> Decision:
    """Decide a turn. Given `NeedsAction`, make the call and decide again from the same state with its result added."""
    before = fitting(pack, state)
    understanding = proof_reading.alone(before.question, proof_reading.without_tail(understanding), context.chosen)
    understanding = letting_be.read(pack, before, understanding, context.chosen)
    followed = carrying.follow(pack, before, understanding)
    understanding = carrying.understood(understanding, followed, before)
    language = _language(before, understanding, context)
    draft = Draft(
        pack=pack,
        state=_begun(before, understanding, followed, language),
        voice=phrasing.voice_for(pack, language),
        context=context,
        results=tuple(results),
        text=_asked(before, understanding, context),
        gone=frozenset(value for _, value in followed.gone),
    )
    goes_on = carrying.goes_on(before, followed)
    given: tuple[Command, ...]
    if context.unheard is not None:
        given = (commands.HandOverTo(context.unheard),)
    else:
        given = commands.read_commands(pack, before, understanding, context, goes_on=goes_on)
    if before.agent_note:
        draft.note("colleague's note", before.agent_note)
    draft.note("understood", _reading(understanding))
    draft.note("in force", followed.described())
    draft.note("command", "; ".join(map(_described, given)))
    _carry_out(draft, given, understanding, followed)
    if draft.needs is not None:
        return draft.needs
    if draft.handover is None:
        insisting.vary(draft, before, given)
    return replace(_finish(draft, understanding), intent=followed.intent, values=followed.values)


def _asked(before: DialogueState, understanding: Understanding, context: TurnContext) -> str:
    """The customer's words to answer: of somebody who only chose a reading, those that were unclear."""
    if before.notes and commands.is_choice(before, understanding, context):
        return before.notes[-1].said
    return understanding.text


def _begun(
    before: DialogueState, understanding: Understanding, followed: Followed, language: Language
) -> DialogueState:
    """The state with what this message says in it; withdrawn values are in no flow any more."""
    begun = replace(
        before,
        turns=before.turns + 1,
        language=language,
        topics=followed.topics,
        said=followed.said,
        told=followed.told,
        taken_back=followed.taken_back,
        from_agent=tuple(pair for pair in before.from_agent if pair not in followed.taken_back),
    )
    gone = {value for _, value in followed.gone}
    if gone:
        stack = tuple(_without(frame, gone) for frame in begun.stack)
        finished = _without(begun.finished, gone) if begun.finished is not None else None
        begun = replace(begun, stack=stack, finished=finished)
    return replace(begun, facts=_facts(begun, understanding, gone))


def _without(frame: Frame, gone: set[str]) -> Frame:
    """A frame whose withdrawn values are marked so; each is asked for again when it is needed."""
    for slot in frame.slots:
        if frame.value(slot) in gone:
            frame = frame.without_value(slot)
    if frame.choices is None or gone.isdisjoint(frame.choices[1]):
        return frame
    slot, values = frame.choices
    left = tuple(value for value in values if value not in gone)
    return replace(frame, choices=(slot, left) if left else None)


def _carry_out(draft: Draft, given: Sequence[Command], understanding: Understanding, followed: Followed) -> None:
    """The commands in order: a further request waits beneath the first until that one is done."""
    if _has_lain(draft) and all(isinstance(command, _OF_OPEN_FLOW) for command in given):
        carrying_out.ask_to_go_on(draft)
        return
    answered = [command for command in given if not isinstance(command, commands.Start)] if len(given) > 1 else []
    flows = [command for command in given if command not in answered]
    for command in answered:  # what is answered at once goes before what may have to wait
        if draft.needs is None and draft.handover is None:
            carrying_out.carry_out(draft, command, understanding, followed)
    if flows and draft.needs is None and draft.handover is None:
        carrying_out.queue(draft, flows[1:], followed)
        carrying_out.carry_out(draft, flows[0], understanding, followed)
    carrying_out.return_to_open(draft)


def _described(command: Command) -> str:
    """A command in words, for the trace."""
    match command:
        case commands.Start(intent=intent, replaces=replaces):
            return f"start {intent}{' in place of what was open' if replaces else ''}"
        case commands.Fill(values=values):
            return "fill " + ", ".join(f"{slot}={'+'.join(given)}" for slot, given in values)
        case commands.Clarify(intents=intents):
            return f"ask which is meant: {', '.join(intents)}"
        case commands.HandOverTo(reason=reason):
            return f"hand over: {reason}"
        case commands.Reply(answer=answer):
            return f"answer the question: {answer}"
        case _:
            return repr(command)


def _has_lain(draft: Draft) -> bool:
    state = draft.state
    is_asked = state.question is not None and state.question.kind in ("slot", "confirm", "check", "prove")
    return is_asked and bool(state.stack) and state.asked_at is not None and draft.context.now - state.asked_at > LAIN


def fitting(pack: Pack, state: DialogueState) -> DialogueState:
    """The state as this version of the pack knows it: a flow begins anew where its step is gone, with its values."""

    def fitted(frame: Frame | None) -> Frame | None:
        flow = pack.flows.get(frame.flow) if frame is not None else None
        if frame is None or flow is None:
            return None
        slots = {name: history for name, history in frame.slots.items() if name in flow.slots}
        if frame.step in flow.steps:
            return replace(frame, slots=slots)
        return replace(frame, step=flow.start, slots=slots, entries={}, results={}, named={}, is_waiting=False)

    if state.pack_version == pack.fingerprint:
        return state
    stack = tuple(kept for frame in state.stack if (kept := fitted(frame)) is not None)
    steps = [(frame.flow, frame.step) for frame in stack]
    is_same = steps == [(frame.flow, frame.step) for frame in state.stack]
    slot = state.question.slot if state.question is not None else None
    is_asked = slot is None or (bool(stack) and slot in pack.flows[stack[-1].flow].slots)
    return replace(
        state,
        pack=pack.head.name,
        pack_version=pack.fingerprint,
        stack=stack,
        finished=fitted(state.finished),
        question=state.question if is_same and is_asked else None,
    )


def _language(state: DialogueState, understanding: Understanding, context: TurnContext) -> Language:
    previous = state.language or phrasing.language_of(context.locale)
    is_short = understanding.act in _STEADY_ACTS or not wishes.has_words(understanding)
    if state.language is not None and (context.chosen or is_short):
        return previous
    if understanding.language == "zh-Hant" and previous == "yue":
        return previous
    return previous if is_short and understanding.language != "en" else understanding.language


def _reading(understanding: Understanding) -> str:
    ranked = ", ".join(f"{i.name} {i.confidence:.2f}" for i in understanding.intents[:3])
    values = ", ".join(f"{e.kind}={e.value}{' (withdrawn)' if e.withdrawn else ''}" for e in understanding.entities)
    mood = f"{understanding.mood.emotion}/{understanding.mood.urgency}"
    parts = (
        understanding.language,
        understanding.act,
        ranked or "no intent",
        understanding.band,
        values or "no values",
        mood,
    )
    return "; ".join(parts)


def _facts(state: DialogueState, understanding: Understanding, gone: set[str]) -> tuple[tuple[str, SlotValue], ...]:
    facts = [(kind, replace(v, withdrawn=v.withdrawn or v.value in gone)) for kind, v in state.facts]
    for entity in understanding.entities:
        if entity.kind in {"amount", "date"}:
            continue
        if understanding.is_correction:
            facts = [
                (k, replace(v, withdrawn=True) if k == entity.kind and v.value != entity.value else v) for k, v in facts
            ]
        provenance = "corrected" if understanding.is_correction else "said"
        value = SlotValue(value=entity.value, turn=state.turns, provenance=provenance, withdrawn=entity.withdrawn)  # type: ignore[arg-type]
        facts = [(k, v) for k, v in facts if (k, v.value) != (entity.kind, entity.value)] + [(entity.kind, value)]
    return tuple(facts[-MAX_FACTS:])


def _finish(draft: Draft, understanding: Understanding) -> Final:
    tried = handing_over.tried_in(draft)
    request = None
    if draft.handover is not None:
        request = handing_over.hand_over(draft, draft.handover, understanding)
    replied = "\n".join(reply.text for reply in draft.replies)
    note = Note(
        turn=draft.state.turns,
        said=understanding.text[:MAX_NOTE_CHARACTERS],
        intent=draft.state.request or understanding.intent,
        sentiment=understanding.mood.sentiment,
        emotion=understanding.mood.emotion,
        replied=replied[:MAX_NOTE_CHARACTERS],
    )
    draft.state = replace(
        draft.state,
        notes=(*draft.state.notes, note)[-MAX_NOTES:],
        asked_at=draft.context.now if draft.state.question is not None else None,
        is_reminded=False,
        tried=(*draft.state.tried, *tried)[-packet.MAX_TRIED :],
        answers=(*draft.state.answers, *draft.answers)[-MAX_ANSWERS:],
    )
    return Final(
        state=draft.state,
        replies=tuple(draft.replies),
        handover=request,
        labels=(request.reason,) if request else (),
        trace=tuple(draft.trace),
        predictions=predictions_of(understanding),
    )
