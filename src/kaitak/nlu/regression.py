"""Owns multinomial logistic regression in its kernel form, fitted by a small L-BFGS in numpy."""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

ITERATIONS = 40
MEMORY = 8
TOLERANCE = 3e-5


@dataclass(frozen=True, slots=True)
class _Move:
    """A difference of two points or slopes: its duals, and the same after the kernel."""

    duals: Floats
    moved: Floats

    def plus(self, factor: float, other: "_Move") -> "_Move":
        size = np.float32(factor)
        return _Move(self.duals + size * other.duals, self.moved + size * other.moved)

    def along(self, duals: Floats) -> float:
        """The inner product with other duals: sum(kernel a * b)."""
        return float(np.vdot(self.moved, duals))


def fit(kernel: Floats, targets: NDArray[np.int32], labels: int, *, ridge: float) -> tuple[Floats, Floats]:
    """Dual coefficients (texts by labels) and the bias that minimise cross-entropy plus ridge on the weights.

    The weights are `rows.T @ duals`, so the search is over one number a text and label however many features there
    are. Everything but the slope is a sum of what was seen before, so a step costs one product with the kernel.
    """
    problem = _Problem.of(targets, labels, ridge)
    zero = np.zeros_like(problem.wanted)
    at = _Move(zero, zero)
    loss, duals = problem.loss(at)
    slope = _Move(duals, kernel @ duals)
    steps: deque[tuple[_Move, _Move]] = deque(maxlen=MEMORY)
    for _ in range(ITERATIONS):
        direction = _direction(slope, steps)
        accepted = _search(problem, at, direction, loss, direction.along(slope.duals))
        if accepted is None:
            break
        step, lower, duals = accepted
        at = at.plus(step, direction)
        new_slope = _Move(duals, kernel @ duals)
        change = new_slope.plus(-1, slope)
        if direction.along(change.duals) > 0:
            steps.append((_Move(np.float32(step) * direction.duals, np.float32(step) * direction.moved), change))
        finished = loss - lower < TOLERANCE * max(1.0, abs(loss))
        loss, slope = lower, new_slope
        if finished:
            break
    return at.duals, problem.bias


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is to be fitted: the wanted labels, the fixed bias and the ridge."""

    wanted: Floats
    bias: Floats
    ridge: float

    @classmethod
    def of(cls, targets: NDArray[np.int32], labels: int, ridge: float) -> "_Problem":
        wanted = np.zeros((len(targets), labels), dtype=np.float32)
        wanted[np.arange(len(targets)), targets] = 1
        bias = np.log(np.maximum(wanted.mean(axis=0), 1e-6)) * 0.5
        return cls(wanted, bias.astype(np.float32), ridge)

    def loss(self, at: _Move) -> tuple[float, Floats]:
        """The loss and its slope in function space (the gradient before the kernel is applied)."""
        logits = at.moved + self.bias
        logits -= logits.max(axis=1, keepdims=True)
        shares = np.exp(logits)
        totals = shares.sum(axis=1, keepdims=True)
        cross_entropy = float((np.log(totals[:, 0]).sum() - np.vdot(logits, self.wanted)) / len(self.wanted))
        shares /= totals
        shares -= self.wanted
        shares *= np.float32(1 / len(self.wanted))
        shares += np.float32(self.ridge) * at.duals
        return cross_entropy + 0.5 * self.ridge * at.along(at.duals), shares


def _direction(slope: _Move, steps: deque[tuple[_Move, _Move]]) -> _Move:
    """The L-BFGS two-loop recursion, in the kernel's inner product."""
    if not steps:
        size = np.float32(-len(slope.duals))
        return _Move(size * slope.duals, size * slope.moved)
    found = slope
    factors: list[float] = []
    for step, change in reversed(steps):
        factor = step.along(found.duals) / step.along(change.duals)
        factors.append(factor)
        found = found.plus(-factor, change)
    step, change = steps[-1]
    scale = np.float32(step.along(change.duals) / change.along(change.duals))
    found = _Move(scale * found.duals, scale * found.moved)
    for (step, change), factor in zip(steps, reversed(factors), strict=True):
        found = found.plus(factor - change.along(found.duals) / step.along(change.duals), step)
    return _Move(-found.duals, -found.moved)


def _search(
    problem: _Problem, at: _Move, direction: _Move, loss: float, descent: float
) -> tuple[float, float, Floats] | None:
    """The first halved step that lowers the loss enough: its length, the loss and the slope there."""
    if descent >= 0:
        return None
    step = 1.0
    for _ in range(20):
        lower, slope = problem.loss(at.plus(step, direction))
        if lower <= loss + 1e-4 * step * descent:
            return step, lower, slope
        step *= 0.5
    return None
