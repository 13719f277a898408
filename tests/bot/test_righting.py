# ruff: noqa: E501, the tables are wider than prose
"""Requests and values that a customer puts right, gives up or leaves as they were; no model is needed to judge it."""

from dataclasses import replace

import pytest

from kaitak.bot import carrying, replacing
from kaitak.bot.carrying import Followed
from kaitak.bot.dialogue import DialogueState
from tests.factories import messages_read, models

Said = tuple[str, str] | tuple[str, str, float]
STATUS, MOVE, CANCEL, SWAP = "order_status", "delivery_reschedule", "order_cancel", "exchange_request"


def talk(name: str, *turns: Said) -> Followed:
    """The last turn of a conversation, each message with what the classifier says of it."""
    pack, state, followed = models.pack(name), DialogueState(), Followed(intent=None)
    for text, intent, *share in turns:
        read = messages_read.read(pack, text, intent, share[0] if share else 0.97)
        followed = carrying.follow(pack, state, replacing.without_replaced(pack, state, read))
        values = replace(state, topics=followed.topics, said=followed.said, told=followed.told)
        state = replace(values, taken_back=followed.taken_back, turns=state.turns + 1)
    return followed


@pytest.mark.parametrize(
    ("first", "then", "intent"),
    [
        (("想退件外套 HK25-100111", "return_request"), "講錯咗，我係想換細碼，唔係退", SWAP),
        (("HK25-100111幾時到", STATUS), "唔係問幾時到，係想改送貨日子", MOVE),
        (("我想问退货政策", "return_policy"), "我说错了，我是要退货", "return_request"),
        (("HK25-100111 where is it", STATUS), "Sorry, wrong question. I meant can I still cancel the whole thing", CANCEL),
        (("我想查積分", "membership_points"), "打錯字，我想查退款先啱，HK25-100111", "refund_status"),
        (("幫我取消HK25-100111", CANCEL), "表達得唔好，其實想改送貨時間", MOVE),
        (("HK25-100111 cancel please", CANCEL), "hold off on that, I only want to change the delivery date", MOVE),
        (("查HK25-100111", STATUS), "写错了，我要取消订单", CANCEL),
        (("HK25-100111 refund?", "refund_status"), "what I meant is an exchange, please", SWAP),
    ],
)  # fmt: skip
def test_another_request_was_meant(first: Said, then: str, intent: str) -> None:
    assert talk("retail", first, (then, intent, 0.78)).intent == intent


@pytest.mark.parametrize(
    "then",
    [
        "sorry睇錯咗行 係HK25-100222先啱", "不好意思,上一封寫錯,應為HK25-100222", "打错了，单号是HK25-100222", "我抄漏咗個字，HK25-100222至真",
        "oops, HK25-100222", "typo, HK25-100222", "調轉咗兩個字 係HK25-100222", "唔啱呀，應該係HK25-100222", "my bad, it should read HK25-100222",
    ],
)  # fmt: skip
def test_value_put_right_leaves_the_request(then: str) -> None:
    followed = talk("retail", ("取消HK25-100111", CANCEL), (then, STATUS, 0.8))
    assert (followed.intent, followed.of("order_no")) == (CANCEL, ("HK25-100222",))
    assert ("order_no", "HK25-100111") in followed.taken_back


WHOLE: Said = ("訂120個保溫杯,報價去a.yip@abc.com,聯絡人葉倩儀,電話6123 4567", "bulk_corporate_order")


@pytest.mark.parametrize(
    "then",
    [
        "數量改做150個,其他照舊", "改为150个，其余不变", "Make it 150, the rest stays the same", "150個啦，其他嘢同頭先一樣",
        "150 please, everything else as before", "數量更改為150,其餘資料不變", "改150个，其他不用改", "要150個,其他唔使改", "150, otherwise unchanged",
    ],
)  # fmt: skip
def test_the_rest_stays_as_it_was(then: str) -> None:
    followed = talk("retail", WHOLE, (then, "order_modify", 0.99))
    assert followed.intent == "bulk_corporate_order"
    assert {"product", "email", "person", "phone"} <= {kind for kind, _ in followed.values}


@pytest.mark.parametrize(
    "then",
    ["改返我自己攞", "唔使佢喇", "都係我自己嚟拎", "不用他了，我自己取", "I'll collect it myself", "我亲自去拿", "唔好叫佢，我自己去攞", "i can pick it up myself"],
)  # fmt: skip
def test_who_is_no_longer_to_do_it_is_not_named_again(then: str) -> None:
    followed = talk("retail", ("HK25-100111叫何美蓮攞", "store_pickup"), (then, "store_pickup", 0.6))
    assert (followed.of("person"), followed.of("order_no")) == ((), ("HK25-100111",))


@pytest.mark.parametrize(
    ("then", "days"),
    [
        ("定係唔改喇，照原本嗰日送", ()),
        ("算，照返原定日子", ()),
        ("不改期了，按原来的时间吧", ()),
        ("keep the original date after all", ()),
        ("唔係星期五", ()),
        ("not on Friday", ()),
        ("这周六或者周日都行，就周日吧", ("2025-11-23",)),
        ("星期六定星期日都得，不如星期日", ("2025-11-23",)),
        ("Saturday or Sunday both work, let's say Sunday", ("2025-11-23",)),
        ("月底28號", ("2025-11-28",)),
        ("a day later, 25 November", ("2025-11-25",)),
    ],
)
def test_a_day_is_given_up_or_settled(then: str, days: tuple[str, ...]) -> None:
    assert talk("retail", ("HK25-100111改星期五送", MOVE), (then, MOVE, 0.6)).of("date") == days


@pytest.mark.parametrize(
    ("then", "intent"),
    [
        ("地址唔郁住喇,轉1月6號送就得", MOVE), ("收件人不用改了，改成12月2号送", MOVE), ("唔改地址喇 成張取消", CANCEL),
        ("算啦唔使改,取消張單", CANCEL), ("都係唔改，12月2號送啦", MOVE), ("changed my mind, deliver it on 2 December instead", MOVE),
        ("不改地址了，取消订单吧", CANCEL), ("Leave it as it is; on second thoughts cancel the order", CANCEL),
    ],
)  # fmt: skip
def test_request_taken_back_leaves_nothing_behind(then: str, intent: str) -> None:
    first: Said = ("HK25-100111改送鰂魚涌,收件人林漢娜,電話9036 5572", "delivery_address_change")
    followed = talk("retail", first, (then, intent, 0.97))
    assert (followed.intent, followed.of("order_no")) == (intent, ("HK25-100111",))
    assert not {"林漢娜", "90365572"} & {value for _, values in followed.values for value in values}
    again = talk("retail", first, (then, intent, 0.97), ("佢電話幾多號送", intent, 0.5))
    assert not {"林漢娜", "90365572"} & {value for _, values in again.values for value in values}


@pytest.mark.parametrize(
    ("then", "number"),
    [
        ("Please renew the medical one", "HM25-900372"), ("the life policy, is it in force?", "L-8102-4466"),
        ("and for the first?", "L-8102-4466"), ("What about the second?", "HM25-900372"), ("第二份幾時到期", "HM25-900372"),
        ("前一個呢", "L-8102-4466"), ("the original one", "L-8102-4466"), ("my medical plan please", "HM25-900372"),
    ],
)  # fmt: skip
def test_one_of_two_is_picked_by_its_label_or_place(then: str, number: str) -> None:
    first: Said = ("I've a life policy, L-8102-4466, and a medical one, HM25-900372. Both in force?", "policy_enquiry")
    only: Said = ("HM25-900372幾時到期", "policy_enquiry")
    before = (first, only) if number.startswith("L") and "life" not in then and "first" not in then else (first,)
    assert talk("insurance", *before, (then, "policy_enquiry")).of("policy_no") == (number,)


@pytest.mark.parametrize(
    ("first", "then", "intent", "colour"),
    [
        ("那款蓝色行李箱多重", "它现在有货吗", "product_availability", "蓝色"),
        ("紅色嗰部咖啡機幾大部", "佢仲有冇貨", "product_availability", "紅色"),
        ("Is the navy backpack waterproof?", "Do you have it in stock?", "product_availability", "navy"),
        ("那款蓝色行李箱多重", "它有没有红色", "product_availability", "红色"),
        ("黑色嗰對波鞋有冇貨", "佢係咩料", "product_info", "黑色"),
    ],
)
def test_colour_goes_with_its_thing(first: str, then: str, intent: str, colour: str) -> None:
    earlier = "product_info" if intent == "product_availability" else "product_availability"
    assert talk("retail", (first, earlier), (then, intent)).of("colour") == (colour,)
