"""Owns how much of a question stands in a piece token by token: each beside the nearest of the piece, by meaning. Pure.

`tokens.npz` is written by `tools/train_judgement.py`: the mean token, and how much a token tells of what is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaitak.knowledge import terms
from kaitak.nlu import encoder, encoder_rewrites

Floats = NDArray[np.float32]
FILE: Final = Path(__file__).parent / "tokens.npz"
NAMES: Final = (
    "token_held",
    "token_held_by_text",
    "token_answered",
    "token_left",
    "token_article_held",
    "token_article_left",
    "token_elsewhere",
    "token_elsewhere_most",
)


@dataclass(frozen=True, slots=True)
class Learnt:
    """The mean token, and what tokens weigh from 0 to 1; one that is not among them weighs 1."""

    mean: Floats
    weights: dict[int, float]


_in_use: list[Learnt] = []


def learnt() -> Learnt:
    """What is compared with."""
    if not _in_use:
        with np.load(FILE, allow_pickle=False) as file:
            weights = dict(zip(file["tokens"].tolist(), file["weights"].astype(np.float64).tolist(), strict=True))
            use(Learnt(file["mean"].astype(np.float32), weights))
    return _in_use[0]


def use(found: Learnt) -> None:
    """Compare with this from now on: for learning it."""
    _in_use[:] = [found]
    _directions.cache_clear()


def of_text(text: str) -> list[int]:
    """The tokens of a text in its written view."""
    shortened = encoder_rewrites.rewrite(terms.views(text)[1][: encoder.MAX_CHARACTERS])
    return list(encoder.default()._pieces.encode(shortened))[: encoder.MAX_TOKENS - 2]  # noqa: SLF001 - its own tokens


def rows_of(text: str) -> Floats:
    """What the encoder knows of each token, by itself."""
    rows = encoder.default()._rows(terms.views(text)[1])  # noqa: SLF001 - before they are mixed into one vector
    inner: Floats = rows[1:-1]
    return inner


def signs(question: str, pieces: Sequence[tuple[str, str, int]], most: int) -> list[dict[str, float]]:
    """For the first so many pieces (title, text, article) how much of the question they and their articles hold."""
    asked = _directions(question)
    if not len(asked) or not pieces:
        return [dict.fromkeys(NAMES, 0.0) for _ in pieces[:most]]
    known = learnt().weights
    weight = np.array([known.get(token, 1.0) for token in of_text(question)], np.float32)
    weight = weight if len(weight) == len(asked) else np.ones(len(asked), np.float32)
    total = max(float(weight.sum()), 1e-6)
    by_text = [_alike(asked, text) for _, text, _ in pieces]
    by_title = [_alike(asked, title).max(axis=1, initial=0.0) for title, _, _ in pieces[:most]]
    of_article: dict[int, Floats] = {}
    for place, (_, _, article) in enumerate(pieces):
        held = by_text[place].max(axis=1, initial=0.0)
        held = np.maximum(held, by_title[place]) if place < most else held
        of_article[article] = np.maximum(of_article.get(article, held), held)
    anywhere = np.maximum.reduce(list(of_article.values()))
    found = []
    for place, (_, _, article) in enumerate(pieces[:most]):
        own = by_text[place].max(axis=1, initial=0.0)
        held, whole = np.maximum(own, by_title[place]), of_article[article]
        told = (
            float(weight @ held) / total,
            float(weight @ own) / total,
            float(by_text[place].max(axis=0).mean()) if by_text[place].size else 0.0,
            float((weight * (1 - held)).max()),
            float(weight @ whole) / total,
            float((weight * (1 - whole)).max()),
            float(weight @ (anywhere - whole)) / total,
            float((weight * (anywhere - held)).max()),
        )
        found.append(dict(zip(NAMES, told, strict=True)))
    return found


def _alike(asked: Floats, text: str) -> Floats:
    return np.asarray(asked @ _directions(text).T, np.float32)


@lru_cache(maxsize=1024)
def _directions(text: str) -> Floats:
    rows = rows_of(text) - learnt().mean
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6), np.float32)
