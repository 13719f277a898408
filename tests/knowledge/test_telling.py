"""Of cases side by side the one that is asked for is told, with its conditions; where none is named, all are."""

from __future__ import annotations

import pytest

from kaitak.knowledge import telling

ROAM = "漫遊日費:亞洲 $38,歐美 $88,每日 1GB 高速。"


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("去日本一日幾錢", ROAM, "漫遊日費:亞洲 $38,每日 1GB 高速。"),
        ("漫遊一日幾錢", ROAM, ROAM),
        ("大盒包裝幾錢", "包裝:小 $15、中 $25、大 $40,會員首件免費。", "包裝:大 $40,會員首件免費。"),
        ("買兩年要幾錢", "計劃一年 $620,兩年 $1,080,法定補償已包括在內。", "兩年 $1,080,法定補償已包括在內。"),
        ("幾時扣數", "每月 15號扣款,失敗於 25號再扣,收 $50。", "每月 15號扣款,失敗於 25號再扣,收 $50。"),
    ],
)
def test_named_case_is_told(question: str, text: str, told: str) -> None:
    asked = telling.asked_words(question, "retail")
    assert telling.without_parallels(question, asked, text) == told
