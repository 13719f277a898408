"""How the bot reads a message: wishes hidden by a number, persons declined, words of law that threaten nobody."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from kaitak.bot import escalation, reading
from kaitak.bot.decision import TurnContext
from kaitak.bot.dialogue import DialogueState, Note, Question, Topic
from kaitak.nlu.understanding import Evidence, Mood, RankedIntent, Understanding
from tests.factories import models


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("等我搵下副眼鏡…一九九零三三二七", ("19903327",)),
        ("我睇下先... 190447", ("190447",)),
        ("我電話62347788", ()),
        ("用咗三年", ()),
        ("2024年買", ()),
    ],
)
def test_a_bare_number_is_the_one_that_the_request_lacks(text: str, value: tuple[str, ...]) -> None:
    pack = models.ready("retail")
    topic = Topic(intent="warranty_repair", values=(("product", ("雪櫃",)),), turn=1)
    question = Question(kind="confirm", wording="repair_wanted")
    state = DialogueState(topics=(topic,), turns=1, question=question)
    read = reading.understand(pack.pack, pack.model, text, state, TurnContext(now=datetime(2025, 11, 19, tzinfo=UTC)))
    assert tuple(read.values("order_no")) == value


@pytest.mark.parametrize(
    ("text", "intent"),
    [("改地址嗰張想加多件背心", "order_modify"), ("取消嗰張單幾時退到錢", "refund_status")],
)
def test_what_a_thing_is_known_by_is_not_what_is_asked_of_it(text: str, intent: str) -> None:
    pack = models.ready("retail")
    note = Note(
        turn=1,
        said="HK25-100111改送公司",
        intent="delivery_address_change",
        sentiment="neutral",
        emotion="calm",
        replied="",
    )
    topic = Topic(intent="delivery_address_change", values=(("order_no", ("HK25-100111",)),), turn=1)
    state = DialogueState(topics=(topic,), turns=1, notes=(note,))
    read = reading.understand(pack.pack, pack.model, text, state, TurnContext(now=datetime(2025, 11, 19, tzinfo=UTC)))
    assert read.intent == intent


def felt(text: str, *reasons: str, escalation: float = 0.9) -> Understanding:
    """A message with the mood that cues gave it, above the model's own word."""
    mood = Mood(
        sentiment="negative", emotion="calm", urgency="normal", reasons=reasons, evidence=("escalate 0.13",),  # type: ignore[arg-type]
        escalation=escalation,
    )  # fmt: skip
    return Understanding(
        text=text, language="yue", act="request", intents=(RankedIntent("invoice_request", 0.9),), band="answer",
        entities=(), mood=mood, evidence=Evidence(source="model"), model_version="test",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("我喺律師樓返工，想要張公司抬頭嘅發票", None),
        ("附上付款截圖，麻煩睇睇", None),
        ("打咗好多次，聽到嘅都係錄音", None),
        ("架車俾人撞，已經報咗警，口供紙未有", None),
        ("再係咁我就報警", "legal_or_media"),
        ("which papers does my claim still lack", None),
        ("I am going to the papers with this", "legal_or_media"),
        ("我會叫律師樓發律師信俾你哋", "legal_or_media"),
        ("截圖我會交俾記者", "legal_or_media"),
    ],
)
def test_words_of_law_count_where_they_threaten(text: str, reason: str | None) -> None:
    assert escalation.reason_of(DialogueState(), felt(text, "legal_or_media")) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("唔使叫同事覆我喇，記低就得", None),
        ("no need for an agent to call me", None),
        ("幫我叫同事覆我", "customer_asked"),
    ],
)
def test_person_who_is_not_wanted_is_not_called(text: str, reason: str | None) -> None:
    assert escalation.reason_of(DialogueState(), felt(text, "human_requested")) == reason


def test_hint_at_ending_ones_life_reaches_a_person_however_calm() -> None:
    assert escalation.reason_of(DialogueState(), felt("如果我一了百了，保險賠唔賠", escalation=0.0)) == "safety"
