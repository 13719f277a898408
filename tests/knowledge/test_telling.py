"""Of cases side by side the one that is asked for is told, with its conditions; where none is named, all are."""

from __future__ import annotations

import pytest

from kaitak.knowledge import cases, quantities

ROAM = "漫遊日費:亞洲 $38,歐美 $88,每日 1GB 高速。"


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("去日本一日幾錢", ROAM, "漫遊日費:亞洲 $38,每日 1GB 高速。"),
        ("漫遊一日幾錢", ROAM, ROAM),
        ("大盒包裝幾錢", "包裝:小 $15、中 $25、大 $40,會員首件免費。", "包裝:大 $40,會員首件免費。"),
        ("買兩年要幾錢", "計劃一年 $620,兩年 $1,080,法定補償已包括在內。", "兩年 $1,080,法定補償已包括在內。"),
        ("旺角間舖開到幾點", "旺舖(旺角、中環)開到 22:30;其他門市開到 21:30。", "旺舖(旺角、中環)開到 22:30"),
        ("第三年先發現賠幾成", "賠償如下:第一年不賠;第二年 25%;第三年 50%。", "賠償如下:第三年 50%。"),
        ("部電視五千八分幾多期", "分期:滿 $1,500可分 6期,滿 $5,000可分 12期。", "分期:滿 $5,000可分 12期。"),
        ("我做廚師一年幾錢", "第一級(文職)$620;第二級(技工、廚師)$1,360。", "第二級(技工、廚師)$1,360。"),
        ("首次改要唔要錢", "首次更改免費,其後每次 $50。", "首次更改免費,其後每次 $50。"),
        ("幾時扣數", "每月 15號扣款,失敗於 25號再扣,收 $50。", "每月 15號扣款,失敗於 25號再扣,收 $50。"),
    ],
)
def test_named_case_is_told(question: str, text: str, told: str) -> None:
    assert cases.told(cases.asked(question, "retail"), text, "retail") == told


@pytest.mark.parametrize(
    ("question", "text", "side"),
    [
        ("去兩個月冇人住,爆竊賠唔賠", "連續空置超過 45日,盜竊保障暫停。", 1),
        ("74吋電視掛牆幾錢", "電視機掛牆(65吋或以下)", -1),
        ("一匹半分體機", "分體式冷氣機(1匹至1.5匹)", 1),
        ("阿爺七十八歲玩得唔得", "75歲以上不可加購。", 1),
        ("買咗部四千蚊相機", "滿 $3,600可分 12期", 1),
        ("有冇優惠", "滿 $3,600可分 12期", 0),
    ],
)
def test_quantity_of_a_question_lies_in_the_limit_of_a_text(question: str, text: str, side: int) -> None:
    assert quantities.side(question, text) == side
