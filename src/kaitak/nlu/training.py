"""Owns training: examples to a calibrated model in seconds, the same bytes for the same examples and seed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaitak.core import errors
from kaitak.nlu import features, normalising, regression
from kaitak.nlu.model import Calibration, Floats, Model, Settings, combine, fingerprint, neighbour_votes

FOLDS = 4
RIDGE = 0.000005


class TooFewExamplesError(errors.InvalidError):
    """A model needs at least two intents with two examples each."""

    code = "too_few_examples"


@dataclass(frozen=True, slots=True)
class Example:
    text: str
    intent: str


@dataclass(frozen=True, slots=True)
class _Corpus:
    """The training texts as sparse rows."""

    keys: features.Keys
    idf: Floats
    rows: NDArray[np.int32]
    places: NDArray[np.int32]
    values: Floats
    size: int


def train(examples: Sequence[Example], seed: int, settings: Settings | None = None) -> Model:
    """Fit regression and neighbours on the examples and calibrate them by cross-validation."""
    labels = tuple(sorted({e.intent for e in examples}))
    counts = [sum(e.intent == label for e in examples) for label in labels]
    if len(labels) < 2 or min(counts) < 2:
        raise TooFewExamplesError("training needs at least two intents with two examples each")
    targets = np.array([labels.index(e.intent) for e in examples], dtype=np.int32)
    corpus = _read_corpus([e.text for e in examples])
    kernel = _kernel(corpus)
    calibration = _calibrate(kernel, targets, len(labels), seed)
    duals, bias = regression.fit(kernel, targets, len(labels), ridge=RIDGE)
    weights = _weights(corpus, duals)
    starts, posting_texts, posting_values = _postings(corpus)
    texts = tuple(e.text for e in examples)
    return Model(
        labels=labels,
        texts=texts,
        settings=settings or Settings(),
        calibration=calibration,
        keys=corpus.keys,
        idf=corpus.idf,
        weights=weights,
        bias=bias,
        text_labels=targets,
        posting_starts=starts,
        posting_texts=posting_texts,
        posting_values=posting_values,
        version=fingerprint((np.round(weights, 2),), (*labels, *texts, repr(settings), str(seed))),
    )


def _read_corpus(texts: Sequence[str]) -> _Corpus:
    vectors = []
    for text in texts:
        view = normalising.features_view(normalising.fold(text).text)
        vectors.append(features.keys_of((view, normalising.written_view(view))))
    keys, frequencies = np.unique(np.concatenate([k for k, _ in vectors]), return_counts=True)
    idf = (np.log((1 + len(texts)) / (1 + frequencies)) + 1).astype(np.float32)
    rows = np.repeat(np.arange(len(texts), dtype=np.int32), [len(k) for k, _ in vectors])
    places = np.searchsorted(keys, np.concatenate([k for k, _ in vectors])).astype(np.int32)
    values = np.concatenate([w for _, w in vectors]) * idf[places]
    norms = np.sqrt(np.bincount(rows, weights=values * values, minlength=len(texts)))
    values = (values / norms[rows]).astype(np.float32)
    return _Corpus(keys, idf, rows, places, values, len(texts))


def _postings(corpus: _Corpus) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
    order = np.argsort(corpus.places, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(corpus.places, minlength=len(corpus.keys)))]).astype(np.int32)
    return starts, corpus.rows[order], corpus.values[order]


def _kernel(corpus: _Corpus) -> Floats:
    """The cosine of every two training texts."""
    starts, texts, values = _postings(corpus)
    kernel = np.zeros((corpus.size, corpus.size), dtype=np.float32)
    row_starts = np.searchsorted(corpus.rows, np.arange(corpus.size + 1))
    for row in range(corpus.size):
        places = corpus.places[row_starts[row] : row_starts[row + 1]]
        begin = starts[places]
        lengths = starts[places + 1] - begin
        ends = np.cumsum(lengths)
        index = np.arange(int(ends[-1])) + np.repeat(begin - (ends - lengths), lengths)
        products = values[index] * np.repeat(corpus.values[row_starts[row] : row_starts[row + 1]], lengths)
        kernel[row] = np.bincount(texts[index], weights=products, minlength=corpus.size)
    return kernel


def _weights(corpus: _Corpus, duals: Floats) -> Floats:
    weights = np.empty((len(corpus.keys), duals.shape[1]), dtype=np.float32)
    for label in range(duals.shape[1]):
        products = corpus.values * duals[corpus.rows, label]
        weights[:, label] = np.bincount(corpus.places, weights=products, minlength=len(corpus.keys))
    return weights


def _calibrate(kernel: Floats, targets: NDArray[np.int32], labels: int, seed: int) -> Calibration:
    folds = _stratified_folds(targets, seed)
    logits = np.zeros((len(targets), labels), dtype=np.float32)
    votes = np.full((len(targets), labels), 1 / labels, dtype=np.float32)
    for fold in range(FOLDS):
        inside, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        duals, bias = regression.fit(kernel[np.ix_(inside, inside)], targets[inside], labels, ridge=RIDGE)
        cross = kernel[np.ix_(held, inside)]
        logits[held] = cross @ duals + bias
        for place, row in zip(held, cross, strict=True):
            votes[place] = neighbour_votes(row, targets[inside], labels)
    candidates = [
        Calibration(neighbour_weight=weight, temperature=temperature)
        for weight in (0.0, 0.15, 0.3, 0.45, 0.6)
        for temperature in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5)
    ]
    return min((_score(logits, votes, targets, c) for c in candidates), key=lambda c: c.log_loss)


def _score(logits: Floats, votes: Floats, targets: NDArray[np.int32], calibration: Calibration) -> Calibration:
    probabilities = combine(logits, votes, calibration)
    right = probabilities[np.arange(len(targets)), targets]
    return Calibration(
        neighbour_weight=calibration.neighbour_weight,
        temperature=calibration.temperature,
        accuracy=round(float((probabilities.argmax(axis=1) == targets).mean()), 4),
        log_loss=round(float(-np.log(np.maximum(right, 1e-9)).mean()), 4),
    )


def _stratified_folds(targets: NDArray[np.int32], seed: int) -> NDArray[np.int64]:
    generator = np.random.default_rng(seed)
    folds = np.zeros(len(targets), dtype=np.int64)
    for label in np.unique(targets):
        places = generator.permutation(np.flatnonzero(targets == label))
        folds[places] = np.arange(len(places)) % FOLDS
    return folds
