"""Where in a message the request stands."""

import pytest

from kaitak.bot import focusing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("架車昨日撞花咗，已經報警，想問要交咩文件", "要交咩文件"),
        ("個盒好靚，多謝晒，係呢條頸鏈防唔防水", "條頸鏈防唔防水"),
        ("如果唔退，淨係換得唔得", "净系换得唔得"),
        ("我要換貨唔要退錢", "我要换货"),
        ("Dear Sir or Madam, my kettle leaks at the base. Kind regards", "my kettle leaks at the base."),
        ("登入到喇。咁張單而家去咗邊", "張單而家去咗邊"),
        ("嘥氣 個code唔用喇 有咩優惠", "嘥气,有咩优惠"),
        ("個碼唔要喇，幾時有減價", "几时有减价"),
        ("旅遊保唔買喇 車嗰份續幾錢", "车嗰份续几钱"),
        ("唔改住 個claim幾時過數", "个claim几时过数"),
        ("唔退喇 叫人上門整", "叫人上门整"),
        ("仲有 隻色轉軍綠", "只色转军绿"),
        ("仲有貨嗎", None),
        ("幾時送到", None),
        ("想問幾時送到", None),
    ],
)
def test_the_part_that_asks_is_found(text: str, expected: str | None) -> None:
    assert focusing.focus(text) == expected


def test_a_deed_that_is_not_wanted_is_told() -> None:
    assert focusing.unwanted("唔好取消住，改做白色") == {"cancel"}
    assert focusing.unwanted("I don't want to return it") == {"return"}
    assert focusing.unwanted("我想取消") == frozenset()
