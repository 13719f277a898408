"""Owns a trained intent model: arrays and JSON, its file form, and the prediction of one text."""

import hashlib
import io
import json
import zipfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from uuid import uuid4

import numpy as np
from numpy.typing import NDArray

from kaitak.core import errors
from kaitak.nlu import features, normalising
from kaitak.nlu.entities import EntityRule

FORMAT = 1
NEIGHBOURS = 8
Floats = NDArray[np.float32]


class ModelUnreadableError(errors.InvalidError):
    """The bytes are not a model of this format; train it again."""

    code = "model_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the pack decides about a model, beside its training text."""

    answer_from: float = 0.55
    clarify_from: float = 0.2
    out_of_scope: str | None = None
    unlike_anything: float = 0.05
    entity_rules: tuple[EntityRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Found by cross-validation: the share of the neighbours' vote and the temperature."""

    neighbour_weight: float = 0.3
    temperature: float = 1.0
    accuracy: float = 0.0
    log_loss: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    probabilities: Floats
    nearest: int
    similarity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Everything that understanding one tenant's messages needs."""

    labels: tuple[str, ...]
    texts: tuple[str, ...]
    settings: Settings
    calibration: Calibration
    keys: features.Keys
    idf: Floats
    weights: Floats
    bias: Floats
    text_labels: NDArray[np.int32]
    posting_starts: NDArray[np.int32]
    posting_texts: NDArray[np.int32]
    posting_values: Floats
    version: str = field(default="")

    def vector(self, views: tuple[str, str]) -> tuple[NDArray[np.int64], Floats]:
        """The known features of a text (places in `keys`) and their normalised weights.

        What the model has never seen counts into the length: a strange text gets little confidence.
        """
        keys, weights = features.keys_of(views)
        places = np.searchsorted(self.keys, keys)
        places[places == len(self.keys)] = 0
        known = self.keys[places] == keys
        found = places[known]
        values = weights[known] * self.idf[found]
        rarest = np.log((1 + len(self.texts)) / 2) + 1
        unknown = weights[~known] * rarest
        norm = float(np.sqrt((values * values).sum() + (unknown * unknown).sum()))
        return found, (values / norm if norm > 0 else values).astype(np.float32)

    def similarities(self, places: NDArray[np.int64], values: Floats) -> Floats:
        """The cosine of one vector with each training text."""
        starts = self.posting_starts[places]
        lengths = self.posting_starts[places + 1] - starts
        ends = np.cumsum(lengths)
        index = np.arange(int(ends[-1]) if len(ends) else 0) + np.repeat(starts - (ends - lengths), lengths)
        products = self.posting_values[index] * np.repeat(values, lengths)
        return np.bincount(self.posting_texts[index], weights=products, minlength=len(self.texts)).astype(np.float32)

    def predict(self, folded: str) -> Prediction:
        """Calibrated probabilities of the labels for one folded text, and its nearest training text."""
        view = normalising.features_view(folded)
        places, values = self.vector((view, normalising.written_view(view)))
        logits = (self.weights[places] * values[:, None]).sum(axis=0) + self.bias
        similarities = self.similarities(places, values)
        votes = neighbour_votes(similarities, self.text_labels, len(self.labels))
        probabilities = combine(logits[None, :], votes[None, :], self.calibration)[0]
        nearest = int(similarities.argmax())
        return Prediction(probabilities=probabilities, nearest=nearest, similarity=float(similarities[nearest]))

    def to_bytes(self) -> bytes:
        """The model as an npz archive of plain arrays, its words as JSON inside."""
        meta = {
            "format": FORMAT,
            "labels": self.labels,
            "texts": self.texts,
            "settings": asdict(self.settings),
            "calibration": asdict(self.calibration),
            "version": self.version,
        }
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        buffer = io.BytesIO()
        encoded = np.frombuffer(json.dumps(meta, ensure_ascii=False).encode(), dtype=np.uint8)
        np.savez_compressed(buffer, meta=encoded, **arrays)
        return buffer.getvalue()

    def save(self, path: Path) -> None:
        """Write the model so that a reader never sees half of it."""
        partial = path.with_suffix(f".{uuid4().hex}.partial")
        partial.write_bytes(self.to_bytes())
        partial.replace(path)


_ARRAYS = ("keys", "idf", "weights", "bias", "text_labels", "posting_starts", "posting_texts", "posting_values")


def neighbour_votes(similarities: Floats, text_labels: NDArray[np.int32], labels: int) -> Floats:
    """Smoothed label shares of the nearest training texts, the nearer the heavier."""
    count = min(NEIGHBOURS, len(similarities))
    nearest = np.argpartition(similarities, len(similarities) - count)[-count:]
    strengths = similarities[nearest] ** 2
    votes = np.bincount(text_labels[nearest], weights=strengths, minlength=labels)
    smoothed = votes + 0.02
    return np.asarray(smoothed / smoothed.sum(), dtype=np.float32)


def combine(logits: Floats, votes: Floats, calibration: Calibration) -> Floats:
    """Mean log-probability of regression and neighbours, at the calibrated temperature."""
    regression = logits - logits.max(axis=1, keepdims=True)
    regression = regression - np.log(np.exp(regression).sum(axis=1, keepdims=True))
    weight = calibration.neighbour_weight
    mixed = ((1 - weight) * regression + weight * np.log(votes)) / calibration.temperature
    mixed = np.exp(mixed - mixed.max(axis=1, keepdims=True))
    return np.asarray(mixed / mixed.sum(axis=1, keepdims=True), dtype=np.float32)


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
            if meta["format"] != FORMAT:
                raise ModelUnreadableError(f"model format {meta['format']}, expected {FORMAT}: train it again")
            arrays = {name: archive[name] for name in _ARRAYS}
        settings = meta["settings"]
        settings["entity_rules"] = tuple(_entity_rule(rule) for rule in settings["entity_rules"])
        return Model(
            labels=tuple(meta["labels"]),
            texts=tuple(meta["texts"]),
            settings=Settings(**settings),
            calibration=Calibration(**meta["calibration"]),
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
