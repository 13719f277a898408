"""Which earlier matter a message comes to: one put off, one gone on with, one told by its deed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kaitak.bot import carrying, packs, returning
from kaitak.bot.dialogue import DialogueState, Topic
from kaitak.nlu import folding
from kaitak.nlu.understanding import RankedIntent, Understanding
from tests.factories import messages_read, models


def retail() -> packs.Pack:
    return models.pack("retail")


def read(text: str, *shares: tuple[str, float]) -> Understanding:
    understanding = messages_read.read(retail(), text, *shares[0])
    band = "answer" if shares[0][1] >= 0.9 else "clarify"
    return replace(understanding, intents=tuple(RankedIntent(*share) for share in shares), band=band)  # type: ignore[arg-type]


WAITING = DialogueState(
    turns=1,
    topics=(
        Topic(intent="invoice_request", turn=1, is_put_off=True),
        Topic(intent="order_cancel", turn=1, values=(("order_no", ("HK25-100111",)),)),
    ),
)


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("好，到第二樣", [("affirm", 0.9)]),
        ("ok，咁第二條呢", [("affirm", 0.94)]),
        ("而家講發票", [("invoice_request", 0.6), ("payment_methods", 0.2)]),
        ("Thanks. And the receipt?", [("invoice_request", 0.8)]),
        ("咁張收據嗰樣呢", [("wrong_or_missing_item", 0.5), ("invoice_request", 0.3)]),
        ("好的，说说发票", [("invoice_request", 0.7)]),
        ("now the other one", [("greeting", 0.5)]),
        ("輪到收據", [("affirm", 0.6), ("invoice_request", 0.35)]),
    ],
)
def test_what_was_put_off_has_its_turn(text: str, shares: list[tuple[str, float]]) -> None:
    assert carrying.follow(retail(), WAITING, read(text, *shares)).intent == "invoice_request"


def test_what_waits_does_not_push_in() -> None:
    followed = carrying.follow(
        retail(), WAITING, read("上個月退咗部焗爐，啲錢過咗數未", ("refund_status", 0.95), ("invoice_request", 0.02))
    )
    assert followed.intent == "refund_status"


def test_put_off_matters_are_kept_with_the_number_that_they_need() -> None:
    both = replace(
        read("先取消HK25-100111，發票遲啲先講", ("order_cancel", 0.95)),
        put_off=("invoice_request", "promotion_enquiry"),
    )
    followed = carrying.follow(retail(), DialogueState(), both)
    assert [(t.intent, t.is_put_off, dict(t.values).get("order_no")) for t in followed.topics] == [
        ("invoice_request", True, ("HK25-100111",)),
        ("promotion_enquiry", True, None),
        ("order_cancel", False, ("HK25-100111",)),
    ]


TWO = DialogueState(
    turns=2,
    topics=(
        Topic(intent="exchange_request", turn=1, values=(("order_no", ("HK25-100111",)), ("product", ("外套",)))),
        Topic(intent="membership_points", turn=2),
    ),
)


@pytest.mark.parametrize(
    "text",
    ["好啦 繼續搞換貨嗰單", "返返去換貨嗰邊", "話返件外套", "说回换货的事", "carry on with the exchange",
     "back to the swap"],
)  # fmt: skip
def test_an_earlier_matter_is_gone_on_with(text: str) -> None:
    followed = carrying.follow(retail(), TWO, read(text, ("affirm", 0.5), ("exchange_request", 0.3)))
    assert (followed.intent, followed.of("order_no")) == ("exchange_request", ("HK25-100111",))


@pytest.mark.parametrize("text", ["取消嗰張單有冇email確認", "我cancel嗰張會唔會有短訊", "取消那张单会发邮件吗"])
def test_a_thing_told_by_its_deed_brings_its_request_back(text: str) -> None:
    topics = (Topic(intent="order_cancel", turn=1), Topic(intent="promotion_enquiry", turn=2))
    understanding = read(text, ("invoice_request", 0.6), ("order_cancel", 0.25))
    assert returning.of_deed(DialogueState(topics=topics), understanding, folding.plain(text)) == "order_cancel"


BULK = DialogueState(
    turns=1,
    topics=(Topic(intent="bulk_corporate_order", turn=1, values=(("product", ("保溫杯",)), ("person", ("葉倩儀",)))),),
)


@pytest.mark.parametrize(
    "text",
    ["數量改做150個", "加到二百個", "make it 80 boxes", "数量改成二百份", "更正為一百二十份", "減到五十個得唔得"],
)
def test_a_wish_without_a_number_is_changed_and_not_an_order(text: str) -> None:
    assert carrying.follow(retail(), BULK, read(text, ("order_modify", 0.99))).intent == "bulk_corporate_order"


def test_an_assent_with_words_keeps_the_request() -> None:
    state = DialogueState(turns=1, topics=(Topic(intent="order_status", turn=1),))
    assert carrying.follow(retail(), state, read("好，等多幾日冇問題", ("affirm", 0.97))).intent == "order_status"


def test_a_manager_is_asked_for_though_a_number_is_given() -> None:
    state = DialogueState(turns=1, topics=(Topic(intent="refund_status", turn=1),))
    understanding = read("I expect a call from a manager today: 9011 2299.", ("agent_request", 0.96))
    assert carrying.follow(retail(), state, understanding).intent == "agent_request"
