"""Entity extraction: a table of what people write and say, and hostile text that must never raise."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.nlu import clauses, entities, normalising
from kaitak.nlu.entities import EntityRule
from kaitak.nlu.understanding import Context, Entity

NOW = datetime(2025, 11, 19, 14, 30, tzinfo=UTC)  # a Wednesday
ORDER = EntityRule(
    kind="order_no",
    patterns=(r"(?<![a-z0-9])hk\s?(\d{2})\s?-?\s?(\d{6})(?!\d)",),
    normal="HK{0}-{1}",
    cues=("單", "订单", "order"),
    spoken_lengths=(4, 10),
)
PRODUCT = EntityRule(kind="product", words=("波鞋", "鞋", "襪", "shoes"))
COLOUR = EntityRule(kind="colour", phrases=("(?:深|浅)?[黑白红]色", "(?<![a-z])black(?![a-z])"))
RULES = [ORDER, COLOUR, PRODUCT]


def find(text: str, *, asked: str | None = None) -> list[Entity]:
    context = Context(now=NOW, asked="slot" if asked else "nothing", asked_entity=asked)
    return list(clauses.mark_withdrawn(entities.find_entities(normalising.fold(text), text, RULES, context), text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我張單HK25-100234去咗邊", [("order_no", "HK25-100234")]),
        ("ＨＫ２５－１００２３４", [("order_no", "HK25-100234")]),
        ("hk25 100234", [("order_no", "HK25-100234")]),
        ("hk25100234呀", [("order_no", "HK25-100234")]),
        ("單號三七八六", [("order_no", "3786")]),
        ("我電話係九四三二 一一零六", [("phone", "94321106")]),
        ("打俾我9260 3318", [("phone", "92603318")]),
        ("+852 9123 4567", [("phone", "91234567")]),
        ("WhatsApp +44 7911 123456", [("phone", "+447911123456")]),
        ("寄去Siu.Ming@Example.com唔該", [("email", "siu.ming@example.com")]),
        ("s m dot chan at gmail dot com", [("email", "sm.chan@gmail.com")]),
        ("email係w k w dot helen at outlook,嗰盞燈", [("email", "wkw.helen@outlook.com")]),
        ("扣咗$1,299.50", [("amount", "1299.50")]),
        ("兩千三百蚊", [("amount", "2300")]),
        ("HK$742，11月17日扣賬", [("amount", "742"), ("date", "2025-11-17")]),
        ("HK$1,250，11月12日扣咗", [("amount", "1250"), ("date", "2025-11-12")]),
        ("HK$2,000,12月3日前", [("amount", "2000"), ("date", "2025-12-03")]),
        ("扣咗$560,000", [("amount", "560000")]),
        ("$88,90蚊運費", [("amount", "88"), ("amount", "90")]),
        ("5千蚊", [("amount", "5000")]),
        ("US$30", [("amount", "USD 30")]),
        ("3k蚊", [("amount", "3000")]),
        ("聽日送", [("date", "2025-11-20")]),
        ("後日下晝", [("date", "2025-11-21")]),
        ("下星期三得唔得", [("date", "2025-11-26")]),
        ("星期一", [("date", "2025-11-24")]),
        ("廿五號", [("date", "2025-11-25")]),
        ("月尾", [("date", "2025-11-30")]),
        ("12月3日", [("date", "2025-12-03")]),
        ("2025-12-24", [("date", "2025-12-24")]),
        ("next Friday", [("date", "2025-11-28")]),
        ("on 3 December", [("date", "2025-12-03")]),
        ("H for Hong K for King 二五 double one 零二三四", [("order_no", "HK25-110234")]),
        ("HK twenty five dash one double zero two three four", [("order_no", "HK25-100234")]),
        ("hk廿五 一零零二三四", [("order_no", "HK25-100234")]),
        ("H K 2 5 1 0 0 2 3 4", [("order_no", "HK25-100234")]),
        ("單號係三個八一二", [("order_no", "88812")]),
        ("單號係10零234", [("order_no", "100234")]),
        ("order number is one zero zero two three four", [("order_no", "100234")]),
        ("H K二五 一零零二三四", [("order_no", "HK25-100234")]),
        ("chan23 at yahoo dot com dot hk", [("email", "chan23@yahoo.com.hk")]),
        ("內地電話 138 1234 5678", [("phone", "+8613812345678")]),
        ("電話 852-9123-4567", [("phone", "91234567")]),
        ("我電話加四四 七九一一 一二三四五六", [("phone", "+447911123456")]),
        ("打俾我九二八八呀三三一零", [("phone", "92883310")]),
        ("我手機六一二三,四五六七", [("phone", "61234567")]),
        ("三百歐元", [("amount", "EUR 300")]),
        ("一千二蚊", [("amount", "1200")]),
        ("一萬二蚊", [("amount", "12000")]),
        ("扣咗八千", [("amount", "8000")]),
        ("¥1.5萬", [("amount", "CNY 15000")]),
        ("十幾蚊", []),
        ("想借大概8萬", [("amount", "80000")]),
        ("戶口少咗五萬", [("amount", "50000")]),
        ("要交十五万押金", [("amount", "150000")]),
        ("換3萬里數", []),
        ("第一萬個客", []),
        ("大後日", [("date", "2025-11-22")]),
        ("下個月頭", [("date", "2025-12-01")]),
        ("下個月五號", [("date", "2025-12-05")]),
        ("今晚八點", [("date", "2025-11-19")]),
        ("過多三日", [("date", "2025-11-22")]),
        ("兩個禮拜後", [("date", "2025-12-03")]),
        ("in 3 days", [("date", "2025-11-22")]),
        ("25/12送", [("date", "2025-12-25")]),
        ("聖誕前", [("date", "2025-12-25")]),
        ("下下星期一", [("date", "2025-12-01")]),
        ("十一月廿三", [("date", "2025-11-23")]),
        ("the 25th", [("date", "2025-11-25")]),
        ("等咗三日", []),
        ("一張單兩件貨", []),
        ("第二張", []),
        ("三個月", []),
        ("黑色大碼波鞋", [("colour", "黑色"), ("product", "波鞋")]),
        ("black SHOES, please", [("colour", "black"), ("product", "SHOES")]),
        ("showshoes", []),
        ("2月31號", []),
        ("冇嘢", []),
    ],
)
def test_values_are_found_and_normalised(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(e.kind, e.value) for e in find(text)] == expected


def test_bare_digits_are_an_order_number_only_when_asked_for() -> None:
    assert find("100234") == []
    assert [(e.kind, e.value) for e in find("100234", asked="order_no")] == [("order_no", "100234")]


def test_span_gives_the_words_of_the_customer() -> None:
    text = "唔該睇下ＨＫ２５-100234\u200b呀"
    found = find(text)[0]
    assert text[found.start : found.end] == found.text == "ＨＫ２５-100234"


@pytest.mark.parametrize(
    ("text", "in_force"),
    [
        ("HK25-100234，唔係，係HK25-100235", ["HK25-100235"]),
        ("唔係HK25-100234，係HK25-100235", ["HK25-100235"]),
        ("係HK25-100235，唔係HK25-100234", ["HK25-100235"]),
        ("HK25-100234 sorry I mean HK25-100235", ["HK25-100235"]),
        ("HK25-100234同HK25-100235", ["HK25-100234", "HK25-100235"]),
    ],
)
def test_corrected_value_is_withdrawn(text: str, in_force: list[str]) -> None:
    assert [e.value for e in find(text) if not e.withdrawn] == in_force


def test_customer_words_are_kept_as_written() -> None:
    found = find("加多對深紅色嘅襪")
    assert [(e.kind, e.value, e.text) for e in found] == [("colour", "深紅色", "深紅色"), ("product", "襪", "襪")]


PIECES = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            "HK25-100234",
            "三七八六",
            "月尾",
            "$9,999",
            "a@b.co",
            "\u202e",
            "㋿",
            "ﷺ",
            "０１２",
            "99月99號",
            "9" * 40,
            "h k 二五",
            "double three",
            "k for king",
            "\ud800",
            "深紅色襪",
            " at gmail dot com",
            "三個八",
        ]
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join))
def test_any_text_gives_spans_inside_itself(text: str) -> None:
    for entity in find(text):
        assert 0 <= entity.start < entity.end <= len(text)
        assert text[entity.start : entity.end] == entity.text


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "text", ["a dot " * 660 + " at b", "a at " * 800, "1 " * 2000, "唔係" * 2000, "a." * 2000 + "@"]
)
def test_repetitive_text_is_read_quickly(text: str) -> None:
    assert len(find(text)) < len(text)
