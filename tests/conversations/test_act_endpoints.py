"""What people do to a conversation, over HTTP: ownership, status, assignment, labels, drafts, and who may."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pydantic import JsonValue
from sqlalchemy import text

from kaitak.api.principals import CSRF_HEADER
from kaitak.conversations import survey_asking
from kaitak.core.languages import Written
from tests.factories import accounts
from tests.factories import stage as stages
from tests.factories.stage import Stage


async def _activities(stage: Stage, number: int) -> list[JsonValue]:
    found = []
    for each in await stage.thread(number):
        attributes = each["content_attributes"]
        assert isinstance(attributes, dict)
        if each["message_type"] == "activity":
            found.append(attributes["activity"])
    return found


async def test_public_reply_takes_the_conversation_over_from_the_bot(stage: Stage) -> None:
    _, number = await stage.conversation()
    before = await stage.view(number)
    answer = await stage.act(number, "messages", content="你好,我係阿明")
    assert answer.status_code == 200, answer.text
    after = await stage.view(number)
    assert (before["owner"], after["owner"], after["status"]) == ("bot", "human", "open")
    assert after["owner_token"] == before["owner_token"] + 1  # type: ignore[operator]
    assert after["assignee"]["id"] == stage.administrator.user_id  # type: ignore[index,call-overload]
    assert await _activities(stage, number) == ["took_over"]


async def test_private_note_leaves_the_bot_in_charge(stage: Stage) -> None:
    _, number = await stage.conversation()
    await stage.act(number, "messages", content="note", private=True)
    assert (await stage.view(number))["owner"] == "bot"


async def test_taking_over_stops_the_turn(stage: Stage) -> None:
    _, number = await stage.conversation()
    await stage.act(number, "ownership", action="take_over")
    async with stage.database.transaction(stage.account_id) as session:
        due = (await session.execute(text("select turn_due_at from conversation"))).scalar_one()
    assert due is None


async def test_same_echo_id_posts_once(stage: Stage) -> None:
    _, number = await stage.conversation()
    first = await stage.act(number, "messages", content="once", echo_id="e1")
    second = await stage.act(number, "messages", content="once", echo_id="e1")
    assert first.json() == second.json()
    assert len([each for each in await stage.thread(number) if each["content"] == "once"]) == 1


async def test_public_reply_gets_one_delivery_and_a_note_none(stage: Stage) -> None:
    _, number = await stage.conversation()
    await stage.act(number, "messages", content="out")
    await stage.act(number, "messages", content="in", private=True)
    async with stage.database.transaction(stage.account_id) as session:
        assert (await session.execute(text("select count(*) from delivery"))).scalar_one() == 1


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("ownership", {"action": "take_over"}),
        ("ownership", {"action": "give_back"}),
        ("toggle_status", {"status": "resolved"}),
        ("toggle_status", {"status": "open"}),
        ("assignments", {"assignee_id": None}),
        ("messages", {"content": "late"}),
    ],
)
async def test_stale_ownership_is_refused_and_changes_nothing(
    stage: Stage, path: str, body: dict[str, JsonValue]
) -> None:
    _, number = await stage.conversation()
    await stage.act(number, "ownership", action="take_over")
    before = await stage.view(number)
    answer = await stage.act(number, path, **body, owner_token=1)
    assert (answer.status_code, answer.json()["code"]) == (409, "ownership_changed")
    assert answer.json()["owner_token"] == before["owner_token"]
    assert await stage.view(number) == before


async def test_give_back_tells_the_bot_the_note(stage: Stage) -> None:
    _, number = await stage.conversation()
    await stage.act(number, "ownership", action="take_over")
    answer = await stage.act(number, "ownership", action="give_back", note="refund promised")
    assert (answer.json()["owner"], answer.json()["status"], answer.json()["assignee"]) == ("bot", "pending", None)
    async with stage.database.transaction(stage.account_id) as session:
        state = (await session.execute(text("select bot_state from conversation"))).scalar_one()
    assert state["agent_note"] == "refund promised"


async def test_resolving_asks_for_a_rating_once_somebody_answered(stage: Stage) -> None:
    _, number = await stage.conversation()
    await stage.act(number, "messages", content="answer")
    await stage.act(number, "toggle_status", status="resolved")
    kinds = [each["content_type"] for each in await stage.thread(number)]
    assert kinds.count("input_csat") == 1
    await stage.act(number, "toggle_status", status="open")
    await stage.act(number, "toggle_status", status="resolved")
    kinds = [each["content_type"] for each in await stage.thread(number)]
    assert kinds.count("input_csat") == 1


@pytest.mark.parametrize(
    ("own", "accounts", "asked"),
    [("en-GB", "zh-HK", "en"), (None, "zh-HK", "zh-HK"), ("zh-CN", "en", "zh-Hans"), ("fr", "en", "en")],
)
async def test_rating_is_asked_for_in_the_customers_language(
    stage: Stage, own: str | None, accounts: str, asked: Written
) -> None:
    _, number = await stage.conversation()
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("update contact set locale = :own"), {"own": own})
        await session.execute(text("update account set locale = :own"), {"own": accounts})
    await stage.act(number, "messages", content="answer")
    await stage.act(number, "toggle_status", status="resolved")
    (question,) = (each for each in await stage.thread(number) if each["content_type"] == "input_csat")
    assert question["content"] == survey_asking.QUESTION[asked]


async def test_channel_that_brings_no_rating_back_asks_for_none(stage: Stage) -> None:
    _, number = await stage.conversation()
    await stage.act(number, "messages", content="answer")
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("update inbox set channel = 'sms'"))
    await stage.act(number, "toggle_status", status="resolved")
    assert "input_csat" not in [each["content_type"] for each in await stage.thread(number)]


async def test_resolving_an_unanswered_conversation_asks_nothing(stage: Stage) -> None:
    _, number = await stage.conversation()
    await stage.act(number, "toggle_status", status="resolved")
    assert "input_csat" not in [each["content_type"] for each in await stage.thread(number)]


async def test_reopened_conversation_takes_messages_again(stage: Stage) -> None:
    customer, number = await stage.conversation()
    await stage.act(number, "toggle_status", status="resolved")
    await stage.act(number, "toggle_status", status="open")
    said = await customer.say("still me")
    assert said["conversation"]["id"] == number  # type: ignore[index,call-overload]


async def test_snooze_needs_a_time_ahead(stage: Stage) -> None:
    _, number = await stage.conversation()
    past = (stage.deps.clock.now() - timedelta(minutes=1)).isoformat()
    for body in ({"status": "snoozed"}, {"status": "snoozed", "snoozed_until": past}):
        answer = await stage.act(number, "toggle_status", **body)
        assert (answer.status_code, answer.json()["code"]) == (422, "snooze_time_invalid")


async def test_snoozed_conversation_opens_when_the_customer_writes(stage: Stage) -> None:
    customer, number = await stage.conversation()
    until = (stage.deps.clock.now() + timedelta(hours=1)).isoformat()
    answer = await stage.act(number, "toggle_status", status="snoozed", snoozed_until=until)
    assert answer.json()["status"] == "snoozed", answer.text
    await customer.say("hello?")
    assert (await stage.view(number))["status"] == "open"


async def test_assignment_needs_somebody_who_works_in_the_inbox(stage: Stage) -> None:
    _, number = await stage.conversation()
    answer = await stage.act(number, "assignments", assignee_id=stage.agent.user_id)
    assert (answer.status_code, answer.json()["code"]) == (422, "assignee_unknown")
    await stage.admin.patch(stage.path(f"/inboxes/{stage.inbox.id}"), json={"member_ids": [stage.agent.user_id]})
    answer = await stage.act(number, "assignments", assignee_id=stage.agent.user_id)
    assert answer.json()["assignee"]["id"] == stage.agent.user_id
    assert await _activities(stage, number) == ["assigned"]


async def test_labels_have_to_exist(stage: Stage) -> None:
    _, number = await stage.conversation()
    answer = await stage.act(number, "labels", labels=["vip"])
    assert (answer.status_code, answer.json()["code"]) == (422, "label_unknown")
    await stage.admin.post(stage.path("/labels"), json={"title": "VIP"})
    assert (await stage.act(number, "labels", labels=["vip"])).json()["labels"] == ["vip"]
    assert (await stage.act(number, "labels", labels=[])).json()["labels"] == []
    assert await _activities(stage, number) == ["label_added", "label_removed"]


async def test_seen_never_goes_back(stage: Stage) -> None:
    customer, number = await stage.conversation()
    await customer.say("two")
    assert (await stage.act(number, "update_last_seen", seq=2)).json()["unread_count"] == 0
    assert (await stage.act(number, "update_last_seen", seq=1)).json()["agent_last_seen_seq"] == 2


async def test_draft_is_kept_for_its_writer_alone(stage: Stage) -> None:
    _, number = await stage.conversation()
    await stage.admin.patch(stage.path(f"/inboxes/{stage.inbox.id}"), json={"member_ids": [stage.agent.user_id]})
    path = stage.path(f"/conversations/{number}/draft")
    await stage.admin.put(path, json={"content": "half a sent"})
    assert (await stage.admin.get(path)).json()["content"] == "half a sent"
    assert (await stage.agent_http.get(path)).json()["content"] == ""
    await stage.admin.delete(path)
    assert (await stage.admin.get(path)).json()["content"] == ""


async def test_agent_outside_the_inbox_finds_nothing(stage: Stage) -> None:
    _, number = await stage.conversation()
    base = stage.path(f"/conversations/{number}")
    for answer in (
        await stage.agent_http.get(base),
        await stage.agent_http.get(base + "/messages"),
        await stage.agent_http.post(base + "/messages", json={"content": "x"}),
        await stage.agent_http.post(base + "/ownership", json={"action": "take_over"}),
        await stage.agent_http.put(base + "/draft", json={"content": "x"}),
        await stage.agent_http.post(base + "/viewing"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")
    listed = await stage.agent_http.get(stage.path("/conversations"))
    assert listed.json()["data"]["payload"] == []


async def test_conversation_of_another_account_is_not_found(stage: Stage) -> None:
    _, number = await stage.conversation()
    other = await accounts.make_account(stage.database, "Other")
    stranger = await accounts.make_member(stage.database, other, stage.administrator.role, email="x@example.hk")
    async with accounts.signed_in(stage.app, stranger) as http:
        foreign = await http.get(stage.path(f"/conversations/{number}"))
        own = await http.get(f"/api/v1/accounts/{other}/conversations/{number}")
        listed = await http.get(f"/api/v1/accounts/{other}/conversations")
    assert (foreign.status_code, own.status_code) == (404, 404)
    assert listed.json()["data"]["payload"] == []


async def test_session_without_csrf_header_changes_nothing(stage: Stage) -> None:
    _, number = await stage.conversation()
    del stage.admin.headers[CSRF_HEADER]
    answer = await stage.act(number, "ownership", action="take_over")
    assert (answer.status_code, answer.json()["code"]) == (403, "csrf_refused")


async def test_failed_message_can_be_tried_again(stage: Stage) -> None:
    _, number = await stage.conversation()
    message = (await stage.act(number, "messages", content="out")).json()["id"]
    assert (await stage.act(number, f"messages/{message}/retry")).status_code == 404
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("update delivery set status = 'failed', error_code = 'refused'"))
        await session.execute(text("update message set status = 'failed' where message_type = 'outgoing'"))
    dead = (await stage.admin.get(stage.path("/deliveries"))).json()["payload"]
    assert [(each["message_id"], each["error_code"]) for each in dead] == [(message, "refused")]
    answer = await stage.act(number, f"messages/{message}/retry")
    assert answer.json()["status"] == "sending"
    assert (await stage.admin.get(stage.path("/deliveries"))).json()["payload"] == []


async def test_agents_do_not_see_dead_letters(stage: Stage) -> None:
    answer = await stage.agent_http.get(stage.path("/deliveries"))
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing")


async def test_ledger_balances(stage: Stage) -> None:
    _, number = await stage.conversation()
    await stage.act(number, "messages", content="out")
    ledger = (await stage.admin.get(stage.path("/ledger"), params={"since": "2020-01-01T00:00:00Z"})).json()
    assert ledger["inbound"] == {"message/stored": 1}
    assert ledger["outbound"] == {"pending": 1}
    assert ledger["is_balanced"] is True


async def test_inbox_of_another_account_cannot_be_used(stage: Stage) -> None:
    other = await accounts.make_account(stage.database, "Other")
    inbox = await stages.make_inbox(stage.deps, other)
    answer = await stage.admin.patch(stage.path(f"/inboxes/{inbox.id}"), json={"name": "mine now"})
    assert (answer.status_code, answer.json()["code"]) == (404, "inbox_not_found")
