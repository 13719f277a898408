"""Owns what the tests of this slice share: the application over a test's database, its people, an empty shelf."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from fastapi import FastAPI

from kaitak.accounts.policy import Role
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.knowledge.index import KnowledgeShelf
from tests.factories import accounts, web
from tests.factories.accounts import SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def shelf() -> KnowledgeShelf:
    return KnowledgeShelf()


@pytest.fixture
def app(database: Database, clock: SetClock, shelf: KnowledgeShelf) -> FastAPI:
    return web.make_app(replace(web.make_deps(database, clock), attached={KnowledgeShelf: shelf}))


@pytest.fixture
async def account_id(database: Database) -> AccountId:
    return await accounts.make_account(database)


@pytest.fixture
async def supervisor(app: FastAPI, database: Database, account_id: AccountId) -> AsyncIterator[httpx.AsyncClient]:
    member = await accounts.make_member(database, account_id, Role.SUPERVISOR)
    async with accounts.signed_in(app, member) as client:
        client.base_url = client.base_url.join(f"/api/v1/accounts/{account_id}/knowledge/")
        yield client


@pytest.fixture
async def agent(app: FastAPI, database: Database, account_id: AccountId) -> AsyncIterator[httpx.AsyncClient]:
    member = await accounts.make_member(database, account_id, Role.AGENT)
    async with accounts.signed_in(app, member) as client:
        client.base_url = client.base_url.join(f"/api/v1/accounts/{account_id}/knowledge/")
        yield client
