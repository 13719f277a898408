"""Owns the training texts as numbers: sparse n-grams, the encoder's view of each, and their products."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaitak.nlu import cores, features, views
from kaitak.nlu.encoder import Encoded, Encoder
from kaitak.nlu.model import Floats, Reader
from kaitak.nlu.neighbours import Postings

FEWEST_TEXTS: Final = 2  # that an n-gram must occur in to be kept
POINT_WIDTH: Final = 128
MANY_TEXTS: Final = 3000
COMMON_SHARE: Final = (
    0.03  # of many texts: an n-gram of more of them does not make two alike (docs/explain/understanding.md)
)
_STEP: Final = 200
_BLOCK: Final = 512
Progress = Callable[[str, float], None]


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


def read(texts: Sequence[str], encoder: Encoder, tell: Progress, *, is_both: bool = False) -> Corpus:
    """Every text as its two views, their n-grams and its encoding, by both encoders where that is wanted."""
    both = [views.views_of_original(text) for text in texts]
    encoded: list[Encoded] = []
    encode = encoder.read_with_both if is_both else encoder.read
    for one in cores.each(encode, [view[1] for view in both]):
        if len(encoded) % _STEP == 0:
            tell("training", 0.3 * len(encoded) / len(texts))
        encoded.append(one)
    grams = [features.keys_of(view) for view in both]
    reader = _reader(grams, encoded)
    found = [reader.weighed(*one) for one in grams]
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
    second = np.stack([one.second for one in encoded])
    reader = Reader(
        keys=keys[kept],
        idf=(np.log((1 + total) / (1 + frequencies[kept])) + 1).astype(np.float32),
        rarest=float(np.log((1 + total) / 2) + 1),
        pooled_mean=pooled.mean(axis=0),
        pooled_spread=pooled.std(axis=0) + np.float32(1e-4),
        vector_mean=vectors.mean(axis=0),
        components=np.zeros((0, 0), dtype=np.float32),
        second_mean=second.mean(axis=0),
    )
    return replace(reader, components=_components(np.stack([reader.meaning(one) for one in encoded])))


def _components(vectors: Floats) -> Floats:
    """The directions in which the texts differ most."""
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    components = directions[:, ::-1][:, : min(POINT_WIDTH, len(vectors))]
    components = components * np.where(components.sum(axis=0) < 0, -1, 1)  # an axis has no sign of its own
    return np.ascontiguousarray(components, dtype=np.float32)


def postings(read: Corpus) -> Postings:
    """For each n-gram, which texts have it and how strongly."""
    order = np.argsort(read.places, kind="stable")
    counts = np.bincount(read.places, minlength=len(read.reader.keys))
    return Postings(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32), read.rows[order], read.values[order])


def rare_postings(read: Corpus) -> Postings:
    """Those by which neighbours are found: of many texts, without the n-grams that a share of all have."""
    found = postings(read)
    return found if read.size < MANY_TEXTS else found.of_rare(int(COMMON_SHARE * read.size))


def gram_kernel(read: Corpus, tell: Progress) -> Floats:
    """The cosine of every two training texts' n-grams.

    Each pair is summed once: `next_text` stands, for each n-gram, at the first of its texts that is not before `row`.
    """
    found = postings(read)
    starts, texts, values = found.starts, found.texts, found.values
    kernel = np.zeros((read.size, read.size), dtype=np.float32)
    row_starts = np.searchsorted(read.rows, np.arange(read.size + 1))
    next_text, after_last = starts[:-1].copy(), starts[1:]
    for row in range(read.size):
        if row % _STEP == 0:
            tell("training", 0.3 + 0.1 * row / read.size)
        here = slice(row_starts[row], row_starts[row + 1])
        places = read.places[here]
        begin = next_text[places]
        lengths = after_last[places] - begin
        ends = np.cumsum(lengths)
        index = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(begin - (ends - lengths), lengths)
        products = values[index] * np.repeat(read.values[here], lengths)
        kernel[row, row:] = np.bincount(texts[index] - row, weights=products, minlength=read.size - row)
        next_text[places] += 1
    mirror(kernel)
    return kernel


def mirror(kernel: Floats) -> None:
    """Fill what lies below the diagonal from what lies above it, in place, a block at a time."""
    for start in range(0, len(kernel), _BLOCK):
        here, after = slice(start, start + _BLOCK), slice(start + _BLOCK, None)
        corner = kernel[here, here]
        corner += np.triu(corner, 1).T
        kernel[after, here] = kernel[here, after].T


def transposed_product(read: Corpus, duals: Floats) -> Floats:
    """The n-grams' weights: the sparse rows, transposed, times the duals."""
    weights = np.empty((len(read.reader.keys), duals.shape[1]), dtype=np.float32)
    for label in range(duals.shape[1]):
        products = read.values * duals[read.rows, label]
        weights[:, label] = np.bincount(read.places, weights=products, minlength=len(read.reader.keys))
    return weights
