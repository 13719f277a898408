"""Owns the points of a message that numbers its matters, and which of them it wants seen to first. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Rank = Literal["first", "plain", "later"]
_MOST, _FEWEST, _LONGEST_ORDER = 4, 2, 26
_THING = r"(?:样|件|个|点|项|单|条|桩)?(?:嘢|野|事|问题|请求|要求|查询)?"
# Who counts what is to come: 有兩樣嘢, 想問2樣野, two things, a couple of questions.
_COUNTED = re.compile(
    r"(?:[两二三四几2-4]|数)(?:样|件|个|项|点|桩|单)(?:嘢|野|事情?|问题|请求|要求|查询)?|[两二三]事"
    r"|(?<![a-z])(?:two|three|2|3|a couple of|a few) (?:things|questions|requests|matters|points|issues|bits)"
)
_EDGE = r"(?:(?<=^)|(?<=[\s,，、。.;；:：!！?？(（吖呀啊]))"


def _compiled(*families: Sequence[str]) -> tuple[tuple[re.Pattern[str], ...], ...]:
    return tuple(tuple(re.compile(mark) for mark in family) for family in families)


# How points are marked, from the first on.
_MARKS = _compiled(
    tuple(
        rf"第{n}(?!次|日|天|期|年|张|份|间|只|对|款|部|人|者){_THING}[就]?(?:[系是为]|[:：,，、])?" for n in "一二三四"
    ),
    tuple(rf"其{n}[系是为]?[:：,，、]?" for n in "一二三四"),
    tuple(rf"{_EDGE}{n}(?:[系是就]|来(?!到|得)|[、:：,，)）.]|则)" for n in "一二三四"),
    tuple(rf"{_EDGE}[(（]?{n}(?:[)）.、:：,，]+ ?(?!\d)|号[:：,，]?)" for n in "1234"),
    tuple(rf"{_EDGE}[(（]?{n}[)）.、:：]+ ?" for n in "abcd"),
    tuple(
        rf"(?<![a-z]){n}(?:ly)?(?: of all| thing)?(?: is)?(?![a-z])[,:]? "
        for n in ("first", "second", "third", "fourth")
    ),
    tuple(rf"(?<![a-z])number {n}(?![a-z])[,:]?(?: is)? ?" for n in ("one", "two", "three", "four")),
)
# Marks that need somebody to have said that there are several.
_COUNTED_MARKS = _compiled(
    tuple(rf"{_EDGE}{n}(?=[ \u4e00-\u9fffa-z])(?!号|月|日|点|年|%) ?" for n in "1234"),
    tuple(rf"{_EDGE}{n}(?=[ \u4e00-\u9fff]) ?" for n in "abcd"),
    tuple(
        rf"{_EDGE}{n}"
        for n in (r"一(?:样|个|件)就?(?:[系是]|想|要)", *[r"(?:另|第二)?(?:外)?一?(?:样|个|件)就?(?:[系是]|想|要)"] * 3)
    ),
    tuple(
        rf"(?<![a-z]){n}" for n in (r"one (?:is|'s)[:,]? ", *[r"(?:the other|another)(?: one)?(?: is|'s)?[:,]? "] * 3)
    ),
)
_CLAUSE_ENDS = re.compile(r"[(（)）]|[,，。;；!！]\s*|(?<=[a-z]) - ")
_COLON = re.compile(r"[^:：]{0,10}[:：]")
_GOES_ON = re.compile(
    r"[,，;；。]\s*(?=跟住|跟手|然后|之后|最后|最尾|仲有|还有|同埋|另外|再者|此外|再来"
    r"|(?:and )?(?:then|finally|lastly|also)(?![a-z]))"
)
_LEADS = re.compile(
    r"^(?:跟住|跟手|然后|之后|最后|最尾|仲有|还有|同埋|另外|再者|此外|再来"
    r"|(?:and )?(?:then|finally|lastly|also))就?[,， ]*"
)
_URGENT = r"(?:最|比较|好|更|较|真系|都几)*(?:急|紧要|要紧|紧急|迫切|重要|赶)(?:啲|些|一点|嘅|的|件)?"
_SEE = r"(?:处理|办理?|搞|答|覆|回复|回覆|做|讲|说|跟进?|查|睇|看|弄)"
# Said of the point beside which it stands: (呢樣最急), 請先處理, this one is urgent.
_THIS_FIRST = re.compile(
    rf"(?:(?:呢|这|此|该)(?:样|件|个|项|单|事|件事)?)?(?:就|都|系|是)*{_URGENT}"
    rf"(?:[,，、 ]*(?:请|麻烦|唔该|要|想)?先{_SEE}?|搞先|做先)?"
    rf"|(?:请|烦请|麻烦|唔该|望|恳请|务请)*(?:优先|先行?|先){_SEE}(?:呢|这|此)?(?:样|件|个|项)?"
    rf"|{_SEE}(?:咗|左)?(?:呢|这)(?:样|件|个)先|(?:呢|这)(?:样|件|个)(?:行|{_SEE})?先"
    r"|(?:please )?(?:this(?: one)?(?:'s| is)? ?)?(?:first(?: please)?|(?:the )?(?:more |most )?urgent(?: one)?)"
)
_THIS_LATER = re.compile(
    r"(?:(?:呢|这|此)(?:样|件|个|项)?)?(?:就|都|系|是|可以?)*(?:[唔不](?:系|是)?(?:咁|太|那么)?急|迟啲(?:先|再)?|稍后|容后|慢慢(?:嚟|来)?|之后(?:先|再))"
    r".{0,4}|(?:this (?:one )?)?(?:can wait|no rush|not urgent|later)"
)
_ORDER = re.compile(
    rf"(?:[\u4e00-\u9fffa-z0-9 ]*?(?:{_SEE}|俾|畀|给|行|拣|要|嚟|来)[^,，。;；]*?先[啦喇呀吖吧]*"
    rf"(?:唔该晒?|谢谢|thx|thanks|pls)?|(?:麻烦|请|唔该|但|不过|你|咁)*先[^,，。;；]{{2,14}}|[^,，。;；]{{2,12}}行先[啦喇呀吖]*"
    rf"|[\u4e00-\u9fff]{{2,6}}先[啦喇呀吖]*"
    rf"|第?[一二三四1-4a-d]{_THING}(?:嗰样|号)?(?:行|就)?(?:先|{_URGENT})[啦喇呀吖㗎嘅]*"
    r"|(?:please )?(?:do|answer|start with|deal with|take|handle|sort|sort out) [a-z0-9 ]{1,30}?(?:first)?(?: please)?"
    r"|[a-z0-9 ]{1,24} first(?: please)?)[。.!！~ ]*"
)
_PLACE = re.compile(
    r"第([一二三四1-4])|(?<![a-z0-9])([1-4a-d])(?![a-z0-9])(?!号)"
    r"|(?:number|no\.?|question|point) ?(one|two|three|four|[1-4])(?![a-z])"
    r"|the (first|second|third|last|former|latter)|(前者|头[嗰那]|上面[嗰那])|(后者|[尾后][嗰那面]|最后[嗰那])"
)
PLACES = {
    **{c: i for i, c in enumerate("一二三四")},
    **{c: i for i, c in enumerate("1234")},
    **{c: i for i, c in enumerate("abcd")},
    "one": 0,
    "two": 1,
    "three": 2,
    "four": 3,
    "first": 0,
    "second": 1,
    "third": 2,
    "former": 0,
    "last": -1,
    "latter": -1,
}
_NUMBER = re.compile(r"(?<![a-z0-9])[a-z]{0,4}\d{0,4}-?\d[\d-]{4,}(?![a-z0-9])")
_NO_WORDS = frozenset({"first", "please", "with", "that", "this", "start", "deal", "answer", "handle", "thing"})
_PARTED = re.compile(r"[,，。;；]\s*|(?<=[\u4e00-\u9fff0-9?？!！]) +(?=[\u4e00-\u9fff1-4a-d](?![a-z0-9]))|[?？!！.]\s+")


@dataclass(frozen=True, slots=True)
class Matter:
    """One matter in the customer's words, when it is to be seen to, and by its place which of the others it means.

    Without text it is no matter of its own: it only says which of the others comes first.
    """

    text: str
    rank: Rank
    place: int | None = None


def points(simple: str) -> tuple[Matter, ...]:
    """The points of a simplified folded message that marks two at least, in order; none of any other message."""
    counted = _COUNTED.search(simple)
    parts = _split(simple, counted)
    if len(parts) < _FEWEST:
        return ()
    last, order = _with_order(parts[-1], len(parts), parts)
    found = tuple(_ranked(part) for part in (*parts[:-1], last))
    return (*found, order) if order is not None else found


def place_of(simple: str) -> int | None:
    """Which of several points a message means: 第二樣, 咁2呢, b啦; -1 for the last."""
    match = _PLACE.search(simple)
    if match is None:
        return None
    if match[5] or match[6]:
        return 0 if match[5] else -1
    return PLACES[next(group for group in match.groups() if group)]


_NEXT = re.compile(
    rf"(?:^|[,，。;； ])(?:咁|那|噉|到|轮到|跟住|而家|现在|and|now|ok|so|what about|how about|[ ,，])*"
    rf"(?:第?[一二三四1-4]{_THING}|[b-d]|最(?:后|尾)[嗰那]?{_THING}|(?:number|no\.?) ?(?:one|two|three|four|[1-4])"
    r"|the (?:first|second|third|last) one)(?:嗰样|那个)?(?:呢|啦|喇|又点|点|吖|嘞)*[?？!！。. ]*(?:$|[,，。])"
)


def next_place(simple: str) -> int | None:
    """The place of the point that a message goes on to: 咁2呢, 好，到第三樣, number two?, 最後嗰樣."""
    match = _NEXT.search(simple)
    return place_of(match[0]) if match is not None else None


def _split(simple: str, counted: re.Match[str] | None) -> list[str]:
    families = (*_MARKS, *(_COUNTED_MARKS if counted is not None else ()))
    for family in families:
        start = counted.end() if counted is not None and family in _COUNTED_MARKS else 0
        spans = _marked(simple, family, start)
        if len(spans) >= _FEWEST:
            ends = [span[0] for span in spans[1:]] + [len(simple)]
            return [simple[a:b] for (_, a), b in zip(spans, ends, strict=True)]
    colon = _COLON.match(simple, counted.end()) if counted is not None else None
    return [_LEADS.sub("", part) for part in _GOES_ON.split(simple[colon.end() :])][:_MOST] if colon else []


def _marked(simple: str, family: Sequence[re.Pattern[str]], start: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for mark in family:
        match = mark.search(simple, start)
        if match is None:
            break
        found.append(match.span())
        start = match.end() + 1
    return found


def _with_order(last: str, many: int, parts: Sequence[str]) -> tuple[str, Matter | None]:
    """The last point without what stands behind it: 答左1先, 收據嗰樣搞咗先."""
    clauses = [clause for clause in _PARTED.split(last) if _NUMBER.sub("", clause).strip()]
    for index in range(len(clauses) - 1, 0, -1):
        bare = _NUMBER.sub("", clauses[index]).strip(" 。.,，()（）")
        if len(bare) <= _LONGEST_ORDER and _ORDER.fullmatch(bare) is not None and _THIS_FIRST.fullmatch(bare) is None:
            place = place_of(bare)
            place = _named(bare, parts) if place is None else place
            rest = ",".join((*clauses[:index], *clauses[index + 1 :]))
            is_place = place is not None and -many <= place < many
            return rest, Matter("", "first", place % many) if place is not None and is_place else Matter(bare, "first")
    return last, None


def _named(order: str, parts: Sequence[str]) -> int | None:
    """The one point that an order names again by a word of it: 收據嗰樣搞咗先."""
    texts = [_PARTED.split(part)[0] for part in parts]
    shared = [_shares(text, order) for text in texts]
    return shared.index(max(shared)) if max(shared) and shared.count(max(shared)) == 1 else None


def _shares(text: str, order: str) -> int:
    """How much of a word two texts share: the characters of the longest common piece, if it is one at all."""
    words = {word for word in re.findall(r"[a-z]{4,}", order) if word not in _NO_WORDS}
    pieces = {
        run[i : i + n]
        for run in re.findall(r"[\u4e00-\u9fff]+", order)
        for n in (2, 3, 4)
        for i in range(len(run) - n + 1)
    }
    return max((len(piece) for piece in (*words, *pieces) if piece in text), default=0)


def _ranked(part: str) -> Matter:
    rank: Rank = "plain"
    kept: list[str] = []
    for clause in _CLAUSE_ENDS.split(part):
        bare = clause.strip(" .")
        if bare and _THIS_FIRST.fullmatch(bare) is not None:
            rank = "first"
        elif bare and _THIS_LATER.fullmatch(bare) is not None:
            rank = "later"
        elif bare:
            kept.append(bare)
    return Matter(",".join(kept), rank)
