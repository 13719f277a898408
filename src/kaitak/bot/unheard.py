"""Owns the turn after an answer of the bot was lost: what the customer said last is a person's to answer. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from kaitak.bot import dialogue, fitting
from kaitak.bot.fitting import Taken
from kaitak.bot.flows import HandoverReason
from kaitak.channels import registry
from kaitak.channels.errors import WindowClosedError
from kaitak.conversations import unsent
from kaitak.conversations.road_rows import ClaimedTurn, CustomerLine


def as_unanswered(turn: ClaimedTurn) -> ClaimedTurn:
    """The turn with what the lost answer was to answer; as it is where none was lost, or more has come since."""
    if turn.lines or unsent.read(turn.bot_state, turn.owner_token) is None:
        return turn
    said, state = dialogue.without_last_turn(dialogue.from_json(turn.bot_state.get("dialogue")))  # type: ignore[arg-type]
    line = CustomerLine(seq=turn.last_seq, content=said, attributes={unsent.UNSENT: True})
    return replace(turn, lines=(line,), bot_state={**turn.bot_state, "dialogue": dialogue.to_json(state)})


def taken(turn: ClaimedTurn, now: datetime) -> Taken:
    """What the channel takes of the bot in this turn; after a lost answer it is a person's, whatever it takes."""
    takes, lost = fitting.taken(turn, now), unsent.read(turn.bot_state, turn.owner_token)
    if lost is None or takes.refused is not None:
        return takes
    if lost.code != WindowClosedError.code:
        return replace(takes, refused="not_delivered")
    connector = registry.CONNECTORS.get(turn.channel)
    has_templates = connector is not None and connector.capabilities.has_templates
    reason: HandoverReason = "template_needed" if has_templates else "window_closed"
    has_written_since = any(unsent.UNSENT not in line.attributes for line in turn.lines)
    return replace(takes, refused=reason, announcement=has_written_since)
