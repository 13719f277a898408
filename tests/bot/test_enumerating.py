"""Which points a message marks, which of them comes first, and which one a later message goes on to."""

import pytest

from kaitak.bot import enumerating
from kaitak.nlu import normalising


def plain(text: str) -> str:
    return normalising.simplify(normalising.fold(text).text)


@pytest.mark.parametrize(
    ("text", "many", "first"),
    [
        ("有兩件事想搞：第一改地址，第二攞收據。先幫我改地址", 2, 0),
        ("三樣嘢：張卡唔見咗（呢樣最急搞先），跟住想知幾時交保費，最後要份副本", 3, 0),
        ("保單有兩事相詢。其一，保費扣款不成；其二（請先處理），擬更新電郵", 2, 1),
        ("hi想問2樣野 1份旅保包唔包潛水 2想加多兩日 答左1先 TR25-77001", 2, 0),
        ("有2樣嘢 a 張單去到邊 b 退款幾時到 b先啦", 2, 1),
        ("兩個問題 1) 張單幾時到 2) 點查積分 覆咗第二個先", 2, 1),
        ("一係想改送貨日子，二係想拎張收據，收據嗰樣搞咗先", 2, 1),
        ("两件事，一是查理赔进度，二是想换受益人（这个急，请先办）", 2, 1),
        ("您好，有兩個問題：1、訂單何時到；2、積分怎麼查。先回覆第2個，謝謝", 2, 1),
        ("Two things: 1. where's my parcel 2. how do I get a receipt. Do number 2 first please.", 2, 1),
        ("First, cancel HK25-771204. Second, when does the sale end? The sale one first please.", 2, 1),
        ("Number one, my card was lost. Number two, I need my certificate (this is urgent)", 2, 1),
        ("有三件事：一、補領醫療卡；二、索取保單副本；三、更改地址（此項最急）。", 3, 2),
        ("想問兩樣嘢，一個係份旅保包唔包滑雪，一個係想加人，你答咗第一樣先", 2, 0),
    ],
)
def test_points_are_told_apart_and_the_one_wanted_first_is_known(text: str, many: int, first: int) -> None:
    found = enumerating.points(plain(text))
    told = [point for point in found if point.text]
    firsts = [told.index(each) if each.text else each.place for each in found if each.rank == "first"]
    assert (len(told), firsts) == (many, [first])


@pytest.mark.parametrize(
    "text",
    [
        "第一次買你哋嘢，第二日就壞咗",
        "想退1件衫同2條褲",
        "我有兩張單 HK25-100101 同 HK25-100102",
        "我住一樓，二樓唔收",
        "改去開源道1號2樓",
        "第一張取消，第二張照送",
        "Where is my first order?",
    ],
)
def test_counts_floors_and_orders_are_no_points(text: str) -> None:
    assert enumerating.points(plain(text)) == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("咁2呢", 1),
        ("卡得喇，到第二樣", 1),
        ("好，最後嗰樣，send去mei@kwun.hk", -1),
        ("ok 第三樣呢？", 2),
        ("now number one", 0),
        ("what about number two?", 1),
        ("那第二个问题呢", 1),
        ("b呢", 1),
        ("and the last one?", -1),
        ("我要兩件", None),
        ("HK25-100102呢", None),
        ("11月2號得唔得", None),
    ],
)
def test_point_that_a_message_goes_on_to(text: str, place: int | None) -> None:
    assert enumerating.next_place(plain(text)) == place
