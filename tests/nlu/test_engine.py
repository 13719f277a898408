"""Understanding a message: language, act, band, correction, escalation; any text gives a sane result."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.nlu import engine
from kaitak.nlu.model import Model
from kaitak.nlu.understanding import Context, Language, Understanding
from tests.factories import models

NOW = datetime(2025, 11, 19, 6, 30, tzinfo=UTC)


def model() -> Model:
    return models.ready("retail").model


def read(text: str, language: Language | None = None) -> Understanding:
    return engine.understand(model(), text, Context(now=NOW, language=language))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我張單去咗邊呀", "yue"),
        ("請問閣下之訂單編號為何", "zh-Hant"),
        ("我的快递到哪里了", "zh-Hans"),
        ("Where is my parcel", "en"),
        ("gei si sung dou ga m goi", "yue"),
        ("可唔可以check下個delivery status", "mixed"),
    ],
)
def test_language_is_told_by_rule(text: str, language: str) -> None:
    assert read(text).language == language


@pytest.mark.parametrize("text", ["ok", "HK25-100234", "👍", "123"])
def test_short_message_keeps_the_language(text: str) -> None:
    assert read(text, "yue").language == "yue"


@pytest.mark.parametrize(
    ("text", "act", "intent"),
    [
        ("你好呀", "greet", "greeting"),
        ("唔該晒", "thank", "goodbye_thanks"),
        ("係呀", "affirm", "affirm"),
        ("唔使喇", "deny", "deny"),
        ("我想同真人講", "human", "agent_request"),
        ("can I speak to a human", "human", "agent_request"),
    ],
)
def test_dialogue_act_by_lexicon(text: str, act: str, intent: str) -> None:
    found = read(text)
    assert (found.act, found.intent, found.band, found.evidence.source) == (act, intent, "answer", "lexicon")


def test_taken_back_clause_does_not_count() -> None:
    found = read("上條訊息講錯，其實我想問退款幾時到")
    assert found.is_correction
    assert found.intent == "refund_status"


def test_strange_text_is_not_answered() -> None:
    found = read("xqzv wkrp jjj")
    assert found.band != "answer" or found.intent == "out_of_scope"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("個充電器冒煙燒傷咗我", "safety"),
        ("我會搵消委會同律師跟進", "legal_or_media"),
        ("有人盜用我個戶口", "fraud"),
        ("你哋搞乜鬼，離譜", "anger"),
        ("打咗三次都冇人理", "repeated_failure"),
        ("轉人工", "human_requested"),
    ],
)
def test_escalation_has_its_reason(text: str, reason: str) -> None:
    assert reason in read(text).mood.reasons


@pytest.mark.parametrize("text", ["我張單幾時到", "退貨要幾多日", "唔該晒", "你哋有冇停車場"])
def test_calm_message_does_not_escalate(text: str) -> None:
    assert not read(text).mood.escalate


def test_every_prediction_names_its_model() -> None:
    found = read("退款幾時到")
    assert found.model_version == model().version != ""
    assert found.evidence.detail


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_understood_somehow(text: str) -> None:
    found = read(text)
    assert found.band in ("answer", "clarify", "handover")
    assert sum(i.confidence for i in found.intents) <= 1.01


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "a" * 20_000, "唔" * 20_000, "1" * 20_000, "\u202e\u2066", "\ud800"]
)
def test_extreme_text_is_understood_somehow(text: str) -> None:
    assert read(text).text == text
