"""A turn that is taken when the channel takes no answer any more: a person gets the talk, with the reason."""

from __future__ import annotations

from tests.factories.road import RoadStage

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
