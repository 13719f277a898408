"""Fan-out: ids out of order, slow clients, who sees what, coalescing, resuming."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from kaitak.core.ids import AccountId, UserId
from kaitak.realtime import frames, hub, queries
from kaitak.realtime.frames import Agent, Hydrated, Visitor
from kaitak.realtime.hub import QUEUE, Subscription, TooManyStreamsError
from kaitak.realtime.queries import Row
from tests.factories.stage import Stage

SOON = timedelta(seconds=3)
_INSERT = "insert into stream_event (account_id, kind) values (%s, 'label.updated')"


def _row(number: int, kind: str, conversation: int | None = None, message: int | None = None) -> Row:
    return Row(
        id=number,
        account_id=AccountId(1),
        kind=kind,
        conversation_id=conversation,
        message_id=message,
        payload=None,
    )


async def test_event_of_a_slow_transaction_is_not_lost(stage: Stage) -> None:
    """A lower id that becomes visible after a higher one still arrives."""
    audience = Agent(stage.administrator.user_id, None)
    async with stage.hub.subscribe(stage.account_id, audience, most=1) as subscription:
        async with await psycopg.AsyncConnection.connect(stage.database.dsn) as slow:
            await slow.execute("select set_config('app.account', %s, false)", (str(stage.account_id),))
            await slow.execute(_INSERT, (stage.account_id,))
            await stage.admin.post(stage.path("/labels"), json={"title": "fast"})
            first = await subscription.next_frame(SOON)
            assert first is not None
            assert b"label.created" in first
            await slow.commit()
        late = await subscription.next_frame(SOON)
    assert late is not None
    assert b"label.updated" in late


async def test_agent_gets_only_their_inboxes(stage: Stage) -> None:
    _, number = await stage.conversation()
    outsider = Agent(stage.agent.user_id, frozenset())
    member = Agent(stage.agent.user_id, frozenset({stage.inbox.id}))
    async with (
        stage.hub.subscribe(stage.account_id, outsider, most=5) as nothing,
        stage.hub.subscribe(stage.account_id, member, most=5) as something,
    ):
        await stage.act(number, "messages", content="hello")
        assert await something.next_frame(SOON) is not None
        assert await nothing.next_frame(timedelta(milliseconds=100)) is None


async def test_visitor_gets_only_their_own_and_no_notes(stage: Stage) -> None:
    _, number = await stage.conversation()
    async with stage.database.transaction(stage.account_id) as session:
        own = (await session.execute(text("select contact_inbox_id from conversation"))).scalar_one()
    async with (
        stage.hub.subscribe(stage.account_id, Visitor(own), most=5) as theirs,
        stage.hub.subscribe(stage.account_id, Visitor(own + 1), most=5) as others,
    ):
        await stage.act(number, "messages", content="secret note", private=True)
        await stage.act(number, "messages", content="for you")
        seen = []
        while (frame := await theirs.next_frame(timedelta(milliseconds=800))) is not None:
            seen.append(frame)
        assert await others.next_frame(timedelta(milliseconds=50)) is None
    together = b"".join(seen)
    assert b"for you" in together
    assert b"secret note" not in together
    assert b"owner_token" not in together


async def test_events_of_another_account_never_arrive(stage: Stage) -> None:
    _, number = await stage.conversation()
    audience = Agent(UserId(1), None)
    async with stage.hub.subscribe(AccountId(stage.account_id + 1000), audience, most=1) as foreign:
        await stage.act(number, "messages", content="hello")
        assert await foreign.next_frame(timedelta(milliseconds=700)) is None


async def test_too_many_streams_of_one_user_are_refused(stage: Stage) -> None:
    audience = Agent(stage.administrator.user_id, None)
    async with stage.hub.subscribe(stage.account_id, audience, most=1):
        with pytest.raises(TooManyStreamsError):
            async with stage.hub.subscribe(stage.account_id, audience, most=1):
                pass
    assert stage.hub.count() == 0


async def test_slow_client_is_told_to_start_over() -> None:
    subscription = Subscription(AccountId(1), Agent(UserId(1), None))
    for _ in range(QUEUE + 1):
        subscription.offer(b"x")
    assert await subscription.next_frame(SOON) == frames.RESET
    assert await subscription.next_frame(timedelta(milliseconds=1)) is None


async def test_cursor_that_is_older_than_what_is_kept_means_reset(stage: Stage) -> None:
    await stage.conversation()
    async with stage.database.transaction() as session:
        values = {"before": stage.deps.clock.now() + timedelta(days=3650), "batch": 1000}
        await session.execute(text("select prune_stream_events(:before, :batch)"), values)
    async with stage.database.transaction(stage.account_id) as session:
        newest = await queries.stream_cursor(session)
        assert await queries.find_backlog(session, stage.account_id, 0, limit=10) is None
        assert await queries.find_backlog(session, stage.account_id, newest + 1, limit=10) is None
        assert await queries.find_backlog(session, stage.account_id, newest, limit=10) == []


async def test_long_backlog_means_reset(stage: Stage) -> None:
    _, number = await stage.conversation()
    for _ in range(3):
        await stage.act(number, "messages", content="x")
    async with stage.database.transaction(stage.account_id) as session:
        assert await queries.find_backlog(session, stage.account_id, 0, limit=2) is None
        assert await queries.find_backlog(session, stage.account_id, 0, limit=100)


def test_changes_of_one_thing_become_one() -> None:
    rows = [
        _row(1, "message.created", 7, 70),
        _row(2, "conversation.updated", 7),
        _row(3, "message.updated", 7, 70),
        _row(4, "conversation.updated", 7),
        _row(5, "conversation.typing_on", 7),
        _row(6, "conversation.typing_off", 7),
    ]
    found = [(each.id, each.kind) for each in frames.coalesced(rows)]
    assert found == [
        (3, "message.created"),
        (4, "conversation.updated"),
        (5, "conversation.typing_on"),
        (6, "conversation.typing_off"),
    ]


@given(st.lists(st.integers(1, 60), min_size=1, max_size=40, unique=True))
def test_every_id_below_the_head_is_seen_or_missing(numbers: list[int]) -> None:
    missing: dict[int, float] = {}
    head, seen = 0, set[int]()
    for at in range(0, len(numbers), 5):
        batch = sorted(numbers[at : at + 5])
        missing = hub.still_missing(missing, head, batch, now=1.0)
        head = max(head, batch[-1])
        seen.update(batch)
        assert seen | set(missing) == set(range(1, head + 1))
        assert not seen & set(missing)


def test_missing_ids_are_given_up_after_ten_seconds() -> None:
    missing = hub.still_missing({}, 0, [3], now=100.0)
    assert set(missing) == {1, 2}
    assert hub.still_missing(missing, 3, [], now=111.0) == {}


def test_thing_of_no_inbox_is_for_everybody() -> None:
    assert Agent(UserId(1), frozenset()).pick(Hydrated(agent_frame=b"x")) == b"x"
