"""What the other side does not take is seen by an administrator: an API inbox's webhook, pushes to an app's server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
from pydantic import JsonValue

from kaitak.accounts.policy import Role
from kaitak.channels import actions as channel_actions
from kaitak.channels.schemas import InboxBody
from kaitak.conversations import actions
from kaitak.conversations.models import Conversation
from kaitak.conversations.posting import Actor, Entry
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps
from tests.conversations import test_app
from tests.factories import accounts
from tests.factories import sink as sinks
from tests.factories.accounts import Member
from tests.factories.road import RoadStage

SECRET = "an-identity-secret-of-an-app-0123456789"


async def reply(road: RoadStage, agent: Member, inbox_id: int, text: str) -> None:
    """The agent answers in the one conversation of an inbox."""
    async with road.process.deps.database.transaction(road.account_id) as session:
        number = await road.one("select id from conversation where inbox_id = %s", inbox_id)
        conversation = await session.get_one(Conversation, (road.account_id, number))
        entry = Entry(sender_type="user", sender_id=agent.user_id, content=text)
        await actions.reply(session, conversation, Actor(agent.user_id, "Agent"), entry)
    await road.make_due()
    await road.deliver()


async def push(road: RoadStage) -> None:
    """The time until the pushes (or their next attempts) is over."""
    await road.rows("update procrastinate_jobs set scheduled_at = now() where status = 'todo'")
    deps = road.process.deps
    await queue.run_until_idle(
        road.process.dsn, JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached)
    )


async def health(client: httpx.AsyncClient, member: Member) -> dict[str, tuple[str, list[tuple[str, int, str]]]]:
    """By inbox: its state, and what fails there."""
    answer = await client.get(accounts.path(member, "/inbox_health"))
    assert answer.status_code == 200, answer.text
    return {
        each["name"]: (
            each["state"],
            [(call["kind"], call["failures"], call["error_code"]) for call in each["failing_calls"]],
        )
        for each in answer.json()["payload"]
    }


async def test_failures_are_counted_until_the_other_side_takes_something_again(road: RoadStage) -> None:
    deps = road.process.deps
    admin = await accounts.make_member(deps.database, road.account_id, Role.ADMINISTRATOR)
    agent = await accounts.make_member(deps.database, road.account_id)
    stranger = await accounts.make_member(
        deps.database, await accounts.make_account(deps.database, "Other"), Role.ADMINISTRATOR
    )
    async with sinks.running() as sink, accounts.signed_in(road.app, admin) as client:
        line = await road.make_inbox(webhook_url=sink.url, bot_enabled=False, name="Line")
        config: dict[str, JsonValue] = {"identity_secret": SECRET, "push_secret": "p" * 32, "push_url": sink.url}
        body = InboxBody(name="App", channel="app", config=config, bot_enabled=False, settle_ms=0)
        async with deps.database.transaction(road.account_id) as session:
            app, _ = await channel_actions.create_inbox(
                session, deps.keyring, road.account_id, body, settle=timedelta(0)
            )
        await road.say("m-1", "有人嗎", inbox=line)
        sink.always = 500
        await reply(road, agent, line.id, "一")
        await reply(road, agent, line.id, "二")
        user = test_app.Phone(road.http, app.identifier, test_app.token(SECRET, "c-42", datetime.now(UTC)))
        await user.say("有人嗎", "m1")
        await reply(road, agent, app.id, "三")
        await push(road)
        await push(road)
        sink.always = 404
        await push(road)
        found = await health(client, admin)
        assert found["Line"] == ("failing", [("message", 1, "channel_unavailable")])  # the second waits behind it
        assert found["App"] == ("failing", [("push", 1, "refused")])
        assert found["API"] == ("ok", [])
        rows = (await client.get(accounts.path(admin, f"/channel_failures?inbox_id={app.id}"))).json()["payload"]
        assert [(each["kind"], each["attempts"], each["error_detail"], each["over_at"]) for each in rows] == [
            ("push", 3, "the push address answered HTTP 404", None)
        ]
        assert (await client.get(accounts.path(admin, "/channel_failures?kind=session"))).json()["payload"] == []

        sink.always = 200
        await reply(road, agent, line.id, "四")
        await reply(road, agent, app.id, "五")
        await push(road)
        found = await health(client, admin)
        assert {state for state, _ in found.values()} == {"ok"}
        listed = (await client.get(accounts.path(admin, "/channel_failures?only_open=true"))).json()
        assert listed == {"meta": {"next_cursor": None}, "payload": []}

        async with accounts.signed_in(road.app, stranger) as other:
            answer = await other.get(accounts.path(stranger, "/channel_failures"))
            assert answer.json()["payload"] == []
            assert (await other.get(accounts.path(admin, "/channel_failures"))).status_code in (403, 404)
        async with accounts.signed_in(road.app, agent) as colleague:
            for path in ("/inbox_health", "/channel_failures"):
                assert (await colleague.get(accounts.path(agent, path))).status_code == 403
