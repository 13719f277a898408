"""Owns training: examples to a calibrated model, the same bytes for the same examples and seed."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kaitak.core import errors
from kaitak.nlu import corpus, encoder, ensemble, neighbours, regression
from kaitak.nlu.corpus import Corpus
from kaitak.nlu.ensemble import Calibration
from kaitak.nlu.model import Floats, Model, Settings, fingerprint

FOLDS = 4
MOST_IN_A_FOLD = 6000  # examples that a fold's regression learns from: its cost grows with their square
RIDGE = 1e-7
DENSE_SHARE = np.float32(0.13)  # of the kernel: what the encoder sees; the rest is n-grams
FEW_EXAMPLES = 400  # below this cross-validation says little: the bands are then these
_CAREFUL = Calibration(weights=(1.0, 0.2, 0.2, 0.4), answer_from=0.6, clarify_from=0.15)

Targets = NDArray[np.int32]
Progress = Callable[[str, float], None]


class TooFewExamplesError(errors.InvalidError):
    """A model needs at least two intents with two examples each."""

    code = "too_few_examples"


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled line; `hand` names its writer, so that folds keep a writer's lines together."""

    text: str
    intent: str
    hand: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """A model, and what it would have said of each example had that example's fold been left out."""

    model: Model
    held_out: Floats


def train(
    examples: Sequence[Example], seed: int, settings: Settings | None = None, progress: Progress | None = None
) -> Model:
    """Fit and calibrate a model on the examples."""
    return train_and_judge(examples, seed, settings, progress).model


def train_and_judge(
    examples: Sequence[Example], seed: int, settings: Settings | None = None, progress: Progress | None = None
) -> Trained:
    """Fit regression and neighbours, calibrate them on left-out folds, and keep what was said of those.

    `held_out` has one row of calibrated probabilities an example, in the order of the model's labels.
    """
    tell = progress or _silent
    labels = tuple(sorted({e.intent for e in examples}))
    counts = Counter(e.intent for e in examples)
    if len(labels) < 2 or min(counts.values()) < 2:
        raise TooFewExamplesError("training needs at least two intents with two examples each")
    targets = np.array([labels.index(e.intent) for e in examples], dtype=np.int32)
    read = corpus.read([e.text for e in examples], encoder.default(), tell)
    kernel = corpus.gram_kernel(read, tell)
    folds = _folds(examples, targets, seed)
    votes = _votes(kernel, read, targets, folds)
    _mix(kernel, read)
    scores = np.concatenate([_logits(kernel, targets, folds, tell)[None], votes])
    calibration = ensemble.calibrate(scores, targets)
    if len(examples) < FEW_EXAMPLES:
        calibration = _CAREFUL
    duals, bias = regression.fit(kernel, targets, len(labels), ridge=RIDGE)
    tell("training", 1.0)
    model = _model(examples, labels, read, (targets, duals, bias), (settings or Settings(), calibration, seed))
    return Trained(model=model, held_out=ensemble.combine(scores, calibration.weights))


def _silent(_step: str, _fraction: float) -> None:
    return


def _mix(kernel: Floats, read: Corpus) -> None:
    """Turn the n-grams' kernel into the regression's, in place, a few rows at a time."""
    kernel *= 1 - DENSE_SHARE
    for start in range(0, len(kernel), 512):
        here, after = slice(start, start + 512), slice(start + 512, None)
        block = DENSE_SHARE * (read.dense[here] @ read.dense[start:].T)
        kernel[here, start:] += block
        kernel[after, here] += block[:, 512:].T


def _votes(kernel: Floats, read: Corpus, targets: Targets, folds: NDArray[np.int64]) -> Floats:
    """What the neighbours outside its fold say of each example: (voters, examples, labels)."""
    labels = int(targets.max()) + 1
    votes = np.empty((neighbours.VOTERS, len(targets), labels), dtype=np.float32)
    for fold in range(int(folds.max()) + 1):
        inside = np.flatnonzero(folds != fold)
        points = read.points[inside]
        for place in np.flatnonzero(folds == fold):
            by_meaning = points @ read.points[place]
            votes[:, place] = neighbours.votes(kernel[place, inside], by_meaning, targets[inside], labels)
    return votes


def _logits(kernel: Floats, targets: Targets, folds: NDArray[np.int64], tell: Progress) -> Floats:
    """What the regression without its fold says of each example, as log-probabilities."""
    labels, count = int(targets.max()) + 1, int(folds.max()) + 1
    logits = np.zeros((len(targets), labels), dtype=np.float32)
    generator = np.random.default_rng(count)
    for fold in range(count):
        tell("training", 0.4 + 0.4 * fold / count)
        inside, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        inside = np.sort(generator.permutation(inside)[:MOST_IN_A_FOLD])
        duals, bias = regression.fit(kernel[np.ix_(inside, inside)], targets[inside], labels, ridge=RIDGE)
        logits[held] = kernel[np.ix_(held, inside)] @ duals + bias
    tell("training", 0.8)
    return ensemble.log_shares(logits)


def _model(
    examples: Sequence[Example],
    labels: tuple[str, ...],
    read: Corpus,
    fitted: tuple[Targets, Floats, Floats],
    said: tuple[Settings, Calibration, int],
) -> Model:
    (targets, duals, bias), (settings, calibration, seed) = fitted, said
    starts, posting_texts, posting_values = corpus.postings(read)
    dense_weights = DENSE_SHARE * (read.dense.T @ duals)
    texts = tuple(e.text for e in examples)
    words = (encoder.NAME, *labels, *texts, *(e.intent for e in examples), str(seed))
    return Model(
        labels=labels,
        texts=texts,
        settings=settings,
        calibration=calibration,
        reader=read.reader,
        gram_weights=((1 - DENSE_SHARE) * corpus.transposed_product(read, duals)).astype(np.float16),
        dense_weights=dense_weights,
        bias=bias,
        text_labels=targets,
        points=read.points,
        posting_starts=starts,
        posting_texts=posting_texts,
        posting_values=posting_values.astype(np.float16),
        version=fingerprint((np.round(dense_weights, 1) + np.float32(0),), words),
    )


def _folds(examples: Sequence[Example], targets: Targets, seed: int) -> NDArray[np.int64]:
    """A fold a writer, or several, where the writers are known and enough; otherwise each intent is dealt out."""
    by_hand = Counter(e.hand for e in examples)
    if len(by_hand) < FOLDS - 1 or by_hand[""]:
        return _dealt_folds(targets, seed)
    sizes = [0] * min(FOLDS, len(by_hand))
    fold_of: dict[str, int] = {}
    for hand, size in sorted(by_hand.items(), key=lambda item: (-item[1], item[0])):
        fold_of[hand] = sizes.index(min(sizes))
        sizes[fold_of[hand]] += size
    return np.array([fold_of[e.hand] for e in examples], dtype=np.int64)


def _dealt_folds(targets: Targets, seed: int) -> NDArray[np.int64]:
    generator = np.random.default_rng(seed)
    folds = np.zeros(len(targets), dtype=np.int64)
    for label in np.unique(targets):
        places = generator.permutation(np.flatnonzero(targets == label))
        folds[places] = np.arange(len(places)) % min(FOLDS, max(2, int(np.bincount(targets).min())))
    return folds
