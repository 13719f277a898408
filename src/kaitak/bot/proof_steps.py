"""Owns the step of a flow that proves who the customer is: by their channel, or by a code to an address on file.

The engine never sees a code: the message shows dots, and whoever makes the call reads what was written. Nobody is told
whether an address is on file.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from kaitak.bot.commands import PERSON
from kaitak.bot.decision import ActionResult, CodeRequest, CodeTry, ProofWays
from kaitak.bot.dialogue import Frame, Option, Question
from kaitak.bot.drafting import Draft
from kaitak.bot.flows import Prove
from kaitak.bot.proof_reading import ADDRESS, CODE, OTHER_ADDRESS, PROOF_ADDRESS, PROOF_CODE, RESEND
from kaitak.business import policy
from kaitak.contacts import codes

MAX_ADDRESSES = 4
_SENT_TO = "proof_address"
_PASSED = "proof_passed"
_ASKS = {frozenset({"phone"}): "prove_ask_phone", frozenset({"email"}): "prove_ask_email"}


def prove(draft: Draft, frame: Frame, step: Prove, *, resumed: bool) -> str | None:
    """The name of the next step; None while the customer or a call is waited for."""
    if draft.context.is_verified and draft.context.customer_ref is not None:
        return _let_through(draft, frame, step)
    reply = draft.take_answer(resumed=resumed)
    sent_to = frame.named.get(_SENT_TO)
    if reply == CODE:
        return _tried(draft, frame, step)
    if reply == RESEND and isinstance(sent_to, str):
        reply = ADDRESS + sent_to
    if reply is not None and reply.startswith(ADDRESS):
        medium, _, address = reply.removeprefix(ADDRESS).partition(":")
        return _sent(draft, frame, step, "email" if medium == "email" else "phone", address)
    return _asked(draft, frame, step)


def _let_through(draft: Draft, frame: Frame, step: Prove) -> str:
    """Go on; who comes back here in the same flow although proven is helped by a person."""
    if frame.named.get(_PASSED):
        return step.failed
    named = {name: value for name, value in frame.named.items() if name != _SENT_TO}
    draft.state = draft.state.with_top(replace(frame, named={**named, _PASSED: True}))
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
    if not _counted(draft, frame):
        return step.failed
    wording = _ASKS.get(ways, "prove_ask_either")
    _ask(draft, Question(kind="prove", slot=PROOF_ADDRESS, wording=wording, options=_person(draft)))
    return None


def _sent(draft: Draft, frame: Frame, step: Prove, medium: Literal["phone", "email"], address: str) -> str | None:
    text = draft.voice.say("code_message", {"code": codes.DOTS}, turn=draft.state.turns)
    result = draft.result_of(CodeRequest(medium, address, text))
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


def _proven(draft: Draft, frame: Frame, step: Prove, result: ActionResult, wording: str) -> str:
    """From here on in this turn the customer is who they have proven to be."""
    draft.context = replace(draft.context, customer_ref=result.reference, is_verified=True)
    draft.say(wording)
    return _let_through(draft, frame, step)


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
