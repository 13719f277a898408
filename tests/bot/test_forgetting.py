"""What was taken back is used nowhere again until it is said anew, however a talk goes on."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.bot import carrying, replacing
from kaitak.bot.dialogue import DialogueState
from tests.factories import messages_read, models

# Of each kind what people say, and the value that it stands for.
VALUES = {
    "order_no": [("HK25-100111", "HK25-100111"), ("HK25-222333", "HK25-222333"), ("HK25-444555", "HK25-444555")],
    "phone": [("9123 4567", "91234567"), ("6234 5678", "62345678"), ("5345 6789", "53456789")],
    "email": [("amy@abc.com", "amy@abc.com"), ("bo@def.com", "bo@def.com"), ("cy@ghi.com", "cy@ghi.com")],
    "date": [("11月25號", "2025-11-25"), ("11月27號", "2025-11-27"), ("12月2號", "2025-12-02")],
    "colour": [("黑色", "黑色"), ("白色", "白色"), ("深藍色", "深藍色")],
    "store": [("旺角", "旺角"), ("沙田", "沙田"), ("荃灣", "荃灣")],
    "product": [("波鞋", "波鞋"), ("外套", "外套"), ("背囊", "背囊")],
}
NAMES = {"phone": "電話", "email": "電郵"}
SAYING = ("{name}係{new}", "{name}{new}", "我講{name}{new}", "{name} is {new}")
RIGHTING = (
    "打錯咗,{name}係{new}", "講錯,應該係{name}{new}先啱", "唔係{old},係{name}{new}", "sorry, {name} should be {new}",
    "写错了，{name}是{new}", "oops, {name} {new}", "睇錯咗行,{name}{new}",
)  # fmt: skip
ASIDES = (
    "咁呢", "幾時得", "第一張呢", "另外嗰個", "佢呢", "頭先嗰個得唔得", "嗰件有冇貨", "講返頭先嗰樣", "and the first?",
    "what about that one?", "之前嗰張", "順便問下你哋收唔收支付寶",
)  # fmt: skip
INTENTS = ("delivery_reschedule", "exchange_request", "order_status", "product_availability", "invoice_request")

turns = st.tuples(
    st.sampled_from(["say", "right", "aside"]),
    st.sampled_from(sorted(VALUES)),
    st.integers(0, 2),
    st.integers(0, 20),
    st.sampled_from(INTENTS),
    st.sampled_from([0.3, 0.7, 0.97]),
)


def in_state(state: DialogueState) -> set[tuple[str, str]]:
    """All that a later message could lead back to."""
    topics = {(kind, value) for topic in state.topics for kind, values in topic.values for value in values}
    return topics | set(state.said) | {one[:2] for one in state.told}


@settings(max_examples=40, deadline=None)
@given(st.lists(turns, max_size=8))
def test_value_taken_back_is_in_force_nowhere_until_it_is_said_anew(
    course: list[tuple[str, str, int, int, str, float]],
) -> None:
    pack, state, gone = models.pack("retail"), DialogueState(), set[tuple[str, str]]()
    current: dict[str, int] = {}
    for how, kind, which, wording, intent, confidence in course:
        name, (said, value) = NAMES.get(kind, ""), VALUES[kind][which]
        rights = how == "right" and kind in current and current[kind] != which
        if rights:
            old, old_value = VALUES[kind][current[kind]]
            text = RIGHTING[wording % len(RIGHTING)].format(name=name, old=old, new=said)
            gone.add((kind, old_value))
        elif how == "aside":
            text = ASIDES[wording % len(ASIDES)]
        else:
            text = SAYING[wording % len(SAYING)].format(name=name, new=said)
        if how != "aside":
            gone.discard((kind, value))
            current[kind] = which
        read = replacing.without_replaced(pack, state, messages_read.read(pack, text, intent, confidence))
        followed = carrying.follow(pack, state, read)
        state = replace(
            state,
            topics=followed.topics,
            said=followed.said,
            told=followed.told,
            taken_back=followed.taken_back,
            turns=state.turns + 1,
        )
        used = {(kind, value) for kind, values in followed.values for value in values}
        assert not gone & (used | in_state(state)), text


@pytest.mark.parametrize(
    "text",
    [
        "舊嗰個 9123 0000唔用喇",
        "之前個電話9123 0000已經停咗",
        "以前的號碼91230000不用了",
        "my old number 9123 0000 no longer works",
        "舊電話91230000冇用喇",
    ],
)
def test_what_was_in_use_before_takes_no_place(text: str) -> None:
    pack, state = models.pack("insurance"), DialogueState()
    first = carrying.follow(pack, state, messages_read.read(pack, "改電話 9876 5432", "personal_info_update", 0.97))
    state = replace(state, topics=first.topics, said=first.said, told=first.told, turns=1)
    read = replacing.without_replaced(pack, state, messages_read.read(pack, text, "personal_info_update", 0.97))
    assert carrying.follow(pack, state, read).of("phone") == ("98765432",)
