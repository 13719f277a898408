"""Owns how the regression and the neighbours are weighed together, and which confidence is enough to answer or ask."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ANSWER_RIGHT: Final = 0.965  # of what is answered, on writers left out of the training; the promise is 0.96
CLARIFY_RIGHT: Final = 0.98  # of what is answered or asked back, with the right one among the best three
_ROUNDS: Final = 25
_FEWEST: Final = 40  # rows that a threshold must rest on


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Found on held-out folds: the members' weights, the bands' thresholds, and how good it was there."""

    weights: tuple[float, ...]
    answer_from: float = 0.7
    clarify_from: float = 0.2
    accuracy: float = 0.0
    top3: float = 0.0
    log_loss: float = 0.0
    coverage: float = 0.0
    answered_right: float = 0.0


def log_shares(logits: Floats) -> Floats:
    """Logarithms of the softmax of each row."""
    shifted = logits - np.maximum.reduce(logits, axis=-1, keepdims=True)
    return np.asarray(shifted - np.log(np.add.reduce(np.exp(shifted), axis=-1, keepdims=True)), dtype=np.float32)


def combine(scores: Floats, weights: tuple[float, ...]) -> Floats:
    """Probabilities from the members' log-probabilities (members, rows, labels), weighed."""
    weighed = np.dot(np.asarray([weights], dtype=np.float32), scores.reshape(len(scores), -1))
    return np.exp(log_shares(weighed.reshape(scores.shape[1:])))


def calibrate(scores: Floats, targets: NDArray[np.int32], most: float | None = None) -> Calibration:
    """The weights under which the truth is likeliest, then the thresholds that keep the promises.

    `most` is what the weights may come to: sharp probabilities are as sure of a strange text as of a known one.
    """
    weights = _likeliest_weights(scores, targets)
    truth = np.maximum(combine(scores, weights)[np.arange(len(targets)), targets], 1e-9)
    if most is not None and sum(weights) > most:
        weights = tuple(round(each * most / sum(weights), 4) for each in weights)
    probabilities = combine(scores, weights)
    order = np.argsort(-probabilities, axis=1)
    confidence = probabilities.max(axis=1)
    right, in_top = order[:, 0] == targets, (order[:, :3] == targets[:, None]).any(axis=1)
    answer_from = _lowest(confidence, right, ANSWER_RIGHT, beyond=1.0)
    answered = confidence >= answer_from
    clarify_from = min(answer_from, _lowest(confidence, in_top, CLARIFY_RIGHT, beyond=answer_from))
    return Calibration(
        weights=weights,
        answer_from=answer_from,
        clarify_from=clarify_from,
        accuracy=round(float(right.mean()), 4),
        top3=round(float(in_top.mean()), 4),
        log_loss=round(float(-np.log(truth).mean()), 4),
        coverage=round(float(answered.mean()), 4),
        answered_right=round(float(right[answered].mean()) if answered.any() else 0.0, 4),
    )


def _lowest(confidence: Floats, good: NDArray[np.bool_], wanted: float, *, beyond: float) -> float:
    """The lowest confidence from which the share of good ones is as wanted; `beyond` where none is."""
    order = np.argsort(-confidence)
    shares = np.cumsum(good[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= wanted)
    if len(enough) == 0 or enough[-1] + 1 < min(_FEWEST, len(order)):
        return round(min(0.99, beyond), 4)
    return round(float(confidence[order[enough[-1]]]), 4)


def _likeliest_weights(scores: Floats, targets: NDArray[np.int32]) -> tuple[float, ...]:
    """Newton's method on a convex loss of a handful of numbers, none of which may fall below 0."""
    members, rows = scores.shape[0], np.arange(len(targets))
    weights = np.full(members, 0.3)
    weights[0] = 1.0
    truth = scores[:, rows, targets].mean(axis=1)
    for _ in range(_ROUNDS):
        shares = combine(scores, tuple(weights))
        means = np.einsum("rl,mrl->mr", shares, scores)
        slope = means.mean(axis=1) - truth + 1e-3 * weights
        squares = np.einsum("rl,mrl,nrl->mn", shares, scores, scores, optimize=True) / len(targets)
        bend = squares - means @ means.T / len(targets) + 1e-3 * np.eye(members)
        free = (weights > 0) | (slope < 0)
        step = np.zeros(members)
        step[free] = np.linalg.solve(bend[np.ix_(free, free)], slope[free])
        moved = np.maximum(weights - step, 0.0)
        if float(np.abs(moved - weights).max()) < 1e-4:
            break
        weights = moved
    return tuple(round(float(weight), 4) for weight in weights)
