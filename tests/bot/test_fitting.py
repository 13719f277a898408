"""A turn's answers fit into what the channel still takes; where it counts nothing they stay as they are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kaitak.bot.decision import QuickReply, Reply
from kaitak.bot.fitting import Taken, fitted, taken
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
    late = replace(TURN, last_seq=9, sent_since=3)  # notes and entries of the program are no messages of the channel
    assert len(fitted(late, REPLIES, hands_over=False)) == 1
    assert len(fitted(late, REPLIES, hands_over=True)) <= 2
    assert fitted(replace(TURN, sent_since=5), REPLIES, hands_over=True) == []


def test_channel_that_counts_nothing_gets_every_answer_as_it_is() -> None:
    assert fitted(replace(TURN, channel="web_widget"), REPLIES, hands_over=False) is REPLIES
    assert fitted(replace(TURN, channel="gone"), REPLIES, hands_over=False) is REPLIES


NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_turn_that_comes_too_late_or_when_messages_are_used_up_is_a_persons() -> None:
    def of(channel: str, *, hours: float, sent: int = 0) -> Taken:
        heard_at = NOW - timedelta(hours=hours)
        found = taken(replace(TURN, channel=channel, heard_at=heard_at, sent_since=sent), NOW)
        assert found.person_until is None or found.person_until > heard_at
        return replace(found, person_until=None)

    closed = Taken(refused="window_closed", announcement=False)
    assert of("wechat", hours=47.9) == Taken()
    assert of("wechat", hours=48) == closed
    assert of("wechat", hours=1, sent=3) == Taken()
    assert of("wechat", hours=1, sent=4) == Taken(refused="messages_used_up")  # the fifth says that a person comes
    assert of("wechat", hours=1, sent=5) == Taken(refused="messages_used_up", announcement=False)
    assert of("whatsapp", hours=24) == Taken(refused="template_needed", announcement=False)
    assert of("messenger", hours=25) == closed
    assert taken(replace(TURN, channel="messenger", heard_at=NOW - timedelta(hours=25)), NOW).person_until == (
        NOW + timedelta(days=7, hours=-25)
    )
    assert of("email", hours=900, sent=90) == of("web_widget", hours=900) == Taken()
