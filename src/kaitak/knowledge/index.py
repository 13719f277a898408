"""Owns an account's pieces in memory: vectors and bigrams as arrays, grown by what is new, shared by all requests."""

from __future__ import annotations

import asyncio
import math
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.ids import AccountId
from kaitak.knowledge import queries
from kaitak.nlu import encoder

_ACCOUNTS_KEPT = 50
Floats = NDArray[np.float32]
Numbers = NDArray[np.int64]


@dataclass(slots=True)
class Index:
    """The pieces of one account; rows of replaced versions stay until half of them are stale."""

    newest: int = 0
    ids: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    articles: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    versions: Numbers = field(default_factory=lambda: np.empty(0, np.int64))
    vectors: Floats = field(default_factory=lambda: np.empty((0, encoder.WIDTH), np.float32))
    _keys: Numbers = field(default_factory=lambda: np.empty(0, np.int64))  # hashed bigrams, sorted …
    _rows: Numbers = field(default_factory=lambda: np.empty(0, np.int64))  # … and the row of each

    def extended(self, loaded: Sequence[queries.Loaded]) -> Index:
        """The index with further pieces; this one stays as it is for those who are reading it."""
        start = len(self.ids)
        keys = [key_of(gram) for each in loaded for gram in each.bigrams]
        rows = [start + place for place, each in enumerate(loaded) for _ in each.bigrams]
        all_keys = np.concatenate([self._keys, np.array(keys, np.int64)])
        all_rows = np.concatenate([self._rows, np.array(rows, np.int64)])
        order = np.argsort(all_keys, kind="stable")
        raw = b"".join(each.vector for each in loaded)
        fresh = np.frombuffer(raw, np.float16).reshape(-1, encoder.WIDTH).astype(np.float32)
        return Index(
            newest=max((each.id for each in loaded), default=self.newest),
            ids=np.concatenate([self.ids, np.array([each.id for each in loaded], np.int64)]),
            articles=np.concatenate([self.articles, np.array([each.article_id for each in loaded], np.int64)]),
            versions=np.concatenate([self.versions, np.array([each.version for each in loaded], np.int64)]),
            vectors=np.concatenate([self.vectors, fresh]),
            _keys=all_keys[order],
            _rows=all_rows[order],
        )

    def allowed(self, eligible: Iterable[tuple[int, int]]) -> Numbers:
        """The rows of these articles in these versions."""
        pairs = np.array([(article << 20) | version for article, version in eligible], np.int64)
        rows: Numbers = np.nonzero(np.isin((self.articles << 20) | self.versions, pairs))[0]
        return rows

    def overlap(self, grams: Iterable[str], rows: Numbers) -> Floats:
        """For each of the rows how much of the bigrams' weight it holds; rare bigrams weigh more, unknown ones most."""
        held = np.zeros(len(self.ids), np.float32)
        total = 0.0
        for gram in grams:
            found = self.rows_of(gram)
            weight = math.log(1 + (len(self.ids) + 1) / (len(found) + 0.5))
            held[found] += weight
            total += weight
        return held[rows] / np.float32(total or 1.0)

    def rows_of(self, gram: str) -> Numbers:
        """The rows that hold a bigram."""
        key = key_of(gram)
        start, end = np.searchsorted(self._keys, [key, key + 1])
        return self._rows[start:end]


def key_of(gram: str) -> int:
    """A bigram as a number."""
    return zlib.crc32(gram.encode())


class KnowledgeShelf:
    """The indexes of this process, one an account, brought up to date by every search."""

    def __init__(self) -> None:
        self._held: dict[AccountId, Index] = {}

    async def get(self, session: AsyncSession, account_id: AccountId) -> Index:
        """The index of an account with everything that was committed."""
        index = self._held.pop(account_id, None) or Index()
        newest, present = await queries.chunk_state(session, account_id, after=index.newest)
        if present and len(index.ids) + present > 2 * await queries.count_chunks(session, account_id) + 1000:
            index = Index()
        if newest > index.newest:
            loaded = await queries.load_chunks(session, account_id, after=index.newest)
            index = await asyncio.to_thread(index.extended, loaded)
        self._held[account_id] = index
        while len(self._held) > _ACCOUNTS_KEPT:
            del self._held[next(iter(self._held))]
        return index
