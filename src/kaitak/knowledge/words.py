"""Owns the words of a question or piece: cut by how common words are, what kind each is, how much it tells. Pure.

`words.txt.gz` is made by `tools/train_knowledge.py` of the dictionary of jieba (MIT): word, kind, and the negative
logarithm of how common it is. Words of the lexicon are known besides.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaitak.knowledge import measures, synonyms, terms
from kaitak.nlu import encoder

FILE: Final = Path(__file__).parent / "words.txt.gz"
Floats = NDArray[np.float32]
THING, DEED, LITTLE = 1, 2, 0
_LONGEST: Final = 5
_RUN = re.compile(r"[\u3400-\u9fff]+|[a-z][a-z0-9+-]*")
_ASKING = re.compile("多少|多久|几|什么|哪|怎|得不得|(.)不\\1|没有|有没|^[能可有不要会得笔]")
_ASKS = re.compile(
    r"可不可以|能不能|行不行|要不要|用不用|会不会|是不是|有没有|得不得|可以|多少|什么时候|几时|几多|什么|哪|谁|怎样|怎么|如何|为什么"
)
_OR_NOT = re.compile(r"([一-龥])不\1")
_BOUND_COST: Final = 10.5  # a character that is so seldom a word is part of one that the dictionary lacks (元朗)
_UNKNOWN_COST, _LEXICON_COST = 17.9, 11.7  # of a character in no dictionary; of a word of the lexicon
_COMMON, _RARE = 6.0, 13.0  # costs of words that tell nothing, and everything
_LATIN_WEIGHT, _LEAST = 0.8, 0.05
_LIGHT = frozenset(
    """如果 可以 需要 想要 知道 请问 时候 问题 情况 东西 方面 之后 之前 已经 没有 不是 不要 不能 不会 不到 得到
    一个 是否 关于 我要 我想 你好""".split()  # noqa: SIM905 - a list of so many reads better so
) | frozenset(terms.LIGHT.split("|"))


@dataclass(frozen=True, slots=True)
class Word:
    """A word that tells something, where it begins in the written view."""

    text: str
    place: int
    is_thing: bool  # not a deed or a quality
    weight: float  # from 0 to 1


@lru_cache(maxsize=30_000)
def of_text(text: str, pack: str | None) -> tuple[Word, ...]:
    """The telling words of a text, in its written view."""
    found = []
    for word, place in _cut(terms.views(text)[1], pack):
        kind, weight = (LITTLE, 0.0) if word in _LIGHT else _told(word, pack)
        if kind != LITTLE and weight > _LEAST:
            found.append(Word(word, place, kind == THING, weight))
    return tuple(found)


@lru_cache(maxsize=20_000)
def vector_of(word: str) -> Floats:
    """A word's direction among all words: words of like meaning point alike, in any language."""
    vector = encoder.default().encode(word)
    return measures.centred_word(vector / np.float32(np.linalg.norm(vector) or 1.0))


def vectors_of(words: tuple[str, ...]) -> Floats:
    """The directions of several words, a row each."""
    return np.stack([vector_of(word) for word in words]) if words else np.zeros((0, encoder.WIDTH), np.float32)


def _cut(written: str, pack: str | None) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    bare = _OR_NOT.sub(r"\1  ", _ASKS.sub(lambda match: " " * len(match.group()), written))
    for run in _RUN.finditer(bare):
        if run.group()[0].isascii():
            found.append((run.group(), run.start()))
        else:
            found += _joined(_likeliest(run.group(), run.start(), pack))
    return found


def _likeliest(run: str, start: int, pack: str | None) -> list[tuple[str, int]]:
    """The cheapest way to cut a run of characters into words."""
    known, own = _dictionary(), _own_words(pack)
    cost, back = [0.0] + [float("inf")] * len(run), [0] * (len(run) + 1)
    for i in range(len(run)):
        for j in range(i + 1, min(i + _LONGEST, len(run)) + 1):
            word = run[i:j]
            entry = known.get(word)
            price = entry[1] if entry else _LEXICON_COST if word in own else _UNKNOWN_COST if j == i + 1 else None
            if price is not None and cost[i] + price < cost[j]:
                cost[j], back[j] = cost[i] + price, i
    parts, end = [], len(run)
    while end:
        parts.append((run[back[end] : end], start + back[end]))
        end = back[end]
    return parts[::-1]


def _joined(parts: list[tuple[str, int]]) -> list[tuple[str, int]]:
    """Single characters beside one that is hardly ever a word make one word with it."""
    found: list[tuple[str, int]] = []
    run: list[tuple[str, int]] = []
    for part in [*parts, ("", -1)]:
        if len(part[0]) == 1 and part[0] not in _LIGHT:
            run.append(part)
            continue
        while len(run) > 1 and _cost(run[0][0]) < _BOUND_COST and _kind(run[0][0]) == DEED:
            found.append(run.pop(0))
        if len(run) > 1 and any(_cost(word) >= _BOUND_COST for word, _ in run):
            run = [("".join(word for word, _ in run), run[0][1])]
        found += run
        run = []
        if part[0]:
            found.append(part)
    return found


def _cost(word: str) -> float:
    return _dictionary().get(word, (THING, _UNKNOWN_COST))[1]


def _kind(word: str) -> int:
    return _dictionary().get(word, (THING, _UNKNOWN_COST))[0]


def _told(word: str, pack: str | None) -> tuple[int, float]:
    if word[0].isascii():
        is_light = len(word) < 2 or word in terms.ENGLISH_LIGHT
        return (LITTLE, 0.0) if is_light else (THING, _LATIN_WEIGHT)
    kind, cost = _dictionary().get(
        word, (THING if len(word) > 1 or word in _own_words(pack) else LITTLE, _LEXICON_COST)
    )
    if kind == LITTLE and word in _own_words(pack):
        kind = THING
    weight = min(1.0, max(0.0, (cost - _COMMON) / (_RARE - _COMMON)))
    return kind, weight / 2 if len(word) == 1 else weight


@lru_cache(maxsize=16)
def _own_words(pack: str | None) -> frozenset[str]:
    spoken = (word for each in synonyms.of_pack(pack).chinese for word in (each.said, *each.words))
    return frozenset(
        word for word in spoken if 2 <= len(word) <= _LONGEST and not word.isascii() and not _ASKING.search(word)
    )


@cache
def _dictionary() -> dict[str, tuple[int, float]]:
    with gzip.open(FILE, "rt", encoding="utf-8") as lines:
        split = (line.split() for line in lines)
        return {word: (int(kind), float(cost)) for word, kind, cost in split}
