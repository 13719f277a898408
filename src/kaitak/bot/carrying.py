"""Owns what stays in force from turn to turn: the request, its values, what references mean. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kaitak.bot import references, turn_words, weighing
from kaitak.bot.dialogue import MAX_SAID, MAX_TOPICS, DialogueState, Topic
from kaitak.bot.packs import EntityKind, Pack
from kaitak.bot.weighing import Turn, Values
from kaitak.nlu import folding, people, spoken
from kaitak.nlu.understanding import Entity, Evidence, RankedIntent, Understanding

_JOINED = frozenset({"person", "product"})
_CONTACTS = frozenset({"phone", "email"})
_SURE = 0.9
_PLAIN, _FAINT = 0.6, 0.15
_MAX_WORDS = 24


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

    def described(self) -> str:
        """What is in force, for the trace of the turn."""
        values = ", ".join(f"{kind}={'+'.join(v)}" for kind, v in self.values)
        carried = f"; carried {', '.join(self.carried)}" if self.carried else ""
        return f"{self.intent or 'no request'} ({self.reason}); {values or 'no values'}{carried}"

    def of(self, kind: str) -> tuple[str, ...]:
        return dict(self.values).get(kind, ())


def follow(pack: Pack, state: DialogueState, understanding: Understanding) -> Followed:
    """What is in force after this message."""
    simple = folding.plain(understanding.text)
    turn = Turn(pack, state, understanding, simple, _without_values(understanding))
    stated = _stated(turn)
    intent, reason = weighing.intent_of(turn, stated)
    gone = _withdrawn(turn, stated)
    topics = tuple(_cleared(topic, gone) for topic in state.topics)
    said, told = _said(turn, stated, gone), _told(turn)
    turn = replace(turn, told=told)
    if not weighing.is_request(pack, intent):
        return Followed(intent=intent, topics=topics, said=said, told=told, reason=reason, gone=gone)
    known, needed = _in_force(replace(turn, state=replace(state, topics=topics)), intent or "", stated)
    kept = tuple(topic for topic in topics if topic.intent != intent)
    before = next((topic for topic in topics if topic.intent == intent), None)
    if before is not None and any(weighing.is_number(pack, kind) for kind in stated):
        known, needed = (
            {k: v for k, v in some.items() if k in stated or k not in before.stand_ins} for some in (known, needed)
        )
    stand_ins = _stand_ins(turn, before, stated)
    values = tuple(sorted(known.items()))
    topic = Topic(intent=intent or "", values=values, turn=state.turns + 1, stand_ins=stand_ins)
    return Followed(
        intent=intent,
        values=tuple(needed.items()),
        carried=tuple(kind for kind in needed if kind not in stated),
        topics=(*kept, topic)[-MAX_TOPICS:],
        said=said,
        told=told,
        reason=reason,
        gone=gone,
    )


def goes_on(state: DialogueState, followed: Followed) -> bool:
    """Whether the request in force after a message is the one before it."""
    return bool(state.topics) and followed.intent in (None, state.topics[-1].intent)


def _is_plain(understanding: Understanding) -> bool:
    """Whether one wish stands out: in the middle of a talk that is enough."""
    others = max((i.confidence for i in understanding.intents[1:]), default=0.0)
    return understanding.confidence >= _PLAIN and others <= _FAINT


def understood(understanding: Understanding, followed: Followed, state: DialogueState) -> Understanding:
    """The understanding with the request that is in force first, when the context and not the words decided it."""
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


def _without_values(understanding: Understanding) -> str:
    text = understanding.text
    for entity in reversed(understanding.entities):
        text = text[: entity.start] + " " + text[entity.end :]
    simple = folding.plain(text)
    return turn_words.FILLER.sub("", simple)


def _stated(turn: Turn) -> Values:
    """The values said now and not withdrawn in the same breath, tails of numbers completed."""
    found: Values = {}
    for entity in turn.understanding.entities:
        if not entity.withdrawn and not (entity.kind == "date" and _is_of_contact(turn, entity)):
            value = _completed(turn, entity.kind, entity.value)
            value = _in_month_spoken_of(turn, entity.text, value) if entity.kind == "date" else value
            found[entity.kind] = tuple(dict.fromkeys((*found.get(entity.kind, ()), value)))
    return _with_tail(turn, found)


def _is_of_contact(turn: Turn, entity: Entity) -> bool:
    """Whether a day is only when the customer got in touch: 今朝喺App報嘅."""
    rest = folding.plain(turn.understanding.text[entity.end :][:30])
    return turn_words.CONTACTED.match(rest) is not None


def _with_tail(turn: Turn, found: Values) -> Values:
    """A number of which only the tail is said anew: 尾四個字係4403. Digits that a check asks for are nobody's tail."""
    if turn.state.question is not None and turn.state.question.kind in ("check", "prove"):
        return found
    view = spoken.code_view(turn.simple)
    match = turn_words.TAIL.search(view.text) if view is not None else None
    tail = (match["long"] or match["two"] or match["one"]) if match is not None else ""
    found = _with_house(turn, found)
    if not tail or tail in {v for values in found.values() for v in values}:
        return found
    before = [(k, v) for k, v in turn.state.said if v[-1:].isdigit() and len(v) > len(tail) and k != "date"]
    phones = [pair for pair in before if pair[0] == "phone"] if turn_words.OF_PHONE.search(turn.simple) else []
    if not (phones or before) or any(v.endswith(tail) for _, v in before):
        return found
    kind, value = (phones or before)[-1]
    return {**found, kind: (value[: -len(tail)] + tail,)}


def _with_house(turn: Turn, found: Values) -> Values:
    """The e-mail address said before at another house: 係yahoo唔係gmail."""
    before = [v for k, v in turn.state.said if k == "email"]
    match = turn_words.MAIL_HOUSE.search(turn.simple)
    if match is None or not before or "email" in found:
        return found
    domain = f"{match['house']}{match['end'] or '.com'}"
    local = before[-1].split("@")[0]
    return found if before[-1].endswith(f"@{domain}") else {**found, "email": (f"{local}@{domain}",)}


def _in_month_spoken_of(turn: Turn, words: str, value: str) -> str:
    """A day without its month is of the month that is spoken of: 12月7號滿咗 … 9號啦."""
    before = dict(turn.current.values).get("date", ()) if turn.current else ()
    simple = folding.plain(words)
    if not before or turn_words.BARE_DAY.fullmatch(simple) is None or before[-1][:7] <= value[:7]:
        return value
    return f"{before[-1][:7]}{value[7:]}"


def _completed(turn: Turn, kind: str, value: str) -> str:
    """A bare tail of a number becomes the number said before that ends so, or takes the head of the last one."""
    rule = turn.pack.entities.get(kind)
    if rule is None or rule.tail_of is None or not value.isdigit():
        return value
    before = [v for k, v in turn.state.said if k == kind]
    same = [v for v in before if len(value) >= 3 and v.replace("-", "").endswith(value)]
    if same:
        return same[-1]
    for earlier in reversed(before):
        match = re.fullmatch(rule.tail_of, earlier)
        if match is not None and len(match[1]) + len(value) == len(earlier):
            return match[1] + value
    return value


def _withdrawn(turn: Turn, stated: Values) -> frozenset[tuple[str, str]]:
    """Values that must not be used again: denied now, or replaced by a correction."""
    withdrawn = [e for e in turn.understanding.entities if e.withdrawn]
    gone = {(e.kind, _completed(turn, e.kind, e.value)) for e in withdrawn}
    said = {e.kind for e in turn.understanding.entities}
    if turn.current is not None:
        before = dict(turn.current.values)
        for kind, values in stated.items():
            if not turn.corrects and kind in said:  # a value pieced together stands in the place of the old one
                continue
            gone.update((kind, value) for value in before.get(kind, ()) if value not in values)
    return frozenset(gone - {(kind, value) for kind, values in stated.items() for value in values})


def _cleared(topic: Topic, gone: frozenset[tuple[str, str]]) -> Topic:
    left = ((kind, tuple(v for v in values if (kind, v) not in gone)) for kind, values in topic.values)
    return replace(topic, values=tuple((kind, values) for kind, values in left if values))


def _said(turn: Turn, stated: Values, gone: frozenset[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    now = [(kind, value) for kind, values in stated.items() for value in values]
    return tuple(dict.fromkeys(pair for pair in (*turn.state.said, *now) if pair not in gone))[-MAX_SAID:]


def _told(turn: Turn) -> tuple[tuple[str, str, str], ...]:
    """The numbers of this message with the words before each, added to those of earlier ones."""
    told, end = list(turn.state.told), 0
    for entity in turn.understanding.entities:
        if weighing.is_number(turn.pack, entity.kind) and not entity.withdrawn:
            words = turn.understanding.text[end : entity.start][-_MAX_WORDS:]
            simple = folding.plain(words)
            told.append((entity.kind, _completed(turn, entity.kind, entity.value), simple))
            end = entity.end
    return tuple(told)[-MAX_SAID:]


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
    needed: Values = {}
    for kind, values in known.items():
        rule = turn.pack.entities.get(kind)
        is_needed = weighing.needs(rule, intent) or kind in referred
        is_needed = is_needed or _always_counts(turn, kind, rule, values, now=kind in stated, same=same)
        if not is_needed or (asks_money and kind not in stated and not weighing.is_number(turn.pack, kind)):
            continue
        is_passed = rule is not None and bool(rule.reads)  # only where the matter goes on
        if kind in stated or kind in referred or is_passed or _stays(rule, same=same is not None or goes_over):
            needed[kind] = values
    return known, needed


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
    if is_today and turn_words.HOURS.match(after) is not None:
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
    if turn_words.SWITCH.search(turn.simple) is not None or (same is not None and _identifies(rules, same)):
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
    if kind == "person":
        numbers = sum(weighing.is_number(turn.pack, e.kind) for e in turn.understanding.entities)
        owners = {references.owner_of(words) for _, _, words in turn.told[-numbers:]} if numbers else set()
        return owners >= {"mine", "theirs"} or not all(people.is_relation(value) for value in values)
    if not now and rule is not None and rule.reads == "things":  # it stands for its number until that is said
        return not any(weighing.is_number(turn.pack, k) for k, _ in (same.values if same else ()))
    identifies = kind in _CONTACTS or (rule is not None and rule.carried == "across_requests")
    return identifies or (now and rule is not None and rule.counts == "always")


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
