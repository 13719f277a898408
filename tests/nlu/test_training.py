"""Training: the same bytes for the same examples, files that read back equal, and an accuracy floor."""

import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from kaitak.core import resources
from kaitak.nlu import engine, ensemble, model, training
from kaitak.nlu.training import Example
from kaitak.nlu.understanding import Context
from tests.factories import models

NOW = datetime(2025, 11, 19, 6, 30, tzinfo=UTC)
FEW = [Example(f"我想查單 {i} 去咗邊", "order") for i in range(6)] + [
    Example(f"退款 {i} 幾時到", "refund") for i in range(6)
]


def test_same_examples_and_seed_give_the_same_bytes() -> None:
    assert training.train(FEW, 7).to_bytes() == training.train(FEW, 7).to_bytes()


def test_other_examples_give_another_version() -> None:
    more = [*FEW, Example("錢退咗未", "refund")]
    assert training.train(FEW, 7).version != training.train(more, 7).version


def test_saved_model_predicts_the_same(tmp_path: Path) -> None:
    trained = training.train(FEW, 7)
    trained.save(tmp_path / "m.npz")
    loaded = model.load(tmp_path / "m.npz")
    assert loaded.to_bytes() == trained.to_bytes()
    context = Context(now=NOW)
    assert engine.understand(loaded, "查下張單", context) == engine.understand(trained, "查下張單", context)


@pytest.mark.parametrize("data", [b"", b"not a model", b"PK\x03\x04" + b"\0" * 40])
def test_bytes_that_are_no_model_are_refused(data: bytes) -> None:
    with pytest.raises(model.ModelUnreadableError):
        model.from_bytes(data)


@pytest.mark.parametrize("examples", [[], [Example("a", "x")], [Example("a", "x"), Example("b", "y")]])
def test_too_few_examples_are_refused(examples: list[Example]) -> None:
    with pytest.raises(training.TooFewExamplesError):
        training.train(examples, 1)


def test_retail_reaches_its_floor_on_another_style() -> None:
    folder = resources.pack_folder("retail")
    trained = models.ready("retail").model
    lines = (folder / "tests" / "utterances.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    found = [engine.understand(trained, row["text"], Context(now=NOW)) for row in rows]
    right = [u.intent == row["intent"] for u, row in zip(found, rows, strict=True)]
    answered = [ok for ok, u in zip(right, found, strict=True) if u.band == "answer"]
    assert sum(right) / len(rows) >= 0.68
    assert len(answered) / len(rows) >= 0.5
    assert sum(answered) / len(answered) >= 0.85


def test_held_out_lines_are_not_training_lines() -> None:
    folder = resources.pack_folder("retail")
    known = {example.text for example in models.pack("retail").examples()}
    lines = (folder / "tests" / "utterances.jsonl").read_text(encoding="utf-8").splitlines()
    assert not known & {json.loads(line)["text"] for line in lines}


def test_limited_trust_makes_no_other_choice_but_is_less_sure() -> None:
    chance = np.random.default_rng(3)
    targets = chance.integers(0, 5, 300).astype(np.int32)
    scores = chance.standard_normal((2, 300, 5)).astype(np.float32)
    scores[:, np.arange(300), targets] += 3
    scores = ensemble.log_shares(scores)
    free, limited = ensemble.calibrate(scores, targets), ensemble.calibrate(scores, targets, 0.65)
    assert sum(limited.weights) == pytest.approx(0.65, abs=1e-3)
    assert sum(free.weights) > 0.65
    assert (limited.accuracy, limited.log_loss) == (free.accuracy, free.log_loss)
    assert limited.answer_from < free.answer_from
    assert limited.answered_right >= ensemble.ANSWER_RIGHT


@pytest.mark.parametrize(
    ("texts", "is_for_both"),
    [
        (["我張單去咗邊"] * 3000, True),
        (["我張單去咗邊"] * 3001, False),
        (["where is my card"] * 3001, True),
        (["where is my card"] * 12_001, False),
        (["where is my card"] * 3700 + ["check 下 card"] * 300, False),
    ],
    ids=["few", "many", "many English", "too many", "many mixed"],
)
def test_second_encoder_reads_few_lines_or_those_of_latin_script(texts: list[str], *, is_for_both: bool) -> None:
    assert training.is_for_both(texts) is is_for_both
