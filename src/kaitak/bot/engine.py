"""Owns the decision of a turn: understanding and state in; replies, new state and hand-over out. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace

from kaitak.bot import carrying, commands, packet, phrasing, runner
from kaitak.bot.commands import Command
from kaitak.bot.decision import (
    ActionResult,
    Decision,
    Final,
    HandoverRequest,
    TurnContext,
    predictions_of,
)
from kaitak.bot.dialogue import (
    MAX_NOTE_CHARACTERS,
    MAX_NOTES,
    DialogueState,
    Frame,
    Note,
    Option,
    Provenance,
    Question,
    SlotValue,
)
from kaitak.bot.drafting import Draft
from kaitak.bot.flows import HandoverReason
from kaitak.bot.packs import Locale, Pack
from kaitak.nlu.understanding import Context, Language, Understanding

MAX_FACTS = 40
# A matter handed over for these reasons stays with a person: what follows about it goes there too.
_KEPT_BY_PERSON = frozenset(
    {"customer_asked", "anger", "safety", "legal_or_media", "fraud", "repeated_failure", "distress"}
)
_STEADY_ACTS = frozenset({"affirm", "deny", "thank", "cancel", "empty", "no_value"})


def nlu_context(pack: Pack, state: DialogueState, context: TurnContext) -> Context:
    """What understanding should know before it reads the next message."""
    frame, question = state.top or state.finished, state.question
    flow = pack.flows.get(frame.flow) if frame else None
    slots = list(flow.slots.values()) if flow else []
    asked = flow.slots.get(question.slot) if flow and question and question.slot else next(iter(slots), None)
    language = state.language or phrasing.language_of(context.locale)
    return Context(
        now=context.now,
        language=language,
        asked=state.asked,
        asked_entity=asked.entity if asked else None,
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
    before = _fitting(pack, state)
    followed = carrying.follow(pack, before, understanding)
    understanding = carrying.understood(understanding, followed)
    language = _language(before, understanding, context)
    begun = replace(
        before,
        turns=before.turns + 1,
        language=language,
        topics=followed.topics,
        said=followed.said,
        told=followed.told,
    )
    begun = replace(begun, facts=_facts(begun, understanding))
    draft = Draft(
        pack=pack,
        state=begun,
        voice=phrasing.voice_for(pack, language),
        context=context,
        results=tuple(results),
        text=understanding.text,
    )
    command = commands.read_command(pack, before, understanding, context, goes_on=carrying.goes_on(before, followed))
    draft.note("understood", _reading(understanding))
    draft.note("in force", followed.described())
    draft.note("command", repr(command))
    _carry_out(draft, command, understanding, followed)
    if draft.needs is not None:
        return draft.needs
    return replace(_finish(draft, understanding), intent=followed.intent, values=followed.values)


def _fitting(pack: Pack, state: DialogueState) -> DialogueState:
    """The state without frames that this version of the pack no longer knows."""

    def known(frame: Frame | None) -> bool:
        return frame is not None and frame.flow in pack.flows and frame.step in pack.flows[frame.flow].steps

    stack = tuple(frame for frame in state.stack if known(frame))
    question = state.question if len(stack) == len(state.stack) else None
    return replace(
        state,
        pack=pack.head.name,
        pack_version=pack.fingerprint,
        stack=stack,
        finished=state.finished if known(state.finished) else None,
        question=question,
    )


def _language(state: DialogueState, understanding: Understanding, context: TurnContext) -> Language:
    previous = state.language or phrasing.language_of(context.locale)
    is_short = understanding.act in _STEADY_ACTS or not commands.has_words(understanding)
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


def _facts(state: DialogueState, understanding: Understanding) -> tuple[tuple[str, SlotValue], ...]:
    facts = list(state.facts)
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


def _carry_out(draft: Draft, command: Command, understanding: Understanding, followed: carrying.Followed) -> None:
    """Do what the command says; everything but a question that is asked again clears the last question."""
    question = draft.state.question
    if not isinstance(command, commands.NotUnderstood | commands.Clarify):
        draft.state = replace(draft.state, misunderstandings=0)
    draft.state = replace(draft.state, question=None, handed_over=None)
    match command:
        case commands.Start():
            _start(draft, command, followed)
        case commands.Fill():
            _fill(draft, command)
        case commands.TakeBack():
            _take_back(draft)
        case commands.Cancel():
            draft.say("cancelled" if draft.state.stack or question else "nothing_to_cancel")
            draft.state = replace(draft.state, stack=(), request=None)
        case commands.HandOverTo():
            draft.handover = command.reason
            if understanding.band == "answer" and understanding.intent != "agent_request":
                wish = understanding.intent if commands.is_request(draft.pack, understanding.intent) else None
                draft.state = replace(draft.state, request=wish or draft.state.request)
        case _:
            _talk(draft, command, question)


def _talk(draft: Draft, command: Command, question: Question | None) -> None:
    """The commands that only say something."""
    match command:
        case commands.Answer():
            _answer(draft, command.wording, question)
        case commands.OfferPerson():
            _offer_person(draft, command)
        case commands.Clarify():
            _count_misunderstanding(draft)
            if draft.handover is None:
                _clarify(draft, command.intents)
        case _:
            _not_understood(draft, question)


def _start(draft: Draft, command: commands.Start, followed: carrying.Followed) -> None:
    name = draft.pack.intents[command.intent].flow or command.intent
    flow = draft.pack.flows[name]
    frame = runner.begin_frame(draft, name)
    choices: tuple[str, list[str]] | None = None
    for slot_name, slot in flow.slots.items():
        values = followed.of(slot.entity)
        how: Provenance = "carried" if slot.entity in followed.carried else "said"
        if len(values) > 1:
            choices = (slot_name, list(values))
        elif values:
            frame = frame.with_value(slot_name, SlotValue(value=values[0], turn=draft.state.turns, provenance=how))
    kept = () if command.replaces else tuple(f for f in draft.state.stack if f.flow != name)
    draft.state = replace(draft.state, stack=(*kept, frame), request=command.intent)
    if choices is not None:
        _choose_value(draft, frame, *choices)
        return
    runner.run(draft, resumed=False)


def _choose_value(draft: Draft, frame: Frame, slot: str, values: list[str]) -> None:
    """Several values where one is needed: ask which; the step that collects the slot takes the answer."""
    flow = draft.pack.flows[frame.flow]
    step = next((n for n, s in flow.steps.items() if getattr(s, "collect", None) == slot), flow.start)
    runner.offer_choice(draft, replace(frame, step=step, is_waiting=True), slot, "which_order", values)


def _fill(draft: Draft, command: commands.Fill) -> None:
    flow = draft.pack.flows[command.flow]
    top = draft.state.top
    reopened = top is None or top.flow != command.flow
    frame = draft.state.finished if reopened else top
    if frame is None or frame.flow != command.flow:
        frame = runner.begin_frame(draft, command.flow)
    previous = next((v.value for v in reversed(frame.slots.get(command.slot, ()))), None)
    values = [_completed(draft.pack, flow.slots[command.slot].entity, value, previous) for value in command.values]
    if reopened:
        draft.state = replace(draft.state, stack=(*draft.state.stack, frame), request=flow.intent)
    if len(values) > 1:
        _choose_value(draft, frame.without_value(command.slot), command.slot, values)
        return
    frame = frame.with_value(command.slot, SlotValue(value=values[0], turn=draft.state.turns, provenance=command.how))
    is_changed = command.how == "corrected" and previous is not None and previous != values[0]
    if is_changed:
        draft.note("corrected", f"{command.slot}: {previous} -> {values[0]}")
    resumed = frame.is_waiting and not reopened
    draft.state = draft.state.with_top(frame if resumed else replace(frame, step=flow.start, is_waiting=False))
    runner.run(draft, resumed=resumed)
    if is_changed and draft.replies:
        text = draft.voice.say("corrected_value", {"value": values[0]})
        draft.replies[0] = replace(draft.replies[0], text=f"{text}\n{draft.replies[0].text}")


def _completed(pack: Pack, kind: str, value: str, previous: str | None) -> str:
    """A bare number that corrects a headed one takes its head."""
    entity = pack.entities.get(kind)
    if entity is None or entity.tail_of is None or previous is None or not value.isdigit():
        return value
    match = re.fullmatch(entity.tail_of, previous)
    if match is None or len(match[1]) + len(value) != len(previous):
        return value
    return match[1] + value


def _take_back(draft: Draft) -> None:
    frame = draft.state.top or draft.state.finished
    flow = draft.pack.flows.get(frame.flow) if frame else None
    filled = next((s for s in (flow.slots if flow else {}) if frame is not None and frame.slots.get(s)), None)
    if frame is None or flow is None or filled is None:
        draft.state = replace(draft.state, stack=(), request=None)
        draft.say("correction_what")
        return
    step = next((n for n, s in flow.steps.items() if getattr(s, "collect", None) == filled), flow.start)
    frame = replace(frame.without_value(filled), step=step, is_waiting=True)
    facts = tuple(
        (k, replace(v, withdrawn=k == flow.slots[filled].entity or v.withdrawn)) for k, v in draft.state.facts
    )
    kept = tuple(f for f in draft.state.stack if f.flow != frame.flow)
    draft.state = replace(draft.state, stack=(*kept, frame), request=flow.intent, facts=facts)
    draft.note("taken back", filled)
    draft.ask(Question(kind="slot", slot=filled, wording="corrected_ask"))


def _answer(draft: Draft, wording: str, question: Question | None) -> None:
    if wording == "correction_what" and draft.state.top is None:
        draft.state = replace(draft.state, request=None)
    draft.say(wording)
    top = draft.state.top
    if (
        wording == "greeting"
        and question is not None
        and question.kind == "slot"
        and top is not None
        and top.is_waiting
    ):
        draft.ask(question)


def _clarify(draft: Draft, intents: tuple[str, ...]) -> None:
    options = tuple(Option(draft.voice.title(name), f"{commands.INTENT}{name}") for name in intents)
    options = (*options, Option(draft.voice.say("option_person"), commands.PERSON))
    draft.ask(Question(kind="clarify", wording="clarify", options=options))


def _offer_person(draft: Draft, command: commands.OfferPerson) -> None:
    intent = command.intent
    title = draft.voice.title(intent) if intent else ""
    draft.state = replace(draft.state, request=intent, stack=())
    draft.ask(
        Question(kind="offer_person", wording=command.wording, options=runner.person_options(draft)), {"intent": title}
    )


def _count_misunderstanding(draft: Draft) -> None:
    count = draft.state.misunderstandings + 1
    draft.state = replace(draft.state, misunderstandings=count)
    draft.note("misunderstandings", str(count))
    if count >= draft.pack.head.misunderstandings:
        draft.handover = "misunderstood"


def _not_understood(draft: Draft, question: Question | None) -> None:
    _count_misunderstanding(draft)
    if draft.handover is not None:
        return
    draft.say("not_understood", options=(Option(draft.voice.say("option_person"), commands.PERSON),))
    if question is not None and question.kind == "slot":
        draft.ask(question)
    elif question is not None:
        draft.state = replace(draft.state, question=question)


def _finish(draft: Draft, understanding: Understanding) -> Final:
    request: HandoverRequest | None = None
    if draft.handover is not None:
        request = _hand_over(draft, draft.handover, understanding)
    replied = "\n".join(reply.text for reply in draft.replies)
    note = Note(
        turn=draft.state.turns,
        said=understanding.text[:MAX_NOTE_CHARACTERS],
        intent=draft.state.request or understanding.intent,
        sentiment=understanding.mood.sentiment,
        emotion=understanding.mood.emotion,
        replied=replied[:MAX_NOTE_CHARACTERS],
    )
    draft.state = replace(draft.state, notes=(*draft.state.notes, note)[-MAX_NOTES:])
    return Final(
        state=draft.state,
        replies=tuple(draft.replies),
        handover=request,
        labels=(request.reason,) if request else (),
        trace=tuple(draft.trace),
        predictions=predictions_of(understanding),
    )


def _hand_over(draft: Draft, reason: HandoverReason, understanding: Understanding) -> HandoverRequest:
    state = draft.state
    urgent = {
        "safety": "handover_safety",
        "anger": "handover_urgent",
        "repeated_failure": "handover_urgent",
        "distress": "handover_urgent",
    }
    draft.say(urgent.get(reason, "handover"))
    staff = phrasing.Voice(draft.pack, _staff_locale(draft))
    facts = "、".join(v.value for _, v in state.facts if not v.withdrawn) or "—"
    emotion, team = understanding.mood.emotion, draft.pack.team_of(reason, state.request)
    summary = staff.say(
        "packet_summary",
        {
            "intent": staff.title(state.request) if state.request else staff.say("packet_no_intent"),
            "reason": staff.name("reason", reason),
            "emotion": staff.name("emotion", emotion),
            "facts": facts,
        },
    )
    course = [packet.MoodPoint(turn=n.turn, sentiment=n.sentiment, emotion=n.emotion) for n in state.notes]
    course.append(packet.MoodPoint(turn=state.turns, sentiment=understanding.mood.sentiment, emotion=emotion))
    last = Note(
        turn=state.turns, said=understanding.text[:MAX_NOTE_CHARACTERS], intent=state.request,
        sentiment=understanding.mood.sentiment, emotion=emotion, replied=draft.replies[-1].text,
    )  # fmt: skip
    data = packet.HandoffPacketData(
        reason=reason,
        evidence=understanding.mood.evidence,
        summary=summary,
        intent=state.request,
        team=team,
        language=draft.voice.locale,
        urgency=understanding.mood.urgency,
        slots=packet.slots_of(state.facts),
        asked_and_answered=(*state.notes, last),
        mood_course=tuple(course),
        suggested_replies=draft.voice.suggestions(reason if reason in ("safety", "anger") else state.request),
    )
    draft.note("hand over", f"{reason} to {team}")
    keeps = reason if reason in _KEPT_BY_PERSON else None
    draft.state = replace(state, stack=(), question=None, misunderstandings=0, handed_over=keeps)
    return HandoverRequest(reason=reason, team=team, packet=data)


def _staff_locale(draft: Draft) -> Locale:
    wanted = draft.context.staff_locale
    return next((locale for locale in draft.pack.wording if locale == wanted), draft.pack.head.languages[0])
