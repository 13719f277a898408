"""Makes accounts, members and signed-in clients for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
from fastapi import FastAPI

from kaitak.accounts import actions, sign_in
from kaitak.accounts.audit import Actor
from kaitak.accounts.policy import Role
from kaitak.accounts.sign_in import Place
from kaitak.api import csrf, principals
from kaitak.api.deps import Deps
from kaitak.core.ids import AccountId, UserId
from kaitak.db.session import Database

PUBLIC_URL = "http://kaitak.test"
PASSWORD = "seven hills, one harbour"


class SetClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.moment

    def pass_by(self, span: timedelta) -> None:
        """Let time pass."""
        self.moment += span


@dataclass(frozen=True)
class Member:
    """A member of an account."""

    account_id: AccountId
    user_id: UserId
    email: str
    role: Role


async def make_account(database: Database, name: str = "Harbour Shop") -> AccountId:
    """An account without members."""
    async with database.transaction() as session:
        return AccountId((await actions.create_account(session, name)).id)


async def make_member(
    database: Database, account_id: AccountId, role: Role = Role.AGENT, *, email: str = "", password: str | None = None
) -> Member:
    """A new user in an account."""
    address = email or f"{role}-{account_id}@example.hk"
    async with database.transaction(account_id) as session:
        user = await actions.create_user(session, email=address, name=f"{role} of {account_id}")
        assert user is not None
        if password is not None:
            await actions.set_password(session, user, password=password, current=None, keep_session=None)
        await actions.add_member(session, Actor(account_id, None, None), UserId(user.id), role)
        return Member(account_id, UserId(user.id), address, role)


def open_client(app: FastAPI, *, base_url: str = PUBLIC_URL) -> httpx.AsyncClient:
    """A browser that nobody has signed in with."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url)


@asynccontextmanager
async def signed_in(app: FastAPI, member: Member) -> AsyncIterator[httpx.AsyncClient]:
    """A browser with a member's session, which sends the CSRF header as the workbench does."""
    deps: Deps = app.state.deps
    async with deps.database.transaction() as session:
        opened = await sign_in.open_session(session, member.user_id, Place("127.0.0.1", "tests"), deps.clock.now())
    async with open_client(app) as client:
        client.cookies.set(principals.SESSION_COOKIE, opened.secret)
        client.headers[principals.CSRF_HEADER] = csrf.token_for(deps.keyring, opened.secret)
        yield client


def path(member: Member, rest: str = "") -> str:
    """An address under the member's account."""
    return f"/api/v1/accounts/{member.account_id}{rest}"
