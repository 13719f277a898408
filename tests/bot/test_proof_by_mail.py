"""Proof by a code that goes out as a real mail over SMTP and comes back in the conversation, in time or not."""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from kaitak.channels import actions
from kaitak.channels.schemas import InboxBody
from kaitak.contacts import codes, verifying
from tests.bot.test_proof import MAIL, WISH, Customer, erp, everything_kept
from tests.business import conftest as business
from tests.demo.erp_server import RunningErp
from tests.factories.road import RoadStage
from tests.platforms import mail as servers
from tests.platforms.mail import ADDRESS, PASSWORD, Sink

__all__ = ["erp"]


@pytest.fixture
async def post(road: RoadStage, erp: RunningErp, tmp_path: Path) -> AsyncIterator[Sink]:
    """The account has an ERP, and a mailbox whose outgoing server is the sink."""
    deps, tls = road.process.deps, servers.certificate(tmp_path)
    await business.connect(deps.database, deps.keyring, road.account_id, erp.url)
    async with servers.sink(tls) as sink:
        body = InboxBody(
            name="Mail",
            channel="email",
            config={
                "address": ADDRESS,
                "password": PASSWORD,
                "imap_host": "127.0.0.1",
                "smtp_host": "127.0.0.1",
                "smtp_port": sink.port,
                "ca_certificate": tls.pem,
            },
        )
        async with deps.database.transaction(road.account_id) as session:
            await actions.create_inbox(session, deps.keyring, road.account_id, body, settle=timedelta(0))
        yield sink


def code_in(sink: Sink) -> str:
    """What the person on file reads in the last mail."""
    mail = email.message_from_bytes(sink.mails[-1], policy=email.policy.default)
    body = mail.get_body(("plain",))
    assert body is not None
    found = re.findall(r"(?<!\d)\d{6}(?!\d)", body.get_content())
    assert len(found) == 1
    return str(found[0])


async def ask_by_mail(customer: Customer) -> None:
    """Get as far as the mail with the code; the limit of three in a quarter of an hour is over."""
    await customer.road.rows("update contact_verification set created_at = created_at - interval '20 minutes'")
    assert "最尾 4 個數字" in await customer.say(WISH)
    assert "電郵" in await customer.say("1234")
    assert "5 分鐘" in await customer.say(MAIL.upper())


async def test_code_by_mail_is_right_wrong_late_or_tried_too_often(road: RoadStage, post: Sink) -> None:
    late = Customer(road, "c-late")
    await ask_by_mail(late)
    assert post.envelopes[-1] == (ADDRESS, [MAIL])
    assert post.signed_in
    gone = code_in(post)
    six_minutes = "created_at = created_at - interval '6 minutes', expires_at = expires_at - interval '6 minutes'"
    await road.rows(f"update contact_verification set {six_minutes}")
    assert "過咗時間" in await late.say(gone)
    assert "5 分鐘" in await late.say("好")  # another one is offered, and is another one
    again = code_in(post)
    assert again != gone
    assert f"仲可以試 {verifying.TRIES - 1} 次" in await late.say(gone)
    assert "核實咗" in await late.say(f"我收到嘅係 {again}")
    assert await road.one(f"select identifier from contact where id = ({late.contact})") == "KT100001"
    proof = "select verified_by from contact_evidence where kind = 'email' and verified_by is not null"
    assert set(await road.column(proof)) == {"otp"}

    guesser = Customer(road, "c-guess")
    await ask_by_mail(guesser)
    right = code_in(post)
    for number in range(1, verifying.TRIES):
        guess = f"{(int(right) + number) % 10**6:06}"
        assert f"仲可以試 {verifying.TRIES - number} 次" in await guesser.say(guess)
    assert "太多次" in await guesser.say(f"{(int(right) + 9) % 10**6:06}")
    await guesser.say(right)
    assert await road.column("select state from contact_verification order by id desc limit 1") == ["failed"]
    owner = "select owner from conversation c join contact_inbox i on i.current_conversation_id = c.id"
    assert await road.column(f"{owner} where i.source_id = 'c-guess'") == ["queued"]
    assert len(post.mails) == 3
    kept = await everything_kept(road)
    assert codes.DOTS in kept
    assert all(code not in kept for code in (gone, again))  # the third was said when it was none any more
