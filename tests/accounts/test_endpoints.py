"""Members, teams, access tokens and the audit log, over HTTP."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kaitak.accounts import actions, identity
from kaitak.accounts.audit import Actor
from kaitak.accounts.errors import LastAdministratorError
from kaitak.accounts.events import AgentRemoved, AvailabilityChanged
from kaitak.accounts.policy import Role
from kaitak.api import principals
from kaitak.api.principals import Credential
from kaitak.core.ids import AccountId, UserId
from kaitak.db.session import Database
from tests.factories import accounts, web
from tests.factories.accounts import PASSWORD, Member, SetClock, path

SIU_MING = {"email": "siu.ming@example.hk", "name": "小明", "role": "agent"}


async def test_invited_member_signs_in_with_the_link_and_sets_a_password(
    administrator_client: httpx.AsyncClient, administrator: Member, client: httpx.AsyncClient
) -> None:
    answer = await administrator_client.post(path(administrator, "/agents"), json=SIU_MING)
    assert answer.status_code == 201
    base, _, token = answer.json()["sign_in_url"].partition("/#/signin/")
    assert base == accounts.PUBLIC_URL
    me = await client.post("/auth/sign_in_token", json={"token": token})
    assert (me.json()["user"]["has_password"], me.json()["accounts"][0]["role"]) == (False, "agent")
    guard = {"X-Kaitak-CSRF": client.cookies["kaitak_csrf"]}
    assert (await client.patch("/auth/me", json={"password": PASSWORD}, headers=guard)).status_code == 200
    signed_in = await client.post("/auth/sign_in", json={"email": SIU_MING["email"], "password": PASSWORD})
    assert signed_in.status_code == 200


async def test_member_of_another_account_cannot_be_invited_and_so_taken_over(
    administrator_client: httpx.AsyncClient, administrator: Member, database: Database
) -> None:
    other = await accounts.make_member(database, await accounts.make_account(database), email="owner@other.hk")
    form = {"email": other.email, "name": "whoever"}
    answer = await administrator_client.post(path(administrator, "/agents"), json=form)
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")
    assert "sign_in_url" not in answer.json()


async def test_second_invitation_of_a_member_is_refused(
    administrator_client: httpx.AsyncClient, administrator: Member
) -> None:
    form = {"email": administrator.email.upper(), "name": "again"}
    answer = await administrator_client.post(path(administrator, "/agents"), json=form)
    assert (answer.status_code, answer.json()["code"]) == (409, "already_member")


@pytest.mark.parametrize("email", ["nobody", "a@b@c", "a b@example.hk", "<script>@example.hk"])
async def test_invitation_needs_an_address(
    administrator_client: httpx.AsyncClient, administrator: Member, email: str
) -> None:
    answer = await administrator_client.post(path(administrator, "/agents"), json={"email": email, "name": "x"})
    assert (answer.status_code, answer.json()["code"]) == (422, "email_invalid")


async def test_who_left_and_is_invited_again_starts_without_the_old_password(
    administrator_client: httpx.AsyncClient, administrator: Member, client: httpx.AsyncClient, database: Database
) -> None:
    member = await accounts.make_member(database, administrator.account_id, email="back@example.hk", password=PASSWORD)
    removed = await administrator_client.delete(path(administrator, f"/agents/{member.user_id}"))
    assert removed.status_code == 204
    form = {"email": member.email, "name": "back"}
    assert (await administrator_client.post(path(administrator, "/agents"), json=form)).status_code == 201
    signed_in = await client.post("/auth/sign_in", json={"email": member.email, "password": PASSWORD})
    assert signed_in.status_code == 401


async def test_removed_member_is_signed_out_at_once(
    administrator_client: httpx.AsyncClient, administrator: Member, agent_client: httpx.AsyncClient, agent: Member
) -> None:
    assert (await agent_client.get(path(agent, "/agents"))).status_code == 200
    await administrator_client.delete(path(administrator, f"/agents/{agent.user_id}"))
    assert (await agent_client.get(path(agent, "/agents"))).status_code == 401


async def test_changed_role_holds_from_the_next_request(
    administrator_client: httpx.AsyncClient, administrator: Member, agent_client: httpx.AsyncClient, agent: Member
) -> None:
    team = {"name": "退換貨"}
    assert (await agent_client.post(path(agent, "/teams"), json=team)).status_code == 403
    role = await administrator_client.patch(
        path(administrator, f"/agents/{agent.user_id}"), json={"role": "supervisor"}
    )
    assert role.json()["role"] == "supervisor"
    assert (await agent_client.post(path(agent, "/teams"), json=team)).status_code == 201


async def test_last_administrator_stays(administrator_client: httpx.AsyncClient, administrator: Member) -> None:
    own = path(administrator, f"/agents/{administrator.user_id}")
    for answer in (
        await administrator_client.patch(own, json={"role": "agent"}),
        await administrator_client.delete(own),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_administrator")


async def test_of_two_administrators_who_demote_each_other_at_once_one_stays(fresh_database: Database) -> None:
    account_id = await accounts.make_account(fresh_database)
    pair = [
        await accounts.make_member(fresh_database, account_id, Role.ADMINISTRATOR, email=f"{name}@example.hk")
        for name in ("one", "two")
    ]

    async def demote(who: Member, by: Member) -> bool:
        try:
            async with fresh_database.transaction(account_id) as session:
                actor = Actor(account_id, by.user_id, None)
                await actions.change_role(session, actor, who.user_id, Role.AGENT)
        except LastAdministratorError:
            return False
        return True

    outcomes = await asyncio.gather(demote(pair[0], pair[1]), demote(pair[1], pair[0]))
    assert sorted(outcomes) == [False, True]


async def test_reset_takes_password_and_sessions_and_gives_a_link(
    administrator_client: httpx.AsyncClient,
    administrator: Member,
    agent_client: httpx.AsyncClient,
    agent: Member,
    client: httpx.AsyncClient,
) -> None:
    answer = await administrator_client.post(path(administrator, f"/agents/{agent.user_id}/reset_sign_in"))
    assert answer.status_code == 200
    assert (await agent_client.get("/auth/me")).status_code == 401
    token = answer.json()["sign_in_url"].rpartition("/")[2]
    assert (await client.post("/auth/sign_in_token", json={"token": token})).status_code == 200


async def test_reset_is_refused_for_a_member_of_two_accounts(
    administrator_client: httpx.AsyncClient, administrator: Member, agent: Member, database: Database
) -> None:
    second = await accounts.make_account(database, "Second")
    async with database.transaction(second) as session:
        await actions.add_member(session, Actor(second, None, None), agent.user_id, Role.AGENT)
    answer = await administrator_client.post(path(administrator, f"/agents/{agent.user_id}/reset_sign_in"))
    assert (answer.status_code, answer.json()["code"]) == (409, "belongs_elsewhere")


async def test_list_of_members_holds_no_secret(agent_client: httpx.AsyncClient, agent: Member) -> None:
    listed = await agent_client.get(path(agent, "/agents"))
    assert [item["id"] for item in listed.json()] == [agent.user_id]
    assert set(listed.json()[0]) == {"id", "name", "email", "role", "availability", "is_active", "created_at"}


async def test_availability_is_kept_and_told(database: Database, clock: SetClock, agent: Member) -> None:
    told: list[object] = []

    async def listen(_session: AsyncSession, event: object) -> None:
        told.append(event)

    app = web.make_app(web.make_deps(database, clock, subscribers={AvailabilityChanged: (listen,)}))
    async with accounts.signed_in(app, agent) as client:
        form = {"availability": "busy"}
        assert (await client.put(path(agent, "/profile/availability"), json=form)).json() == form
        assert (await client.get("/auth/me")).json()["accounts"][0]["availability"] == "busy"
        wrong = await client.put(path(agent, "/profile/availability"), json={"availability": "asleep"})
        assert wrong.status_code == 422
    assert told == [AvailabilityChanged(agent.account_id, agent.user_id, "busy")]


async def test_removed_agents_conversations_become_free(
    database: Database, clock: SetClock, administrator: Member, agent: Member
) -> None:
    told: list[object] = []

    async def listen(_session: AsyncSession, event: object) -> None:
        told.append(event)

    async with database.transaction(agent.account_id) as session:
        for statement in _CONVERSATION:
            await session.execute(text(statement), {"a": agent.account_id, "u": agent.user_id})
    app = web.make_app(web.make_deps(database, clock, subscribers={AgentRemoved: (listen,)}))
    async with accounts.signed_in(app, administrator) as client:
        assert (await client.delete(path(administrator, f"/agents/{agent.user_id}"))).status_code == 204
    async with database.transaction(agent.account_id) as session:
        assignees = (await session.execute(text("select assignee_id from conversation"))).scalars().all()
    assert assignees == [None]
    assert told == [AgentRemoved(agent.account_id, agent.user_id)]


_CONVERSATION = (
    "insert into inbox (account_id, name, channel, identifier, config_encrypted) values (:a, 'Web', 'x', 'x', '')",
    "insert into contact (account_id, name) values (:a, 'May')",
    """insert into contact_inbox (account_id, contact_id, inbox_id, source_id)
       select :a, c.id, i.id, 's' from contact c, inbox i""",
    """insert into conversation (account_id, display_id, inbox_id, contact_id, contact_inbox_id, assignee_id)
       select :a, 1, ci.inbox_id, ci.contact_id, ci.id, :u from contact_inbox ci""",
)


async def test_team_is_made_changed_and_removed(
    administrator_client: httpx.AsyncClient, administrator: Member, agent: Member
) -> None:
    teams = path(administrator, "/teams")
    made = await administrator_client.post(teams, json={"name": "VIP", "member_ids": [agent.user_id]})
    assert (made.status_code, made.json()["member_ids"]) == (201, [agent.user_id])
    one = f"{teams}/{made.json()['id']}"
    changed = await administrator_client.patch(one, json={"description": "大客", "member_ids": []})
    assert (changed.json()["name"], changed.json()["description"], changed.json()["member_ids"]) == ("VIP", "大客", [])
    assert (await administrator_client.get(teams)).json() == [changed.json()]
    assert (await administrator_client.delete(one)).status_code == 204
    assert (await administrator_client.get(one)).status_code == 404


async def test_team_name_is_unique_and_members_are_members(
    administrator_client: httpx.AsyncClient, administrator: Member, database: Database
) -> None:
    teams = path(administrator, "/teams")
    assert (await administrator_client.post(teams, json={"name": "VIP"})).status_code == 201
    twice = await administrator_client.post(teams, json={"name": "VIP"})
    assert (twice.status_code, twice.json()["code"]) == (409, "team_name_taken")
    stranger = await accounts.make_member(database, await accounts.make_account(database), email="s@other.hk")
    form = {"name": "Other", "member_ids": [stranger.user_id]}
    answer = await administrator_client.post(teams, json=form)
    assert (answer.status_code, answer.json()["code"]) == (404, "agent_not_found")
    assert len((await administrator_client.get(teams)).json()) == 1


async def test_access_token_acts_as_its_member_in_its_account_only(
    agent_client: httpx.AsyncClient, agent: Member, client: httpx.AsyncClient, database: Database
) -> None:
    made = await agent_client.post(path(agent, "/access_tokens"), json={"name": "export"})
    assert made.status_code == 201
    token = made.json()["token"]
    second = await accounts.make_account(database, "Second")
    async with database.transaction(second) as session:
        await actions.add_member(session, Actor(second, None, None), agent.user_id, Role.ADMINISTRATOR)
    for headers in ({"api_access_token": token}, {"Authorization": f"Bearer {token}"}):
        assert (await client.get(path(agent, "/agents"), headers=headers)).status_code == 200
        put = await client.put(path(agent, "/profile/availability"), json={"availability": "online"}, headers=headers)
        assert put.status_code == 200
        assert (await client.get(f"/api/v1/accounts/{second}", headers=headers)).status_code == 404
        me = (await client.get("/auth/me", headers=headers)).json()
        assert [item["id"] for item in me["accounts"]] == [agent.account_id]


async def test_access_token_cannot_breed_nor_touch_the_persons_sign_in(
    agent_client: httpx.AsyncClient, agent: Member, client: httpx.AsyncClient
) -> None:
    made = await agent_client.post(path(agent, "/access_tokens"), json={"name": "export"})
    headers = {"api_access_token": made.json()["token"]}
    for answer in (
        await client.post(path(agent, "/access_tokens"), json={"name": "child"}, headers=headers),
        await client.patch("/auth/me", json={"password": PASSWORD}, headers=headers),
        await client.get("/auth/sessions", headers=headers),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "session_required")


async def test_access_token_is_shown_once_and_stored_as_a_hash(
    agent_client: httpx.AsyncClient, agent: Member, database: Database
) -> None:
    made = (await agent_client.post(path(agent, "/access_tokens"), json={"name": "export"})).json()
    listed = (await agent_client.get(path(agent, "/access_tokens"))).json()
    assert made["token"] not in str(listed)
    assert listed == [{name: value for name, value in made.items() if name != "token"}]
    async with database.transaction(agent.account_id) as session:
        row = (await session.execute(text("select to_jsonb(t)::text from access_token t"))).scalar_one()
    assert made["token"] not in row


async def test_revoked_and_expired_access_tokens_are_refused(
    agent_client: httpx.AsyncClient, agent: Member, client: httpx.AsyncClient, clock: SetClock
) -> None:
    tokens = path(agent, "/access_tokens")
    short = (await agent_client.post(tokens, json={"name": "short", "expires_in_days": 1})).json()
    gone = (await agent_client.post(tokens, json={"name": "gone"})).json()
    assert (await agent_client.delete(f"{tokens}/{gone['id']}")).status_code == 204
    assert (await client.get("/auth/me", headers={"api_access_token": gone["token"]})).status_code == 401
    assert (await client.get("/auth/me", headers={"api_access_token": short["token"]})).status_code == 200
    clock.pass_by(timedelta(days=1))
    assert (await client.get("/auth/me", headers={"api_access_token": short["token"]})).status_code == 401


async def test_members_see_and_revoke_their_own_tokens_and_administrators_all(
    agent_client: httpx.AsyncClient, agent: Member, administrator_client: httpx.AsyncClient
) -> None:
    tokens = path(agent, "/access_tokens")
    theirs = (await administrator_client.post(tokens, json={"name": "admin"})).json()
    own = (await agent_client.post(tokens, json={"name": "own"})).json()
    assert [item["id"] for item in (await agent_client.get(tokens)).json()] == [own["id"]]
    assert (await agent_client.get(tokens, params={"all": True})).status_code == 403
    assert (await agent_client.delete(f"{tokens}/{theirs['id']}")).status_code == 404
    assert len((await administrator_client.get(tokens, params={"all": True})).json()) == 2
    assert (await administrator_client.delete(f"{tokens}/{own['id']}")).status_code == 204


async def test_administrative_deeds_are_in_the_audit_log_page_by_page(
    administrator_client: httpx.AsyncClient, administrator: Member, agent: Member
) -> None:
    await administrator_client.patch(path(administrator), json={"name": "New Name", "timezone": "Asia/Macau"})
    await administrator_client.patch(path(administrator, f"/agents/{agent.user_id}"), json={"role": "supervisor"})
    await administrator_client.post(path(administrator, "/teams"), json={"name": "VIP"})
    logs = path(administrator, "/audit_logs")
    seen: list[dict[str, object]] = []
    cursor: str | None = None
    while True:
        query = {"limit": "2", **({"cursor": cursor} if cursor else {})}
        page = (await administrator_client.get(logs, params=query)).json()
        seen += page["payload"]
        cursor = page["meta"]["next_cursor"]
        if cursor is None:
            break
    whole = (await administrator_client.get(logs, params={"limit": "100"})).json()["payload"]
    assert seen == whole
    assert [item["action"] for item in seen[:3]] == ["team.created", "agent.changed", "account.changed"]
    assert seen[1]["details"] == {"role": "supervisor", "role_before": "agent"}
    assert {item["user_id"] for item in seen[:3]} == {administrator.user_id}


@pytest.mark.parametrize("cursor", ["x", "AAAA", "W10", "WzEsMl0", "é"])
async def test_foreign_cursor_is_refused(
    administrator_client: httpx.AsyncClient, administrator: Member, cursor: str
) -> None:
    answer = await administrator_client.get(path(administrator, "/audit_logs"), params={"cursor": cursor})
    assert (answer.status_code, answer.json()["code"]) == (422, "page_cursor_invalid")


async def test_accounts_never_see_each_others_things(
    app: FastAPI, administrator_client: httpx.AsyncClient, administrator: Member, database: Database
) -> None:
    other_id = await accounts.make_account(database, "Other")
    other = await accounts.make_member(database, other_id, Role.ADMINISTRATOR, email="boss@other.hk")
    team = (await administrator_client.post(path(administrator, "/teams"), json={"name": "VIP"})).json()
    async with accounts.signed_in(app, other) as stranger:
        assert (await stranger.get(path(other, "/teams"))).json() == []
        assert (await stranger.get(path(other, f"/teams/{team['id']}"))).status_code == 404
        assert (await stranger.delete(path(other, f"/agents/{administrator.user_id}"))).status_code == 404
        assert [item["id"] for item in (await stranger.get(path(other, "/agents"))).json()] == [other.user_id]


async def test_request_pays_one_query_for_knowing_its_caller(
    agent_client: httpx.AsyncClient, agent: Member, database: Database, app: FastAPI
) -> None:
    statements: list[str] = []
    assert isinstance(database.bind, AsyncConnection)
    engine = database.bind.sync_connection
    assert engine is not None

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        await agent_client.get(path(agent))
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert [text_of.split()[0:2] for text_of in statements if "savepoint" not in text_of.lower()] == [
        ["select", "i.user_id,"],
        ["SELECT", "account.id,"],
    ]


async def test_transaction_is_in_the_scope_of_an_account_for_its_members_only(
    database: Database, administrator: Member, app: FastAPI
) -> None:
    stranger = await accounts.make_member(database, await accounts.make_account(database, "Other"), Role.ADMINISTRATOR)
    scope = text("select current_setting('app.account', true), current_setting('app.user', true)")
    seen, at = [], app.state.deps.clock.now()
    for member in (administrator, stranger):
        async with accounts.signed_in(app, member) as client, database.transaction() as session:
            own = Credential("session", client.cookies[principals.SESSION_COOKIE])
            for credential in (own, Credential("session", "nobody's"), Credential("token", "nobody's")):
                await identity.identify(session, credential, account_id=administrator.account_id, at=at)
                seen.append((await session.execute(scope)).one())
    account, user, other = str(administrator.account_id), str(administrator.user_id), str(stranger.user_id)
    assert seen == [(account, user), ("", ""), ("", ""), ("", other), ("", ""), ("", "")]


async def test_account_id_of_another_scope_shows_nothing(database: Database, agent: Member) -> None:
    async with database.transaction(AccountId(agent.account_id + 1), UserId(agent.user_id)) as session:
        assert (await session.execute(text("select count(*) from account_user"))).scalar_one() == 0
