"""A mailbox on a real Dovecot, answered through a real SMTP server: nothing lost, nothing doubled, nothing stalls."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest
from pydantic import JsonValue

from kaitak.accounts.policy import Role
from kaitak.channels import actions
from kaitak.channels.connectors.email.connector import Email
from kaitak.channels.connectors.email.settings import EmailConfig
from kaitak.channels.contract import Desk, Ignored, InboundEvent, MessageReceived
from kaitak.channels.errors import AuthFailedError, RefusedError
from kaitak.channels.live import HttpPorts
from kaitak.channels.schemas import InboxBody
from kaitak.contacts.models import Contact
from kaitak.core.addresses import read_allow_list
from kaitak.core.clock import SystemClock
from kaitak.core.http import OutgoingHttp
from kaitak.db.urls import ServerUrls
from tests.factories import accounts
from tests.factories import road as roads
from tests.factories.road import RoadStage
from tests.platforms import mail as servers
from tests.platforms.mail import ADDRESS, PASSWORD, Mailbox

pytestmark = [pytest.mark.dovecot, pytest.mark.filterwarnings("ignore::DeprecationWarning")]
SECRET = "a-secret-for-the-threads-0123456789"


class Table:
    """A desk that keeps what it is given."""

    def __init__(self, cursor: JsonValue = None) -> None:
        self.cursor = cursor
        self.events: list[InboundEvent] = []
        self.is_closing = False
        self._called = asyncio.Event()

    async def connected(self) -> None:
        return None

    async def store(self, events: Sequence[InboundEvent], *, cursor: JsonValue = None) -> None:
        self.events += events
        self.cursor = self.cursor if cursor is None else cursor

    async def wait(self, longest: timedelta) -> None:
        await self._called.wait()

    def close(self) -> None:
        self.is_closing = True
        self._called.set()

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while len(self.events) < count:  # noqa: ASYNC110 (another task's list)
                await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def box() -> Iterator[Mailbox]:
    with servers.dovecot() as mailbox:
        yield mailbox


@pytest.fixture
async def road(fresh_urls: ServerUrls, tmp_path: Path) -> AsyncIterator[RoadStage]:
    async with roads.opened(fresh_urls, tmp_path, tmp_path / "unused", allow=("localhost",)) as stage:
        yield stage


@asynccontextmanager
async def connector(box: Mailbox, **config: JsonValue) -> AsyncIterator[Email]:
    given: dict[str, JsonValue] = {
        "address": ADDRESS,
        "password": PASSWORD,
        "imap_host": "localhost",
        "imap_port": box.port,
        "smtp_host": "localhost",
        "thread_secret": SECRET,
        "ca_certificate": box.tls.pem,
    }
    async with OutgoingHttp(allow=read_allow_list(["localhost"])) as http:
        yield Email(EmailConfig.model_validate({**given, **config}), HttpPorts(http, SystemClock()))


@asynccontextmanager
async def reading(email: Email, table: Table) -> AsyncIterator[Table]:
    desk: Desk = table
    task = asyncio.create_task(email.receive(desk))
    async with asyncio.timeout(20):
        while table.cursor is None and not task.done():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    try:
        yield table
    finally:
        table.close()
        await task


def mail(number: int | str, text: str = "hello", *, extra: str = "", sender: str = "amy@customer.example") -> bytes:
    head = f"From: Amy <{sender}>\r\nTo: {ADDRESS}\r\nSubject: Order {number}\r\nMessage-ID: <{number}@c.example>\r\n"
    return f"{head}{extra}\r\n{text}\r\n".encode()


def subjects(table: Table) -> list[str]:
    return [str(each.raw.get("subject")) for each in table.events]


async def test_new_mails_come_by_idle_old_ones_stay_and_a_restart_reads_on(box: Mailbox) -> None:
    await asyncio.to_thread(box.put, mail("of before"))
    async with connector(box) as email:
        async with reading(email, Table()) as table:
            await asyncio.to_thread(box.put, mail(1))
            await table.until(1)
        await asyncio.to_thread(box.put, mail(2), mail(3, extra="Precedence: bulk\r\n"))
        async with reading(email, Table(table.cursor)) as later:
            await later.until(2)
        assert (subjects(table), subjects(later)) == (["Order 1"], ["Order 2", "Order 3"])
        assert isinstance(later.events[1], Ignored)
        seen = await asyncio.to_thread(box.seen)
        assert seen[-3:] == [True, True, False]  # what nobody is shown stays unread in the mailbox
        assert isinstance(later.cursor, dict)
        renumbered = Table({**later.cursor, "validity": 1})
        async with reading(email, renumbered):
            await renumbered.until(4)
        assert {each.external_id for each in renumbered.events} >= {each.external_id for each in later.events}


async def test_hostile_mails_hold_up_nobody_and_files_are_fetched_from_where_they_lie(box: Mailbox) -> None:
    large = base64.encodebytes(bytes(size := 2 * 1024 * 1024))
    with_file = (
        f"From: amy@customer.example\r\nTo: {ADDRESS}\r\nSubject: file\r\nMessage-ID: <f@c.example>\r\n"
        'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\nsee this\r\n--b\r\n'
        'Content-Type: application/pdf; name="a.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    ).encode()
    nested = b"".join(b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(400))
    hostile = [b"\x00\xff\xfe not a mail", nested, mail("h", extra="Subject: =?utf-8?b?" + "A" * 50_000 + "?=\r\n")]
    async with connector(box) as email, reading(email, Table()) as table:
        await asyncio.to_thread(box.put, *hostile, with_file + large + b"\r\n--b--\r\n", mail("after"))
        await table.until(5)
        assert subjects(table)[-1] == "Order after"
        found = table.events[3]
        assert isinstance(found, MessageReceived)
        (media,) = found.media
        assert media.file_size == size
        assert len((await email.fetch(media.ref, max_bytes=size)).body) == size
        with pytest.raises(RefusedError, match="bytes"):
            await email.fetch(media.ref, max_bytes=1024)
        for wrong in ("", "x", "1.2.3", f"{media.ref}9"):
            with pytest.raises(RefusedError):
                await email.fetch(wrong, max_bytes=1024)


async def test_wrong_password_and_wrong_folder_say_so(box: Mailbox) -> None:
    async with connector(box, password="wrong") as email:
        with pytest.raises(AuthFailedError, match="does not accept the sign-in"):
            await email.check()
    async with connector(box, folder="收件") as email:
        with pytest.raises(RefusedError, match="收件"):
            await email.receive(Table())


async def test_story_of_a_customer_who_mails_answers_and_moves(road: RoadStage, box: Mailbox) -> None:
    """In by IMAP, answered by a person by SMTP, answered again from another address, and one that bounces."""
    async with servers.sink(box.tls) as sink, receiving(road, box, sink):
        deps = road.process.deps
        attached = (
            'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\n\r\n你好\r\n--b\r\nContent-Type: text/plain\r\n'
            'Content-Disposition: attachment; filename="n.txt"\r\n\r\nnote\r\n--b--\r\n'
        )
        await asyncio.to_thread(box.put, mail("story", "", extra=attached))
        await until(road, "select count(*) from message where message_type = 'incoming'", [1])
        member = await accounts.make_member(deps.database, road.account_id, Role.ADMINISTRATOR)
        async with accounts.signed_in(road.app, member) as agent:
            path = f"/api/v1/accounts/{road.account_id}/conversations/1/messages"
            assert (await agent.post(path, json={"content": "早晨,已經寄出。"})).status_code == 200
        await road.deliver()
        answer = message_from_bytes(sink.mails[0], policy=SMTP)
        assert (answer["To"], answer["In-Reply-To"]) == ("amy@customer.example", "<story@c.example>")
        reply = f"In-Reply-To: {answer['Message-ID']}\r\n"
        await asyncio.to_thread(box.put, mail("next", "thanks", extra=reply, sender="amy@new.example"))
        await until(road, "select count(*) from message where message_type = 'incoming'", [2])
        assert await road.column("select count(*) from conversation") == [1]
        attributes = (
            await road.column("select content_attributes from message where message_type = 'incoming' order by seq")
        )[1]
        assert isinstance(attributes, dict)
        assert attributes["written_by"] == "amy@new.example"
        await asyncio.to_thread(box.put, returned(str(answer["Message-ID"])))
        await until(road, "select count(*) from message where status = 'failed'", [1])
        reason = await road.column("select status_reason from message where status = 'failed'")
        assert reason == ["amy@customer.example: 5.2.2 552 full"]
    assert await road.column("select claimed_by from inbox_receiver") == [None]


async def test_mail_that_an_agent_begins_arrives_with_its_subject_and_its_answer_comes_home(
    road: RoadStage, box: Mailbox
) -> None:
    """A name with a comma, a subject in Chinese with what a head must not carry, and the answer a day later."""
    subject = "維修單 8812:你的手袋已修好,可到銅鑼灣分店領取,請帶同身份證明文件及單據正本\r\nBcc: all@shop.example"
    async with servers.sink(box.tls) as sink, receiving(road, box, sink) as inbox_id:
        deps = road.process.deps
        async with deps.database.transaction(road.account_id) as session:
            contact = Contact(account_id=road.account_id, name="陳小姐, VIP", email="amy@customer.example")
            session.add(contact)
            await session.flush()
            contact_id = contact.id
        member = await accounts.make_member(deps.database, road.account_id, Role.ADMINISTRATOR)
        async with accounts.signed_in(road.app, member) as agent:
            message = {"content": "你好,\n手袋已修好。", "echo_id": "e-1"}
            wanted = {"contact_id": contact_id, "inbox_id": inbox_id, "subject": subject, "message": message}
            begun = await agent.post(f"/api/v1/accounts/{road.account_id}/conversations", json=wanted)
            assert begun.status_code == 200, begun.text
        await road.deliver()
        (sent,) = (message_from_bytes(each, policy=SMTP) for each in sink.mails)
        assert sent["Subject"] == " ".join(subject.split("\r\n"))
        assert (sent["To"], sent["Bcc"], sent["In-Reply-To"]) == ("amy@customer.example", None, None)
        assert sent["Auto-Submitted"] is None  # a person wrote it
        reply = f"In-Reply-To: {sent['Message-ID']}\r\n"
        await asyncio.to_thread(box.put, mail("begun", "即日去攞", extra=reply))
        await until(road, "select count(*) from message where message_type = 'incoming'", [1])
        assert await road.column("select contact_id from conversation") == [contact_id]
        assert await road.column("select owner from conversation") == ["human"]


@asynccontextmanager
async def receiving(road: RoadStage, box: Mailbox, sink: servers.Sink) -> AsyncIterator[int]:
    """A mail inbox of the account, read from the one server and sending through the other; its id."""
    config: dict[str, JsonValue] = {
        "address": ADDRESS,
        "password": PASSWORD,
        "imap_host": "localhost",
        "imap_port": box.port,
        "smtp_host": "localhost",
        "smtp_port": sink.port,
        "ca_certificate": box.tls.pem,
    }
    deps = road.process.deps
    async with deps.database.transaction(road.account_id) as session:
        body = InboxBody(name="Mail", channel="email", config=config, bot_enabled=False)
        inbox, _ = await actions.create_inbox(session, deps.keyring, road.account_id, body, settle=timedelta(0))
        inbox_id = inbox.id
    task = asyncio.create_task(road.process.receivers.run())
    await until(road, "select state from inbox_receiver", ["receiving"])
    await until(road, "select cursor is not null from inbox_receiver", [True])
    yield inbox_id
    road.process.receivers.stop()
    await task


def returned(ours: str) -> bytes:
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {ADDRESS}\r\nSubject: Undelivered\r\nMessage-ID: <r@mx>\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        "Final-Recipient: rfc822; amy@customer.example\r\nAction: failed\r\nStatus: 5.2.2\r\n"
        "Diagnostic-Code: smtp; 552 full\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {ours}\r\n\r\n--b--"
    ).encode()


async def until(road: RoadStage, query: str, wanted: list[JsonValue]) -> None:
    async with asyncio.timeout(20):
        while await road.column(query) != wanted:  # noqa: ASYNC110 (another connection's rows)
            await asyncio.sleep(0.03)
