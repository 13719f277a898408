"""Signing in, over HTTP: passwords, throttling, one-time links, sessions and their end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy import select, text

from kaitak.accounts import passwords, sign_in
from kaitak.accounts.errors import PasswordWeakError, SignInLinkInvalidError
from kaitak.accounts.models import SignInThrottle, User, UserSession
from kaitak.accounts.policy import Role
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from tests.factories import accounts
from tests.factories.accounts import PASSWORD, Member, SetClock


@pytest.fixture
async def may(database: Database, account_id: AccountId) -> Member:
    return await accounts.make_member(database, account_id, Role.SUPERVISOR, email="may@example.hk", password=PASSWORD)


async def sign_in_as(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    return await client.post("/auth/sign_in", json={"email": email, "password": password})


def csrf_of(client: httpx.AsyncClient) -> dict[str, str]:
    return {"X-Kaitak-CSRF": client.cookies["kaitak_csrf"]}


async def test_right_password_signs_in_and_tells_the_memberships(client: httpx.AsyncClient, may: Member) -> None:
    answer = await sign_in_as(client, " May@Example.HK ")
    assert answer.status_code == 200
    assert answer.json()["user"]["email"] == "may@example.hk"
    assert [(item["id"], item["role"]) for item in answer.json()["accounts"]] == [(may.account_id, "supervisor")]
    assert (await client.get("/auth/me")).json() == answer.json()


async def test_session_cookie_is_hidden_from_scripts_and_the_csrf_cookie_is_not(
    client: httpx.AsyncClient, may: Member
) -> None:
    cookies = {
        line.split("=")[0]: line for line in (await sign_in_as(client, may.email)).headers.get_list("set-cookie")
    }
    assert "HttpOnly" in cookies["kaitak_session"]
    assert "SameSite=lax" in cookies["kaitak_session"]
    assert "HttpOnly" not in cookies["kaitak_csrf"]


async def test_database_keeps_only_hashes_of_password_and_session(
    client: httpx.AsyncClient, may: Member, database: Database
) -> None:
    await sign_in_as(client, may.email)
    secret = client.cookies["kaitak_session"]
    async with database.transaction() as session:
        stored = (await session.execute(select(UserSession))).scalar_one()
        user = await session.get_one(User, may.user_id)
    assert secret.encode() not in stored.token_hash
    assert len(stored.token_hash) == 32
    assert (user.password_hash or "").startswith("$argon2id$")


@pytest.mark.parametrize(("email", "password"), [("may@example.hk", "wrong"), ("nobody@example.hk", PASSWORD)])
async def test_unknown_address_and_wrong_password_are_told_alike(
    client: httpx.AsyncClient, may: Member, email: str, password: str
) -> None:
    answer = await sign_in_as(client, email, password)
    assert (answer.status_code, answer.json()["code"]) == (401, "credentials_invalid")
    assert "set-cookie" not in answer.headers


async def test_unknown_address_costs_the_same_work_as_a_wrong_password() -> None:
    assert not await passwords.is_right(PASSWORD, None)
    stored = await passwords.hash_password(PASSWORD)
    assert await passwords.is_right(PASSWORD, stored)
    nobody, somebody = passwords.NOBODY, stored
    assert nobody.split("$")[1:4] == somebody.split("$")[1:4]


async def test_user_without_password_cannot_sign_in_by_password(
    client: httpx.AsyncClient, database: Database, account_id: AccountId
) -> None:
    member = await accounts.make_member(database, account_id, email="none@example.hk")
    assert (await sign_in_as(client, member.email, "")).status_code == 422
    assert (await sign_in_as(client, member.email, "anything at all")).status_code == 401


async def test_inactive_user_can_neither_sign_in_nor_go_on(
    client: httpx.AsyncClient, may: Member, database: Database
) -> None:
    await sign_in_as(client, may.email)
    async with database.transaction() as session:
        (await session.get_one(User, may.user_id)).is_active = False
    assert (await client.get("/auth/me")).status_code == 401
    assert (await sign_in_as(client, may.email)).status_code == 401


async def test_hash_of_old_parameters_is_renewed_at_sign_in(
    client: httpx.AsyncClient, may: Member, database: Database
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    async with database.transaction() as session:
        (await session.get_one(User, may.user_id)).password_hash = weak
    assert (await sign_in_as(client, may.email)).status_code == 200
    async with database.transaction() as session:
        stored = (await session.get_one(User, may.user_id)).password_hash
    assert stored
    assert not passwords.is_outdated(stored)


async def test_tries_are_throttled_by_address_of_the_user_and_open_again_later(
    client: httpx.AsyncClient, may: Member, clock: SetClock
) -> None:
    for _ in range(sign_in.FAILURES_OF_EMAIL):
        assert (await sign_in_as(client, may.email, "wrong")).status_code == 401
    refused = await sign_in_as(client, may.email)
    assert (refused.status_code, refused.json()["code"]) == (429, "sign_in_throttled")
    assert int(refused.headers["retry-after"]) == 15 * 60
    clock.pass_by(sign_in.WINDOW)
    assert (await sign_in_as(client, may.email)).status_code == 200


async def test_right_password_clears_the_count(client: httpx.AsyncClient, may: Member, database: Database) -> None:
    for _ in range(3):
        await sign_in_as(client, may.email, "wrong")
    await sign_in_as(client, may.email)
    async with database.transaction() as session:
        counts = (await session.execute(text("select failures from sign_in_throttle"))).scalars().all()
    assert counts == [3]  # the network address keeps its three failures; the e-mail address is forgiven


async def test_tries_are_throttled_by_network_address_over_many_users(
    client: httpx.AsyncClient, may: Member, database: Database, clock: SetClock
) -> None:
    key = sign_in._key("address", "127.0.0.1")
    async with database.transaction() as session:
        session.add(
            SignInThrottle(
                key=key, failures=sign_in.FAILURES_OF_ADDRESS, window_started_at=clock.now() - timedelta(minutes=5)
            )
        )
    refused = await sign_in_as(client, may.email)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "600")


async def test_session_ends_after_twelve_idle_hours(client: httpx.AsyncClient, may: Member, clock: SetClock) -> None:
    await sign_in_as(client, may.email)
    clock.pass_by(timedelta(hours=12))
    answer = await client.get("/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_session_slides_while_used_and_ends_after_fourteen_days(
    client: httpx.AsyncClient, may: Member, clock: SetClock
) -> None:
    await sign_in_as(client, may.email)
    for _ in range(27):
        clock.pass_by(timedelta(hours=11, minutes=59))
        assert (await client.get("/auth/me")).status_code == 200
    clock.pass_by(timedelta(hours=11, minutes=59))
    assert (await client.get("/auth/me")).status_code == 200
    clock.pass_by(timedelta(minutes=30))
    assert (await client.get("/auth/me")).status_code == 401


async def test_sign_out_ends_the_session_itself(client: httpx.AsyncClient, may: Member) -> None:
    await sign_in_as(client, may.email)
    secret, guard = client.cookies["kaitak_session"], csrf_of(client)
    assert (await client.post("/auth/sign_out", headers=guard)).status_code == 204
    assert "kaitak_session" not in client.cookies
    client.cookies.set("kaitak_session", secret)
    assert (await client.get("/auth/me")).status_code == 401


async def test_signing_in_again_ends_the_browsers_earlier_session(client: httpx.AsyncClient, may: Member) -> None:
    await sign_in_as(client, may.email)
    earlier = client.cookies["kaitak_session"]
    await sign_in_as(client, may.email)
    assert client.cookies["kaitak_session"] != earlier
    assert (await client.get("/auth/me", headers={"cookie": f"kaitak_session={earlier}"})).status_code == 401


async def test_user_sees_and_ends_own_sessions_only(
    app: FastAPI, client: httpx.AsyncClient, may: Member, agent_client: httpx.AsyncClient
) -> None:
    await sign_in_as(client, may.email)
    async with accounts.open_client(app) as other:
        await sign_in_as(other, may.email)
        listed = (await client.get("/auth/sessions")).json()
        assert sorted(item["is_current"] for item in listed) == [False, True]
        assert "token" not in str(listed)
        elsewhere = next(item["id"] for item in listed if not item["is_current"])
        assert (await agent_client.delete(f"/auth/sessions/{elsewhere}")).status_code == 404
        ended = await client.delete(f"/auth/sessions/{elsewhere}", headers=csrf_of(client))
        assert ended.status_code == 204
        assert (await other.get("/auth/me")).status_code == 401


async def test_new_password_needs_the_current_one_and_ends_other_sessions(
    app: FastAPI, client: httpx.AsyncClient, may: Member
) -> None:
    await sign_in_as(client, may.email)
    new = "a kite over Victoria Peak"
    async with accounts.open_client(app) as other:
        await sign_in_as(other, may.email)
        form = {"password": new, "current_password": "wrong"}
        wrong = await client.patch("/auth/me", json=form, headers=csrf_of(client))
        assert (wrong.status_code, wrong.json()["code"]) == (422, "password_wrong")
        form["current_password"] = PASSWORD
        assert (await client.patch("/auth/me", json=form, headers=csrf_of(client))).status_code == 200
        assert (await client.get("/auth/me")).status_code == 200
        assert (await other.get("/auth/me")).status_code == 401
        assert (await sign_in_as(other, may.email)).status_code == 401
        assert (await sign_in_as(other, may.email, new)).status_code == 200


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaaaaa", "Password123", "may.siu.ming1", "1234567890"])
def test_weak_password_is_refused(password: str) -> None:
    with pytest.raises(PasswordWeakError):
        passwords.check_strength(password, email="may.siu.ming@example.hk")


async def test_profile_changes_are_kept(client: httpx.AsyncClient, may: Member) -> None:
    await sign_in_as(client, may.email)
    form = {"name": "美美", "locale": "en", "ui_settings": {"theme": "dark"}}
    assert (await client.patch("/auth/me", json=form, headers=csrf_of(client))).status_code == 200
    user = (await client.get("/auth/me")).json()["user"]
    assert (user["name"], user["locale"], user["ui_settings"]) == ("美美", "en", {"theme": "dark"})


async def test_oversized_view_settings_are_refused(client: httpx.AsyncClient, may: Member) -> None:
    await sign_in_as(client, may.email)
    form = {"ui_settings": {"notes": "x" * 20_000}}
    assert (await client.patch("/auth/me", json=form, headers=csrf_of(client))).status_code == 422


async def test_link_signs_in_once(client: httpx.AsyncClient, may: Member, database: Database, clock: SetClock) -> None:
    async with database.transaction() as session:
        token = await sign_in.make_link_token(session, may.user_id, clock.now())
    first = await client.post("/auth/sign_in_token", json={"token": token})
    assert (first.status_code, first.json()["user"]["id"]) == (200, may.user_id)
    second = await client.post("/auth/sign_in_token", json={"token": token})
    assert (second.status_code, second.json()["code"]) == (401, "sign_in_link_invalid")


async def test_link_expires_and_dies_with_a_newer_one(
    client: httpx.AsyncClient, may: Member, database: Database, clock: SetClock
) -> None:
    async with database.transaction() as session:
        older = await sign_in.make_link_token(session, may.user_id, clock.now())
        newer = await sign_in.make_link_token(session, may.user_id, clock.now())
    assert (await client.post("/auth/sign_in_token", json={"token": older})).status_code == 401
    clock.pass_by(sign_in.INVITATION)
    assert (await client.post("/auth/sign_in_token", json={"token": newer})).status_code == 401


async def test_one_of_two_that_use_a_link_at_once_wins(fresh_database: Database, clock: SetClock) -> None:
    account_id = await accounts.make_account(fresh_database)
    member = await accounts.make_member(fresh_database, account_id)
    async with fresh_database.transaction() as session:
        token = await sign_in.make_link_token(session, member.user_id, clock.now())

    async def use() -> bool:
        try:
            async with fresh_database.transaction() as session:
                await sign_in.by_link(session, token, sign_in.Place("127.0.0.1", ""), clock.now())
        except SignInLinkInvalidError:
            return False
        return True

    assert sorted(await asyncio.gather(*(use() for _ in range(5)))) == [False, False, False, False, True]


async def test_many_tries_at_once_are_all_counted(fresh_database: Database, clock: SetClock) -> None:
    async def count() -> timedelta | None:
        async with fresh_database.transaction() as session:
            return await sign_in._count_try(session, "may@example.hk", "10.0.0.1", clock.now())

    waits = await asyncio.gather(*(count() for _ in range(sign_in.FAILURES_OF_EMAIL + 5)))
    assert sum(wait is None for wait in waits) == sign_in.FAILURES_OF_EMAIL
