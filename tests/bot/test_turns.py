"""The bot's turns on a real database: one at a time, fenced, rescued when they fail, silent when a person has it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from kaitak.bot.turns import MAX_CLAIMS, MAX_TRIES, Turner
from kaitak.conversations import actions
from kaitak.conversations.models import Conversation
from kaitak.conversations.posting import Actor
from kaitak.db.urls import ServerUrls
from kaitak.demo.erp.world import MEI_LING
from tests.business import conftest as business
from tests.demo import erp_server
from tests.demo.erp_server import RunningErp
from tests.factories import accounts
from tests.factories.accounts import Member
from tests.factories.road import RoadStage

ORDER = "我張單HK25-100234去咗邊呀"


@pytest.fixture(scope="session")
def erp(server: ServerUrls) -> Iterator[RunningErp]:
    with erp_server.own_database(server) as dsn, erp_server.running(dsn) as running:
        yield running


async def connect(road: RoadStage, url: str) -> None:
    """Connect the account to an ERP at this address."""
    await business.connect(road.process.deps.database, road.process.deps.keyring, road.account_id, url)


async def take_over(road: RoadStage) -> Member:
    """A person takes the only conversation over."""
    agent = await accounts.make_member(road.process.deps.database, road.account_id)
    conversation_id = await road.one("select id from conversation")
    async with road.process.deps.database.transaction(road.account_id) as session:
        conversation = await session.get_one(Conversation, (road.account_id, conversation_id))
        await actions.take_over(session, conversation, Actor(agent.user_id, "Agent"))
    return agent


async def answers(road: RoadStage, source_id: str = "c-1") -> list[str]:
    return [str(text) for kind, text in await road.texts(source_id) if kind == "outgoing"]


async def test_small_talk_is_answered_and_its_turn_recorded(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    assert await road.take_turns() == 1
    assert len(await answers(road)) == 1
    assert await road.rows("select from_seq, to_seq, outcome, understanding ->> 'intent' as intent from turn") == [
        {"from_seq": 1, "to_seq": 1, "outcome": "answered", "intent": "greeting"}
    ]
    assert await road.rows(
        "select owner, turn_due_at, claimed_by, waiting_since, unread_count, answered_seq from conversation"
    ) == [
        {
            "owner": "bot",
            "turn_due_at": None,
            "claimed_by": None,
            "waiting_since": None,
            "unread_count": 0,
            "answered_seq": 1,
        }
    ]
    assert await road.take_turns() == 0


async def test_several_short_messages_get_one_turn(road: RoadStage) -> None:
    for number, text in enumerate(("你好", "想問下", "點退貨")):
        await road.say(f"m-{number}", text)
    assert await road.take_turns() == 1
    assert await road.rows("select from_seq, to_seq from turn") == [{"from_seq": 1, "to_seq": 3}]


async def test_order_is_read_from_the_erp_within_the_turn(road: RoadStage, erp: RunningErp) -> None:
    await connect(road, erp.url)
    await road.say("m-1", ORDER)
    await road.take_turns()
    (asked,) = await answers(road)
    assert "HK25-100234" not in asked
    await road.say("m-2", "1234")
    await road.take_turns()
    assert "HK25-100234" in (await answers(road))[1]
    assert await road.one("select owner from conversation") == "bot"
    assert set(await road.column("select action from business_access_log")) >= {"get_order", "check_order"}
    row = (await road.rows("select * from business_access_log where source = 'live' order by id"))[0]
    assert (row["actor"], row["audience"]) == ("bot", "visitor")
    assert "HK25-100234" in str(row["object"])
    assert row["conversation_id"] == await road.one("select id from conversation")


async def test_erp_that_is_gone_does_not_leave_the_customer_waiting(road: RoadStage) -> None:
    await connect(road, "http://127.0.0.1:9")
    await road.say("m-1", ORDER)
    await road.take_turns()
    assert await answers(road)
    assert (
        await road.one("select count(*) from conversation where turn_due_at is not null or claimed_by is not null") == 0
    )


async def test_two_workers_answer_each_conversation_once(road: RoadStage) -> None:
    await asyncio.gather(*(road.say(f"m-{n}", "你好", f"c-{n}") for n in range(12)))
    workers = [road.turner("a", batch=3), road.turner("b", batch=3)]

    async def work(worker: Turner) -> None:
        while await worker.step():
            pass

    await asyncio.gather(*(work(each) for each in workers))
    assert await road.one("select count(*) from turn") == 12
    assert await road.one("select count(*) from message where message_type = 'outgoing'") == 12
    assert set(await road.column("select turn_attempts from conversation")) == {0}


async def test_person_who_takes_over_while_the_bot_asks_silences_it(road: RoadStage, erp: RunningErp) -> None:
    """The turn waits for the ERP when the person comes; what it finds afterwards is dropped."""
    arrived, go_on = asyncio.Event(), asyncio.Event()
    host, port = erp.url.removeprefix("http://").split(":")

    async def hold(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await go_on.wait()
        behind, ahead = await asyncio.open_connection(host, int(port))
        ahead.write(request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        writer.write(await behind.read(-1))
        for each in (ahead, writer):
            each.close()
            await each.wait_closed()

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    async with server:
        await connect(road, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await road.say("m-1", ORDER)
        assert await road.process.turner.step() == 1
        await arrived.wait()
        await take_over(road)
        go_on.set()
        await road.process.turner.drain()
    assert await answers(road) == []
    assert await road.one("select count(*) from delivery") == 0
    assert await road.one("select count(*) from turn") == 0
    assert await road.rows("select owner, status, bot_state, owner_token from conversation") == [
        {"owner": "human", "status": "open", "bot_state": {}, "owner_token": 2}
    ]


async def test_bot_is_silent_while_a_person_has_it(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    await take_over(road)
    await road.say("m-2", "我想查單")
    assert await road.take_turns() == 0
    assert await answers(road) == []
    assert await road.rows(
        "select turn_due_at, unread_count, waiting_since is not null as waiting from conversation"
    ) == [{"turn_due_at": None, "unread_count": 2, "waiting": True}]


async def test_expired_lease_is_taken_by_another_worker(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    (lost,) = await road.process.road.claim_turns(10, "dead:1", timedelta(milliseconds=100))
    assert await road.process.turner.step() == 0
    await asyncio.sleep(0.15)
    assert await road.process.turner.step() == 1
    assert lost.attempts == 1
    assert len(await answers(road)) == 1


async def test_hand_over_on_request_takes_the_packet_and_the_bot_falls_silent(road: RoadStage) -> None:
    await road.say("m-1", "我想同真人講")
    await road.take_turns()
    assert await road.rows("select owner, status, owner_token, queued_at is not null as queued from conversation") == [
        {"owner": "queued", "status": "open", "owner_token": 2, "queued": True}
    ]
    (packet,) = await road.rows("select reason, owner_token, packet from handoff_packet")
    assert packet["owner_token"] == 2
    assert isinstance(packet["packet"], dict)
    assert packet["packet"]["asked_and_answered"]
    kinds = [kind for kind, _ in await road.texts()]
    assert kinds == ["incoming", "outgoing", "activity"]
    attributes = await road.one("select content_attributes from message where message_type = 'activity'")
    assert isinstance(attributes, dict)
    assert (attributes["activity"], attributes["actor"]) == ("handed_over", None)
    assert "conversation.updated" in await road.column("select kind from stream_event")
    assert await road.one("select count(*) from delivery") == 1
    await road.say("m-2", "有冇人?")
    assert await road.take_turns() == 0


async def test_angry_customer_reaches_the_team_for_it(road: RoadStage) -> None:
    query = "insert into team (account_id, name) values (%s, 'complaints_vip') returning id"
    team = await road.one(query, road.account_id)
    await road.say("m-1", "你哋搞乜鬼,離譜!")
    await road.take_turns()
    assert await road.rows("select owner, team_id from conversation") == [{"owner": "queued", "team_id": team}]


async def test_turn_that_keeps_failing_is_released_then_a_person_gets_it(road: RoadStage) -> None:
    """The account's pack does not exist: every try raises."""
    await road.rows("update account set pack = 'no_such_pack'")
    await road.say("m-1", "你好", "c-1")
    for attempt in range(1, MAX_TRIES + 1):
        assert await road.process.turner.step() == 1, attempt
        if attempt < MAX_TRIES:
            assert await answers(road) == []
            assert await road.rows("select owner, turn_attempts, claimed_by from conversation") == [
                {"owner": "bot", "turn_attempts": attempt, "claimed_by": None}
            ]
            assert await road.process.turner.step() == 0
            await road.rows("update conversation set turn_due_at = now()")
    (apology,) = await answers(road)
    assert "唔好意思" in apology
    assert await road.rows("select owner, status from conversation") == [{"owner": "queued", "status": "open"}]
    assert await road.column("select reason from handoff_packet") == ["bot_failed"]
    assert await road.column("select outcome from turn") == ["failed"]


@pytest.mark.parametrize(
    ("locale", "word"), [("en", "Sorry"), ("zh-CN", "不好意思"), ("zh-HK", "唔好意思"), ("fr", "唔好意思")]
)
async def test_apology_is_in_the_customers_language(road: RoadStage, locale: str, word: str) -> None:
    await road.rows("update account set pack = 'no_such_pack'")
    await road.say("m-1", "hello")
    await road.rows("update contact set locale = %s", locale)
    await road.rows("update conversation set turn_attempts = %s", MAX_TRIES - 1)
    await road.process.turner.step()
    assert word in (await answers(road))[0]


async def test_failing_turn_does_not_hold_up_the_others(road: RoadStage) -> None:
    broken = await road.make_inbox(name="Broken")
    await road.rows("update inbox set pack = 'no_such_pack' where id = %s", broken.id)
    await road.say("m-1", "你好", "c-1", inbox=broken)
    await road.say("m-2", "你好", "c-2")
    assert await road.process.turner.step() == 2
    assert len(await answers(road, "c-2")) == 1


async def test_turn_that_ends_its_process_again_and_again_goes_to_a_person(road: RoadStage) -> None:
    await road.say("m-1", "你好")
    await road.rows("update conversation set turn_attempts = %s", MAX_CLAIMS)
    await road.take_turns()
    assert await road.column("select reason from handoff_packet") == ["bot_failed"]


async def test_state_of_the_dialogue_goes_from_turn_to_turn(road: RoadStage, erp: RunningErp) -> None:
    await connect(road, erp.url)
    await road.say("m-1", "我想查張單")
    await road.take_turns()
    await road.say("m-2", "HK25-100234")
    await road.take_turns()
    await road.say("m-3", "尾四位1234")
    await road.take_turns()
    asked, checked, told = (await answers(road))[:3]
    assert "HK25-100234" not in asked or "例" in asked
    assert "4" in checked
    assert "HK25-100234" in told


async def test_impatient_yes_cancels_the_order_once(road: RoadStage, erp: RunningErp) -> None:
    await connect(road, erp.url)
    with psycopg.connect(erp.dsn) as connection:
        connection.execute("delete from deeds")
        connection.execute("update orders set status = 'packing' where order_no = 'HK25-100235'")
    await road.say("m-1", "你好")
    await road.rows("update contact set identifier = %s", MEI_LING)
    await road.rows("update contact_inbox set hmac_verified = true")
    await road.take_turns()
    await road.say("m-2", "我要取消HK25-100235")
    await road.take_turns()
    assert await road.column("select content_type from message where seq = (select max(seq) from message)") == [
        "input_select"
    ]
    for number in range(3):
        await road.say(f"m-{3 + number}", "好，確認")
    await road.take_turns()
    await road.say("m-6", "好，確認")
    await road.take_turns()
    with psycopg.connect(erp.dsn) as connection:
        assert connection.execute("select status from orders where order_no = 'HK25-100235'").fetchone() == (
            "cancelled",
        )
        assert connection.execute("select count(*) from deeds").fetchone() == (1,)
    assert sum("取消咗，唔會再送" in text for text in await answers(road)) == 1
