"""Sending one-time codes: several at once to an address that nobody had yet."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from sqlalchemy import select

from kaitak.channels import actions as channel_actions
from kaitak.channels.models import Inbox
from kaitak.channels.schemas import InboxBody
from kaitak.conversations import code_posting
from kaitak.conversations.code_posting import Holder
from tests.conversations.test_original_endpoints import CONFIG
from tests.factories.road import RoadStage

HOLDER = Holder(customer_ref="C-1001", name="陳大文", medium="email", address="chan@customer.example")


async def _inbox(road: RoadStage) -> int:
    deps = road.process.deps
    body = InboxBody(name="mail", channel="email", config=dict(CONFIG), settle_ms=0)
    async with deps.database.transaction(road.account_id) as session:
        inbox, _ = await channel_actions.create_inbox(session, deps.keyring, road.account_id, body, settle=timedelta(0))
        return inbox.id


async def test_codes_sent_at_once_to_a_new_address_go_into_one_conversation_of_one_contact(road: RoadStage) -> None:
    inbox_id = await _inbox(road)

    async def post(number: int) -> int:
        async with road.process.deps.database.transaction(road.account_id) as session:
            inbox = (await session.scalars(select(Inbox).where(Inbox.id == inbox_id))).one()
            return (await code_posting.post_code(session, inbox, HOLDER, f"code {number}: ••••••")).conversation_id

    assert len(set(await asyncio.gather(*(post(number) for number in range(6))))) == 1
    assert await road.one("select count(*) from contact where identifier = 'C-1001'") == 1
    assert await road.column("select status from conversation") == ["resolved"]
    assert await road.one("select count(*) from delivery") == 6
