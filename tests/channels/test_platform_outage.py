"""A platform that refuses everything for a while: customers write, people answer, and then all of it arrives, once."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from kaitak.accounts.policy import Role
from kaitak.db.urls import ServerUrls
from tests import postgres_server
from tests.channels.test_platform_stories import Agent, Office, office
from tests.factories import accounts
from tests.factories import road as roads
from tests.platforms import meta
from tests.platforms.line import Line
from tests.platforms.server import Fault, Platform
from tests.platforms.telegram import Telegram

pytestmark = pytest.mark.asyncio(loop_scope="module")
PLATFORMS: dict[str, type[Platform]] = {"whatsapp": meta.WhatsApp, "line": Line, "telegram": Telegram}
PEOPLE, ROUNDS = 3, 3
DOWN: tuple[Fault, ...] = ("broken", "limited_for", "limited", "broken")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def offices(server: ServerUrls, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[Office]]:
    folder = tmp_path_factory.mktemp("outage")
    async with AsyncExitStack() as stack:
        urls = stack.enter_context(postgres_server.copied(server))
        road = await stack.enter_async_context(roads.opened(urls, folder, folder, bot_enabled=False))
        yield [await stack.enter_async_context(office(road, kind(), name)) for name, kind in PLATFORMS.items()]


async def test_outage_loses_nothing_doubles_nothing_and_keeps_the_order(offices: list[Office]) -> None:
    road = offices[0].road
    member = await accounts.make_member(road.process.deps.database, road.account_id, Role.ADMINISTRATOR)
    faults = itertools.cycle(DOWN)
    said: dict[tuple[str, str], list[str]] = {}
    line = next(at for at in offices if at.channel == "line")
    async with accounts.signed_in(road.app, member) as http:
        quota = f"/api/v1/accounts/{road.account_id}/inboxes/{line.inbox.id}/quota"
        assert (await http.get(quota)).json() == {"used": 0, "limit": 200}
        assert (await http.get(quota.replace(str(line.inbox.id), str(offices[0].inbox.id)))).status_code == 422
        agent = Agent(http, road.account_id)
        for number in range(ROUNDS):
            for at in offices:
                at.platform.faults.extend(next(faults) for _ in range(50))
                for person in range(PEOPLE):
                    sender = f"77000{person}"
                    assert await at.bring(at.platform.said(sender, f"第{number}句"), times=2) == [200, 200]
                    text = f"答{number}"
                    said.setdefault((at.channel, sender), []).append(text)
                    query = """select c.display_id from conversation c
                               join contact_inbox ci on ci.id = c.contact_inbox_id
                               where c.inbox_id = %s and ci.source_id = %s"""
                    display_id = int(str(await road.one(query, at.inbox.id, sender)))
                    assert (await agent.reply(display_id, text))[0] == 200
            await road.make_due()
            await road.deliver()
    for at in offices:
        assert at.platform.shown == []
        assert at.platform.calls
        at.platform.faults.clear()
    state = "select status, count(*) as n, max(attempts) >= 1 as tried from delivery group by 1"
    everything = PEOPLE * ROUNDS * len(PLATFORMS)
    assert await road.rows(state) == [{"status": "pending", "n": everything, "tried": True}]
    for _ in range(ROUNDS):  # the head of each conversation first
        await road.make_due()
        await road.deliver()
    for at in offices:
        for person in range(PEOPLE):
            shown = [each.text for each in at.platform.shown if each.to == f"77000{person}"]
            assert shown == said[(at.channel, f"77000{person}")]
    assert await road.rows(state) == [{"status": "sent", "n": everything, "tried": True}]
    heard = "select count(*) from message where message_type = 'incoming'"
    assert await road.one(heard) == everything
