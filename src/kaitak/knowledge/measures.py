"""Owns what was learnt for comparing questions with articles: where each stand on average, what asks for a rule.

`measures.npz` is written by `tools/train_knowledge.py` from the packs' lines and the articles of the packs and tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
_LEAST_TELLING, _STEEP = 0.05, 2.5
FILE = Path(__file__).parent / "measures.npz"


@dataclass(frozen=True, slots=True)
class Measures:
    """The mean question, piece and word, the plane that parts questions about rules, and what tells matters apart."""

    question: Floats
    piece: Floats
    rule: Floats
    rule_offset: float
    spread: dict[int, float]  # of hashed bigrams over what is asked
    word: Floats
    matters: Floats  # from a centred vector to where the matters of the packs lie apart
    matters_mean: Floats


@cache
def _read() -> Measures:
    with np.load(FILE, allow_pickle=False) as file:
        spread = dict(zip(file["said"].tolist(), file["spread"].tolist(), strict=True))
        return Measures(
            file["question"],
            file["piece"],
            file["rule"],
            float(file["rule_offset"]),
            spread,
            file["word"],
            file["matters"].astype(np.float32),
            file["matters_mean"],
        )


def centred_questions(vectors: Floats) -> Floats:
    """Questions without what all questions share, as unit vectors."""
    return _unit(vectors - _read().question)


def centred_pieces(vectors: Floats) -> Floats:
    """Pieces without what all pieces share, as unit vectors."""
    return _unit(vectors - _read().piece)


def centred_word(vector: Floats) -> Floats:
    """A word without what all words share, as a unit vector."""
    return _unit(vector - _read().word)


def same_matter(one: Floats, other: Floats) -> float:
    """How alike two centred vectors are in what parts the packs' intents, from -1 to 1."""
    a, b = ((each - _read().matters_mean) @ _read().matters for each in (one, other))
    return float(a @ b / (np.linalg.norm(a) * np.linalg.norm(b) + 1e-6))


def asks_for_rule(vector: Floats) -> float:
    """From -1 to 1: whether a question asks what holds for everybody, or about one's own case, a product, anything."""
    return float(np.clip(_read().rule @ vector + _read().rule_offset, -4, 4)) / 4


def telling(key: int) -> float:
    """From near 0 to 1: how much a hashed bigram tells of what is asked; asking words turn up in every question."""
    return max(_LEAST_TELLING, min(1.0, _STEEP * (1 - _read().spread.get(key, 0.0))))


def _unit(vectors: Floats) -> Floats:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-6), np.float32)
