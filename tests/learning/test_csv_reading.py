"""A file of training lines: any encoding that Hong Kong spreadsheets write, faults by line, nothing taken twice."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaitak.learning import csv_reading, limits
from kaitak.learning.csv_reading import Against
from kaitak.learning.errors import CsvTooLargeError, CsvUnreadableError
from kaitak.nlu import audit

TEXTS = {
    "我張單去咗邊": "order_status",
    "我想退貨": "return_request",
    "退款幾時到": "refund_status",
    "退款几时到账": "refund_status",
}
FAMILIAR = (
    "件貨寄出未呀唔該請問的我是了不在有這個們來到時大地為子中你說生國年着就那和要她出也得里後自以會家可下而過天去能對小多"
    "然於心學么之都好看起發當沒成只如事把還用第樣道想作種開美总從無情己面最女但現前些所同日手又行意動方期它頭經長兒回位分"
    "愛老因很給名法間斯知世什兩次使身者被高已親其進此話常與活正感什么钱账单货"
)
AGAINST = Against(
    intents=frozenset(TEXTS.values()),
    pack_lines={audit.plain(text): intent for text, intent in TEXTS.items()},
    own_lines={audit.plain("幾時寄出"): "order_status"},
    familiar=frozenset("".join(TEXTS) + FAMILIAR),
)


def codes(content: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.code) for fault in csv_reading.read(content.encode(), AGAINST).faults]


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("utf-8", "件貨寄出未呀"),
        ("utf-8-sig", "件貨寄出未呀"),
        ("utf-16", "件貨寄出未呀"),
        ("big5hkscs", "件貨寄出未呀，唔該"),
        ("gb18030", "请问我的货到了没有，钱什么时候退"),
    ],
)
def test_encoding_is_recognised(encoding: str, text: str) -> None:
    found = csv_reading.read(f"text,intent\n{text},order_status\n".encode(encoding), AGAINST)
    assert [row.text for row in found.rows] == [text]
    assert found.encoding == encoding.removesuffix("-sig")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_columns_are_found_by_name_in_any_order(delimiter: str) -> None:
    content = delimiter.join(["note", "Intent", "TEXT"]) + "\n" + delimiter.join(["x", "order_status", "件貨呢"]) + "\n"
    (row,) = csv_reading.read(content.encode(), AGAINST).rows
    assert (row.line, row.text, row.intent) == (2, "件貨呢", "order_status")


def test_file_without_heading_is_text_then_intent() -> None:
    (row,) = csv_reading.read("件貨呢,order_status".encode(), AGAINST).rows
    assert (row.line, row.text) == (1, "件貨呢")


def test_quoted_text_may_hold_commas_and_line_ends() -> None:
    found = csv_reading.read('text,intent\n"喂,\n件貨呢",order_status\n件貨到未,nothing\n'.encode(), AGAINST)
    assert found.rows[0].text == "喂, 件貨呢"
    assert found.faults[0].line == 4


def test_each_fault_names_its_line() -> None:
    long = "長" * (limits.LONGEST_TEXT + 1)
    content = f"text,intent\n只有一欄\n ,order_status\n{long},order_status\n件貨呢,\n件貨喺邊,orders\n"
    assert codes(content) == [
        (2, "columns"),
        (3, "text_empty"),
        (4, "text_long"),
        (5, "intent_empty"),
        (6, "intent_unknown"),
    ]


def test_same_words_twice_or_under_another_intent_are_faults() -> None:
    content = (
        "text,intent\n件貨呢,order_status\n件貨呢？,order_status\n件貨呢！,refund_status\n幾時寄出,refund_status\n"
    )
    assert codes(content) == [(3, "repeated"), (4, "conflict"), (5, "conflict")]
    found = csv_reading.read(content.encode(), AGAINST).faults
    assert [(each.other_line, each.other_intent) for each in found] == [
        (2, None),
        (2, "order_status"),
        (None, "order_status"),
    ]


def test_line_that_is_there_already_is_passed_over_and_another_label_overrides_the_pack() -> None:
    content = "text,intent\n幾時寄出,order_status\n我想退貨,return_request\n退款幾時到,order_status\n"
    found = csv_reading.read(content.encode(), AGAINST)
    assert found.known == 2
    assert [(row.text, row.overrides) for row in found.rows] == [("退款幾時到", "refund_status")]


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00\x01\x02", b"text\nonly\n", b"\xff\xfe\x00", b"\x81\x0a\xff\xff"]
)
def test_file_that_cannot_be_read_says_what_to_do(content: bytes) -> None:
    with pytest.raises(CsvUnreadableError) as caught:
        csv_reading.read(content, AGAINST)
    assert any(word in caught.value.message for word in ("save", "write", "name the columns"))


def test_size_is_limited() -> None:
    with pytest.raises(CsvTooLargeError):
        csv_reading.read(b"a" * (limits.CSV_BYTES + 1), AGAINST)
    with pytest.raises(CsvTooLargeError):
        csv_reading.read(b"a,b\n" * (limits.CSV_LINES + 1), AGAINST)


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_an_error_of_ours(content: bytes) -> None:
    try:
        found = csv_reading.read(content, AGAINST)
    except (CsvUnreadableError, CsvTooLargeError):
        return
    assert len(found.rows) + len(found.faults) + found.known == found.lines
