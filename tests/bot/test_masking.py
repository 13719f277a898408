"""Masking: what leaves the house holds no number, address or link of a customer, however it is written."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.bot import masking
from kaitak.nlu.understanding import Entity


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("我電話 9123 4567", ["9123", "4567"]),
        ("call +852-9123-4567 please", ["852", "9123", "4567"]),
        ("９１２３４５６７", ["９１２３"]),
        ("我張單HK25-100234去咗邊", ["HK", "25", "100234"]),
        ("保單 P-88 123 4567 號", ["88", "123", "4567"]),
        ("HKID A123456(7)", ["A123", "456"]),
        ("卡號 4321 8765 4321 8765", ["4321", "8765"]),
        ("三七八六 嗰張單", ["三七八六"]),
        ("九一二三 四五六七", ["九一二三", "四五六七"]),
        ("nine one two three four five", ["nine", "four"]),
        ("amy.chan+shop@mail.example.hk", ["amy", "example"]),
        ("amy @ example . com", ["amy", "example"]),
        ("睇 https://shop.example/o/ab?token=xyz", ["shop", "token", "xyz"]),
        ("尾四位 3786", ["3786"]),
        ("9 1 2 3 4 5 6 7", ["9 1", "6 7"]),
        ("91\u200b23\u200b4567", ["4567", "23"]),
    ],
)
def test_what_identifies_is_gone(text: str, gone: list[str]) -> None:
    found = masking.masked(text)
    assert [word for word in gone if word in found] == []
    assert "[" in found


@pytest.mark.parametrize(
    "text",
    ["退款幾時到", "我想退3件貨，600蚊", "iPhone 15 有冇貨", "下星期三 3點", "I want to return 2 shirts", "尺碼 XL-40"],
)
def test_what_tells_the_wish_stays(text: str) -> None:
    assert masking.masked(text) == text


def test_values_that_were_read_are_named_by_their_kind() -> None:
    text = "我叫阿明 單 ABC 退款 50蚊"
    entities = [
        Entity(kind="person", text="阿明", value="阿明", start=2, end=4),
        Entity(kind="order_no", text="ABC", value="ABC-9", start=7, end=10),
        Entity(kind="amount", text="50蚊", value="50", start=14, end=17),
    ]
    assert masking.masked(text, entities) == "我叫[person] 單 [order_no] 退款 50蚊"


def test_overlapping_values_leave_nothing_behind() -> None:
    text = "abcdefghij 退款"
    inner = Entity(kind="a_very_long_name_of_a_kind", text="cd", value="c1", start=2, end=4)
    outer = Entity(kind="order_no", text="abcdefghij", value="1", start=0, end=10)
    assert masking.masked(text, [inner, outer]) == "[order_no] 退款"
    crossing = Entity(kind="policy_no", text="ghij", value="1", start=8, end=12)
    assert masking.masked(text, [crossing, outer]) == "[order_no]款"


def test_text_is_one_line_without_controls_and_bounded() -> None:
    assert masking.masked("a\nb\r\n\x00c\u202ed\u2066e") == "a b c d e"
    assert len(masking.masked("退款" * 20_000)) == masking.MAX_CHARACTERS


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.one_of(st.characters(), st.sampled_from("0123456789 -()@.九一HKhk\u200b")), max_size=400))
def test_no_text_keeps_four_digits_in_a_row(text: str) -> None:
    found = masking.masked(text)
    assert re.search(r"\d{4}", found) is None
    assert not any(unicodedata.category(c)[0] == "C" for c in found)
