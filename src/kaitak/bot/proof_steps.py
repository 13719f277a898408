"""Owns the step of a flow that proves who the customer is: by their channel, or by a code to an address on file.

The engine never sees a code: the message shows dots, and whoever makes the call reads what was written. Nobody is told
whether an address is on file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kaitak.bot import elsewhere, flows
from kaitak.bot.commands import OTHER, PERSON
from kaitak.bot.decision import ActionResult, CodeRequest, CodeTry, ProofWays
from kaitak.bot.dialogue import Frame, Option, Question
from kaitak.bot.drafting import Draft
from kaitak.bot.flows import Prove
from kaitak.bot.proof_reading import ADDRESS, BY, CODE, LACKS, OTHER_ADDRESS, PROOF_ADDRESS, PROOF_CODE, RESEND
from kaitak.business import policy
from kaitak.contacts import codes

MAX_ADDRESSES = 4
_SENT_TO = "proof_address"
_PASSED = "passed"
LACKED = "lacked"  # the slot for whose want the customer is proven
_RATHER = "proof_rather"
_ASKS = {frozenset({"phone"}): "prove_ask_phone", frozenset({"email"}): "prove_ask_email"}


def prove(draft: Draft, frame: Frame, step: Prove, *, resumed: bool) -> str | None:
    """The name of the next step; None while the customer or a call is waited for."""
    if draft.context.is_verified and draft.context.customer_ref is not None:
        return _let_through(draft, frame, step)
    if step.quietly:
        return _quietly(draft, frame, step)
    reply = draft.take_answer(resumed=resumed)
    sent_to = frame.named.get(_SENT_TO)
    if reply == CODE:
        return _tried(draft, frame, step)
    if reply == RESEND and isinstance(sent_to, str):
        reply = ADDRESS + sent_to
    if reply == LACKS or (reply is not None and reply.startswith(BY)):
        return _other_way(draft, frame, step, "" if reply == LACKS else reply.removeprefix(BY))
    if reply is not None and reply.startswith(ADDRESS):
        medium, _, address = reply.removeprefix(ADDRESS).partition(":")
        return _sent(draft, frame, step, "email" if medium == "email" else "phone", address)
    return _asked(draft, frame, step)


def has_way(draft: Draft) -> bool | None:
    """Whether the customer has proven who they are, or could; None: that must be looked up first."""
    if draft.context.is_verified and draft.context.customer_ref is not None:
        return True
    result = draft.result_of(ProofWays())
    return None if result is None else result.outcome == "done" or bool(result.rows)


def without_value(draft: Draft, frame: Frame, target: str, wording: str) -> str | None:
    """The way of a customer who has no value; a person is offered where it begins with proof and nobody can prove."""
    is_proof = isinstance(draft.pack.flows[frame.flow].steps[target], Prove)
    can_go_on = has_way(draft) if is_proof else True
    if can_go_on is False:
        offer_person(draft, frame, wording)
    if not can_go_on:
        return None
    slot = flows.slot_of(draft.pack.flows[frame.flow].steps[frame.step])
    draft.state = draft.state.with_top(replace(frame, named={**frame.named, LACKED: slot}))
    return target


def offer_person(draft: Draft, frame: Frame, wording: str) -> None:
    """Offer a person for want of what was asked for; the flow waits."""
    draft.state = draft.state.with_top(replace(frame, is_waiting=True))
    options = (*_person(draft), Option(draft.voice.say("option_other"), OTHER))
    draft.ask(Question(kind="offer_person", wording=wording, options=options))


def _other_way(draft: Draft, frame: Frame, step: Prove, medium: str) -> str | None:
    """Ask for another kind of address, once; who has none of them goes the way of those that cannot prove."""
    result = draft.result_of(ProofWays())
    if result is None:
        return None
    ways = [str(row.get("way")) for row in result.rows]
    sent_by = str(frame.named.get(_SENT_TO) or "phone").partition(":")[0]
    wanted = medium or next((way for way in ways if way != sent_by), "")
    is_refused = frame.named.get(_RATHER) == wanted and not medium
    if wanted not in ways or is_refused:
        draft.note("proof", "no address at hand")
        return step.none
    draft.state = draft.state.with_top(replace(frame, is_waiting=True, named={**frame.named, _RATHER: wanted}))
    _ask(draft, Question(kind="prove", slot=PROOF_ADDRESS, wording=f"prove_rather_{wanted}", options=_person(draft)))
    return None


def _told_before(draft: Draft, frame: Frame, ways: frozenset[str]) -> tuple[Literal["phone", "email"], str] | None:
    """The address that the customer has told already, where a code can go; none where the errand is about one."""
    about = {slot.entity for slot in draft.pack.flows[frame.flow].slots.values()}
    for kind, value in reversed(draft.state.facts):
        if kind in ways and kind not in about and not value.withdrawn:
            return ("email" if kind == "email" else "phone", value.value)
    return None


def _quietly(draft: Draft, frame: Frame, step: Prove) -> str | None:
    """On with whoever their channel has proven; nobody is asked anything."""
    if not draft.context.is_sender_proven:
        return step.none
    result = draft.result_of(ProofWays())
    if result is None:
        return None
    return _proven(draft, frame, step, result, None) if result.outcome == "done" else step.none


def _let_through(draft: Draft, frame: Frame, step: Prove) -> str:
    """Go on; who comes back here in the same flow although proven is helped by a person."""
    passed = f"{_PASSED}_{frame.step}"
    if frame.named.get(passed):
        return step.failed
    named = {name: value for name, value in frame.named.items() if name != _SENT_TO}
    draft.state = draft.state.with_top(replace(frame, named={**named, passed: True}))
    return step.ok


def _asked(draft: Draft, frame: Frame, step: Prove) -> str | None:
    """Ask for an address on file, if there is a way to write there; or the channel's own proof is enough."""
    result = draft.result_of(ProofWays())
    if result is None:
        return None
    if result.outcome == "done":
        return _proven(draft, frame, step, result, "proved_by_channel")
    ways = frozenset(str(row.get("way")) for row in result.rows)
    if not ways:
        draft.note("proof", "no way")
        return step.none
    told = None if frame.entries.get(frame.step) else _told_before(draft, frame, ways)
    if not _counted(draft, frame):
        return step.failed
    if told is not None:
        return _sent(draft, draft.state.top or frame, step, *told)
    wording = _ASKS.get(ways, "prove_ask_either")
    _ask(draft, Question(kind="prove", slot=PROOF_ADDRESS, wording=wording, options=_person(draft)))
    return None


def _sent(draft: Draft, frame: Frame, step: Prove, medium: Literal["phone", "email"], address: str) -> str | None:
    text = draft.voice.say("code_message", {"code": codes.DOTS}, turn=draft.state.turns)
    result = draft.result_of(CodeRequest(medium, address, text, draft.voice.locale))
    if result is None:
        return None
    draft.note("proof", f"code by {medium}: {result.failure or result.reason or result.outcome}")
    if result.outcome != "done":
        if result.reason == "invalid" and _counted(draft, frame):
            question = Question(kind="prove", slot=PROOF_ADDRESS, wording="prove_address_wrong", options=_person(draft))
            _ask(draft, question)
            return None
        draft.say("prove_too_often" if result.reason == "throttled" else "prove_unavailable")
        return step.failed
    frame = replace(frame, is_waiting=True, named={**frame.named, _SENT_TO: f"{medium}:{address}"})
    draft.state = draft.state.with_top(frame)
    shown = policy.mask_email(address) if medium == "email" else policy.mask_phone(address)
    _ask_code(draft, "prove_code_sent", {"address": shown})
    return None


def _tried(draft: Draft, frame: Frame, step: Prove) -> str | None:
    result = draft.result_of(CodeTry())
    if result is None:
        return None
    draft.note("proof", f"code: {result.failure or result.reason or 'right'}")
    if result.outcome == "done":
        return _proven(draft, frame, step, result, "proved_by_code")
    if result.reason in ("wrong", "malformed", "expired"):
        left = result.rows[0].get("left") if result.rows else None
        _ask_code(draft, f"prove_code_{result.reason}", {"left": left})
        return None
    said = {"exhausted": "prove_code_exhausted", "refused": "prove_refused"}
    draft.say(said.get(result.reason or "", "prove_unavailable"))
    return step.failed


def _proven(draft: Draft, frame: Frame, step: Prove, result: ActionResult, wording: str | None) -> str | None:
    """From here on in this turn the customer is who they have proven to be."""
    draft.context = replace(draft.context, customer_ref=result.reference, is_verified=True)
    known = elsewhere.remembered(draft, frame)
    if known is None:
        return None
    if wording is not None:
        draft.say(wording)
    return _let_through(draft, known, step)


def _counted(draft: Draft, frame: Frame) -> bool:
    """Whether an address may be asked for once more."""
    entries = frame.entries.get(frame.step, 0) + 1
    entered = replace(frame, entries={**frame.entries, frame.step: entries}, is_waiting=True)
    draft.state = draft.state.with_top(entered)
    return entries <= MAX_ADDRESSES


def _ask(draft: Draft, question: Question, values: dict[str, object] | None = None) -> None:
    top = draft.state.top
    shown = draft.values(top) if top is not None else {}
    draft.ask(question, {**shown, **(values or {})})


def _ask_code(draft: Draft, wording: str, values: dict[str, object]) -> None:
    options = (
        Option(draft.voice.say("option_resend"), RESEND),
        Option(draft.voice.say("option_other_address"), OTHER_ADDRESS),
        *_person(draft),
    )
    _ask(draft, Question(kind="prove", slot=PROOF_CODE, wording=wording, options=options), values)


def _person(draft: Draft) -> tuple[Option, ...]:
    return (Option(draft.voice.say("option_person"), PERSON),)
