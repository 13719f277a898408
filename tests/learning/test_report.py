"""The report: what is confused with what, how far confidence can be trusted, what would be answered."""

from __future__ import annotations

import pytest

from kaitak.learning import judging, report
from kaitak.learning.judging import Judged
from kaitak.nlu import training
from kaitak.nlu.model import Model
from kaitak.nlu.training import Example


def line(text: str, intent: str, guess: str, confidence: float) -> Judged:
    return Judged(text=text, intent=intent, is_own=False, band="answer", ranked=((guess, confidence), (intent, 0.01)))


LINES = [
    line("a1", "a", "a", 0.95),
    line("a2", "a", "b", 0.85),
    line("a3", "a", "b", 0.35),
    line("b1", "b", "b", 0.65),
    line("b2", "b", "b", 1.0),
]


def test_confusions_name_the_pair_with_its_lines_most_confident_first() -> None:
    (found,) = report.confusions(LINES)
    assert (found.intent, found.read_as, found.lines, found.share, found.samples) == ("a", "b", 2, 0.6667, ["a2", "a3"])


def test_weakest_intent_comes_first() -> None:
    first, second = report.intents(LINES)
    assert (first.intent, first.recall, first.precision) == ("a", 0.3333, 1.0)
    assert (second.intent, second.recall, second.precision, second.f1) == ("b", 1.0, 0.5, 0.6667)


def test_reliability_counts_each_line_once() -> None:
    found = report.reliability(LINES)
    assert [(each.lower, each.lines, each.accuracy) for each in found] == [
        (0.3, 1, 0.0),
        (0.6, 1, 1.0),
        (0.8, 1, 0.0),
        (0.9, 2, 1.0),
    ]


def test_coverage_falls_as_the_threshold_rises() -> None:
    found = {each.threshold: (each.coverage, each.accuracy) for each in report.coverage(LINES)}
    assert found[0.0] == (1.0, 0.6)
    assert found[0.9] == (0.4, 1.0)


@pytest.fixture(scope="module")
def model() -> Model:
    examples = [
        Example(f"{word}第{n}件", intent) for n in range(6) for word, intent in (("退貨", "a"), ("幾時到", "b"))
    ]
    return training.train(examples, 1)


def test_figures_agree_with_the_lines(model: Model) -> None:
    found = judging.figures(LINES, LINES[:1], model, 0.0)
    assert (found.lines, found.accuracy, found.top3, found.held_out_accuracy) == (5, 0.6, 1.0, 1.0)
    assert found.interval_95[0] < 0.6 < found.interval_95[1]
    assert found.calibration_error == pytest.approx((0.05 + 0.85 + 0.35 + 0.35 + 0.0) / 5, abs=0.02)


def test_judged_lines_are_kept_as_they_were(model: Model) -> None:
    assert judging.from_json(judging.to_json(LINES)) == LINES
    assert judging.figures([], [], model, 0.0).accuracy == 0.0


def test_languages_are_told_apart_most_lines_first() -> None:
    read = [
        line("我件貨仲未到呀，點算好", "a", "a", 0.9),
        line("退款幾時先到呢", "a", "b", 0.9),
        line("Where is my parcel?", "a", "a", 0.9),
    ]
    found = [(each.language, each.lines, each.accuracy) for each in report.languages(read)]
    assert found == [("yue", 2, 0.5), ("en", 1, 1.0)]
