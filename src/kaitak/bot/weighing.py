"""Owns which request is in force after a message: the classifier's word weighed against the talk before it. Pure."""

import re
from dataclasses import dataclass

from kaitak.bot import arriving, escalation, focusing, leaning, matters, references, returning, righting, turn_words
from kaitak.bot.dialogue import DialogueState, Topic
from kaitak.bot.packs import EntityKind, Pack
from kaitak.nlu import folding
from kaitak.nlu.understanding import Act, Understanding

_WORD, _WORD_WEIGHT = re.compile(r"[a-z]{2,}"), 1.6
Values = dict[str, tuple[str, ...]]

_KEEPING_ACTS: frozenset[Act] = frozenset({"affirm", "deny", "no_value", "empty"})
_OWN_ACTS: frozenset[Act] = frozenset({"greet", "thank", "human", "cancel"})
_SURE, _MOST_LIKELY = 0.9, 0.7
_BEYOND_DOUBT = 0.985  # what leans on the talk before and yet can mean but one thing
_ONLY_GUESSED = 0.5  # where the bot has just asked which request is meant
_BACK_TO_ANOTHER_DEED = 0.8  # back to an earlier matter with another wish: 返去嗰張單,改星期六送
_LIKELY_BOTH = 0.5  # of an earlier request, where another thing than the last is meant
SAID, SAID_AGAIN = "said", "said again"
ORDERED = "the first by the customer's order"
PUT_RIGHT = "the request put right"
_MEANT, _THAN_BEFORE = 0.55, 2  # how likely the other request must be, and how much likelier than the one before
_MANY = 3
_A_VALUE = "a value, and nothing asked"
_CLOSING = "goodbye_thanks"
_FEW, _FEW_WORDS = 3, 6
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
        return self.understanding.is_correction or righting.tells_slip(self.simple)

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
    first = _first_of_several(turn)
    return _one_of(turn, stated) if first is None else (first, "the first of several")


def _one_of(turn: Turn, stated: Values) -> tuple[str | None, str]:
    """The request in force of a message that makes one at most."""
    understanding, current = turn.understanding, turn.current
    own = understanding.intent
    if current is None or understanding.act in _OWN_ACTS or _danger(turn) is not None:
        return _danger(turn) or own, SAID
    outright = _outright(turn)
    if outright is not None:
        return outright
    names_next = returning.names_waiting(turn.state, turn.simple)
    kept = PUT_RIGHT if _is_put_right(turn, current.intent) else None if names_next else _kept_for(turn, stated)
    if kept is not None:
        meant = {PUT_RIGHT: own, _A_VALUE: _needing(turn, stated)}.get(kept)
        return meant or current.intent, kept
    if stated and len(turn.bare) <= 2:
        is_elliptic = turn_words.ELLIPSIS.search(turn.simple) is not None  # 咁面霜呢 asks the same of another thing
        numbers = [rule for kind, rule in turn.pack.entities.items() if kind in stated and is_number(turn.pack, kind)]
        is_elliptic = is_elliptic and all(needs(rule, current.intent) for rule in numbers)
        own_one = None if is_elliptic else _own_for(turn, stated)
        return _needing(turn, stated) or own_one or current.intent, "only a value"
    return _of_talk(turn, stated, current)


def _outright(turn: Turn) -> tuple[str, str] | None:
    """What a message says in so many words: that the talk ends, that somebody is wanted, that a matter goes on."""
    named = (
        (_CLOSING if _closes(turn) else None, SAID),
        (_person_asked_for(turn), "a person asked for"),
        (returning.resumed(turn.state, turn.understanding, turn.simple), "back to an earlier request"),
    )
    return next(((intent, reason) for intent, reason in named if intent is not None), None)


def _is_put_right(turn: Turn, current: str) -> bool:
    """Whether a message says that another request was meant: 講錯,我係想換."""
    understanding, own = turn.understanding, turn.understanding.intent
    if own == current or not is_request(turn.pack, own) or turn.pack.intents[own or ""].hand_over is not None:
        return False
    before = next((i.confidence for i in understanding.intents if i.name == current), 0.0)
    is_meant = understanding.confidence >= max(_MEANT, _THAN_BEFORE * before)
    return is_meant and not _leaves_rest(turn) and righting.asks_instead(understanding)


def _first_of_several(turn: Turn) -> str | None:
    """Of several requests of one message the one to be served first, where it says that there are several."""
    asked = [name for name in turn.understanding.requests if is_request(turn.pack, name)]
    if turn.understanding.evidence.detail[:1] == (ORDERED,):
        return turn.understanding.intent
    return asked[0] if len(asked) > 1 and turn_words.SEVERAL.search(turn.simple) is not None else None


def _closes(turn: Turn) -> bool:
    """Whether an assent with thanks answers no question that can be assented to: 好，唔該."""
    question = turn.state.question
    is_asked = question is not None and (question.kind != "slot" or bool(question.options))
    is_thanks = turn.understanding.act == "affirm" and turn_words.THANKS.search(turn.simple) is not None
    return is_thanks and not is_asked and _CLOSING in turn.pack.intents


def _of_talk(turn: Turn, stated: Values, current: Topic) -> tuple[str | None, str]:
    """The request in force where the message says something by itself."""
    back = _returned(turn) or returning.put_off(turn.state, turn.understanding, turn.simple)
    back = back or _of_named(turn, stated) or returning.of_deed(turn.state, turn.understanding, turn.simple)
    if back is not None:
        return back, "back to an earlier request"
    if turn.corrects and any(stated.get(kind, values) != values for kind, values in current.values):
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
        (bool(stated) and not is_asking and size > 2, _A_VALUE),
        (not is_asking and understanding.band != "answer", "nothing asked"),
        (
            understanding.intent in returning.ASSENTS and not stated and turn.state.topics[-1].turn == turn.state.turns,
            "an answer to the bot",
        ),
        (
            matters.REST_STAYS.search(turn.simple) is not None
            and not returning.leaves(turn.simple)
            and not (matters.OTHERS_SENT.search(turn.simple) is not None and understanding.confidence >= _SURE),
            "the rest stays as said",
        ),
        (leaning.changes(turn.pack, turn.state, understanding, turn.simple, stated), "a change of what is asked"),
        (leaning.adds(turn.pack, turn.state, turn.simple, stated), "an addition to the request"),
        (gives_contact and turn_words.FOR_WANT_OF.search(turn.simple) is not None, "a contact for want of a number"),
        (_goes_to_somebody(turn), "with the person who has the matter"),
        (_leaves_rest(turn), "the rest as it was"),
        (leaning.stays(turn.pack, turn.state, turn.understanding, turn.simple), "of the matter in hand"),
        (leaning.only_corrects(turn.pack, turn.state, understanding, stated, size), "a correction of a value"),
    )
    return next((reason for holds, reason in reasons if holds), None)


def _goes_to_somebody(turn: Turn) -> bool:
    """Whether a person has a grave matter already, and what is said now belongs to it."""
    goes_back = _returned(turn) not in (None, turn.state.topics[-1].intent) and turn.understanding.confidence >= _SURE
    return turn.state.handed_over in _GRAVE and not goes_back and turn_words.SWITCH.search(turn.simple) is None


def _leaves_rest(turn: Turn) -> bool:
    """Whether of a request that has much in it all but a little stays as it was: 數量改做150個,其他照舊."""
    current = turn.current
    is_much = current is not None and len(current.values) >= _MANY
    return is_much and righting.keeps_rest(turn.simple) and turn_words.SWITCH.search(turn.simple) is None


def _of_named(turn: Turn, stated: Values) -> str | None:
    """The earlier request that a thing or number named again belongs to, where the words may well ask about it."""
    shares = {i.name: i.confidence for i in turn.understanding.intents}
    now = dict(turn.current.values) if turn.current is not None else {}
    returns = turn_words.RETURN.search(turn.simple) is not None
    for topic in reversed(turn.state.topics[:-1]):
        values = dict(topic.values)
        named = {(kind, value) for kind, said in stated.items() for value in said if kind not in _PASSING}
        named |= {(kind, value) for kind, value in _things_of(turn, topic) if folding.plain(value) in turn.simple}
        again = any(value in values.get(kind, ()) and value not in now.get(kind, ()) for kind, value in named)
        if again and (returns or shares.get(topic.intent, 0.0) >= _LIKELY_ENOUGH):
            return topic.intent
    return None


def _things_of(turn: Turn, topic: Topic) -> list[tuple[str, str]]:
    """The things that a request is about, by their names."""
    rules = turn.pack.entities
    return [(kind, v) for kind, said in topic.values if (r := rules.get(kind)) and r.reads == "things" for v in said]


def _only_gives_contact(turn: Turn) -> bool:
    """Whether a message says how to reach the customer and asks for nothing."""
    text = turn.understanding.text
    contacts = [e for e in turn.understanding.entities if e.kind in _CONTACTS and not e.withdrawn]
    gives = any(turn_words.TO_REACH.search(text[max(0, e.start - 24) : e.start].lower()) for e in contacts)
    others = (turn_words.WISH, turn_words.QUESTION, turn_words.SWITCH, turn_words.DROPPED, turn_words.CONTACT_TROUBLE)
    words = turn_words.POLITE.sub("", turn.simple)
    return gives and not escalation.names_somebody(words) and not any(pattern.search(words) for pattern in others)


def _weighed(turn: Turn, current: str) -> tuple[str | None, str]:
    """The classifier's word, believed the more the more a message says by itself; else the matter goes on."""
    own, share = turn.understanding.intent, turn.understanding.confidence
    if own == current:
        return own, SAID_AGAIN
    unwanted = focusing.unwanted(turn.understanding.text)
    is_unwanted = any(deed in (own or "") and deed not in current for deed in unwanted)  # 要你補寄,唔好退錢
    if own is None or is_unwanted or share < _needed_for(turn, own) or _names_own_deed(turn, own, current):
        return current, "goes on with the request"
    if own == "complaint_service" and turn_words.ABOUT_SERVICE.search(turn.simple) is None:
        return current, "a complaint about the request"
    return own, SAID


def _needed_for(turn: Turn, own: str) -> float:
    """How sure the classifier must be of what it reads, in this talk, for the request to be that."""
    current = turn.current.intent if turn.current else ""
    is_unwanted = any(deed in current for deed in focusing.unwanted(turn.understanding.text))
    needed = 0.3 if is_unwanted else _needed_share(turn)
    told_elsewhere = turn_words.ELSEWHERE.search(turn.simple) is not None
    is_elsewhere = any((told_elsewhere, arriving.says_who(turn.simple)))
    returns = turn_words.RETURN.search(turn.simple) is not None
    leaves = returning.leaves(turn.simple)
    if (returns or is_elsewhere) and matters.PUT_ASIDE.search(turn.simple) is None:
        alone = arriving.needed(turn.simple, is_plain=returns or told_elsewhere)
        needed = max(needed, alone) if len(turn.state.topics) == 1 else _BACK_TO_ANOTHER_DEED
    if not leaves and not is_unwanted and not (returns and len(turn.state.topics) > 1) and _gives_more(turn):
        needed = max(needed, 0.9)
    if not leaves and returning.repeats_foreign_word(turn.state, turn.simple):
        needed = max(needed, _SURE)
    if not leaves and turn.understanding.mood.escalate:  # who is upset speaks of the matter in the words of many
        needed = max(needed, _MOST_LIKELY)
    is_known = any(own == topic.intent for topic in turn.state.topics)
    picks = references.picks_another(turn.simple) or references.picks_one(turn.simple, turn.state)
    if (is_known or picks) and len(turn.bare) > _FEW:
        needed = min(needed, _LIKELY_BOTH if is_known and picks else _MOST_LIKELY)
    if picks:
        needed = _needed_of_picked(turn, own, needed, is_known=is_known)
    was_unclear = turn.state.question is not None and turn.state.question.kind == "clarify"
    if was_unclear and not is_elsewhere and turn_words.MONEY_ASKED.search(turn.simple) is None:
        needed = min(needed, _ONLY_GUESSED)
    return _needed_for_person(turn, own, needed, is_elsewhere=is_elsewhere)


def _needed_for_person(turn: Turn, own: str, needed: float, *, is_elsewhere: bool) -> float:
    """The same where a person may be asked for, who is not meant by everybody who may be called."""
    hands_over = turn.pack.intents[own].hand_over if own in turn.pack.intents else None
    wants_person = hands_over == "customer_asked" and turn_words.PERSON.search(turn.simple) is not None
    if is_elsewhere and hands_over:
        return _NEVER  # who came from another channel asks about the matter, not for a person
    if _only_gives_contact(turn) or (hands_over == "customer_asked" and not wants_person):
        return _NEVER
    return min(needed, _MOST_LIKELY) if wants_person else needed


def _needed_of_picked(turn: Turn, own: str, needed: float, *, is_known: bool) -> float:
    """The same, where another of the things spoken of is meant: an earlier claim is no matter of premiums."""
    if turn_words.ELLIPSIS.search(turn.simple) is None:
        needed = min(needed, _BEYOND_DOUBT)
    kinds = {kind for topic in turn.state.topics for kind, _ in topic.values if is_number(turn.pack, kind)}
    is_about_one = not kinds or any(needs(turn.pack.entities[kind], own) for kind in kinds)
    return needed if is_known or is_about_one else max(needed, _SURE)


def _needed_share(turn: Turn) -> float:
    """How sure the classifier must be before a message leaves the request in force."""
    orders = turn.state.top is None and turn_words.DO_IT.search(turn.simple) is not None
    if orders or returning.leaves(turn.simple):
        return 0.4
    if _asks_price_of_thing(turn):
        return _SURE
    return min(_SURE, _share_by_size(turn)) if _orders_at_once(turn) else _share_by_size(turn)


def _share_by_size(turn: Turn) -> float:
    """The less a message says by itself, the surer the classifier must be of it."""
    size = turn.size
    opens = turn_words.OPENING.search(turn.simple) is not None
    if size <= _FEW_WORDS and not opens and turn_words.MONEY_ASKED.search(turn.simple) is not None:
        return _NEVER
    if size <= 3 and (not opens or turn_words.ELLIPSIS.search(turn.simple) is not None):
        return _NEVER
    if turn_words.ELLIPSIS.search(turn.simple) is not None and (size <= 5 or not opens):
        is_whole = size > 5 or turn_words.OWN_THING.search(turn.simple) is not None
        can_tell = size > _FEW and turn_words.MONEY_ASKED.search(turn.simple) is None
        return 0.97 if is_whole else _BEYOND_DOUBT if can_tell else _NEVER
    if (size <= 6 and not opens) or (size <= 10 and turn.bare.isascii()):
        return 0.9
    if size >= 14:
        return 0.4 if opens else 0.6
    return (0.55 if size > 3 else 0.8) if opens else 0.85


def _orders_at_once(turn: Turn) -> bool:
    """Whether a short message asks for another deed or for stock outright, and gives nothing that is lacking yet."""
    if turn_words.STOCK.search(turn.simple) is not None:
        return True
    current, rules = turn.current, turn.pack.entities
    kinds = {e.kind for e in turn.understanding.entities if not e.withdrawn and not is_number(turn.pack, e.kind)}
    is_of_current = current is not None and any(needs(rules.get(kind), current.intent) for kind in kinds)
    return not is_of_current and turn_words.ORDERS.search(turn.simple) is not None


def _names_own_deed(turn: Turn, own: str, current: str) -> bool:
    """Whether a message names the deed that is asked for and not the one it is read as: 換, of a return."""
    deeds = focusing.deeds_in(turn.understanding.text)
    is_left = turn_words.DROPPED.search(turn.simple) or turn_words.SWITCH.search(turn.simple)
    named = any(deed in current for deed in deeds) and not any(deed in own for deed in deeds)
    return named and is_left is None and any(deed in own for deed in focusing.DEEDS)


def _asks_price_of_thing(turn: Turn) -> bool:
    """Whether a message asks what the thing spoken of costs, and is read as about such a thing: 多少錢一瓶."""
    current, own, rules = turn.current, turn.understanding.intent or "", turn.pack.entities
    things = {
        kind for kind, _ in (current.values if current else ()) if kind in rules and rules[kind].reads == "things"
    }
    return turn_words.PRICE.search(turn.simple) is not None and any(own in rules[kind].intents for kind in things)


def _gives_more(turn: Turn) -> bool:
    """Whether the message adds a value of a kind that the request in force did not have yet."""
    if references.picks_another(turn.simple) or references.picks_one(turn.simple, turn.state):
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
    if own not in earlier and turn.understanding.confidence >= _MOST_LIKELY and shares.get(named, 0.0) < 0.05:
        return None
    if own == turn.state.topics[-1].intent and turn.understanding.confidence >= 0.6:
        return None
    return named
