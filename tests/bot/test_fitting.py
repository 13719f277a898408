"""A turn's answers fit into what the channel still takes; where it counts nothing they stay as they are."""

from __future__ import annotations

from dataclasses import replace

from kaitak.bot.decision import QuickReply, Reply
from kaitak.bot.fitting import fitted
from kaitak.conversations.road_rows import ClaimedTurn, CustomerLine
from kaitak.core.ids import AccountId, ContactId, ConversationId, DisplayId, InboxId

TURN = ClaimedTurn(
    account_id=AccountId(1),
    conversation_id=ConversationId(1),
    display_id=DisplayId(1),
    inbox_id=InboxId(1),
    contact_id=ContactId(1),
    owner_token=1,
    answered_seq=0,
    last_seq=1,
    attempts=0,
    bot_state={},
    pack="retail",
    timezone="Asia/Hong_Kong",
    locale="zh-HK",
    contact={},
    lines=(CustomerLine(seq=1, content="有冇優惠?", attributes={}),),
    claim="w:1",
    channel="wechat",
    inbox_version=1,
    inbox_name="Shop",
    source_id="oWRm3A",
)
REPLIES = [Reply(text) for text in "一二三四五"] + [Reply("仲想知咩?", (QuickReply("查單", "order"),))]


def test_channel_that_counts_gets_four_and_the_fifth_is_left_to_a_person() -> None:
    found = fitted(TURN, REPLIES, hands_over=False)
    assert len(found) <= 4
    assert "".join(reply.text for reply in found).replace("\n", "") == "一二三四五仲想知咩?"
    assert found[-1].quick_replies == REPLIES[-1].quick_replies


def test_what_went_out_since_the_customer_wrote_counts() -> None:
    late = replace(TURN, last_seq=4)  # three more entries follow the customer's message
    assert len(fitted(late, REPLIES, hands_over=False)) == 1
    assert len(fitted(late, REPLIES, hands_over=True)) <= 2
    assert fitted(replace(TURN, last_seq=9), REPLIES, hands_over=True) == []


def test_channel_that_counts_nothing_gets_every_answer_as_it_is() -> None:
    assert fitted(replace(TURN, channel="web_widget"), REPLIES, hands_over=False) is REPLIES
    assert fitted(replace(TURN, channel="gone"), REPLIES, hands_over=False) is REPLIES
