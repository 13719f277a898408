"""The inbox lists: every filter finds what it should, pages neither lose nor repeat, counts and queries are bounded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from pydantic import JsonValue
from sqlalchemy import event, text

from tests.factories import stage as stages
from tests.factories.stage import Stage


@dataclass
class Counted:
    """How many statements ran."""

    count: int = 0


@contextmanager
def _statements(stage: Stage) -> Iterator[Counted]:
    counted = Counted()
    engine = stage.database.bind.sync_engine

    def count(*_: object) -> None:
        counted.count += 1

    event.listen(engine, "before_cursor_execute", count)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", count)


async def _listed(stage: Stage, **filters: str | int) -> list[JsonValue]:
    answer = await stage.admin.get(stage.path("/conversations"), params=filters)
    assert answer.status_code == 200, answer.text
    return [each["id"] for each in answer.json()["data"]["payload"]]


@pytest.fixture
async def five(stage: Stage) -> Stage:
    """1 pending, 2 open and mine, 3 open and queued with a label, 4 resolved, 5 in another inbox."""
    for _ in range(4):
        await stage.conversation()
    other = await stages.make_inbox(stage.deps, stage.account_id, name="Other")
    await (await stage.customer(other)).say("hello")
    await stage.admin.post(stage.path("/labels"), json={"title": "vip"})
    await stage.act(2, "ownership", action="take_over")
    await stage.act(3, "ownership", action="take_over")
    await stage.act(3, "assignments", assignee_id=None)
    await stage.act(3, "labels", labels=["vip"])
    await stage.act(4, "toggle_status", status="resolved")
    return stage


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({}, [5, 4, 3, 2, 1]),
        ({"status": "open"}, [3, 2]),
        ({"status": "pending"}, [5, 1]),
        ({"status": "resolved"}, [4]),
        ({"assignee_type": "me"}, [2]),
        ({"assignee_type": "unassigned", "status": "open"}, [3]),
        ({"assignee_type": "assigned"}, [2]),
        ({"owner": "queued"}, [3]),
        ({"owner": "human"}, [2]),
        ({"owner": "bot"}, [5, 4, 1]),
        ({"labels": "vip"}, [3]),
        ({"labels": "none"}, []),
        ({"q": "4"}, [4]),
        ({"q": "#5"}, [5]),
        ({"q": "nobody"}, []),
        ({"team_id": 99}, []),
    ],
)
async def test_filter_finds_what_it_should(five: Stage, filters: dict[str, str | int], found: list[int]) -> None:
    assert await _listed(five, **filters) == found


async def test_pages_join_without_loss_or_repetition(five: Stage) -> None:
    seen: list[JsonValue] = []
    cursor = None
    while True:
        params = {"limit": 2, **({"cursor": cursor} if cursor else {})}
        data = (await five.admin.get(five.path("/conversations"), params=params)).json()["data"]
        seen += [each["id"] for each in data["payload"]]
        cursor = data["meta"]["next_cursor"]
        if cursor is None:
            break
    assert seen == [5, 4, 3, 2, 1]


async def test_counts_follow_the_filters(five: Stage) -> None:
    answer = await five.admin.get(five.path("/conversations"), params={"status": "open", "assignee_type": "me"})
    meta = answer.json()["data"]["meta"]
    assert (meta["mine_count"], meta["unassigned_count"], meta["all_count"]) == (1, 1, 2)


_MANY = """
with made as (
    insert into conversation (account_id, display_id, inbox_id, contact_id, contact_inbox_id, status, owner,
                              last_activity_at, assignee_id)
    select c.account_id, 1000 + n, c.inbox_id, c.contact_id, c.contact_inbox_id,
           case when n % 4 = 0 then 'open' else 'resolved' end, case when n % 4 = 0 then 'human' else 'bot' end,
           now() - n * interval '1 minute', case when n % 8 = 0 then :user_id end
    from conversation c, generate_series(1, 1400) n where c.account_id = :account_id and c.display_id = 1
    returning account_id, id, display_id
)
insert into conversation_label (account_id, conversation_id, title)
select m.account_id, m.id, case when m.display_id % 7 = 0 then 'seventh' else 'frequent' end from made m
"""


async def test_frequent_label_is_listed_in_order_under_every_filter(five: Stage) -> None:
    values = {"account_id": five.account_id, "user_id": five.administrator.user_id}
    async with five.database.transaction(five.account_id) as session:
        await session.execute(text(_MANY), values)
    rows = [(1000 + n, n % 4 == 0, n % 8 == 0) for n in range(1, 1401) if (1000 + n) % 7]
    is_open = [number for number, is_open, _ in rows if is_open]
    cases: list[tuple[dict[str, str | int], list[int]]] = [
        ({"labels": "frequent"}, [number for number, _, _ in rows]),
        ({"labels": "frequent", "status": "open"}, is_open),
        ({"labels": "frequent", "status": "snoozed"}, []),
        ({"labels": "frequent", "assignee_type": "me"}, [number for number, _, is_mine in rows if is_mine]),
        ({"labels": "frequent", "inbox_id": five.inbox.id}, [number for number, _, _ in rows]),
    ]
    for filters, expected in cases:
        seen: list[JsonValue] = []
        cursor = None
        for _ in range(3):
            page = {**filters, "limit": 20, **({"cursor": cursor} if cursor else {})}
            data = (await five.admin.get(five.path("/conversations"), params=page)).json()["data"]
            seen += [each["id"] for each in data["payload"]]
            cursor = data["meta"]["next_cursor"]
            if cursor is None:
                break
        assert seen == expected[:60]


async def test_agent_sees_the_inboxes_they_work_in(five: Stage) -> None:
    await five.admin.patch(five.path(f"/inboxes/{five.inbox.id}"), json={"member_ids": [five.agent.user_id]})
    answer = await five.agent_http.get(five.path("/conversations"))
    assert [each["id"] for each in answer.json()["data"]["payload"]] == [4, 3, 2, 1]


async def test_foreign_cursor_is_refused(five: Stage) -> None:
    answer = await five.admin.get(five.path("/conversations"), params={"cursor": "WzFd"})
    assert (answer.status_code, answer.json()["code"]) == (422, "page_cursor_invalid")


@pytest.mark.parametrize(
    ("filters", "queries"),
    [
        ({}, 4),  # caller, frame, page with counts, views
        ({"assignee_type": "me", "status": "open"}, 4),
        ({"q": "5"}, 4),
        ({"labels": "vip"}, 4),
    ],
)
async def test_list_runs_the_same_few_queries_for_any_number_of_rows(
    five: Stage, filters: dict[str, str], queries: int
) -> None:
    await five.admin.patch(five.path(f"/inboxes/{five.inbox.id}"), json={"member_ids": [five.agent.user_id]})
    for limit in (1, 5):
        with _statements(five) as counted:
            await five.admin.get(five.path("/conversations"), params={"limit": limit, **filters})
        assert counted.count == queries
        with _statements(five) as counted:
            await five.agent_http.get(five.path("/conversations"), params={"limit": str(limit)} | filters)
        assert counted.count == queries + 1  # the inboxes that the agent works in


async def test_frequent_label_is_one_or_two_queries_more(five: Stage) -> None:
    async with five.database.transaction(five.account_id) as session:
        await session.execute(text(_MANY), {"account_id": five.account_id, "user_id": five.administrator.user_id})
    for status, queries in (("all", 5), ("snoozed", 6)):  # the stream; it ends before the page is full
        with _statements(five) as counted:
            await five.admin.get(five.path("/conversations"), params={"labels": "frequent", "status": status})
        assert counted.count == queries


async def test_search_is_narrowed_by_a_frequent_label_too(five: Stage) -> None:
    async with five.database.transaction(five.account_id) as session:
        await session.execute(text(_MANY), {"account_id": five.account_id, "user_id": five.administrator.user_id})
    assert await _listed(five, q="1002", labels="frequent") == [1002]
    assert await _listed(five, q="1001", labels="frequent") == []
    assert await _listed(five, q="1001", labels="seventh") == [1001]


async def test_thread_runs_the_same_few_queries_for_any_number_of_rows(five: Stage) -> None:
    for _ in range(3):
        await five.act(2, "messages", content="x")
    with _statements(five) as counted:
        await five.admin.get(five.path("/conversations/2/messages"))
    assert counted.count == 4  # caller, conversation, cursor, messages
