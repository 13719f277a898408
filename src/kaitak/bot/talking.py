"""Owns what is said beside the flows: answers, asides, offers, what was not understood; an open question stays open."""

from __future__ import annotations

from dataclasses import replace

from kaitak.bot import business_steps, commands, insisting, recalling, runner
from kaitak.bot.commands import Command
from kaitak.bot.decision import KnowledgeQuestion
from kaitak.bot.dialogue import Frame, Option, Question
from kaitak.bot.drafting import Draft
from kaitak.nlu.understanding import Understanding

MAX_QUESTION = 500
_MAY_BE = 0.2  # how likely a message must be a question to articles for them to be asked before the customer is


def ask_again(draft: Draft) -> None:
    """Run the top flow from where it waits; an aside does not count as a try."""
    frame = draft.state.top
    if frame is None:
        return
    entries = dict(frame.entries)
    if frame.is_waiting and frame.step in entries:
        entries[frame.step] = max(0, entries[frame.step] - 1)
    frame = replace(frame, entries=entries, is_waiting=False)
    draft.state = draft.state.with_top(frame)
    if frame.choices is not None:
        offer_values(draft, frame)
        return
    runner.run(draft, resumed=False)


def ask_suspended(draft: Draft) -> None:
    """Ask anew what a flow had asked before another request came: in other words, but a confirm in full."""
    frame = draft.state.top
    question = frame.asked if frame is not None and frame.is_waiting else None
    is_answered = frame is not None and question is not None and frame.value(question.slot or "") is not None
    if frame is None or question is None or question.kind not in ("slot", "check", "prove") or is_answered:
        ask_again(draft)
        return
    draft.state = draft.state.with_top(replace(frame, asked=None))
    recalling.recall(draft, question, insists=True)


def offer_values(draft: Draft, frame: Frame) -> None:
    """Several values where one is needed: ask which; the flow begins with the one that is named."""
    if frame.choices is None:
        return
    slot, values = frame.choices
    flow = draft.pack.flows[frame.flow]
    wording = "which_order" if flow.slots[slot].entity == "order_no" else "which_value"
    runner.offer_choice(draft, replace(frame, step=flow.start, is_waiting=True), slot, wording, list(values))


def _ask_open_question(draft: Draft, question: Question | None, *, insists: bool = False) -> None:
    """After an aside the question that was open is asked again, in other words; `insists` where nobody understood."""
    top = draft.state.top
    if question is None or draft.handover or draft.needs or draft.state.question:
        return
    if question.kind in ("slot", "check", "prove", "confirm") and top is not None and top.is_waiting:
        recalling.recall(draft, question, insists=insists)
    elif top is not None:
        ask_again(draft)
    elif question.kind == "clarify":
        draft.state = replace(draft.state, question=question)


def talk(draft: Draft, command: Command, question: Question | None, understanding: Understanding) -> None:
    """The commands that only say something; an open question stays open."""
    match command:
        case commands.Answer():
            _answer(draft, command.wording, question)
        case commands.AskKnowledge():
            _ask_knowledge(draft, command, question)
        case commands.Aside():
            _aside(draft, command, question)
        case commands.OfferPerson():
            _offer_person(draft, command)
        case commands.Clarify() | commands.NotUnderstood() if _is_known(draft, understanding):
            draft.state = replace(draft.state, misunderstandings=0)
            _ask_open_question(draft, question)
        case commands.Clarify():
            _count_misunderstanding(draft)
            if draft.handover is None:
                _clarify(draft, command.intents)
        case _:
            _not_understood(draft, question)


def _answer(draft: Draft, wording: str, question: Question | None) -> None:
    if wording == "correction_what" and draft.state.top is None:
        draft.state = replace(draft.state, request=None)
    draft.say(wording)
    if wording in ("goodbye", "correction_what") and question is not None and draft.state.top is not None:
        draft.state = replace(draft.state, question=question if wording == "goodbye" else None)
        return
    if wording != "correction_what":
        _ask_open_question(draft, question)


def _ask_knowledge(draft: Draft, command: commands.AskKnowledge, question: Question | None) -> None:
    """Answer from articles; where they say nothing, a person is offered. The open question is asked again."""
    draft.state = replace(draft.state, request=command.intent)
    result = draft.result_of(KnowledgeQuestion(draft.text[:MAX_QUESTION], draft.voice.locale))
    if result is None:
        return
    if business_steps.say_answer(draft, result):
        if draft.state.top is None:
            return
        _ask_open_question(draft, question)
        return
    _offer_person(draft, commands.OfferPerson(command.intent, "knowledge_missing"))


def _aside(draft: Draft, command: commands.Aside, question: Question | None) -> None:
    """A question beside the open one is answered if articles can; what is told is noted for whoever takes over."""
    if (
        command.asks
        and question is not None
        and question.kind != "confirm"
        and insisting.restates(draft.state, draft.text)
    ):
        _ask_open_question(draft, question, insists=True)
        return
    if command.asks:
        result = draft.result_of(KnowledgeQuestion(draft.text[:MAX_QUESTION], draft.voice.locale))
        if result is None:
            return
        if not business_steps.say_answer(draft, result):
            draft.say("aside_unknown")
    else:
        draft.say("noted")
    _ask_open_question(draft, question)


def _clarify(draft: Draft, intents: tuple[str, ...]) -> None:
    options = tuple(Option(draft.voice.title(name), f"{commands.INTENT}{name}") for name in intents)
    options = (*options, Option(draft.voice.say("option_person"), commands.PERSON))
    draft.ask(Question(kind="clarify", wording="clarify", options=options))


def _offer_person(draft: Draft, command: commands.OfferPerson) -> None:
    intent = command.intent
    title = draft.voice.title(intent) if intent else ""
    draft.state = replace(draft.state, request=intent)
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
    """Say so and ask again; what a confirm got no answer to twice goes to a person."""
    _count_misunderstanding(draft)
    if draft.handover is not None:
        return
    draft.say("not_understood", options=(Option(draft.voice.say("option_person"), commands.PERSON),))
    if question is None:
        return
    if question.kind in ("slot", "confirm", "check", "prove", "go_on") and draft.state.top is not None:
        _ask_open_question(draft, question, insists=True)
    else:
        draft.state = replace(draft.state, question=question)


def _is_known(draft: Draft, understanding: Understanding) -> bool:
    """Whether articles answer a message that may be a question to them, though nobody can read it for sure."""
    known = draft.pack.intents
    if not any(
        known[i.name].knowledge for i in understanding.intents[:3] if i.name in known and i.confidence >= _MAY_BE
    ):
        return False
    result = draft.result_of(KnowledgeQuestion(draft.text[:MAX_QUESTION], draft.voice.locale))
    return result is None or business_steps.say_answer(draft, result)
