"""The road's steps on a real database: claims, leases, fencing, the ledger, tenants kept apart."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from kaitak.conversations.road import Road
from kaitak.conversations.road_rows import (
    MAX_LINES,
    ClaimedTurn,
    DeliveryOutcome,
    FinishedTurn,
    HandOver,
    IncomingMessage,
    Json,
    SendingClaim,
)
from kaitak.core.ids import AccountId, InboxId
from tests.factories import accounts
from tests.factories.road import RoadStage

LEASE = timedelta(seconds=30)
OVER = timedelta(seconds=-1)


def spoken(turn: ClaimedTurn, *texts: str, hand_over: HandOver | None = None) -> FinishedTurn:
    messages: list[Json] = [
        {"type": "outgoing", "sender": "bot", "content": text, "content_type": "text", "attributes": {}}
        for text in texts
    ]
    return FinishedTurn(
        turn=turn,
        state={"n": 1},
        messages=messages,
        understanding={},
        trace=[],
        outcome="answered",
        hand_over=hand_over,
    )


async def claim(road: RoadStage, name: str = "w:1", lease: timedelta = LEASE, batch: int = 10) -> Sequence[ClaimedTurn]:
    return await road.process.road.claim_turns(batch, name, lease)


async def test_turn_carries_all_that_it_needs(road: RoadStage) -> None:
    await road.say("m-1", "你好", contact={"name": "陳大文", "email": "tai@example.com"})
    await road.say("m-2", "查單", submitted_value="order_status")
    (turn,) = await claim(road)
    assert [(line.seq, line.content) for line in turn.lines] == [(1, "你好"), (2, "查單")]
    assert turn.lines[1].attributes == {"submitted_value": "order_status"}
    assert (turn.contact["name"], turn.contact["email"], turn.contact["verified"]) == (
        "陳大文",
        "tai@example.com",
        False,
    )
    assert (turn.attempts, turn.owner_token, turn.answered_seq, turn.to_seq) == (1, 1, 0, 2)


async def test_claimed_turn_is_nobody_elses_until_its_lease_ends(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    (first,) = await claim(road, "a:1", lease=timedelta(milliseconds=150))
    assert await claim(road, "b:1") == []
    due = await road.process.road.next_turn_due()
    assert due is not None
    assert due > datetime.now(UTC)
    await asyncio.sleep(0.2)
    (second,) = await claim(road, "b:2")
    assert second.attempts == 2
    assert (await road.process.road.finish_turns([spoken(first, "late")])).counted == set()
    assert (await road.process.road.finish_turns([spoken(second, "in time")])).counted == {second.conversation_id}
    assert await road.texts() == [("incoming", "你好"), ("outgoing", "in time")]
    assert await road.one("select count(*) from delivery") == 1
    assert await road.one("select count(*) from turn") == 1


async def test_many_workers_never_hold_one_conversation_together(road: RoadStage) -> None:
    await asyncio.gather(*(road.say(f"m-{n}", "你好", f"c-{n}") for n in range(20)))
    claimed = await asyncio.gather(*(claim(road, f"w-{n}:1", batch=5) for n in range(8)))
    ids = [turn.conversation_id for turns in claimed for turn in turns]
    assert sorted(ids) == sorted(set(ids))
    assert len(ids) == 20


async def test_finishing_twice_counts_once(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    (turn,) = await claim(road)
    assert (await road.process.road.finish_turns([spoken(turn, "一")])).counted == {turn.conversation_id}
    assert (await road.process.road.finish_turns([spoken(turn, "一")])).counted == set()
    assert len(await road.texts()) == 2
    assert await road.process.road.next_turn_due() is None


async def test_answer_sent_at_once_is_the_same_when_another_process_sends_it_again(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    (turn,) = await claim(road)
    sending = SendingClaim(name="a:1", lease=timedelta(milliseconds=50))
    (at_once,) = (await road.process.road.finish_turns([spoken(turn, "一")], sending)).deliveries
    await asyncio.sleep(0.1)
    (again,) = await road.process.road.claim_deliveries(10, "b:1", LEASE)
    assert replace(again, claim=at_once.claim) == at_once


async def test_changed_owner_makes_a_turn_worthless(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    (turn,) = await claim(road)
    await road.rows("update conversation set owner = 'human', owner_token = owner_token + 1, turn_due_at = null")
    assert (await road.process.road.finish_turns([spoken(turn, "too late")])).counted == set()
    await road.process.road.release_turns([turn], timedelta(0))
    assert await road.texts() == [("incoming", "你好")]
    assert await road.rows("select bot_state, turn_due_at, answered_seq from conversation") == [
        {"bot_state": {}, "turn_due_at": None, "answered_seq": 0}
    ]


async def test_message_during_a_turn_gets_a_turn_of_its_own(road: RoadStage) -> None:
    await road.say("m-1", "一")
    (turn,) = await claim(road, "a:1")
    await road.say("m-2", "二")
    assert await claim(road, "b:1") == []
    await road.process.road.finish_turns([spoken(turn, "answer to 一")])
    (following,) = await claim(road, "b:2")
    assert [line.content for line in following.lines] == ["二"]
    await road.process.road.finish_turns([spoken(following, "answer to 二")])
    assert [text for _, text in await road.texts()] == ["一", "二", "answer to 一", "answer to 二"]
    assert await claim(road, "b:3") == []


async def test_more_lines_than_a_turn_takes_are_answered_by_the_next(road: RoadStage) -> None:
    for number in range(MAX_LINES + 3):
        await road.say(f"m-{number}", str(number))
    (turn,) = await claim(road)
    assert len(turn.lines) == MAX_LINES
    await road.process.road.finish_turns([spoken(turn, "first")])
    (rest,) = await claim(road)
    assert [line.content for line in rest.lines] == ["20", "21", "22"]
    await road.process.road.finish_turns([spoken(rest, "second")])
    assert await claim(road) == []
    assert await road.one("select waiting_since from conversation") is None


async def test_hand_over_is_one_commit_with_its_packet_and_events(road: RoadStage) -> None:
    team = await road.one("insert into team (account_id, name) values (%s, 'returns') returning id", road.account_id)
    await road.say("m-1", "退貨")
    (turn,) = await claim(road)
    handed = HandOver(reason="asked", team="returns", priority="urgent", packet={"version": 1})
    before = await road.one("select coalesce(max(id), 0) from stream_event")
    await road.process.road.finish_turns([spoken(turn, "等等", hand_over=handed)])
    assert await road.rows(
        """select owner, owner_token, status, team_id, priority, queued_at is not null as queued, turn_due_at,
           waiting_since is not null as waiting, unread_count, claimed_by, turn_attempts from conversation"""
    ) == [
        {
            "owner": "queued",
            "owner_token": 2,
            "status": "open",
            "team_id": team,
            "priority": "urgent",
            "queued": True,
            "turn_due_at": None,
            "waiting": True,
            "unread_count": 1,
            "claimed_by": None,
            "turn_attempts": 0,
        }
    ]
    assert await road.rows("select owner_token, reason, packet from handoff_packet") == [
        {"owner_token": 2, "reason": "asked", "packet": {"version": 1}}
    ]
    kinds = await road.column("select kind from stream_event where id > %s order by id", before)
    assert sorted(str(kind) for kind in kinds) == ["conversation.updated", "message.created"]


async def test_released_turn_comes_back_after_its_time(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    (turn,) = await claim(road)
    await road.process.road.release_turns([turn], timedelta(milliseconds=200))
    assert await claim(road) == []
    await asyncio.sleep(0.25)
    (again,) = await claim(road)
    assert again.attempts == 2
    assert [line.content for line in again.lines] == ["你好"]


async def test_bad_turn_fails_its_group_whole(road: RoadStage) -> None:
    await road.say("m-1", "你好", "c-1")
    await road.say("m-2", "你好", "c-2")
    one, two = await claim(road)
    bad: Json = {"type": "shouted", "sender": "bot", "content": "x", "content_type": "text", "attributes": {}}
    with pytest.raises(psycopg.errors.CheckViolation):
        await road.process.road.finish_turns([spoken(one, "fine"), replace(spoken(two), messages=[bad])])
    assert await road.one("select count(*) from message where message_type = 'outgoing'") == 0
    assert (await road.process.road.finish_turns([spoken(one, "fine")])).counted == {one.conversation_id}


async def test_tenants_in_one_group_stay_apart(road: RoadStage) -> None:
    """Rows of two accounts go in together; each statement sees its own account's alone."""
    other = await accounts.make_account(road.process.deps.database, "Other")
    await road.say("m-0", "x")

    def message(account: AccountId, number: int) -> IncomingMessage:
        return IncomingMessage(
            account_id=account,
            inbox_id=InboxId(road.inbox.id),
            external_id=f"g-{number}",
            source_id="c-1",
            content=str(number),
            attributes={},
            raw={},
        )

    stored = await road.process.road.ingest(
        [message(other, 1), message(road.account_id, 2), message(other, 3), message(road.account_id, 2)]
    )
    assert [each.outcome for each in stored] == ["unplaced", "stored", "unplaced", "duplicate"]
    assert await road.one("select count(*) from message where account_id = %s", other) == 0
    with pytest.raises(psycopg.Error):
        await road.process.road.place_and_ingest(message(other, 4))
    assert await road.one("select count(*) from conversation where account_id = %s", other) == 0


async def test_concurrent_writers_leave_no_holes_in_the_numbers(road: RoadStage) -> None:
    """Customers' messages and the bot's turns at once: numbers count up, nothing is lost, the ledger balances."""
    for source in range(4):
        await road.say(f"{source}-first", "first", f"c-{source}")

    async def write(source: int) -> None:
        for number in range(15):
            await road.say(f"{source}-{number}", str(number), f"c-{source}")

    async def turns(name: str) -> None:
        for number in range(25):
            claimed = await claim(road, f"{name}:{number}", batch=2)
            await asyncio.sleep(0.002)
            if claimed:
                await road.process.road.finish_turns([spoken(turn, f"to {turn.to_seq}") for turn in claimed])

    async with Road(road.urls.url, pool_size=2):
        await asyncio.gather(*(write(n) for n in range(4)), turns("a"), turns("b"))
    await turns("c")
    holes = """select count(*) from conversation c where last_seq <> (select count(*) from message m
               where m.conversation_id = c.id and m.account_id = c.account_id)"""
    assert await road.one(holes) == 0
    assert await road.one("select count(*) from message where message_type = 'incoming'") == 64
    assert await road.one("select count(*) from conversation where turn_due_at is not null") == 0
    assert await road.one("select count(*) from conversation where answered_seq = 0") == 0
    doubles = "select count(*) from (select 1 from turn group by conversation_id, from_seq having count(*) > 1) d"
    assert await road.one(doubles) == 0
    uncovered = """select count(*) from message m where message_type = 'incoming' and not exists (
        select 1 from turn t where t.conversation_id = m.conversation_id and m.seq between t.from_seq and t.to_seq)"""
    assert await road.one(uncovered) == 0
    await road.deliver()
    assert await road.one("select count(*) from inbound_event where outcome = 'stored'") == 64
    outgoing = await road.one("select count(*) from message where message_type = 'outgoing'")
    assert await road.one("select count(*) from delivery where status = 'sent'") == outgoing


async def test_deliveries_leave_in_order_one_of_a_conversation_at_a_time(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    (turn,) = await claim(road)
    await road.process.road.finish_turns([spoken(turn, "一", "二", "三")])
    said = []
    while claimed := await road.process.road.claim_deliveries(10, "d:1", LEASE):
        assert len(claimed) == 1
        assert await road.process.road.claim_deliveries(10, "d:2", LEASE) == []
        said.append(claimed[0].content)
        await road.process.road.record([DeliveryOutcome(delivery=claimed[0], status="sent")])
    assert said == ["一", "二", "三"]


async def test_outcome_under_a_lost_claim_does_not_count(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    (turn,) = await claim(road)
    await road.process.road.finish_turns([spoken(turn, "一")])
    (first,) = await road.process.road.claim_deliveries(10, "d:1", OVER)
    (second,) = await road.process.road.claim_deliveries(10, "d:2", LEASE)
    await road.process.road.record([DeliveryOutcome(delivery=first, status="failed", error_code="refused")])
    assert await road.one("select status from delivery") == "pending"
    await road.process.road.record([DeliveryOutcome(delivery=second, status="sent", external_ids=("v-1", "v-2"))])
    assert await road.rows("select status, external_ids, attempts from delivery") == [
        {"status": "sent", "external_ids": ["v-1", "v-2"], "attempts": 1}
    ]
    assert await road.one("select status from message where message_type = 'outgoing'") == "sent"


async def test_next_delivery_is_due_when_its_conversations_first_one_is(road: RoadStage) -> None:
    """What stands behind a message that waits for its retry must not keep the loop busy."""
    await road.say("m-1", "你好")
    (turn,) = await claim(road)
    assert await road.process.road.next_delivery_due() is None
    await road.process.road.finish_turns([spoken(turn, "一", "二")])
    (head,) = await road.process.road.claim_deliveries(10, "d:1", LEASE)
    await road.process.road.record(
        [DeliveryOutcome(delivery=head, status="pending", retry=timedelta(minutes=5), error_code="x")]
    )
    assert await road.process.road.claim_deliveries(10, "d:2", LEASE) == []
    due = await road.process.road.next_delivery_due()
    assert due is not None
    assert timedelta(minutes=4) < due - datetime.now(UTC) <= timedelta(minutes=5)
