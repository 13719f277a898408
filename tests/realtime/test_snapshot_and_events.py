"""Snapshot + events = new snapshot, for every act that changes what people see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from tests.conversations.test_sniffing import PNG
from tests.factories.mirror import Mirror
from tests.factories.stage import WIDGET, Customer, Stage

Act = Callable[[Stage, Customer, int], Awaitable[object]]


def _act(path: str, **body: JsonValue) -> Act:
    async def act(stage: Stage, _customer: Customer, number: int) -> None:
        answer = await stage.act(number, path, **body)
        assert answer.status_code in (200, 204), answer.text

    return act


async def _customer_writes(_stage: Stage, customer: Customer, _number: int) -> None:
    await customer.say("another line")


async def _new_customer_writes(stage: Stage, _customer: Customer, _number: int) -> None:
    await stage.conversation("somebody new")


async def _customer_sends_a_file(stage: Stage, customer: Customer, _number: int) -> None:
    files = {"file": ("p.png", PNG, "image/png")}
    uploaded = await stage.public.post(f"{WIDGET}/attachments", files=files, headers=customer.headers)
    await customer.say("look", attachment_ids=[uploaded.json()["id"]])


async def _customer_reads(_stage: Stage, customer: Customer, _number: int) -> None:
    await customer.post("seen", seq=1)


async def _resolve_after_answer(stage: Stage, _customer: Customer, number: int) -> None:
    await stage.act(number, "messages", content="answer")
    await stage.act(number, "toggle_status", status="resolved")


async def _resolve_and_reopen(stage: Stage, customer: Customer, number: int) -> None:
    await _resolve_after_answer(stage, customer, number)
    await stage.act(number, "toggle_status", status="open")


async def _resolve_and_rate(stage: Stage, customer: Customer, number: int) -> None:
    await _resolve_after_answer(stage, customer, number)
    asked = next(each for each in await stage.thread(number) if each["content_type"] == "input_csat")
    answer = await customer.post("csat", message_id=asked["id"], rating=5, feedback_message="好")
    assert answer.status_code == 204, answer.text


async def _take_over_and_give_back(stage: Stage, _customer: Customer, number: int) -> None:
    await stage.act(number, "ownership", action="take_over")
    await stage.act(number, "ownership", action="give_back", note="yours")


async def _snooze(stage: Stage, _customer: Customer, number: int) -> None:
    until = (stage.deps.clock.now() + timedelta(hours=1)).isoformat()
    await stage.act(number, "toggle_status", status="snoozed", snoozed_until=until)


async def _label(stage: Stage, _customer: Customer, number: int) -> None:
    await stage.admin.post(stage.path("/labels"), json={"title": "vip"})
    await stage.act(number, "labels", labels=["vip"])


async def _join_a_team(stage: Stage, _customer: Customer, number: int) -> None:
    made = await stage.admin.post(stage.path("/teams"), json={"name": "Refunds"})
    answer = await stage.act(number, "assignments", team_id=made.json()["id"])
    assert answer.status_code == 200, answer.text


async def _assign(stage: Stage, _customer: Customer, number: int) -> None:
    await stage.act(number, "assignments", assignee_id=stage.administrator.user_id)
    await stage.act(number, "assignments", assignee_id=None)


async def _fail_and_replay(stage: Stage, _customer: Customer, number: int) -> None:
    await stage.act(number, "messages", content="out")
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("update delivery set status = 'failed'"))
    dead = (await stage.admin.get(stage.path("/deliveries"))).json()["payload"]
    await stage.admin.post(stage.path("/deliveries/replay"), json={"ids": [each["id"] for each in dead]})


ACTS: dict[str, Act] = {
    "customer writes": _customer_writes,
    "new customer writes": _new_customer_writes,
    "customer sends a file": _customer_sends_a_file,
    "customer reads": _customer_reads,
    "agent replies": _act("messages", content="hello"),
    "agent notes": _act("messages", content="note", private=True),
    "agent offers choices": _act(
        "messages",
        content="which?",
        content_type="input_select",
        content_attributes={"items": [{"title": "A", "value": "a"}]},
    ),
    "take over": _act("ownership", action="take_over"),
    "take over and give back": _take_over_and_give_back,
    "resolve unanswered": _act("toggle_status", status="resolved"),
    "resolve": _resolve_after_answer,
    "resolve and reopen": _resolve_and_reopen,
    "resolve and rate": _resolve_and_rate,
    "snooze": _snooze,
    "assign and unassign": _assign,
    "join a team": _join_a_team,
    "label": _label,
    "priority": _act("toggle_priority", priority="urgent"),
    "seen": _act("update_last_seen", seq=1),
    "fail and replay": _fail_and_replay,
}


@pytest.mark.parametrize("name", ACTS)
async def test_snapshot_and_events_make_the_new_snapshot(stage: Stage, name: str) -> None:
    customer, number = await stage.conversation()
    async with Mirror(stage) as mirror:
        await ACTS[name](stage, customer, number)
        assert await mirror.settle(), "nothing was published"
        await mirror.must_equal_a_fresh_look()


async def test_typing_viewing_and_lists_are_announced(stage: Stage) -> None:
    customer, number = await stage.conversation()
    async with Mirror(stage) as mirror:
        await stage.act(number, "toggle_typing_status", typing_status="on")
        await customer.post("typing", on=False)
        await stage.act(number, "viewing")
        await stage.act(number, "viewing")
        await stage.admin.post(stage.path("/canned_responses"), json={"short_code": "hi", "content": "Hello"})
        events = await mirror.settle()
    assert events == [
        "conversation.typing_on",
        "conversation.typing_off",
        "conversation.viewing",
        "canned_response.created",
    ]


async def test_client_that_was_away_catches_up(stage: Stage) -> None:
    _, number = await stage.conversation()
    async with Mirror(stage) as mirror:
        await mirror.settle()
    await stage.act(number, "messages", content="while you were away")
    async with Mirror(stage) as back:
        await back.settle()
        await back.must_equal_a_fresh_look()
