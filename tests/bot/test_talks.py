# ruff: noqa: E501, the tables are wider than prose
"""What is in force in whole talks of both demonstration tenants: tables of turns; no model is needed to judge them."""

from dataclasses import replace

import pytest

from kaitak.bot import carrying, focusing, reading, replacing, shifting
from kaitak.bot import escalation as escalation_of_talk
from kaitak.bot.carrying import Followed
from kaitak.bot.dialogue import DialogueState, Note, Question
from kaitak.nlu import normalising
from kaitak.nlu.mood import read_by_cues
from kaitak.nlu.understanding import EscalationReason, Mood, RankedIntent, Understanding
from tests.factories import messages_read, models

Said = tuple[str, str] | tuple[str, str, float]


def read(name: str, text: str, intent: str, confidence: float = 0.97) -> Understanding:
    return messages_read.read(models.pack(name), text, intent, confidence)


def talk(name: str, *turns: Said) -> Followed:
    """The last turn of a conversation, each message with what the classifier says of it."""
    state, followed = DialogueState(), Followed(intent=None)
    for turn in turns:
        whole = replacing.without_replaced(models.pack(name), state, read(name, *turn))
        followed = carrying.follow(models.pack(name), state, whole)
        note = Note(turn=0, said=turn[0], intent=turn[1], sentiment="neutral", emotion="calm", replied="")
        values = replace(
            state, topics=followed.topics, said=followed.said, told=followed.told, taken_back=followed.taken_back
        )
        state = replace(values, turns=state.turns + 1, notes=(note,))
    return followed


STATUS, MOVE = "order_status", "delivery_reschedule"
DUE: Said = ("L-6102-9941幾時供", "premium_due")
SATURDAY: Said = ("HK25-100111改星期六送", MOVE)


@pytest.mark.parametrize(
    ("then", "day"),
    [
        ("星期六要返公司,星期日啦", "2025-11-23"),
        ("哎呀星期六我唔喺度,改24號", "2025-11-24"),
        ("22號要飲,25號先得閒", "2025-11-25"),
        ("星期六去旅行喎 下星期一啦", "2025-11-24"),
        ("周六临时有事,周日可以吗", "2025-11-23"),
        ("I'm out on Saturday, make it 26 November", "2025-11-26"),
        ("諗真啲推後一日啦", "2025-11-23"),
        ("遲多兩日送得唔得", "2025-11-24"),
        ("可以提早一日嗎", "2025-11-21"),
        ("往后推迟三天吧", "2025-11-25"),
        ("Can you push it back by two days?", "2025-11-24"),
        ("one day earlier please", "2025-11-21"),
        ("押後一個星期", "2025-11-29"),
    ],
)
def test_a_day_named_beside_another_or_moved_gives_way(then: str, day: str) -> None:
    followed = talk("retail", SATURDAY, (then, MOVE))
    assert (followed.of("date"), followed.of("order_no")) == ((day,), ("HK25-100111",))


@pytest.mark.parametrize(
    "then", ["星期六至下星期一都得", "星期六定星期日好", "Saturday or 26 November", "22號同24號都得"]
)
def test_days_that_both_count_stay(then: str) -> None:
    assert len(talk("retail", SATURDAY, (then, MOVE)).of("date")) == 2


@pytest.mark.parametrize("text", ["已經遲咗兩日都未到", "等咗三日", "two days before Christmas", "後日", "晚啲先覆你"])
def test_what_only_tells_of_days_moves_none(text: str) -> None:
    assert shifting.shifted(normalising.simplify(text.lower()), "2025-11-22") is None


@pytest.mark.parametrize(
    ("name", "first", "then", "kind", "value"),
    [
        ("retail", ("單號25033819去到邊", STATUS), "讀錯咗,尾嗰兩個字係九一至啱", "order_no", "25033891"),
        ("retail", ("單號25033819去到邊", STATUS), "最後嗰兩位應該係91", "order_no", "25033891"),
        ("retail", ("查下HK25-100234", STATUS), "尾嗰三個字係二四三先啱", "order_no", "HK25-100243"),
        (
            "retail",
            ("order HK25-100234 status", STATUS),
            "sorry, the last two digits are 43",
            "order_no",
            "HK25-100243",
        ),
        ("insurance", ("查下CLM-25-70031", "claim_status"), "尾那两位是13才对", "claim_no", "CLM-25-70013"),
        ("insurance", DUE, "講錯,尾四個字係9914", "policy_no", "L-6102-9914"),
        ("insurance", ("電話改做62184430", "personal_info_update"), "尾嗰兩個字係零三", "phone", "62184403"),
        ("retail", ("送到打6218 4430", MOVE), "最後那个数字是1", "phone", "62184431"),
    ],
)
def test_the_tail_of_a_number_is_put_right(name: str, first: Said, then: str, kind: str, value: str) -> None:
    followed = talk(name, first, (then, "deny", 0.45))
    assert (followed.intent, followed.of(kind)) == (first[1], (value,))
    read_again = carrying.understood(read(name, then, "deny"), followed, DialogueState())
    assert read_again.values(kind) == (value,)  # so that the flow's slot takes it, too


TWO_ORDERS: Said = ("HK25-100111同HK25-100222幾時到", STATUS)
CANCELLED: Said = ("第二張唔要喇,幫我取消", "order_cancel")
FAN: Said = ("順便想問下你哋有冇電風扇賣", "product_availability")
BROKEN: Said = ("部焗爐收到就爛咗,HK25-100111", "damaged_defective_item")
CLAIMS: Said = ("CLM-25-70031係門診,CLM-25-70049係住院,批晒未", "claim_status")


@pytest.mark.parametrize(
    ("name", "turns", "kind", "value"),
    [
        ("retail", (TWO_ORDERS, CANCELLED, ("淨返嗰張改星期六送", MOVE)), "order_no", "HK25-100111"),
        ("retail", (TWO_ORDERS, CANCELLED, ("剩下的那张改到周六", MOVE)), "order_no", "HK25-100111"),
        ("retail", (TWO_ORDERS, CANCELLED, ("Deliver the remaining one on Saturday", MOVE)), "order_no", "HK25-100111"),
        ("retail", (TWO_ORDERS, CANCELLED, ("取消咗嗰張幾時退錢", "refund_status")), "order_no", "HK25-100222"),
        ("retail", (BROKEN, FAN, ("爛嗰部唔要喇,想退錢", "return_request")), "product", "焗爐"),
        ("retail", (BROKEN, FAN, ("I want to return the broken one", "return_request")), "product", "焗爐"),
        ("insurance", (CLAIMS, ("門診嗰個賠少咗,唔啱數", "claim_dispute")), "claim_no", "CLM-25-70031"),
        ("insurance", (CLAIMS, ("住院嗰單仲差咩文件", "claim_documents")), "claim_no", "CLM-25-70049"),
    ],
)  # fmt: skip
def test_what_is_left_broken_or_labelled_is_known(name: str, turns: tuple[Said, ...], kind: str, value: str) -> None:
    assert talk(name, *turns).of(kind) == (value,)


POINTS: Said = ("我同老公都係會員想查分,佢電話98761122,我就91234455", "membership_points")


@pytest.mark.parametrize(
    ("then", "phone", "person"),
    [
        ("你講佢嗰個先", ("98761122",), ("老公",)),
        ("他那个先查", ("98761122",), ("老公",)),
        ("咁我嗰個呢", ("91234455",), ()),
        ("我那个有多少分", ("91234455",), ()),
    ],
)
def test_whose_telephone_it_is_tells_which(then: str, phone: tuple[str, ...], person: tuple[str, ...]) -> None:
    followed = talk("retail", POINTS, (then, "membership_points"))
    assert (followed.of("phone"), followed.of("person")) == (phone, person)


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        ("retail", ("取消HK25-100111", "order_cancel"), ("其他嘢都要,淨係走咗對拖鞋", "order_modify")),
        ("retail", ("取消HK25-100111", "order_cancel"), ("其他的留着,只去掉那双拖鞋", "order_modify")),
        ("insurance", ("退咗L-6102-9941", "policy_cancel_surrender"), ("唔退住,想用份保單借錢", "policy_loan")),
    ],
)
def test_the_rest_that_stays_changes_no_subject(name: str, first: Said, then: Said) -> None:
    kind = {"retail": "order_no", "insurance": "policy_no"}[name]
    assert talk(name, first, then).of(kind) == talk(name, first).of(kind) != ()


@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        ("retail", SATURDAY, ("好喇,到積分,我仲有幾多", "membership_points")),
        ("retail", SATURDAY, ("ok now the payment, do you take Alipay", "payment_methods")),
        ("retail", SATURDAY, ("想問其他嘢,門市幾點開", "store_hours_location")),
        ("insurance", DUE, ("對了,附近有冇網絡醫生", "network_provider")),
        ("insurance", DUE, ("Something else: which hospitals are listed?", "network_provider")),
        ("insurance", DUE, ("輪到醫療卡,唔見咗點補", "medical_card")),
    ],
)  # fmt: skip
def test_another_subject_takes_no_number_along(name: str, first: Said, then: Said) -> None:
    followed = talk(name, first, then)
    assert (followed.intent, followed.values) == (then[1], ())


DAMAGED: Said = ("張餐桌送到就裂咗,HK25-100111", "damaged_defective_item")
CREAM: Said = ("嗰款面霜旺角店仲有冇貨", "product_availability")


@pytest.mark.parametrize(
    ("name", "turns", "intent"),
    [
        # What leans on the talk before and yet can mean but one thing.
        ("retail", (("HK25-100111幾時到", STATUS), ("咁改後日先送得唔得", MOVE, 0.99)), MOVE),
        ("retail", (("HK25-100111幾時到", STATUS), ("那改成周五再送可以吗", MOVE, 0.99)), MOVE),
        ("retail", (("HK25-100111幾時到", STATUS), ("咁聽日呢", "store_hours_location", 0.95)), STATUS),
        ("retail", (("HK25-100111可唔可以加對襪", "order_modify"), ("使唔使補運費", "delivery_fee_area", 1.0)), "order_modify"),
        # The price of a thing is asked of the thing, a fee of the order.
        ("retail", (CREAM, ("幾錢一樽", "product_info", 0.92)), "product_info"),
        ("retail", (CREAM, ("多少钱一瓶啊", "product_info", 0.92)), "product_info"),
        ("retail", (CREAM, ("How much is it?", "product_info", 0.92)), "product_info"),
        ("retail", (CREAM, ("咁幾多錢", "refund_status", 0.92)), "product_availability"),
        # The deed that is named stays, though a sibling is read.
        ("retail", (("件褸想換大碼 HK25-100111", "exchange_request"), ("我自己寄返嚟換定你哋收", "return_request", 0.91)), "exchange_request"),
        ("retail", (("想退返件褸 HK25-100111", "return_request"), ("how do I return it, by post or at a shop?", "exchange_request", 0.9)), "return_request"),
        ("retail", (("想退返件褸 HK25-100111", "return_request"), ("唔退住,可唔可以換", "exchange_request", 0.9)), "exchange_request"),
        # A thing named again with a word of return; one of several picked by its label.
        ("retail", (DAMAGED, ("另想請教收唔收轉數快", "payment_methods"), ("回到餐桌一事,請安排同事致電", "agent_request", 0.9)), "damaged_defective_item"),
        ("retail", (DAMAGED, ("順便問幾時閂門", "store_hours_location"), ("about that 餐桌, any news", "order_status", 0.6)), "damaged_defective_item"),
        ("insurance", (CLAIMS, ("門診嗰個賠少咗$300,唔啱數", "claim_dispute", 0.85)), "claim_dispute"),
        ("insurance", (CLAIMS, ("住院那个赔得不对", "claim_dispute", 0.85)), "claim_dispute"),
        # A request taken back in passing; on second thoughts.
        ("retail", (("想換個細碼 HK25-100111", "exchange_request"), ("其实合脚,不用换了。给我开张收据", "invoice_request", 0.5)), "invoice_request"),
        ("insurance", (("cancel L-6102-9941", "policy_cancel_surrender"), ("On second thoughts keep it running. Change my email", "personal_info_update", 0.5)), "personal_info_update"),
    ],
)  # fmt: skip
def test_the_request_in_force(name: str, turns: tuple[Said, ...], intent: str) -> None:
    assert talk(name, *turns).intent == intent


@pytest.mark.parametrize(
    ("then", "is_kept"),
    [
        ("咁係你哋嚟收定要我自己寄", False),
        ("請問要寄去邊度?", False),
        ("Do I have to pay for the postage?", False),
        ("入面嘅嘢唔使改,其餘照舊", True),
    ],
)
def test_a_contact_given_is_kept_for_what_is_done_and_not_for_what_is_asked(then: str, *, is_kept: bool) -> None:
    first = ("HK25-100111件褸細咗想換,我叫鄧美寶,電話67913350", "exchange_request")
    followed = talk("retail", first, (then, "exchange_request"))
    assert (followed.of("phone") != (), followed.of("order_no")) == (is_kept, ("HK25-100111",))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("冇就算啦用返信用卡。咁個code點搞", "個code點搞"),
        ("唔使換喇。麻煩開張收據俾我", "開張收據俾我"),
        ("Keep it going. Just change my email address", "change my email address"),
        ("先查保費幾多,搞掂先再問你旅遊保險", "先查保費幾多"),
        ("I need a copy of my policy. After that I've a question about clinics.", "i need a copy of my policy"),
        ("先帮我加毛巾,然后再问你付款", "先帮我加毛巾"),
        ("張單改後日送,第二樣係積分遲啲先講", "張單改後日送"),
        ("第二樣係積分遲啲先講", None),
    ],
)
def test_the_part_that_asks_is_read_without_what_is_put_off_or_done_with(text: str, part: str | None) -> None:
    assert focusing.focus(text) == part


CUSTOMS_WAIT, CUSTOMS_THREAT = "件貨卡咗喺海關,要等幾耐", "再唔送我就報海關"


@pytest.mark.parametrize(
    ("text", "reasons", "escalation", "corrects", "due"),
    [
        (CUSTOMS_WAIT, ("legal_or_media",), 0.9, False, False),
        ("包裹被海关扣住了,还要多久", ("legal_or_media",), 0.9, False, False),
        ("It's stuck in customs, how long?", ("legal_or_media",), 0.9, False, False),
        (CUSTOMS_THREAT, ("legal_or_media", "anger"), 0.9, False, True),
        ("等等先,唔好成張取消,幫我走個電熱水壺", ("distress",), 0.95, True, False),
        ("等唔到喇,幫我取消佢啦", ("repeated_failure",), 0.54, False, False),
        ("我打咗四次都冇人覆", ("repeated_failure",), 0.95, False, True),
        ("我好擔心,個女聽日生日,點算好", ("distress",), 0.9, False, True),
    ],
)
def test_who_hurries_or_names_the_customs_office_needs_no_person(
    text: str, reasons: tuple[EscalationReason, ...], escalation: float, *, corrects: bool, due: bool
) -> None:
    shown = read_by_cues(normalising.fold(text).text, "request").evidence
    felt = Mood(sentiment="negative", emotion="anxious", urgency="normal", reasons=reasons, escalation=escalation)
    whole = replace(read("retail", text, STATUS, 0.99), mood=replace(felt, evidence=shown), is_correction=corrects)
    assert escalation_of_talk.must_step_in(DialogueState(), whole) is due


@pytest.mark.parametrize(
    ("name", "text", "asked", "first"),
    [
        ("retail", "兩件事,HK25-100111加多條毛巾;另外想問收唔收支付寶", ("order_modify", "payment_methods"), "order_modify"),
        ("retail", "两个事,先取消HK25-100111,另外问一下退款几时到", ("order_cancel", "refund_status"), "order_cancel"),
        ("retail", "Two things: cancel HK25-100111, and also when do you open?", ("order_cancel", "store_hours_location"), "order_cancel"),
        ("insurance", "查下L-6102-9941幾時供,順便想更新埋個電郵", ("premium_due", "personal_info_update"), "premium_due"),
        ("insurance", "First send me a copy of L-6102-9941, then tell me about panel clinics", ("policy_document_copy", "network_provider"), "policy_document_copy"),
        ("insurance", "L-6102-9941係咪下星期到期要續", ("policy_enquiry", "policy_renewal"), "policy_renewal"),
    ],
)  # fmt: skip
def test_the_first_of_several_requests_is_in_force(name: str, text: str, asked: tuple[str, ...], first: str) -> None:
    followed = carrying.follow(models.pack(name), DialogueState(), replace(read(name, text, asked[1]), requests=asked))
    assert followed.intent == first


@pytest.mark.parametrize(
    ("name", "turns", "intent", "kind", "value"),
    [
        # A value put right is right for the requests before it.
        ("insurance", (DUE, ("轉信用卡交", "payment_method_change"), ("打錯咗,係L-6102-9914", "deny", 0.5), ("講返保費,幾號前要交", "premium_due")), "premium_due", "policy_no", "L-6102-9914"),
        ("retail", (SATURDAY, ("开张发票", "invoice_request"), ("说错了,是HK25-100222", "deny", 0.5), ("说回送货,能不能下午", MOVE)), MOVE, "order_no", "HK25-100222"),
        ("retail", (SATURDAY, ("can you invoice me for it", "invoice_request"), ("sorry wrong number, it's HK25-100222", "deny", 0.5), ("back to the delivery please, afternoon?", MOVE)), MOVE, "order_no", "HK25-100222"),
        # A word of return, and a deed of its own.
        ("retail", (("HK25-100111幾時到", STATUS), ("順便問收唔收支付寶", "payment_methods"), ("好,返返去嗰張單,改星期六送", MOVE, 0.82)), MOVE, "order_no", "HK25-100111"),
        ("retail", (("HK25-100111幾時到", STATUS), ("对了支持微信支付吗", "payment_methods"), ("回到刚才那个订单,能取消吗", "order_cancel", 0.85)), "order_cancel", "order_no", "HK25-100111"),
        ("insurance", (("CLM-25-70031批咗未", "claim_status"), ("by the way which clinics can I use?", "network_provider"), ("Back to that claim, I want to appeal", "claim_dispute", 0.85)), "claim_dispute", "claim_no", "CLM-25-70031"),
        # A value alone belongs to the request that needs it; a bare day to the month spoken of.
        ("insurance", (("TR25-10101改12月3號出發", "travel_insurance_change"), ("滑雪包唔包", "coverage_question"), ("ok 咁照改5號", "affirm", 0.4)), "travel_insurance_change", "date", "2025-12-05"),
        ("retail", (("HK25-100111改12月7號送", MOVE), ("对了你们收支付宝吗", "payment_methods"), ("还是9号吧", "affirm", 0.4)), MOVE, "date", "2025-12-09"),
        # A deed put aside by a condition.
        ("insurance", (("退L-6102-9941攞返幾多", "policy_cancel_surrender"), ("如果唔退,借住先得唔得", "policy_loan", 0.89)), "policy_loan", "policy_no", "L-6102-9941"),
        ("retail", (("想退HK25-100111", "return_request"), ("要是不退,换一个行不行", "exchange_request", 0.89)), "exchange_request", "order_no", "HK25-100111"),
        # The house of an address by any name.
        ("retail", (("發票HK25-100111寄去amy.fung@abc.com", "invoice_request"), ("唔係abc 係abd.com", "deny", 0.6)), "invoice_request", "email", "amy.fung@abd.com"),
        ("insurance", (("保单副本L-6102-9941发到ken@firm.hk", "policy_document_copy"), ("错了,应该是firma.com.hk", "deny", 0.6)), "policy_document_copy", "email", "ken@firma.com.hk"),
        ("insurance", (("email a copy of L-6102-9941 to ken@firm.com", "policy_document_copy"), ("no, it's firms.com", "deny", 0.6)), "policy_document_copy", "email", "ken@firms.com"),
    ],
)  # fmt: skip
def test_what_was_put_right_or_left_open_holds_later(
    name: str, turns: tuple[Said, ...], intent: str, kind: str, value: str
) -> None:
    followed = talk(name, *turns)
    assert (followed.intent, followed.of(kind)) == (intent, (value,))


@pytest.mark.parametrize(
    ("name", "turns", "intent"),
    [
        # An English word said again in a Chinese message is of the same matter.
        ("insurance", (DUE, ("轉用Visa得唔得", "payment_method_change"), ("轉Visa要填咩表", "policy_cancel_surrender", 0.75)), "payment_method_change"),
        ("insurance", (DUE, ("我想用FPS交", "payment_method_change"), ("你話FPS要幾多日先過到數", "claim_payment_missing", 0.8)), "payment_method_change"),
        ("retail", (("Alipay俾唔到錢", "payment_failed"), ("我想知Alipay係咪壞咗要整", "warranty_repair", 0.8)), "payment_failed"),
        ("insurance", (DUE, ("轉用Visa得唔得", "payment_method_change"), ("順便問下Visa有咩旅遊保險優惠", "quote_request", 0.8)), "quote_request"),
        ("retail", (("我個order幾時到", STATUS), ("我想將個order改送第二度", "delivery_address_change", 0.8)), "delivery_address_change"),
    ],
)  # fmt: skip
def test_an_english_word_said_again_keeps_the_matter(name: str, turns: tuple[Said, ...], intent: str) -> None:
    assert talk(name, *turns).intent == intent


@pytest.mark.parametrize("asked", [True, False])
def test_a_reading_that_was_only_guessed_gives_way_to_the_next(*, asked: bool) -> None:
    guessed = talk("retail", ("我上星期買咗部吸塵機", "warranty_repair", 0.6))
    state = DialogueState(
        topics=guessed.topics, said=guessed.said, question=Question(kind="clarify") if asked else None
    )
    followed = carrying.follow(
        models.pack("retail"), state, read("retail", "佢充極都充唔到電嘅", "damaged_defective_item", 0.62)
    )
    assert followed.intent == ("damaged_defective_item" if asked else "warranty_repair")


@pytest.mark.parametrize(
    ("name", "text", "likely", "read_as"),
    [
        (
            "retail",
            "旺角店有冇部氣炸鍋",
            ("store_hours_location", "product_availability", 0.46),
            "product_availability",
        ),
        (
            "retail",
            "沙田分店还有雨衣吗",
            ("store_hours_location", "product_availability", 0.45),
            "product_availability",
        ),
        ("retail", "any jacket in black at Mong Kok", ("store_hours_location", "product_info", 0.45), "product_info"),
        ("retail", "旺角店有冇部氣炸鍋", ("store_hours_location", "product_availability", 0.1), "store_hours_location"),
        ("retail", "旺角店開唔開", ("store_hours_location", "product_availability", 0.46), "store_hours_location"),
        (
            "insurance",
            "TR25-10101改12月3號",
            ("policy_enquiry", "travel_insurance_change", 0.45),
            "travel_insurance_change",
        ),
        ("insurance", "L-6102-9941想借五萬蚊", ("policy_enquiry", "policy_loan", 0.45), "policy_loan"),
        ("insurance", "L-6102-9941點樣", ("policy_enquiry", "policy_loan", 0.45), "policy_enquiry"),
    ],
)
def test_of_two_likely_readings_the_one_that_needs_all_that_is_said(
    name: str, text: str, likely: tuple[str, str, float], read_as: str
) -> None:
    whole = read(name, text, likely[0], 0.5)
    ranked = (*whole.intents, RankedIntent(likely[1], likely[2]))
    assert reading.by_values(models.pack(name), replace(whole, intents=ranked, band="clarify")).intent == read_as
