"""Writing first: where a contact can be reached and why not elsewhere, once, and by nobody who may not."""

from __future__ import annotations

from datetime import timedelta

import httpx
from pydantic import JsonValue
from sqlalchemy import text

from kaitak.accounts.policy import Role
from kaitak.channels import actions as channel_actions
from kaitak.channels.schemas import InboxBody
from kaitak.contacts.models import Contact
from kaitak.conversations.models import Delivery, Message
from tests.conversations.test_original_endpoints import CONFIG
from tests.factories import accounts
from tests.factories.stage import Stage

WHATSAPP = {
    "phone_number_id": "106540352242922",
    "access_token": "EAAG-a-token-of-some-length",
    "app_secret": "an-app-secret-0123456789abcdef01",
    "verify_token": "a-verify-token-of-ours",
}
TEMPLATE: dict[str, JsonValue] = {"name": "ready", "language": "zh_HK", "parameters": ["甲"]}


async def _made(stage: Stage) -> tuple[int, int, int]:
    """A mail inbox, a WhatsApp inbox, and a contact who wrote there days ago and never by mail."""
    made: list[int] = []
    async with stage.database.transaction(stage.account_id) as session:
        for channel, config in (("email", CONFIG), ("whatsapp", WHATSAPP)):
            body = InboxBody(name=channel, channel=channel, config=dict(config), settle_ms=0)
            inbox, _ = await channel_actions.create_inbox(
                session, stage.deps.keyring, stage.account_id, body, settle=timedelta(0)
            )
            made.append(inbox.id)
        contact = Contact(
            account_id=stage.account_id, name="陳小姐", email="Amy@Customer.example", phone_number="+85261234567"
        )
        session.add(contact)
        await session.flush()
        await session.execute(
            text(
                """with i as (insert into contact_inbox (account_id, contact_id, inbox_id, source_id)
                     values (:a, :c, :i, '85261234567') returning id),
                   n as (update account set last_display_id = last_display_id + 1 where id = :a
                         returning last_display_id as number),
                   k as (insert into conversation
                         (account_id, display_id, inbox_id, contact_id, contact_inbox_id, status, last_seq)
                         select :a, n.number, :i, :c, i.id, 'resolved', 1 from i, n returning id)
                   insert into message
                   (account_id, conversation_id, seq, message_type, sender_type, content, created_at)
                   select :a, k.id, 1, 'incoming', 'contact', '收到未', now() - interval '3 days' from k"""
            ),
            {"a": stage.account_id, "c": contact.id, "i": made[1]},
        )
        return made[0], made[1], contact.id


async def _ways(stage: Stage, contact: int) -> dict[str, tuple[JsonValue, ...]]:
    answer = await stage.admin.get(stage.path(f"/contacts/{contact}/contactable_inboxes"))
    assert answer.status_code == 200, answer.text
    names = ("source_id", "state", "why", "conversation", "has_subject", "is_shown")
    return {each["channel"]: tuple(each[name] for name in names) for each in answer.json()["payload"]}


async def _begin(
    stage: Stage, client: httpx.AsyncClient, contact: int, inbox: int, *, subject: JsonValue = "", **message: JsonValue
) -> tuple[int, dict[str, JsonValue]]:
    body = {"contact_id": contact, "inbox_id": inbox, "subject": subject, "message": message}
    answer = await client.post(stage.path("/conversations"), json=body)
    return answer.status_code, answer.json()


async def test_mail_is_begun_once_with_its_subject_and_is_the_writers(stage: Stage) -> None:
    mail, whatsapp, contact = await _made(stage)
    assert await _ways(stage, contact) == {
        "email": ("amy@customer.example", "open", "", None, True, True),
        "whatsapp": ("85261234567", "template", "window_over", None, False, False),
    }
    said: dict[str, JsonValue] = {"content": "你的手袋已修好。", "echo_id": "e-1"}
    status, found = await _begin(stage, stage.admin, contact, mail, subject=" 維修單 8812 ", **said)
    assert (status, found["owner"], found["status"]) == (200, "human", "open")
    assert (await _begin(stage, stage.admin, contact, mail, **said))[1]["id"] == found["id"]  # asked twice, begun once
    status, refused = await _begin(stage, stage.admin, contact, mail, content="再寫", echo_id="e-2")
    assert (status, refused["code"], refused["conversation"]) == (409, "conversation_open", found["id"])
    assert (await _ways(stage, contact))["email"][1:4] == ("closed", "conversation_open", found["id"])
    (begun, sent) = await stage.thread(int(str(found["id"])))
    assert begun["content_attributes"]["activity"] == "begun"  # type: ignore[call-overload, index]
    assert sent["content_attributes"] == {"subject": "維修單 8812"}
    async with stage.database.transaction(stage.account_id) as session:
        row = (await session.execute(text("select assignee_id, first_reply_created_at, waiting_since from conversation "
                                          "where display_id = :n"), {"n": found["id"]})).one()  # fmt: skip
        assert row.assignee_id == stage.administrator.user_id
        assert row.first_reply_created_at is not None
        assert row.waiting_since is None
        queued = await session.scalars(Delivery.__table__.select().with_only_columns(Delivery.message_id))
        assert list(queued) == [sent["id"]]

    status, refused = await _begin(stage, stage.admin, contact, whatsapp, content="你好")
    assert (status, refused["code"], refused["why"]) == (409, "reply_window_closed", "window_over")
    status, begun_there = await _begin(stage, stage.admin, contact, whatsapp, content="甲可取", template=TEMPLATE)
    assert status == 200, begun_there


async def test_who_may_not_and_what_cannot_be_reached_is_refused_and_leaves_nothing(stage: Stage) -> None:
    mail, _, contact = await _made(stage)
    assert (await _begin(stage, stage.admin, contact, stage.inbox.id, content="?"))[1]["why"] == "no_address"
    assert (await _begin(stage, stage.admin, contact, mail, content=" "))[1]["code"] == "message_empty"
    assert (await _begin(stage, stage.agent_http, contact, mail, content="?"))[1]["code"] == "contact_not_found"
    async with stage.database.transaction(stage.account_id) as session:
        other = Contact(account_id=stage.account_id, name="Sister", email="amy@customer.example", phone_number=None)
        session.add(other)
        await session.flush()
        values = {"a": stage.account_id, "i": stage.inbox.id, "c": contact, "m": mail, "o": other.id}
        await session.execute(text("""insert into contact_inbox (account_id, contact_id, inbox_id, source_id)
            values (:a, :c, :i, 'v1'), (:a, :o, :m, 'amy@customer.example')"""), values)  # fmt: skip
        await session.execute(text("""insert into inbox_member (account_id, inbox_id, user_id) values (:a, :i, :u)
            on conflict do nothing"""), {**values, "u": stage.agent.user_id})  # fmt: skip
    # The agent works in the widget's inbox alone: the contact is seen there, the mail inbox is not.
    assert (await _begin(stage, stage.agent_http, contact, mail, content="?"))[1]["why"] == "no_address"
    assert (await _ways(stage, contact))["email"][1:3] == ("closed", "taken")
    assert (await _begin(stage, stage.admin, contact, mail, content="?"))[1]["why"] == "taken"
    async with stage.database.transaction(stage.account_id) as session:
        await session.execute(text("delete from contact_inbox where source_id = 'amy@customer.example'"))
        await session.execute(text("""insert into contact_consent
            (account_id, contact_id, channel, purpose, state, source)
            values (:a, :c, 'email', 'service', 'withdrawn', 'member')"""), values)  # fmt: skip
    assert (await _ways(stage, contact))["email"][1:3] == ("closed", "withdrawn")
    assert (await _begin(stage, stage.admin, contact, mail, content="?"))[1]["code"] == "consent_withdrawn"

    foreign = await accounts.make_account(stage.database, "Foreign")
    stranger = await accounts.make_member(stage.database, foreign, Role.ADMINISTRATOR)
    async with accounts.signed_in(stage.app, stranger) as client:
        assert (await _begin(stage, client, contact, mail, content="?"))[0] in (403, 404)
        body = {"contact_id": contact, "inbox_id": mail, "message": {"content": "?"}}
        answer = await client.post(f"/api/v1/accounts/{foreign}/conversations", json=body)
        assert answer.json()["code"] == "contact_not_found"
        answer = await client.get(f"/api/v1/accounts/{foreign}/contacts/{contact}/contactable_inboxes")
        assert answer.json()["code"] == "contact_not_found"
    async with stage.database.transaction(stage.account_id) as session:
        outgoing = Message.__table__.select().where(Message.message_type == "outgoing")
        assert list(await session.execute(outgoing)) == []
