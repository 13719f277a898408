"""Owns comparing a question with an account's pieces: by meaning, by words and what they mean, by article. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from kaitak.knowledge import measures, synonyms, terms
from kaitak.knowledge.index import Flags, Floats, Held, Index, Small, key_of
from kaitak.nlu import encoder

NEAR: Final = 512  # compared in full, of those that the coarse look leaves
SHORT_LIST: Final = 40
_ADDED = 8  # words that a question is also asked with
_POSTINGS = 400_000  # rows that the coarse look follows bigrams to, the rarest first
_OF_ARTICLE = 60  # pieces of one article that are weighed together
_MEANING, _WORDS, _ARTICLE_WORDS, _ARTICLE_MEANING = 20.0, 7.7, 7.0, 3.0
_UNKNOWN = 3.0
_SINGLE = 0.3


@dataclass(frozen=True, slots=True)
class Ranked:
    """A row and how well it fits: by its own meaning and words, and by those of its whole article."""

    row: int
    meaning: float
    words: float
    article_words: float
    article_meaning: float

    @property
    def score(self) -> float:
        """All four, weighed."""
        own = _MEANING * self.meaning + _WORDS * self.words
        return own + _ARTICLE_WORDS * self.article_words + _ARTICLE_MEANING * self.article_meaning


@dataclass(frozen=True, slots=True)
class Alternatives:
    """One thing that a question says, in the several ways in which a piece may say it: each all of some bigrams."""

    ways: tuple[tuple[tuple[str, ...], float], ...]  # with what each is worth
    weight: float  # what the best of them is worth


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as it is compared: in several wordings, and as the things it says."""

    vectors: Floats
    things: tuple[Alternatives, ...]
    total: float
    postings: dict[str, Small]


def rank(held: Held, may: Flags, read: Reading) -> list[Ranked]:
    """The rows that fit best, among those that may be seen."""
    if not may.any():
        return []
    rows = _coarse(held, may, read)
    meaning, words = _meaning(held.index, rows, read), _words(read, rows)
    best = np.argsort(-(_MEANING * meaning + _WORDS * words), kind="stable")[:SHORT_LIST]
    places = np.unique(held.places[rows[best]])
    of_articles = dict(zip(places.tolist(), _of_articles(held, may, places, read), strict=True))
    ranked = [
        Ranked(int(rows[i]), float(meaning[i]), float(words[i]), *of_articles[int(held.places[rows[i]])]) for i in best
    ]
    return sorted(ranked, key=lambda each: -each.score)


def read_question(index: Index, text: str, pack: str | None) -> Reading:
    """The question's wordings and things, weighed by how rare they are in this account."""
    view, written = terms.views(text)
    meant = synonyms.of_pack(pack).find(view, written)
    postings: dict[str, Small] = {}

    def rows_of(gram: str) -> Small:
        if gram not in postings:
            postings[gram] = index.rows_of(gram)
        return postings[gram]

    def way(word: str) -> tuple[tuple[str, ...], float]:
        grams = tuple(sorted(terms.bigrams(word), key=lambda gram: len(rows_of(gram))))
        return grams, float(np.mean([index.weight(rows_of(gram)) for gram in grams])) if grams else 0.0

    things: list[Alternatives] = []
    said: set[str] = set()
    added: list[str] = []
    for each in meant:
        known = [word for word in each.words if all(len(rows_of(gram)) for gram in terms.bigrams(word))]
        added += [word for word in known if word not in written]
        said |= terms.bigrams(each.said)
        ways = [way(word) for word in dict.fromkeys((*known, each.said))]
        worth = [weight for grams, weight in ways if all(len(postings[gram]) for gram in grams)]
        telling = [measures.telling(key_of(gram)) for gram in terms.bigrams(each.said)]
        unknown = _UNKNOWN * float(np.mean(telling)) if telling else _UNKNOWN
        things.append(Alternatives(tuple(ways), max(worth, default=unknown) or unknown))
    for gram in sorted(terms.content_bigrams(text) - said):
        weight = index.weight(rows_of(gram)) * measures.telling(key_of(gram))
        if len(gram) == 1 and not gram.isascii():
            weight *= _SINGLE  # mostly what asking words leave
        things.append(Alternatives((((gram,), weight),), weight))
    wordings = [written, view] if written != view else [written]
    if added:
        wordings.append(f"{written} {' '.join(list(dict.fromkeys(added))[:_ADDED])}")
    vectors = measures.centred_questions(np.stack([vector_of(each) for each in wordings]))
    return Reading(vectors, tuple(things), sum(each.weight for each in things) or 1.0, postings)


@lru_cache(maxsize=2048)
def vector_of(text: str) -> Floats:
    """The unit vector of a wording."""
    vector = encoder.default().encode(text)
    return np.asarray(vector / np.float32(np.linalg.norm(vector) or 1.0), np.float32)


def _coarse(held: Held, may: Flags, read: Reading) -> Small:
    """One pass over all rows by the mean wording and the rarest bigrams; the best of them, ascending."""
    seen = np.nonzero(may)[0].astype(np.int32)
    if len(seen) <= NEAR:
        return seen
    index = held.index
    rough = _MEANING * (index.coarse @ (read.vectors.mean(axis=0) @ index.basis))
    left = _POSTINGS
    for gram, rows in sorted(read.postings.items(), key=lambda pair: len(pair[1])):
        left -= len(rows)
        if left < 0:
            break
        if len(rows):
            rough[rows] += np.float32(_WORDS * index.weight(rows) / read.total / max(1, len(gram) // 2))
    rough[~may] = -np.inf
    return np.sort(np.argpartition(-rough, NEAR)[:NEAR]).astype(np.int32)


def _meaning(index: Index, rows: Small, read: Reading) -> Floats:
    """The mean of how near the question stands in its several wordings, and the nearest of them."""
    near = index.vectors[rows].astype(np.float32) @ read.vectors.T
    return np.asarray(0.5 * near.max(axis=1) + 0.5 * near.mean(axis=1), np.float32)


def _words(read: Reading, rows: Small) -> Floats:
    """For each of the rows how much it holds of what the question says."""
    held = np.zeros(len(rows), np.float32)
    for thing in read.things:
        held += worth_of(thing, read, rows)
    return held / np.float32(read.total)


def worth_of(thing: Alternatives, read: Reading, rows: Small) -> Floats:
    """For each of the ascending rows what it holds of one thing that the question says."""
    best = np.zeros(len(rows), np.float32)
    for grams, weight in thing.ways:
        if not grams or weight <= 0:
            continue
        has = np.ones(len(rows), np.bool_)
        for gram in grams:
            has &= among(read.postings[gram], rows)
            if not has.any():
                break
        np.maximum(best, has * np.float32(weight), out=best)
    return best


def among(postings: Small, rows: Small) -> Flags:
    """For each of the rows whether it is one of the ascending postings."""
    if not len(postings):
        return np.zeros(len(rows), np.bool_)
    places = np.minimum(np.searchsorted(postings, rows), len(postings) - 1)
    return np.asarray(postings[places] == rows, np.bool_)


def _of_articles(held: Held, may: Flags, places: Small, read: Reading) -> list[tuple[float, float]]:
    """For each article how much of the question all its pieces answer to, and how near they stand on the whole."""
    groups = [rows[may[rows]][:_OF_ARTICLE] for rows in map(held.rows_in, places.tolist())]
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    rows = np.concatenate(groups)
    covered = np.zeros(len(groups), np.float32)
    for thing in read.things:
        covered += np.maximum.reduceat(worth_of(thing, read, rows), starts)
    near = np.add.reduceat(_meaning(held.index, rows, read), starts) / [len(group) for group in groups]
    return list(zip((covered / np.float32(read.total)).tolist(), near.tolist(), strict=True))
