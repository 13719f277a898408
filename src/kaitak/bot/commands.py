"""Owns the reading of a message into commands for the dialogue, in the light of what the bot asked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kaitak.bot import slot_reading
from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState, Frame, Option
from kaitak.bot.flows import HandoverReason
from kaitak.bot.packs import Pack
from kaitak.nlu.understanding import Act, Emotion, EscalationReason, Understanding

PERSON, OTHER, INTENT, SLOT = "person", "other", "intent:", "slot:"
YES, NO, SKIP = "confirm:yes", "confirm:no", "skip"
_MAX_CHOSEN = 200
MAX_WISHES = 3
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
    """Values for slots of one frame, by its number; several values of one slot are a choice still to be made."""

    frame: int
    values: tuple[tuple[str, tuple[str, ...]], ...]
    is_tapped: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a question that no slot takes: yes or no to a confirm, the digits for a check."""

    answer: str


@dataclass(frozen=True, slots=True)
class GoOn:
    """Whether the customer wants to go on with what has lain a long time."""

    wanted: bool


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
class AskKnowledge:
    """Answer the message from articles."""

    intent: str


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


Command = (
    Start
    | Fill
    | Reply
    | GoOn
    | TakeBack
    | Cancel
    | Clarify
    | Answer
    | AskKnowledge
    | OfferPerson
    | HandOverTo
    | NotUnderstood
)


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
    """The first command that this message gives; `goes_on` when it asks nothing new."""
    if goes_on and state.handed_over is not None and context.chosen is None and understanding.act in _OF_MATTER:
        return HandOverTo(state.handed_over)
    for reader in (_chosen, _escalated, _answered_offer, _answered, _valued, _acted):
        command = reader(pack, state, understanding, context)
        if command is not None:
            return command
    return _classified(pack, state, understanding)


def read_commands(
    pack: Pack, state: DialogueState, understanding: Understanding, context: TurnContext, *, goes_on: bool = False
) -> tuple[Command, ...]:
    """All commands of a message, in order: the first, and the other requests made in the same breath."""
    first = read_command(pack, state, understanding, context, goes_on=goes_on)
    if len(understanding.requests) < 2 or not isinstance(first, Start | AskKnowledge | OfferPerson | Fill):
        return (first,)
    wishes = [_wish(pack, name) for name in understanding.requests if is_request(pack, name)]
    if isinstance(first, Fill):
        own = own_intents(pack, state)
        return (first, *(wish for wish in wishes if not (isinstance(wish, Start) and wish.intent in own)))
    if first not in wishes:
        return (first,)
    replaces = isinstance(first, Start) and first.replaces
    return tuple(Start(w.intent, replaces) if isinstance(w, Start) and w == first else w for w in wishes)[:MAX_WISHES]


def substance(understanding: Understanding) -> int:
    """How many characters a message holds beside its values and filler words."""
    return len(_FILLER.sub("", _beside_values(understanding)))


def has_words(understanding: Understanding) -> bool:
    """Whether a message holds words of its own beside its values, enough to tell its language."""
    return sum(character.isalpha() for character in _beside_values(understanding)) >= 2


def _beside_values(understanding: Understanding, keep: str = "") -> str:
    text = understanding.text
    for entity in reversed([e for e in understanding.entities if e.kind != keep]):
        text = text[: entity.start] + " " + text[entity.end :]
    return text


def _chosen(pack: Pack, state: DialogueState, understanding: Understanding, context: TurnContext) -> Command | None:
    options = state.question.options if state.question else ()
    value = (
        context.chosen if context.chosen and len(context.chosen) <= _MAX_CHOSEN else _matching(options, understanding)
    )
    if value is None:
        return None
    if value.startswith(INTENT) and value[len(INTENT) :] in pack.intents:
        return _wish(pack, value[len(INTENT) :])
    frame = state.top
    if value.startswith(SLOT) and frame is not None and any(option.value == value for option in options):
        _, slot, filled = value.split(":", 2)
        return Fill(frame.number, ((slot, (filled,)),), is_tapped=True)
    if value in (YES, NO) and state.question is not None:
        return _agreed(state.question.kind, yes=value == YES)
    if value == PERSON:
        return HandOverTo("customer_asked")
    return Answer("correction_what") if value == OTHER else None


def _agreed(kind: str, *, yes: bool) -> Command | None:
    """Yes or no to the question of this kind."""
    if kind == "go_on":
        return GoOn(yes)
    return Reply("yes" if yes else "no") if kind == "confirm" else None


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
    if question is None or question.kind not in ("offer_person", "clarify"):
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


def _answered(pack: Pack, state: DialogueState, understanding: Understanding, _: TurnContext) -> Command | None:
    """The answer to a question of a flow that is not about a value: yes or no, digits, nothing to add."""
    question, frame = state.question, state.top
    if question is None or frame is None:
        return None
    if question.kind in ("confirm", "go_on"):
        yes = _yes_or_no(pack, frame, understanding)
        return None if yes is None else _agreed(question.kind, yes=yes)
    flow = pack.flows.get(frame.flow)
    if flow is None or is_other_wish(pack, state, understanding):
        return None
    if question.kind == "check":
        tail = slot_reading.phone_tail(_beside_values(understanding, keep="phone"))
        return Reply(tail) if tail is not None else None
    slot = flow.slots.get(question.slot or "")
    says_none = understanding.act in ("deny", "no_value", "cancel") or _NOTHING.fullmatch(understanding.text.strip())
    return Reply(SKIP) if slot is not None and slot.optional and says_none else None


# What agrees or refuses in more words than a bare yes or no: 好呀幫我改啦, 唔好改住.
_YES = re.compile(
    r"^(?:好|係|系|啱|得|可以|確認|确认|ok|okay|yes|yeah|yep|sure|go ahead|please do|無問題|冇問題|没问题"
    r"|冇錯|没错|對|对|是|要|麻煩|唔該)(?!唔|不|似|像|難|心|大)"
)
_NO = re.compile(r"^(?:唔|不|no\b|nope|don'?t|未|等陣|等等|咪|別|别|算)")
_NOTHING = re.compile(r"(?:冇|無|没有|沒有|唔使|不用|none|no|nothing|n/?a)(?:喇|啦|了|呀|㗎)?", re.IGNORECASE)
_LONGEST_YES = 14


def _yes_or_no(pack: Pack, frame: Frame, understanding: Understanding) -> bool | None:
    """Whether a message says yes or no to a confirm; None if it says something else."""
    if understanding.act == "affirm":
        return True
    if understanding.act == "cancel":  # 取消, asked whether an order shall be cancelled, is a yes
        flow = pack.flows.get(frame.flow)
        is_its_deed = flow is not None and any("cancel" in name for name in flow.intents)
        return is_its_deed and not _NO.match(understanding.text.strip().lower())
    if understanding.act in ("deny", "no_value"):
        return False
    said = understanding.text.strip().lower()
    if len(said) > _LONGEST_YES or any(not e.withdrawn for e in understanding.entities):
        return None
    if _NO.match(said):
        return False
    return True if _YES.match(said) and not said.endswith(("?", "？", "嗎", "吗", "呢")) else None


def own_intents(pack: Pack, state: DialogueState) -> frozenset[str]:
    """The requests that the open flow serves, with those of the flows that it is a part of."""
    found: set[str] = set()
    for frame in reversed(state.stack):
        flow = pack.flows.get(frame.flow)
        found.update(flow.intents if flow is not None else ())
        if not frame.is_part:
            break
    return frozenset(found)


def is_other_wish(pack: Pack, state: DialogueState, understanding: Understanding) -> bool:
    """Whether a message asks for something else than the open flow does."""
    return (
        understanding.band == "answer"
        and understanding.act not in ("affirm", "deny", "no_value")
        and understanding.intent not in own_intents(pack, state)
        and is_request(pack, understanding.intent)
        and substance(understanding) >= _SUBSTANCE
    )


def _valued(pack: Pack, state: DialogueState, understanding: Understanding, _: TurnContext) -> Command | None:
    """Values for the open flow, for the one that holds what is corrected, or for the last one that ended."""
    if understanding.act in ("greet", "thank", "human", "empty"):
        return None
    top = state.top
    if top is not None and is_other_wish(pack, state, understanding):
        return None
    for frame in _frames(state, understanding):
        values = tuple(_fills(pack, state, frame, understanding))
        if not values:
            continue
        flow = pack.flows[frame.flow]
        is_open = frame is top or understanding.is_correction
        if is_open or substance(understanding) < _SUBSTANCE or understanding.intent in flow.intents:
            return Fill(frame.number, values)
    return None


def _frames(state: DialogueState, understanding: Understanding) -> Iterator[Frame]:
    """The frames that may take a value, in order; a correction may be about a flow that waits beneath."""
    top = state.top
    if top is not None:
        yield top
    if understanding.is_correction:
        yield from reversed(state.stack[:-1])
    if top is None and state.finished is not None:
        yield state.finished


def _fills(
    pack: Pack, state: DialogueState, frame: Frame, understanding: Understanding
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What a message gives a frame's slots: the one asked for first, then the empty ones, then the others."""
    flow, question = pack.flows.get(frame.flow), state.question
    if flow is None:
        return
    asked = question.slot if question is not None and frame is state.top and question.kind == "slot" else None
    order = sorted(flow.slots, key=lambda name: (name != asked, frame.value(name) is not None))
    taken: set[str] = set()
    for name in order:
        slot = flow.slots[name]
        if slot.entity in taken:
            continue
        values = slot_reading.values(slot, understanding, asked=name == asked)
        if slot.text and not _is_free_text(understanding):
            values = ()
        if name == asked and not values and question is not None and question.options:
            option = slot_reading.option_in(question.options, understanding.text)
            values = (option.split(":", 2)[2],) if option is not None and option.startswith(SLOT) else ()
        if slot.words is not None and name != asked and frame.value(name) is not None:
            values = values if understanding.is_correction else ()
        if slot.entity and values:
            taken.add(slot.entity)
        is_news = values != (frame.value(name),) or name == asked or frame is state.top
        if values and is_news:
            yield name, values


def _is_free_text(understanding: Understanding) -> bool:
    return understanding.act not in ("cancel", "human", "empty") and bool(understanding.text.strip())


def _acted(pack: Pack, state: DialogueState, understanding: Understanding, _: TurnContext) -> Command | None:
    question = state.question
    if understanding.act == "correct":
        return _taken_back(pack, understanding)
    if question is not None and question.kind == "confirm" and not is_other_wish(pack, state, understanding):
        return _ALWAYS.get(understanding.act, NotUnderstood())
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
    intent = understanding.intent
    if understanding.band == "answer" and intent in pack.intents and is_request(pack, intent):
        return _wish(pack, intent)
    bare = _flow_of_bare_value(pack, understanding)
    if bare is not None:
        return bare
    if intent is None or understanding.band == "handover":
        return NotUnderstood()
    if understanding.band == "answer" and intent in pack.intents:
        return _wish(pack, intent)
    if state.top is not None and state.top.is_waiting and substance(understanding) < _SUBSTANCE:
        return NotUnderstood()
    wishes = tuple(i.name for i in understanding.intents if is_request(pack, i.name))[:3]
    return Clarify(wishes) if wishes else NotUnderstood()


def _flow_of_bare_value(pack: Pack, understanding: Understanding) -> Command | None:
    """A message that is little but a number starts the likeliest of the flows that need such a number."""
    if substance(understanding) >= _SUBSTANCE:
        return None
    shares = {each.name: each.confidence for each in understanding.intents}
    needing: list[str] = []
    for flow in pack.flows.values():
        kinds = {slot.entity for slot in flow.slots.values() if slot.entity} - _NOT_ALONE
        if any(understanding.values(kind) for kind in kinds):
            needing += flow.intents
    return Start(max(needing, key=lambda name: shares.get(name, 0.0))) if needing else None


_NOT_ALONE = frozenset({"date", "amount", "phone", "email", "product", "person", "store", "colour", "size"})


def _wish(pack: Pack, name: str) -> Command:
    """What the pack does about an intent."""
    intent = pack.intents[name]
    if intent.flow is not None:
        return Start(name)
    if intent.hand_over is not None:
        return HandOverTo(intent.hand_over)
    if intent.knowledge:
        return AskKnowledge(name)
    if intent.kind == "request":
        return OfferPerson(name)
    return Answer("out_of_scope" if intent.kind == "out_of_scope" else _SMALL_TALK.get(name, "greeting"))
