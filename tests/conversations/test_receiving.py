"""Receivers: one holder per inbox, a cursor that moves only after what came is stored, and what their failures mean."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from pydantic import BaseModel, JsonValue, SecretStr

from kaitak.channels import actions, registry
from kaitak.channels.content import Text
from kaitak.channels.contract import (
    Capabilities,
    Desk,
    InboundEvent,
    MessageReceived,
    Nudged,
    Outbound,
    Ports,
    RawReply,
    RawRequest,
    Sender,
    Sent,
)
from kaitak.channels.errors import AuthFailedError, ChannelUnavailableError
from kaitak.channels.live import LiveConnectors
from kaitak.channels.models import Inbox
from kaitak.channels.schemas import InboxBody, InboxChange
from kaitak.conversations import receiving
from kaitak.conversations.receiving import Receivers
from tests.factories.road import RoadStage

Receive = Callable[[Desk], Awaitable[None]]


class BagConfig(BaseModel):
    """The set-up of a bag."""

    secret: SecretStr = SecretStr("s")


class Bag:
    """A channel of numbered messages that are fetched with a cursor; what a desk does is the test's."""

    name: ClassVar[str] = "bag"
    capabilities: ClassVar[Capabilities] = Capabilities(blocks=frozenset({Text}), max_text=1000)
    ack: ClassVar[RawReply] = RawReply()
    config_type: ClassVar[type[BaseModel]] = BagConfig
    max_body: ClassVar[int] = 0
    behaviour: ClassVar[Receive]

    def __init__(self, config: BagConfig, ports: Ports) -> None:
        self.config = config

    async def check(self) -> str:
        return "bag"

    def verify(self, request: RawRequest) -> None:
        return None

    def challenge(self, request: RawRequest) -> RawReply | None:
        return None

    def parse(self, request: RawRequest) -> Sequence[InboundEvent]:
        return [Nudged(external_id="n", at=datetime.now(UTC), raw={"token": "t-1"})]

    async def send(self, outbound: Outbound) -> Sent:
        return Sent()

    async def receive(self, desk: Desk) -> None:
        await type(self).behaviour(desk)


def message(number: int) -> MessageReceived:
    return MessageReceived(
        external_id=f"m{number}", at=datetime.now(UTC), raw={}, sender=Sender(source_id="c-1"), text=f"mail {number}"
    )


@pytest.fixture(autouse=True)
def bag() -> Iterator[type[Bag]]:
    registry.CONNECTORS["bag"] = Bag
    yield Bag
    del registry.CONNECTORS["bag"]


async def make(road: RoadStage) -> Inbox:
    deps = road.process.deps
    async with deps.database.transaction(road.account_id) as session:
        body = InboxBody(name="Bag", channel="bag", bot_enabled=False)
        inbox, _ = await actions.create_inbox(session, deps.keyring, road.account_id, body, settle=timedelta(0))
        return inbox


async def change(road: RoadStage, inbox: Inbox, **changes: object) -> None:
    deps = road.process.deps
    async with deps.database.transaction(road.account_id) as session:
        row = await session.get_one(Inbox, (road.account_id, inbox.id))
        await actions.change_inbox(session, deps.keyring, row, InboxChange.model_validate(changes))


def receivers(road: RoadStage, name: str = "w") -> Receivers:
    process = road.process
    made = Receivers(process.road, process.signals, process.deps.get(LiveConnectors), process.deps.database, name=name)
    made.round = timedelta(milliseconds=40)
    return made


@asynccontextmanager
async def running(worker: Receivers) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        worker.stop()
        await task


async def until(road: RoadStage, query: str, wanted: JsonValue) -> None:
    async with asyncio.timeout(10):
        while await road.column(query) != [wanted]:  # noqa: ASYNC110 (another connection's rows)
            await asyncio.sleep(0.02)


async def test_what_came_is_stored_once_and_read_on_from_the_cursor_after_a_kill(road: RoadStage) -> None:
    """The kill falls between storing and moving the cursor: the worst moment."""
    asked: list[JsonValue] = []

    async def behave(desk: Desk) -> None:
        await desk.connected()
        asked.append(desk.cursor)
        start = desk.cursor if isinstance(desk.cursor, int) else 0
        if start == 0:
            await desk.store([message(1)], cursor=1)
            await desk.store([message(2)])
            raise ConnectionAbortedError
        await desk.store([message(2), message(3)], cursor=3)
        await desk.wait(timedelta(minutes=1))

    Bag.behaviour = staticmethod(behave)
    await make(road)
    async with running(receivers(road)):
        await until(road, "select state from inbox_receiver", "failing")
        assert await road.one("select reason from inbox_receiver") == "a fault of ours: ConnectionAbortedError"
        await road.rows("update inbox_receiver set next_try_at = now()")
        await until(road, "select cursor from inbox_receiver", 3)
    assert asked == [None, 1]
    assert [text for _, text in await road.texts()] == ["mail 1", "mail 2", "mail 3"]
    assert await road.rows("select state, claimed_by, reason, failures from inbox_receiver") == [
        {"state": "waiting", "claimed_by": None, "reason": None, "failures": 0}
    ]


async def test_one_worker_holds_an_inbox_and_another_goes_on_when_it_ends(road: RoadStage) -> None:
    desks: list[Desk] = []

    async def behave(desk: Desk) -> None:
        desks.append(desk)
        await desk.connected()
        while not desk.is_closing:
            await desk.wait(timedelta(minutes=1))
        await desk.store([message(len(desks))], cursor=len(desks))  # what was at hand when it was told to end

    Bag.behaviour = staticmethod(behave)
    await make(road)
    first, second = receivers(road, "first"), receivers(road, "second")
    async with running(second):
        async with running(first):
            await until(road, "select state from inbox_receiver", "receiving")
            await asyncio.sleep(0.2)
            assert len(desks) == 1
            holder = str(await road.one("select claimed_by from inbox_receiver")).partition(":")[0]
            (first if holder == "first" else second).stop()
            await until(road, f"select split_part(claimed_by, ':', 1) <> '{holder}' from inbox_receiver", wanted=True)
        assert await road.one("select cursor from inbox_receiver") in (1, 2)


async def test_holder_whose_lease_ran_out_moves_no_cursor(road: RoadStage) -> None:
    go_on, failed = asyncio.Event(), asyncio.Event()

    async def behave(desk: Desk) -> None:
        await go_on.wait()
        try:
            await desk.store([message(1)], cursor="old")
        except Exception:
            failed.set()
            raise

    Bag.behaviour = staticmethod(behave)
    await make(road)
    async with running(receivers(road)):
        await until(road, "select state from inbox_receiver", "connecting")
        await road.rows(
            "update inbox_receiver set claimed_by = 'another', claimed_until = now() + interval '1 hour', cursor = '7'"
        )
        go_on.set()
        async with asyncio.timeout(5):
            await failed.wait()
    assert await road.rows("select claimed_by, cursor from inbox_receiver") == [{"claimed_by": "another", "cursor": 7}]


async def test_refused_credentials_pause_the_inbox_until_it_is_resumed(road: RoadStage) -> None:
    tries = 0

    async def behave(desk: Desk) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise AuthFailedError("the mailbox takes no such password")
        await desk.connected()
        await desk.wait(timedelta(minutes=1))

    Bag.behaviour = staticmethod(behave)
    inbox = await make(road)
    async with running(receivers(road)):
        await until(road, "select paused_reason from inbox where channel = 'bag'", "the mailbox takes no such password")
        await until(road, "select state from inbox_receiver", "failing")
        await road.rows("update inbox_receiver set next_try_at = now()")
        await asyncio.sleep(0.2)
        assert tries == 1
        await change(road, inbox, is_paused=False)
        await until(road, "select state from inbox_receiver", "receiving")
        await change(road, inbox, is_paused=True)
        await until(road, "select claimed_by is null from inbox_receiver", wanted=True)


async def test_change_of_the_inbox_connects_anew_and_a_webhook_nudges(road: RoadStage) -> None:
    heard: list[JsonValue] = []
    connections = 0

    async def behave(desk: Desk) -> None:
        nonlocal connections
        connections += 1
        await desk.connected()
        while not desk.is_closing:
            nudge = await desk.wait(timedelta(minutes=1))
            if nudge is not None:
                heard.append(dict(nudge))

    Bag.behaviour = staticmethod(behave)
    inbox = await make(road)
    async with running(receivers(road)):
        await until(road, "select state from inbox_receiver", "receiving")
        answer = await road.http.post(f"/v1/hooks/bag/{inbox.identifier}", content=b"")
        assert answer.status_code == 200
        async with asyncio.timeout(5):
            while not heard:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await change(road, inbox, name="Another")
        async with asyncio.timeout(5):
            while connections < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
    assert heard[0] == {"token": "t-1"}


async def test_broken_connection_is_tried_again_later_and_later(road: RoadStage) -> None:
    async def behave(desk: Desk) -> None:
        raise ChannelUnavailableError("the mailbox's server does not answer")

    Bag.behaviour = staticmethod(behave)
    await make(road)
    async with running(receivers(road)):
        await until(road, "select failures from inbox_receiver", 1)
        await road.rows("update inbox_receiver set next_try_at = now()")
        await until(road, "select failures from inbox_receiver", 2)
    row = (await road.rows("select reason, next_try_at > now() as later from inbox_receiver"))[0]
    assert row == {"reason": "the mailbox's server does not answer", "later": True}


def test_pauses_grow_to_five_minutes_and_are_spread() -> None:
    assert [receiving.backoff(n, 0.0).total_seconds() for n in (0, 1, 2, 20)] == [2, 4, 8, 300]
    assert receiving.backoff(20, 1.0) == timedelta(seconds=150)
