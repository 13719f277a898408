"""Proof in the conversation, on a real road: codes by SMS, one contact afterwards, and what an attacker gets of it."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest

from kaitak.accounts.policy import Role
from kaitak.channels import actions
from kaitak.channels.schemas import InboxBody
from kaitak.contacts import codes, verifying
from kaitak.db.urls import ServerUrls
from tests.business import conftest as business
from tests.channels.connectors.sms import case
from tests.demo import erp_server
from tests.demo.erp_server import RunningErp
from tests.factories import accounts
from tests.factories.road import RoadStage
from tests.platforms import server as servers
from tests.platforms.sms import Sms

NUMBER, MAIL = "+85260001234", "meiling.chan@example.com"  # of the customer who bought HK25-100235
WISH = "我想取消訂單HK25-100235"


@pytest.fixture(scope="session")
def erp(server: ServerUrls) -> Iterator[RunningErp]:
    with erp_server.own_database(server) as dsn, erp_server.running(dsn) as running:
        yield running


@pytest.fixture
async def sms(road: RoadStage, erp: RunningErp) -> AsyncIterator[Sms]:
    """The account has an ERP, and an inbox that sends SMS."""
    deps, platform = road.process.deps, Sms()
    await business.connect(deps.database, deps.keyring, road.account_id, erp.url)
    async with servers.running(platform):
        body = InboxBody(
            name="SMS",
            channel="sms",
            config={**case.CASE.config, "api_base": platform.url, "service_base": platform.url},
        )
        async with deps.database.transaction(road.account_id) as session:
            await actions.create_inbox(session, deps.keyring, road.account_id, body, settle=timedelta(0))
        yield platform


class Customer:
    """Somebody who writes by the API channel."""

    def __init__(self, road: RoadStage, source_id: str = "c-1", inbox: object = None) -> None:
        self.road, self.source_id, self.inbox, self.said = road, source_id, inbox, 0

    async def say(self, text: str) -> str:
        """Write, and read what the bot answers."""
        self.said += 1
        before = len(await self.road.texts(self.source_id))
        await self.road.say(f"{self.source_id}-{self.said}", text, self.source_id, self.inbox)  # type: ignore[arg-type]
        await self.road.take_turns()
        await self.road.deliver()
        told = (await self.road.texts(self.source_id))[before:]
        return "\n".join(str(content) for kind, content in told if kind == "outgoing")

    async def ask_to_cancel(self, number: str = NUMBER) -> None:
        """Get as far as the code."""
        assert "最尾 4 個數字" in await self.say(WISH)
        assert "驗證碼" in await self.say("1234")
        assert "5 分鐘" in await self.say(number)

    @property
    def contact(self) -> str:
        return f"select contact_id from contact_inbox where source_id = '{self.source_id}'"


def code_in(platform: Sms, which: int = -1) -> str:
    found = re.search(r"\d{6}", platform.shown[which].text)
    assert found is not None
    return found[0]


async def everything_kept(road: RoadStage) -> str:
    """All that the database holds of the talk."""
    tables = ("message", "conversation", "turn", "inbound_event", "message_text", "contact_verification", "hidden_text",
              "handoff_packet", "delivery", "stream_event", "audit_log", "business_access_log")  # fmt: skip
    rows = [await road.rows(f"select to_jsonb(t)::text as row from {table} t") for table in tables]
    return "\n".join(str(row["row"]) for table in rows for row in table)


async def test_code_by_sms_makes_one_contact_of_two_channels_and_the_wish_goes_on(
    road: RoadStage, sms: Sms, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    other = await road.make_inbox(name="WeChat")
    here, there = Customer(road), Customer(road, "c-2", other)
    await here.ask_to_cancel()
    assert sms.shown[-1].to == NUMBER
    code = code_in(sms)
    answer = await here.say(f"個碼係 {code}")
    assert "核實咗" in answer
    assert "HK25-100235" in answer  # the order was not asked for again

    await road.rows("update contact_verification set created_at = created_at - interval '20 minutes'")
    await there.ask_to_cancel()
    second = code_in(sms)
    assert "核實咗" in await there.say(" ".join(second))
    assert await road.one(here.contact) == await road.one(there.contact)
    assert await road.column("select identifier from contact where merged_into_id is null") == ["KT100001"]
    # The first by the code; the second had passed the check of an order of hers, and was verified by the code only.
    assert await road.column("select reason from contact_merge order by id") == ["same_phone", "knowledge_check"]
    proof = "select verified_by from contact_evidence where kind = 'phone' and value = %s and verified_by is not null"
    assert set(await road.column(proof, NUMBER)) == {"otp"}
    kept = await everything_kept(road)
    assert all(each not in kept and each not in caplog.text for each in (code, second, " ".join(second)))
    assert codes.DOTS in kept


async def nobody_at_the_console_reads_it(road: RoadStage, code: str) -> None:
    agent = await accounts.make_member(road.process.deps.database, road.account_id, Role.ADMINISTRATOR)
    async with accounts.signed_in(road.app, agent) as http:
        base = f"/api/v1/accounts/{road.account_id}/conversations"
        numbers = await road.column("select display_id from conversation")
        shown = [(await http.get(f"{base}/{number}/messages")).text for number in numbers]
        assert all(code not in text for text in shown)
        # Dots with the mark of a code are no code's own message: nothing is filled in, and it does not go out.
        there = await road.one("select display_id from conversation where status = 'resolved'")
        body = {"content": f"碼：{codes.DOTS}", "content_attributes": {"one_time_code": True}}
        await http.post(f"{base}/{there}/messages", json=body)
        await road.deliver()
        status = await road.rows("select status, error_code from delivery order by message_id desc limit 1")
        assert [(row["status"], row["error_code"]) for row in status] == [("failed", "refused")]


async def test_guessing_ends_with_a_person_and_the_right_code_counts_no_more(road: RoadStage, sms: Sms) -> None:
    customer = Customer(road)
    await customer.ask_to_cancel()
    code = code_in(sms)
    await nobody_at_the_console_reads_it(road, code)
    wrong = [f"{(int(code) + n) % 10**6:06}" for n in range(1, 6)]
    for number, guess in enumerate(wrong[:4], 1):
        assert f"仲可以試 {verifying.TRIES - number} 次" in await customer.say(guess)
    assert "太多次" in await customer.say(wrong[4])
    assert await road.one(f"select owner from conversation where contact_id = ({customer.contact})") == "queued"
    await customer.say(code)
    assert await road.column("select identifier from contact where id = (" + customer.contact + ")") == [None]
    assert await road.column("select state from contact_verification") == ["failed"]


async def test_what_is_hidden_reads_alike_in_both_languages(road: RoadStage) -> None:
    texts = ["123456", "１２３ ４５６", "個碼係一二三四五六呀", "one two three four five six", "KC-600017", "冇收到"]
    texts += ["12 份", "零八,七.六", "code: 1-2-3-4-5-6!", "Nine  EIGHT, seven"]
    for text in texts:
        assert await road.one("select hide_codes(%s)", text) == codes.hidden(text)
    raw = await road.one("""select hide_codes_in('{"id": 77, "text": "it is 123456"}', 'it is 123456')""")
    assert raw == {"id": 77, "text": f"it is {codes.DOTS}"}
    assert await road.one("""select hide_codes_in('{"body": "MTIzNDU2"}', '123456')""") == {}
