"""Owns the application and the members that the tests of this slice share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from kaitak.accounts.policy import Role
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from tests.factories import accounts, web
from tests.factories.accounts import Member, SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def app(database: Database, clock: SetClock) -> FastAPI:
    return web.make_app(web.make_deps(database, clock))


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with accounts.open_client(app) as client:
        yield client


@pytest.fixture
async def account_id(database: Database) -> AccountId:
    return await accounts.make_account(database)


@pytest.fixture
async def administrator(database: Database, account_id: AccountId) -> Member:
    return await accounts.make_member(database, account_id, Role.ADMINISTRATOR)


@pytest.fixture
async def agent(database: Database, account_id: AccountId) -> Member:
    return await accounts.make_member(database, account_id, Role.AGENT)


@pytest.fixture
async def administrator_client(app: FastAPI, administrator: Member) -> AsyncIterator[httpx.AsyncClient]:
    async with accounts.signed_in(app, administrator) as client:
        yield client


@pytest.fixture
async def agent_client(app: FastAPI, agent: Member) -> AsyncIterator[httpx.AsyncClient]:
    async with accounts.signed_in(app, agent) as client:
        yield client
