"""Owns what the bot does about a customer who falls silent in the middle of a request: a reminder, then a polite end.

Pure. A reminder goes once to each silence, and only while the channel still takes the bot's words; what is ended stays
known, so that the answer that comes later takes it up again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from kaitak.bot import phrasing, recalling
from kaitak.bot.decision import QuickReply, Reply, TraceStep
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.packs import Pack
from kaitak.channels.contract import Capabilities

_WAITING = frozenset({"slot", "check", "prove", "confirm"})
_EARLY = timedelta(seconds=1)  # clocks of two machines differ by less
Outcome = Literal["nothing", "reminded", "timed_out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What came of looking at a silent conversation."""

    state: DialogueState
    outcome: Outcome = "nothing"
    replies: tuple[Reply, ...] = ()
    trace: tuple[TraceStep, ...] = ()


def next_look(pack: Pack, state: DialogueState) -> datetime | None:
    """When a silence is to be looked at: for the reminder, then for the end; None while nothing is being waited for."""
    remind, end = _times(pack, state)
    return remind or end


def look(
    pack: Pack, state: DialogueState, can: Capabilities | None, now: datetime, heard_at: datetime | None = None
) -> Looked:
    """What is due in a conversation whose customer has not written since the bot asked; `can`: what its channel can.

    `heard_at` is when they last wrote, where that is known: the bot may have asked later.
    """
    remind, end = _times(pack, state)
    if end is not None and now + _EARLY >= end:
        trace = TraceStep("time-out", f"no word since {state.asked_at:%Y-%m-%d %H:%M}")
        replies = _said(pack, state, "timed_out") if _may_write(can, heard_at or state.asked_at, now) else ()
        return Looked(state=ended(state), outcome="timed_out", replies=replies, trace=(trace,))
    if remind is None or now + _EARLY < remind:
        return Looked(state=state)
    reminded = replace(state, is_reminded=True)
    if not _may_write(can, heard_at or state.asked_at, now):
        return Looked(state=reminded, trace=(TraceStep("reminder", "the channel takes none any more"),))
    replies = _said(pack, state, "reminder")
    return Looked(state=reminded, outcome="reminded", replies=replies, trace=(TraceStep("reminder", "said"),))


def ended(state: DialogueState) -> DialogueState:
    """The state with the open request put aside: a value that comes later takes it up, a late yes confirms nothing."""
    whole = next((frame for frame in reversed(state.stack) if not frame.is_part), None)
    kept = replace(whole, results={}, named={}) if whole is not None else state.finished
    return replace(state, stack=(), finished=kept, question=None, request=None, asked_at=None, is_reminded=False)


def _times(pack: Pack, state: DialogueState) -> tuple[datetime | None, datetime | None]:
    """When the reminder is due, if it still is, and when the request ends."""
    question, top = state.question, state.top
    if question is None or top is None or question.kind not in _WAITING or state.asked_at is None:
        return None, None
    flow = pack.flows.get(top.flow)
    own = flow.remind_after if flow is not None else None
    remind, end = pack.head.remind_after if own is None else own, pack.head.time_out_after
    remind_at = state.asked_at + timedelta(minutes=remind) if remind and not state.is_reminded else None
    return remind_at, state.asked_at + timedelta(minutes=end) if end else None


def _may_write(can: Capabilities | None, heard_at: datetime | None, now: datetime) -> bool:
    """Whether the channel lets the bot write unasked: its window is open, and it does not count our messages."""
    if can is None or heard_at is None:
        return True
    return can.quota is None and (can.reply_window is None or now < heard_at + can.reply_window)


def _said(pack: Pack, state: DialogueState, wording: str) -> tuple[Reply, ...]:
    """A wording in the customer's language; a reminder offers the open question's answers again."""
    voice, intent = phrasing.voice_for(pack, state.language), recalling.open_intent(pack, state)
    values = {"intent": voice.title(intent)} if intent else {}
    options = state.question.options if state.question is not None and wording == "reminder" else ()
    return (Reply(voice.say(wording, values), tuple(QuickReply(o.title, o.value) for o in options)),)
