"""Training of mood: what it needs, the same bytes again, the threshold from writers left out, files that are not it."""

import itertools

import numpy as np
import pytest

from kaitak.nlu import mood_features, mood_model, mood_training
from kaitak.nlu.model import ModelUnreadableError
from kaitak.nlu.mood_model import WholeMood
from kaitak.nlu.mood_training import MoodLine

KINDS = {
    WholeMood("negative", "angry", "normal", True): ("你哋呃錢,即刻叫經理出嚟", "第三次喇,再唔退錢我就報警"),
    WholeMood("negative", "anxious", "high", True): ("個BB食完成身紅疹,點算呀", "屋企有煤氣味,救命呀"),
    WholeMood("negative", "disappointed", "normal", False): ("件衫甩色,好失望", "唉,算啦,唔會再買"),
    WholeMood("negative", "sarcastic", "normal", False): ("真係好準時,遲咗三日啫", "多謝你哋寄錯貨俾我"),
    WholeMood("positive", "satisfied", "low", False): ("師傅好細心,多謝晒", "好好食,會再幫襯"),
    WholeMood("neutral", "calm", "low", False): ("請問幾點開門", "退貨期一般幾多日"),
}


def lines(copies: int = 5) -> list[MoodLine]:
    numbered = itertools.product(range(copies), KINDS.items())
    return [
        MoodLine(f"{text} {'呀' * number}", mood, hand)
        for number, (mood, texts) in numbered
        for hand, text in zip(("one", "two"), texts, strict=True)
    ]


def test_same_lines_give_the_same_model() -> None:
    first, second = mood_training.train(lines()), mood_training.train(lines())
    assert first.version == second.version
    assert np.array_equal(first.dense_weights, second.dense_weights)


def test_model_knows_its_own_lines() -> None:
    trained = mood_training.train_and_judge(lines())
    assert len(trained.held_out) == len(lines())
    assert set(trained.model.moods) == set(KINDS)
    assert 0.2 <= trained.model.escalate_from <= 0.7
    assert trained.model.calibration.escalate_f1 > 0


@pytest.mark.parametrize("keep", [slice(0, 40), slice(0, None, 100)])
def test_too_few_lines_are_refused(keep: slice) -> None:
    with pytest.raises(mood_training.TooFewMoodLinesError):
        mood_training.train(lines()[keep])


def test_missing_label_is_refused() -> None:
    with pytest.raises(mood_training.TooFewMoodLinesError):
        mood_training.train([line for line in lines(12) if line.mood.sentiment != "positive"])


@pytest.mark.parametrize("data", [b"", b"not a model", b"PK\x03\x04 broken"])
def test_other_bytes_are_no_model(data: bytes) -> None:
    with pytest.raises(ModelUnreadableError):
        mood_model.from_bytes(data)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("佢當我水魚", "slighted"),
        ("呃人呀你哋", "cheated"),
        ("I am fed up with this", "anger"),
        ("nobody replied, still waiting", "unheard"),
        ("屋企有燶味", "fire"),
        ("諗住一了百了", "self_harm"),
        ("我会去消费者协会", "regulator"),
    ],
)
def test_cue_is_found_in_any_script(text: str, kind: str) -> None:
    assert kind in mood_training.cues_of(text).words


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("呢個第三次打嚟", "nth"),
        ("等咗兩個月", "months"),
        ("再唔覆我就搵律師", "threat_if"),
        ("聽朝做手術", "due_event"),
        ("退貨要幾多日㗎?", "question_end"),
    ],
)
def test_pattern_of_speech_is_found(text: str, pattern: str) -> None:
    values = mood_training.cues_of(text).values
    assert values[mood_features.NAMES.index(pattern)] == 1


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("用咗三年都冇壞過，好抵", {"denied bad_quality", "last good"}),
        ("個色好靚，不過洗完縮水", {"last bad_quality"}),
        ("it was not very good", {"denied good"}),
        ("冇，好正", {"last good"}),
    ],
)
def test_cue_is_known_as_denied_and_as_the_last_word(text: str, kinds: set[str]) -> None:
    values = mood_training.cues_of(text).values
    found = {name for name, value in zip(mood_features.NAMES, values, strict=True) if value}
    polar = {f"{place} {kind}" for place in ("denied", "last") for kind in ("good", "bad_quality")}
    assert found & polar == kinds


def test_judging_leaves_out_whole_writers_in_a_few_folds() -> None:
    by_seven = [MoodLine(f"{line.text} {n}", line.mood, f"hand {n % 7}") for n, line in enumerate(lines(10))]
    folds = mood_training.folds_of(by_seven)
    assert len(set(folds)) == 4
    for hand in {line.hand for line in by_seven}:
        assert len({fold for fold, line in zip(folds, by_seven, strict=True) if line.hand == hand}) == 1
