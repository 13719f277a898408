"""Owns the training texts as numbers: sparse n-grams, the encoder's view of each, and their products."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaitak.nlu import features, views
from kaitak.nlu.encoder import Encoded, Encoder
from kaitak.nlu.model import Floats, Reader

FEWEST_TEXTS: Final = 2  # that an n-gram must occur in to be kept
POINT_WIDTH: Final = 128
_STEP: Final = 200
Progress = Callable[[str, float], None]
Postings = tuple[NDArray[np.int32], NDArray[np.int32], Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """The training texts: `rows`, `places`, `values` are the sparse n-grams, `dense` and `points` what meaning says."""

    reader: Reader
    rows: NDArray[np.int32]
    places: NDArray[np.int32]
    values: Floats
    dense: Floats
    points: Floats
    size: int


def read(texts: Sequence[str], encoder: Encoder, tell: Progress) -> Corpus:
    """Every text as its two views, their n-grams and its encoding."""
    both = [views.views_of_original(text) for text in texts]
    encoded: list[Encoded] = []
    for place, view in enumerate(both):
        if place % _STEP == 0:
            tell("training", 0.3 * place / len(texts))
        encoded.append(encoder.read(view[1]))
    grams = [features.keys_of(view) for view in both]
    reader = _reader(grams, encoded)
    found = [reader.grams(view) for view in both]
    return Corpus(
        reader=reader,
        rows=np.repeat(np.arange(len(texts), dtype=np.int32), [len(places) for places, _ in found]),
        places=np.concatenate([places for places, _ in found]).astype(np.int32),
        values=np.concatenate([values for _, values in found]),
        dense=np.stack([reader.dense(one) for one in encoded]),
        points=np.stack([reader.point(one) for one in encoded]),
        size=len(texts),
    )


def _reader(grams: Sequence[tuple[features.Keys, features.Weights]], encoded: Sequence[Encoded]) -> Reader:
    keys, frequencies = np.unique(np.concatenate([k for k, _ in grams]), return_counts=True)
    kept = frequencies >= min(FEWEST_TEXTS, int(frequencies.max()))
    total = len(grams)
    pooled = np.stack([one.pooled for one in encoded])
    vectors = np.stack([one.vector for one in encoded])
    mean = vectors.mean(axis=0)
    _, directions = np.linalg.eigh((vectors - mean).T @ (vectors - mean))
    components = directions[:, ::-1][:, : min(POINT_WIDTH, total)]
    components = components * np.where(components.sum(axis=0) < 0, -1, 1)  # an axis has no sign of its own
    return Reader(
        keys=keys[kept],
        idf=(np.log((1 + total) / (1 + frequencies[kept])) + 1).astype(np.float32),
        rarest=float(np.log((1 + total) / 2) + 1),
        pooled_mean=pooled.mean(axis=0),
        pooled_spread=pooled.std(axis=0) + np.float32(1e-4),
        vector_mean=mean,
        components=np.ascontiguousarray(components, dtype=np.float32),
    )


def postings(read: Corpus) -> Postings:
    """For each n-gram, which texts have it and how strongly."""
    order = np.argsort(read.places, kind="stable")
    counts = np.bincount(read.places, minlength=len(read.reader.keys))
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), read.rows[order], read.values[order]


def gram_kernel(read: Corpus, tell: Progress) -> Floats:
    """The cosine of every two training texts' n-grams."""
    starts, texts, values = postings(read)
    kernel = np.zeros((read.size, read.size), dtype=np.float32)
    row_starts = np.searchsorted(read.rows, np.arange(read.size + 1))
    for row in range(read.size):
        if row % _STEP == 0:
            tell("training", 0.3 + 0.1 * row / read.size)
        here = slice(row_starts[row], row_starts[row + 1])
        begin = starts[read.places[here]]
        lengths = starts[read.places[here] + 1] - begin
        ends = np.cumsum(lengths)
        index = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begin - (ends - lengths), lengths)
        products = values[index] * np.repeat(read.values[here], lengths)
        kernel[row] = np.bincount(texts[index], weights=products, minlength=read.size)
    return kernel


def transposed_product(read: Corpus, duals: Floats) -> Floats:
    """The n-grams' weights: the sparse rows, transposed, times the duals."""
    weights = np.empty((len(read.reader.keys), duals.shape[1]), dtype=np.float32)
    for label in range(duals.shape[1]):
        products = read.values * duals[read.rows, label]
        weights[:, label] = np.bincount(read.places, weights=products, minlength=len(read.reader.keys))
    return weights
