"""Owns an account's pieces in memory: vectors, bigrams and who may see them when; grown by what is new, shared by all.

A piece takes about 2 KB: 512 half-precision numbers of its vector, 96 numbers of a coarse copy that every search looks
at, and four bytes for each bigram.
"""

from __future__ import annotations

import asyncio
import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.ids import AccountId
from kaitak.knowledge import measures, queries
from kaitak.knowledge.queries import Seen
from kaitak.nlu import encoder

_ACCOUNTS_KEPT = 50
_COARSE: Final = 96
_SAMPLED = 4000
_FEWEST = 200  # an account with fewer pieces is weighed as if it had so many: in ten pieces nothing is rare
_EVER, _NEVER = 0, 4_000_000  # days as ordinals
Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Numbers = NDArray[np.int64]
Small = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Facts:
    """Who may see which article when, by place; as the database had it at `stamp`."""

    stamp: tuple[int, int] = (-1, 0)
    ids: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    versions: Small = field(default_factory=lambda: np.empty(0, np.int32))
    is_public: Flags = field(default_factory=lambda: np.empty(0, np.bool_))
    since: Small = field(default_factory=lambda: np.empty(0, np.int32))
    until: Small = field(default_factory=lambda: np.empty(0, np.int32))

    def open_to(self, seen: Seen) -> Flags:
        """For each article whether this asker may be answered from it: the filter that comes before any ranking."""
        today = seen.today.toordinal()
        may = self._holds(today)
        if seen.past is not None:
            may = may | self._holds(seen.past.toordinal())
        if seen.any_past:
            may = may | (self.until < today)
        return may if seen.is_staff else may & self.is_public

    def _holds(self, day: int) -> Flags:
        return (self.since <= day) & (self.until >= day)


def facts_of(stamp: tuple[int, int], rows: Sequence[queries.ArticleFacts]) -> Facts:
    """The facts of an account's published articles, in the order of their ids."""
    return Facts(
        stamp=stamp,
        ids=np.array([row.id for row in rows], np.int64),
        versions=np.array([row.version for row in rows], np.int32),
        is_public=np.array([row.audience == "public" for row in rows], np.bool_),
        since=np.array([row.valid_from.toordinal() if row.valid_from else _EVER for row in rows], np.int32),
        until=np.array([row.valid_to.toordinal() if row.valid_to else _NEVER for row in rows], np.int32),
    )


@dataclass(frozen=True, slots=True)
class Index:
    """The pieces of one account; rows of replaced versions stay until half of them are stale."""

    newest: int = 0
    ids: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    articles: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    versions: Small = field(default_factory=lambda: np.empty(0, np.int32))
    vectors: Halves = field(default_factory=lambda: np.empty((0, encoder.WIDTH), np.float16))
    coarse: Floats = field(default_factory=lambda: np.empty((0, _COARSE), np.float32))
    basis: Floats = field(default_factory=lambda: np.empty((0, 0), np.float32))  # from a vector to its coarse copy
    keys: NDArray[np.uint32] = field(default_factory=lambda: np.empty(0, np.uint32))  # hashed bigrams, sorted …
    rows: Small = field(default_factory=lambda: np.empty(0, np.int32))  # … and the row of each, ascending

    def extended(self, loaded: Sequence[queries.Loaded]) -> Index:
        """The index with further pieces; this one stays as it is for those who are reading it."""
        start = len(self.ids)
        counts = [len(each.bigrams) for each in loaded]
        keys = np.array([key_of(gram) for each in loaded for gram in each.bigrams], np.uint32)
        rows = np.repeat(np.arange(start, start + len(loaded), dtype=np.int32), counts)
        all_keys, all_rows = np.concatenate([self.keys, keys]), np.concatenate([self.rows, rows])
        order = np.argsort(all_keys, kind="stable")
        raw = np.frombuffer(b"".join(each.vector for each in loaded), np.float16).reshape(-1, encoder.WIDTH)
        fresh = measures.centred_pieces(raw.astype(np.float32))
        basis = self.basis if len(self.basis) else _main_directions(fresh)
        return Index(
            newest=max((each.id for each in loaded), default=self.newest),
            ids=np.concatenate([self.ids, np.array([each.id for each in loaded], np.int64)]),
            articles=np.concatenate([self.articles, np.array([each.article_id for each in loaded], np.int64)]),
            versions=np.concatenate([self.versions, np.array([each.version for each in loaded], np.int32)]),
            vectors=np.concatenate([self.vectors, fresh.astype(np.float16)]),
            coarse=np.concatenate([self.coarse, fresh @ basis]) if start else fresh @ basis,
            basis=basis,
            keys=all_keys[order],
            rows=all_rows[order],
        )

    def rows_of(self, gram: str) -> Small:
        """The rows that hold a bigram, ascending."""
        key = np.uint32(key_of(gram))
        start, end = np.searchsorted(self.keys, key), np.searchsorted(self.keys, key, side="right")
        return self.rows[start:end]

    def weight(self, found: Small) -> float:
        """How much it says that a row holds what these rows hold: rare weighs more, unknown most."""
        return math.log(1 + (max(len(self.ids), _FEWEST) + 1) / (len(found) + 0.5))


@dataclass(frozen=True, slots=True)
class Held:
    """An account's pieces and facts together, with what follows from both."""

    index: Index
    facts: Facts
    places: Small  # for each row the place of its article among the facts
    is_current: Flags  # for each row whether it belongs to the version in force of a published article
    by_article: Small  # rows sorted by article …
    starts: Numbers  # … and where each article's begin; one more than there are articles

    def allowed(self, seen: Seen) -> Flags:
        """For each row whether this asker may see it on that day."""
        if not len(self.facts.ids):
            return np.zeros(len(self.index.ids), np.bool_)
        return self.is_current & self.facts.open_to(seen)[self.places]

    def rows_in(self, place: int) -> Small:
        """The rows of an article, stale ones too."""
        return self.by_article[self.starts[place] : self.starts[place + 1]]


def held(index: Index, facts: Facts) -> Held:
    """Put pieces and facts together."""
    if not len(facts.ids):
        none = np.zeros(len(index.ids), np.int32)
        return Held(index, facts, none, none.astype(np.bool_), none[:0], np.zeros(1, np.int64))
    places = np.minimum(np.searchsorted(facts.ids, index.articles), len(facts.ids) - 1).astype(np.int32)
    known = facts.ids[places] == index.articles
    order = np.argsort(np.where(known, places, len(facts.ids)), kind="stable").astype(np.int32)
    starts = np.searchsorted(np.where(known, places, len(facts.ids))[order], np.arange(len(facts.ids) + 1))
    return Held(index, facts, places, known & (facts.versions[places] == index.versions), order, starts)


@lru_cache(maxsize=200_000)
def key_of(gram: str) -> int:
    """A bigram as a number."""
    return zlib.crc32(gram.encode())


def _main_directions(vectors: Floats) -> Floats:
    """The directions in which an account's pieces differ most, found from some of them."""
    if len(vectors) < _COARSE:
        return np.eye(encoder.WIDTH, dtype=np.float32)  # so few are compared in full
    some = vectors[:: max(1, len(vectors) // _SAMPLED)]
    _, found = np.linalg.eigh(some.T @ some)
    return np.ascontiguousarray(found[:, -_COARSE:], dtype=np.float32)


class KnowledgeShelf:
    """What this process holds of each account, brought up to date by every search."""

    def __init__(self) -> None:
        self._held: dict[AccountId, Held] = {}

    def __contains__(self, account_id: AccountId) -> bool:
        return account_id in self._held

    async def get(self, session: AsyncSession, account_id: AccountId) -> Held:
        """The pieces of an account with everything that was committed."""
        had = self._held.pop(account_id, None)
        index, facts = (had.index, had.facts) if had else (Index(), Facts())
        state = await queries.knowledge_state(session, account_id, after=index.newest)
        if state.newer and len(index.ids) + state.newer > 2 * await queries.count_chunks(session, account_id) + 1000:
            index = Index()
        if state.newest > index.newest:
            loaded = await queries.load_chunks(session, account_id, after=index.newest)
            index = await asyncio.to_thread(_grown, index, loaded)
        if state.stamp != facts.stamp:
            facts = facts_of(state.stamp, await queries.list_facts(session, account_id))
        now = had
        if now is None or now.index is not index or now.facts is not facts:
            now = held(index, facts)
        self._held[account_id] = now
        while len(self._held) > _ACCOUNTS_KEPT:
            del self._held[next(iter(self._held))]
        return now


def _grown(index: Index, loaded: Sequence[queries.Loaded]) -> Index:
    """With further pieces; the coarse copies are made anew when an account has become a large one."""
    is_small = index.basis.shape[:1] == index.basis.shape[1:] and len(index.ids) > 0
    if not is_small:
        return index.extended(loaded)
    full = index.vectors.astype(np.float32)
    basis = _main_directions(full)
    rebased = Index(
        newest=index.newest,
        ids=index.ids,
        articles=index.articles,
        versions=index.versions,
        vectors=index.vectors,
        coarse=full @ basis,
        basis=basis,
        keys=index.keys,
        rows=index.rows,
    )
    return rebased.extended(loaded)
