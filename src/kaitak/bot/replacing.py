"""Owns which values a message names only to take them back: 唔好星期六,星期日; 旺角太遠,沙田; 護髮素唔要喇. Pure."""

import re

from kaitak.bot import turn_words
from kaitak.bot.dialogue import DialogueState
from kaitak.bot.packs import Pack
from kaitak.core.records import replace
from kaitak.nlu import folding
from kaitak.nlu.understanding import Entity, Understanding

_ONE = "[呢嗰果那这]?[对件部条张个支间只盒](?!人)"
_DENIED_BEFORE = re.compile(
    r"(?:唔(?:好|要|系|使|去|会|加|换|退|买|订|拣|用|寄|送|写|改|搵|留)|不(?:要|是|去|用|加|换|退|买|选|寄|送|写|改)|别|非"
    r"|(?<![a-z])(?:not|no|isn't|instead of|rather than|forget|scratch|drop|skip))"
    rf"(?:再|话|要|系|是|喺|去|到|返|{_ONE}| ?(?:on|the|in|to|at|for|about|that)(?![a-z]))*\s*$"
)
_DENIED_AFTER = re.compile(
    r"^(?:嗰(?:件|间|日|个|只|张|份))?(?:就|都|又|已经|而家|好似|嗰日|is |was )*"
    r"(?:太|唔(?:好|得|啱|要|使|去|系|方便|得闲|退|换|加|买|订|落|拣|用|改|寄|送)|不(?:要|行|对|是|方便|退|换|加|买|订|用|改)|满|冇(?:得|人|货|位|空)|没|卖晒|卖断|去唔到|赶唔切"
    r"|错|too |not |full|won't|doesn't|is wrong)"
)
# What is left as it was: 343435唔取消住, the second one stays.
_LEFT_OUT = re.compile(
    r"^(?:嗰(?:件|张|份|个|支))?(?:就|都)?(?:唔(?:好)?(?:取消|退|改|换|要|使|加|买)|不(?:要|用|取消|退|换)|照旧|照送|留返|stays|keep)"
)
_TOGETHER = re.compile(r"[同及和与或、&]|(?<![a-z])(?:and|or)(?![a-z])")
# Between two values that both count, or of which neither is chosen yet: 5號至8號, 星期六定星期日.
_BOTH = re.compile(
    r"^(?:[同及和与或、&/~至到\-–]|定系|定|还系|还是|抑或|连埋|加埋|仲有|还有"
    r"|,? ?(?:and|or|to|until|till|plus)(?![a-z])|,? ?also(?![a-z]))+"
)
_SINGLE = frozenset({"date", "colour", "store"})  # of which a request has one at a time
_NEAR, _WIDE = 12, 24


def without_replaced(pack: Pack, state: DialogueState, whole: Understanding) -> Understanding:
    """The message with the values marked that it names to take them back."""
    whole = _of_kind_spoken_of(pack, state, whole)
    known = dict(state.topics[-1].values) if state.topics else {}
    spoken = {value for topic in state.topics for kind, values in topic.values if kind in _SINGLE for value in values}
    marked = tuple(
        replace(entity, withdrawn=True)
        if _is_taken_back(whole, entity, known)
        or _is_old(whole, entity, known)
        or _is_settled_otherwise(whole, entity)
        or _is_known_beside_new(whole, entity, spoken)
        else entity
        for entity in whole.entities
    )
    return replace(whole, entities=marked) if marked != whole.entities else whole


# The one of two that is taken in the end: 星期六或者星期日都得,就星期日啦.
_SETTLED = re.compile(
    r"(?:[,，。 ](?:咁)?就|不如|就(?:要|拣|选|定|去)|还是|都系|拣|let's (?:say|go (?:with|for))|make it"
    r"|i'll (?:take|go with)|preferably|ideally)(?:系|是|要|the|on| )*$"
)


def _is_settled_otherwise(whole: Understanding, entity: Entity) -> bool:
    """Whether another value, which was named beside this one, is named again as the one that is taken."""
    if entity.kind not in _SINGLE:
        return False
    later = [e for e in whole.entities if e.kind == entity.kind and e.value != entity.value and e.start >= entity.end]
    return any(_SETTLED.search(folding.plain(whole.text[: e.start])[-_NEAR:]) is not None for e in later)


_HEAD = re.compile(r"[A-Z]+\d*-")


def _of_kind_spoken_of(pack: Pack, state: DialogueState, whole: Understanding) -> Understanding:
    """A number that begins as those of one kind do is of that kind: C25-088120 beside the claim C25-88120."""
    numbers = {kind for kind, rule in pack.entities.items() if rule.carried == "across_requests"}
    heads = {(head[0], kind) for kind, v in state.said if kind in numbers and (head := _HEAD.match(v))}

    def read(entity: Entity) -> Entity:
        head = _HEAD.match(entity.value) if entity.kind in numbers else None
        kinds = {kind for said, kind in heads if head is not None and said == head[0]}
        return replace(entity, kind=kinds.pop()) if len(kinds) == 1 else entity

    return replace(whole, entities=tuple(map(read, whole.entities))) if heads else whole


def _is_taken_back(whole: Understanding, entity: Entity, known: dict[str, tuple[str, ...]]) -> bool:
    if entity.withdrawn:
        return True
    others = [e for e in whole.entities if e.kind == entity.kind and e.value != entity.value and not e.withdrawn]
    values = known.get(entity.kind, ())
    if not others and not any(v.endswith(entity.value) for v in values):
        return False
    before, after = folding.plain(whole.text[: entity.start])[-_NEAR:], folding.plain(whole.text[entity.end :])[:_NEAR]
    if not others and len(values) == 1:
        return _is_denied_alone(whole, before)
    if not others:  # one of several that were spoken of
        return _LEFT_OUT.match(after) is not None
    later = next((e for e in others if e.start >= entity.end), None)
    if later is not None and _TOGETHER.fullmatch(folding.plain(whole.text[entity.end : later.start]).strip()):
        return False
    is_denied = _DENIED_BEFORE.search(before) is not None
    return is_denied or (later is not None and _DENIED_AFTER.match(after) is not None)


# What was in use before, named when it is so no more: 舊嗰個91230000唔用喇, my old number … no longer works.
_OLD = re.compile(r"(?:旧|以前|之前|原本|(?<![a-z])(?:old|previous|former))[^,，。0-9]{0,10}$")
_IN_USE_NO_MORE = re.compile(
    r"^ ?(?:嗰个|那个|个号码|号码)?(?:我|已经|就|都|而家|is|has)* ?"
    r"(?:(?:唔|不|冇|没)(?:再)?(?:用|要|在用)|停(?:咗|了|用)|取消(?:咗|了)|no longer"
    r"|not (?:in use|used)|doesn't work|been cut)"
)


def _is_old(whole: Understanding, entity: Entity, known: dict[str, tuple[str, ...]]) -> bool:
    """Whether a value is one that had its day before the one in force took its place."""
    if entity.value in (*known.get(entity.kind, ()), "") or entity.kind not in known:
        return False
    before, after = folding.plain(whole.text[: entity.start])[-_WIDE:], folding.plain(whole.text[entity.end :])[:_WIDE]
    return _OLD.search(before) is not None and _IN_USE_NO_MORE.match(after) is not None


# The value in force named only to say that it is not meant: 唔係星期五, not the black one.
_NOT_THIS = re.compile(
    rf"(?:唔(?:系|要|好)|不(?:是|要)|(?<![a-z])not)(?:再|要|系|{_ONE}| ?(?:on|the|in|to|at)(?![a-z]))*\s*$"
)
_ASKS_IF = re.compile(r"[咩吗嘛?？]|系唔系|是不是|定系|还是|(?<![a-z])why(?![a-z])|点解|为什么")


def _is_denied_alone(whole: Understanding, before: str) -> bool:
    return _NOT_THIS.search(before) is not None and _ASKS_IF.search(folding.plain(whole.text)) is None


def _is_known_beside_new(whole: Understanding, entity: Entity, spoken: set[str]) -> bool:
    """Whether a value is the one that stood before, named beside another that takes its place: 後日要覆診,25號啦."""
    if entity.kind not in _SINGLE or entity.withdrawn or not _is_spoken_of(entity, spoken):
        return False
    others = [e for e in whole.entities if e.kind == entity.kind and e.value != entity.value and not e.withdrawn]
    fresh = [e for e in others if not _is_spoken_of(e, spoken)]
    if not fresh:
        return False
    first, second = sorted((entity, fresh[0]), key=lambda e: e.start)
    between = folding.plain(whole.text[first.end : second.start]).strip()
    return _BOTH.match(between) is None


def _is_spoken_of(entity: Entity, spoken: set[str]) -> bool:
    """Whether a value is one of those before; a day without its month may be of another month than it was read in."""
    if entity.kind == "date" and turn_words.BARE_DAY.fullmatch(folding.plain(entity.text)):
        return any(value[-2:] == entity.value[-2:] for value in spoken)
    return entity.value in spoken
