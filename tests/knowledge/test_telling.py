"""Of cases side by side the one that is asked for is told, with its conditions; where none is named, all are."""

from __future__ import annotations

import pytest

from kaitak.knowledge import cases, quantities, telling, weekdays
from kaitak.knowledge.models import Article
from kaitak.knowledge.queries import FoundPiece
from kaitak.knowledge.ranking import Ranked
from kaitak.knowledge.search import Hit

ROAM = "漫遊日費:亞洲 $38,歐美 $88,每日 1GB 高速。"


@pytest.mark.parametrize(
    ("question", "text", "told"),
    [
        ("去日本一日幾錢", ROAM, "漫遊日費:亞洲 $38,每日 1GB 高速。"),
        ("漫遊一日幾錢", ROAM, ROAM),
        ("大盒包裝幾錢", "包裝:小 $15、中 $25、大 $40,會員首件免費。", "包裝:大 $40,會員首件免費。"),
        ("買兩年要幾錢", "計劃一年 $620,兩年 $1,080,法定補償已包括在內。", "兩年 $1,080,法定補償已包括在內。"),
        ("旺角間舖開到幾點", "旺舖(旺角、中環)開到 22:30;其他門市開到 21:30。", "旺舖(旺角、中環)開到 22:30"),
        ("第二堂先退學費有幾成", "退款如下:第一堂前全數;第二堂 60%;第三堂 30%。", "退款如下:第二堂 60%"),
        ("部電視五千八分幾多期", "分期:滿 $1,500可分 6期,滿 $5,000可分 12期。", "分期:滿 $5,000可分 12期。"),
        ("小提琴班一期幾錢", "甲組(繪畫、書法)$900;乙組(鋼琴、小提琴)$1,500。", "乙組(鋼琴、小提琴)$1,500。"),
        ("首次改要唔要錢", "首次更改免費,其後每次 $50。", "首次更改免費,其後每次 $50。"),
        ("星期日借自修室幾錢", "自修室:平日每小時 $12,週末及假期每小時 $20。", "自修室:週末及假期每小時 $20。"),
        ("金卡會員繡名要唔要錢", "繡名普通會員收 $60,金卡會員免費。", "金卡會員免費。"),
        (
            "三十八年樓漏水要自己墊幾多",
            "自負額:水漬每宗 $2,000;樓齡30年以上的單位水漬每宗 $4,500。",
            "自負額:樓齡30年以上的單位水漬每宗 $4,500。",
        ),
        ("最多借到幾多成,利息幾厘", "最多可借現值的 85%;年息 7%。", "最多可借現值的 85%;年息 7%。"),
        (
            "文件未齊單嘢關咗,可唔可以重開",
            "文件未齊,30日後關閉;關閉後 6個月內可重開。",
            "文件未齊,30日後關閉;關閉後 6個月內可重開。",
        ),
        ("隻狗六歲,自己要俾幾多成", "自付比例:4歲以下 15%,4至8歲 25%,9歲以上 35%", "自付比例:4至8歲 25%"),
        ("幾時扣數", "每月 15號扣款,失敗於 25號再扣,收 $50。", "每月 15號扣款,失敗於 25號再扣,收 $50。"),
    ],
)
def test_named_case_is_told(question: str, text: str, told: str) -> None:
    assert cases.told(cases.asked(question, "retail"), text, "retail") == told


@pytest.mark.parametrize(
    ("question", "text", "side"),
    [
        ("車停咗三個月冇郁過", "停泊超過 60日須另行申報。", 1),
        ("件喼三十二公斤重", "行李(23公斤或以下)", -1),
        ("雙人帳篷一米半闊", "小帳篷(1米至1.8米)", 1),
        ("我今年十五歲學得未", "12歲以上可報名。", 1),
        ("買咗張八百蚊枱燈", "滿 $600可免費送貨", 1),
        ("有冇優惠", "滿 $600可免費送貨", 0),
    ],
)
def test_quantity_of_a_question_lies_in_the_limit_of_a_text(question: str, text: str, side: int) -> None:
    assert quantities.side(question, text) == side


def test_what_a_title_says_already_tells_no_case_from_another() -> None:
    text = "門市即場繡名約需 30分鐘(沙田、荃灣);網店落單需 4個工作天。"
    asked = cases.asked("網上落單繡名要等幾耐", "retail")
    assert cases.told(asked, text, "retail", "繡名服務") == "網店落單需 4個工作天。"


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("星期一至五", {1, 2, 3, 4, 5}),
        ("星期六、日及公眾假期", {6, 7, weekdays.HOLIDAY}),
        ("禮拜三", {3}),
        ("Mon-Fri", {1, 2, 3, 4, 5}),
        ("週末", {6, 7}),
        ("一個星期一次", set()),
    ],
)
def test_days_of_the_week_are_seen(text: str, days: set[int]) -> None:
    assert weekdays.named(text) == days


def hits_of(*texts: str) -> list[Hit]:
    """Pieces of one article, best first."""
    ranked = Ranked(row=0, meaning=0.0, words=0.0, article_words=0.0, article_meaning=0.0)
    article = Article(id=1, title="會員禮遇")
    pieces = [FoundPiece(place, 1, 1, place, "item", "", text) for place, text in enumerate(texts)]
    return [Hit(piece, article, 1.0 - 0.01 * place, ranked, 0.0, is_past=False) for place, piece in enumerate(pieces)]


@pytest.mark.parametrize(
    ("question", "texts", "told"),
    [
        ("我得銅卡,免費泊幾耐", ("金卡會員免費泊車 3小時。", "銅卡會員免費泊車 1小時。"), "銅卡會員免費泊車 1小時。"),
        ("乙組嘅人睇專科報到幾多", ("甲組專科每次 $900。", "乙組專科每次 $500。"), "乙組專科每次 $500。"),
        (
            "會員免費泊幾耐",
            ("金卡會員免費泊車 3小時。", "銅卡會員免費泊車 1小時。"),
            "金卡會員免費泊車 3小時。\n銅卡會員免費泊車 1小時。",
        ),
        (
            "睇中醫每次賠幾多,一年最多幾次",
            ("中醫及針灸:每次 $220,每年最多 10次。", "牙科護理:每次 $350,每年最多 4次。"),
            "中醫及針灸:每次 $220,每年最多 10次。",
        ),
        (
            "我買咗二千四嘅嘢,個仔可唔可以代領",
            ("總額超過 $2,000的訂單不接受代領。", "$2,000或以下可由他人代領,須說出姓氏。"),
            "總額超過 $2,000的訂單不接受代領。",
        ),
        ("鑽石卡有冇得免費泊", ("金卡會員免費泊車 3小時。",), "金卡會員免費泊車 3小時。"),
    ],
)
def test_of_classes_the_one_that_is_named_is_told(question: str, texts: tuple[str, ...], told: str) -> None:
    assert telling.told(question, hits_of(*texts), "retail") == told
