"""Owns the steps of a flow that ask others: reads, deeds, the check of an order's buyer, and answers from articles."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

from pydantic import JsonValue

from kaitak.bot import business_facts, proof_reading, proof_steps
from kaitak.bot.business_facts import READ_FORMS
from kaitak.bot.decision import ActionResult, BusinessDeed, BusinessRead, KnowledgeQuestion, OrderCheck, Reply
from kaitak.bot.dialogue import Frame, Question
from kaitak.bot.drafting import Draft
from kaitak.bot.flows import Answer, Call, Check, Do
from kaitak.business.deeds import Deed

CHECK_HOLDS = timedelta(minutes=25)  # the gateway lets a checked customer see the order for half an hour
MAX_CHECKED = 20
MAX_TRIES = 2
MAX_TOLD_BEFORE = 2  # messages before this one in which digits told unasked count
MAX_ROWS = 20
MAX_QUESTION = 500
_OF_CUSTOMER = frozenset(name for name, form in READ_FORMS.items() if form.argument is None)


def call(draft: Draft, frame: Frame, step: Call) -> str | None:
    """Read facts; the name of the next step, or None while the result is awaited."""
    read = _read(draft, frame, step)
    if read is None:
        return step.not_found or step.unavailable
    is_proven = draft.context.is_verified and draft.context.customer_ref is not None
    if step.call in _OF_CUSTOMER and not is_proven:
        return step.not_permitted
    result = draft.result_of(read)
    if result is None:
        return None
    draft.note("call", f"{step.call}: {result.failure or f'{len(result.rows)} found'}")
    form = READ_FORMS[step.call]
    failure = result.failure or (None if result.rows or form.gives_list else "not_found")
    if failure is not None:
        draft.state = draft.state.with_top(_with_result(frame, step.into, None))
        return {
            "not_found": step.not_found or step.unavailable,
            "unavailable": step.unavailable,
            "not_permitted": step.not_permitted,
        }[failure]
    rows = [_trimmed(row) for row in result.rows[:MAX_ROWS]]
    draft.state = draft.state.with_top(_with_result(frame, step.into, rows if form.gives_list else rows[0]))
    return step.ok


def _read(draft: Draft, frame: Frame, step: Call) -> BusinessRead | None:
    """The read with its argument; None if the argument is missing."""
    name = READ_FORMS[step.call].argument
    if name is None:
        return BusinessRead(step.call)
    value = draft.evaluate(frame, step.given[name])
    return BusinessRead(step.call, ((name, str(value)),)) if value not in (None, "") else None


def _trimmed(value: JsonValue) -> JsonValue:
    """A fact as it is kept with the conversation: lists within it have an end."""
    if isinstance(value, dict):
        return {name: _trimmed(each) for name, each in value.items()}
    return [_trimmed(each) for each in value[:MAX_ROWS]] if isinstance(value, list) else value


def _with_result(frame: Frame, name: str, value: JsonValue) -> Frame:
    return replace(frame, results={**frame.results, name: value})


def do(draft: Draft, frame: Frame, step: Do) -> str | None:
    """Do a deed; the same step with the same arguments in one frame has one key, so that it is done once."""
    deed = business_facts.deed_of(step.do, {name: draft.evaluate(frame, text) for name, text in step.given.items()})
    if deed is None:
        draft.note("do", f"{step.do}: arguments that it cannot take")
        return step.refused.get("invalid", step.otherwise)
    result = draft.result_of(BusinessDeed(deed, _key(frame, deed)))
    if result is None:
        return None
    outcome = result.outcome or result.failure or "unknown"
    draft.note("do", f"{step.do}: {outcome}{f' ({result.reason})' if result.reason else ''}")
    if step.into is not None:
        told: JsonValue = {"outcome": outcome, "reason": result.reason, "reference": result.reference}
        draft.state = draft.state.with_top(_with_result(frame, step.into, told))
    return _after_deed(step, result)


def _after_deed(step: Do, result: ActionResult) -> str:
    if result.failure is not None:
        return {
            "unavailable": step.unavailable,
            "not_permitted": step.not_permitted,
            "not_found": step.refused.get("not_found", step.otherwise),
        }[result.failure]
    if result.outcome == "done":
        return step.done
    if result.outcome == "refused":
        return (
            step.unavailable
            if result.reason == "unavailable"
            else step.refused.get(result.reason or "", step.otherwise)
        )
    return step.unknown


def _key(frame: Frame, deed: Deed) -> str:
    digest = hashlib.sha256(f"{frame.flow}\n{deed.model_dump_json()}".encode()).hexdigest()[:20]
    return f"{frame.number}:{frame.step[:30]}:{digest}"


def check(draft: Draft, frame: Frame, step: Check, *, resumed: bool) -> str | None:
    """Let the buyer of an order through: proven, checked before in this conversation, or by the telephone's end."""
    order_no = frame.value(step.check)
    if order_no is None or is_checked(draft, order_no):
        return step.ok if order_no is not None else step.failed
    if not resumed and draft.context.is_verified and draft.context.customer_ref is not None:
        result = draft.result_of(BusinessRead("get_order", (("order_no", order_no),)))
        if result is None:
            return None
        if any(row.get("customer_ref") == draft.context.customer_ref for row in result.rows):
            draft.note("check", "the proven customer's own order")
            return step.ok
    reply = draft.take_answer(resumed=resumed)
    if reply == proof_reading.LACKS:
        return _without_tail(draft, frame, step)
    return _checked(draft, frame, step, order_no, reply) if reply else _by_what_was_told(draft, frame, step, order_no)


def _without_tail(draft: Draft, frame: Frame, step: Check) -> str | None:
    """The way of somebody who cannot say the digits."""
    if step.lacking is not None:
        return proof_steps.without_value(draft, frame, step.lacking, "no_proof")
    proof_steps.offer_person(draft, frame, "no_proof")
    return None


def _by_what_was_told(draft: Draft, frame: Frame, step: Check, order_no: str) -> str | None:
    """Ask for the digits, unless the customer has told them of their own accord, and told them right."""
    before = [note.said for note in reversed(draft.state.notes[-MAX_TOLD_BEFORE:])]
    texts = [draft.text, *before] if not frame.entries.get(frame.step) else []
    told = next((found for text in texts if (found := proof_reading.phone_tail_told(text)) is not None), None)
    if told is None:
        _ask_tail(draft, frame, "ask_phone_tail")
        return None
    return _checked(draft, frame, step, order_no, told[0])


def _checked(draft: Draft, frame: Frame, step: Check, order_no: str, reply: str) -> str | None:
    result = draft.result_of(OrderCheck(order_no, reply))
    if result is None:
        return None
    if result.failure == "unavailable":
        return step.unavailable or step.failed
    if result.rows:
        draft.note("check", "the buyer's telephone")
        known = tuple(each for each in draft.state.checked if each[0] != order_no)
        checked = (*known, (order_no, draft.context.now))[-MAX_CHECKED:]
        draft.state = replace(draft.state, checked=checked)
        return step.ok
    draft.note("check", f"failed: {result.failure or 'other digits'}")
    if result.failure is not None or frame.entries.get(frame.step, 0) >= MAX_TRIES:
        return step.failed
    _ask_tail(draft, frame, "phone_tail_wrong")
    return None


def is_checked(draft: Draft, order_no: str) -> bool:
    """Whether the buyer of this order was checked in this conversation lately."""
    now = draft.context.now
    return any(each == order_no and now - at < CHECK_HOLDS for each, at in draft.state.checked)


def _ask_tail(draft: Draft, frame: Frame, wording: str) -> None:
    entries = {**frame.entries, frame.step: frame.entries.get(frame.step, 0) + 1}
    values = draft.values(frame)
    draft.state = draft.state.with_top(replace(frame, entries=entries, is_waiting=True))
    draft.ask(Question(kind="check", wording=wording), values)


def answer(draft: Draft, frame: Frame, step: Answer) -> str | None:
    """Answer from articles, with the source."""
    asked = draft.text if step.answer is None else draft.evaluate(frame, step.answer)
    if not isinstance(asked, str) or not asked.strip():
        return step.missing
    result = draft.result_of(KnowledgeQuestion(asked[:MAX_QUESTION], draft.voice.locale))
    if result is None:
        return None
    return step.found if say_answer(draft, result) else step.missing


def say_answer(draft: Draft, result: ActionResult) -> bool:
    """Say what knowledge answered and where it stands; False if it answered nothing."""
    draft.note("answer", ", ".join(source.title for source in result.sources) or ("said" if result.answer else "none"))
    if not result.answer:
        return False
    text = result.answer
    if result.sources:
        title = {"title": result.sources[0].title}
        text = f"{text}\n{draft.voice.say('knowledge_source', title, turn=draft.state.turns)}"
    draft.replies.append(Reply(text))
    draft.answers.append(text)
    return True
