"""Owns the dialogue state: a versioned stack of flows with slots, what was asked last, and the course so far."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from pydantic import JsonValue, TypeAdapter, ValidationError

from kaitak.bot.flows import HandoverReason
from kaitak.core.records import replace
from kaitak.nlu.understanding import Asked, Emotion, Language, Sentiment

STATE_VERSION = 1
MAX_NOTES = 30
MAX_NOTE_CHARACTERS = 300
MAX_TOPICS = 8
MAX_SAID = 40
MAX_TAKEN_BACK = 80
MAX_AGENT_NOTE = 500

_ASKED: dict[str, Asked] = {
    "slot": "slot",
    "check": "slot",
    "prove": "slot",
    "clarify": "options",
    "offer_person": "yes_no",
    "confirm": "yes_no",
    "go_on": "yes_no",
}
Provenance = Literal["said", "corrected", "chosen", "carried", "business", "agent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotValue:
    """A slot's value and where it came from; a withdrawn value is kept for the hand-over, never used."""

    value: str
    turn: int
    provenance: Provenance
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    title: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What the bot asked last, so that the next message can be its answer."""

    kind: Literal["slot", "clarify", "offer_person", "confirm", "check", "prove", "go_on"]
    slot: str | None = None
    wording: str = ""
    options: tuple[Option, ...] = ()
    again: bool = False  # asked a second time, in other words


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One flow in progress, or the last one finished. `number` is never given twice in a conversation.

    `results` are the business facts that its calls gave, `named` what its `set` steps keep; a frame that `is_part`
    was begun by another's `run` step and returns to it.
    """

    flow: str
    step: str
    is_waiting: bool = False
    slots: dict[str, tuple[SlotValue, ...]]
    entries: dict[str, int]
    number: int = 0
    is_part: bool = False
    named: dict[str, JsonValue] = field(default_factory=dict)
    results: dict[str, JsonValue] = field(default_factory=dict)
    choices: tuple[str, tuple[str, ...]] | None = None  # a slot and the values of which the customer is to name one
    asked: Question | None = None  # what it had asked when another request came between
    offered: dict[str, tuple[Option, ...]] = field(default_factory=dict)  # by slot, what the customer could choose from

    def value(self, slot: str) -> str | None:
        history = self.slots.get(slot, ())
        return history[-1].value if history and not history[-1].withdrawn else None

    def with_value(self, slot: str, value: SlotValue) -> "Frame":
        history = tuple(replace(v, withdrawn=True) for v in self.slots.get(slot, ()) if v.value != value.value)
        return replace(self, slots={**self.slots, slot: (*history, value)[-10:]})

    def without_value(self, slot: str) -> "Frame":
        history = tuple(replace(v, withdrawn=True) for v in self.slots.get(slot, ()))
        return replace(self, slots={**self.slots, slot: history})


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One turn in short, for the hand-over packet."""

    turn: int
    said: str
    intent: str | None
    sentiment: Sentiment
    emotion: Emotion
    replied: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One request of the conversation with the values known for it; the last one is in force."""

    intent: str
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    turn: int = 0
    stand_ins: tuple[str, ...] = ()  # kinds of values given for want of a number
    is_put_off: bool = False  # named, to be seen to after another


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueState:
    version: int = STATE_VERSION
    pack: str = ""
    pack_version: str = ""
    language: Language | None = None
    turns: int = 0
    misunderstandings: int = 0
    stack: tuple[Frame, ...] = ()
    finished: Frame | None = None
    question: Question | None = None
    request: str | None = None
    facts: tuple[tuple[str, SlotValue], ...] = ()
    notes: tuple[Note, ...] = ()
    topics: tuple[Topic, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    taken_back: tuple[tuple[str, str], ...] = ()  # kinds and values that are in force nowhere until said anew
    frames: int = 0  # how many were begun
    told: tuple[tuple[str, str, str], ...] = ()  # kind and value of a number, and the words before it
    handed_over: HandoverReason | None = None  # with a person, and nothing new has been asked since
    asked_at: datetime | None = None  # since when the open question waits
    is_reminded: bool = False  # of that question, once
    tried: tuple[str, ...] = ()  # what was tried, for the packet
    answers: tuple[str, ...] = ()  # what articles answered
    agent_note: str = ""  # of the person who gave the conversation back
    from_agent: tuple[tuple[str, str], ...] = ()  # what that note says, by kind, until a request has taken it
    checked: tuple[tuple[str, datetime], ...] = ()  # orders whose buyer was checked in this conversation, and when

    @property
    def top(self) -> Frame | None:
        return self.stack[-1] if self.stack else None

    @property
    def asked(self) -> Asked:
        if self.question is None:
            return "nothing"
        return _ASKED[self.question.kind]

    def with_top(self, frame: Frame) -> "DialogueState":
        return replace(self, stack=(*self.stack[:-1], frame))


def given_back(state: DialogueState, note: str) -> DialogueState:
    """The state that the bot begins with when a person has given the conversation back, with their note."""
    return replace(
        state,
        question=None,
        misunderstandings=0,
        handed_over=None,
        asked_at=None,
        agent_note=note[:MAX_AGENT_NOTE],
        from_agent=(),
    )


def without_last_turn(state: DialogueState) -> tuple[str, DialogueState]:
    """What the customer said last, and the state in which nothing has answered it yet; what was done stays done."""
    if not state.notes:
        return "", state
    return state.notes[-1].said, replace(state, turns=max(0, state.turns - 1), notes=state.notes[:-1])


_ADAPTER = TypeAdapter(DialogueState)


def to_json(state: DialogueState) -> dict[str, JsonValue]:
    """The state as plain JSON for the conversation row."""
    dumped: dict[str, JsonValue] = _ADAPTER.dump_python(state, mode="json")
    return dumped


def from_json(data: dict[str, JsonValue] | None) -> DialogueState:
    """The state of a conversation; none, or one of another version, starts afresh."""
    if not data or data.get("version") != STATE_VERSION:
        return DialogueState()
    try:
        return _ADAPTER.validate_python(data)
    except ValidationError:
        return DialogueState()
