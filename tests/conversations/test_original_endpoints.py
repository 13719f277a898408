"""The original of a message: the whole mail for those who may see its conversation, nothing that could run."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

from pydantic import JsonValue

from kaitak.accounts.policy import Role
from kaitak.channels import actions as channel_actions
from kaitak.channels.connectors.email import incoming
from kaitak.channels.connectors.email.incoming import Mailbox, Place
from kaitak.channels.connectors.email.settings import EmailConfig
from kaitak.channels.contract import MessageReceived
from kaitak.channels.schemas import InboxBody
from kaitak.conversations.inbound import Door
from kaitak.conversations.models import InboundEvent
from kaitak.conversations.road import Road
from kaitak.core.ids import DisplayId, InboxId
from tests.factories import accounts
from tests.factories.stage import Stage

CONFIG: dict[str, JsonValue] = {
    "address": "cs@harbour.example",
    "password": "a-password",
    "imap_host": "mail.harbour.example",
    "smtp_host": "mail.harbour.example",
    "thread_secret": "a-secret-for-the-threads-0123456789",
}
EVIL = (
    '<p>第一段</p><script>alert(1)</script><img src="https://t.example/p.gif"><a href="javascript:x()">x</a>'
    '<blockquote>上次寫的話</blockquote><img src="cid:1" onerror="x()">'
)


def _mail(words: str, markup: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    heads = (
        ("From", "Amy Chan <amy@customer.example>"),
        ("To", "cs@harbour.example, boss@customer.example"),
        ("Subject", "訂單未到"),
        ("Message-ID", "<1@customer.example>"),
        ("Date", "Mon, 02 Mar 2026 17:00:00 +0800"),
    )
    for name, value in heads:
        mail[name] = value
    mail.set_content(words)
    mail.add_alternative(markup, subtype="html")
    return mail.as_bytes()


async def _received(stage: Stage, raw: bytes) -> tuple[int, int]:
    """The conversation and the message of a mail that came in; it joins the account's agent in no inbox."""
    body = InboxBody(name="Mail", channel="email", config=CONFIG, settle_ms=0)
    async with stage.deps.database.transaction(stage.account_id) as session:
        inbox, _ = await channel_actions.create_inbox(
            session, stage.deps.keyring, stage.account_id, body, settle=timedelta(0)
        )
        inbox_id = InboxId(inbox.id)
    place = Place(ref="7.1", came_at=datetime.now(UTC))
    event = incoming.event(raw, place, Mailbox.of(EmailConfig.model_validate(CONFIG)))
    assert isinstance(event, MessageReceived)
    (stored,) = await stage.deps.get(Door).accept(stage.account_id, inbox_id, "email", timedelta(0), [event])
    listed = await stage.admin.get(stage.path(f"/conversations?inbox_id={inbox_id}"))
    assert stored.message_id is not None
    return listed.json()["data"]["payload"][0]["id"], int(stored.message_id)


async def test_mail_is_shown_whole_and_harmless_until_it_is_let_go(stage: Stage) -> None:
    number, message = await _received(stage, _mail("第一段\n\n> 上次寫的話\n", EVIL))
    path = stage.path(f"/conversations/{number}/messages/{message}/original")
    found = (await stage.admin.get(path)).json()
    assert (found["subject"], found["sender"]) == ("訂單未到", {"name": "Amy Chan", "address": "amy@customer.example"})
    assert (found["to"], found["sent_at"]) == (
        ["cs@harbour.example", "boss@customer.example"],
        "2026-03-02T09:00:00+00:00",
    )
    assert "> 上次寫的話" in found["text"]  # quoted, and not among the message's own words
    assert "上次寫的話" in found["html"]
    for harm in ("script", "alert", "t.example", "javascript", "onerror"):
        assert harm not in found["html"]
    assert await stage.deps.get(Road).language_of(stage.account_id, DisplayId(number)) == "zh-HK"  # the account's
    file = await stage.admin.get(f"{path}.eml")
    mail = message_from_bytes(file.content, policy=policy.default)
    assert file.headers["content-type"] == "message/rfc822"
    assert file.headers["content-disposition"] == f"attachment; filename*=UTF-8''{quote('訂單未到')}.eml"
    assert (file.headers["x-content-type-options"], file.headers["cache-control"]) == ("nosniff", "private, no-store")
    assert (mail["Subject"], mail["From"]) == ("訂單未到", "Amy Chan <amy@customer.example>")
    assert (mail["Message-ID"], mail["Date"].datetime.isoformat()) == (
        "<1@customer.example>",
        "2026-03-02T09:00:00+00:00",
    )
    assert {part.get_content_type(): " ".join(part.get_content().split()) for part in mail.iter_parts()} == {
        "text/plain": " ".join(found["text"].split()),
        "text/html": " ".join(found["html"].split()),
    }
    for refused in (path, f"{path}.eml"):  # works in another inbox
        assert (await stage.agent_http.get(refused)).json()["code"] == "conversation_not_found"
    foreign = await accounts.make_account(stage.database, "Foreign")
    stranger = await accounts.make_member(stage.database, foreign, Role.ADMINISTRATOR)
    async with accounts.signed_in(stage.app, stranger) as client:
        assert (await client.get(path)).status_code in (403, 404)
        assert (await client.get(f"{path}.eml")).status_code in (403, 404)
        elsewhere = path.replace(f"/accounts/{stage.account_id}/", f"/accounts/{foreign}/")
        assert (await client.get(elsewhere)).json()["code"] == "conversation_not_found"
    async with stage.database.transaction(stage.account_id) as session:
        for event in await session.scalars(InboundEvent.__table__.select().with_only_columns(InboundEvent.id)):
            (await session.get_one(InboundEvent, (stage.account_id, event))).body = {}
    gone = await stage.admin.get(path)
    assert (gone.status_code, gone.json()["code"]) == (410, "original_gone")
    assert (await stage.admin.get(f"{path}.eml")).json()["code"] == "original_gone"
    answer = (await stage.act(number, "messages", content="明日送到")).json()["id"]
    answered = await stage.deps.get(Road).event_to_answer(stage.account_id, answer, timedelta(days=1), each=True)
    assert answered == {"message_id": "1@customer.example", "references": [], "subject": "訂單未到"}  # still its thread


async def test_message_of_another_channel_has_no_original(stage: Stage) -> None:
    _, number = await stage.conversation()
    (message,) = [each["id"] for each in await stage.thread(number) if each["message_type"] == "incoming"]
    answer = await stage.admin.get(stage.path(f"/conversations/{number}/messages/{message}/original"))
    assert (answer.status_code, answer.json()["code"]) == (404, "original_not_found")
    missing = await stage.admin.get(stage.path(f"/conversations/{number}/messages/999999/original"))
    assert missing.json()["code"] == "message_not_found"
