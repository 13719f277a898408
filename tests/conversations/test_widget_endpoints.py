"""The widget's public API: sessions without rows, messages once, identity, files, what a customer may see."""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy import text

from tests.factories import stage as stages
from tests.factories.stage import WIDGET, Customer, Stage


def _hash(stage: Stage, identifier: str) -> str:
    return hmac.new(stage.inbox.secrets["identity_secret"].encode(), identifier.encode(), hashlib.sha256).hexdigest()


async def _count(stage: Stage, table: str) -> int:
    statements = {
        "contact": text("select count(*) from contact"),
        "message": text("select count(*) from message"),
        "conversation": text("select count(*) from conversation"),
    }
    async with stage.database.transaction(stage.account_id) as session:
        found: int = (await session.execute(statements[table])).scalar_one()
        return found


async def test_looking_at_the_page_leaves_no_contact(stage: Stage) -> None:
    customer = Customer(stage.public, stage.inbox.identifier)
    found = await customer.open()
    assert found["conversation"] is None
    assert await _count(stage, "contact") == 0


async def test_first_message_opens_a_conversation_with_the_bot(stage: Stage) -> None:
    customer = await stage.customer()
    said = await customer.say("我張單去咗邊呀")
    assert said["message"]["author"] == "me"  # type: ignore[index,call-overload]
    assert said["conversation"]["owner"] == "bot"  # type: ignore[index,call-overload]
    again = await customer.open()
    assert again["visitor_token"] is None
    assert [each["content"] for each in again["messages"]] == ["我張單去咗邊呀"]  # type: ignore[index,union-attr,call-overload]


async def test_same_echo_id_is_one_message_and_one_answer(stage: Stage) -> None:
    customer = await stage.customer()
    first = await customer.say("hello", echo_id="same")
    second = await customer.say("hello", echo_id="same")
    assert first == second
    assert await _count(stage, "message") == 1


async def test_message_without_token_is_refused(stage: Stage) -> None:
    customer = Customer(stage.public, stage.inbox.identifier)
    answer = await customer.post("messages", content="hi", echo_id="1")
    assert (answer.status_code, answer.json()["code"]) == (401, "visitor_unknown")


async def test_message_longer_than_the_limit_is_refused(stage: Stage) -> None:
    customer = await stage.customer()
    answer = await customer.post("messages", content="x" * 10_001, echo_id="1")
    assert answer.status_code == 422
    assert await _count(stage, "message") == 0


async def test_empty_message_is_refused(stage: Stage) -> None:
    customer = await stage.customer()
    answer = await customer.post("messages", content="  ", echo_id="1")
    assert answer.json()["code"] == "message_empty"


async def test_visitor_sees_only_their_own_conversation(stage: Stage) -> None:
    await stage.conversation("secret of the first")
    other = await stage.customer()
    page = await other.http.get(f"{WIDGET}/messages", headers=other.headers)
    assert page.json()["payload"] == []


async def test_customer_never_sees_notes_or_inner_activity(stage: Stage) -> None:
    customer, number = await stage.conversation()
    await stage.act(number, "messages", content="be careful with this one", private=True)
    await stage.act(number, "toggle_priority", priority="high")
    await stage.act(number, "messages", content="I am here")
    page = (await customer.http.get(f"{WIDGET}/messages", headers=customer.headers)).json()
    shown = [(each["author"], each["content"], each["content_attributes"].get("activity")) for each in page["payload"]]
    assert shown == [("me", "你好", None), ("system", "", "agent_joined"), ("agent", "I am here", None)]


async def test_blocked_contact_cannot_write(stage: Stage) -> None:
    customer, number = await stage.conversation()
    contact = (await stage.view(number))["contact"]["id"]  # type: ignore[index,call-overload]
    await stage.admin.patch(stage.path(f"/contacts/{contact}"), json={"blocked": True})
    answer = await customer.post("messages", content="again", echo_id="x")
    assert (answer.status_code, answer.json()["code"]) == (403, "contact_blocked")


async def test_identity_needs_the_right_signature(stage: Stage) -> None:
    customer, number = await stage.conversation()
    for wrong in ("0" * 64, _hash(stage, "someone else"), "short"):
        answer = await customer.post("identify", identifier="c-1", identifier_hash=wrong)
        assert (answer.status_code, answer.json()["code"]) == (401, "identity_invalid")
    assert (await stage.view(number))["contact"]["identifier"] is None  # type: ignore[index,call-overload]


async def test_signed_identity_names_the_contact(stage: Stage) -> None:
    customer, number = await stage.conversation()
    answer = await customer.post("identify", identifier="c-1", identifier_hash=_hash(stage, "c-1"), name="陳大文")
    assert answer.json() == {"contact": {"name": "陳大文", "email": None, "identified": True}}
    contact = (await stage.view(number))["contact"]
    assert (contact["identifier"], contact["verified"]) == ("c-1", True)  # type: ignore[index,call-overload]


async def test_second_browser_of_a_signed_identity_joins_the_same_contact(stage: Stage) -> None:
    first, number = await stage.conversation()
    second, other_number = await stage.conversation()
    for customer in (first, second):
        await customer.post("identify", identifier="c-1", identifier_hash=_hash(stage, "c-1"))
    contacts = [(await stage.view(each))["contact"]["id"] for each in (number, other_number)]  # type: ignore[index,call-overload]
    assert contacts[0] == contacts[1]


async def test_claimed_email_joins_nobody(stage: Stage) -> None:
    first, number = await stage.conversation()
    await first.post("identify", identifier="c-1", identifier_hash=_hash(stage, "c-1"), email="a@example.hk")
    second, other_number = await stage.conversation()
    await second.post("identify", identifier="c-2", identifier_hash=_hash(stage, "c-2"), email="a@example.hk")
    contacts = [(await stage.view(each))["contact"]["id"] for each in (number, other_number)]  # type: ignore[index,call-overload]
    assert contacts[0] != contacts[1]


async def test_second_person_in_one_browser_does_not_see_the_first_ones_talk(stage: Stage) -> None:
    customer, number = await stage.conversation("my own affairs")
    await customer.post("identify", identifier="c-1", identifier_hash=_hash(stage, "c-1"))
    await customer.post("identify", identifier="c-2", identifier_hash=_hash(stage, "c-2"))
    found = await customer.open()
    assert (found["messages"], found["conversation"]) == ([], None)
    assert (await stage.view(number))["contact"]["identifier"] == "c-1"  # type: ignore[index,call-overload]


async def test_reset_ends_the_token(stage: Stage) -> None:
    customer, _ = await stage.conversation()
    assert (await customer.post("reset")).status_code == 204
    found = await customer.open()
    assert found["messages"] == []


async def test_inbox_that_requires_identity_takes_nothing_unsigned(stage: Stage) -> None:
    inbox = await stages.make_inbox(stage.deps, stage.account_id, name="Members", require_identity=True)
    customer = await stage.customer(inbox)
    answer = await customer.post("messages", content="hi", echo_id="1")
    assert (answer.status_code, answer.json()["code"]) == (403, "identity_required")


async def test_foreign_origin_is_refused_where_origins_are_listed(stage: Stage) -> None:
    inbox = await stages.make_inbox(
        stage.deps, stage.account_id, name="Listed", allowed_origins=["https://shop.example"]
    )
    body = {"website_token": inbox.identifier}
    refused = await stage.public.post(f"{WIDGET}/session", json=body, headers={"origin": "https://evil.example"})
    allowed = await stage.public.post(f"{WIDGET}/session", json=body, headers={"origin": "https://shop.example"})
    assert (refused.status_code, allowed.status_code) == (403, 200)


async def test_unknown_widget_is_not_found(stage: Stage) -> None:
    answer = await stage.public.post(f"{WIDGET}/session", json={"website_token": "nobody"})
    assert (answer.status_code, answer.json()["code"]) == (404, "widget_unknown")


async def test_message_after_resolution_opens_a_new_conversation(stage: Stage) -> None:
    customer, number = await stage.conversation()
    await stage.act(number, "toggle_status", status="resolved")
    said = await customer.say("one more thing")
    assert said["conversation"]["id"] != number  # type: ignore[index,call-overload]
    assert await _count(stage, "conversation") == 2


async def test_seen_and_typing_are_taken(stage: Stage) -> None:
    customer, number = await stage.conversation()
    assert (await customer.post("seen", seq=1)).status_code == 204
    assert (await customer.post("typing", on=True)).status_code == 204
    assert (await stage.view(number))["contact_last_seen_seq"] == 1


async def test_file_of_the_visitor_joins_the_message_once(stage: Stage) -> None:
    customer = await stage.customer()
    file = {"file": ("a.txt", b"hello", "text/plain")}
    uploaded = await customer.http.post(f"{WIDGET}/attachments", files=file, headers=customer.headers)
    assert uploaded.status_code == 201, uploaded.text
    number = uploaded.json()["id"]
    said = await customer.say("", attachment_ids=[number], echo_id="f")
    assert [each["id"] for each in said["message"]["attachments"]] == [number]  # type: ignore[index,call-overload,union-attr]
    assert await customer.say("", attachment_ids=[number], echo_id="f") == said
    again = await customer.post("messages", content="", attachment_ids=[number], echo_id="g")
    assert again.json()["code"] == "attachment_unusable"


async def test_file_of_another_visitor_cannot_be_sent(stage: Stage) -> None:
    owner, thief = await stage.customer(), await stage.customer()
    file = {"file": ("a.txt", b"hello", "text/plain")}
    uploaded = await owner.http.post(f"{WIDGET}/attachments", files=file, headers=owner.headers)
    answer = await thief.post("messages", content="x", attachment_ids=[uploaded.json()["id"]], echo_id="1")
    assert answer.json()["code"] == "attachment_unusable"
