"""Whole stories over a process and a platform's double: in by its webhook, out by its API, within its rules."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest
import pytest_asyncio
from pydantic import JsonValue

from kaitak.accounts.policy import Role
from kaitak.channels import actions, registry
from kaitak.channels.schemas import InboxBody
from kaitak.conversations import watching
from kaitak.db.urls import ServerUrls
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps
from tests import postgres_server
from tests.channels.test_contract import CASES
from tests.conversations.test_receiving import receivers, running
from tests.factories import accounts
from tests.factories import road as roads
from tests.factories.road import ApiInbox, RoadStage
from tests.platforms import meta
from tests.platforms import server as servers
from tests.platforms.dingtalk import DingTalk
from tests.platforms.line import Line
from tests.platforms.server import Json, Platform
from tests.platforms.sms import Sms
from tests.platforms.telegram import Telegram
from tests.platforms.wechat import WeChat
from tests.platforms.wecom import WeCom

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def road(server: ServerUrls, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RoadStage]:
    folder = tmp_path_factory.mktemp("road")
    with postgres_server.copied(server) as urls:
        async with roads.opened(urls, folder, folder, bot_enabled=False) as road:
            yield road


class Office:
    """One inbox of a channel, its platform, and a person who works there."""

    def __init__(self, road: RoadStage, platform: Platform, inbox: ApiInbox, channel: str) -> None:
        self.road, self.platform, self.inbox, self.channel = road, platform, inbox, channel

    async def bring(self, body: Json | bytes, times: int = 1) -> list[int]:
        """An event comes in, as signed by the platform."""
        raw, headers, query = self.platform.call(body if isinstance(body, bytes) else orjson.dumps(body))
        path = f"/v1/hooks/{self.channel}/{self.inbox.identifier}"
        answers = [
            await self.road.http.post(path, content=raw, headers=dict(headers), params=query) for _ in range(times)
        ]
        return [answer.status_code for answer in answers]

    async def number(self) -> int:
        """The conversation in this inbox."""
        query = "select display_id from conversation where inbox_id = %s order by id desc limit 1"
        return int(str(await self.road.one(query, self.inbox.id)))

    async def texts(self) -> list[JsonValue]:
        query = """select m.content from message m join conversation c on c.id = m.conversation_id
                   where c.inbox_id = %s and m.message_type <> 'activity' order by c.id, m.seq"""
        return await self.road.column(query, self.inbox.id)


@asynccontextmanager
async def office(road: RoadStage, platform: Platform, channel: str, **more: JsonValue) -> AsyncIterator[Office]:
    async with servers.running(platform):
        fields = registry.connector_class(channel).config_type.model_fields
        config = {**CASES[channel].config, **{name: platform.url for name in fields if name.endswith("_base")}, **more}
        body = InboxBody(
            name=channel, channel=channel, config=config, bot_enabled=False, csat_enabled=False, settle_ms=0
        )
        deps = road.process.deps
        async with deps.database.transaction(road.account_id) as session:
            inbox, _ = await actions.create_inbox(session, deps.keyring, road.account_id, body, settle=timedelta(0))
            made = ApiInbox(inbox.id, inbox.identifier)
        yield Office(road, platform, made, channel)


class Agent:
    """A person at the console."""

    def __init__(self, http: httpx.AsyncClient, account_id: int) -> None:
        self.http, self.base = http, f"/api/v1/accounts/{account_id}"

    async def reply(self, number: int, text: str, **more: JsonValue) -> tuple[int, Json]:
        answer = await self.http.post(f"{self.base}/conversations/{number}/messages", json={"content": text, **more})
        return answer.status_code, answer.json()

    async def window(self, number: int) -> Json:
        answer = await self.http.get(f"{self.base}/conversations/{number}")
        found: Json = answer.json()["conversation"]["reply_window"]
        return found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def agent(road: RoadStage) -> AsyncIterator[Agent]:
    member = await accounts.make_member(road.process.deps.database, road.account_id, Role.ADMINISTRATOR)
    async with AsyncExitStack() as stack:
        yield Agent(await stack.enter_async_context(accounts.signed_in(road.app, member)), road.account_id)


async def test_whatsapp_repeats_and_jumbles_and_each_counts_once(road: RoadStage) -> None:
    platform = meta.WhatsApp()
    async with office(road, platform, "whatsapp") as at:
        bodies = [platform.said("85291234567", f"第{n}句") for n in range(6)]
        jumbled = bodies + bodies[::2]
        random.Random(7).shuffle(jumbled)
        assert {status for body in jumbled for status in await at.bring(body)} == {200}
        assert sorted(map(str, await at.texts())) == [f"第{n}句" for n in range(6)]


async def test_whatsapp_answer_is_reported_and_after_a_day_only_a_template_goes(road: RoadStage, agent: Agent) -> None:
    platform = meta.WhatsApp()
    async with office(road, platform, "whatsapp") as at:
        await at.bring(platform.said("85290000001", "我張單去咗邊呀"))
        number = await at.number()
        status, sent = await agent.reply(number, "等我睇睇")
        assert status == 200
        await road.deliver()
        assert [shown.text for shown in platform.shown] == ["等我睇睇"]
        for state in ("read", "sent", "delivered"):
            await at.bring(platform.report(platform.shown[0], str(sent["id"]), state), times=2)
        assert await road.one("select status from message where id = %s", sent["id"]) == "read"

        await road.rows("update message set created_at = now() - interval '25 hours' where message_type = 'incoming'")
        before = await road.one("select count(*) from message")
        status, problem = await agent.reply(number, "仲喺度嗎")
        assert (status, problem["code"], problem["why"]) == (409, "reply_window_closed", "window_over")
        assert await road.one("select count(*) from message") == before  # nothing was written
        assert (await agent.window(number))["state"] == "template"
        offered = await agent.http.get(f"{agent.base}/inboxes/{at.inbox.id}/templates")
        assert [each["name"] for each in offered.json()["payload"]] == ["shipped"]
        template: JsonValue = {"name": "shipped", "language": "zh_HK", "parameters": ["陳生", "HK25-1"]}
        status, _ = await agent.reply(number, "陳生你好，你的訂單 HK25-1 已寄出。", template=template)
        assert status == 200
        await road.deliver()
        assert (platform.shown[-1].how, platform.shown[-1].text) == ("template", "shipped")


async def test_message_that_was_held_back_counts_from_when_it_was_written(road: RoadStage, agent: Agent) -> None:
    platform = meta.WhatsApp()
    async with office(road, platform, "whatsapp") as at:
        past = platform.now() - timedelta(days=2)
        platform.now = lambda: past
        await at.bring(platform.said("85290000002", "兩日前寫"))
        assert (await agent.window(await at.number()))["why"] == "window_over"


async def test_wechat_takes_five_and_the_composer_counts_them(road: RoadStage, agent: Agent) -> None:
    platform = WeChat()
    async with office(road, platform, "wechat") as at:
        assert await at.bring(platform.said("oWRm3A", "有冇優惠?"), times=3) == [200, 200, 200]
        number = await at.number()
        for n in range(5):
            assert (await agent.window(number))["remaining"] == 5 - n
            assert (await agent.reply(number, f"第{n}個"))[0] == 200
        status, problem = await agent.reply(number, "第五個之後")
        assert (status, problem["why"]) == (409, "quota_used")
        await road.deliver()
        assert [shown.text for shown in platform.shown] == [f"第{n}個" for n in range(5)]
        await at.bring(platform.said("oWRm3A", "好"))
        assert (await agent.window(number))["remaining"] == 5


async def test_long_answer_that_broke_in_its_middle_goes_on_there(road: RoadStage, agent: Agent) -> None:
    platform = meta.WhatsApp()
    async with office(road, platform, "whatsapp") as at:
        await at.bring(platform.said("85290000003", "講多啲"))
        text = "甲" * 4096 + "乙" * 4096
        await agent.reply(await at.number(), text)
        platform.on_shown = _break_next(platform)
        await road.deliver()
        platform.on_shown = None
        await road.make_due()
        await road.deliver()
        assert [shown.text[0] for shown in platform.shown] == ["甲", "乙"]


def _break_next(platform: Platform) -> Callable[[servers.Shown], Awaitable[None]]:
    async def spoil(_: servers.Shown) -> None:
        platform.faults.append("broken")

    return spoil


async def test_line_answers_the_event_first_and_pushes_afterwards(road: RoadStage, agent: Agent) -> None:
    platform = Line()
    async with office(road, platform, "line") as at:
        await at.bring(platform.said("U4af", "想查單"))
        number = await at.number()
        for text in ("一", "二"):
            await agent.reply(number, text)
        await road.deliver()
        assert [(shown.text, shown.how) for shown in platform.shown] == [("一", "reply"), ("二", "push")]


async def test_line_pushes_where_the_event_was_long_on_its_way(road: RoadStage, agent: Agent) -> None:
    platform = Line(now=lambda: datetime.now(UTC) - timedelta(seconds=52))
    async with office(road, platform, "line") as at:
        await at.bring(platform.said("U4af", "想查單"))
        await agent.reply(await at.number(), "一")
        await road.deliver()
        assert [(shown.text, shown.how) for shown in platform.shown] == [("一", "push")]


async def test_telegram_is_told_our_address_and_slows_us_down(road: RoadStage, agent: Agent) -> None:
    platform = Telegram()
    async with office(road, platform, "telegram") as at:
        assert (await agent.http.post(f"{agent.base}/inboxes/{at.inbox.id}/register")).status_code == 204
        assert platform.hook.endswith(f"/v1/hooks/telegram/{at.inbox.identifier}")
        assert await at.bring(platform.said("555", "hello")) == [200]
        platform.faults.append("limited_for")
        await agent.reply(await at.number(), "您好")
        await road.deliver()
        assert platform.shown == []
        query = """select attempts, error_code, next_attempt_at > now() + interval '5 seconds' as waits
                   from delivery where inbox_id = %s"""
        assert await road.rows(query, at.inbox.id) == [{"attempts": 0, "error_code": "throttled", "waits": True}]
        await road.make_due()
        await road.deliver()
        assert [shown.text for shown in platform.shown] == ["您好"]


async def test_after_a_day_a_person_writes_with_the_tag_for_people(road: RoadStage, agent: Agent) -> None:
    platform = meta.Pages()
    async with office(road, platform, "messenger") as at:
        await at.bring(platform.said("24001", "有冇貨?"))
        number = await at.number()
        await road.rows("update message set created_at = now() - interval '2 days' where message_type = 'incoming'")
        platform.heard["24001"] -= timedelta(days=2)
        assert (await agent.reply(number, "有呀"))[0] == 200
        await road.deliver()
        assert [shown.how for shown in platform.shown] == ["HUMAN_AGENT"]
        await at.bring(platform.echo(platform.shown[0]))
        assert await at.texts() == ["有冇貨?", "有呀"]


async def test_sms_is_reported_and_stop_is_heeded_until_start(road: RoadStage, agent: Agent) -> None:
    platform, customer = Sms(), "+85291234567"
    async with office(road, platform, "sms") as at:
        assert (await agent.http.post(f"{agent.base}/inboxes/{at.inbox.id}/register")).status_code == 204
        assert platform.hook.endswith(f"/v1/hooks/sms/{at.inbox.identifier}")
        assert await at.bring(platform.said(customer, "有冇貨?"), times=2) == [200, 200]
        number = await at.number()
        _, sent = await agent.reply(number, "有呀")
        await road.deliver()
        assert await at.bring(platform.report(platform.shown[0], "delivered")) == [200]
        assert await road.one("select status from message where id = %s", sent["id"]) == "delivered"

        await agent.reply(number, "仲要唔要?")  # waits to be sent when the word comes
        assert await at.bring(platform.said(customer, "STOP"), times=2) == [200, 200]
        platform.has_opted_out.clear()  # an account whose opt-out is not Twilio's business
        assert (await agent.reply(number, "喂?"))[0] == 409
        await road.deliver()
        assert [shown.text for shown in platform.shown] == ["有呀"]
        failed = "select error_code from delivery where inbox_id = %s and status = 'failed'"
        assert await road.column(failed, at.inbox.id) == ["opted_out"]
        assert await at.texts() == ["有冇貨?", "有呀", "仲要唔要?"]  # the word is no message: no bot answers it
        await at.bring(platform.said(customer, "start"))
        await agent.reply(number, "歡迎返嚟")
        await road.deliver()
        assert [shown.text for shown in platform.shown] == ["有呀", "歡迎返嚟"]
        ledger = "select purpose || ' ' || state from contact_consent where evidence <> '' order by id"
        assert await road.column(ledger) == ["service withdrawn", "marketing withdrawn", "service given"]


async def test_report_is_believed_though_the_answer_got_lost(road: RoadStage, agent: Agent) -> None:
    platform = Sms()
    async with office(road, platform, "sms") as at:
        await agent.http.post(f"{agent.base}/inboxes/{at.inbox.id}/register")
        await at.bring(platform.said("+85291230001", "有冇貨?"))
        _, sent = await agent.reply(await at.number(), "有呀")

        async def report(shown: servers.Shown) -> None:
            assert await at.bring(platform.report(shown, "delivered")) == [200]

        platform.on_shown = report  # before its answer, and that gets lost
        platform.faults.append("lost")
        await road.deliver()
        state = (
            "select m.status, d.status as sending from message m join delivery d on d.message_id = m.id where m.id = %s"
        )
        assert await road.rows(state, sent["id"]) == [{"status": "delivered", "sending": "unknown"}]


async def test_dingtalk_is_answered_in_its_session_and_then_by_the_robot(road: RoadStage, agent: Agent) -> None:
    platform = DingTalk()
    async with office(road, platform, "dingtalk", uses_stream=False) as at:
        assert await at.bring(platform.said("manager1234", "部電腦壞咗"), times=2) == [200, 200]
        number = await at.number()
        for text in ("等等", "試下重開"):
            await agent.reply(number, text)
        await road.deliver()
        platform.sessions.clear()  # over before its time
        platform.token = "renewed-by-another-program"
        await agent.reply(number, "得未?")
        await road.deliver()
        assert [(shown.how, shown.text) for shown in platform.shown] == [
            ("session", "等等"),
            ("session", "試下重開"),
            ("robot", "得未?"),
        ]


async def test_wecom_is_pulled_when_it_nudges_and_takes_five(road: RoadStage, agent: Agent) -> None:
    platform = WeCom()
    async with office(road, platform, "wecom") as at, running(receivers(road, "wecom")):
        await _until(lambda: bool(platform.pulls))
        assert await at.bring(platform.said("wmA1", "有冇優惠?"), times=3) == [200, 200, 200]
        await _until_column(road, at, ["有冇優惠?"])
        assert platform.pulls[-1][1].startswith("ENC")  # the nudge's own token
        number = await at.number()
        for n in range(5):
            assert (await agent.window(number))["remaining"] == 5 - n
            assert (await agent.reply(number, f"第{n}個"))[0] == 200
        assert (await agent.reply(number, "第五個之後"))[1]["why"] == "quota_used"
        await road.deliver()
        assert [shown.text for shown in platform.shown] == [f"第{n}個" for n in range(5)]


async def _until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not is_so():  # noqa: ASYNC110 (what another loop does)
            await asyncio.sleep(0.02)


async def _until_column(road: RoadStage, at: Office, wanted: list[JsonValue]) -> None:
    async with asyncio.timeout(10):
        while await at.texts() != wanted:  # noqa: ASYNC110 (another connection's rows)
            await asyncio.sleep(0.02)


async def test_set_up_that_the_platform_refuses_is_said_and_not_saved(road: RoadStage, agent: Agent) -> None:
    platform = meta.WhatsApp()
    async with servers.running(platform):
        config = {**CASES["whatsapp"].config, "api_base": platform.url}
        path = f"{agent.base}/inboxes/check"
        fine = await agent.http.post(path, json={"channel": "whatsapp", "config": config})
        assert fine.json() == {"account_name": "海港百貨 +852 2345 6789"}
        wrong = {**config, "access_token": "EAAG-that-is-over"}
        refused = await agent.http.post(path, json={"channel": "whatsapp", "config": wrong})
        assert (refused.status_code, refused.json()["code"]) == (422, "channel_refuses")
        assert "system user" in refused.json()["detail"]


async def test_picture_is_fetched_once_and_one_that_is_gone_is_said(road: RoadStage, agent: Agent) -> None:
    platform = meta.WhatsApp()
    async with office(road, platform, "whatsapp") as at:
        await at.bring(platform.pictured("85290000004", "99001", "壞咗"), times=2)
        await at.bring(platform.pictured("85290000004", "99002", "呢張冇咗"))
        deps = road.process.deps
        job_deps = JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached)
        await queue.run_until_idle(road.process.dsn, job_deps)
        thread = await agent.http.get(f"{agent.base}/conversations/{await at.number()}/messages")
        first, second = thread.json()["payload"]
        assert [(file["content_type"], file["width"]) for file in first["attachments"]] == [("image/png", 1)]
        assert first["content_attributes"]["media"][0]["state"] == "fetched"
        assert second["attachments"] == []
        assert second["content_attributes"]["media"][0]["state"] == "refused"
        assert sum("/picture" in call for call in platform.calls) == 1


async def test_inbox_whose_token_is_over_is_paused_before_a_customer_waits(road: RoadStage, agent: Agent) -> None:
    platform = meta.WhatsApp()
    async with office(road, platform, "whatsapp") as at:
        deps = road.process.deps
        job_deps = JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached)
        query = "select paused_reason from inbox where id = %s"
        await watching.watch(job_deps, road.account_id)
        assert await road.one(query, at.inbox.id) is None
        platform.token = "EAAG-another-one"
        await watching.watch(job_deps, road.account_id)
        assert "system user" in str(await road.one(query, at.inbox.id))
