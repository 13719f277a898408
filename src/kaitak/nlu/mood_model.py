"""Owns a trained mood model: arrays and JSON, its file form, and the likelihood of each feeling for one message."""

import io
import json
import zipfile
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from kaitak.nlu import encoder, ensemble, model, mood_features
from kaitak.nlu.model import ModelUnreadableError, Reader, TextRead
from kaitak.nlu.mood_features import Cues
from kaitak.nlu.understanding import Emotion, Sentiment, Urgency

FORMAT: Final = 1
Floats = NDArray[np.float32]
Halves = NDArray[np.float16]

SENTIMENTS: Final[tuple[Sentiment, ...]] = get_args(Sentiment)
EMOTIONS: Final[tuple[Emotion, ...]] = get_args(Emotion)
URGENCIES: Final[tuple[Urgency, ...]] = get_args(Urgency)
# The columns of the weights: a head for each part of a mood, then one column for each whole mood of the training text.
HEADS: Final = (len(SENTIMENTS), len(EMOTIONS), len(URGENCIES), 2)
WHOLE_SHARE: Final = 0.5  # of a whole mood's score: what it has by itself; the rest is what its parts have


class WholeMood(NamedTuple):
    """A combination that somebody wrote: an angry message is never positive, because no line of that kind exists."""

    sentiment: Sentiment
    emotion: Emotion
    urgency: Urgency
    escalate: bool

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """The place of each part in its head."""
        places = (SENTIMENTS.index(self.sentiment), EMOTIONS.index(self.emotion), URGENCIES.index(self.urgency))
        return (*places, int(self.escalate))


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Found on writers left out: the score from which a person steps in, and how good it all was there."""

    escalate_from: float = 0.5
    sentiment: float = 0.0
    emotion: float = 0.0
    urgency: float = 0.0
    escalate_f1: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The likeliest feeling with its probability, and how likely it is that a person must step in."""

    sentiment: Sentiment
    emotion: Emotion
    urgency: Urgency
    sureness: float
    anger: float
    escalate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class MoodModel:
    """Everything that reading the mood of a message needs beside the encoder."""

    moods: tuple[WholeMood, ...]
    calibration: Calibration
    reader: Reader
    cue_scale: Floats
    gram_weights: Halves
    dense_weights: Floats
    cue_weights: Floats
    cue_pairs: Halves
    bias: Floats
    version: str = field(default="")

    def score(self, read: TextRead, cues: Cues) -> Scores:
        """The mood of one message by what was read of it and its cues."""
        places, values = self.reader.weighed(read.keys, read.weights)
        logits = values @ self.gram_weights.take(places, axis=0).astype(np.float32) + self.bias
        logits += self.reader.dense(read.encoded) @ self.dense_weights
        scaled = scaled_cues(cues.values, self.cue_scale)
        some = scaled.nonzero()[0]
        present = scaled[some]
        logits += present @ self.cue_weights[some]
        pairs = self.cue_pairs[some[:, None], some].astype(np.float32).reshape(len(some) ** 2, len(logits))
        logits += np.dot((present[:, None] * present).reshape(1, -1), pairs)[0]
        return read_scores(combine(logits[None, :], self.moods), self.moods)[0]

    @property
    def escalate_from(self) -> float:
        return self.calibration.escalate_from

    def to_bytes(self) -> bytes:
        """The model as an npz archive of plain arrays, its words as JSON inside."""
        meta = {
            "format": FORMAT,
            "encoder": encoder.NAME,
            "cues": mood_features.NAMES,
            "moods": self.moods,
            "calibration": asdict(self.calibration),
            "rarest": self.reader.rarest,
            "version": self.version,
        }
        return model.packed(meta, self.reader.to_arrays() | {name: getattr(self, name) for name in _ARRAYS})

    def save(self, path: Path) -> None:
        """Write the model so that a reader never sees half of it."""
        model.write_whole(path, self.to_bytes())


_ARRAYS: Final = ("cue_scale", "gram_weights", "dense_weights", "cue_weights", "cue_pairs", "bias")


def scaled_cues(values: Floats, scale: Floats) -> Floats:
    """Cues weighed by their rarity, brought to length 1; works on one row or many."""
    scaled = values * scale
    length = np.sqrt(np.add.reduce(scaled * scaled, axis=-1, keepdims=True))
    return np.asarray(scaled / np.maximum(length, np.float32(1e-6)), dtype=np.float32)


class _Sums(NamedTuple):
    """Matrices between whole moods and their parts."""

    of_parts: Floats  # head columns by moods: which parts a mood has
    pairs: tuple[tuple[Sentiment, Emotion], ...]
    to_parts: Floats  # moods by pairs, urgencies, angry, escalate


@lru_cache(maxsize=8)
def _sums(moods: tuple[WholeMood, ...]) -> _Sums:
    starts = np.cumsum((0, *HEADS[:-1]))
    of_parts = np.zeros((sum(HEADS), len(moods)), dtype=np.float32)
    pairs = tuple(dict.fromkeys((mood.sentiment, mood.emotion) for mood in moods))
    to_parts = np.zeros((len(moods), len(pairs) + len(URGENCIES) + 2), dtype=np.float32)
    for row, mood in enumerate(moods):
        of_parts[[start + part for start, part in zip(starts, mood.parts, strict=True)], row] = 1
        to_parts[row, pairs.index((mood.sentiment, mood.emotion))] = 1
        to_parts[row, len(pairs) + mood.parts[2]] = 1
        to_parts[row, -2:] = mood.emotion == "angry", mood.escalate
    return _Sums(of_parts, pairs, to_parts)


def combine(logits: Floats, moods: tuple[WholeMood, ...]) -> Floats:
    """The probability of each whole mood: what it has by itself and what its parts have, multiplied."""
    parts = sum(HEADS)
    # Heads need no softmax of their own here: what it would take off is the same for every mood of a row.
    scores = WHOLE_SHARE * logits[:, parts:] + (1 - WHOLE_SHARE) * (logits[:, :parts] @ _sums(moods).of_parts)
    return np.exp(ensemble.log_shares(np.asarray(scores, dtype=np.float32)))


def read_scores(shares: Floats, moods: tuple[WholeMood, ...]) -> list[Scores]:
    """From the whole moods' probabilities, row by row: sentiment and emotion as a pair, the rest by themselves."""
    sums = _sums(moods)
    totals = shares @ sums.to_parts
    best_pairs = totals[:, : len(sums.pairs)].argmax(axis=1)
    best_urgencies = totals[:, len(sums.pairs) : -2].argmax(axis=1)
    return [
        Scores(
            sentiment=sums.pairs[pair][0],
            emotion=sums.pairs[pair][1],
            urgency=URGENCIES[urgency],
            sureness=round(float(row[pair]), 4),
            anger=round(float(row[-2]), 4),
            escalate=round(float(row[-1]), 4),
        )
        for row, pair, urgency in zip(totals, best_pairs, best_urgencies, strict=True)
    ]


def from_bytes(data: bytes) -> MoodModel:
    """Read a model written by `to_bytes`; anything else is a `ModelUnreadableError`."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            meta = json.loads(archive["meta"].tobytes())
            known = (meta["format"], meta["encoder"], tuple(meta["cues"]))
            if known != (FORMAT, encoder.NAME, mood_features.NAMES):
                raise ModelUnreadableError("a mood model of other cues or another encoder: train it again")
            reader = Reader.from_arrays(meta["rarest"], archive)
            arrays = {name: archive[name] for name in _ARRAYS}
        calibration = Calibration(**meta["calibration"])
        moods = tuple(WholeMood(*mood) for mood in meta["moods"])
        return MoodModel(moods=moods, calibration=calibration, reader=reader, version=meta["version"], **arrays)
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as exc:
        raise ModelUnreadableError("not a mood model: train it again") from exc


def load(path: Path) -> MoodModel:
    """Read a model file."""
    return from_bytes(path.read_bytes())
