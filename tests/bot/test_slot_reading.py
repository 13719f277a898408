"""Reading a slot out of a message: words of a closed list, options by place or name, a telephone's last digits."""

from __future__ import annotations

import pytest

from kaitak.bot import slot_reading
from kaitak.bot.dialogue import Option
from kaitak.bot.flows import Slot

METHOD = Slot(
    words={"autopay": ["自動轉賬", "auto pay"], "fps": ["轉數快", "FPS"], "card": ["信用卡", "卡"]}, ask="ask"
)
OPTIONS = (
    Option("HK25-100234（跑鞋、運動襪×2）", "slot:order_no:HK25-100234"),
    Option("HK25-100235（座枱燈）", "slot:order_no:HK25-100235"),
)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("用自动转账啦", ("autopay",)),
        ("ＦＰＳ得唔得", ("fps",)),
        ("我想用信用卡", ("card",)),
        ("轉數快定信用卡好", ("fps", "card")),
        ("fpsx", ()),
        ("唔知喎", ()),
    ],
)
def test_words_are_found_whatever_their_width_case_and_script(text: str, values: tuple[str, ...]) -> None:
    assert slot_reading.words_in(METHOD, text) == values


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("第二張", "slot:order_no:HK25-100235"),
        ("跑鞋嗰張", "slot:order_no:HK25-100234"),
        ("台灯那个", "slot:order_no:HK25-100235"),
        ("座台灯那个", "slot:order_no:HK25-100235"),
        ("第九張", None),
        ("HK25", None),
    ],
)
def test_option_is_named_by_place_or_by_its_own_words(text: str, value: str | None) -> None:
    assert slot_reading.option_in(OPTIONS, text) == value


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("5678", "5678"),
        ("尾四個字係 五六七八", "5678"),
        ("9123 5678", "5678"),
        ("+852 91235678呀", "5678"),
        ("567", None),
    ],
)
def test_last_digits_are_taken_from_a_whole_number_too(text: str, tail: str | None) -> None:
    assert slot_reading.phone_tail(text) == tail
