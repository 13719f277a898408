"""Dialogue acts by lexicon: idiomatic, seasonal and romanised forms, and requests that only look like them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.nlu import acts, normalising
from kaitak.nlu.understanding import Asked, Context

NOW = datetime(2025, 11, 19, tzinfo=UTC)


def act(text: str, asked: Asked = "nothing") -> str:
    return acts.find_act(normalising.fold(text).text, Context(now=NOW, asked=asked))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("早晨呀各位", "greet"),
        ("大家好", "greet"),
        ("食咗飯未呀", "greet"),
        ("恭喜發財 新年快樂", "greet"),
        ("Merry Xmas 🎄", "greet"),
        ("lei ho", "greet"),
        ("👋", "greet"),
        ("唔該晒你呀", "thank"),
        ("明白晒 唔該", "thank"),
        ("冇嘢喇 拜拜", "thank"),
        ("好的，谢谢", "thank"),
        ("m goi sai", "thank"),
        ("thx bye", "thank"),
        ("感激不盡🙏", "thank"),
        ("係呀係呀", "affirm"),
        ("好呀唔該", "affirm"),
        ("hai ah", "affirm"),
        ("就係嗰張", "affirm"),
        ("yes please", "affirm"),
        ("👌", "affirm"),
        ("唔使喇唔該", "deny"),
        ("不用了，謝謝", "deny"),
        ("m sai la", "deny"),
        ("no thanks", "deny"),
        ("❌", "deny"),
        ("算啦唔查住", "cancel"),
        ("never mind", "cancel"),
        ("轉真人", "human"),
        ("唔該幫我轉駁客服", "human"),
        ("can I talk to a real person", "human"),
        ("我想同真人傾", "human"),
        ("揾個人聽我講", "human"),
        ("講錯咗 應該係第二張", "correct"),
        ("等等，唔係呢個", "correct"),
        ("sorry I mean the blue one", "correct"),
        ("🙃🙃", "empty"),
    ],
)
def test_act_is_found(said: str, expected: str) -> None:
    assert act(said) == expected


SLIPS = """
唸錯咗尾數，係三七 / 证件漏了个字母 / 漏咗個零 / 抄漏咗尾嗰個字 / 我記錯日子添 / 口误，是下周三 / 笔误，应为12月3日
手误，是第二张 / 搞混了，是另一张 / scrap that, use my new email / Oops, it's 4419 / my mistake, the 25th
I misread the label, it's M / I mixed up the two policies / got the number wrong, it ends in 21 / Make that the 12th
make it Saturday instead / sorry that should be 9 December / should have been HK25-100234 / not the 5th, the 6th
唔係兩個，係三個 / 唔係藍色，係綠色 / 不是明天，是后天 / 刚才说的作废 / 前一個號碼唔啱
"""
NO_SLIPS = """
我收錯貨 / 你哋寄錯咗件貨俾我 / 送錯咗型號 / 係咪有星期日送 / 我唔係會員，係咪冇得用 / 漏咗件貨 / 少咗一件 / 件貨有漏水
should be here by now, where is it / can you make it to Sha Tin today / does the shop make it in blue
唔係退保，係借錢 / 不是查积分，是手机号换了
"""


def test_what_is_put_right_is_a_correction_and_nothing_else() -> None:
    def corrections(table: str) -> list[bool]:
        lines = [line for row in table.strip().splitlines() for line in row.split(" / ")]
        return [acts.is_correction(normalising.fold(line).text) and act(line) == "correct" for line in lines]

    assert all(corrections(SLIPS))
    assert not any(corrections(NO_SLIPS))


@pytest.mark.parametrize(
    "said",
    [
        "你好 我張單去咗邊",
        "唔該幫我查下訂單",
        "多謝晒，不過張單仲未到",
        "係咪要退返成盒",
        "好耐都未收到貨",
        "唔使運費嗰個優惠點用",
        "你哋客服態度好差",
        "公司幫我買嗰份團體人壽係幾多個月人工",
        "好嬲呀等咗成個月",
        "ok嗎可以送到離島",
    ],
)
def test_request_is_no_act(said: str) -> None:
    assert act(said) in ("request", "correct")


def test_yes_with_thanks_answers_what_was_asked() -> None:
    assert act("好呀多謝", "yes_no") == "affirm"
    assert act("好的，谢谢") == "thank"


def test_missing_value_counts_only_when_one_was_asked_for() -> None:
    assert act("我唔記得單號", "slot") == "no_value"
    assert act("唔知喎", "slot") == "no_value"
    assert act("我唔記得單號") == "request"


@settings(max_examples=200, deadline=1000)
@given(st.text(max_size=400))
def test_any_text_has_an_act(text: str) -> None:
    assert act(text)


@pytest.mark.timeout(5)
@pytest.mark.parametrize("text", ["好" * 40, "係呀" * 20, "唔該 " * 13, "ok " * 13 + "x", "早" * 39 + "x", "hi" * 20])
def test_repeated_phrases_are_read_quickly(text: str) -> None:
    assert act(text)
