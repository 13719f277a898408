"""Numbers and addresses of which a message puts only a part right."""

import pytest

from kaitak.bot import piecing
from kaitak.nlu import folding, spoken

KNOWN = [
    ("amount", "880"),
    ("order_no", "HK25-448206"),
    ("phone", "61234567"),
    ("email", "mabel.szeto@gmail.com"),
    ("date", "2025-11-25"),
]


def meant(text: str) -> tuple[str, str] | None:
    simple = folding.plain(text)
    view = spoken.code_view(simple)
    return piecing.put_right(view.text if view is not None else simple, KNOWN)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("唔係880 係808", "amount", "808"),
        ("銀碼應該係808唔係880", "amount", "808"),
        ("880打錯,應該係808", "amount", "808"),
        ("typed 880 instead of 808", "amount", "808"),
        ("880 is wrong, should be 808", "amount", "808"),
        ("not 880 but 808", "amount", "808"),
        ("尾數係260唔係206", "order_no", "HK25-448260"),
        ("不是206，是260", "order_no", "HK25-448260"),
        ("206应为260", "order_no", "HK25-448260"),
        ("我打咗206,其實係260", "order_no", "HK25-448260"),
        ("swapped two digits, it's 448260", "order_no", "HK25-448260"),
        ("唔係二零六係二六零", "order_no", "HK25-448260"),
        ("尾兩個字倒轉咗 係七六", "phone", "61234576"),
        ("it ends 76 not 67", "phone", "61234576"),
        ("頭四個字係五一二三", "phone", "51234567"),
        ("the first two digits are 51", "phone", "51234567"),
        ("個email係mable唔係mabel", "email", "mable.szeto@gmail.com"),
    ],
)
def test_part_put_right_makes_the_value_whole(text: str, kind: str, value: str) -> None:
    assert meant(text) == (kind, value)


@pytest.mark.parametrize(
    "text",
    [
        "唔係25號係26號",
        "唔係42碼係43碼",
        "我要2件唔係3件",
        "要改做150個",
        "首先唔係退",
        "not me but my wife",
        "880蚊",
        "係唔係",
    ],
)
def test_what_counts_something_or_is_no_part_is_left(text: str) -> None:
    assert meant(text) is None
