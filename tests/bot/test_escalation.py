"""When a person must take over by the feeling of a message: what shows one, and what only sounds like one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaitak.bot import escalation
from kaitak.bot.dialogue import DialogueState
from kaitak.nlu.understanding import Emotion, EscalationReason, RankedIntent, Urgency
from tests.bot.test_reading import felt


def steps_in(
    text: str, *cues: str, reason: EscalationReason = "distress", emotion: Emotion = "anxious",
    urgency: Urgency = "normal", escalation_: float = 0.92,
) -> bool:  # fmt: skip
    read = felt(text, reason, escalation=escalation_)
    mood = replace(read.mood, emotion=emotion, urgency=urgency, evidence=(f"escalate {escalation_}", *cues))
    return escalation.reason_of(DialogueState(), replace(read, mood=mood)) is not None


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("唔好意思，舊嗰個地址冇人住，寄去新嗰度", ("pleading: 唔好意思",)),
        ("不好意思，那个号码停机了，打这个吧", ("pleading: 不好意思", "giving_up: 不用")),
        ("麻煩盡快改返個電郵", ("pleading: 麻煩你",)),
        ("Send the list to my office address now please", ("deadline: now", "pleading: please")),
        ("轉聽日嗰班車送", ("deadline: 聽日",)),
        ("咁就照第二個方案啦", ()),
        ("先改了电话，然后说发票", ()),
        ("sorry, wrong date, make it Friday", ("pleading: sorry",)),
    ],
)
def test_a_curt_order_with_manners_needs_nobody(text: str, cues: tuple[str, ...]) -> None:
    assert not steps_in(text, *cues)
    assert not steps_in(text, *cues, reason="anger", emotion="angry")


@pytest.mark.parametrize(
    ("text", "cues"),
    [
        ("打咗三日電話冇人聽", ("unheard: 冇人",)),
        ("求下你哋快啲啦", ("pleading: 求下",)),
        ("医院说今天不交押金不收人", ("medical: 医院",)),
        ("nobody has answered my three emails", ("unheard: nobody",)),
        ("你哋呃人㗎", ("cheated: 呃",)),
    ],
)
def test_words_that_show_a_need_bring_a_person(text: str, cues: tuple[str, ...]) -> None:
    assert steps_in(text, *cues)


def test_a_need_of_this_hour_brings_a_person_without_a_telling_word() -> None:
    assert steps_in("佢今晚就要用", urgency="high")
    assert not steps_in("今朝碌卡扣多咗，想攞返", urgency="high", emotion="angry", reason="anger")


@pytest.mark.parametrize(
    "text",
    ["呢個係第三次送錯喇", "第4次寄错了", "三番四次都係噉", "this is the third time it came broken", "第五次問你哋喇"],
)
def test_what_fails_again_and_again_brings_a_person_sooner(text: str) -> None:
    assert steps_in(text, reason="repeated_failure", emotion="disappointed", escalation_=0.62)
    assert not steps_in("又送錯咗一件", reason="repeated_failure", emotion="disappointed", escalation_=0.62)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("今朝碌卡碌咗兩次 每次三千六", "今朝碌卡碌 三千六"),
        ("扣了两次，每次$120", "扣,$120"),
        ("I was charged twice for it", "i was charged  for it"),
        ("每次都話會覆", "每次都話會覆"),
        ("問咗兩次都冇人覆", "問咗兩次都冇人覆"),
    ],
)
def test_two_charges_and_what_each_came_to_complain_of_nobody(text: str, left: str) -> None:
    assert escalation.masked(felt(text, "repeated_failure")) == left


@pytest.mark.parametrize("text", ["個管爆咗條裂，想換", "袋口爆咗線", "屏幕爆了，要修", "個樽爆開咗，漏晒"])
def test_what_cracked_burnt_nobody(text: str) -> None:
    assert "裂了" in escalation.masked(felt(text, "safety"))


@pytest.mark.parametrize("text", ["條電線爆咗着火", "個樽爆咗割親手", "部機爆炸", "插座爆咗出煙"])
def test_what_burst_and_hurt_stays_a_danger(text: str) -> None:
    assert escalation.masked(felt(text, "safety")) == text


@pytest.mark.parametrize(
    ("text", "intent", "reason"),
    [
        ("我啱啱過咗三萬蚊俾佢,佢而家仲叫我過多次", "fraud_report", "fraud"),
        ("I sent them 5,000 and they keep calling, they still want more", "fraud_report", "fraud"),
        ("有人叫我過數,我冇過到", "fraud_report", None),
        ("上個月過咗三千蚊保費,你哋仲追我", "premium_payment_failed", None),
    ],
)
def test_who_paid_and_is_asked_for_more_reaches_a_person(text: str, intent: str, reason: str | None) -> None:
    told = replace(felt(text), intents=(RankedIntent(intent, 0.9),))
    assert escalation.reason_of(DialogueState(), told) == reason
