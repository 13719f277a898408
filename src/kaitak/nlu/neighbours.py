"""Owns the nearest training texts' votes: by n-grams, by meaning, and by both together."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

GRAM_SHARE: Final = 0.6
VOTERS: Final = 3
# (how many are asked, the power of their likeness) for n-grams, both, meaning
_ASKED: Final = ((8, 2), (10, 2), (12, 3))
_SMOOTH: Final = 0.02


def mixed(by_grams: Floats, by_meaning: Floats) -> Floats:
    """Both likenesses together."""
    return np.asarray(GRAM_SHARE * by_grams + (1 - GRAM_SHARE) * by_meaning, dtype=np.float32)


def votes(by_grams: Floats, by_meaning: Floats, text_labels: NDArray[np.int32], labels: int) -> Floats:
    """Logarithms of the smoothed label shares of the nearest texts, one row a voter; the nearer the heavier."""
    rows = np.empty((VOTERS, labels), dtype=np.float32)
    for row, likeness in enumerate((by_grams, mixed(by_grams, by_meaning), by_meaning)):
        asked, power = _ASKED[row]
        count = min(asked, len(likeness))
        nearest = np.argpartition(likeness, len(likeness) - count)[-count:]
        strengths = np.maximum(likeness[nearest], 0) ** power
        shares = np.bincount(text_labels[nearest], weights=strengths, minlength=labels) + _SMOOTH
        rows[row] = np.log(shares / shares.sum())
    return rows
