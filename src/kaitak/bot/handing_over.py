"""Owns the making of a hand-over: what is said to the customer, and the packet that a person receives. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pydantic import JsonValue

from kaitak.bot import packet, phrasing
from kaitak.bot.decision import HandoverRequest
from kaitak.bot.dialogue import MAX_NOTE_CHARACTERS, Frame, Note
from kaitak.bot.drafting import Draft
from kaitak.bot.flows import HandoverReason
from kaitak.bot.packs import Locale
from kaitak.nlu.understanding import Understanding

# A matter handed over for these reasons stays with a person: what follows about it goes there too.
_KEPT_BY_PERSON = frozenset(
    {"customer_asked", "anger", "safety", "legal_or_media", "fraud", "repeated_failure", "distress"}
)
_SAID: dict[str, str] = {
    "safety": "handover_safety",
    "anger": "handover_urgent",
    "legal_or_media": "handover_urgent",
    "repeated_failure": "handover_urgent",
    "distress": "handover_urgent",
}
# Whose feelings come before the matter.
_SUGGESTED: dict[HandoverReason, str] = {"safety": "safety", "anger": "anger", "legal_or_media": "anger"}
MAX_FACTS, MAX_ROWS, MAX_SUGGESTED = 12, 3, 6


def hand_over(draft: Draft, reason: HandoverReason, understanding: Understanding) -> HandoverRequest:
    """Say it, and give everything that is known along; the flows end here."""
    state = draft.state
    if draft.context.may_announce:
        draft.say(_SAID.get(reason, "handover"))
    staff = phrasing.Voice(draft.pack, _staff_locale(draft))
    emotion, team = understanding.mood.emotion, draft.pack.team_of(reason, state.request)
    slots = _slots(draft)
    last = Note(
        turn=state.turns, said=understanding.text[:MAX_NOTE_CHARACTERS], intent=state.request,
        sentiment=understanding.mood.sentiment, emotion=emotion,
        replied="\n".join(reply.text for reply in draft.replies)[:MAX_NOTE_CHARACTERS],
    )  # fmt: skip
    course = [packet.MoodPoint(turn=n.turn, sentiment=n.sentiment, emotion=n.emotion) for n in (*state.notes, last)]
    data = packet.HandoffPacketData(
        reason=reason,
        evidence=understanding.mood.evidence,
        summary=_summary(draft, staff, reason, understanding, slots),
        intent=state.request,
        requests=tuple(dict.fromkeys(_requests(draft))),
        team=team,
        language=draft.voice.locale,
        urgency=understanding.mood.urgency,
        slots=slots,
        asked_and_answered=(*state.notes, last),
        mood_course=tuple(course),
        customer=_customer(draft),
        business=tuple(_business(draft)),
        tried=(*state.tried, *tried_in(draft))[-packet.MAX_TRIED :],
        suggested_replies=_suggested(draft, reason),
        agent_note=state.agent_note,
        deadline_at=draft.context.reply_by,
    )
    draft.note("hand over", f"{reason} to {team}")
    keeps = reason if reason in _KEPT_BY_PERSON else None
    draft.state = replace(state, stack=(), question=None, misunderstandings=0, handed_over=keeps)
    return HandoverRequest(reason=reason, team=team, packet=data)


def tried_in(draft: Draft) -> tuple[str, ...]:
    """What this turn tried: reads that failed, deeds and their outcome, answers with their source."""
    kept = {"do", "answer", "check", "proof"}
    return tuple(
        f"{step.step}: {step.detail}"[: packet.MAX_TRIED_CHARACTERS]
        for step in draft.trace
        if step.step in kept or (step.step == "call" and not step.detail.endswith("found"))
    )


def _summary(
    draft: Draft,
    staff: phrasing.Voice,
    reason: HandoverReason,
    understanding: Understanding,
    slots: tuple[packet.PacketSlot, ...],
) -> str:
    facts = dict.fromkeys(slot.value for slot in slots if not slot.withdrawn)
    values = {
        "intent": staff.title(draft.state.request) if draft.state.request else staff.say("packet_no_intent"),
        "reason": staff.name("reason", reason),
        "emotion": staff.name("emotion", understanding.mood.emotion),
        "facts": "、".join(facts) or "—",
    }
    return staff.say("packet_summary", values)


def _slots(draft: Draft) -> tuple[packet.PacketSlot, ...]:
    """The values of the conversation and of its open flows, each once; corrected ones are kept and marked."""
    found = list(packet.slots_of(draft.state.facts))
    seen = {slot.value for slot in found}
    for frame in _frames(draft):
        for name, history in frame.slots.items():
            for value in history:
                if value.value not in seen:
                    seen.add(value.value)
                    found.extend(packet.slots_of(((name, value),)))
    return tuple(found)


def _frames(draft: Draft) -> Iterator[Frame]:
    if draft.state.finished is not None and not draft.state.stack:
        yield draft.state.finished
    yield from draft.state.stack


def _requests(draft: Draft) -> Iterator[str]:
    """What the customer still waits for, the latest first."""
    if draft.state.request is not None:
        yield draft.state.request
    for frame in reversed(draft.state.stack):
        intent = draft.pack.flows[frame.flow].intent
        if intent and not frame.is_part:
            yield intent


def _customer(draft: Draft) -> dict[str, JsonValue]:
    context = draft.context
    return {
        "known": context.customer_ref is not None,
        "verified": context.is_verified,
        "customer_ref": context.customer_ref,
        "channel": context.channel,
        "language": draft.voice.locale,
        "checked_orders": [order_no for order_no, _ in draft.state.checked],
    }


def _business(draft: Draft) -> Iterator[dict[str, JsonValue]]:
    """What the flows read of the business systems, in short: each with a title and its plain facts."""
    for frame in _frames(draft):
        for name, value in frame.results.items():
            rows = value if isinstance(value, list) else [value]
            for row in rows[:MAX_ROWS]:
                if isinstance(row, dict):
                    plain = {
                        key: each for key, each in row.items() if isinstance(each, str | int | float) and each != ""
                    }
                    yield {"title": name, "facts": dict(list(plain.items())[:MAX_FACTS])}


def _suggested(draft: Draft, reason: HandoverReason) -> tuple[str, ...]:
    """Replies from the pack's templates, and what articles have answered."""
    templates = draft.voice.suggestions(_SUGGESTED.get(reason, draft.state.request))
    return tuple(dict.fromkeys((*templates, *draft.state.answers)))[:MAX_SUGGESTED]


def _staff_locale(draft: Draft) -> Locale:
    wanted = draft.context.staff_locale
    return next((locale for locale in draft.pack.wording if locale == wanted), draft.pack.head.languages[0])
