"""Owns a trained intent model: arrays and JSON, its file form, and the prediction of one text."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from kaitak.core import errors
from kaitak.nlu import encoder, ensemble, features, neighbours
from kaitak.nlu.encoder import Encoded
from kaitak.nlu.ensemble import Calibration
from kaitak.nlu.entities import EntityRule

if TYPE_CHECKING:  # it reads texts as this module does
    from kaitak.nlu.mood_model import MoodModel

FORMAT = 2
POOLED_SHARE = np.float32(0.5)  # of the first encoder: its pooled features; the rest is its sentence vector
SECOND_SHARE = np.float32(0.8)  # of the dense block: a second encoder, where there is one
_LENGTHS: tuple[np.float32, ...] = (np.sqrt(POOLED_SHARE), np.sqrt(1 - POOLED_SHARE))
_LENGTHS_OF_BOTH: tuple[np.float32, ...] = (
    np.sqrt((1 - SECOND_SHARE) * POOLED_SHARE),
    np.sqrt((1 - SECOND_SHARE) * (1 - POOLED_SHARE)),
    np.sqrt(SECOND_SHARE),
)
Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Places = NDArray[np.int64]


class ModelUnreadableError(errors.InvalidError):
    """The bytes are not a model of this format; train it again."""

    code = "model_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the pack decides about a model, beside its training text. Without bands the model's own are used."""

    answer_from: float | None = None
    clarify_from: float | None = None
    out_of_scope: str | None = None
    entity_rules: tuple[EntityRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    probabilities: Floats
    nearest: int
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """How a text becomes numbers: the known n-grams and their rarity, and the encoder's means and spreads."""

    keys: features.Keys
    idf: Floats
    rarest: float
    pooled_mean: Floats
    pooled_spread: Floats
    vector_mean: Floats
    components: Floats
    second_mean: Floats = field(default_factory=lambda: np.zeros(0, dtype=np.float32))  # empty: made without one

    @property
    def is_both(self) -> bool:
        """Whether a second encoder reads too."""
        return len(self.second_mean) > 0

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        """What `from_arrays` needs beside `rarest`, by name."""
        return {name: getattr(self, name) for name in _READER_ARRAYS}

    @classmethod
    def from_arrays(cls, rarest: float, arrays: Mapping[str, NDArray[Any]]) -> Self:
        """The reader among the arrays of a model file; KeyError if one is missing."""
        found = {name: arrays[name] for name in _READER_ARRAYS if name != "second_mean"}
        if "second_mean" in arrays:  # older files know of one encoder alone
            found["second_mean"] = arrays["second_mean"]
        return cls(rarest=rarest, **found)

    def weighed(self, keys: features.Keys, weights: features.Weights) -> tuple[Places, Floats]:
        """The known ones of a text's features (places in `keys`) and their normalised weights.

        What the model has never seen counts into the length: a strange text gets little confidence.
        """
        places = self.keys.searchsorted(keys)
        known = self.keys.take(places, mode="clip") == keys
        found = places[known]
        values = weights[known] * self.idf[found]
        unknown = weights[~known] * np.float32(self.rarest)
        norm = float(np.sqrt((values * values).sum() + (unknown * unknown).sum()))
        return found, np.asarray(values / norm if norm > 0 else values, dtype=np.float32)

    def dense(self, encoded: Encoded) -> Floats:
        """The encoder's numbers as the regression reads them: centred, each part of its share of length."""
        pooled: Floats = (encoded.pooled - self.pooled_mean) / self.pooled_spread
        vector: Floats = encoded.vector - self.vector_mean
        shares = _LENGTHS_OF_BOTH if self.is_both else _LENGTHS
        parts = [_unit(pooled) * shares[0], _unit(vector) * shares[1]]
        if self.is_both:
            parts.append(_unit(encoded.second - self.second_mean) * shares[2])
        return np.concatenate(parts)

    def point(self, encoded: Encoded) -> Floats:
        """The place of a text among the training texts, by meaning."""
        return _unit(np.asarray(self.meaning(encoded) @ self.components))

    def meaning(self, encoded: Encoded) -> Floats:
        """The sentence vectors side by side, each from its mean."""
        vector: Floats = encoded.vector - self.vector_mean
        if not self.is_both:
            return vector
        return np.concatenate([_unit(vector), _unit(encoded.second - self.second_mean)])


class TextRead(NamedTuple):
    """One text as models read it: its n-grams with their counts, and its encoding.

    `by_meaning` says how alike it is to each training text, where it was read together with others.
    """

    keys: features.Keys
    weights: features.Weights
    encoded: Encoded
    by_meaning: Callable[[], Floats] | None = None


class _Together:
    """How alike some texts are to all training texts by meaning, worked out when first asked for."""

    def __init__(self, points: Floats, texts: Sequence[Encoded], reader: Reader) -> None:
        self._points = points
        self._texts = texts
        self._reader = reader
        self._rows: Floats | None = None

    def row(self, number: int) -> Floats:
        """Of one of the texts."""
        if self._rows is None:
            self._rows = np.stack([self._reader.point(each) for each in self._texts]) @ self._points.T
        return np.asarray(self._rows[number])


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Everything that understanding one tenant's messages needs."""

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    settings: Settings
    calibration: Calibration
    reader: Reader
    gram_weights: Halves
    dense_weights: Floats
    bias: Floats
    text_labels: NDArray[np.int32]
    points: Floats
    posting_starts: NDArray[np.int32]
    posting_texts: NDArray[np.int32]
    posting_values: Halves
    version: str = field(default="")
    mood: "MoodModel | None" = None  # beside the file: the mood text belongs to the pack, not to this model

    @property
    def answer_from(self) -> float:
        """The confidence from which the bot answers: the pack's word, or what calibration found."""
        said = self.settings.answer_from
        return self.calibration.answer_from if said is None else said

    @property
    def clarify_from(self) -> float:
        """The confidence from which the bot asks which of the best three is meant."""
        said = self.settings.clarify_from
        return self.calibration.clarify_from if said is None else said

    @property
    def postings(self) -> neighbours.Postings:
        """Which training texts have which of the rarer n-grams."""
        return neighbours.Postings(self.posting_starts, self.posting_texts, self.posting_values)

    def read(self, views: tuple[str, str]) -> TextRead:
        """A text's two views as this model reads them."""
        default = encoder.default()
        encode = default.read_with_both if self.reader.is_both else default.read
        return TextRead(*features.keys_of(views), encode(views[1]))

    def read_all(self, views: Sequence[tuple[str, str]]) -> list[TextRead]:
        """Texts read one by one; their likeness by meaning is one product, when one of them is asked for it.

        What is read of the memory for one text, the encoder's weights and the training texts, serves the next.
        """
        reads = [self.read(each) for each in views]
        if len(reads) < 2:
            return reads
        together = _Together(self.points, [read.encoded for read in reads], self.reader)
        return [read._replace(by_meaning=partial(together.row, number)) for number, read in enumerate(reads)]

    def predict(self, read: TextRead) -> Prediction:
        """Calibrated probabilities of the labels for one text, and its nearest training text."""
        places, values = self.reader.weighed(read.keys, read.weights)
        by_grams = self.postings.likeness(places, values, len(self.texts))
        by_meaning = self.points @ self.reader.point(read.encoded) if read.by_meaning is None else read.by_meaning()
        votes = neighbours.votes(by_grams, by_meaning, self.text_labels, len(self.labels))
        scores = np.concatenate([self._by_regression(places, values, read.encoded), votes[:, None, :]])
        nearest = int((by_grams + by_meaning).argmax())
        return Prediction(
            probabilities=ensemble.combine(scores, self.calibration.weights)[0],
            nearest=nearest,
            similarity=float(neighbours.mixed(by_grams[nearest], by_meaning[nearest])),
        )

    def guess(self, read: TextRead) -> Floats:
        """The probabilities without the neighbours' votes: enough for what stands behind an intent that is plain."""
        scores = self._by_regression(*self.reader.weighed(read.keys, read.weights), read.encoded)
        return np.asarray(ensemble.combine(scores, self.calibration.weights[:1])[0])

    def _by_regression(self, places: Places, values: Floats, encoded: Encoded) -> Floats:
        """Log-probabilities by n-grams and encoding, as the first member of the ensemble (members, rows, labels)."""
        logits = values @ self.gram_weights.take(places, axis=0).astype(np.float32) + self.bias
        logits += self.reader.dense(encoded) @ self.dense_weights
        return np.asarray(ensemble.log_shares(logits[None, :])[None])

    def to_bytes(self) -> bytes:
        """The model as an npz archive of plain arrays, its words as JSON inside."""
        meta = {
            "format": FORMAT,
            "encoder": encoder.name(is_both=self.reader.is_both),
            "labels": self.labels,
            "texts": self.texts,
            "settings": asdict(self.settings),
            "calibration": asdict(self.calibration),
            "rarest": self.reader.rarest,
            "version": self.version,
        }
        return packed(meta, self.reader.to_arrays() | {name: getattr(self, name) for name in _ARRAYS})

    def save(self, path: Path) -> None:
        """Write the model so that a reader never sees half of it."""
        write_whole(path, self.to_bytes())


_READER_ARRAYS = ("keys", "idf", "pooled_mean", "pooled_spread", "vector_mean", "components", "second_mean")
_ARRAYS = (
    "gram_weights", "dense_weights", "bias", "text_labels", "points", "posting_starts", "posting_texts",
    "posting_values",
)  # fmt: skip


def packed(meta: Mapping[str, object], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """A model file: an npz archive of plain arrays, with its words as JSON inside."""
    buffer = io.BytesIO()
    words = np.frombuffer(json.dumps(meta, ensure_ascii=False).encode(), dtype=np.uint8)
    np.savez_compressed(buffer, allow_pickle=False, meta=words, **arrays)
    return buffer.getvalue()


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader never sees half of it."""
    partial = path.with_suffix(f".{uuid4().hex}.partial")
    partial.write_bytes(data)
    partial.replace(path)


def _unit(vector: Floats) -> Floats:
    length = np.sqrt(vector.dot(vector))
    return np.asarray(vector / length if length > 0 else vector, dtype=np.float32)


def fingerprint(arrays: tuple[NDArray[np.float32], ...], words: tuple[str, ...]) -> str:
    """A short name of a model's content."""
    digest = hashlib.sha256("\n".join(words).encode())
    for array in arrays:
        digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()[:12]


def from_bytes(data: bytes) -> Model:
    """Read a model written by `to_bytes`; anything else is a `ModelUnreadableError`."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            meta = json.loads(archive["meta"].tobytes())
            reader = Reader.from_arrays(meta["rarest"], archive)
            if (meta["format"], meta["encoder"]) != (FORMAT, encoder.name(is_both=reader.is_both)):
                raise ModelUnreadableError(f"model format {meta['format']}, expected {FORMAT}: train it again")
            arrays = {name: archive[name] for name in _ARRAYS}
        settings = meta["settings"]
        settings["entity_rules"] = tuple(_entity_rule(rule) for rule in settings["entity_rules"])
        calibration = meta["calibration"]
        calibration["weights"] = tuple(calibration["weights"])
        return Model(
            labels=tuple(meta["labels"]),
            texts=tuple(meta["texts"]),
            settings=Settings(**settings),
            calibration=Calibration(**calibration),
            reader=reader,
            version=meta["version"],
            **arrays,
        )
    except (ValueError, KeyError, TypeError, OSError, EOFError, zipfile.BadZipFile) as exc:
        raise ModelUnreadableError("not a model file: train it again") from exc


def _entity_rule(rule: dict[str, object]) -> EntityRule:
    lists = {name: tuple(value) for name, value in rule.items() if isinstance(value, list)}
    return EntityRule(**{**rule, **lists})  # type: ignore[arg-type]


def load(path: Path) -> Model:
    """Read a model file."""
    return from_bytes(path.read_bytes())
