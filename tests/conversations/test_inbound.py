"""The door: stored once however often and wherever it comes in, and each sender hears what became of its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from kaitak.conversations import inbound
from kaitak.conversations.inbound import Door, DoorBusyError
from kaitak.conversations.road import Road
from kaitak.conversations.road_rows import IncomingMessage
from kaitak.core.ids import AccountId, InboxId
from kaitak.db.session import DatabaseUnavailableError
from kaitak.db.urls import replaced
from kaitak.realtime.signals import Signals, Topic
from tests.factories.road import RoadStage


def message(road: RoadStage, external_id: str, content: str = "x", source_id: str = "c-1") -> IncomingMessage:
    return IncomingMessage(
        account_id=road.account_id,
        inbox_id=InboxId(road.inbox.id),
        external_id=external_id,
        source_id=source_id,
        content=content,
        attributes={},
        raw={"id": external_id},
    )


async def test_duplicates_in_one_group_are_stored_once(road: RoadStage) -> None:
    await road.say("m-0", "first")
    stored = await asyncio.gather(*(road.process.door.store(message(road, "m-1")) for _ in range(20)))
    assert sorted(each.outcome for each in stored) == ["duplicate"] * 19 + ["stored"]
    assert len(await road.texts()) == 2


async def test_two_processes_with_the_same_events_store_each_once_in_order(road: RoadStage) -> None:
    """Also of customers whom nobody knew: contact, address and conversation are made once."""
    async with Road(road.urls.url, pool_size=2) as second:
        other = Door(second, Signals())
        task = asyncio.create_task(other.run())

        async def feed(door: Door, source: str) -> list[str]:
            return [(await door.store(message(road, f"{source}-{n}", str(n), source))).outcome for n in range(15)]

        sources = [f"c-{n}" for n in range(6)]
        outcomes = await asyncio.gather(*(feed(door, s) for s in sources for door in (road.process.door, other)))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert sorted(o for each in outcomes for o in each) == ["duplicate"] * 90 + ["stored"] * 90
    assert await road.one("select count(*) from contact") == 6
    assert await road.one("select count(*) from conversation") == 6
    for source in sources:
        assert await road.texts(source) == [("incoming", str(n)) for n in range(15)]
    assert await road.one("select count(*) from message where seq > 15") == 0


async def test_one_bad_row_fails_alone(road: RoadStage) -> None:
    await road.say("m-0", "first")
    bad = message(road, "bad", "\ud800")
    good = [message(road, f"m-{n}", str(n)) for n in range(1, 6)]
    results = await asyncio.gather(
        *(road.process.door.store(each) for each in (*good[:3], bad, *good[3:])), return_exceptions=True
    )
    assert [isinstance(each, BaseException) for each in results] == [False] * 3 + [True] + [False] * 2
    assert [text for _, text in await road.texts()] == ["first", "1", "2", "3", "4", "5"]


async def test_blocked_contact_is_dropped_with_the_reason(road: RoadStage) -> None:
    await road.say("m-0", "before")
    await road.rows("update contact set blocked = true")
    await road.say("m-1", "after")
    await road.say("m-1", "after")
    assert await road.texts() == [("incoming", "before")]
    assert await road.rows("select outcome, reason from inbound_event where external_id = 'm-1'") == [
        {"outcome": "dropped", "reason": "contact_blocked"}
    ]


async def test_resolved_conversation_is_followed_by_a_new_one(road: RoadStage) -> None:
    await road.say("m-0", "old")
    await road.rows("update conversation set status = 'resolved'")
    await asyncio.gather(*(road.say(f"m-{n}", "new") for n in range(1, 5)))
    assert await road.rows("select display_id, status, last_seq from conversation order by id") == [
        {"display_id": 1, "status": "resolved", "last_seq": 1},
        {"display_id": 2, "status": "pending", "last_seq": 4},
    ]
    assert await road.one("select count(*) from contact") == 1
    assert (
        await road.one("select c.display_id from contact_inbox i join conversation c on c.id = current_conversation_id")
        == 2
    )


async def test_resolving_while_messages_arrive_loses_none(road: RoadStage) -> None:
    await road.say("m-0", "x")

    async def resolve() -> None:
        for _ in range(10):
            await road.rows(
                """with done as (update conversation set status = 'resolved' where status <> 'resolved' returning id)
                   update contact_inbox set current_conversation_id = null
                   where current_conversation_id in (select id from done)"""
            )
            await asyncio.sleep(0.005)

    async def write(source: int) -> None:
        for number in range(25):
            await road.say(f"{source}-{number}", str(number))

    await asyncio.gather(resolve(), write(1), write(2))
    assert await road.one("select count(*) from message") == 51
    assert await road.one("select count(*) from inbound_event where outcome = 'stored'") == 51
    assert (
        await road.one(
            """select count(*) from conversation c
               where last_seq <> (select count(*) from message m where m.conversation_id = c.id)"""
        )
        == 0
    )


async def test_inbox_without_bot_queues_at_once(road: RoadStage) -> None:
    inbox = await road.make_inbox(bot_enabled=False, name="People")
    await road.say("m-1", "你好", inbox=inbox)
    await road.say("m-2", "有人嗎", inbox=inbox)
    assert await road.rows(
        """select status, owner, turn_due_at, unread_count, queued_at is not null as queued,
           waiting_since is not null as waiting from conversation"""
    ) == [
        {"status": "open", "owner": "queued", "turn_due_at": None, "unread_count": 2, "queued": True, "waiting": True}
    ]
    assert await road.take_turns() == 0


async def test_snoozed_conversation_opens_when_the_customer_writes(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    await road.rows(
        """update conversation set status = 'snoozed', owner = 'human', snoozed_until = now() + interval '1 day',
           turn_due_at = null"""
    )
    await road.say("m-2", "仲喺度")
    assert await road.rows("select status, snoozed_until, turn_due_at from conversation") == [
        {"status": "open", "snoozed_until": None, "turn_due_at": None}
    ]


async def test_each_message_pushes_the_turn_and_four_settles_are_the_most(road: RoadStage) -> None:
    inbox = await road.make_inbox(settle_ms=1000, name="Slow")
    await road.say("m-1", "一", inbox=inbox)
    query = "select extract(epoch from turn_due_at - turn_waiting_since)::float from conversation"
    assert await road.one(query) == pytest.approx(1.0)
    assert await road.take_turns() == 0
    await road.rows("update conversation set turn_waiting_since = turn_waiting_since - interval '2 seconds'")
    await road.say("m-2", "二", inbox=inbox)
    pushed = await road.one(query)
    assert isinstance(pushed, float)
    assert 3.0 <= pushed < 4.0
    await road.rows("update conversation set turn_waiting_since = turn_waiting_since - interval '60 seconds'")
    await road.say("m-3", "三", inbox=inbox)
    assert await road.one(query) == pytest.approx(4.0)
    assert await road.take_turns() == 1


async def test_stored_message_wakes_the_bot_and_the_stream(road: RoadStage) -> None:
    signals = road.process.signals
    for topic in Topic:
        signals.event(topic).clear()
    await road.say("m-1", "你好")
    assert signals.event(Topic.TURN).is_set()
    assert signals.event(Topic.STREAM).is_set()
    kinds = await road.column("select kind from stream_event where conversation_id is not null order by id")
    assert kinds == ["conversation.created", "message.created"]


async def test_full_door_asks_to_try_again(road: RoadStage) -> None:
    door = Door(road.process.road, Signals())
    waiting = [asyncio.create_task(door.store(message(road, f"m-{n}"))) for n in range(inbound.MAX_WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(DoorBusyError) as caught:
        await door.store(message(road, "one too many"))
    assert caught.value.status == 503
    task = asyncio.create_task(door.run())
    await asyncio.sleep(0)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
    for each in waiting:
        each.cancel()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert any(isinstance(each, DoorBusyError) for each in results)


async def test_lost_database_answers_503_and_stores_nothing(road: RoadStage) -> None:
    await road.say("m-0", "x")
    nowhere = replaced(road.urls.url, dbname="gone")
    async with Road(nowhere, pool_size=1) as lost:
        lost._pool.timeout = 0.3
        door = Door(lost, Signals())
        task = asyncio.create_task(door.run())
        with pytest.raises(DatabaseUnavailableError):
            await door.store(message(road, "m-1"))
        with pytest.raises(DatabaseUnavailableError):
            await lost.place_and_ingest(message(road, "m-1"))
        with pytest.raises(DatabaseUnavailableError):
            await lost.read_config(AccountId(1), InboxId(1))
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    assert len(await road.texts()) == 1
