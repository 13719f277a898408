"""Owns which request is in force after a message: the classifier's word weighed against the talk before it. Pure."""

import re
from dataclasses import dataclass

from kaitak.bot import escalation, focusing, references, turn_words
from kaitak.bot.dialogue import DialogueState, Topic
from kaitak.bot.packs import EntityKind, Pack
from kaitak.nlu.understanding import Act, Understanding

_WORD, _WORD_WEIGHT = re.compile(r"[a-z]{2,}"), 1.6
Values = dict[str, tuple[str, ...]]

_KEEPING_ACTS: frozenset[Act] = frozenset({"affirm", "deny", "no_value", "empty"})
_OWN_ACTS: frozenset[Act] = frozenset({"greet", "thank", "human", "cancel"})
_SURE = 0.9
_MOST_LIKELY = 0.7
SAID, SAID_AGAIN = "said", "said again"
_CLOSING = "goodbye_thanks"
_FEW = 3
_LIKELY_ENOUGH = 0.15
_PASSING = frozenset({"date", "amount", "colour", "size"})  # what is said of many things
_CONTACTS = frozenset({"phone", "email"})
_GRAVE = frozenset({"safety", "fraud"})
_NEVER = 2.0


@dataclass(frozen=True, slots=True)
class Turn:
    """One message beside what came before it."""

    pack: Pack
    state: DialogueState
    understanding: Understanding
    simple: str
    bare: str
    told: tuple[tuple[str, str, str], ...] = ()  # this message's numbers too

    @property
    def corrects(self) -> bool:
        return self.understanding.is_correction or turn_words.RIGHT_ONE.search(self.simple) is not None

    @property
    def size(self) -> int:
        """How much a message says beside its values: Chinese characters, and English words for what they weigh."""
        words = _WORD.findall(turn_words.FILLER_WORDS.sub(" ", self.simple)) if self.bare.isascii() else []
        return round(len(words) * _WORD_WEIGHT) if words else len(self.bare)

    @property
    def current(self) -> Topic | None:
        return self.state.topics[-1] if self.state.topics else None


def is_request(pack: Pack, intent: str | None) -> bool:
    """Whether an intent of this pack asks for something."""
    known = pack.intents.get(intent or "")
    return known is not None and known.kind == "request"


def is_number(pack: Pack, kind: str) -> bool:
    """Whether a kind of value names a thing of the customer's: an order, a policy, a claim."""
    rule = pack.entities.get(kind)
    return rule is not None and rule.carried == "across_requests"


def needs(rule: EntityKind | None, intent: str) -> bool:
    """Whether a request needs values of a kind."""
    return rule is None or not rule.intents or intent in rule.intents


def intent_of(turn: Turn, stated: Values) -> tuple[str | None, str]:
    """The request in force and why: said, or which part of the context decided."""
    understanding, current = turn.understanding, turn.current
    own = understanding.intent
    if current is None or understanding.act in _OWN_ACTS or _danger(turn) is not None:
        return _danger(turn) or own, SAID
    if _closes(turn):
        return _CLOSING, SAID
    person = _person_asked_for(turn)
    if person is not None:
        return person, "a person asked for"
    kept = _kept_for(turn, stated)
    if kept is not None:
        return current.intent, kept
    if stated and len(turn.bare) <= 2:
        is_elliptic = turn_words.ELLIPSIS.search(turn.simple) is not None  # 咁面霜呢 asks the same of another thing
        own_one = None if is_elliptic else _own_for(turn, stated)
        return _needing(turn, stated) or own_one or current.intent, "only a value"
    return _of_talk(turn, stated, current)


def _closes(turn: Turn) -> bool:
    """Whether an assent with thanks answers no question that can be assented to: 好，唔該."""
    question = turn.state.question
    is_asked = question is not None and (question.kind != "slot" or bool(question.options))
    is_thanks = turn.understanding.act == "affirm" and turn_words.THANKS.search(turn.simple) is not None
    return is_thanks and not is_asked and _CLOSING in turn.pack.intents


def _of_talk(turn: Turn, stated: Values, current: Topic) -> tuple[str | None, str]:
    """The request in force where the message says something by itself."""
    back = _returned(turn) or _of_named(turn, stated)
    if back is not None:
        return back, "back to an earlier request"
    if turn.corrects and any(kind in stated for kind, _ in current.values):
        return current.intent, "a correction of a value"
    return _weighed(turn, current.intent)


def _person_asked_for(turn: Turn) -> str | None:
    """What the pack does for who tells the bot to get somebody: 叫你哋經理覆我."""
    if turn_words.ASKS_PERSON.search(turn.simple) is None or escalation.wants_no_person(turn.understanding):
        return None
    return next((i.name for i in turn.pack.intents.values() if i.hand_over == "customer_asked"), None)


def _own_for(turn: Turn, stated: Values) -> str | None:
    """What a message with little but a value asks by itself, where no request before it needs such a value."""
    own = turn.understanding.intent
    if own is None or turn.understanding.band != "answer" or not is_request(turn.pack, own):
        return None
    return own if any(needs(turn.pack.entities.get(kind), own) for kind in stated) else None


def _danger(turn: Turn) -> str | None:
    """What the pack hands over for safety's sake, when a danger is told with the wish for a person."""
    intents, own = turn.pack.intents, turn.understanding.intent
    wants_person = own in intents and intents[own].hand_over == "customer_asked"
    if not wants_person or "safety" not in turn.understanding.mood.reasons:
        return None
    return next((intent.name for intent in intents.values() if intent.hand_over == "safety"), None)


def _kept_for(turn: Turn, stated: Values) -> str | None:
    """Why a message leaves the request as it is, whatever the classifier says of it."""
    understanding, size = turn.understanding, len(turn.bare)
    is_asking = is_request(turn.pack, understanding.intent)
    gives_contact = any(kind in stated for kind in _CONTACTS)
    reasons = (
        (understanding.act in _KEEPING_ACTS, "an answer to the bot"),
        (bool(stated) and not is_asking and size > 2, "a value, and nothing asked"),
        (not is_asking and understanding.band != "answer", "nothing asked"),
        (gives_contact and turn_words.FOR_WANT_OF.search(turn.simple) is not None, "a contact for want of a number"),
        (_goes_to_somebody(turn), "with the person who has the matter"),
        (understanding.act == "correct" and size <= 4 and not (stated and size <= 2), "a correction of a value"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _goes_to_somebody(turn: Turn) -> bool:
    """Whether a person has a grave matter already, and what is said now belongs to it."""
    return turn.state.handed_over in _GRAVE and turn_words.SWITCH.search(turn.simple) is None


def _of_named(turn: Turn, stated: Values) -> str | None:
    """The earlier request that a thing or number named again belongs to, where the words may well ask about it."""
    shares = {i.name: i.confidence for i in turn.understanding.intents}
    now = dict(turn.current.values) if turn.current is not None else {}
    for topic in reversed(turn.state.topics[:-1]):
        values = dict(topic.values)
        again = any(
            value in values.get(kind, ()) and value not in now.get(kind, ())
            for kind, said in stated.items()
            if kind not in _PASSING
            for value in said
        )
        if again and shares.get(topic.intent, 0.0) >= _LIKELY_ENOUGH:
            return topic.intent
    return None


def _only_gives_contact(turn: Turn) -> bool:
    """Whether a message says how to reach the customer and asks for nothing."""
    text = turn.understanding.text
    contacts = [e for e in turn.understanding.entities if e.kind in _CONTACTS and not e.withdrawn]
    gives = any(turn_words.TO_REACH.search(text[max(0, e.start - 24) : e.start].lower()) for e in contacts)
    others = (turn_words.WISH, turn_words.QUESTION, turn_words.SWITCH, turn_words.DROPPED, turn_words.CONTACT_TROUBLE)
    words = turn_words.POLITE.sub("", turn.simple)
    return gives and not any(pattern.search(words) for pattern in others)


def _weighed(turn: Turn, current: str) -> tuple[str | None, str]:
    """The classifier's word, believed the more the more a message says by itself; else the matter goes on."""
    own, share = turn.understanding.intent, turn.understanding.confidence
    if own == current:
        return own, SAID_AGAIN
    if own is None or share < _needed_for(turn, own):
        return current, "goes on with the request"
    if own == "complaint_service" and turn_words.ABOUT_SERVICE.search(turn.simple) is None:
        return current, "a complaint about the request"
    return own, SAID


def _needed_for(turn: Turn, own: str) -> float:
    """How sure the classifier must be of what it reads, in this talk, for the request to be that."""
    current = turn.current.intent if turn.current else ""
    is_unwanted = any(deed in current for deed in focusing.unwanted(turn.understanding.text))
    needed = 0.3 if is_unwanted else _needed_share(turn)
    is_elsewhere = turn_words.ELSEWHERE.search(turn.simple) is not None
    if turn_words.RETURN.search(turn.simple) is not None or is_elsewhere:
        needed = max(needed, 0.95 if len(turn.state.topics) == 1 else 0.85)
    leaves = turn_words.SWITCH.search(turn.simple) or turn_words.DROPPED.search(turn.simple)
    if leaves is None and _gives_more(turn):
        needed = max(needed, 0.9)
    if turn.understanding.mood.escalate:  # who is upset speaks of the matter in the words of many
        needed = max(needed, _MOST_LIKELY)
    is_known = any(own == topic.intent for topic in turn.state.topics)
    if (is_known or references.picks_another(turn.simple)) and len(turn.bare) > _FEW:
        needed = min(needed, _MOST_LIKELY)
    hands_over = turn.pack.intents[own].hand_over if own in turn.pack.intents else None
    wants_person = hands_over == "customer_asked" and turn_words.PERSON.search(turn.simple) is not None
    if is_elsewhere and hands_over:
        return _NEVER  # who came from another channel asks about the matter, not for a person
    if _only_gives_contact(turn) or (hands_over == "customer_asked" and not wants_person):
        return _NEVER
    return min(needed, _MOST_LIKELY) if wants_person else needed


def _needed_share(turn: Turn) -> float:
    """How sure the classifier must be before a message leaves the request in force."""
    orders = turn.state.top is None and turn_words.DO_IT.search(turn.simple) is not None
    if (
        orders
        or turn_words.ANOTHER_DEED.search(turn.simple) is not None
        or turn_words.SWITCH.search(turn.simple) is not None
        or turn_words.DROPPED.search(turn.simple) is not None
    ):
        return 0.4
    size = turn.size
    opens = turn_words.OPENING.search(turn.simple) is not None
    if size <= 3 and (not opens or turn_words.ELLIPSIS.search(turn.simple) is not None):
        return _NEVER
    if turn_words.ELLIPSIS.search(turn.simple) is not None and (size <= 5 or not opens):
        is_whole = size > 5 or turn_words.OWN_THING.search(turn.simple) is not None
        return 0.97 if is_whole else _NEVER
    if (size <= 6 and not opens) or (size <= 10 and turn.bare.isascii()):
        return 0.9
    if size >= 14:
        return 0.4 if opens else 0.6
    return (0.55 if size > 3 else 0.8) if opens else 0.85


def _gives_more(turn: Turn) -> bool:
    """Whether the message adds a value of a kind that the request in force did not have yet."""
    if references.picks_another(turn.simple):
        return False
    if "safety" in turn.understanding.mood.reasons:  # who tells of a danger says more, and not for the sake of it
        return False
    known = dict(turn.current.values) if turn.current else {}
    return any(not e.withdrawn and e.kind not in known for e in turn.understanding.entities)


def _needing(turn: Turn, stated: Values) -> str | None:
    """The latest request that needs a value of the kinds just given."""
    for topic in reversed(turn.state.topics):
        if any(needs(turn.pack.entities.get(kind), topic.intent) for kind in stated):
            return topic.intent
    return None


def _returned(turn: Turn) -> str | None:
    """An earlier request that the customer names again: 講返頭先, back to the refund."""
    if turn_words.RETURN.search(turn.simple) is None or len(turn.state.topics) < 2:
        return None
    earlier = [t.intent for t in turn.state.topics[:-1]]
    shares = {i.name: i.confidence for i in turn.understanding.intents}
    named = max(earlier, key=lambda name: (shares.get(name, 0.0), earlier.index(name)))
    own = turn.understanding.intent
    if own not in earlier and turn.understanding.confidence >= _SURE and shares.get(named, 0.0) < 0.05:
        return None
    if own == turn.state.topics[-1].intent and turn.understanding.confidence >= 0.6:
        return None
    return named
