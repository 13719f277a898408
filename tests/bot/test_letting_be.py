"""Tests which messages let a matter be, and which only look as if they did."""

import pytest

from kaitak.bot import letting_be


@pytest.mark.parametrize(
    "text",
    [
        "都係唔使喇", "算啦唔查喇", "都係唔改喇，照舊", "啱啱搵返喇，唔使喇", "咁唔退住喇", "唔使喇，我自己整",
        "諗多陣先", "唔好取消住", "还是不退了", "算了，不用了", "Actually, never mind", "I changed my mind",
        "no need, thanks", "found it, thanks",
    ],
)  # fmt: skip
def test_who_wants_nothing_more_lets_it_be(text: str) -> None:
    assert letting_be.lets_be(text)


@pytest.mark.parametrize(
    "text",
    [
        "唔係", "唔知", "唔記得", "唔續喇", "唔要喇", "唔退，換得唔得", "唔係，係8樓", "唔使印章",
        "未問，我問下先", "唔啱用", "取消", "問過喇", "搵唔到", "找不到", "唔同意", "no",
        "I want it cancelled",
    ],
)  # fmt: skip
def test_who_answers_or_wants_something_else_does_not(text: str) -> None:
    assert not letting_be.lets_be(text)
