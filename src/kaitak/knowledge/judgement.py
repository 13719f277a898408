"""Owns weighing the signs: which piece answers best, and how sure that is. Two planes, learnt from questions. Pure.

`judgement.json` and `directions.npy` are written by `tools/train_judgement.py`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
FILE: Final = Path(__file__).parent / "judgement.json"
DIRECTIONS: Final = FILE.with_name("directions.npy")
WEIGHED: Final = 14  # so many of the best pieces are weighed


@dataclass(frozen=True, slots=True)
class Plane:
    """What each sign is worth."""

    offset: float
    weights: Mapping[str, float]

    def of(self, signs: Mapping[str, float]) -> float:
        """All signs together: above 0 speaks for, below against."""
        return self.offset + sum(weight * signs[name] for name, weight in self.weights.items())


_in_use: dict[str, Plane] = {}
_directions: list[Floats] = []


def planes() -> dict[str, Plane]:
    """`piece` says which of several answers, `answer` whether the best one does."""
    if not _in_use:
        read = json.loads(FILE.read_text(encoding="utf-8"))
        use({name: Plane(found["offset"], found["weights"]) for name, found in read["planes"].items()})
    return _in_use


def use(planes: Mapping[str, Plane]) -> None:
    """Weigh with these from now on: for learning them."""
    _in_use.update(planes)


def lies(name: str, question: Floats) -> dict[str, float]:
    """Where a centred vector lies along the directions in which questions differ most: what about they ask at all."""
    return {f"{name}_{place:02}": float(each) for place, each in enumerate(directions() @ question)}


def directions() -> Floats:
    """The directions in use."""
    if not _directions:
        lie_along(np.load(DIRECTIONS, allow_pickle=False).astype(np.float32))
    return _directions[0]


def lie_along(directions: Floats) -> None:
    """Use these directions from now on: for learning them."""
    _directions[:] = [directions]


def fitness(signs: Mapping[str, float]) -> float:
    """How well a piece answers beside others."""
    return planes()["piece"].of(signs)


def probability(evidence_for: float) -> float:
    """How likely an answer is right, from 0 to 1, by what speaks for it."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, evidence_for))))
