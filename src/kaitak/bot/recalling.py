"""Owns asking an open question again after something came between: once, shortly, in other words; it stays open."""

from __future__ import annotations

from dataclasses import replace

from kaitak.bot.dialogue import DialogueState, Question
from kaitak.bot.drafting import Draft
from kaitak.bot.packs import Pack
from kaitak.bot.proof_reading import PROOF_CODE

AGAIN = "_again"  # after the name of a wording: how its question is asked the second time


def recall(draft: Draft, question: Question, *, insists: bool = False) -> None:
    """Ask the open question again if that has not been done yet; `insists` where its answer was not understood."""
    if question.again and not insists:
        draft.note("still open", question.slot or question.kind)
        draft.state = replace(draft.state, question=question)
        return
    top = draft.state.top
    key, given = wording_of(draft, question)
    values = {**(draft.values(top) if top is not None else {}), **given}
    draft.say(key, values, question.options)
    draft.state = replace(draft.state, question=replace(question, again=True))


def wording_of(draft: Draft, question: Question) -> tuple[str, dict[str, object]]:
    """The wording that asks a question again, the pack's own first, and what it shows."""
    wording, own = draft.pack.wording[draft.voice.locale], f"{question.wording}{AGAIN}"
    if own in wording.wording:
        return own, {}
    if question.kind == "check":
        return "phone_tail_again", {}
    if question.kind == "prove":
        return ("prove_code_again" if question.slot == PROOF_CODE else question.wording), {}
    intent = open_intent(draft.pack, draft.state)
    title: dict[str, object] = {"intent": draft.voice.title(intent)} if intent else {}
    if question.kind in ("confirm", "go_on") and title:
        return "confirm_again", title
    if question.options and question.kind == "slot":
        return "choose_again", {}
    what = wording.values.get("asked", {}).get(_asked(draft, question))
    return ("ask_again", {"what": what}) if what else ("ask_again_plain", {})


def open_intent(pack: Pack, state: DialogueState) -> str:
    """The request that the open flow serves, itself or the flow that it is a part of."""
    for frame in reversed(state.stack):
        flow = pack.flows.get(frame.flow)
        if flow is not None and flow.intent and not frame.is_part:
            return flow.intent
    return ""


def _asked(draft: Draft, question: Question) -> str:
    """What a question is about: the kind of value, else the slot's own name."""
    top = draft.state.top
    flow = draft.pack.flows.get(top.flow) if top is not None else None
    slot = flow.slots.get(question.slot or "") if flow is not None else None
    return (slot.entity if slot is not None else "") or question.slot or ""
