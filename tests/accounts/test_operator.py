"""What the operator does at the command line."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text

from kaitak.accounts import operator, sign_in
from kaitak.accounts.errors import AccountNameUnknownError, EmailInvalidError, PasswordWeakError
from kaitak.accounts.operator import AccountNameAmbiguousError, Administrator
from kaitak.accounts.policy import Role
from kaitak.db.session import Database
from tests.factories import accounts
from tests.factories.accounts import PASSWORD, SetClock


async def appoint(
    database: Database, clock: SetClock, account: str, email: str = "boss@example.hk", password: str | None = None
) -> Administrator:
    async with database.transaction() as session:
        return await operator.make_administrator(
            session, email=email, name="老闆", account=account, password=password, at=clock.now()
        )


async def test_first_administrator_has_no_password_but_a_link_for_a_day(
    database: Database, clock: SetClock, client: httpx.AsyncClient
) -> None:
    made = await appoint(database, clock, "Harbour Shop")
    assert made.is_new_account
    assert made.token
    async with database.transaction() as session:
        assert (await session.execute(text("select password_hash from users"))).scalar_one() is None
    me = await client.post("/auth/sign_in_token", json={"token": made.token})
    assert [(item["name"], item["role"]) for item in me.json()["accounts"]] == [("Harbour Shop", "administrator")]
    late = await appoint(database, clock, "Harbour Shop", "late@example.hk")
    clock.pass_by(operator.LINK_GOOD_FOR)
    assert (await client.post("/auth/sign_in_token", json={"token": late.token})).status_code == 401


async def test_second_administrator_joins_the_account_by_name_or_number(
    database: Database, clock: SetClock, client: httpx.AsyncClient
) -> None:
    first = await appoint(database, clock, "Harbour Shop")
    second = await appoint(database, clock, "Harbour Shop", "two@example.hk", PASSWORD)
    third = await appoint(database, clock, str(first.account_id), "three@example.hk")
    assert (second.account_id, second.is_new_account, second.token) == (first.account_id, False, None)
    assert third.account_name == "Harbour Shop"
    answer = await client.post("/auth/sign_in", json={"email": "two@example.hk", "password": PASSWORD})
    assert answer.status_code == 200


async def test_user_of_one_account_becomes_administrator_of_another(database: Database, clock: SetClock) -> None:
    first = await appoint(database, clock, "One")
    second = await appoint(database, clock, "Two")
    assert first.user_id == second.user_id
    assert first.account_id != second.account_id


async def test_agent_is_promoted_and_a_locked_out_administrator_gets_a_new_link(
    database: Database, clock: SetClock, client: httpx.AsyncClient
) -> None:
    account_id = await accounts.make_account(database)
    agent = await accounts.make_member(database, account_id, Role.AGENT)
    made = await appoint(database, clock, str(account_id), agent.email)
    assert made.user_id == agent.user_id
    again = await appoint(database, clock, str(account_id), agent.email)
    assert (await client.post("/auth/sign_in_token", json={"token": made.token})).status_code == 401
    assert (await client.post("/auth/sign_in_token", json={"token": again.token})).status_code == 200


async def test_unknown_number_ambiguous_name_bad_address_and_weak_password_change_nothing(
    database: Database, clock: SetClock
) -> None:
    await accounts.make_account(database, "Twin")
    await accounts.make_account(database, "Twin")
    with pytest.raises(AccountNameUnknownError):
        await appoint(database, clock, "999999999")
    with pytest.raises(AccountNameAmbiguousError):
        await appoint(database, clock, "Twin")
    with pytest.raises(EmailInvalidError):
        await appoint(database, clock, "New", "nobody")
    with pytest.raises(PasswordWeakError):
        await appoint(database, clock, "New", password="short")
    async with database.transaction() as session:
        assert [item.name for item in await operator.list_accounts(session)] == ["Twin", "Twin"]
        assert (await session.execute(text("select count(*) from users"))).scalar_one() == 0


async def test_link_holds_its_token_behind_the_hash() -> None:
    assert sign_in.link_of("https://desk.example.hk", "abc") == "https://desk.example.hk/#/signin/abc"
