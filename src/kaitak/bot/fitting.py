"""Owns fitting a turn's answers into what the channel still takes, before any of them is written. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from kaitak.bot.decision import QuickReply, Reply
from kaitak.channels import registry, windows
from kaitak.channels.windows import Line
from kaitak.conversations.road_rows import ClaimedTurn


def fitted(turn: ClaimedTurn, replies: Sequence[Reply], *, hands_over: bool) -> Sequence[Reply]:
    """The replies as they are, or merged where the channel counts how many may follow a message of the customer.

    What has gone out since that message is at most what follows it in the conversation.
    """
    connector = registry.CONNECTORS.get(turn.channel)
    if connector is None or connector.capabilities.quota is None:
        return replies
    can = connector.capabilities
    room = windows.room_of_bot(can, turn.last_seq - turn.to_seq, hands_over=hands_over)
    lines = [Line(reply.text, tuple((each.title, each.value) for each in reply.quick_replies)) for reply in replies]
    return [
        Reply(line.text, tuple(QuickReply(*each) for each in line.choices))
        for line in windows.merged(lines, room or 0, can.max_text)
    ]
