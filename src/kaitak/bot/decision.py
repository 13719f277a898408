"""Owns what the engine takes in and gives back: the turn's context, business results, and the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from kaitak.bot.dialogue import DialogueState
from kaitak.bot.flows import HandoverReason
from kaitak.bot.packet import HandoffPacketData
from kaitak.nlu.understanding import Understanding

Failure = Literal["not_found", "unavailable", "not_permitted"]


class ShipmentFacts(Protocol):
    """What a flow may read of a shipment."""

    @property
    def carrier(self) -> str | None: ...
    @property
    def tracking_no(self) -> str | None: ...
    @property
    def eta(self) -> date | None: ...


class OrderFacts(Protocol):
    """What a flow may read of an order; the gateway's order has these."""

    @property
    def order_no(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def shipment(self) -> ShipmentFacts | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext:
    """What the caller knows about this turn. `chosen` is the value of a tapped quick reply."""

    now: datetime
    locale: str = "zh-HK"
    staff_locale: str = "zh-HK"
    chosen: str | None = None
    customer_ref: str | None = None
    is_verified: bool = False


@dataclass(frozen=True, slots=True)
class GetOrder:
    order_no: str


@dataclass(frozen=True, slots=True)
class ListOrders:
    customer_ref: str


Arguments = GetOrder | ListOrders


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionResult:
    """The outcome of one business call: orders, or why there are none."""

    arguments: Arguments
    orders: Sequence[OrderFacts] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class QuickReply:
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One outgoing message: text, and the answers it offers."""

    text: str
    quick_replies: tuple[QuickReply, ...] = ()


@dataclass(frozen=True, slots=True)
class TraceStep:
    step: str
    detail: str


PredictionKind = Literal["intent", "language", "sentiment", "emotion", "urgency"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionRecord:
    """One prediction to be stored with its model and evidence."""

    kind: PredictionKind
    value: str
    confidence: float | None
    model_version: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverRequest:
    reason: HandoverReason
    team: str
    packet: HandoffPacketData


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedsAction:
    """The engine cannot go on without this business call: make it, then decide again with its result added."""

    action: str
    arguments: Arguments


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    state: DialogueState
    replies: tuple[Reply, ...]
    handover: HandoverRequest | None
    labels: tuple[str, ...]
    trace: tuple[TraceStep, ...]
    predictions: tuple[PredictionRecord, ...]
    # The request in force after the turn and the values that it needs, said now or before.
    intent: str | None = None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()


Decision = NeedsAction | Final


def predictions_of(understanding: Understanding) -> tuple[PredictionRecord, ...]:
    """What was predicted of a message, to be stored with its model and evidence."""
    mood = understanding.mood
    read_by_rule: tuple[tuple[PredictionKind, str, tuple[str, ...]], ...] = (
        ("language", understanding.language, ()),
        ("sentiment", mood.sentiment, mood.evidence),
        ("emotion", mood.emotion, mood.evidence),
        ("urgency", mood.urgency, mood.evidence),
    )
    by_rule = tuple(
        PredictionRecord(kind=kind, value=value, confidence=None, model_version="rules-1", evidence=evidence)
        for kind, value, evidence in read_by_rule
    )
    if understanding.intent is None:
        return by_rule
    intent = PredictionRecord(
        kind="intent",
        value=understanding.intent,
        confidence=understanding.confidence,
        model_version=understanding.model_version,
        evidence=understanding.evidence.detail,
    )
    return (intent, *by_rule)
