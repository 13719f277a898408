"""Owns training of the mood model: labelled lines of several hands to weights, judged on the hands left out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from kaitak.core import errors
from kaitak.nlu import acts, corpus, encoder, mood_features, mood_model, normalising, regression
from kaitak.nlu.corpus import Corpus, Progress
from kaitak.nlu.model import Floats, fingerprint
from kaitak.nlu.mood_model import HEADS, Calibration, MoodModel, Scores, WholeMood
from kaitak.nlu.understanding import Context

RIDGE: Final = 1.5e-4
_WORDS_AND_MEANING: Final = np.float32(2.5)  # what n-grams and the encoder weigh beside the cues and their pairs
FEWEST_LINES: Final = 50
_FOLDS: Final = 4
_THRESHOLDS: Final = tuple(round(0.2 + 0.01 * step, 2) for step in range(51))
_FIRST_MESSAGE: Final = Context(now=datetime(2026, 1, 1, tzinfo=UTC))


class TooFewMoodLinesError(errors.InvalidError):
    """A mood model needs some dozens of lines in which every label occurs."""

    code = "too_few_mood_lines"


@dataclass(frozen=True, slots=True)
class MoodLine:
    """One labelled line; `hand` names its writer, so that judging leaves a whole writer out."""

    text: str
    mood: WholeMood
    hand: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model, and what it would have said of each line had that line's writer been left out."""

    model: MoodModel
    held_out: tuple[Scores, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """The training lines as numbers."""

    read: Corpus
    cues: Floats
    scale: Floats
    kernel: Floats
    targets: tuple[NDArray[np.int32], ...]


def train(lines: Sequence[MoodLine], progress: Progress | None = None) -> MoodModel:
    """Fit a mood model on the lines; the threshold for bringing in a person is found on the writers left out."""
    return train_and_judge(lines, progress).model


def train_and_judge(lines: Sequence[MoodLine], progress: Progress | None = None) -> Trained:
    """Fit a mood model and keep what it says of each line without that line's writer."""
    moods = tuple(sorted({line.mood for line in lines}))
    _check(lines, moods)
    numbers = _read(lines, moods, progress or _silent)
    shares = np.zeros((len(lines), len(moods)), dtype=np.float32)
    folds = folds_of(lines)
    for fold in range(int(folds.max()) + 1):
        inside, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        duals, bias = _fit(numbers, inside, len(moods))
        shares[held] = mood_model.combine(numbers.kernel[np.ix_(held, inside)] @ duals + bias, moods)
    held_out = tuple(mood_model.read_scores(shares, moods))
    duals, bias = _fit(numbers, np.arange(len(lines)), len(moods))
    return Trained(model=_model(lines, moods, numbers, (duals, bias), _judge(lines, held_out)), held_out=held_out)


def fingerprint_of(lines: Sequence[MoodLine]) -> str:
    """A short name of what the lines teach."""
    return fingerprint((), tuple(f"{line.hand}\0{line.text}\0{line.mood}" for line in lines))


def _silent(_step: str, _fraction: float) -> None:
    return


def _check(lines: Sequence[MoodLine], moods: Sequence[WholeMood]) -> None:
    known = [{mood.parts[head] for mood in moods} for head in range(len(HEADS))]
    if len(lines) < FEWEST_LINES or any(len(seen) < size for seen, size in zip(known, HEADS, strict=True)):
        raise TooFewMoodLinesError(f"training needs {FEWEST_LINES} lines or more, with every label of mood among them")


def _read(lines: Sequence[MoodLine], moods: Sequence[WholeMood], tell: Progress) -> _Lines:
    read = corpus.read([line.text for line in lines], encoder.default(), tell)
    found = np.stack([cues_of(line.text).values for line in lines])
    scale = np.sqrt(np.log((len(lines) + 1) / (found.sum(axis=0) + 1))).astype(np.float32)
    cues = mood_model.scaled_cues(found, scale)
    shared = cues @ cues.T
    kernel = corpus.gram_kernel(read, tell)
    kernel += read.dense @ read.dense.T
    kernel *= _WORDS_AND_MEANING
    kernel += shared + shared * shared
    parts = np.array([line.mood.parts for line in lines], dtype=np.int32).T
    whole = np.array([moods.index(line.mood) for line in lines], dtype=np.int32)
    return _Lines(read=read, cues=cues, scale=scale, kernel=kernel, targets=(*parts, whole))


def cues_of(text: str) -> mood_features.Cues:
    """The cues of a line, read as the first message of a conversation."""
    folded = normalising.fold(text).text
    return mood_features.read(folded, normalising.features_view(folded), acts.find_act(folded, _FIRST_MESSAGE))


def _fit(numbers: _Lines, inside: NDArray[np.int64], moods: int) -> tuple[Floats, Floats]:
    """Duals and bias of all heads, side by side."""
    kernel = np.ascontiguousarray(numbers.kernel[np.ix_(inside, inside)])
    fitted = [
        regression.fit(kernel, target[inside], size, ridge=RIDGE)
        for target, size in zip(numbers.targets, (*HEADS, moods), strict=True)
    ]
    return np.concatenate([d for d, _ in fitted], axis=1), np.concatenate([b for _, b in fitted])


def _judge(lines: Sequence[MoodLine], held_out: Sequence[Scores]) -> Calibration:
    """How good it is on the writers left out, and from which score a person should step in for the best F1."""
    truth = np.array([line.mood.escalate for line in lines])
    scores = np.array([one.escalate for one in held_out])
    by_threshold = [(f1(truth, scores >= threshold), threshold) for threshold in _THRESHOLDS]
    best = max(found for found, _ in by_threshold)
    good_enough = [threshold for found, threshold in by_threshold if found >= best - 0.004]
    escalate_from = good_enough[len(good_enough) // 2]  # the middle of the plateau: less luck in it than its peak
    pairs = list(zip(lines, held_out, strict=True))
    return Calibration(
        escalate_from=escalate_from,
        sentiment=_share([line.mood.sentiment == said.sentiment for line, said in pairs]),
        emotion=_share([line.mood.emotion == said.emotion for line, said in pairs]),
        urgency=_share([line.mood.urgency == said.urgency for line, said in pairs]),
        escalate_f1=round(f1(truth, scores >= escalate_from), 4),
    )


def f1(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    """The harmonic mean of precision and recall."""
    total = int(truth.sum()) + int(said.sum())
    return 2 * int((truth & said).sum()) / total if total else 0.0


def _share(right: list[bool]) -> float:
    return round(sum(right) / len(right), 4)


def _model(
    lines: Sequence[MoodLine],
    moods: tuple[WholeMood, ...],
    numbers: _Lines,
    fitted: tuple[Floats, Floats],
    calibration: Calibration,
) -> MoodModel:
    (duals, bias), cues = fitted, numbers.cues
    heavier = duals * _WORDS_AND_MEANING
    pairs = np.stack([cues.T @ (cues * column[:, None]) for column in duals.T], axis=2)
    dense_weights = numbers.read.dense.T @ heavier
    words = (encoder.NAME, *mood_features.NAMES, *(f"{line.text}\0{line.mood}" for line in lines))
    return MoodModel(
        moods=moods,
        calibration=calibration,
        reader=numbers.read.reader,
        cue_scale=numbers.scale,
        gram_weights=corpus.transposed_product(numbers.read, heavier).astype(np.float16),
        dense_weights=dense_weights,
        cue_weights=cues.T @ duals,
        cue_pairs=pairs.astype(np.float16),
        bias=bias,
        version=fingerprint((np.round(dense_weights, 1) + np.float32(0),), words),
    )


def folds_of(lines: Sequence[MoodLine]) -> NDArray[np.int64]:
    """A few folds of about the same size, each of whole writers; lines of one writer alone are dealt out in turn."""
    hands = Counter(line.hand for line in lines)
    if len(hands) < 2:
        return np.arange(len(lines), dtype=np.int64) % _FOLDS
    sizes, fold_of = [0] * min(_FOLDS, len(hands)), {}
    for hand, size in sorted(hands.items(), key=lambda pair: (-pair[1], pair[0])):
        fold_of[hand] = sizes.index(min(sizes))
        sizes[fold_of[hand]] += size
    return np.array([fold_of[line.hand] for line in lines], dtype=np.int64)
