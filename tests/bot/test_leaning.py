"""What stays with the matter in hand, which of several is meant, and what tells of a slip; no model is needed."""

from dataclasses import replace

import pytest

from kaitak.bot import carrying, references, righting, stating
from kaitak.bot.dialogue import DialogueState, Note, Topic
from kaitak.nlu import folding
from tests.factories import messages_read, models


def talk(tenant: str, *turns: tuple[str, str, float]) -> carrying.Followed:
    """The last turn of a conversation, each message with what the classifier says of it."""
    pack, state, followed = models.pack(tenant), DialogueState(), carrying.Followed(intent=None)
    for text, intent, share in turns:
        followed = carrying.follow(pack, state, messages_read.read(pack, text, intent, share))
        state = replace(
            state, topics=followed.topics, said=followed.said, told=followed.told,
            taken_back=followed.taken_back, turns=state.turns + 1, notes=(*state.notes, noted(text)),
        )  # fmt: skip
    return followed


def noted(text: str) -> Note:
    return Note(turn=1, said=text, intent=None, sentiment="neutral", emotion="calm", replied="")


REPAIR = ("我部電暖爐用咗一年，開極都唔熱，電話26983377", "warranty_repair", 0.95)


@pytest.mark.parametrize(
    "text",
    [
        "朝早打嚟就得喇，晏晝瞓緊覺",
        "夜晚七點後覆我",
        "平日放工之後打俾我就得",
        "下午三点以后打给我就行",
        "上午聯絡我比較方便",
        "call me after six",
        "mornings are best, ring me before noon",
        "weekends only, text me",
        "Any time between 2pm and 5pm, please reach me on it",
    ],
)
def test_when_to_call_stays_with_the_matter(text: str) -> None:
    followed = talk("retail", REPAIR, (text, "delivery_reschedule", 0.73))
    assert (followed.intent, followed.of("phone")) == ("warranty_repair", ("26983377",))


@pytest.mark.parametrize("text", ["想改星期六朝早先送得唔得", "琴晚有人打嚟話係你哋，要我俾密碼，係咪真㗎"])
def test_another_wish_with_an_hour_is_a_wish(text: str) -> None:
    assert talk("retail", REPAIR, (text, "delivery_reschedule", 0.97)).intent == "delivery_reschedule"


STAY = ("保單A-6013-7725，十一月廿四號喺養和做手術，想申請免找數", "preauthorization_cashless", 0.97)


@pytest.mark.parametrize(
    "text",
    [
        "頭先醫院話遲一日，改咗廿五號入",
        "醫生嗰邊推咗去廿五號",
        "醫院剛通知順延至11月25日",
        "手术改期到11月25号了",
        "the operation has been moved to 25 November",
        "They've pushed it back, it is now on 25 November",
    ],
)
def test_day_that_somebody_moved_is_of_the_request_in_force(text: str) -> None:
    followed = talk("insurance", STAY, (text, "personal_info_update", 0.74))
    assert (followed.intent, followed.of("date")) == ("preauthorization_cashless", ("2025-11-25",))


BOUGHT = ("訂單HK25-118273嘅毛毯未拆封，想退貨", "return_request", 0.98)


@pytest.mark.parametrize(
    "text",
    ["我想直接把它拿去門市退，可以嗎", "佢可唔可以拎去鋪頭退", "咁我可唔可以退咗佢", "can I return it at a shop"],
)
def test_deed_asked_for_again_of_the_very_thing_is_no_question_of_rules(text: str) -> None:
    followed = talk("retail", BOUGHT, (text, "return_policy", 0.6))
    assert (followed.intent, followed.of("order_no")) == ("return_request", ("HK25-118273",))


TWO = ("想加我老婆陳美玲同我個仔陳子朗落份保單H-2087-6613", "add_insured_person", 0.98)
BOTH = ("Can I add my helper Maricel and my son Jayden to policy H-2087-6613?", "add_insured_person", 0.98)

OTHERS = ("add my sister Beatrix and my uncle Tobias, policy H-2087-6613", "add_insured_person", 0.98)


@pytest.mark.parametrize(
    ("before", "text", "meant"),
    [
        (TWO, "都係淨係加他好了", "陳子朗"),
        (TWO, "先加她一个吧", "陳美玲"),
        (BOTH, "Hmm, just him then. Leave the other one out.", "Jayden"),
        (BOTH, "only her for now", "Maricel"),
        (OTHERS, "only him", "Tobias"),
        (OTHERS, "just her then", "Beatrix"),
    ],
)  # fmt: skip
def test_one_of_two_people_is_picked(before: tuple[str, str, float], text: str, meant: str) -> None:
    followed = talk("insurance", before, (text, "beneficiary_change", 0.77))
    assert (followed.intent, followed.of("person")) == ("add_insured_person", (meant,))


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("後面那家幾點關門", ("沙田",)),
        ("前面那家呢，幾點開", ("旺角",)),
        ("頭嗰間開到幾點", ("旺角",)),
        ("尾嗰間有冇得停車", ("沙田",)),
        ("后者有没有停车场", ("沙田",)),
        ("what time does the first shop open", ("旺角",)),
        ("and the latter, is it near the MTR", ("沙田",)),
        ("第二間喺邊", ("沙田",)),
        ("後面嗰張單幾時到", None),
        ("嗰度幾點開", None),
    ],
)
def test_one_of_two_shops_is_meant(text: str, meant: tuple[str, ...] | None) -> None:
    asked = Topic(intent="product_availability", values=(("store", ("旺角", "沙田")),))
    assert references.one_of_several(folding.plain(text), DialogueState(topics=(asked,)), "store") == meant


@pytest.mark.parametrize(
    ("text", "is_slip"),
    [
        ("我攞錯隔籬嗰份嚟讀", True),
        ("頭先睇咗第二張單", True),
        ("抄咗上面嗰行", True),
        ("俾錯咗舊嗰張", True),
        ("那张是上次的", True),
        ("Bother, I read that off my other receipt.", True),
        ("sorry, I was looking at the wrong line", True),
        ("that's my husband's policy", True),
        ("I copied it from an old email", True),
        ("我想查另一張單", False),
        ("另外嗰張單幾時到", False),
        ("I ordered another receipt book", False),
    ],
)
def test_where_a_wrong_value_came_from_is_a_slip(text: str, *, is_slip: bool) -> None:
    assert righting.tells_slip(folding.plain(text)) is is_slip


@pytest.mark.parametrize(
    "text",
    [
        "今日凍到震，我想改電話做51982203",
        "今日熱到死，想改電話，新嗰個51982203",
        "今天好冷，我要改电话51982203",
        "today is boiling, please change my phone to 51982203",
    ],
)
def test_weather_is_no_day(text: str) -> None:
    followed = talk("insurance", (text, "personal_info_update", 0.97))
    assert (followed.of("date"), followed.of("phone")) == ((), ("51982203",))


def test_day_on_which_something_is_to_come_counts_whatever_the_hour() -> None:
    assert talk("retail", ("HK25-678345話今日送，幾點到", "order_status", 0.97)).of("date") == ("2025-11-19",)
    assert talk("retail", ("你哋今日開到幾點", "store_hours_location", 0.97)).of("date") == ()
    assert stating.asks_if("今期保费系咪")


MODIFY = ("唔取消住 HK25-100111 改細一個碼", "order_modify", 0.95)


@pytest.mark.parametrize(
    "text", ["仲有 隻色改黑色", "同埋，換做白色", "另外 要黑色", "還有，改藍色", "also, make it black"]
)
def test_what_is_added_to_a_request_belongs_to_it(text: str) -> None:
    followed = talk("retail", MODIFY, (text, "product_availability", 0.95))
    assert (followed.intent, followed.of("order_no")) == ("order_modify", ("HK25-100111",))


@pytest.mark.parametrize("text", ["仲有 黑色有冇貨?", "同埋 灰色有冇現貨", "仲有 白色有貨嗎"])
def test_what_only_begins_like_an_addition_is_none(text: str) -> None:
    assert talk("retail", MODIFY, (text, "product_availability", 0.95)).intent == "product_availability"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("等等 九龍灣店開到幾點", "store_hours_location"),
        ("等陣 沙田店幾點關門", "store_hours_location"),
        ("等一下 旺角店開到幾點", "store_hours_location"),
        ("咪住 我積分幾多", "membership_points"),
        ("wait is the Sha Tin shop open sunday", "store_hours_location"),
    ],
)
def test_who_asks_to_wait_and_asks_for_something_else_puts_nothing_right(text: str, intent: str) -> None:
    followed = talk("retail", ("部微波爐個盤唔轉，仲保唔保", "warranty_repair", 0.97), (text, intent, 0.98))
    assert followed.intent == intent
    assert followed.topics[0].intent == "warranty_repair"


@pytest.mark.parametrize(
    ("first", "text", "intent"),
    [
        (("HK25-100111去到邊", "order_status", 0.97), "咁改聽日下晝", "delivery_reschedule"),
        (("件褸穿窿 HK25-100111", "damaged_defective_item", 0.97), "唔換 退錢", "return_request"),
        (("個煲想退 HK25-100111", "return_request", 0.97), "咁換", "exchange_request"),
        (("部風筒保養幾耐", "warranty_repair", 0.97), "咁沙田有冇貨", "product_availability"),
        (("部風筒保養幾耐", "warranty_repair", 0.97), "旺角店有它嗎", "product_availability"),
    ],
)
def test_a_short_order_changes_the_request(first: tuple[str, str, float], text: str, intent: str) -> None:
    assert talk("retail", first, (text, intent, 0.96)).intent == intent


@pytest.mark.parametrize(
    ("first", "text", "intent"),
    [
        (("L-2045-6631保費幾錢", "premium_due", 0.97), "咁轉月供", "payment_method_change"),
        (("CLM-25-40111批未", "claim_status", 0.97), "咁我上訴得唔得", "claim_dispute"),
    ],
)
def test_a_short_order_changes_what_is_asked_of_a_policy(first: tuple[str, str, float], text: str, intent: str) -> None:
    assert talk("insurance", first, (text, intent, 0.96)).intent == intent


def test_an_order_with_what_the_request_holds_stays_with_it() -> None:
    pickup = ("想取貨 HK25-100111 旺角店", "store_pickup", 0.97)
    assert talk("retail", pickup, ("咁改星期六", "delivery_reschedule", 0.96)).intent == "store_pickup"


@pytest.mark.parametrize("text", ["頭先借錢嗰樣 息幾厘", "講返借錢 息幾厘", "ok 剛才借錢那件事 利息多少"])
def test_who_goes_back_leaves_a_grave_matter_to_its_person(text: str) -> None:
    pack = models.pack("insurance")
    state = DialogueState(
        turns=2, handed_over="fraud",
        topics=(Topic(intent="policy_loan", turn=1, values=(("policy_no", ("L-3308-9917",)),)),
                Topic(intent="fraud_report", turn=2)),
    )  # fmt: skip
    followed = carrying.follow(pack, state, messages_read.read(pack, text, "policy_loan", 0.98))
    assert (followed.intent, followed.of("policy_no")) == ("policy_loan", ("L-3308-9917",))


@pytest.mark.parametrize(
    "text", ["收到嗰個甩線", "到咗嗰件都穿窿", "送到嗰樣花晒", "the one that came is cracked", "收到那個有裂痕"]
)
def test_the_one_that_came_is_not_the_one_that_is_missing(text: str) -> None:
    followed = talk(
        "retail",
        ("背囊同電腦袋一齊訂，HK25-100111少咗一樣", "wrong_or_missing_item", 0.97),
        ("爭咗後面嗰樣", "wrong_or_missing_item", 0.8),
        (text, "damaged_defective_item", 0.97),
    )
    assert (followed.intent, followed.of("product")) == ("damaged_defective_item", ("背囊",))


@pytest.mark.parametrize(
    "text", ["ok 到發票", "好 輪到發票 抬頭Wing Fung", "得 到收據", "跟住到發票", "now the invoice"]
)
def test_the_next_matter_is_of_the_same_order(text: str) -> None:
    followed = talk("retail", ("HK25-100111去到邊", "order_status", 0.97), (text, "invoice_request", 0.98))
    assert (followed.intent, followed.of("order_no")) == ("invoice_request", ("HK25-100111",))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("張單HK25-100222呢", "order_status"),
        ("唔換喇 張單HK25-100222呢", "order_status"),
        ("咁HK25-100222呢", "order_status"),
        ("HK25-100222呢張呢", "order_status"),
        ("咁張單HK25-100222呢", "refund_status"),
    ],
)
def test_a_number_that_no_request_before_needs_asks_by_itself(text: str, intent: str) -> None:
    followed = talk("retail", ("積分幾多", "membership_points", 0.97), (text, intent, 0.95))
    assert (followed.intent, followed.of("order_no")) == (intent, ("HK25-100222",))


@pytest.mark.parametrize("text", ["點解咁耐", "點解要咁多日", "做咩咁慢", "为什么这么久", "why so long"])
def test_why_it_takes_so_long_is_asked_of_the_matter_in_hand(text: str) -> None:
    followed = talk("insurance", ("賠咗未 CLM-25-51001", "claim_status", 0.97), (text, "premium_due", 0.75))
    assert (followed.intent, followed.of("claim_no")) == ("claim_status", ("CLM-25-51001",))


@pytest.mark.parametrize(
    "text",
    [
        "and invoice pls",
        "also the receipt please",
        "plus an invoice too",
        "and the tax invoice please",
        "also invoice pls",
    ],
)
def test_another_wish_in_two_words_is_one(text: str) -> None:
    first = ("cancel HK25-100111", "order_cancel", 0.97)
    assert talk("retail", first, (text, "invoice_request", 0.99)).intent == "invoice_request"


@pytest.mark.parametrize(
    "text", ["cancel then", "ok cancel it", "fine, cancel everything", "just cancel pls", "cancel the order now"]
)
def test_an_english_order_in_two_words_changes_the_request(text: str) -> None:
    first = ("HK25-100111 not here yet", "order_status", 0.97)
    followed = talk("retail", first, (text, "order_cancel", 0.98))
    assert (followed.intent, followed.of("order_no")) == ("order_cancel", ("HK25-100111",))


@pytest.mark.parametrize("text", ["改300個", "改五十件", "轉做80個", "改做120盒", "make it 250"])
def test_another_number_of_pieces_is_of_the_wish_in_hand(text: str) -> None:
    bulk = ("訂200個水樽 公司用", "bulk_corporate_order", 0.97)
    assert talk("retail", bulk, (text, "order_modify", 0.95)).intent == "bulk_corporate_order"
