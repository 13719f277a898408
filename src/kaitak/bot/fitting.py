"""Owns fitting a turn's answers into what the channel still takes, before any of them is written. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from kaitak.bot.decision import QuickReply, Reply
from kaitak.bot.flows import HandoverReason
from kaitak.channels import registry, windows
from kaitak.channels.windows import Heard, Line
from kaitak.conversations.road_rows import ClaimedTurn


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What the channel takes of the bot in this turn."""

    refused: HandoverReason | None = None  # why it takes no answer; None: it takes one
    announcement: bool = True  # the line that says that a person takes over; the last of a quota is kept for it
    person_until: datetime | None = None  # until when a person may write


def taken(turn: ClaimedTurn, now: datetime) -> Taken:
    """What may be said at this moment, which may be long after the customer wrote."""
    connector = registry.CONNECTORS.get(turn.channel)
    if connector is None or turn.heard_at is None:
        return Taken()
    can, heard = connector.capabilities, Heard(turn.heard_at, turn.sent_since)
    plan, until = windows.plan(can, heard, now, "bot"), windows.plan(can, heard, now, "user").closes_at
    if plan.state == "open":
        return Taken(person_until=until)
    if plan.why == "quota_used":
        room = windows.room_of_bot(can, turn.sent_since, hands_over=True)
        return Taken(refused="messages_used_up", announcement=room != 0, person_until=until)
    reason: HandoverReason = "template_needed" if plan.state == "template" else "window_closed"
    return Taken(refused=reason, announcement=False, person_until=until)


def fitted(turn: ClaimedTurn, replies: Sequence[Reply], *, hands_over: bool) -> Sequence[Reply]:
    """The replies as they are, or merged where the channel counts how many may follow a message of the customer."""
    connector = registry.CONNECTORS.get(turn.channel)
    if connector is None or connector.capabilities.quota is None:
        return replies
    can = connector.capabilities
    room = windows.room_of_bot(can, turn.sent_since, hands_over=hands_over)
    lines = [Line(reply.text, tuple((each.title, each.value) for each in reply.quick_replies)) for reply in replies]
    return [
        Reply(line.text, tuple(QuickReply(*each) for each in line.choices))
        for line in windows.merged(lines, room or 0, can.max_text)
    ]
