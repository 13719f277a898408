"""Owns what words like 第二張, 之前嗰個, 佢, the other one stand for among the values said before. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

from kaitak.bot.dialogue import DialogueState
from kaitak.bot.packs import EntityKind
from kaitak.nlu import people

Values = dict[str, tuple[str, ...]]

_ORDINAL = re.compile(
    r"第([一二三四五1-5])(?:张|个|份|单|件|只|款|条)|\b(first|second|third|last) (?:one|order|policy|claim)|(?:最后"
    r"|尾)(?:嗰|那)?(?:张|个|份|单)"
)
_OTHER = re.compile(
    r"(?:另外|另|第二|其他)(?:嗰|果|那|一)?(?:张|个|份|单|件|只)|the other(?: one| order| policy| claim)?(?![a-z])"
)
_EARLIER = re.compile(
    r"(?:之前|头先|刚才|上一|上|前面|最初|原先|原来|旧|啱先)(?:嗰|果|那|讲)?(?:嗰|果|那)?(?:张|个|份|单|件)"
    r"|the (?:previous|earlier|first) (?:one|order|policy|claim)"
)
_BOTH = re.compile(r"两[张个份单件](?:单|都)?|两者|全部|both|all of them|三[张个份]都|一齐")
_ORDINALS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "first": 0, "second": 1, "third": 2, "last": -1}


_PAIR = re.compile(
    r"(?P<former>前者|前面(?:嗰|那|果)|头先第一|头(?:嗰|那)(?:张|个|份|单|件|只|款)|the former)"
    r"|(?P<latter>后者|后面(?:嗰|那|果)|[后尾](?:嗰|那)(?:张|个|份|单|件|只|款)|the latter)"
)


def one_of(simple: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the values just named that the same message picks by their place: 有兩張單…，第一張想取消."""
    match = _ORDINAL.search(simple) if len(values) > 1 else None
    if match is None:
        return values
    place = _ORDINALS.get(match[1] or match[2] or "last", int(match[1]) - 1 if (match[1] or "").isdigit() else -1)
    return (values[place],) if -1 <= place < len(values) else values


def picks_another(simple: str) -> bool:
    """Whether a message picks one of several by its place or fate: 第一張, 另外嗰份, cancel咗嗰張, the earlier one."""
    return any(pattern.search(simple) is not None for pattern in (_ORDINAL, _PAIR, _OTHER, _EARLIER, _DEED))


def referred(simple: str, state: DialogueState, wanted: Mapping[str, EntityKind], own: Values) -> Values:
    """Values that words like 第二張, 之前嗰個, 另外嗰張, 兩張, 佢嗰張 stand for, of those said before.

    `own` are the values that the request has by itself: what it points at without more is one of them.
    """
    found: Values = {}
    for kind, rule in wanted.items():
        if rule.carried != "across_requests" and rule.reads != "things":
            continue
        before = [value for k, value in state.said if k == kind]
        now = dict(state.topics[-1].values).get(kind, ()) if state.topics else ()
        chosen = _of_owner(simple, state, kind) or _of_deed(simple, state, kind) or _chosen(simple, before, now)
        if chosen is not None:
            found[kind] = chosen
    return {**_pointed(simple, state, wanted, own), **found}


# 佢嗰張, 我嗰份, 家居嗰份: the number is known by whose it is, or by what was said beside it.
_WHOSE = re.compile(r"([\u4e00-\u9fffa-z]{1,8}?)(?:自己)?(?:嘅|的)?[嗰果那](?:张|份|单|个)(?!号)")
_THEIRS = re.compile(r"佢|[他她]|(?<![a-z])(?:his|her|their)(?![a-z])")
_MINE = re.compile(r"我|(?<![a-z])(?:my|mine)(?![a-z])")
_NO_LABEL = re.compile(r"[咁而且同将将把睇问想要第另就都系喺]|之前|头先|刚才|[呢这]|上|下")


def _of_owner(simple: str, state: DialogueState, kind: str) -> tuple[str, ...] | None:
    told = [(value, words) for k, value, words in state.told if k == kind]
    match = _WHOSE.search(simple)
    if match is None or len({value for value, _ in told}) < 2:
        return None
    label = match[1]
    owner = owner_of(label)
    if owner is not None:
        return next(((value,) for value, words in reversed(told) if owner_of(words) == owner), None)
    label = _NO_LABEL.split(label)[-1]
    if len(label) < 2:
        return None
    return next(((value,) for value, words in reversed(told) if label in words), None)


def owner_of(words: str) -> str | None:
    """Whose a thing is by the words before it, the last of them deciding: mine, somebody's, or not said."""
    theirs = max((m.end() for m in (*_THEIRS.finditer(words), *people.relations_in(words))), default=-1)
    mine = max((m.end() for m in _MINE.finditer(words)), default=-1)
    if theirs == mine == -1:
        return None
    return "mine" if mine > theirs else "theirs"


def is_mine(simple: str) -> bool:
    """Whether a message speaks of the customer's own thing where somebody else's was spoken of: 我嗰份."""
    match = _WHOSE.search(simple)
    return match is not None and owner_of(match[1]) == "mine"


def _pointed(simple: str, state: DialogueState, wanted: Mapping[str, EntityKind], own: Values) -> Values:
    """What 佢, 嗰部, 嗰度, it stand for by the pack's own words: the last value of the kind, or the one before it."""
    found: Values = {}
    for kind, rule in wanted.items():
        before = [value for k, value in state.said if k == kind]
        if not before:
            continue
        earlier = _EARLIER_OF.get(kind)
        if earlier is not None and len(before) > 1 and earlier.search(simple) is not None:
            found[kind] = (before[-2],)
        elif any(_reference(pattern).search(simple) for pattern in rule.references):
            now = dict(state.topics[-1].values).get(kind, ()) if state.topics else ()
            found[kind] = own.get(kind) or now or (before[-1],)
    return found


@lru_cache(maxsize=512)
def _reference(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


_EARLIER_OF = {
    "colour": re.compile(
        r"(?:之前|头先|刚才|上一|原先|原来|第一|最初)(?:讲|嗰|那|果)?(?:只|个|种)?(?:颜色|色)|(?:first|previous"
        r"|earlier) colou?r"
    ),
    "store": re.compile(
        r"(?:之前|头先|刚才|上一|原先|原来|第一|最初)(?:讲|嗰|那|果)?(?:间|家)|(?:first|previous"
        r"|earlier) (?:shop|store)"
    ),
    "date": re.compile(
        r"(?:之前|头先|刚才|上一|原先|原来|第一|最初)(?:讲|嗰|那|果)?(?:个)?(?:日子?|日期)|(?:first|previous"
        r"|earlier) (?:date|day)"
    ),
}
# 取消咗嗰張, the missing cheque: the number is known by what was asked for it.
_DEED = re.compile(r"(cancel|取消|退|换|改期|失效|断供|批|missing)[^,，。 ]{0,3}[嗰果那](?:张|份|单|个)")


def _of_deed(simple: str, state: DialogueState, kind: str) -> tuple[str, ...] | None:
    match = _DEED.search(simple)
    if match is None:
        return None
    word = _DEED_NAMES.get(match[1], match[1])
    return next(
        (dict(t.values)[kind] for t in reversed(state.topics) if word in t.intent and kind in dict(t.values)), None
    )


_DEED_NAMES = {
    "取消": "cancel",
    "退": "return",
    "换": "exchange",
    "改期": "reschedule",
    "失效": "reinstate",
    "断供": "reinstate",
    "批": "claim_status",
}


def _chosen(simple: str, before: list[str], now: tuple[str, ...]) -> tuple[str, ...] | None:
    if len(before) < 2:
        return None
    if _BOTH.search(simple) is not None:
        return tuple(before[-3:] if "三" in simple else before[-2:])
    pair = _PAIR.search(simple)
    if pair is not None:
        return (before[-2] if pair["former"] else before[-1],)
    ordinal = _ORDINAL.search(simple)
    if ordinal is not None:
        place = _ORDINALS.get(ordinal[1] or ordinal[2] or "last")
        place = int(ordinal[1]) - 1 if place is None and ordinal[1] else place
        return (before[place],) if place is not None and -1 <= place < len(before) else None
    others = [value for value in before if value not in now]
    if others and (_OTHER.search(simple) is not None or _EARLIER.search(simple) is not None):
        return (others[-1],)
    return None
