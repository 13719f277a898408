"""Owns the values that understanding takes in and gives out: context, entities, intents, mood, evidence."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Language = Literal["yue", "zh-Hant", "zh-Hans", "en", "mixed"]
Band = Literal["answer", "clarify", "handover"]
Sentiment = Literal["negative", "neutral", "positive"]
Emotion = Literal["angry", "anxious", "disappointed", "sarcastic", "satisfied", "calm"]
Urgency = Literal["high", "normal", "low"]
Act = Literal["request", "greet", "thank", "affirm", "deny", "cancel", "correct", "no_value", "human", "empty"]
EscalationReason = Literal[
    "human_requested", "anger", "safety", "legal_or_media", "fraud", "repeated_failure", "distress"
]
Asked = Literal["nothing", "slot", "yes_no", "options"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the conversation already knows: the clock, the language so far, and what the bot asked last."""

    now: datetime
    language: Language | None = None
    asked: Asked = "nothing"
    asked_entity: str | None = None
    misunderstandings: int = 0
    earlier_intents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A value in the text; `start` and `end` index the customer's original text."""

    kind: str
    text: str
    value: str
    start: int
    end: int
    spoken: bool = False
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class RankedIntent:
    name: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """The feeling shown towards the matter, and whether a person must step in."""

    sentiment: Sentiment
    emotion: Emotion
    urgency: Urgency
    reasons: tuple[EscalationReason, ...] = ()
    evidence: tuple[str, ...] = ()
    escalation: float = 1.0  # how likely a person must step in; 1 where cues alone said so

    @property
    def escalate(self) -> bool:
        return bool(self.reasons)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why the model said so: a rule's name, or the nearest training lines."""

    source: Literal["lexicon", "model", "context", "none"]
    detail: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """Everything read from one message."""

    text: str
    language: Language
    act: Act
    intents: tuple[RankedIntent, ...]
    band: Band
    entities: tuple[Entity, ...]
    mood: Mood
    evidence: Evidence
    model_version: str
    is_correction: bool = False
    kept_text: str = field(default="")
    requests: tuple[str, ...] = ()  # the requests of a message that makes several, in order
    put_off: tuple[str, ...] = ()  # what it names and wants seen to later

    @property
    def intent(self) -> str | None:
        return self.intents[0].name if self.intents else None

    @property
    def confidence(self) -> float:
        return self.intents[0].confidence if self.intents else 0.0

    def values(self, kind: str) -> tuple[str, ...]:
        """The values of one kind in force, in order of mention, each once."""
        return tuple(dict.fromkeys(e.value for e in self.entities if e.kind == kind and not e.withdrawn))
