"""What stays in force from turn to turn: requests, values, corrections, references; no model is needed to judge it."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.bot import carrying, packs, replacing
from kaitak.bot.dialogue import DialogueState
from kaitak.nlu.understanding import Understanding
from tests.factories import messages_read, models


def retail() -> packs.Pack:
    return models.pack("retail")


def read(text: str, intent: str, confidence: float = 0.9) -> Understanding:
    return messages_read.read(retail(), text, intent, confidence)


def talk(*turns: tuple[str, str, float]) -> carrying.Followed:
    """The last turn of a conversation, each message with what the classifier says of it."""
    state, followed = DialogueState(), carrying.Followed(intent=None)
    for text, intent, confidence in turns:
        followed = carrying.follow(retail(), state, read(text, intent, confidence))
        values = replace(
            state, topics=followed.topics, said=followed.said, told=followed.told, taken_back=followed.taken_back
        )
        state = replace(values, turns=state.turns + 1)
    return followed


FIRST = ("我張單HK25-100111幾時送到", "order_status", 0.95)


def test_value_alone_keeps_the_request() -> None:
    followed = talk(("想查單", "order_status", 0.9), ("HK25-100234", "refund_status", 0.4))
    assert (followed.intent, followed.of("order_no")) == ("order_status", ("HK25-100234",))


def test_corrected_value_is_never_used_again() -> None:
    followed = talk(
        FIRST, ("打錯咗,係HK25-100222", "order_status", 0.5), ("可唔可以改聽日送", "delivery_reschedule", 0.95)
    )
    assert (followed.intent, followed.of("order_no")) == ("delivery_reschedule", ("HK25-100222",))
    assert ("order_no", "HK25-100111") not in followed.said


def test_ellipsis_goes_on_with_the_request() -> None:
    followed = talk(
        ("想改星期五送 HK25-100111", "delivery_reschedule", 0.95), ("咁聽日呢", "store_hours_location", 0.9)
    )
    assert followed.intent == "delivery_reschedule"
    assert (followed.of("date"), followed.carried) == (("2025-11-20",), ("order_no",))


def test_message_that_stands_by_itself_changes_the_request() -> None:
    followed = talk(FIRST, ("另外想問下你哋收唔收支付寶", "payment_methods", 0.95))
    assert (followed.intent, followed.values) == ("payment_methods", ())


def test_return_brings_back_the_values_of_the_earlier_request() -> None:
    followed = talk(
        ("退款幾時到 HK25-100111", "refund_status", 0.95),
        ("另外想問下你哋收唔收支付寶", "payment_methods", 0.95),
        ("講返頭先退款,大概要等幾多日", "refund_status", 0.8),
    )
    assert (followed.intent, followed.of("order_no")) == ("refund_status", ("HK25-100111",))


def test_ordinals_and_earlier_ones_are_found_among_what_was_said() -> None:
    two = ("HK25-100111同HK25-100222去咗邊", "order_status", 0.95)
    assert talk(two).of("order_no") == ("HK25-100111", "HK25-100222")
    assert talk(two, ("第二張可唔可以取消", "order_cancel", 0.95)).of("order_no") == ("HK25-100222",)
    later = (FIRST, ("HK25-100222呢", "order_status", 0.6), ("之前嗰張可唔可以取消", "order_cancel", 0.95))
    assert talk(*later).of("order_no") == ("HK25-100111",)


def test_tail_of_a_number_stands_for_the_whole() -> None:
    assert talk(FIRST, ("單號尾100111嗰張呢", "order_status", 0.9)).of("order_no") == ("HK25-100111",)
    assert talk(FIRST, ("打錯,單號100112先啱", "order_status", 0.5)).of("order_no") == ("HK25-100112",)


def test_late_answer_belongs_to_the_request_that_needs_it() -> None:
    followed = talk(
        ("我想換個細碼", "exchange_request", 0.95),
        ("你哋運費點計", "delivery_fee_area", 0.95),
        ("單號係HK25-100234", "order_status", 0.4),
    )
    assert (followed.intent, followed.of("order_no")) == ("exchange_request", ("HK25-100234",))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=30), st.sampled_from(["order_status", "deny", "nonsense"])), max_size=12))
def test_any_conversation_keeps_a_bounded_memory(turns: list[tuple[str, str]]) -> None:
    followed = talk(*((text, intent, 0.7) for text, intent in turns))
    assert len(followed.topics) <= 8
    assert len(followed.said) <= 40


def test_values_stay_while_the_request_goes_on() -> None:
    followed = talk(
        ("我想訂一批保溫杯,要報價", "bulk_corporate_order", 0.95),
        ("12月10號前要到,budget萬八蚊", "delivery_reschedule", 0.6),
    )
    assert followed.intent == "bulk_corporate_order"
    assert (followed.of("product"), followed.of("amount")) == (("保溫杯",), ("18000",))


def test_tail_said_anew_corrects_the_telephone_number() -> None:
    followed = talk(("送到打6218 4430", "delivery_reschedule", 0.9), ("電話錯咗,尾四個字係4403先啱", "affirm", 0.6))
    assert (followed.intent, followed.of("phone")) == ("delivery_reschedule", ("62184403",))


def test_last_two_digits_put_right_take_the_old_number_away() -> None:
    followed = talk(("單號31077425", "order_status", 0.9), ("我睇錯咗，單號尾二係五二唔係二五", "affirm", 0.5))
    assert followed.of("order_no") == ("31077452",)


def test_a_thing_is_meant_by_words_that_point_at_it() -> None:
    followed = talk(
        ("粉紅色嗰部咖啡機有冇貨", "product_availability", 0.95),
        ("想問下佢係用咩材料整㗎", "product_info", 0.95),
    )
    assert (followed.intent, followed.of("product")) == ("product_info", ("咖啡機",))


def test_numbers_are_known_by_whose_they_are() -> None:
    first = ("我同家姐都有落單,佢嗰張係HK25-100111,我嗰張係HK25-100222,想知去到邊", "order_status", 0.9)
    followed = talk(first, ("佢嗰張送咗未?", "order_status", 0.9))
    assert (followed.of("order_no"), followed.of("person")) == (("HK25-100111",), ("家姐",))
    assert talk(first, ("我嗰張改期", "delivery_reschedule", 0.9)).of("order_no") == ("HK25-100222",)


def test_contact_given_for_want_of_a_number_goes_when_the_number_comes() -> None:
    given = ("冇單號喎,得個電話得唔得?9432 1106", "order_status", 0.4)
    assert talk(("想查單", "order_status", 0.9), given).of("phone") == ("94321106",)
    followed = talk(("想查單", "order_status", 0.9), given, ("搵到喇,HK25-330981", "order_status", 0.9))
    assert (followed.of("phone"), followed.of("order_no")) == ((), ("HK25-330981",))


def test_deed_taken_back_in_passing_lets_another_be_asked_for() -> None:
    first = ("HK25-100111個電飯煲爛咗,想換", "exchange_request", 0.9)
    assert talk(first, ("嗰個煲我唔換喇,退錢俾我算", "return_request", 0.5)).intent == "return_request"


def test_talk_that_goes_on_in_another_channel_keeps_its_request() -> None:
    followed = talk(FIRST, ("轉咗嚟WhatsApp,頭先嗰單有冇消息", "agent_request", 0.9))
    assert (followed.intent, followed.of("order_no")) == ("order_status", ("HK25-100111",))


def test_question_about_money_needs_the_number_alone() -> None:
    first = ("我張單HK25-100111可唔可以加多對襪", "order_modify", 0.95)
    followed = talk(first, ("使唔使補運費", "delivery_fee_area", 0.9))
    assert followed.values == (("order_no", ("HK25-100111",)),)


def test_one_of_two_numbers_is_picked_in_the_same_breath() -> None:
    both = ("我有兩張單,HK25-100111同HK25-100222,第二張唔要喇", "order_cancel", 0.95)
    assert talk(both).of("order_no") == ("HK25-100222",)
    assert talk(both, ("前面嗰張幾時到", "order_status", 0.95)).of("order_no") == ("HK25-100111",)


def test_former_and_latter_are_the_two_things_named() -> None:
    first = ("部焗爐同部洗碗機邊部細啲", "product_info", 0.95)
    assert talk(first, ("前者有冇白色", "product_availability", 0.95)).of("product") == ("焗爐",)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("頭嗰樣壞咗", "product", "焗爐"),
        ("後嗰樣壞咗", "product", "洗碗機"),
        ("第二部壞咗", "product", "洗碗機"),
        ("前一張係咪出咗貨", "order_no", "HK25-100111"),
        ("后一个改送公司", "order_no", "HK25-100222"),
    ],
)
def test_one_of_two_is_picked_by_its_place(text: str, kind: str, value: str) -> None:
    things = ("部焗爐同部洗碗機點登記保養", "warranty_repair", 0.95)
    orders = ("HK25-100111同HK25-100222兩張單去咗邊", "order_status", 0.95)
    first, intent = (things, "warranty_repair") if kind == "product" else (orders, "order_status")
    assert talk(first, (text, intent, 0.95)).of(kind) == (value,)


def test_one_of_two_orders_is_known_by_what_was_asked_of_it() -> None:
    orders = ("HK25-100111同HK25-100222兩張單去咗邊", "order_status", 0.95)
    moved = ("HK25-100222改送公司", "delivery_address_change", 0.95)
    last = ("改地址嗰張加多一條圍巾", "order_modify", 0.95)
    assert talk(orders, moved, last).of("order_no") == ("HK25-100222",)


@pytest.mark.parametrize(
    "text", ["唔係,尾段倒轉咗,係9123 4576", "打錯咗 後面調轉咗 係91234576", "sorry the end got swapped, it's 9123 4576"]
)
def test_a_whole_number_said_anew_is_no_tail_of_the_old_one(text: str) -> None:
    first = ("改戶口電話做9123 4567", "account_access", 0.95)
    assert talk(first, (text, "account_access", 0.5)).of("phone") == ("91234576",)


def test_others_that_are_sent_all_the_same_keep_no_cancellation() -> None:
    first = ("HK25-100111成張取消", "order_cancel", 0.95)
    followed = talk(first, ("等等,淨係唔要盞燈,刪走佢,其餘照寄", "order_modify", 0.97))
    assert (followed.intent, followed.of("order_no")) == ("order_modify", ("HK25-100111",))


def test_a_value_said_again_as_it_was_corrects_nothing() -> None:
    first = ("the boots from HK25-100111 are tight, can I swap them", "exchange_request", 0.95)
    then = "Actually no, bigger is no better. I'll send the boots back for my money."
    assert talk(first, (then, "return_request", 0.97)).intent == "return_request"


def test_who_is_to_do_it_stays_when_a_telephone_is_given() -> None:
    followed = talk(("HK25-100111我叫陳大文去攞", "store_pickup", 0.95), ("打我電話6123 4567", "store_pickup", 0.9))
    assert followed.of("person") == ("陳大文",)


def test_a_deed_that_is_not_wanted_is_not_asked_for() -> None:
    first = ("HK25-100111少咗一支洗頭水", "wrong_or_missing_item", 0.95)
    assert talk(first, ("你哋補返支洗頭水嚟,唔好退錢", "return_request", 0.83)).intent == "wrong_or_missing_item"


def test_what_is_not_bought_yet_gives_nothing_up() -> None:
    first = ("想改戶口電話做9123 4567", "account_access", 0.95)
    asked = ("開咗盒退唔退得,未買住,問定先", "return_policy", 0.97)
    assert talk(first, asked, ("個戶口改電話要幾耐", "account_access", 0.95)).of("phone") == ("91234567",)


def test_one_of_two_shops_is_picked_by_its_place() -> None:
    shops = ("觀塘店同將軍澳店邊間有貨", "product_availability", 0.95)
    assert talk(shops, ("前面講嗰間幾點閂", "store_hours_location", 0.95)).of("store") == ("觀塘店",)


@pytest.mark.parametrize(
    ("text", "intent", "days"),
    [
        ("琴日收到個煲,個蓋裂咗", "damaged_defective_item", ()),
        ("你哋旺角店今晚開到幾點", "store_hours_location", ()),
        ("星期日開到幾點", "store_hours_location", ("2025-11-23",)),
        ("我啲分年尾會唔會過期", "membership_points", ()),
        ("張單今日會唔會送到", "order_status", ("2025-11-19",)),
        ("部機十一月三號送到,開唔到", "damaged_defective_item", ("2025-11-03",)),
    ],
)
def test_a_day_that_only_tells_the_story_is_no_value(text: str, intent: str, days: tuple[str, ...]) -> None:
    assert talk((text, intent, 0.95)).of("date") == days


def test_a_thing_goes_on_with_the_matter_and_not_with_another() -> None:
    first = ("想退返對涼鞋 HK25-100111", "return_request", 0.95)
    assert talk(first, ("唔退住,有冇大一個碼換", "exchange_request", 0.9)).of("product") == ("涼鞋",)
    aside = talk(first, ("順便想問下你哋有咩新品", "product_info", 0.95))
    assert (aside.of("product"), aside.of("order_no")) == ((), ())


def test_a_contact_given_is_no_request_of_its_own() -> None:
    followed = talk(
        ("HK25-100111寫住送咗但我冇收到", "delivery_not_received", 0.95),
        ("Please call me on 9011 2234.", "agent_request", 0.95),
    )
    assert (followed.intent, followed.of("phone")) == ("delivery_not_received", ("90112234",))


def test_a_thing_named_again_brings_its_request_back() -> None:
    followed = talk(
        ("HK25-100111少咗個鬧鐘", "wrong_or_missing_item", 0.95),
        ("順便問下旺角店幾點收工", "store_hours_location", 0.95),
        ("唔過嚟喇,鬧鐘寄俾我得唔得", "wrong_or_missing_item", 0.5),
    )
    assert (followed.intent, followed.of("order_no")) == ("wrong_or_missing_item", ("HK25-100111",))


def test_who_tells_the_bot_to_get_somebody_is_asking_for_a_person() -> None:
    followed = talk(("投訴旺角店個店員", "complaint_service", 0.95), ("叫你哋經理覆我", "complaint_service", 0.9))
    assert followed.intent == "agent_request"


def test_thanks_that_answer_no_question_close_the_talk() -> None:
    followed = talk(FIRST, ("好,唔該", "affirm", 0.98))
    assert followed.intent == "goodbye_thanks"


@pytest.mark.parametrize(
    ("first", "then", "kind", "left"),
    [
        ("HK25-100111改星期六送", "唔好星期六，星期日", "date", ("2025-11-23",)),
        ("黑色外套旺角店有冇貨", "旺角太遠，睇下沙田", "store", ("沙田",)),
        ("取消HK25-100111同HK25-100222", "HK25-100222唔取消住", "order_no", ("HK25-100111",)),
        ("HK25-100111改12月7號送", "7號滿咗，9號啦", "date", ("2025-12-09",)),
        ("發票寄去amy.fung@gmail.com", "唔係gmail，係yahoo.com.hk", "email", ("amy.fung@yahoo.com.hk",)),
        ("送到打6123 0001", "最後一個字唔係1係7", "phone", ("61230007",)),
    ],
)
def test_what_is_named_to_be_taken_back_is_not_used(first: str, then: str, kind: str, left: tuple[str, ...]) -> None:
    intent, state = "delivery_reschedule", DialogueState()
    intent = {"store": "product_availability", "order_no": "order_cancel", "email": "invoice_request"}.get(kind, intent)
    followed = carrying.follow(retail(), state, read(first, intent))
    kept = {"topics": followed.topics, "said": followed.said, "told": followed.told}
    state = replace(state, turns=1, **kept)  # type: ignore[arg-type]
    again = replacing.without_replaced(retail(), state, read(then, intent))
    assert carrying.follow(retail(), state, again).of(kind) == left
