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


NAMES = (("serum", "essence", "精華"), ("desk lamp", "lamp", "座檯燈"), ("desk", "table", "書枱"), ("boots", "靴"))
TITLES = (
    Option("荷露 保濕精華 30ml × 2", "a"),
    Option("暖光 座檯燈", "b"),
    Option("Oak table", "c"),
    Option("黑色長靴", "d"),
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("the serum", "a"),
        ("the desk lamp please", "b"),
        ("張書枱", "c"),
        ("those boots", "d"),
        ("the essential one", None),
    ],
)
def test_what_goods_are_called_elsewhere_names_their_title(text: str, value: str | None) -> None:
    assert slot_reading.option_in(TITLES, text, NAMES) == value


POLICIES = tuple(
    Option(title, f"slot:policy_no:{number}")
    for number, title in (("1", "汽車保險 KP-88001"), ("2", "自願醫保計劃 KP-88002"), ("3", "Home insurance KP-88003"))
)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("唔係，係醫保嗰份", "2"),
        ("醫保嗰份先啱", "2"),
        ("不是,是医保那份", "2"),
        ("講錯咗,第二份", "2"),
        ("no, the home one", "3"),
        ("sorry, wait, the last one", "3"),
        ("唔係，係汽車嗰份", None),  # it is the one chosen
        ("唔係，係兩件", None),
        ("係上個月撞車", None),
    ],
)
def test_a_choice_is_put_right_by_the_words_of_another(text: str, number: str | None) -> None:
    found = slot_reading.chosen_instead(POLICIES, "slot:policy_no:1", text)
    assert found == (f"slot:policy_no:{number}" if number else None)


@pytest.mark.parametrize(
    ("text", "place"), [("the first one", 0), ("second please", 1), ("the last one", 2), ("最尾嗰份", 2), ("第二份", 1)]
)
def test_an_option_is_named_by_its_place(text: str, place: int) -> None:
    assert slot_reading.is_place(text)
    assert slot_reading.option_in(POLICIES, text) == POLICIES[place].value


KINDS = (("car", "汽車", "車保"), ("medical", "醫保", "醫療"))
HELD = {"1": "汽車綜合保險 KP-88001", "2": "自願醫保標準計劃 KP-88002", "3": "家居保險 KP-88011"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("我份醫保保費幾時交", "2"),
        ("is my car insurance paid", "1"),
        ("家居保險生效未", "3"),
        ("我份保險幾時到期", None),
        ("車保同醫保幾時到期", None),
        ("唔係車保嗰份", None),
        ("KP-88011", None),
    ],
)
def test_what_is_named_in_passing_is_the_one_that_it_fits(text: str, value: str | None) -> None:
    assert slot_reading.named_in(HELD, text, KINDS) == value


ADDRESS = Slot(text=True, states=True, follows=["改送去", "改做"], ask="ask")
FAULT = Slot(text=True, tells=["漏", "won't turn on"], ask="ask")


@pytest.mark.parametrize(
    ("slot", "text", "value"),
    [
        (ADDRESS, "HK25-100235改送去觀塘開源道55號7樓，唔該", "觀塘開源道55號7樓"),
        (ADDRESS, "我想改送貨地址", None),
        (FAULT, "HK25-100198支護手霜漏晒", "支護手霜漏晒"),
        (FAULT, "It won't turn on", "It won't turn on"),
        (FAULT, "件貨爛咗", None),
    ],
)
def test_a_text_is_told_before_it_is_asked_for(slot: Slot, text: str, value: str | None) -> None:
    assert slot_reading.told(slot, text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("打錯咗，應該係觀塘開源道56號", "觀塘開源道56號"),
        ("唔係，係觀塘開源道56號", "觀塘開源道56號"),
        ("no, it should be 56 Hoi Yuen Road", "56 Hoi Yuen Road"),
        ("等等，唔係55號，係56號", "56號"),
        ("唔係", None),
        ("no thanks", None),
        ("等陣先", None),
    ],
)
def test_a_text_is_put_right_in_words(text: str, value: str | None) -> None:
    assert slot_reading.reworded("觀塘開源道55號", text) == value
