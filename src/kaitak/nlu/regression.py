"""Owns multinomial logistic regression in its kernel form, fitted by a small L-BFGS in numpy."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ITERATIONS = 40
MEMORY = 8
TOLERANCE = 1e-5


def fit(kernel: Floats, targets: NDArray[np.int32], labels: int, *, ridge: float) -> tuple[Floats, Floats]:
    """Dual coefficients (texts by labels) and the bias that minimise cross-entropy plus ridge on the weights.

    The weights are `rows.T @ duals`, so the search is over one number a text and label however many features there are.
    """
    size = len(targets)
    wanted = np.zeros((size, labels), dtype=np.float32)
    wanted[np.arange(size), targets] = 1
    shares = wanted.mean(axis=0)
    bias = np.log(np.maximum(shares, 1e-6)).astype(np.float32) * np.float32(0.5)
    point = np.zeros((size, labels), dtype=np.float32)
    scores = np.zeros_like(point)
    problem = _Problem(wanted, bias, ridge)
    loss, slope = problem.loss(point, scores)
    steps: deque[tuple[Floats, Floats, Floats]] = deque(maxlen=MEMORY)
    for _ in range(ITERATIONS):
        direction = _direction(slope, steps, kernel)
        moved = kernel @ direction
        accepted = _search(problem, (point, scores), (direction, moved), loss, slope)
        if accepted is None:
            break
        step, new_loss, new_slope = accepted
        steps.append((step * direction, step * moved, new_slope - slope))
        point, scores = point + step * direction, scores + step * moved
        finished = loss - new_loss < TOLERANCE * max(1.0, abs(loss))
        loss, slope = new_loss, new_slope
        if finished:
            break
    return point, bias


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is to be fitted: the wanted labels, the fixed bias and the ridge."""

    wanted: Floats
    bias: Floats
    ridge: float

    def loss(self, point: Floats, scores: Floats) -> tuple[float, Floats]:
        """The loss and its slope in function space (the gradient before the kernel is applied)."""
        logits = scores + self.bias
        logits -= logits.max(axis=1, keepdims=True)
        exponents = np.exp(logits)
        totals = exponents.sum(axis=1, keepdims=True)
        cross_entropy = float((np.log(totals[:, 0]) - (logits * self.wanted).sum(axis=1)).mean())
        slope = (exponents / totals - self.wanted) / np.float32(len(self.wanted)) + np.float32(self.ridge) * point
        return cross_entropy + 0.5 * self.ridge * float((point * scores).sum()), slope


def _direction(slope: Floats, steps: deque[tuple[Floats, Floats, Floats]], kernel: Floats) -> Floats:
    """The L-BFGS two-loop recursion in the kernel's inner product: (a, b) = sum(kernel a * b)."""
    if not steps:
        return -slope * np.float32(len(slope))
    direction = slope.copy()
    factors: list[float] = []
    for _, moved, change in reversed(steps):
        curvature = float((moved * change).sum())
        factor = float((moved * direction).sum()) / curvature
        factors.append(factor)
        direction = direction - np.float32(factor) * change
    step, moved, change = steps[-1]
    kernel_change = kernel @ change
    direction = direction * np.float32(float((moved * change).sum()) / float((kernel_change * change).sum()))
    kernel_direction = kernel @ direction
    for (step, moved, change), factor in zip(steps, reversed(factors), strict=True):
        along = float((kernel_direction * change).sum()) / float((moved * change).sum())
        direction = direction + np.float32(factor - along) * step
        kernel_direction = kernel_direction + np.float32(factor - along) * moved
    return np.asarray(-direction, dtype=np.float32)


def _search(
    problem: _Problem, at: tuple[Floats, Floats], along: tuple[Floats, Floats], loss: float, slope: Floats
) -> tuple[np.float32, float, Floats] | None:
    """The first halved step that lowers the loss enough: its length, loss and slope."""
    (point, scores), (direction, moved) = at, along
    descent = float((moved * slope).sum())
    if descent >= 0:
        return None
    step = 1.0
    for _ in range(20):
        length = np.float32(step)
        new_loss, new_slope = problem.loss(point + length * direction, scores + length * moved)
        if new_loss <= loss + 1e-4 * step * descent and float((moved * (new_slope - slope)).sum()) > 0:
            return length, new_loss, new_slope
        step *= 0.5
    return None
