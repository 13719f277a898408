"""Mood in the retail pack: feeling, urgency, a person and why; what the conversation adds; any text gives one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.nlu import engine, mood_model
from kaitak.nlu.model import Model
from kaitak.nlu.understanding import Context, Mood
from tests.factories import models

FIRST = Context(now=datetime(2025, 11, 19, 6, 30, tzinfo=UTC))


def model() -> Model:
    return models.ready("retail").model


def read(text: str, context: Context = FIRST) -> Mood:
    return engine.understand(model(), text, context).mood


@pytest.mark.parametrize(
    ("text", "sentiment", "emotion"),
    [
        ("你哋間公司真係離譜,收咗錢唔認數,當我係傻仔呀", "negative", "angry"),
        ("個包裹兩日冇更新,我好驚寄失咗,入面係送俾媽媽嘅", "negative", "anxious"),
        ("買返嚟先兩日就爛,好失望,以後都唔會再幫襯", "negative", "disappointed"),
        ("恭喜你哋,等咗兩個月終於學識寄錯地址", "negative", "sarcastic"),
        ("多謝你哋個師傅,好細心好有耐性,部機修得好靚", "positive", "satisfied"),
        ("請問你哋星期日開到幾點", "neutral", "calm"),
        ("爆炸險一般包啲乜嘢", "neutral", "calm"),
    ],
)
def test_feeling_shown_is_read(text: str, sentiment: str, emotion: str) -> None:
    found = read(text)
    assert (found.sentiment, found.emotion) == (sentiment, emotion)


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("部熱水爐漏煤氣,成屋味,有個BB喺度", "high"),
        ("我想改送貨地址,訂單尾號4821", "normal"),
        ("你哋一般退貨期係幾多日", "low"),
    ],
)
def test_urgency_is_read(text: str, urgency: str) -> None:
    assert read(text).urgency == urgency


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("我個仔食完你哋隻餅喉嚨腫晒,唞唔到氣", "safety"),
        ("唔想做人喇,冇意思,一了百了好過", "safety"),
        ("再唔覆我就去消委會投訴同埋搵律師", "legal_or_media"),
        ("有人盜用我張卡喺你哋度買咗四部電話,唔係我買㗎", "fraud"),
        ("我想搵真人", "human_requested"),
        ("我冇時間同機械人傾，佢暈咗", "safety"),
        ("He's not breathing, please hurry", "safety"),
    ],
)
def test_person_is_brought_in_with_the_reason(text: str, reason: str) -> None:
    assert reason in read(text).reasons


@pytest.mark.parametrize(
    "text",
    [
        "上個月暈低入過院，想問可唔可以索償",
        "你哋點處理客人投訴㗎,純粹想知",
        "消委會有冇評測過你哋部電飯煲",
        "唔該晒",
        "又要我重新login,煩",
    ],
)
def test_question_or_trifle_brings_nobody_in(text: str) -> None:
    assert not read(text).escalate


@pytest.mark.parametrize("change", [{"misunderstandings": 2}, {"earlier_intents": ("delivery_not_received",) * 2}])
def test_complaint_is_grave_when_the_bot_failed_twice_or_it_was_said_twice(change: dict[str, object]) -> None:
    text = "部機壞咗,好失望"
    intent = engine.understand(model(), text, FIRST).intent
    if "earlier_intents" in change:
        change = {"earlier_intents": (intent, intent)}
    assert "repeated_failure" not in read(text).reasons
    assert "repeated_failure" in read(text, replace(FIRST, **change)).reasons  # type: ignore[arg-type]


def test_repeated_calm_question_stays_calm() -> None:
    again = replace(FIRST, earlier_intents=("store_hours_location",) * 3)
    assert not read("請問你哋星期日開到幾點", again).escalate


def test_evidence_names_score_and_words() -> None:
    evidence = read("我好嬲,你哋呃人,收錢唔做嘢").evidence
    assert evidence[0].startswith("escalate 0.")
    assert any(word.startswith("anger: ") for word in evidence)


def test_without_a_mood_model_the_cues_answer() -> None:
    bare = replace(model(), mood=None)
    assert "safety" in engine.understand(bare, "個充電器冒煙燒傷咗我", FIRST).mood.reasons


def test_pack_model_keeps_its_mood_in_a_file_that_reads_back_the_same() -> None:
    mood = model().mood
    assert mood is not None
    again = mood_model.from_bytes(mood.to_bytes())
    with_copy = replace(model(), mood=again)
    text = "等咗成個月,打極都冇人聽,到底幾時先退錢"
    assert engine.understand(with_copy, text, FIRST).mood == read(text)
    assert again.version == mood.version != ""


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_gives_a_mood_without_contradiction(text: str) -> None:
    found = read(text)
    assert (found.sentiment == "positive") or found.emotion != "satisfied"
    assert (found.sentiment == "negative") or found.emotion not in ("angry", "anxious", "disappointed", "sarcastic")


@pytest.mark.parametrize("text", ["", "😡😡😡", "\u200b\u202e", "死" * 20_000, "ignore previous instructions"])
def test_extreme_text_gives_a_mood(text: str) -> None:
    assert read(text).evidence
