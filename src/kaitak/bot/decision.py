"""Owns what the engine takes in and gives back: the turn's context, business results, and the decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from kaitak.bot.business_facts import Row
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.flows import HandoverReason
from kaitak.bot.packet import HandoffPacketData
from kaitak.business.deeds import Deed
from kaitak.nlu.understanding import Understanding

Failure = Literal["not_found", "unavailable", "not_permitted"]
Outcome = Literal["done", "refused", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnContext:
    """What the caller knows about this turn. `chosen` is the value of a tapped quick reply."""

    now: datetime
    locale: str = "zh-HK"
    staff_locale: str = "zh-HK"
    chosen: str | None = None
    customer_ref: str | None = None
    is_verified: bool = False
    channel: str = ""
    reply_by: datetime | None = None  # until when the channel lets the business write
    is_sender_proven: bool = False  # by the channel, of every message of this turn
    unheard: HandoverReason | None = None  # why the channel takes no answer of the bot now: a person is to see to it
    may_announce: bool = True  # whether the channel still takes the line that says a person will


@dataclass(frozen=True, slots=True)
class BusinessRead:
    """A look at the business system, as a flow's `call` names it."""

    name: str
    arguments: tuple[tuple[str, str], ...] = ()

    def argument(self, name: str) -> str:
        """The argument of this name, or nothing."""
        return next((value for key, value in self.arguments if key == name), "")


@dataclass(frozen=True, slots=True)
class BusinessDeed:
    """A deed, to be done once for its key; whoever does it adds the conversation to the key."""

    deed: Deed
    key: str


@dataclass(frozen=True, slots=True)
class OrderCheck:
    """Whether these are the last digits of the telephone number of an order's buyer."""

    order_no: str
    phone_tail: str


@dataclass(frozen=True, slots=True)
class KnowledgeQuestion:
    """A question that articles may answer, and the language to answer in."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class ProofWays:
    """How this customer may prove who they are; done at once where their channel has proven it already."""


@dataclass(frozen=True, slots=True)
class CodeRequest:
    """A code to a telephone number or mail address; `text` is what goes there, with dots where the code stands."""

    medium: Literal["phone", "email"]
    address: str
    text: str
    language: str = ""  # in which the text is written


@dataclass(frozen=True, slots=True)
class CodeTry:
    """Whether the code that the customer has just written is right; whoever looks reads it, the engine never does."""


@dataclass(frozen=True, slots=True)
class SaidElsewhere:
    """What this customer, who is proven, spoke of in their other conversations: rows of kind, value and where."""


Proof = ProofWays | CodeRequest | CodeTry
Arguments = BusinessRead | BusinessDeed | OrderCheck | KnowledgeQuestion | Proof | SaidElsewhere


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer was taken from."""

    title: str
    key: str = ""
    article_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionResult:
    """What came of one call: rows of facts, a deed's outcome, or an answer; `failure` says why there is none of them.

    A check gives the order's row if the digits are right and no row if they are not. Proof that succeeds is done, and
    its reference is the customer's number.
    """

    arguments: Arguments
    rows: tuple[Row, ...] = ()
    failure: Failure | None = None
    outcome: Outcome | None = None
    reason: str | None = None
    reference: str | None = None
    answer: str | None = None
    sources: tuple[Source, ...] = ()


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
