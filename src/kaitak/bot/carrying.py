"""Owns what stays in force from turn to turn: the request, its values, what references mean. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from kaitak.bot import forgetting, matters, references, righting, stating, turn_words, weighing
from kaitak.bot.dialogue import MAX_SAID, MAX_TOPICS, DialogueState, Topic
from kaitak.bot.packs import EntityKind, Pack
from kaitak.bot.weighing import Turn, Values
from kaitak.core.records import replace
from kaitak.nlu import folding, people
from kaitak.nlu.understanding import Entity, Evidence, RankedIntent, Understanding

_JOINED = frozenset({"person", "product"})
_CONTACTS = frozenset({"phone", "email"})
_NAMES_SOMEBODY = _CONTACTS | {"person"}
_ASIDE = frozenset({*_CONTACTS, "amount"})  # not needed by who asks about a numbered matter
_LOOKS = ("colour", "size")  # of a thing
_SURE = 0.9
_PLAIN, _FAINT = 0.6, 0.15
_MAX_WORDS = 24
_LABEL = re.compile(
    r" ?(?:[係系是]|嗰[張张份單单個个]係|(?:is|was) (?:for |about |the |my )*|for (?:the |my )?)"
    r"(?P<what>[^\s,，。;；、同0-9]{2,8})"
    r"(?=[,，。;；、 ]|$)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The request in force after a message, the values it needs, and which of them were not said this time."""

    intent: str | None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    carried: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    told: tuple[tuple[str, str, str], ...] = ()
    reason: str = ""
    gone: frozenset[tuple[str, str]] = frozenset()  # withdrawn with this message
    stated: tuple[tuple[str, tuple[str, ...]], ...] = ()  # said with this message, also what it only hints at
    taken_back: tuple[tuple[str, str], ...] = ()  # withdrawn with this message or before, and not said anew

    def described(self) -> str:
        """What is in force, for the trace of the turn."""
        values = ", ".join(f"{kind}={'+'.join(v)}" for kind, v in self.values)
        carried = f"; carried {', '.join(self.carried)}" if self.carried else ""
        return f"{self.intent or 'no request'} ({self.reason}); {values or 'no values'}{carried}"

    def of(self, kind: str) -> tuple[str, ...]:
        return dict(self.values).get(kind, ())


def follow(pack: Pack, state: DialogueState, understanding: Understanding) -> Followed:
    """What is in force after this message; nothing that was ever taken back, unless it is said anew."""
    simple = folding.plain(understanding.text)
    turn = Turn(pack, state, understanding, simple, _without_values(understanding))
    stated = stating.stated(turn)
    intent, reason = weighing.intent_of(turn, stated)
    gone = forgetting.withdrawn(turn, stated)
    state = forgetting.without(state, gone, forgetting.instead(gone, stated))
    said, told = _said(state, stated), _told(replace(turn, state=state))
    turn = replace(turn, state=state, told=told)
    followed = Followed(
        intent=intent,
        topics=state.topics,
        said=said,
        told=told,
        reason=reason,
        gone=gone,
        stated=tuple(stated.items()),
        taken_back=forgetting.all_taken_back(state, gone, stated),
    )
    return _with_values(turn, followed, stated) if weighing.is_request(pack, intent) else followed


def _with_values(turn: Turn, followed: Followed, stated: Values) -> Followed:
    """What is in force for a request: its values, and the requests of the talk with it as the last."""
    intent, topics = followed.intent or "", followed.topics
    known, needed = (forgetting.in_use(values, followed.taken_back) for values in _in_force(turn, intent, stated))
    kept = tuple(topic for topic in topics if topic.intent != intent)
    before = next((topic for topic in topics if topic.intent == intent), None)
    if before is not None and any(weighing.is_number(turn.pack, kind) for kind in stated):
        known, needed = (
            {k: v for k, v in some.items() if k in stated or k not in before.stand_ins} for some in (known, needed)
        )
    topic = Topic(
        intent=intent,
        values=tuple(sorted(known.items())),
        turn=turn.state.turns + 1,
        stand_ins=_stand_ins(turn, before, stated),
    )
    found = replace(
        followed,
        values=tuple(needed.items()),
        carried=tuple(kind for kind in needed if kind not in stated),
        topics=(*kept, *_put_off(turn, (*kept, topic), stated), topic)[-MAX_TOPICS:],
    )
    return _without_superseded(turn, found, known) if forgetting.supersedes(turn, intent, followed.reason) else found


def _without_superseded(turn: Turn, followed: Followed, known: Values) -> Followed:
    """The request in force without the one whose place it takes, nor what only that one had."""
    if turn.current is None:
        return followed
    left = forgetting.left_behind(turn, turn.current, known)
    others = tuple(topic for topic in followed.topics[:-1] if topic.intent != turn.current.intent)
    return replace(
        followed,
        topics=(*others, followed.topics[-1]),
        said=tuple(pair for pair in followed.said if pair not in left),
        told=tuple(one for one in followed.told if one[:2] not in left),
        gone=followed.gone | left,
        taken_back=forgetting.added(followed.taken_back, sorted(left)),
    )


def _put_off(turn: Turn, topics: tuple[Topic, ...], stated: Values) -> list[Topic]:
    """What the message names to be seen to later, with the numbers said that it needs."""
    known = {topic.intent for topic in topics}
    rules = turn.pack.entities
    return [
        Topic(
            intent=name,
            values=tuple(
                (k, v) for k, v in stated.items() if weighing.is_number(turn.pack, k) and weighing.needs(rules[k], name)
            ),
            turn=turn.state.turns + 1,
            is_put_off=True,
        )
        for name in turn.understanding.put_off
        if name not in known
    ]


def goes_on(state: DialogueState, followed: Followed) -> bool:
    """Whether the request in force after a message is the one before it."""
    return bool(state.topics) and followed.intent in (None, state.topics[-1].intent)


def _is_plain(understanding: Understanding) -> bool:
    """Whether one wish stands out: in the middle of a talk that is enough."""
    others = max((i.confidence for i in understanding.intents[1:]), default=0.0)
    return understanding.confidence >= _PLAIN and others <= _FAINT


def understood(understanding: Understanding, followed: Followed, state: DialogueState) -> Understanding:
    """The understanding as the talk before it completes it.

    The request that is in force comes first, when the context and not the words decided it; values are whole.
    """
    understanding = _completed_values(understanding, followed)
    is_same = followed.intent == understanding.intent
    if is_same and followed.reason == "said" and _is_plain(understanding) and state.topics:
        return replace(understanding, band="answer")
    if followed.intent is None or (followed.reason in ("", "said", weighing.SAID_AGAIN) and not is_same):
        return understanding
    if is_same:
        goes_on = followed.reason != "said" and understanding.band != "answer"
        return replace(understanding, band="answer") if goes_on else understanding
    rest = tuple(i for i in understanding.intents if i.name != followed.intent)
    first = RankedIntent(followed.intent, max(_SURE, understanding.confidence))
    damped = tuple(RankedIntent(i.name, round(i.confidence * (1 - _SURE), 4)) for i in rest)
    evidence = Evidence(source="context", detail=(followed.reason, *understanding.evidence.detail))
    return replace(understanding, intents=(first, *damped), band="answer", evidence=evidence)


def _completed_values(understanding: Understanding, followed: Followed) -> Understanding:
    """The values that only the talk before tells, in the place of what was said of them: 尾二係91, 推後一日."""
    entities = list(understanding.entities)
    for kind, values in followed.stated:
        said = understanding.values(kind)
        hinted = [value for value in values if value not in said]
        if not hinted:
            continue
        kept = [e for e in entities if e.kind != kind or e.withdrawn or e.value in values]
        old = [e for e in entities if e not in kept]
        end = len(understanding.text)
        places = [(e.text, e.start, e.end) for e in old] + [("", end, end)] * len(hinted)
        new = [Entity(kind=kind, text=t, value=v, start=a, end=b) for v, (t, a, b) in zip(hinted, places, strict=False)]
        entities = sorted((*kept, *new), key=lambda e: e.start)
    return replace(understanding, entities=tuple(entities))


def _without_values(understanding: Understanding) -> str:
    text = understanding.text
    for entity in reversed(understanding.entities):
        text = text[: entity.start] + " " + text[entity.end :]
    simple = folding.plain(text)
    return turn_words.FILLER.sub("", simple)


def _said(state: DialogueState, stated: Values) -> tuple[tuple[str, str], ...]:
    now = [(kind, value) for kind, values in stated.items() for value in values]
    return tuple(dict.fromkeys((*state.said, *now)))[-MAX_SAID:]


def _told(turn: Turn) -> tuple[tuple[str, str, str], ...]:
    """The numbers of this message with the words around each, added to those of earlier ones."""
    told, end = list(turn.state.told), 0
    text = turn.understanding.text
    for entity in turn.understanding.entities:
        if _is_told_of(turn, entity):
            label = _LABEL.match(text[entity.end :])  # CLM-25-70031係門診: what a number is may stand behind it
            words = text[end : entity.start][-_MAX_WORDS:] + (label[0] if label is not None else "")
            told.append((entity.kind, stating.completed(turn, entity.kind, entity.value), folding.plain(words)))
            end = entity.end + (label.end() if label is not None else 0)
    return tuple(told)[-MAX_SAID:]


def _is_told_of(turn: Turn, entity: Entity) -> bool:
    """Whether an entity is a number or contact by which one thing or person is told from another."""
    return (weighing.is_number(turn.pack, entity.kind) or entity.kind in _CONTACTS) and not entity.withdrawn


def _in_force(turn: Turn, intent: str, stated: Values) -> tuple[Values, Values]:
    """All values known for the request, and those that it needs now."""
    stated = _acted_on(turn, intent, stated)
    same = next((t for t in turn.state.topics if t.intent == intent), None)
    goes_on = same is not None and same is turn.current
    inherited: Values = dict(same.values) if same else {}
    goes_over = turn.pack.intents[intent].hand_over is not None
    if not goes_on and turn.current is not None:
        inherited = {**_passed_on(turn, intent, same), **inherited}
    rules = turn.pack.entities
    wanted = {k: r for k, r in rules.items() if k not in stated and (weighing.needs(r, intent) or r.reads == "people")}
    referred = references.referred(turn.simple, turn.state, wanted, dict(same.values) if same else {})
    inherited = {**inherited, **referred}
    if references.is_mine(turn.simple):
        others = {k for k, rule in rules.items() if rule.reads == "people"} - set(referred)
        inherited = {k: v for k, v in inherited.items() if k not in others}
    known = {**inherited, **_with_added(turn, inherited, stated)}
    asks_money = turn_words.MONEY_ASKED.search(turn.simple) is not None and any(
        weighing.is_number(turn.pack, kind) for kind in known
    )
    aside = _ASIDE if _asks_about_number(turn, same) else ()
    if goes_on and righting.keeps_rest(turn.simple):
        return known, known
    needed: Values = {}
    for kind, values in known.items():
        rule = turn.pack.entities.get(kind)
        is_needed = weighing.needs(rule, intent) or kind in referred
        is_needed = is_needed or _always_counts(turn, kind, rule, values, now=kind in stated, same=same)
        is_aside = kind in aside or (asks_money and not weighing.is_number(turn.pack, kind))
        if not is_needed or (is_aside and kind not in stated and kind not in referred):
            continue
        is_passed = rule is not None and bool(rule.reads)  # only where the matter goes on
        if kind in stated or kind in referred or is_passed or _stays(rule, same=same is not None or goes_over):
            needed[kind] = values
    if not goes_on:
        looks = _looks(turn, intent, needed, stated)
        known, needed = {**looks, **known}, {**looks, **needed}
    return known, needed


def _looks(turn: Turn, intent: str, needed: Values, stated: Values) -> Values:
    """The colour and size of a thing that goes on into another request: 佢有冇貨, of the blue suitcase spoken of."""
    rules, before = turn.pack.entities, dict(turn.current.values) if turn.current else {}
    things = {kind for kind, rule in rules.items() if rule.reads == "things"}
    if not any(kind in needed and kind not in stated and needed[kind] == before.get(kind) for kind in things):
        return {}
    return {
        kind: before[kind] for kind in _LOOKS if kind in before and kind not in stated and intent in rules[kind].intents
    }


def _acted_on(turn: Turn, intent: str, stated: Values) -> Values:
    """What is stated without the days that only tell the story, and of several things the one that is picked."""
    is_needed = weighing.needs(turn.pack.entities.get("date"), intent)
    told = {e.value for e in turn.understanding.entities if e.kind == "date" and _is_told(turn, e, is_needed=is_needed)}
    left = {kind: tuple(v for v in values if kind != "date" or v not in told) for kind, values in stated.items()}
    numbers = {k for k in left if weighing.is_number(turn.pack, k)}
    return {k: references.one_of(turn.simple, v) if k in numbers else v for k, v in left.items() if v}


def _is_told(turn: Turn, entity: Entity, *, is_needed: bool) -> bool:
    """Whether a day only tells what has been, or none that anybody could act on."""
    text = turn.understanding.text
    words, before, after = (
        folding.plain(part)
        for part in (entity.text, text[max(0, entity.start - 16) : entity.start], text[entity.end : entity.end + 24])
    )
    is_past = turn_words.PAST_DAY.search(words) is not None
    is_today = turn_words.THIS_DAY.search(words) is not None
    came = turn_words.CAME.match(after) is not None or turn_words.CAME_BEFORE.search(before) is not None
    if (is_past or is_today) and came:
        return True
    if is_today and turn_words.HOURS.match(after) is not None and not stating.is_delivered(after):
        return True
    if turn_words.OPEN_DAY.search(words) is not None and stating.asks_if(before):
        return True
    if is_needed:
        return False
    is_open = turn_words.OPEN_DAY.search(words) is not None
    return is_past or is_open or (is_today and turn_words.TO_HAPPEN.match(after) is None)


def _passed_on(turn: Turn, intent: str, same: Topic | None) -> Values:
    """What a new request takes over from the one in force; a call for a person is about that one's matter."""
    values = turn.current.values if turn.current else ()
    if turn.pack.intents[intent].hand_over is not None:
        return dict(values)
    rules = turn.pack.entities
    leaves = turn_words.SWITCH.search(turn.simple) is not None and matters.NEXT.search(turn.simple) is None
    if leaves or (same is not None and _identifies(rules, same)):
        return {}
    passed = {k: v for k, v in values if (rule := rules.get(k)) and rule.carried == "across_requests"}
    # The matter goes on under another name: 唔退喇,不如換.
    return passed | {k: v for k, v in values if (rule := rules.get(k)) and rule.reads and intent in rule.intents}


def _identifies(rules: Mapping[str, EntityKind], topic: Topic) -> bool:
    """Whether a request knows by itself whom or what it is about."""
    kinds = [kind for kind, _ in topic.values]
    return any(k in _CONTACTS or ((rule := rules.get(k)) and rule.carried == "across_requests") for k in kinds)


def _stand_ins(turn: Turn, before: Topic | None, stated: Values) -> tuple[str, ...]:
    """Contacts given for want of a number; when the number comes they have done their service."""
    if any(weighing.is_number(turn.pack, kind) for kind in stated):
        return ()
    kept = before.stand_ins if before is not None else ()
    if turn.understanding.act != "no_value" and turn_words.FOR_WANT_OF.search(turn.simple) is None:
        return kept
    return tuple(dict.fromkeys((*kept, *(kind for kind in stated if kind in _CONTACTS))))


def _without(values: Values, kinds: tuple[str, ...], stated: Values) -> Values:
    return {kind: v for kind, v in values.items() if kind in stated or kind not in kinds}


def _always_counts(
    turn: Turn, kind: str, rule: EntityKind | None, values: tuple[str, ...], *, now: bool, same: Topic | None
) -> bool:
    """What somebody states is meant to be used, whatever the request; of people, those with a name or a number apart.

    What was stated before is meant for the request only if it identifies something or somebody.
    """
    if not now and kind not in dict(same.values if same else ()):
        return False
    if (
        not now
        and kind in _NAMES_SOMEBODY
        and (_is_numbered(turn, same) or (kind in _CONTACTS and _gives_contact(turn) and not turn.corrects))
    ):
        return False
    if kind == "person":
        numbers = sum(_is_told_of(turn, e) for e in turn.understanding.entities)
        owners = {references.owner_of(words) for _, _, words in turn.told[-numbers:]} if numbers else set()
        is_named = not all(people.is_relation(value) for value in values)
        return owners >= {"mine", "theirs"} or is_named or _tells_apart(turn, values)
    if not now and rule is not None and rule.reads == "things":  # it stands for its number until that is said
        return not any(weighing.is_number(turn.pack, k) for k, _ in (same.values if same else ()))
    identifies = kind in _CONTACTS or (rule is not None and rule.carried == "across_requests")
    return identifies or (now and rule is not None and rule.counts == "always")


def _tells_apart(turn: Turn, values: tuple[str, ...]) -> bool:
    """Whether somebody told by relation is one of several people spoken of: 爸爸, of 我爸爸同媽媽."""
    several = [v for topic in turn.state.topics for k, v in topic.values if k == "person" and len(v) > 1]
    return any(value in known for people_known in several for known in people_known for value in values)


def _asks_about_number(turn: Turn, same: Topic | None) -> bool:
    """Whether a message asks about a numbered matter: who said how to reach them need not be reached for that."""
    return _is_numbered(turn, same) and turn_words.ASKED.search(turn.simple) is not None


def _is_numbered(turn: Turn, same: Topic | None) -> bool:
    return any(weighing.is_number(turn.pack, kind) for kind, _ in (same.values if same else ()))


def _gives_contact(turn: Turn) -> bool:
    """Whether a message says how to reach the customer, and so in the place of what was said of that before."""
    return any(e.kind in _CONTACTS and not e.withdrawn for e in turn.understanding.entities)


def _stays(rule: EntityKind | None, *, same: bool) -> bool:
    carried = rule.carried if rule is not None else "within_request"
    stays: Mapping[str, bool] = {"across_requests": True, "within_request": same, "never": False}
    return stays[carried]


def _with_added(turn: Turn, inherited: Values, stated: Values) -> Values:
    """What is stated; people and things that the customer adds join those known before."""
    if turn_words.ADDING.search(turn.simple) is None:
        return stated
    return {
        kind: tuple(dict.fromkeys((*inherited.get(kind, ()), *values))) if kind in _JOINED else values
        for kind, values in stated.items()
    }
