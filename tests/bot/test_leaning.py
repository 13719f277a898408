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
