"""Owns the nearest training texts' votes: by n-grams, by meaning, and by both together."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GRAM_SHARE: Final = 0.6
VOTERS: Final = 3
# (how many are asked, the power of their likeness) for n-grams, both, meaning
_ASKED: Final = ((8, 2), (10, 2), (12, 3))
_SMOOTH: Final = 0.02
_BLOCK: Final = 64


@dataclass(frozen=True, slots=True)
class Postings:
    """Which texts have each n-gram, and how strongly: n-gram `i` has those from `starts[i]` to `starts[i + 1]`."""

    starts: NDArray[np.int32]
    texts: NDArray[np.int32]
    values: NDArray[np.floating[Any]]

    def likeness(self, places: NDArray[np.integer[Any]], values: Floats, size: int) -> Floats:
        """The cosine of one text's n-grams (`places`, normalised `values`) with those of each of `size` texts."""
        begin = self.starts[places]
        lengths = self.starts[places + 1] - begin
        ends = lengths.cumsum()
        index = np.arange(int(ends[-1]) if len(ends) else 0) + (begin - (ends - lengths)).repeat(lengths)
        products = self.values[index] * values.repeat(lengths)
        return np.bincount(self.texts[index], weights=products, minlength=size).astype(np.float32)

    def of_rare(self, most: int) -> "Postings":
        """Without the n-grams of more than `most` texts: they say little of who is alike and cost the most."""
        lengths = np.diff(self.starts)
        kept = np.repeat(lengths <= most, lengths)
        starts = np.concatenate([[0], np.cumsum(np.where(lengths <= most, lengths, 0))]).astype(np.int32)
        return Postings(starts, self.texts[kept], self.values[kept])


def mixed(by_grams: Floats, by_meaning: Floats) -> Floats:
    """Both likenesses together."""
    return np.asarray(GRAM_SHARE * by_grams + (1 - GRAM_SHARE) * by_meaning, dtype=np.float32)


def _highest(likeness: Floats, count: int) -> NDArray[np.intp]:
    """The places of the `count` highest, in no order.

    None of them is below the `count`-th highest of the blocks' maxima. Where most likenesses are 0, as by n-grams,
    this takes a tenth of the time that a partition of all takes.
    """
    blocks = len(likeness) // _BLOCK
    if blocks < count:
        return likeness.argpartition(len(likeness) - count)[-count:]
    maxima = np.maximum.reduce(likeness[: blocks * _BLOCK].reshape(blocks, _BLOCK), axis=1)
    maxima.partition(blocks - count)
    least = maxima[blocks - count]
    if least <= 0:
        return likeness.argpartition(len(likeness) - count)[-count:]
    among = (likeness >= least).nonzero()[0]
    highest: NDArray[np.intp] = among[likeness[among].argpartition(len(among) - count)[-count:]]
    return highest


def votes(by_grams: Floats, by_meaning: Floats, text_labels: NDArray[np.int32], labels: int) -> Floats:
    """Logarithms of the smoothed label shares of the nearest texts, one row a voter; the nearer the heavier."""
    rows = np.empty((VOTERS, labels), dtype=np.float32)
    for row, likeness in enumerate((by_grams, mixed(by_grams, by_meaning), by_meaning)):
        asked, power = _ASKED[row]
        nearest = _highest(likeness, min(asked, len(likeness)))
        strengths = np.maximum(likeness[nearest], 0) ** power
        shares = np.bincount(text_labels[nearest], weights=strengths, minlength=labels) + _SMOOTH
        rows[row] = np.log(shares / np.add.reduce(shares))
    return rows
