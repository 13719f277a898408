"""The nearest texts are found as a partition of all of them would find them."""

import numpy as np
import pytest
from numpy.typing import NDArray

from kaitak.nlu import neighbours

LABELS = 5


def shares(likeness: neighbours.Floats, labels: NDArray[np.int32], asked: int, power: int) -> list[float]:
    """The label shares by a full sort."""
    nearest = np.argsort(likeness)[-asked:]
    found = np.bincount(labels[nearest], weights=np.maximum(likeness[nearest], 0) ** power, minlength=LABELS) + 0.02
    return list(np.log(found / found.sum()))


@pytest.mark.parametrize("size", [6, 300, 1000, 1024, 5003])
@pytest.mark.parametrize("alike", [0.0, 0.02, 1.0])
def test_votes_are_those_of_a_full_sort(size: int, alike: float) -> None:
    random = np.random.default_rng(size)
    by_grams = np.where(random.random(size) < alike, random.random(size), 0).astype(np.float32)
    by_meaning = random.standard_normal(size).astype(np.float32)
    labels = random.integers(0, LABELS, size).astype(np.int32)
    voted = neighbours.votes(by_grams, by_meaning, labels, LABELS)
    both = neighbours.mixed(by_grams, by_meaning)
    assert np.allclose(voted[0], shares(by_grams, labels, min(8, size), 2), atol=1e-5)
    assert np.allclose(voted[1], shares(both, labels, min(10, size), 2), atol=1e-5)
    assert np.allclose(voted[2], shares(by_meaning, labels, min(12, size), 3), atol=1e-5)
