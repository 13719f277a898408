"""An answer that the channel takes no more, when it is made or when it has waited: a person gets the talk, and why."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaitak.bot.rescue import rescued
from kaitak.conversations.road_rows import DeliveryOutcome, LedgerEntry
from kaitak.core.ids import InboxId
from tests.factories.road import RoadStage, Row

LEASE = timedelta(seconds=30)

ORDER = "我想退貨，張單HK25-100234"


async def test_late_message_is_handed_to_a_person_and_nothing_is_written(road: RoadStage) -> None:
    await road.say("m-1", ORDER)
    await road.rows("update inbox set channel = 'whatsapp', paused_at = now()")
    await road.rows("update message set created_at = now() - interval '25 hours'")  # it lay while we were away
    assert await road.take_turns() == 1
    assert [kind for kind, _ in await road.texts()] == ["incoming", "activity"]
    assert await road.one("select count(*) from delivery") == 0
    (row,) = await road.rows(
        """select c.owner, c.status, c.waiting_since is not null as waits, p.reason, p.packet ->> 'intent' as intent,
           p.packet ->> 'summary' as summary, p.packet #>> '{slots,0,value}' as number,
           p.packet #>> '{asked_and_answered,0,replied}' as replied,
           (p.packet ->> 'deadline_at')::timestamptz < now() as is_over
           from conversation c join handoff_packet p on p.conversation_id = c.id"""
    )
    assert "範本" in str(row.pop("summary"))
    assert row == {
        "owner": "queued",
        "status": "open",
        "waits": True,
        "reason": "template_needed",
        "intent": "return_request",
        "number": "HK25-100234",
        "replied": "",
        "is_over": True,
    }


async def test_platforms_own_clock_counts_and_last_message_of_a_quota_says_that_a_person_comes(road: RoadStage) -> None:
    await road.say("m-1", ORDER)
    await road.rows("update inbox set channel = 'wechat', paused_at = now()")
    await road.rows(
        """with said as (insert into message
             (account_id, conversation_id, seq, message_type, sender_type, content, status)
             select account_id, id, last_seq + n, 'outgoing', 'user', '?', 'sent'
             from conversation, generate_series(1, 2) n returning *)
           insert into delivery (account_id, message_id, conversation_id, inbox_id, status, external_ids, finished_at)
           select s.account_id, s.id, s.conversation_id, c.inbox_id, 'sent', array['a', 'b'], now()
           from said s join conversation c on c.id = s.conversation_id"""
    )
    await road.rows("update conversation set last_seq = last_seq + 2")
    assert await road.take_turns() == 1
    said = [text for kind, text in await road.texts() if kind == "outgoing" and text != "?"]
    assert len(said) == 1
    assert "同事" in str(said[0])
    assert await road.column("select reason from handoff_packet") == ["messages_used_up"]

    await road.say("m-2", ORDER, "c-2")
    late = """update message set content_attributes = jsonb_build_object('said_at', now() - interval '49 hours')
              where content = %s and seq = 1"""
    await road.rows(late, ORDER)
    assert await road.take_turns() == 1
    assert [kind for kind, _ in await road.texts("c-2")] == ["incoming", "activity"]
    assert await road.column("select reason from handoff_packet order by id") == ["messages_used_up", "window_closed"]


async def _answered(road: RoadStage, channel: str) -> None:
    """The bot has asked which order is meant, and its question waits in the outbox of this channel."""
    await road.say("m-1", "我想退貨")
    await road.rows("update inbox set channel = %s, paused_at = now()", channel)
    assert await road.take_turns() == 1
    assert "outgoing" in [kind for kind, _ in await road.texts()]
    assert await road.one("select owner from conversation") == "bot"


async def _fails(road: RoadStage, code: str) -> None:
    """The channel is reached again and takes none of what waits."""
    waiting = await road.process.road.claim_deliveries(10, "late", LEASE)
    assert waiting == []  # the inbox is paused
    await road.rows("update inbox set paused_at = null")
    while waiting := await road.process.road.claim_deliveries(10, "late", LEASE):
        failed = [DeliveryOutcome(delivery=each, status="failed", error_code=code) for each in waiting]
        await road.process.road.record(failed)


HANDED_OVER = """
select c.owner, c.status, c.waiting_since = m.created_at as waits, p.reason, p.packet ->> 'intent' as intent,
jsonb_array_length(p.packet -> 'asked_and_answered') as notes, p.packet #>> '{asked_and_answered,0,said}' as said,
p.packet #>> '{asked_and_answered,0,replied}' as replied
from conversation c join handoff_packet p on p.conversation_id = c.id
join message m on m.conversation_id = c.id and m.seq = 1
"""
PERSONS: Row = {
    "owner": "queued", "status": "open", "waits": True, "intent": "return_request", "notes": 1, "said": "我想退貨",
    "replied": "",
}  # fmt: skip


@pytest.mark.parametrize(("channel", "reason"), [("whatsapp", "template_needed"), ("wechat", "window_closed")])
async def test_answer_that_waited_until_the_window_closed_is_a_persons(
    road: RoadStage, channel: str, reason: str
) -> None:
    await _answered(road, channel)
    await road.rows("update message set created_at = now() - interval '50 hours'")
    said = await road.texts()
    await _fails(road, "window_closed")
    assert await road.take_turns() == 1
    assert await road.rows(HANDED_OVER) == [{**PERSONS, "reason": reason}]
    assert [kind for kind, _ in (await road.texts())[len(said) :]] == ["activity"]
    assert await road.take_turns() == 0


async def test_answer_that_the_channel_never_takes_is_a_persons_and_the_customer_hears_that_one_comes(
    road: RoadStage,
) -> None:
    await _answered(road, "telegram")
    said = await road.texts()
    await _fails(road, "channel_unavailable")
    assert await road.take_turns() == 1
    (row,) = await road.rows(HANDED_OVER)
    assert "同事" in str(row.pop("replied"))
    assert row == {name: value for name, value in PERSONS.items() if name != "replied"} | {"reason": "not_delivered"}
    assert [kind for kind, _ in (await road.texts())[len(said) :]] == ["outgoing", "activity"]


async def test_answer_that_the_platform_takes_and_later_reports_as_failed_is_a_persons(road: RoadStage) -> None:
    await _answered(road, "whatsapp")
    message = await road.one("select max(message_id) from delivery")
    report = LedgerEntry(
        account_id=road.account_id,
        inbox_id=InboxId(road.inbox.id),
        external_id="wamid.1:failed",
        kind="delivery_report",
        outcome="ignored",
        reason=None,
        raw={},
    )
    assert isinstance(message, int)
    assert await road.process.road.apply_report(report, message, "failed", "window_closed") == "applied"
    assert await road.take_turns() == 1
    assert await road.column("select reason from handoff_packet") == ["template_needed"]
    assert await road.process.road.apply_report(report, message, "failed", "window_closed") == "duplicate"
    assert await road.take_turns() == 0


async def test_lost_answer_disturbs_nobody_who_cannot_be_reached_or_is_with_a_person(road: RoadStage) -> None:
    await _answered(road, "telegram")
    await _fails(road, "recipient_gone")
    assert await road.take_turns() == 0
    assert await road.one("select owner from conversation") == "bot"

    await road.rows("update message set status = 'sending'")
    await road.rows("update delivery set status = 'pending', finished_at = null")
    await road.rows("update inbox set paused_at = now()")
    await road.rows("update conversation set owner = 'human', status = 'open', owner_token = owner_token + 1")
    await _fails(road, "refused")
    assert await road.take_turns() == 0
    assert await road.one("select owner from conversation") == "human"
    assert await road.one("select count(*) from handoff_packet") == 0


async def test_bot_that_takes_its_turn_just_then_is_not_heard_and_a_conversation_given_back_begins_anew(
    road: RoadStage,
) -> None:
    await _answered(road, "telegram")
    await road.say("m-2", "你好")
    claimed = await road.process.road.claim_turns(10, "other", LEASE)
    assert len(claimed) == 1
    await _fails(road, "refused")
    assert (await road.process.road.finish_turns([rescued(claimed[0])])).counted == frozenset()
    assert await road.take_turns() == 1
    assert await road.column("select reason from handoff_packet") == ["not_delivered"]

    await road.rows("update conversation set owner = 'bot', status = 'pending', owner_token = owner_token + 1")
    await road.say("m-3", "我想退貨")
    assert await road.take_turns() == 1
    assert await road.one("select owner from conversation") == "bot"
