"""Denial and self-correction: which clause states the request, which values are withdrawn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.nlu import clauses, normalising


def kept(text: str) -> str:
    return clauses.kept_part(normalising.fold(text).text)


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("上條訊息講錯，其實我想問退款幾時到", "我想問退款幾時到"),
        ("唔係想退貨,係想換碼", "係想換碼"),
        ("唔係話要退錢，我係想知部機幾時修好", "我係想知部機幾時修好"),
        ("唔係遲到 係你哋話送咗但我收唔到", "係你哋話送咗但我收唔到"),
        ("等陣…睇番唔使查喇,反而想攞返張收據", "想攞返張收據"),
        ("本來想退,而家想換過件大啲", "而家想換過件大啲"),
        ("頭先嗰句唔算，我要改地址", "我要改地址"),
        ("不是要查订单，是想改地址", "是想改地址"),
        ("并非要退货，只想换个尺码", "只想换个尺码"),
        ("刚才说错了，我是要开发票", "我是要开发票"),
        ("not asking for a refund, just want to know when it arrives", "just want to know when it arrives"),
        ("I don't want to cancel, I want to change the address", "i want to change the address"),
        ("Never mind that, where is my order", "where is my order"),
    ],
)
def test_only_the_clause_in_force_counts(text: str, counts: str) -> None:
    assert kept(text) == counts


@pytest.mark.parametrize(
    "text",
    [
        "我想退貨",
        "唔係我簽收㗎，件貨去咗邊",
        "張單唔係今日送咩",
        "等等",
        "我唔想要喇，可唔可以退",
        "not received my parcel",
        "i don't have the receipt",
        "打錯咗",
    ],
)
def test_message_without_a_second_thought_stays_whole(text: str) -> None:
    assert kept(text) == normalising.fold(text).text


@settings(max_examples=200, deadline=1000)
@given(
    st.lists(
        st.sampled_from(["唔係", "，", "係", "講錯", "其實", " ", "not ", "but ", "等等", "算喇", "退", "\n", "x"])
    )
)
def test_something_always_counts(parts: list[str]) -> None:
    text = "".join(parts)
    assert kept(text) or not text


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text", ["唔係" * 2000, "唔係，" * 1300, "講錯 " * 1300, "not " * 1000, "本來" * 2000, "a " * 2000]
)
def test_repetition_is_read_quickly(text: str) -> None:
    assert kept(text)
