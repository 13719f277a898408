"""Owns what words like 第二張, 之前嗰個, 佢, the other one stand for among the values said before. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

from kaitak.bot.dialogue import DialogueState
from kaitak.bot.packs import EntityKind
from kaitak.nlu import folding, people

Values = dict[str, tuple[str, ...]]

_ORDINAL = re.compile(
    r"第([一二三四五1-5])(?:张|个|份|单|件|只|款|条|间|部|支|对|笔)|第([一二三四五1-5])(?=[,，。?？!！呢呀]|嗰|那|$)"
    r"|\b(first|second|third|last) (?:one|order|policy|claim|parcel|plan)"
    r"|(?:for|about|of|on|and|with|is|as) the (first|second|third|last)(?= *(?:[?.!,]|$|is|one|please))"
    r"|(?:最后|尾)(?:嗰|那)?(?:张|个|份|单)"
)
_OTHER = re.compile(
    r"(?:另外|另|第二|其他|[净剩余]返|[净剩]低|剩下|余下)(?:嗰|果|那|一|的|嘅)*(?:张|个|份|单|件|只|部|架|对|条|支)"
    r"|(?:收到|到咗|到手|送到|寄到)(?:咗|的|嘅)?[嗰果那](?:张|个|份|单|件|只|部|架|对|条|支|样|款|盒)"
    r"|the one (?:that|which|i)(?:'ve|'s| has| have| did)? (?:came|arrived|come|got|get|received|receive)(?![a-z])"
    r"|the (?:other|remaining)(?: one| order| policy| claim)?(?![a-z])|the one (?:that's )?left"
)
_EARLIER = re.compile(
    r"(?:之前|头先|刚才|上一|前一|上|前面|最初|原先|原来|旧|啱先)(?:嗰|果|那|讲)?(?:嗰|果|那)?(?:张|个|份|单|件|笔)(?![月星礼周])"
    r"|the (?:previous|earlier|first|original|old) (?:one|order|policy|claim)"
)
_BOTH = re.compile(r"两[张个份单件](?:单|都)?|两者|全部|both|all of them|三[张个份]都|一齐")
_CONTACTS = frozenset({"phone", "email"})
_ORDINALS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "first": 0, "second": 1, "third": 2, "last": -1}


_PAIR = re.compile(
    r"(?P<former>前者|前面(?:讲|说|提|报)?(?:嗰|那|果)|头先第一|(?:[前头]一|[前头](?:嗰|那|果)一?)"
    r"(?:张|个(?!月|星期|礼拜|钟)|份|单|件|只|款|样|部|对|条)|(?<![a-z])the former(?![a-z]))"
    r"|(?P<latter>后者|后面(?:讲|说|提|报)?(?:嗰|那|果)|(?:后一|[后尾](?:嗰|那|果)一?)"
    r"(?:张|个(?!月|星期|礼拜|钟)|份|单|件|只|款|样|部|对|条)|(?<![a-z])the latter(?![a-z]))"
)


def one_of(simple: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the values just named that the same message picks by their place: 有兩張單…，第一張想取消."""
    place = _place(simple) if len(values) > 1 else None
    return (values[place],) if place is not None and -1 <= place < len(values) else values


def _place(simple: str) -> int | None:
    """The place that a message names: 第一張, and for the second?; -1 for the last."""
    match = _ORDINAL.search(simple)
    if match is None:
        return None
    said = next((group for group in match.groups() if group), "last")
    return int(said) - 1 if said.isdigit() else _ORDINALS[said]


def picks_another(simple: str) -> bool:
    """Whether a message picks one of several by its place or fate: 第一張, 另外嗰份, cancel咗嗰張, the earlier one."""
    return any(pattern.search(simple) is not None for pattern in (_ORDINAL, _PAIR, _OTHER, _EARLIER, _DEED))


def picks_one(simple: str, state: DialogueState) -> bool:
    """Whether a message picks one of several numbers by whose it is or what was said beside it: 門診嗰個."""
    return any(_of_owner(simple, state, kind) is not None for kind in {kind for kind, _, _ in state.told})


def referred(simple: str, state: DialogueState, wanted: Mapping[str, EntityKind], own: Values) -> Values:
    """Values that words like 第二張, 之前嗰個, 另外嗰張, 兩張, 佢嗰張 stand for, of those said before.

    `own` are the values that the request has by itself: what it points at without more is one of them.
    """
    found: Values = {}
    for kind, rule in wanted.items():
        if rule.carried != "across_requests" and rule.reads != "things":
            owned = _of_owner(simple, state, kind) if kind in _CONTACTS else one_of_several(simple, state, kind)
            found |= {kind: owned} if owned is not None else {}
            continue
        before = [value for k, value in state.said if k == kind]
        now = dict(state.topics[-1].values).get(kind, ()) if state.topics else ()
        chosen = _of_owner(simple, state, kind) or _of_deed(simple, state, kind) or _chosen(simple, before, now)
        if chosen is not None:
            found[kind] = chosen
    return {**_pointed(simple, state, wanted, own), **found}


# Of several shops the one that is meant: 後面那家, 頭嗰間, the second shop.
_SHOP = re.compile(
    r"(?P<first>前者|(?:前面|最?头|第一|第1|前一)(?:讲|说|提)?(?:嗰|那|果|呢)?(?:间|家|度|处|个|店)"
    r"|the (?:former|first)(?: one| shop| store| branch)?(?![a-z]))"
    r"|(?P<last>后者|(?:后面|[后尾]|最后|第二|第2|后一)(?:讲|说|提)?(?:嗰|那|果|呢)?(?:间|家|度|处|个|店)"
    r"|the (?:latter|second|last)(?: one| shop| store| branch)?(?![a-z]))"
)
_HE = re.compile(r"他(?!们|人)|(?<![a-z])(?:he|him|his)(?![a-z])")
_SHE = re.compile(r"她(?!们)|(?<![a-z])(?:she|her|hers)(?![a-z])")
_MEN = (
    r"老公|丈夫|先生|爸|父|爹|[个大细阿小]仔|囝|儿子|仔仔|孙仔|孙子|哥|弟|细佬|爷|公公|叔|伯|舅|姨丈|姑丈|男友|男朋友|未婚夫|女婿|侄仔|外甥(?!女)"
    r"|(?<![a-z])(?:husband|son|father|dad|brother|uncle|nephew|boyfriend|grandpa|grandfather|grandson|son-in-law|mr)(?![a-z])"
)
_WOMEN = (
    r"老婆|太太|妻|妈|母|[个大细阿小]女|囡|女儿|孙女|姐|姊|妹|嫂|婆|嫲|姨(?!丈)|姑(?!丈)|女友|女朋友|未婚妻|新抱|媳妇|侄女|外甥女|小姐|女士"
    r"|(?<![a-z])(?:wife|daughter|mother|mum|mom|sister|aunt|niece|girlfriend|grandma|grandmother|granddaughter"
    r"|daughter-in-law|mrs|ms|miss)(?![a-z])"
)
_NEAR_NAME = 14


def one_of_several(simple: str, state: DialogueState, kind: str) -> tuple[str, ...] | None:
    """Of several shops or people of the latest request that has them, the one that is meant: 後面那家, just him."""
    several = next((v for t in reversed(state.topics) if len(v := dict(t.values).get(kind, ())) > 1), ())
    if not several:
        return None
    if kind == "store":
        match = _SHOP.search(simple)
        return None if match is None else (several[0] if match["first"] else several[-1],)
    if kind != "person" or (_HE.search(simple) is None) == (_SHE.search(simple) is None):
        return None
    same, other = (_MEN, _WOMEN) if _HE.search(simple) is not None else (_WOMEN, _MEN)
    known = [value for value in several if _is_told_as(state, value, same)]
    left = known or [value for value in several if not _is_told_as(state, value, other)]
    return (left[0],) if len(left) == 1 else None


def _is_told_as(state: DialogueState, name: str, relations: str) -> bool:
    """Whether somebody is, or was introduced by, one of these relations: my son Jayden."""
    plain = folding.plain(name)
    said = [plain, *(folding.plain(note.said) for note in state.notes)]
    between = rf"(?:(?! and )[^,，。、同和及&]){{0,{_NEAR_NAME}}}?"
    before = rf"(?:{relations}){between}{re.escape(plain)}"
    return re.search(relations, plain) is not None or any(re.search(before, text) is not None for text in said)


# 佢嗰張, 我嗰份, 家居嗰份: the number is known by whose it is, or by what was said beside it.
_WHOSE = re.compile(r"([\u4e00-\u9fffa-z]{1,8}?)(?:自己)?(?:嘅|的)?[嗰果那](?:张|份|单|个)(?!号)")
_THEIRS = re.compile(r"佢|[他她]|(?<![a-z])(?:his|her|their)(?![a-z])")
_MINE = re.compile(r"我|(?<![a-z])(?:my|mine)(?![a-z])")
# the medical one, my motor policy: the number beside which that was said.
_LABELLED = re.compile(r"(?<![a-z])(?:the|my|that) ([a-z]{3,16}) (?:one|policy|plan|order|claim|parcel|cover)(?![a-z])")
_NO_LABELS = re.compile(
    "first|second|third|last|other|same|previous|earlier|next|new|old|original|whole|right|wrong|current|remaining|only"
    "|latest|former|latter|actual|insurance|exact|very"
)
_NO_LABEL = re.compile(r"[咁而且同将将把睇问想要第另就都系喺]|之前|头先|刚才|[呢这]|上|下")


def _of_owner(simple: str, state: DialogueState, kind: str) -> tuple[str, ...] | None:
    told = [(value, words) for k, value, words in state.told if k == kind]
    if len({value for value, _ in told}) < 2:
        return None
    for named in _LABELLED.finditer(simple):
        beside = [value for value, words in told if re.search(rf"(?<![a-z]){named[1]}(?![a-z])", words)]
        if beside and _NO_LABELS.fullmatch(named[1]) is None:
            return (beside[-1],)
    match = _WHOSE.search(simple)
    if match is None:
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


# 取消咗佢: what is cancelled is nobody.
_DONE_TO_IT = re.compile(
    r"(?:取消|退|换|改|停|断|整|修|删|掉|搞掂|cancel|return|refund)(?:咗|左|了|晒|返|埋|走)?(?:佢|它)(?!哋|们)"
)


def _pointed(simple: str, state: DialogueState, wanted: Mapping[str, EntityKind], own: Values) -> Values:
    """What 佢, 嗰部, 嗰度, it stand for by the pack's own words: the last value of the kind, or the one before it."""
    found: Values = {}
    for kind, rule in wanted.items():
        before = [value for k, value in state.said if k == kind]
        if not before:
            continue
        text = _DONE_TO_IT.sub(" ", simple) if rule.reads == "people" else simple
        earlier = _EARLIER_OF.get(kind)
        if earlier is not None and len(before) > 1 and earlier.search(simple) is not None:
            found[kind] = (before[-2],)
        elif points_at(rule, text):
            now = dict(state.topics[-1].values).get(kind, ()) if state.topics else ()
            found[kind] = own.get(kind) or now or (before[-1],)
    return found


def points_at(rule: EntityKind, simple: str) -> bool:
    """Whether a message points at a thing of this kind by the pack's own words: 佢, 嗰部, it."""
    return any(_reference(pattern).search(simple) is not None for pattern in rule.references)


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
_DEED = re.compile(
    r"(cancel|取消|退款|退|换|改期|改地址|转地址|换地址|改址|改件数|加货|加单|开发票|失效|断供|批|missing|烂|坏|裂|爆|穿|碎|漏水|冇反应|少|漏|错)"
    r"[^,，。 ]{0,3}?[嗰果那](?:一)?(?:张|份|单|个|件|只|部|对|条|支|盒|樽|包|台|架|款|盏|把|套)"
    r"|the (broken|damaged|cracked|faulty|missing|cancelled|returned|wrong) (?:one|item|order|policy|claim)"
)


def deed_in(simple: str) -> str | None:
    """The part of an intent's name by which a message tells a thing: cancel, of 取消咗嗰張; None if by no deed."""
    match = _DEED.search(simple)
    said = (match[1] or match[2]) if match is not None else None
    return _DEED_NAMES.get(said, said) if said is not None else None


_FEWEST_BEHIND = 4


def behind_deed(simple: str) -> str | None:
    """What a message that opens with a thing known by its deed asks of it: of 改地址嗰張再加條圍巾 the rest."""
    match = _DEED.match(simple)
    rest = re.sub(r"^(?:单|订单|保单)?[,，。 ]*", "", simple[match.end() :]) if match is not None else ""
    return rest if len(rest) >= _FEWEST_BEHIND else None


def _of_deed(simple: str, state: DialogueState, kind: str) -> tuple[str, ...] | None:
    deed = deed_in(simple)
    if deed is None:
        return None
    return next(
        (dict(t.values)[kind] for t in reversed(state.topics) if deed in t.intent and kind in dict(t.values)), None
    )


_DEED_NAMES = {
    "取消": "cancel",
    "退款": "refund",
    **dict.fromkeys(("改地址", "转地址", "换地址", "改址"), "address"),
    **dict.fromkeys(("改件数", "加货", "加单"), "modify"),
    "开发票": "invoice",
    "退": "return",
    "换": "exchange",
    "改期": "reschedule",
    "失效": "reinstate",
    "断供": "reinstate",
    "批": "claim_status",
    **dict.fromkeys(("烂", "坏", "裂", "爆", "穿", "碎", "漏水", "冇反应", "broken", "cracked", "faulty"), "damaged"),
    **dict.fromkeys(("少", "漏"), "missing"),
    **dict.fromkeys(("错", "wrong"), "wrong"),
    "cancelled": "cancel",
    "returned": "return",
}


def _chosen(simple: str, before: list[str], now: tuple[str, ...]) -> tuple[str, ...] | None:
    if len(before) < 2:
        return None
    if _BOTH.search(simple) is not None:
        return tuple(before[-3:] if "三" in simple else before[-2:])
    pair = _PAIR.search(simple)
    if pair is not None:
        return (before[-2] if pair["former"] else before[-1],)
    place = _place(simple)
    if place is not None:
        return (before[place],) if -1 <= place < len(before) else None
    others = [value for value in before if value not in now]
    if others and (_OTHER.search(simple) is not None or _EARLIER.search(simple) is not None):
        return (others[-1],)
    return None
