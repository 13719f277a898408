"""Owns what speaks for each piece that was found: what of the question it leaves unsaid, what it states. Pure.

Every sign is a number under a name; `judgement.py` weighs them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from kaitak.knowledge import (
    asking,
    judgement,
    measures,
    quantities,
    ranking,
    roles,
    synonyms,
    terms,
    tokens,
    weekdays,
    words,
)
from kaitak.knowledge.index import Flags, Floats, Held, Small
from kaitak.knowledge.ranking import Alternatives, Ranked, Reading
from kaitak.knowledge.words import Word
from kaitak.nlu import encoder

Signs = dict[str, float]
_OF_ARTICLE = 60  # pieces of an article whose words are looked at
_ALIKE, _SAME = 0.15, 0.4  # words less alike than this tell nothing; so much more is the same
_SOFT, _TITLE = 0.95, 0.9
_FARTHEST = 8.0
_CLOSED_TOO = ("after", "left_most", "unknown", "elsewhere", "words", "article_words", "article_left_most")
_CLOSED_WORDS = ("thing_left", "after_left", "said", "article_thing_left", "after_said")


@dataclass(frozen=True, slots=True)
class Found:
    """A piece that was found, as it is weighed."""

    ranked: Ranked
    score: float
    article: int
    title: str  # with its heading
    text: str
    kind: str
    is_past: bool


@dataclass(frozen=True, slots=True)
class Looked:
    """Where a question was looked for, and how it was read."""

    held: Held
    may: Flags
    text: str
    pack: str | None
    read: Reading


def gather(looked: Looked, found: Sequence[Found], most: int) -> list[Signs]:
    """The signs of the first so many pieces, as they come; they are compared with all."""
    written = terms.views(looked.text)[1]
    near = found[:most]
    signs = _of_things(looked, near, written)
    by_token = tokens.signs(looked.text, [(each.title, each.text, each.article) for each in found], most)
    for own, one, said, held in zip(signs, near, _of_words(looked, near, written), by_token, strict=True):
        own.update(_of_kind(looked.text, written, one) | said | held | roles.signs(looked.text, one.text, one.title))
        own.update({f"closed_{name}": own["asks_closed"] * own[name] for name in (*_CLOSED_TOO, *_CLOSED_WORDS)})
    _compare(signs, found)
    return signs


def of_meaning(looked: Looked, best: Found) -> Signs:
    """How near the best piece stands without its title, and the clause that asks; dear, so only of one."""
    written = terms.views(looked.text)[1]
    asked = measures.centred_questions(ranking.vector_of(asking.focus(written))[None])[0]
    mean = looked.read.vectors.mean(axis=0)
    stored = looked.held.index.vectors[best.ranked.row].astype(np.float32)
    alone, title = _piece_vector(best.text), _piece_vector(best.title)
    return {
        "matter": measures.same_matter(mean, stored),
        "matter_alone": measures.same_matter(mean, alone),
        "near_alone": float((looked.read.vectors @ alone).max()),
        "near_title": float((looked.read.vectors @ title).max()),
        "near_asked_alone": float(asked @ alone),
        "near_asked": float(asked @ stored),
        **judgement.lies("question", looked.read.vectors[0]),
    }


@lru_cache(maxsize=4096)
def _piece_vector(text: str) -> Floats:
    vector = encoder.default().encode(terms.views(text)[1])
    alone: Floats = measures.centred_pieces((vector / np.float32(np.linalg.norm(vector) or 1.0))[None])[0]
    return alone


def _of_kind(text: str, written: str, one: Found) -> Signs:
    kinds = asking.kinds(written)
    told = terms.views(one.text)[1]
    fits = [asking.fit(kind, written, told) for kind in kinds]
    return {
        "fit_least": min(fits),
        "fit_most": max(fits),
        "fit": fits[0],
        "length": min(len(one.text), 200) / 100,
        "is_row": float(one.kind == "row"),
        "has_figures": float(re.search(r"\d", one.text) is not None),
        "is_past": float(one.is_past),
        "same_script": float(_is_latin(written) == _is_latin(told)),
        "tells_quantity": float(bool(quantities.told(text))),
        "quantity": quantities.fit(text, one.text),
        "quantity_side": float(quantities.side(text, one.text)),
        "quantity_of_row": _of_row(text, one),
        "day_side": float(weekdays.side(text, one.text)),
        "quantity_unmet": float(bool(quantities.told(text)) and not quantities.fit(text, one.text)),
        "question_length": min(len(written), 60) / 30,
        "asks_for_rule": measures.asks_for_rule(ranking.vector_of(written)),
        **{f"asks_{name}": float(name in kinds) for name in asking.NAMES},
    }


def _of_row(text: str, one: Found) -> float:
    """1 if a row is headed by a quantity of the question, -1 if by others of its kind, 0 if by none."""
    if one.kind != "row":
        return 0.0
    head = one.text.partition(" — ")[0]
    kinds = {limit.kind for limit in quantities.limits(head)}
    if not any(each.kind in kinds for each in quantities.told(text)):
        return 0.0
    return 1.0 if quantities.is_same(text, head) or quantities.side(text, head) > 0 else -1.0


def _is_latin(written: str) -> bool:
    return re.search(r"[\u3400-\u9fff]", written) is None


def _of_things(looked: Looked, found: Sequence[Found], written: str) -> list[Signs]:
    """What of the things that a question says stands in each piece, in its article, anywhere."""
    things = looked.read.things
    worth = np.array([thing.weight for thing in things], np.float32)
    rows = np.array([one.ranked.row for one in found], np.int32)
    order = np.argsort(rows)
    own = np.zeros((len(things), len(rows)), np.float32)
    for i, thing in enumerate(things):
        own[i, order] = ranking.worth_of(thing, looked.read, rows[order])
    article = _of_articles(looked, rows)
    known = np.array([any(_is_known(grams, looked.read) for grams, _ in thing.ways) for thing in things], np.bool_)
    start = asking.asked_from(written)
    after = np.array([start >= 0 and _place(thing, written) >= start for thing in things], np.bool_)
    total = float(worth.sum()) or 1.0
    base = np.maximum(worth, 1e-6)
    signs = []
    for i, one in enumerate(found):
        held, whole = np.minimum(own[:, i] / base, 1), np.minimum(article[:, i] / base, 1)
        left, article_left = worth * (1 - held), worth * (1 - whole)
        most = max(float(worth.max(initial=0.0)), 1e-6)
        signs.append(
            {
                "score": one.score * 2,
                "meaning": one.ranked.meaning,
                "words": one.ranked.words,
                "article_words": one.ranked.article_words,
                "article_meaning": one.ranked.article_meaning,
                "left": float(left.max(initial=0.0)) / 10,
                "article_left": float(article_left.max(initial=0.0)) / 10,
                "left_most": float(left.max(initial=0.0)) / most,
                "article_left_most": float(article_left.max(initial=0.0)) / most,
                "unknown": float((worth * ~known).sum()) / total,
                "unknown_most": float((worth * ~known).max(initial=0.0)) / 10,
                "elsewhere": float((article_left * known).sum()) / total,
                "elsewhere_most": float((article_left * known).max(initial=0.0)) / 10,
                "after": _share(worth, after, held),
                "before": _share(worth, ~after, held),
                "article_after": _share(worth, after, whole),
                "things": min(len(things), 15) / 10,
                "held": float(own[:, i].sum()) / 30,
                "article_held": float(article[:, i].sum()) / 30,
            }
        )
    return signs


def _of_articles(looked: Looked, rows: Small) -> Floats:
    """For each thing and piece what the piece's article holds of it."""
    places = looked.held.places[rows].tolist()
    found: dict[int, list[float]] = {}
    for place in set(places):
        own = looked.held.rows_in(place)
        own = own[looked.may[own]][:_OF_ARTICLE]
        held = (ranking.worth_of(thing, looked.read, own) for thing in looked.read.things)
        found[place] = [float(each.max(initial=0.0)) for each in held]
    return np.array([found[place] for place in places], np.float32).T.reshape(len(looked.read.things), len(rows))


def _is_known(grams: tuple[str, ...], read: Reading) -> bool:
    return bool(grams) and all(len(read.postings[gram]) for gram in grams)


def _place(thing: Alternatives, written: str) -> int:
    said = (max((written.rfind(gram) for gram in grams), default=-1) for grams, _ in reversed(thing.ways))
    return next((place for place in said if place >= 0), -1)


def _share(worth: Floats, chosen: Flags, held: Floats) -> float:
    total = float((worth * chosen).sum())
    return float((worth * chosen * held).sum()) / total if total > 0 else -0.2


def _of_words(looked: Looked, found: Sequence[Found], written: str) -> list[Signs]:
    """What of the question's words each piece and its article says, in these words or alike ones."""
    asked = words.of_text(looked.text, looked.pack)
    if not asked:
        nothing = _weighed(asked, np.zeros(0, np.float32), np.zeros(0, np.float32), -1, (0, 0))
        return [dict(nothing) for _ in found]
    ways = _ways(looked, asked, written)
    grams = {gram: looked.held.index.rows_of(gram) for way in ways for each in way for gram in each}
    directions = np.stack([words.vector_of(word.text) for word in asked])
    start = asking.asked_from(written)
    clause = _span(asking.focus(written), written)
    of_articles: dict[int, Floats] = {}
    signs = []
    for one in found:
        said = np.maximum(_exactly(ways, grams, np.array([one.ranked.row], np.int32)), _softly(directions, looked, one))
        if one.article not in of_articles:
            rows = looked.held.rows_in(int(looked.held.places[one.ranked.row]))
            of_articles[one.article] = _exactly(ways, grams, np.sort(rows[looked.may[rows]][:_OF_ARTICLE]))
        siblings = [_softly(directions, looked, each) for each in found if each.article == one.article]
        whole = np.maximum.reduce([said, of_articles[one.article], *siblings])
        signs.append(_weighed(asked, said, whole, start, clause))
    most = max(each["told"] for each in signs)
    return [each | {"told_lag": each["told"] - most} for each in signs]


def _ways(looked: Looked, asked: Sequence[Word], written: str) -> list[list[frozenset[str]]]:
    """For each word the bigrams of it, and of each word that articles say for it."""
    meant = synonyms.of_pack(looked.pack).find(terms.views(looked.text)[0], written)
    spans = [(place, place + len(each.said), each.words) for each in meant if (place := written.find(each.said)) >= 0]
    found = []
    for word in asked:
        near = (alike for a, b, alike in spans if a < word.place + len(word.text) and word.place < b)
        said = [word.text, *(other for each in near for other in each)]
        found.append([grams for other in said if (grams := terms.bigrams(other))])
    return found


def _exactly(ways: Iterable[Iterable[frozenset[str]]], grams: Mapping[str, Small], rows: Small) -> Floats:
    """For each word whether one of the ascending rows holds all of it, or of another word for it."""
    held = [any(_all_in_one(way, grams, rows) for way in each) for each in ways]
    return np.array(held, np.float32)


def _all_in_one(way: frozenset[str], grams: Mapping[str, Small], rows: Small) -> bool:
    left = rows
    for gram in way:
        left = left[ranking.among(grams[gram], left)]
        if not len(left):
            return False
    return len(left) > 0


def _softly(directions: Floats, looked: Looked, one: Found) -> Floats:
    """For each word how alike the nearest word of the piece is, or of its title."""
    own = _directions_of(one.text, looked.pack)
    title = _directions_of(one.title, looked.pack)
    near = np.zeros(len(directions), np.float32)
    if len(own):
        near = (own @ directions.T).max(axis=0)
    if len(title):
        near = np.maximum(near, _TITLE * (title @ directions.T).max(axis=0))
    return np.asarray(np.clip((near - _ALIKE) / _SAME, 0, _SOFT), np.float32)


def _directions_of(text: str, pack: str | None) -> Floats:
    return words.vectors_of(tuple(dict.fromkeys(word.text for word in words.of_text(text, pack))))


def _span(part: str, written: str) -> tuple[int, int]:
    place = max(written.rfind(part), 0)
    return place, place + len(part)


def _weighed(asked: Sequence[Word], said: Floats, whole: Floats, start: int, clause: tuple[int, int]) -> Signs:
    weight = np.array([word.weight for word in asked], np.float32)
    thing = np.array([word.is_thing for word in asked], np.bool_)
    after = np.array([start >= 0 and word.place >= start for word in asked], np.bool_)
    left, article_left = weight * (1 - said), weight * (1 - whole)
    every = np.ones(len(asked), np.bool_)
    inside = np.array([clause[0] <= word.place < clause[1] for word in asked], np.bool_)

    def share(chosen: Flags, held: Floats) -> float:
        total = float(weight[chosen].sum())
        return float((weight * held)[chosen].sum()) / total if total > 0 else 0.5

    return {
        "thing_left": float(left[thing].max(initial=0.0)),
        "deed_left": float(left[~thing].max(initial=0.0)),
        "article_thing_left": float(article_left[thing].max(initial=0.0)),
        "article_deed_left": float(article_left[~thing].max(initial=0.0)),
        "things_left": float(left[thing].sum()),
        "article_things_left": float(article_left[thing].sum()),
        "deeds_left": float(left[~thing].sum()),
        "said": share(every, said),
        "article_said": share(every, whole),
        "after_said": share(after, said),
        "article_after_said": share(after, whole),
        "after_left": float(left[after].max(initial=0.0)),
        "article_after_left": float(article_left[after].max(initial=0.0)),
        "clause_said": share(inside, said),
        "clause_left": float(left[inside].max(initial=0.0)),
        "clause_article_said": share(inside, whole),
        "clause_article_left": float(article_left[inside].max(initial=0.0)),
        "clause_share": float(weight[inside].sum()) / max(float(weight.sum()), 1e-6),
        "word_weight": float(weight.sum()) / 4,
        "told": float((weight * said).sum()) / 3,
        "word_count": len(asked) / 8,
        "told_lag": 0.0,
    }


def _compare(signs: Sequence[Signs], found: Sequence[Found]) -> None:
    """How each piece stands beside the others."""
    scores = [one.score * 20 for one in found]
    best = max(scores)
    weights = [math.exp(score - best) for score in scores]
    for i, one in enumerate(found[: len(signs)]):
        others = [score for score, other in zip(scores, found, strict=True) if other.article != one.article]
        rest = [score for j, score in enumerate(scores) if j != i]
        own = sum(weight for weight, other in zip(weights, found, strict=True) if other.article == one.article)
        signs[i] |= {
            "share": own / sum(weights),
            "lead": min(scores[i] - max(others), _FARTHEST) / 4 if others else 1.0,
            "gap": (scores[i] - best) / 4,
            "lead_of_piece": min(scores[i] - max(rest), _FARTHEST) / 4 if rest else 1.0,
            "best_meaning": max(each.ranked.meaning for each in found),
            "best_words": max(each.ranked.words for each in found),
        }
