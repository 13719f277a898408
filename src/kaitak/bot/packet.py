"""Owns the hand-over packet: everything the bot knew, so that nobody asks it again."""

from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue, TypeAdapter

from kaitak.bot.dialogue import Note, SlotValue
from kaitak.bot.flows import HandoverReason
from kaitak.nlu.understanding import Emotion, Sentiment, Urgency

MAX_TRIED = 12
MAX_TRIED_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketSlot:
    """A value with its provenance; corrected ones are kept, struck through."""

    name: str
    value: str
    provenance: str
    turn: int
    withdrawn: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodPoint:
    turn: int
    sentiment: Sentiment
    emotion: Emotion


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoffPacketData:
    """What a person receives with a conversation; `summary` is in the staff's language."""

    version: int = 1
    reason: HandoverReason
    evidence: tuple[str, ...]
    summary: str
    intent: str | None
    team: str
    language: str
    urgency: Urgency
    slots: tuple[PacketSlot, ...]
    asked_and_answered: tuple[Note, ...]
    mood_course: tuple[MoodPoint, ...]
    suggested_replies: tuple[str, ...]
    requests: tuple[str, ...] = ()  # all that is still open, the latest first
    customer: dict[str, JsonValue] = field(default_factory=dict)
    business: tuple[dict[str, JsonValue], ...] = ()  # a title and facts each
    tried: tuple[str, ...] = ()  # reads that failed, deeds with their outcome, answers with their source
    agent_note: str = ""  # of the person who had given the conversation back before
    deadline_at: datetime | None = None  # until when the channel lets the business write


_ADAPTER = TypeAdapter(HandoffPacketData)


def to_json(packet: HandoffPacketData) -> dict[str, JsonValue]:
    """The packet as plain JSON for its row."""
    dumped: dict[str, JsonValue] = _ADAPTER.dump_python(packet, mode="json")
    return dumped


def slots_of(facts: tuple[tuple[str, SlotValue], ...]) -> tuple[PacketSlot, ...]:
    """The facts of a conversation as packet slots."""
    return tuple(
        PacketSlot(name=name, value=v.value, provenance=v.provenance, turn=v.turn, withdrawn=v.withdrawn)
        for name, v in facts
    )
