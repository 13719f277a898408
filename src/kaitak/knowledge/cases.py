"""Owns cases that stand side by side in one text (「亞洲 $38,歐美 $88」): which of them a question is about. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from kaitak.knowledge import asking, quantities, synonyms, terms, weekdays, words

_STRONG: Final = re.compile(r"[;；]|(?<=[^\d])。(?=.)|(?<=\d)。(?=.)")
_WEAK: Final = re.compile(r"[,，、](?!\d{3}(?!\d))")
_LEAD: Final = re.compile(r"^(?P<lead>[^:：;；。]{2,80}?(?:(?<!\d)[:：]|[:：](?!\d)))(?P<rest>.+)$", re.DOTALL)
_LABEL: Final = re.compile(r"(?<!\d)[:：]|[:：](?!\d)")
_FIGURES: Final = {
    "money": re.compile(r"(?:HK)?\$ ?[\d,.]+(?: ?萬)?|[\d,.]+ ?元"),
    "share": re.compile(r"\d[\d.]* ?%|\d ?折|[一二两兩三四五六七八九]分[之一二三四]|一半|全數|全数|全額|全额|\d ?成"),
    "span": re.compile(
        r"\d\d?:\d\d|\d ?[時时點点號号](?![間碼码])|\d ?(?:個|个)?(?:日|天|工作天|小時|小时|分鐘|分钟|月|年|星期|"
        r"hours?|days?|months?|weeks?|minutes?)"
    ),
    "count": re.compile(r"\d ?(?:期|次|件|分(?!鐘|钟)|倍|張|张|名|部)"),
}
_VERDICT: Final = re.compile("不[保賠赔設设退受接]|免費|免费|免運|免收|豁免|休息")
_GOES_ON: Final = re.compile(
    "^(?:每.{1,2})?(?:上限|最高|最多|最少)|^(?:其後|其后|之後|之后|否則|否则|並|并|另|及|亦|惟|但|逾|未滿|未满|到頂|再|須|须|可)"
)
_OTHERS: Final = re.compile("(?:所有)?其[他餘余]|[Oo]thers?\\b")  # they stand for what is not named
_OF_OTHERS: Final = 0.5
_SHORT_LABEL, _LONG_LABEL = 14, 22  # characters of a case among commas, besides its figure
_SHORT_TAIL: Final = 4
_NOT_LABEL: Final = re.compile(r"[\s\d$.,%:;]|hk")
_PHONE: Final = re.compile(r"\d{4} ?\d{4}")
_ORDINAL: Final = re.compile("第 ?[一二三四五六七八九十0-9]+")
_ASKED_MUCH: Final = re.compile("多少|钱|赔|几|幾|收费|费用")
SURE, _SURE_OF_LONG = 0.25, 0.5  # so far the case that is told must stand before the next
_ORDINAL_WORTH, _QUANTITY_WORTH, _STEP_WORTH = 1.0, 1.5, 0.75
_ALIKE, _SAME, _SOFT = 0.3, 0.5, 0.1
_LEAST = 0.5  # what any word of a question weighs …
_LITTLE, _SINGLE = 0.4, 0.6  # … and what a deed, and a single character, counts of it
_SHARED: Final = 0.4  # what a word of the question counts that the title says already
_OWN: Final = 0.35  # a case that holds so much of the question which the chosen one does not is told as well
_LISTED, _MEANT, _PARTLY = 2.0, 0.6, 0.8  # a character in a list; another word for it; some of its characters


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as cases are compared with it: its words, each with all wordings and what it weighs."""

    text: str
    ways: tuple[tuple[float, tuple[str, ...]], ...]
    vectors: words.Floats
    ordinals: frozenset[str]


@lru_cache(maxsize=256)
def asked(question: str, pack: str | None) -> Asked:
    """Read a question once."""
    view, written = terms.views(question)
    meant = synonyms.of_pack(pack).find(view, written)
    spans = [(place, place + len(each.said), each.words) for each in meant if (place := written.find(each.said)) >= 0]
    found = words.of_text(question, pack)
    ways = []
    for word in found:
        near = [alike for a, b, alike in spans if a < word.place + len(word.text) and word.place < b]
        is_little = not word.is_thing or _ASKED_MUCH.search(word.text) is not None
        weight = max(word.weight, _LEAST) * (_LITTLE if is_little else _SINGLE if len(word.text) == 1 else 1.0)
        ways.append((weight, (word.text, *(other for each in near for other in each))))
    vectors = words.vectors_of(tuple(word.text for word in found))
    return Asked(question, tuple(ways), vectors, frozenset(_ORDINAL.findall(written)))


def told(question: Asked, text: str, pack: str | None, context: str = "") -> str:
    """The text with only the case that is asked for, where several stand side by side and one is plainly meant.

    What its title and heading, the `context`, say already tells no case from another.
    """
    if asking.is_several(terms.views(question.text)[1]):
        return text
    opening, rest = _opened(text)
    question = _without(question, f"{context} {opening}")
    strong = _split(rest, _STRONG)
    group = _long_cases(strong)
    is_short = all(len(strong[place][0]) <= 2 * _SHORT_LABEL for place in group)
    kept = [strong[place] for place in _kept(question, strong, group, pack, SURE if is_short else _SURE_OF_LONG)]
    joined = opening + "".join(_among_commas(question, part, pack) + mark for part, mark in kept)
    return joined.rstrip(";；,，、") if joined != text else text


def _opened(text: str) -> tuple[str, str]:
    """The words that lead to a list of cases, and the list; what stands before the first case alone leads to none."""
    match = _LEAD.match(text)
    if match is None or _LABEL.search(match["rest"]) or "。" in match["rest"][:-1]:
        return "", text
    return match["lead"], match["rest"]


def _without(question: Asked, context: str) -> Asked:
    written = terms.views(context)[1]
    ways = tuple(
        (weight * (_SHARED if words_of[0] in written else 1.0), words_of) for weight, words_of in question.ways
    )
    return replace(question, ways=ways)


def lead(question: Asked, one: str, other: str, pack: str | None) -> float:
    """How much more the one of two cases is the asked one than the other."""
    mine, its = _scores(question, [one, other], pack)
    own, others = (frozenset(terms.views(each)[0]) for each in (one, other))
    asked_for = frozenset(terms.views(question.text)[0])
    is_called = bool(own - others) and own - others <= asked_for and not (others - own) & asked_for
    return mine - its + (SURE if is_called else 0.0)


def _among_commas(question: Asked, part: str, pack: str | None) -> str:
    pieces = _split(part, _WEAK)
    group = _short_cases(pieces)
    is_short = all(len(pieces[place][0]) <= _SHORT_LABEL + _SHORT_TAIL for place in group)
    kept = _kept(question, pieces, group, pack, SURE if is_short else _SURE_OF_LONG)
    joined = "".join(pieces[place][0] + pieces[place][1] for place in kept)
    return part if len(kept) == len(pieces) else joined if kept[-1] == len(pieces) - 1 else joined.rstrip(",，、")


def _kept(
    question: Asked, pieces: Sequence[tuple[str, str]], group: Sequence[int], pack: str | None, sure: float
) -> list[int]:
    """The places of the pieces that are told: without those that stand beside the asked case."""
    every = list(range(len(pieces)))
    if len(group) < 2:
        return every
    scores = _scores(question, [pieces[place][0] for place in group], pack)
    order = sorted(range(len(group)), key=lambda place: -scores[place])
    if scores[order[0]] - scores[order[1]] < sure:
        return every
    chosen = group[order[0]]
    dropped = {
        place
        for place in group
        if place != chosen
        and _are_two(pieces[place][0], pieces[chosen][0])
        and _besides(question, pieces[place][0], pieces[chosen][0], pack) < _OWN
    }
    return [place for place in every if place not in dropped]


def _besides(question: Asked, one: str, chosen: str, pack: str | None) -> float:
    """What a case holds of the question that the chosen one does not: with words of its own it may be meant as well."""
    if _OTHERS.match(one.strip()):
        return 0.0
    own, held = _held(question, one, pack), _held(question, chosen, pack)
    return sum(weight * max(0.0, a - b) for (weight, _), a, b in zip(question.ways, own, held, strict=True))


def _are_two(one: str, other: str) -> bool:
    """Whether each of two cases has words of its own, and both or none is about reaching a sum."""
    mine, its = (_label(each) for each in (one, other))
    if mine.endswith("满") or its.endswith("满"):
        return mine.endswith("满") and its.endswith("满")
    return mine not in its and its not in mine


def _label(text: str) -> str:
    found = [match.start() for pattern in _FIGURES.values() if (match := pattern.search(text))]
    return _NOT_LABEL.sub("", terms.views(text[: min(found, default=len(text))])[0])


def _long_cases(pieces: Sequence[tuple[str, str]]) -> list[int]:
    """Of parts between semicolons those that state a figure or a verdict beside another's figure."""
    stated_of = [kinds(text) for text, _ in pieces]
    goes_on = [place > 0 and _GOES_ON.match(text.strip()) is not None for place, (text, _) in enumerate(pieces)]
    for several in (frozenset(("money", "share")), frozenset(("span",)), frozenset(("count",))):
        stated = [place for place, own in enumerate(stated_of) if own & several and not goes_on[place]]
        also = [
            place
            for place, (text, _) in enumerate(pieces)
            if "money" in several and not stated_of[place] and not goes_on[place] and _VERDICT.search(text)
        ]
        if stated and len(stated) + len(also) >= 2:
            return sorted(stated + also)
    return []


def _short_cases(pieces: Sequence[tuple[str, str]]) -> list[int]:
    """Of parts between commas those that are a few words and a figure of the same kind."""
    for pattern in _FIGURES.values():
        found = []
        for place, (text, _) in enumerate(pieces):
            match = pattern.search(text)
            if match is None or (place > 0 and _GOES_ON.match(text.strip())):
                continue
            if 0 < len(text[: match.start()].strip()) <= _LONG_LABEL and len(text) - match.end() <= _SHORT_TAIL:
                found.append(place)
        if len(found) == 1 and pattern is _FIGURES["money"]:
            found += [place for place in range(found[0] + 1, len(pieces)) if _is_verdict(pieces[place][0])]
        if len(found) >= 2:
            return found
    return []


def _is_verdict(text: str) -> bool:
    """Whether a few words end in a verdict instead of a sum (「金卡免費」)."""
    match = _VERDICT.search(text)
    if match is None or _GOES_ON.match(text.strip()):
        return False
    return 0 < match.start() <= _SHORT_LABEL and len(text.rstrip("。.;")) - match.end() <= _SHORT_TAIL


def _scores(question: Asked, texts: Sequence[str], pack: str | None) -> list[float]:
    """What each case holds of the question; what all hold alike cancels out in comparing them."""
    table = np.array([_held(question, text, pack) for text in texts], np.float32)
    weights = np.array([weight for weight, _ in question.ways], np.float32)
    scores = (table @ weights).tolist() if len(weights) else [0.0] * len(texts)
    sides = [quantities.side(question.text, text) for text in texts]
    reached = [quantities.least_of(question.text, text) for text in texts]
    for place, text in enumerate(texts):
        if _OTHERS.match(text.strip()):
            scores[place] *= _OF_OTHERS
        ordinals = frozenset(_ORDINAL.findall(terms.views(text)[1]))
        if question.ordinals and ordinals:
            scores[place] += _ORDINAL_WORTH * (1 if question.ordinals & ordinals else -1)
        scores[place] += _ORDINAL_WORTH * quantities.is_same(question.text, text)
        scores[place] += _is_named(question.text, text)
        if sum(side != 0 for side in sides) > 1:
            scores[place] += _QUANTITY_WORTH * sides[place]
        elif sides[place] > 0 and _is_special(text, texts):
            scores[place] += _STEP_WORTH
        scores[place] += _ORDINAL_WORTH * weekdays.side(question.text, text)
        if reached[place] == max(reached) > 0 and sum(each > 0 for each in reached) > 1:
            scores[place] += _STEP_WORTH
    return scores


def _is_special(text: str, texts: Sequence[str]) -> bool:
    """Whether a case says what another says, with a limit besides: the special rule goes before the general one."""
    said = _NOT_LABEL.sub("", terms.views(text)[0])
    return any(label in said for other in texts if other != text and (label := _label(other)))


def _is_named(question: str, text: str) -> float:
    """Whether a case that is told by one character (「大 $40」) is one that the question says."""
    label = _NOT_LABEL.sub("", terms.views(text)[1])
    return 1.0 if len(label) == 1 and label in terms.views(question)[1] else 0.0


def _held(question: Asked, text: str, pack: str | None) -> list[float]:
    written = terms.views(text)[1]
    own = words.vectors_of(tuple(dict.fromkeys(word.text for word in words.of_text(text, pack))))
    is_bare = not len(own) or not len(question.vectors)
    near = np.zeros(len(question.ways), np.float32) if is_bare else (own @ question.vectors.T).max(axis=0)
    soft = np.clip((near - _ALIKE) / _SAME, 0, _SOFT)
    return [max(_said(written, ways), float(soft[place])) for place, (_, ways) in enumerate(question.ways)]


def _said(written: str, ways: tuple[str, ...]) -> float:
    """1 for the word itself, less for another that means it or for some of its characters."""
    if len(ways[0]) == 1 and re.search(f"[、(]{ways[0]}[、)]", written):
        return _LISTED
    if ways[0] in written:
        return _MEANT if len(ways[0]) == 1 else 1.0
    meant = max((len(way) for way in ways[1:] if way in written), default=0)
    if meant:
        return _MEANT * meant / max(map(len, ways[1:]))  # 小型家電 is told more exactly than 家電
    pairs = [ways[0][i : i + 2] for i in range(len(ways[0]) - 1)]
    if len(pairs) < 2 or ways[0].isascii():
        return 0.0
    return _PARTLY * sum(pair in written for pair in pairs) / len(pairs)


def kinds(text: str) -> frozenset[str]:
    """The kinds of figure that a text states."""
    bare = _PHONE.sub("", text)
    return frozenset(name for name, pattern in _FIGURES.items() if pattern.search(bare))


def _split(text: str, marks: re.Pattern[str]) -> list[tuple[str, str]]:
    """The parts and the mark after each; nothing inside brackets is parted."""
    depth, inside = 0, set()
    for place, character in enumerate(text):
        depth += character in "((「【《"
        if depth > 0:
            inside.add(place)
        depth -= character in "))」】》" and depth > 0
    found, start = [], 0
    for match in marks.finditer(text):
        if match.start() not in inside:
            found.append((text[start : match.start()], match.group()))
            start = match.end()
    if start < len(text):
        found.append((text[start:], ""))
    return found
