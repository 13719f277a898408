"""Owns the reading of a message into one command for the dialogue, in the light of what the bot asked."""

import re
from dataclasses import dataclass
from typing import Literal

from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState, Frame, Option
from kaitak.bot.flows import Flow, HandoverReason
from kaitak.bot.packs import Pack
from kaitak.nlu.understanding import Act, Emotion, EscalationReason, Understanding

PERSON, OTHER, INTENT, SLOT = "person", "other", "intent:", "slot:"
_MAX_CHOSEN = 80
_ORDINALS = {
    "1": 0,
    "一": 0,
    "第一": 0,
    "2": 1,
    "二": 1,
    "第二": 1,
    "3": 2,
    "三": 2,
    "第三": 2,
    "4": 3,
    "四": 3,
    "第四": 3,
}
_ORDINAL = re.compile(r"\s*(第?[1-4一二三四])\s*(?:個|张|張|个|項|项)?(?:呀|啦|嗰張|嗰個|\.|。)?\s*")
_FILLER = re.compile(
    r"[\s\W_]+|(?:係|是|系|我|張|单|單|號|号|order|no|number|is|it's|its|嘅|呀|啦|喇|應該|应该|打錯|打错|講錯|说错|咗|了|錯|错|咁|呢|the|唔|不)",
    re.IGNORECASE,
)
_SUBSTANCE = 4
# The gravest first: a hand-over has one reason.
_GRAVE: tuple[tuple[EscalationReason, HandoverReason], ...] = (
    ("safety", "safety"),
    ("legal_or_media", "legal_or_media"),
    ("fraud", "fraud"),
    ("anger", "anger"),
    ("repeated_failure", "repeated_failure"),
    ("distress", "distress"),
    ("human_requested", "customer_asked"),
)


@dataclass(frozen=True, slots=True)
class Start:
    intent: str
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Fill:
    values: tuple[str, ...]
    flow: str
    slot: str
    how: Literal["said", "corrected", "chosen"]


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The customer withdraws the last value or request without giving another."""


@dataclass(frozen=True, slots=True)
class Cancel:
    pass


@dataclass(frozen=True, slots=True)
class Clarify:
    intents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    wording: str


@dataclass(frozen=True, slots=True)
class OfferPerson:
    intent: str | None
    wording: str = "offer_person"


@dataclass(frozen=True, slots=True)
class HandOverTo:
    reason: HandoverReason


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    pass


Command = Start | Fill | TakeBack | Cancel | Clarify | Answer | OfferPerson | HandOverTo | NotUnderstood


_SMALL_TALK = {"greeting": "greeting", "goodbye_thanks": "goodbye", "affirm": "affirm_alone", "deny": "deny_alone"}
_ALWAYS: dict[Act, Command] = {"cancel": Cancel(), "greet": Answer("greeting"), "thank": Answer("goodbye")}
_WHEN_IDLE: dict[Act, Command] = {**_ALWAYS, "affirm": Answer("affirm_alone"), "deny": Answer("deny_alone")}
_WHEN_ASKED: dict[Act, Command] = {**_ALWAYS, "affirm": NotUnderstood(), "deny": Cancel()}


# What these acts say goes to the person who has the matter.
_OF_MATTER: frozenset[Act] = frozenset({"request", "correct", "no_value", "affirm", "deny", "human"})


def is_request(pack: Pack, intent: str | None) -> bool:
    """Whether an intent of this pack asks for something, and is no small talk or mere answer."""
    known = pack.intents.get(intent or "")
    return known is not None and known.kind == "request"


def read_command(
    pack: Pack, state: DialogueState, understanding: Understanding, context: TurnContext, *, goes_on: bool = False
) -> Command:
    """The one command that this message gives; `goes_on` when it asks nothing new."""
    if goes_on and state.handed_over is not None and context.chosen is None and understanding.act in _OF_MATTER:
        return HandOverTo(state.handed_over)
    for reader in (_chosen, _escalated, _answered_offer, _valued, _acted):
        command = reader(pack, state, understanding, context)
        if command is not None:
            return command
    return _classified(pack, state, understanding)


def substance(understanding: Understanding) -> int:
    """How many characters a message holds beside its values and filler words."""
    return len(_FILLER.sub("", _beside_values(understanding)))


def has_words(understanding: Understanding) -> bool:
    """Whether a message holds words of its own beside its values, enough to tell its language."""
    return sum(character.isalpha() for character in _beside_values(understanding)) >= 2


def _beside_values(understanding: Understanding) -> str:
    text = understanding.text
    for entity in reversed(understanding.entities):
        text = text[: entity.start] + " " + text[entity.end :]
    return text


def _chosen(pack: Pack, state: DialogueState, understanding: Understanding, context: TurnContext) -> Command | None:
    options = state.question.options if state.question else ()
    value = (
        context.chosen if context.chosen and len(context.chosen) <= _MAX_CHOSEN else _matching(options, understanding)
    )
    if value is None:
        return None
    if value == PERSON:
        return HandOverTo("customer_asked")
    if value == OTHER:
        return Answer("correction_what")
    if value.startswith(INTENT) and value[len(INTENT) :] in pack.intents:
        return _wish(pack, value[len(INTENT) :])
    frame = state.top
    if value.startswith(SLOT) and frame is not None and any(option.value == value for option in options):
        _, slot, filled = value.split(":", 2)
        return Fill((filled,), frame.flow, slot, "chosen")
    return None


def _matching(options: tuple[Option, ...], understanding: Understanding) -> str | None:
    said = understanding.text.strip().lower()
    for option in options:
        if option.title.strip().lower() == said:
            return option.value
    ordinal = _ORDINAL.fullmatch(said)
    if ordinal is not None and options:
        place = _ORDINALS.get(ordinal[1], 99)
        return options[place].value if place < len(options) else None
    return None


# How likely it must be that a person must step in: by feeling alone, and where words or the course say so too. Most
# turns of a conversation are plain answers, so more is asked of them than of a letter.
_SURE_FEELING, _LIKELY_FEELING = 0.75, 0.5
_BAD_COURSE = 2
_UPSET: frozenset[Emotion] = frozenset({"angry", "anxious"})


def _escalated(_: Pack, state: DialogueState, understanding: Understanding, ___: TurnContext) -> Command | None:
    if not must_step_in(state, understanding):
        return None
    reason = next((handover for felt, handover in _GRAVE if felt in understanding.mood.reasons), None)
    return HandOverTo(reason) if reason else None


def must_step_in(state: DialogueState, understanding: Understanding) -> bool:
    """Whether a person must take over now: by the mood of the message, its words and the course so far."""
    mood = understanding.mood
    reasons = set(mood.reasons)
    if not reasons:
        return False
    if "human_requested" in reasons or mood.escalation >= _SURE_FEELING:
        return True
    if "repeated_failure" in reasons and state.misunderstandings >= _BAD_COURSE:
        return True
    if "safety" in reasons and mood.sentiment == "negative":
        return True
    was_upset = any(n.sentiment == "negative" and n.emotion in _UPSET for n in state.notes[-_BAD_COURSE:])
    defrauded = "fraud" in reasons and mood.emotion == "anxious"
    return mood.escalation >= _LIKELY_FEELING and (was_upset or defrauded)


def _answered_offer(pack: Pack, state: DialogueState, understanding: Understanding, _: TurnContext) -> Command | None:
    question = state.question
    if question is None or question.kind == "slot":
        return None
    if question.kind == "offer_person":
        if understanding.act == "affirm":
            return HandOverTo("not_handled")
        return Answer("person_declined") if understanding.act in ("deny", "cancel") else None
    if understanding.act == "deny":
        return Answer("correction_what")
    if understanding.act == "affirm" and question.options and question.options[0].value.startswith(INTENT):
        return _wish(pack, question.options[0].value[len(INTENT) :])
    return None


def slot_in_play(pack: Pack, state: DialogueState, understanding: Understanding) -> tuple[Flow, Frame, str] | None:
    """The flow, frame and slot that a value in this message belongs to: of the open flow, else of the last one."""
    for frame in (state.top, state.finished):
        flow = pack.flows.get(frame.flow) if frame else None
        if frame is None or flow is None:
            continue
        for name, slot in flow.slots.items():
            if understanding.values(slot.entity):
                return flow, frame, name
    return None


def _valued(pack: Pack, state: DialogueState, understanding: Understanding, _: TurnContext) -> Command | None:
    found = slot_in_play(pack, state, understanding)
    if found is None:
        return None
    flow, frame, slot = found
    values = understanding.values(flow.slots[slot].entity)
    is_other_wish = (
        understanding.band == "answer"
        and understanding.intent != flow.intent
        and is_request(pack, understanding.intent)
        and substance(understanding) >= _SUBSTANCE
    )
    if is_other_wish:
        return None
    if understanding.is_correction:
        return Fill(values[-1:], flow.flow, slot, "corrected")
    if frame is state.top and frame.is_waiting:
        return Fill(values, flow.flow, slot, "said")
    if substance(understanding) < _SUBSTANCE or understanding.intent == flow.intent:
        return Fill(values, flow.flow, slot, "said")
    return None


def _acted(pack: Pack, state: DialogueState, understanding: Understanding, _: TurnContext) -> Command | None:
    if understanding.act == "correct":
        return _taken_back(pack, understanding)
    if understanding.act == "no_value":
        return OfferPerson(state.request, "no_number")
    if state.question is not None:
        return _WHEN_ASKED.get(understanding.act)
    return _WHEN_IDLE.get(understanding.act)


def _taken_back(pack: Pack, understanding: Understanding) -> Command:
    intent = understanding.intent
    has_substance = len(_FILLER.sub("", understanding.kept_text)) >= _SUBSTANCE
    if intent is None or understanding.band != "answer" or not has_substance or not is_request(pack, intent):
        return TakeBack()
    wish = _wish(pack, intent)
    return Start(intent, replaces=True) if isinstance(wish, Start) else wish


def _classified(pack: Pack, state: DialogueState, understanding: Understanding) -> Command:
    bare = _flow_of_bare_value(pack, understanding)
    if bare is not None:
        return bare
    intent = understanding.intent
    if intent is None or understanding.band == "handover":
        return NotUnderstood()
    if understanding.band == "answer" and intent in pack.intents:
        return _wish(pack, intent)
    if state.top is not None and state.top.is_waiting and substance(understanding) < _SUBSTANCE:
        return NotUnderstood()
    wishes = tuple(i.name for i in understanding.intents if is_request(pack, i.name))[:3]
    return Clarify(wishes) if wishes else NotUnderstood()


def _flow_of_bare_value(pack: Pack, understanding: Understanding) -> Command | None:
    """A message that is only a number starts the first flow that needs such a number."""
    if substance(understanding) >= _SUBSTANCE:
        return None
    for flow in pack.flows.values():
        if any(understanding.values(slot.entity) for slot in flow.slots.values()):
            return Start(flow.intent)
    return None


def _wish(pack: Pack, name: str) -> Command:
    """What the pack does about an intent."""
    intent = pack.intents[name]
    if intent.flow is not None:
        return Start(name)
    if intent.hand_over is not None:
        return HandOverTo(intent.hand_over)
    if intent.kind == "request":
        return OfferPerson(name)
    return Answer("out_of_scope" if intent.kind == "out_of_scope" else _SMALL_TALK.get(name, "greeting"))
