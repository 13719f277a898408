"""Owns the reading of a message into commands for the dialogue, in the light of what the bot asked."""

import re
from dataclasses import dataclass

from kaitak.bot import agreeing, escalation, proof_reading, slot_filling, slot_reading, wishes
from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState, Option, Question
from kaitak.bot.flows import Flow, HandoverReason
from kaitak.bot.packs import Pack
from kaitak.nlu.understanding import Act, Understanding

PERSON, OTHER, INTENT = "person", "other", "intent:"
SLOT = slot_filling.SLOT
YES, NO, SKIP, LACKS = "confirm:yes", "confirm:no", "skip", proof_reading.LACKS
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
_FEW = 2
_HARDLY = 0.01


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
    """The answer to a question that no slot takes: yes or no to a confirm, the digits for a check, an address."""

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
class Aside:
    """More about the open request that no slot takes: answered from articles if it asks, noted if it tells."""

    asks: bool


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
    | Aside
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


def read_command(
    pack: Pack, state: DialogueState, understanding: Understanding, context: TurnContext, *, goes_on: bool = False
) -> Command:
    """The first command that this message gives; `goes_on` when it asks nothing new."""
    is_of_matter = goes_on or understanding.band != "answer"  # what nobody can read belongs to it, too
    if state.handed_over is not None and is_of_matter and context.chosen is None and understanding.act in _OF_MATTER:
        return HandOverTo(state.handed_over)
    for reader in (_chosen, _escalated, _answered_offer, _answered, _valued, _told, _acted):
        command = reader(pack, state, understanding, context)
        if command is not None:
            return command
    return _classified(pack, state, understanding)


_WISHES = (Start, AskKnowledge, OfferPerson, Fill, Clarify, NotUnderstood)


def read_commands(
    pack: Pack, state: DialogueState, understanding: Understanding, context: TurnContext, *, goes_on: bool = False
) -> tuple[Command, ...]:
    """All commands of a message, in order: the first, and the other requests made in the same breath."""
    first = read_command(pack, state, understanding, context, goes_on=goes_on)
    if len(understanding.requests) < 2 or not isinstance(first, _WISHES):
        return (first,)
    asked = [_wish(pack, name) for name in understanding.requests if wishes.is_request(pack, name)]
    if isinstance(first, Fill):
        own = wishes.own_intents(pack, state)
        return (first, *(wish for wish in asked if not (isinstance(wish, Start) and wish.intent in own)))
    return tuple(asked[:MAX_WISHES]) if len(asked) > 1 else (first,)


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
    if value in (YES, NO, *proof_reading.CHOICES) and state.question is not None:
        return _agreed(state.question.kind, yes=value == YES) if value in (YES, NO) else _proof(state.question, value)
    if value == PERSON:
        return HandOverTo("customer_asked")
    return Answer("correction_what") if value == OTHER else None


def _agreed(kind: str, *, yes: bool) -> Command | None:
    """Yes or no to the question of this kind."""
    if kind == "go_on":
        return GoOn(yes)
    return Reply("yes" if yes else "no") if kind == "confirm" else None


def _proof(question: Question, value: str) -> Command | None:
    """What was tapped about a code counts while that question is open."""
    return Reply(value) if question.kind == "prove" else None


def is_choice(state: DialogueState, understanding: Understanding, context: TurnContext) -> bool:
    """Whether the message only says which of the offered readings of the message before it was meant."""
    if state.question is None or state.question.kind != "clarify":
        return False
    is_tapped = context.chosen is not None or understanding.act == "affirm"
    return is_tapped or _matching(state.question.options, understanding) is not None


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


def _escalated(_: Pack, state: DialogueState, understanding: Understanding, ___: TurnContext) -> Command | None:
    reason = escalation.reason_of(state, understanding)
    return HandOverTo(reason) if reason else None


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
        yes = agreeing.yes_or_no(pack.flows.get(frame.flow), understanding, frame.step)
        is_other = yes is False and slot_filling.puts_right(pack, state, understanding)
        is_other = is_other or wishes.assents_and_goes_on(pack, state, understanding)
        return None if yes is None or is_other else _agreed(question.kind, yes=yes)
    if question.kind in ("prove", "check"):
        answer = proof_reading.answer(question, understanding)
        if answer is not None or question.kind == "prove":
            return Reply(answer) if answer is not None else None
    flow = pack.flows.get(frame.flow)
    if flow is None or wishes.is_other_wish(pack, state, understanding):
        return None
    if question.kind == "check":
        tail = slot_reading.phone_tail(wishes.beside_values(understanding, keep="phone"))
        return Reply(tail) if tail is not None else None
    slot = flow.slots.get(question.slot or "")
    is_skipped = slot is not None and slot.optional and agreeing.has_nothing(understanding)
    return Reply(SKIP) if is_skipped else None


def _valued(pack: Pack, state: DialogueState, understanding: Understanding, _: TurnContext) -> Command | None:
    """Values for the open flow, for the one that holds what is corrected, or for the last one that ended."""
    top = state.top
    if slot_filling.is_talk(pack, state, understanding):
        return None
    if top is not None and wishes.is_other_wish(pack, state, understanding):
        return None
    for frame in slot_filling.frames_for(state, understanding):
        values = tuple(slot_filling.fills(pack, state, frame, understanding))
        if not values:
            continue
        flow = pack.flows[frame.flow]
        if top is None and _begins_anew(pack, flow, understanding):
            return None
        is_open = frame is top or understanding.is_correction
        if is_open or wishes.substance(understanding) < wishes.SUBSTANCE or understanding.intent in flow.intents:
            return Fill(frame.number, values)
    return None


def _begins_anew(pack: Pack, flow: Flow, understanding: Understanding) -> bool:
    """Whether a number after the end of a flow comes with a request of its own: 取消HK25-100235 after a return."""
    is_request_of_its_own = understanding.band == "answer" and wishes.is_request(pack, understanding.intent)
    is_other = is_request_of_its_own and understanding.intent not in flow.intents and not understanding.is_correction
    return is_other and wishes.substance(understanding) >= wishes.VERB


# What asks and does not tell.
_ASKS = re.compile(
    r"[?？]|呢[呀啊]?$|嗎|吗|咩|乜|點|怎|幾|几|多少|邊|哪|為何|为什么|係咪|是不是|使唔使|得唔得|可唔可以|有冇|會唔會"
    r"|(?<![a-z])(?:what|when|where|which|who|how|why|can|could|do|does|is|are|will)(?![a-z])"
)


def _told(pack: Pack, state: DialogueState, understanding: Understanding, _: TurnContext) -> Command | None:
    """More about the open request: a question beside it, or facts that none of its slots takes."""
    question, top = state.question, state.top
    if question is None or top is None or not top.is_waiting or understanding.act not in ("request", "correct"):
        return None
    if understanding.act == "correct" and question.kind != "confirm":
        return None
    is_own = understanding.band == "answer" and understanding.intent in wishes.own_intents(pack, state)
    asks = _ASKS.search(understanding.text.strip().lower()) is not None
    has_values = any(not entity.withdrawn for entity in understanding.entities)
    has_more = has_values or wishes.substance(understanding) >= _FEW
    if is_own and (asks or has_values or question.kind == "confirm") and has_more:
        return Aside(asks)
    is_lost = understanding.band != "answer" and has_values and question.kind == "confirm"
    return Aside(asks=False) if is_lost else None


def _acted(pack: Pack, state: DialogueState, understanding: Understanding, _: TurnContext) -> Command | None:
    question = state.question
    is_first = state.turns == 0 and wishes.substance(understanding) >= wishes.SUBSTANCE  # it has nothing to take back
    is_first = is_first or slot_filling.puts_right_elsewhere(pack, state, understanding)
    if understanding.act == "correct" and not is_first:
        return _taken_back(pack, understanding)
    if question is not None and question.kind == "confirm" and not wishes.is_other_wish(pack, state, understanding):
        return _ALWAYS.get(understanding.act, NotUnderstood())
    if understanding.act == "no_value":
        return Reply(LACKS) if slot_filling.may_lack(pack, state) else OfferPerson(state.request, "no_number")
    if state.question is not None:
        return _WHEN_ASKED.get(understanding.act)
    return _WHEN_IDLE.get(understanding.act)


def _taken_back(pack: Pack, understanding: Understanding) -> Command:
    intent = understanding.intent
    has_substance = len(wishes.FILLER.sub("", understanding.kept_text)) >= wishes.SUBSTANCE
    if intent is None or understanding.band != "answer" or not has_substance or not wishes.is_request(pack, intent):
        return TakeBack()
    wish = _wish(pack, intent)
    return Start(intent, replaces=True) if isinstance(wish, Start) else wish


def _classified(pack: Pack, state: DialogueState, understanding: Understanding) -> Command:
    intent = understanding.intent
    is_sure = understanding.band == "answer" and wishes.is_request(pack, intent)
    if intent is not None and (is_sure or wishes.is_other_wish(pack, state, understanding)):
        return _wish(pack, intent)
    bare = _flow_of_bare_value(pack, understanding)
    if bare is not None:
        return bare
    if intent is None or understanding.band == "handover":
        return NotUnderstood()
    if understanding.band == "answer" and intent in pack.intents:
        return _wish(pack, intent)
    if state.top is not None and state.top.is_waiting and wishes.substance(understanding) < wishes.SUBSTANCE:
        return NotUnderstood()
    meant = _likeliest(pack, understanding)
    return Clarify(meant) if meant else NotUnderstood()


def _likeliest(pack: Pack, understanding: Understanding) -> tuple[str, ...]:
    """The readings to offer, three at most; a person is offered beside them anyway, what is hardly likely is not."""
    able = [
        each
        for each in understanding.intents
        if wishes.is_request(pack, each.name) and pack.intents[each.name].hand_over != "customer_asked"
    ][:3]
    likely = [each for each in able if each.confidence >= _HARDLY]
    return tuple(each.name for each in (likely if len(likely) > 1 else able))


def _flow_of_bare_value(pack: Pack, understanding: Understanding) -> Command | None:
    """A message that is little but a number starts the likeliest of the flows that need such a number."""
    if wishes.substance(understanding) >= wishes.SUBSTANCE:
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
