"""Owns what stays in force from turn to turn: the request, its values, what references mean. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kaitak.bot import references
from kaitak.bot.dialogue import MAX_SAID, MAX_TOPICS, DialogueState, Topic
from kaitak.bot.packs import EntityKind, Pack
from kaitak.nlu import normalising, people, spoken
from kaitak.nlu.understanding import Act, Evidence, RankedIntent, Understanding

Values = dict[str, tuple[str, ...]]

_KEEPING_ACTS: frozenset[Act] = frozenset({"affirm", "deny", "no_value", "empty"})
_OWN_ACTS: frozenset[Act] = frozenset({"greet", "thank", "human", "cancel"})
# A message that leans on the one before: 咁聽日得唔得, 黑色呢, and the blue one?
_ELLIPSIS = re.compile(
    r"^(?:咁(?!样|多|耐|贵)|那(?!个|张|边|么)|and |what about|how about|or |又|仲有|同埋|换做|改做|如果|若果|要是"
    r"|即系|so |then |ok[, ]|好[, ，]|"
    r"另外[嗰果那]|还有|那如果)|呢[?？]?$|(?:得唔得|可唔可以|得吗|可以吗|行吗|行不行|ok吗|好吗)[呀啊?？]*$"
    r"|^.{0,10}(?:使唔使|要唔要|要不要|几耐|几时|几钱|几多钱)[^,，]{0,8}$"
)
_SWITCH = re.compile(
    r"(?:另外|仲有|顺便|順便|还有|第二样|另一样)(?:想|问|问下|有样|一样|件事|个问题)|转个话题|换个话题|by the way"
    r"|btw|another (?:question|thing)|also,? (?:i|can)|其他嘢|问多样"
)
_RETURN = re.compile(
    r"讲返|讲回|返去|返番|翻返去|说回|回到|回头说|(?:头先|刚才|之前|最初|一开始|啱先|啱啱|刚刚|上面)(?:喺|打|讲"
    r"|问|说|那|嗰|个|件|报"
    r"|嘅|的|我)|continuing|following up|further to|my (?:earlier|last) (?:text|message|call|email)|about that"
    r"|back to|earlier (?:question|order|one)|as i (?:said|asked)|first (?:question|one)"
)
# What a message that stands by itself opens with or holds: who wants what.
_OPENING = re.compile(
    r"我(?!张|份|单)|你哋|你们|想|请|唔该|有冇|有没有|点样|怎么|可唔可以|可不可以|能不能|可以|能(?!唔)|帮|要(?!唔要"
    r"|不要)|边度|哪里|"
    r"\b(?:i|you|my|can|could|do|does|where|how|please|is there)\b"
)
_ABOUT_SERVICE = re.compile(
    r"态度|职员|员工|客服|同事|店员|收银|司机|热线|hotline|电话.{0,6}(?:冇人|没人|打唔|打不)|经理|无礼|粗|黑面|挂断"
    r"|收线|staff|rude|attitude|service|manager|投诉"
)
# 加埋, as well: a further person or thing, and not another in its place.
_ADDING = re.compile(
    r"加埋|加多|加上|再加|仲有|同埋|连埋|还有|另外加|as well|(?<![a-z])(?:and )?(?:also )?add(?![a-z])"
    r"|(?<![a-z])too(?![a-z])"
)
_JOINED = frozenset({"person", "product"})
_CONTACTS = frozenset({"phone", "email"})
_SURE = 0.9
_NEVER = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The request in force after a message, the values it needs, and which of them were not said this time."""

    intent: str | None
    values: tuple[tuple[str, tuple[str, ...]], ...] = ()
    carried: tuple[str, ...] = ()
    topics: tuple[Topic, ...] = ()
    said: tuple[tuple[str, str], ...] = ()
    reason: str = ""

    def described(self) -> str:
        """What is in force, for the trace of the turn."""
        values = ", ".join(f"{kind}={'+'.join(v)}" for kind, v in self.values)
        carried = f"; carried {', '.join(self.carried)}" if self.carried else ""
        return f"{self.intent or 'no request'} ({self.reason}); {values or 'no values'}{carried}"

    def of(self, kind: str) -> tuple[str, ...]:
        return dict(self.values).get(kind, ())


@dataclass(frozen=True, slots=True)
class _Turn:
    """One message beside what came before it."""

    pack: Pack
    state: DialogueState
    understanding: Understanding
    simple: str
    bare: str

    @property
    def current(self) -> Topic | None:
        return self.state.topics[-1] if self.state.topics else None


def follow(pack: Pack, state: DialogueState, understanding: Understanding) -> Followed:
    """What is in force after this message."""
    simple = normalising.simplify(normalising.fold(understanding.text).text)
    turn = _Turn(pack, state, understanding, simple, _without_values(understanding))
    stated = _stated(turn)
    intent, reason = _intent(turn, stated)
    gone = _withdrawn(turn, stated)
    topics = tuple(_cleared(topic, gone) for topic in state.topics)
    said = _said(turn, stated, gone)
    if not _is_request(pack, intent):
        return Followed(intent=intent, topics=topics, said=said, reason=reason)
    known, needed = _in_force(replace_topics(turn, topics), intent or "", stated)
    kept = tuple(topic for topic in topics if topic.intent != intent)
    topic = Topic(intent=intent or "", values=tuple(sorted(known.items())), turn=state.turns + 1)
    return Followed(
        intent=intent,
        values=tuple(needed.items()),
        carried=tuple(kind for kind in needed if kind not in stated),
        topics=(*kept, topic)[-MAX_TOPICS:],
        said=said,
        reason=reason,
    )


def replace_topics(turn: _Turn, topics: tuple[Topic, ...]) -> _Turn:
    """The turn seen with topics from which withdrawn values are gone."""
    return replace(turn, state=replace(turn.state, topics=topics))


def understood(understanding: Understanding, followed: Followed) -> Understanding:
    """The understanding with the request that is in force first, when the context and not the words decided it."""
    if followed.intent is None or followed.intent == understanding.intent or followed.reason in ("", "said"):
        return understanding
    rest = tuple(i for i in understanding.intents if i.name != followed.intent)
    first = RankedIntent(followed.intent, max(_SURE, understanding.confidence))
    damped = tuple(RankedIntent(i.name, round(i.confidence * (1 - _SURE), 4)) for i in rest)
    evidence = Evidence(source="context", detail=(followed.reason, *understanding.evidence.detail))
    return replace(understanding, intents=(first, *damped), band="answer", evidence=evidence)


def _is_request(pack: Pack, intent: str | None) -> bool:
    known = pack.intents.get(intent or "")
    return known is not None and known.kind == "request"


_FILLER = re.compile(
    r"[\s\W_]+|(?:讲错|打错|写错|说错|我|系|是|张|单|号|码|嘅|呀|啦|喇|应该|咗|了|错|咁|呢|唔|不|先啱|啱|就|即|份"
    r"|个|保单|订单|电话|email|电邮|order|no|number|is|it's|its|the|sorry|actually|呢个|嗰个|改做|改返|先至|等等"
    r"|等阵)"
)


def _without_values(understanding: Understanding) -> str:
    text = understanding.text
    for entity in reversed(understanding.entities):
        text = text[: entity.start] + " " + text[entity.end :]
    simple = normalising.simplify(normalising.fold(text).text)
    return _FILLER.sub("", simple)


def _stated(turn: _Turn) -> Values:
    """The values said now and not withdrawn in the same breath, tails of numbers completed."""
    found: Values = {}
    for entity in turn.understanding.entities:
        if not entity.withdrawn:
            value = _completed(turn, entity.kind, entity.value)
            found[entity.kind] = tuple(dict.fromkeys((*found.get(entity.kind, ()), value)))
    return _with_tail(turn, found)


_TAIL = re.compile(
    r"(?:尾|最后|last)(?: ?(?:[三四五六3-6]|three|four|five|six))?(?:个|位|几)?(?:字|数字|数|号码"
    r"|号)?[^0-9]{0,8}(\d{3,6})(?!\d)"
)
_OF_PHONE = re.compile(r"电话|手机|phone|mobile|号码")


def _with_tail(turn: _Turn, found: Values) -> Values:
    """A number of which only the tail is said anew: 尾四個字係4403."""
    view = spoken.code_view(turn.simple)
    match = _TAIL.search(view.text) if view is not None else None
    if match is None or match[1] in {v for values in found.values() for v in values}:
        return found
    before = [(k, v) for k, v in turn.state.said if v[-1:].isdigit() and len(v) > len(match[1]) and k != "date"]
    phones = [pair for pair in before if pair[0] == "phone"] if _OF_PHONE.search(turn.simple) else []
    if not (phones or before) or any(v.endswith(match[1]) for _, v in before):
        return found
    kind, value = (phones or before)[-1]
    return {**found, kind: (value[: -len(match[1])] + match[1],)}


def _completed(turn: _Turn, kind: str, value: str) -> str:
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


def _intent(turn: _Turn, stated: Values) -> tuple[str | None, str]:
    """The request in force and why: said, or which part of the context decided."""
    understanding, current = turn.understanding, turn.current
    own = understanding.intent
    if current is None or understanding.act in _OWN_ACTS:
        return own, "said"
    kept = _kept_for(turn, stated)
    if kept is not None:
        return current.intent, kept
    if stated and len(turn.bare) <= 2:
        return _needing(turn, stated) or current.intent, "only a value"
    back = _returned(turn)
    if back is not None:
        return back, "back to an earlier request"
    if understanding.is_correction and any(kind in stated for kind, _ in current.values):
        return current.intent, "a correction of a value"
    return _weighed(turn, current.intent)


def _kept_for(turn: _Turn, stated: Values) -> str | None:
    """Why a message leaves the request as it is, whatever the classifier says of it."""
    if turn.understanding.act in _KEEPING_ACTS:
        return "an answer to the bot"
    if stated and not _is_request(turn.pack, turn.understanding.intent) and len(turn.bare) > 2:
        return "a value, and nothing asked"
    if turn.understanding.act == "correct" and len(turn.bare) <= 4 and not (stated and len(turn.bare) <= 2):
        return "a correction of a value"
    return None


def _weighed(turn: _Turn, current: str) -> tuple[str | None, str]:
    """The classifier's word, believed the more the more a message says by itself; else the matter goes on."""
    own, share = turn.understanding.intent, turn.understanding.confidence
    if own == current:
        return own, "said"
    needed = _needed_share(turn)
    if _RETURN.search(turn.simple) is not None:
        needed = max(needed, 0.85)
    if _SWITCH.search(turn.simple) is None and _gives_more(turn):
        needed = max(needed, 0.9)
    if own is None or share < needed:
        return current, "goes on with the request"
    if own == "complaint_service" and _ABOUT_SERVICE.search(turn.simple) is None:
        return current, "a complaint about the request"
    return own, "said"


def _needed_share(turn: _Turn) -> float:
    """How sure the classifier must be before a message leaves the request in force."""
    if _SWITCH.search(turn.simple) is not None:
        return 0.4
    size = len(turn.bare)
    opens = _OPENING.search(turn.simple) is not None
    if size <= 3 and (not opens or _ELLIPSIS.search(turn.simple) is not None):
        return _NEVER
    if _ELLIPSIS.search(turn.simple) is not None and (size <= 5 or not opens):
        return _NEVER if size <= 5 else 0.97
    if size <= 6 and not opens:
        return 0.97
    if size >= 14:
        return 0.4 if opens else 0.6
    return (0.45 if size > 3 else 0.8) if opens else 0.85


def _gives_more(turn: _Turn) -> bool:
    """Whether the message adds a value of a kind that the request in force did not have yet."""
    if references.picks_another(turn.simple):
        return False
    known = dict(turn.current.values) if turn.current else {}
    return any(not e.withdrawn and e.kind not in known for e in turn.understanding.entities)


def _needing(turn: _Turn, stated: Values) -> str | None:
    """The latest request that needs a value of the kinds just given."""
    for topic in reversed(turn.state.topics):
        if any(_needs(turn.pack.entities.get(kind), topic.intent) for kind in stated):
            return topic.intent
    return None


def _returned(turn: _Turn) -> str | None:
    """An earlier request that the customer names again: 講返頭先, back to the refund."""
    if _RETURN.search(turn.simple) is None or len(turn.state.topics) < 2:
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


def _withdrawn(turn: _Turn, stated: Values) -> frozenset[tuple[str, str]]:
    """Values that must not be used again: denied now, or replaced by a correction."""
    gone = {(e.kind, e.value) for e in turn.understanding.entities if e.withdrawn}
    if turn.understanding.is_correction and turn.current is not None:
        before = dict(turn.current.values)
        for kind, values in stated.items():
            gone.update((kind, value) for value in before.get(kind, ()) if value not in values)
    return frozenset(gone - {(kind, value) for kind, values in stated.items() for value in values})


def _cleared(topic: Topic, gone: frozenset[tuple[str, str]]) -> Topic:
    left = ((kind, tuple(v for v in values if (kind, v) not in gone)) for kind, values in topic.values)
    return replace(topic, values=tuple((kind, values) for kind, values in left if values))


def _said(turn: _Turn, stated: Values, gone: frozenset[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    now = [(kind, value) for kind, values in stated.items() for value in values]
    return tuple(dict.fromkeys(pair for pair in (*turn.state.said, *now) if pair not in gone))[-MAX_SAID:]


def _in_force(turn: _Turn, intent: str, stated: Values) -> tuple[Values, Values]:
    """All values known for the request, and those that it needs now."""
    same = next((t for t in turn.state.topics if t.intent == intent), None)
    goes_on = same is not None and same is turn.current
    inherited: Values = dict(same.values) if same else {}
    if not goes_on and turn.current is not None:
        across = _across(turn.pack, turn.current.values)
        inherited = {**across, **inherited} if same else across
    wanted = {k: r for k, r in turn.pack.entities.items() if k not in stated and _needs(r, intent)}
    referred = references.referred(turn.simple, turn.state, wanted)
    inherited = {**inherited, **referred}
    known = {**inherited, **_with_added(turn, inherited, stated)}
    needed: Values = {}
    for kind, values in known.items():
        rule = turn.pack.entities.get(kind)
        is_said = kind in stated or kind in (dict(same.values) if same else {})
        if not _needs(rule, intent) and not (is_said and _always_counts(kind, rule, values)):
            continue
        if kind in stated or kind in referred or _stays(rule, same=same is not None):
            needed[kind] = values
    return known, needed


def _across(pack: Pack, values: Iterable[tuple[str, tuple[str, ...]]]) -> Values:
    return {k: v for k, v in values if (rule := pack.entities.get(k)) and rule.carried == "across_requests"}


def _needs(rule: EntityKind | None, intent: str) -> bool:
    return rule is None or not rule.intents or intent in rule.intents


def _always_counts(kind: str, rule: EntityKind | None, values: tuple[str, ...]) -> bool:
    """What somebody states is meant to be used, whatever the request; of people, those with a name."""
    if kind == "person":
        return not all(people.is_relation(value) for value in values)
    return (
        kind in _CONTACTS
        or (rule is not None and rule.counts == "always")
        or (rule is not None and rule.carried == "across_requests")
    )


def _stays(rule: EntityKind | None, *, same: bool) -> bool:
    carried = rule.carried if rule is not None else "within_request"
    stays: Mapping[str, bool] = {"across_requests": True, "within_request": same, "never": False}
    return stays[carried]


def _with_added(turn: _Turn, inherited: Values, stated: Values) -> Values:
    """What is stated; people and things that the customer adds join those known before."""
    if _ADDING.search(turn.simple) is None:
        return stated
    return {
        kind: tuple(dict.fromkeys((*inherited.get(kind, ()), *values))) if kind in _JOINED else values
        for kind, values in stated.items()
    }
