"""Owns training: examples to a calibrated model, the same bytes for the same examples and seed."""

import re
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
FEW_RIDGE = 1e-5  # few lines overfit sooner, and their confidence tells less
DENSE_SHARE = 0.13  # of the kernel: what the encoder sees; the rest is n-grams
DENSE_SHARES = (0.13, 0.3, 0.5, 0.7, 0.85)  # few lines leave more to the encoder: there cross-validation picks
FEW_LINES = 3000
MOST_READ_BY_BOTH = 12_000  # lines, where nearly all are Latin: there the second encoder pays with many lines too
LATIN_SHARE = 0.95
DENSE_SHARE_OF_BOTH = 0.35  # of many lines that both encoders read
FEW_TRUST = 0.65  # what the members' weights come to: few lines do not tell how strange a text can be
_BLOCK = 256
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
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


def is_for_both(texts: Sequence[str]) -> bool:
    """Whether the second encoder, where it is installed, reads these lines too: few, or many of Latin script alone."""
    if len(texts) <= FEW_LINES:
        return True
    latin = sum(_HAN.search(text) is None for text in texts)
    return len(texts) <= MOST_READ_BY_BOTH and latin >= LATIN_SHARE * len(texts)


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
    texts = [e.text for e in examples]
    read = corpus.read(texts, encoder.default(), tell, is_both=is_for_both(texts))
    kernel = corpus.gram_kernel(read, tell)
    folds = _folds(examples, targets, seed)
    votes = _votes(read, targets, folds)
    share, scores, calibration = _judge(kernel, read, (targets, folds), votes, tell)
    if len(examples) <= FEW_LINES:
        _mix(kernel, read, share)
    duals, bias = regression.fit(kernel, targets, len(labels), ridge=_ridge(len(targets)))
    tell("training", 1.0)
    fitted = _Fitted(labels=labels, targets=targets, duals=duals, bias=bias, share=share)
    model = _model(examples, read, fitted, (settings or Settings(), calibration, seed))
    return Trained(model=model, held_out=ensemble.combine(scores, calibration.weights))


def _silent(_step: str, _fraction: float) -> None:
    return


def _judge(
    kernel: Floats, read: Corpus, split: tuple[Targets, NDArray[np.int64]], votes: Floats, tell: Progress
) -> tuple[float, Floats, Calibration]:
    """The encoder's share, what the members say of left-out lines with it, and the calibration on that.

    A kernel of many lines is mixed in place, one of few lines is left as it was.
    """
    best: tuple[float, Floats, Calibration] | None = None
    few = read.size <= FEW_LINES
    many = DENSE_SHARE_OF_BOTH if read.reader.is_both else DENSE_SHARE
    for share in DENSE_SHARES if few else (many,):
        mixed = kernel.copy() if few else kernel
        _mix(mixed, read, share)
        scores = np.concatenate([_logits(mixed, *split, tell)[None], votes])
        found = ensemble.calibrate(scores, split[0], FEW_TRUST if few else None)
        if best is None or found.log_loss < best[2].log_loss:
            best = share, scores, found
    assert best is not None
    return best if read.size >= FEW_EXAMPLES else (DENSE_SHARES[2], best[1], _CAREFUL)


def _ridge(lines: int) -> float:
    return FEW_RIDGE if lines <= FEW_LINES else RIDGE


def _mix(kernel: Floats, read: Corpus, share: float) -> None:
    """Turn the n-grams' kernel into the regression's, in place, a few rows at a time."""
    part = np.float32(share)
    kernel *= 1 - part
    for start in range(0, len(kernel), 512):
        here, after = slice(start, start + 512), slice(start + 512, None)
        block = part * (read.dense[here] @ read.dense[start:].T)
        kernel[here, start:] += block
        kernel[after, here] += block[:, 512:].T


def _votes(read: Corpus, targets: Targets, folds: NDArray[np.int64]) -> Floats:
    """What the neighbours outside its fold say of each example: (voters, examples, labels)."""
    labels = int(targets.max()) + 1
    votes = np.empty((neighbours.VOTERS, len(targets), labels), dtype=np.float32)
    postings, row_starts = corpus.rare_postings(read), np.searchsorted(read.rows, np.arange(read.size + 1))

    def alike(place: int) -> Floats:
        here = slice(row_starts[place], row_starts[place + 1])
        return postings.likeness(read.places[here], read.values[here], read.size)

    for fold in range(int(folds.max()) + 1):
        inside, held = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        of_inside = targets[inside]
        for start in range(0, len(held), _BLOCK):
            block = held[start : start + _BLOCK]
            by_meaning = read.points[block] @ read.points[inside].T
            for place, meaning in zip(block, by_meaning, strict=True):
                votes[:, place] = neighbours.votes(alike(place)[inside], meaning, of_inside, labels)
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
        duals, bias = regression.fit(
            kernel[np.ix_(inside, inside)], targets[inside], labels, ridge=_ridge(len(targets))
        )
        logits[held] = kernel[np.ix_(held, inside)] @ duals + bias
    tell("training", 0.8)
    return ensemble.log_shares(logits)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fitted:
    """The regression as found: one number a text and label, and the encoder's share of the kernel."""

    labels: tuple[str, ...]
    targets: Targets
    duals: Floats
    bias: Floats
    share: float


def _model(
    examples: Sequence[Example], read: Corpus, fitted: _Fitted, said: tuple[Settings, Calibration, int]
) -> Model:
    settings, calibration, seed = said
    postings = corpus.rare_postings(read)
    dense_weights = np.float32(fitted.share) * (read.dense.T @ fitted.duals)
    gram_weights = np.float32(1 - fitted.share) * corpus.transposed_product(read, fitted.duals)
    texts = tuple(e.text for e in examples)
    words = (
        encoder.name(is_both=read.reader.is_both),
        *fitted.labels,
        *texts,
        *(e.intent for e in examples),
        str(seed),
    )
    return Model(
        labels=fitted.labels,
        texts=texts,
        settings=settings,
        calibration=calibration,
        reader=read.reader,
        gram_weights=gram_weights.astype(np.float16),
        dense_weights=dense_weights,
        bias=fitted.bias,
        text_labels=fitted.targets,
        points=read.points,
        posting_starts=postings.starts,
        posting_texts=postings.texts,
        posting_values=postings.values.astype(np.float16),
        version=fingerprint((np.round(dense_weights, 1) + np.float32(0),), words),
    )


def _folds(examples: Sequence[Example], targets: Targets, seed: int) -> NDArray[np.int64]:
    """A fold a writer, or several, where enough writers are known; lines of nobody's are dealt out by intent."""
    folds = _dealt_folds(targets, seed)
    by_hand = Counter(e.hand for e in examples if e.hand)
    if len(by_hand) < FOLDS - 1:
        return folds
    sizes = [0] * min(FOLDS, len(by_hand))
    fold_of: dict[str, int] = {}
    for hand, size in sorted(by_hand.items(), key=lambda item: (-item[1], item[0])):
        fold_of[hand] = sizes.index(min(sizes))
        sizes[fold_of[hand]] += size
    return np.array([fold_of.get(e.hand, dealt % len(sizes)) for e, dealt in zip(examples, folds, strict=True)])


def _dealt_folds(targets: Targets, seed: int) -> NDArray[np.int64]:
    generator = np.random.default_rng(seed)
    folds = np.zeros(len(targets), dtype=np.int64)
    for label in np.unique(targets):
        places = generator.permutation(np.flatnonzero(targets == label))
        folds[places] = np.arange(len(places)) % min(FOLDS, max(2, int(np.bincount(targets).min())))
    return folds
