"""Delivery to a real receiver on loopback: order, retries, dead letters, pauses, lost answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from kaitak.accounts.policy import Role
from kaitak.channels import live
from kaitak.channels.connectors.web_widget.connector import WebWidgetConfig
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    OutcomeUnknownError,
    RefusedError,
    ThrottledError,
)
from kaitak.conversations import actions, delivery
from kaitak.conversations.delivery import MAX_ATTEMPTS, backoff, decide_outcome
from kaitak.conversations.models import Conversation
from kaitak.conversations.posting import Actor, Entry
from kaitak.conversations.road_rows import ClaimedDelivery
from kaitak.core.ids import AccountId, DeliveryId, DisplayId, InboxId, MessageId
from kaitak.db.urls import ServerUrls
from tests.factories import accounts
from tests.factories import road as roads
from tests.factories import sink as sinks
from tests.factories.accounts import Member
from tests.factories.road import ApiInbox, RoadStage
from tests.factories.sink import Sink

DELIVERY = ClaimedDelivery(
    account_id=AccountId(1),
    delivery_id=DeliveryId(1),
    message_id=MessageId(1),
    display_id=DisplayId(1),
    inbox_id=InboxId(1),
    channel="api",
    inbox_version=1,
    attempts=0,
    source_id="c-1",
    content="x",
    content_type="text",
    content_attributes={},
    sender_type="bot",
    sender_name="Shop",
    created_at=datetime(2026, 3, 2, tzinfo=UTC),
    files=(),
    claim="w:1",
)


class Line:
    """An agent who talks to a customer through an inbox whose other end is a sink."""

    def __init__(self, road: RoadStage, sink: Sink, inbox: ApiInbox, agent: Member) -> None:
        self.road, self.sink, self.inbox, self.agent = road, sink, inbox, agent

    async def reply(self, *texts: str, source_id: str = "c-1") -> None:
        """The agent writes."""
        query = """select c.id from conversation c join contact_inbox i on i.current_conversation_id = c.id
                   where i.source_id = %s"""
        conversation_id = await self.road.one(query, source_id)
        async with self.road.process.deps.database.transaction(self.road.account_id) as session:
            conversation = await session.get_one(Conversation, (self.road.account_id, conversation_id))
            for text in texts:
                entry = Entry(sender_type="user", sender_id=self.agent.user_id, content=text)
                await actions.reply(session, conversation, Actor(self.agent.user_id, "Agent"), entry)

    async def states(self) -> list[tuple[object, object, object]]:
        """Each delivery: status, attempts, error code."""
        rows = await self.road.rows("select status, attempts, error_code from delivery order by id")
        return [(row["status"], row["attempts"], row["error_code"]) for row in rows]

    async def shown(self) -> list[tuple[object, object]]:
        """Each message that goes out, as agents see it."""
        rows = await self.road.rows(
            "select status, status_reason from message where message_type = 'outgoing' order by seq"
        )
        return [(row["status"], row["status_reason"]) for row in rows]


@pytest.fixture
async def line(road: RoadStage) -> AsyncIterator[Line]:
    async with sinks.running() as sink:
        inbox = await road.make_inbox(webhook_url=sink.url, bot_enabled=False, name="Line")
        agent = await accounts.make_member(road.process.deps.database, road.account_id)
        await road.say("m-1", "有人嗎", inbox=inbox)
        yield Line(road, sink, inbox, agent)


async def test_messages_arrive_in_order_and_are_shown_as_sent(line: Line) -> None:
    await line.reply("一", "二", "三")
    assert await line.road.deliver() == 3
    assert line.sink.contents == ["一", "二", "三"]
    assert await line.states() == [("sent", 1, None)] * 3
    assert await line.shown() == [("sent", None)] * 3
    first = line.sink.received[0].json()
    assert (first["source_id"], first["conversation_id"]) == ("c-1", "1")
    assert first["sender"] == {"type": "user", "name": f"agent of {line.road.account_id}"}


async def test_retries_hold_up_their_own_conversation_and_no_other(line: Line) -> None:
    await line.road.say("m-2", "我都係", "c-2", inbox=line.inbox)
    await line.reply("一", "二")
    line.sink.answers.extend([503])
    await line.road.deliver()
    await line.reply("甲", source_id="c-2")
    await line.road.deliver()
    assert line.sink.contents == ["一", "甲"]
    assert [status for status, *_ in await line.states()] == ["pending", "pending", "sent"]
    await line.road.make_due()
    await line.road.deliver()
    assert line.sink.contents == ["一", "甲", "一", "二"]
    keys = [each.headers["x-kaitak-delivery"] for each in line.sink.received]
    assert keys[0] == keys[2]
    assert len(set(keys)) == 3
    assert [attempts for _, attempts, _ in await line.states()] == [2, 1, 1]


async def test_last_attempt_leaves_a_dead_letter_and_lets_the_next_pass(line: Line) -> None:
    await line.reply("一")
    line.sink.always = 500
    for attempt in range(MAX_ATTEMPTS):
        assert await line.road.deliver() == 1, attempt
        await line.road.make_due()
    assert await line.road.deliver() == 0
    assert await line.states() == [("failed", MAX_ATTEMPTS, "channel_unavailable")]
    assert await line.shown() == [("failed", "channel_unavailable")]
    line.sink.always = 200
    await line.reply("二")
    await line.road.deliver()
    assert line.sink.contents[-1] == "二"


async def test_refused_message_fails_at_once_with_the_vendors_words(line: Line) -> None:
    await line.reply("一")
    line.sink.always = 400
    await line.road.deliver()
    assert await line.states() == [("failed", 1, "refused")]
    assert "HTTP 400: well" in str(await line.road.one("select error_detail from delivery"))
    kinds = await line.road.column("select kind from stream_event order by id desc limit 1")
    assert kinds == ["message.updated"]


async def test_dead_letter_is_sent_again_by_hand(line: Line) -> None:
    await line.reply("一")
    line.sink.answers.extend([400])
    await line.road.deliver()
    supervisor = await accounts.make_member(line.road.process.deps.database, line.road.account_id, Role.SUPERVISOR)
    path = f"/api/v1/accounts/{line.road.account_id}/deliveries"
    async with accounts.signed_in(line.road.app, supervisor) as client:
        (dead,) = (await client.get(path, params={"status": "failed"})).json()["payload"]
        assert (dead["error_code"], dead["content"]) == ("refused", "一")
        assert (await client.post(f"{path}/{dead['id']}/replay")).json() == {"replayed": 1}
    await line.road.deliver()
    assert line.sink.contents == ["一", "一"]
    assert await line.shown() == [("sent", None)]


async def test_throttled_attempt_waits_as_asked_and_is_not_counted(line: Line) -> None:
    await line.reply("一")
    line.sink.answers.append(429)
    line.sink.headers = {"Retry-After": "120"}
    await line.road.deliver()
    assert await line.states() == [("pending", 0, "throttled")]
    wait = await line.road.one("select extract(epoch from next_attempt_at - now())::float from delivery")
    assert isinstance(wait, float)
    assert 110 < wait <= 120
    await line.road.make_due()
    await line.road.deliver()
    assert await line.states() == [("sent", 1, None)]


async def test_refused_credentials_pause_the_inbox_and_reconnecting_sends_what_waited(line: Line) -> None:
    await line.reply("一")
    line.sink.always = 401
    await line.road.deliver()
    assert await line.road.one("select paused_at is not null from inbox where id = %s", line.inbox.id) is True
    await line.reply("二")
    await line.road.make_due()
    assert await line.road.deliver() == 0
    assert await line.road.process.road.next_delivery_due() is None
    assert len(line.sink.received) == 1
    assert [status for status, *_ in await line.states()] == ["pending", "pending"]
    line.sink.always = 200
    await line.road.change_inbox(line.inbox, is_paused=False)
    await line.road.deliver()
    assert line.sink.contents == ["一", "一", "二"]
    assert await line.shown() == [("sent", None)] * 2


async def test_inbox_that_an_administrator_paused_sends_nothing_and_still_listens(line: Line) -> None:
    await line.reply("一")
    await line.road.change_inbox(line.inbox, is_paused=True)
    await line.reply("二")
    assert await line.road.deliver() == 0
    await line.road.say("m-2", "喂", inbox=line.inbox)
    administrator = await accounts.make_member(
        line.road.process.deps.database, line.road.account_id, Role.ADMINISTRATOR
    )
    async with accounts.signed_in(line.road.app, administrator) as client:
        answer = await client.get(f"/api/v1/accounts/{line.road.account_id}/deliveries", params={"status": "pending"})
    assert [each["content"] for each in answer.json()["payload"]] == ["二", "一"]
    await line.road.change_inbox(line.inbox, is_paused=False)
    await line.road.deliver()
    assert line.sink.contents == ["一", "二"]


async def test_lost_answer_is_sent_again_under_the_same_key(line: Line) -> None:
    await line.reply("一")
    line.sink.answers.append("drop")
    await line.road.deliver()
    assert await line.states() == [("pending", 1, "outcome_unknown")]
    await line.road.make_due()
    await line.road.deliver()
    assert await line.states() == [("sent", 2, None)]
    first, second = line.sink.received
    assert first.headers["x-kaitak-delivery"] == second.headers["x-kaitak-delivery"]


async def test_worker_that_died_while_sending_is_followed_by_another(line: Line) -> None:
    await line.reply("一")
    lost = await line.road.process.road.claim_deliveries(10, "dead:1", timedelta(milliseconds=100))
    assert len(lost) == 1
    assert await line.road.deliver() == 0
    await asyncio.sleep(0.15)
    assert await line.road.deliver() == 1
    assert await line.states() == [("sent", 1, None)]


async def test_two_workers_send_each_message_once_and_in_order(line: Line) -> None:
    for number in range(2, 7):
        await line.road.say(f"m-{number}", "hi", f"c-{number}", inbox=line.inbox)
        await line.reply(*(f"{number}-{part}" for part in range(6)), source_id=f"c-{number}")

    async def work(name: str) -> None:
        worker = line.road.deliverer(name, batch=3)
        for _ in range(60):
            await worker.step()

    await asyncio.gather(work("a"), work("b"))
    contents = [str(each) for each in line.sink.contents]
    assert len(contents) == 30
    for number in range(2, 7):
        of_it = [each for each in contents if each.startswith(f"{number}-")]
        assert of_it == [f"{number}-{part}" for part in range(6)]


async def test_message_that_we_cannot_send_ourselves_does_not_hold_up_the_batch(line: Line) -> None:
    """A configuration of another channel under this inbox: our own fault, one inbox's trouble."""
    broken = await line.road.make_inbox(name="Broken", bot_enabled=False)
    await line.road.say("m-9", "喂", "c-9", inbox=broken)
    wrong = WebWidgetConfig(identity_secret=SecretStr(roads.SECRET))
    sealed = live.seal(line.road.process.deps.keyring, line.road.account_id, wrong)
    await line.road.rows(
        "update inbox set config_encrypted = %s, version = version + 1 where id = %s", sealed, broken.id
    )
    await line.reply("壞", source_id="c-9")
    await line.reply("好")
    await line.road.deliver()
    assert line.sink.contents == ["好"]
    assert await line.states() == [("pending", 1, "channel_unavailable"), ("sent", 1, None)]


async def test_private_address_is_refused_unless_the_operator_allows_it(
    fresh_urls: ServerUrls, tmp_path: Path, models: Path
) -> None:
    async with sinks.running() as sink, roads.opened(fresh_urls, tmp_path, models, allow=()) as road:
        inbox = await road.make_inbox(webhook_url=sink.url, name="Inside")
        await road.say("m-1", "你好", inbox=inbox)
        await road.take_turns()
        await road.deliver()
        assert sink.received == []
        assert set(await road.column("select status from delivery")) == {"failed"}
        assert set(await road.column("select error_code from delivery")) == {"refused"}
        assert "private address" in str((await road.column("select error_detail from delivery"))[0])


@pytest.mark.parametrize(
    ("error", "attempts", "honours_key", "status", "counted"),
    [
        (RefusedError("no"), 0, True, "failed", True),
        (ChannelUnavailableError("down"), 0, False, "pending", True),
        (ChannelUnavailableError("down"), MAX_ATTEMPTS - 2, True, "pending", True),
        (ChannelUnavailableError("down"), MAX_ATTEMPTS - 1, True, "failed", True),
        (OutcomeUnknownError("lost"), 0, True, "pending", True),
        (OutcomeUnknownError("lost"), 0, False, "unknown", True),
        (OutcomeUnknownError("lost"), MAX_ATTEMPTS - 1, True, "unknown", True),
        (ThrottledError("wait", retry_after=timedelta(seconds=9)), MAX_ATTEMPTS, True, "pending", False),
        (AuthFailedError("no"), MAX_ATTEMPTS, True, "pending", False),
        (ConnectorError("what"), 0, True, "failed", True),
    ],
)
def test_failure_becomes_its_outcome(
    error: ConnectorError, attempts: int, honours_key: bool, status: str, counted: bool
) -> None:
    claimed = replace(DELIVERY, attempts=attempts)
    outcome = decide_outcome(claimed, error, honours_key=honours_key, jitter=0.5)
    assert (outcome.status, outcome.is_counted, outcome.error_code) == (status, counted, error.code)
    assert (outcome.retry > timedelta(0)) == (status == "pending")


def test_backoff_doubles_up_to_ten_minutes_and_is_spread() -> None:
    assert [backoff(n, 0).total_seconds() for n in range(5)] == [1, 2, 4, 8, 16]
    assert backoff(9, 0) == timedelta(seconds=512)
    assert backoff(10, 0) == backoff(500, 0) == timedelta(minutes=10)
    assert backoff(3, 1) == timedelta(seconds=4)
    assert sum((backoff(n, 0.5) for n in range(MAX_ATTEMPTS - 1)), timedelta()) > timedelta(minutes=20)


def test_long_error_is_cut() -> None:
    outcome = decide_outcome(DELIVERY, RefusedError("x" * 5000), honours_key=True, jitter=0)
    assert len(outcome.error_detail or "") == delivery.DETAIL
