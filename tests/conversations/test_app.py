"""The app's public API: signed users, one talk on every device, receipts, the live stream, and waking a device."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
import uvicorn
from pydantic import JsonValue
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from kaitak.api.ratelimit import Buckets
from kaitak.channels import actions as channel_actions
from kaitak.channels.schemas import InboxBody
from kaitak.conversations import actions
from kaitak.conversations.models import Conversation
from kaitak.conversations.posting import Actor, Entry
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps
from tests.factories import accounts
from tests.factories import sink as sinks
from tests.factories import stage as stages
from tests.factories.road import RoadStage
from tests.factories.stage import WIDGET, Inbox, Stage

APP = "/public/api/v1/app"
SECRET = "an-identity-secret-of-an-app-0123456789"


def token(secret: str, user: str, at: datetime, **claims: object) -> str:
    """What the business's own server would sign."""
    return jwt.encode({"sub": user, "exp": int((at + timedelta(hours=1)).timestamp()), **claims}, secret, "HS256")


@dataclass
class Phone:
    """An app on a device of one user."""

    http: httpx.AsyncClient
    app: str
    token: str

    async def get(self, path: str) -> httpx.Response:
        return await self.http.get(f"{APP}/{self.app}/{path}", headers={"Authorization": f"Bearer {self.token}"})

    async def post(self, path: str, **body: JsonValue) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}"}
        return await self.http.post(f"{APP}/{self.app}/{path}", json=body, headers=headers)

    async def say(self, content: str, echo_id: str, **body: JsonValue) -> dict[str, Any]:
        answer = await self.post("messages", content=content, echo_id=echo_id, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found


@pytest.fixture
async def app(stage: Stage) -> Inbox:
    return await stages.make_inbox(stage.deps, stage.account_id, name="App", channel="app")


def phone(stage: Stage, app: Inbox, user: str = "c-42", **claims: object) -> Phone:
    now = stage.deps.clock.now()
    return Phone(stage.public, app.identifier, token(app.secrets["identity_secret"], user, now, **claims))


async def test_user_goes_on_with_the_same_talk_on_another_device_and_nobody_else_sees_it(
    stage: Stage, app: Inbox
) -> None:
    first, second, other = phone(stage, app, name="陳大文"), phone(stage, app), phone(stage, app, "c-43")
    said = await first.say("我張單去咗邊", "m1")
    assert await first.say("我張單去咗邊", "m1") == said  # the same id again is the same message
    await second.say("喺另一部手機", "m2")
    session = (await second.post("session")).json()
    assert [each["content"] for each in session["messages"]] == ["我張單去咗邊", "喺另一部手機"]
    assert session["contact"] == {"name": "陳大文", "email": None, "identified": True}
    number = said["conversation"]["id"]
    contact = (await stage.view(number))["contact"]
    assert (contact["identifier"], contact["verified"]) == ("c-42", True)  # type: ignore[index,call-overload]
    assert (await other.post("session")).json()["conversation"] is None
    for path in (f"messages?conversation_id={number}", f"messages?conversation_id={number + 1}"):
        assert (await other.get(path)).status_code == 404
    assert (await other.post("receipts", conversation_id=number, seen=9)).status_code == 404
    await stage.act(number, "toggle_status", status="resolved")
    await first.say("又有事想問", "m3")
    talks = (await first.get("conversations")).json()["payload"]
    assert [each["id"] for each in talks] == [number + 1, number]
    older = (await first.get(f"messages?conversation_id={number}&limit=1")).json()
    assert older["has_more"]


async def test_only_a_signed_call_passes_and_only_by_this_door(stage: Stage, app: Inbox) -> None:
    right = phone(stage, app)
    for wrong, code in (
        ("", "signature_invalid"),
        (right.token[:-3], "signature_invalid"),
        (token("y" * 40, "c-42", stage.deps.clock.now()), "signature_invalid"),
        (phone(stage, app, exp=int(stage.deps.clock.now().timestamp()) - 100).token, "signature_expired"),
    ):
        answer = await Phone(stage.public, app.identifier, wrong).post("messages", content="hi", echo_id="1")
        assert (answer.status_code, answer.json()["code"]) == (401, code)
    bare = await stage.public.post(f"{APP}/{app.identifier}/session")
    assert (bare.status_code, bare.json()["code"]) == (401, "identity_missing")
    foreign = await Phone(stage.public, stage.inbox.identifier, right.token).post("session")
    assert (foreign.status_code, foreign.json()["code"]) == (404, "app_unknown")
    unsigned = await stage.public.post(f"{WIDGET}/session", json={"website_token": app.identifier})
    assert (unsigned.status_code, unsigned.json()["code"]) == (404, "widget_unknown")
    again = await stages.make_inbox(stage.deps, stage.account_id, name="Second app", channel="app")
    assert (await Phone(stage.public, again.identifier, right.token).post("session")).status_code == 401


async def test_person_known_from_the_web_page_is_the_same_in_the_app(stage: Stage, app: Inbox) -> None:
    customer, number = await stage.conversation("由網頁嚟")
    secret = stage.inbox.secrets["identity_secret"]
    mac = hmac.new(secret.encode(), b"c-42", "sha256").hexdigest()
    assert (await customer.post("identify", identifier="c-42", identifier_hash=mac)).status_code == 200
    said = await phone(stage, app, name="陳大文").say("由 app 嚟", "m1")
    contacts = [(await stage.view(each))["contact"]["id"] for each in (number, said["conversation"]["id"])]  # type: ignore[index,call-overload]
    assert contacts[0] == contacts[1]
    found = (await stage.admin.get(stage.path("/contacts"))).json()
    assert [each["name"] for each in found["payload"]] == ["陳大文"]  # no empty person is left over


async def test_receipts_count_down_what_is_unread_and_agents_see_them(stage: Stage, app: Inbox) -> None:
    user = phone(stage, app)
    number = (await user.say("有人嗎", "m1"))["conversation"]["id"]
    await stage.act(number, "messages", content="有")
    await stage.act(number, "messages", content="內部備註", private=True)
    sent = (await stage.thread(number))[-2]
    assert (await user.get("unread")).json() == {"unread_count": 1}
    got = await user.post("receipts", conversation_id=number, received=sent["seq"])
    assert got.json() == {"unread_count": 1}
    assert (await stage.thread(number))[-2]["status"] == "delivered"
    read = await user.post("receipts", conversation_id=number, seen=2**31 - 1)
    assert read.json() == {"unread_count": 0}
    assert (await user.post("receipts", conversation_id=number, seen=1)).json() == {"unread_count": 0}


async def test_one_user_who_floods_is_stopped_and_others_behind_the_same_address_are_not(
    stage: Stage, app: Inbox
) -> None:
    user = phone(stage, app)
    stage.deps.limits["app.read"] = Buckets(per_minute=1, burst=2)
    assert [(await user.post("typing", on=True)).status_code for _ in range(3)] == [204, 204, 429]
    assert (await phone(stage, app, "c-43").post("typing", on=True)).status_code == 204


@pytest.fixture
async def address(stage: Stage) -> AsyncIterator[str]:
    """The application behind a real socket."""
    config = uvicorn.Config(
        stage.app, host="127.0.0.1", port=0, log_config=None, lifespan="off", ws="websockets-sansio"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 (uvicorn sets a flag, no event)
        await asyncio.sleep(0.01)
    yield f"ws://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await task


async def test_stream_brings_what_was_missed_since_the_last_id_and_refuses_strangers(
    stage: Stage, app: Inbox, address: str
) -> None:
    user = phone(stage, app)
    number = (await user.say("有人嗎", "m1"))["conversation"]["id"]
    cursor = (await user.get("messages")).json()["cursor"]
    await stage.act(number, "messages", content="有")
    url = f"{address}{APP}/{app.identifier}/stream"
    async with connect(url, compression=None) as socket, asyncio.timeout(10):
        await socket.send(json.dumps({"type": "resume", "token": user.token, "after": cursor}))
        seen: list[str] = []
        while "有" not in seen:
            frame = json.loads(await socket.recv())
            if frame["event"].startswith("message."):
                seen.append(frame["data"]["content"])
                assert frame["id"] > 0
    for stranger in ("", user.token[:-3]):
        async with connect(url, compression=None) as socket, asyncio.timeout(10):
            await socket.send(json.dumps({"type": "resume", "token": stranger, "after": None}))
            with pytest.raises(ConnectionClosed):
                await socket.recv()
            assert socket.close_code == 4401


async def _run_jobs(road: RoadStage) -> None:
    await road.rows("update procrastinate_jobs set scheduled_at = now() where status = 'todo'")
    deps = road.process.deps
    job_deps = JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached)
    await queue.run_until_idle(road.process.dsn, job_deps)


async def test_sleeping_device_is_woken_once_with_retries_and_one_that_has_it_never(road: RoadStage) -> None:
    deps = road.process.deps
    agent = await accounts.make_member(deps.database, road.account_id)
    async with sinks.running() as sink:
        config: dict[str, JsonValue] = {"identity_secret": SECRET, "push_secret": "p" * 32, "push_url": sink.url}
        body = InboxBody(name="App", channel="app", config=config, bot_enabled=False, settle_ms=0)
        async with deps.database.transaction(road.account_id) as session:
            inbox, _ = await channel_actions.create_inbox(
                session, deps.keyring, road.account_id, body, settle=timedelta(0)
            )
        user = Phone(road.http, inbox.identifier, token(SECRET, "c-42", datetime.now(UTC)))
        number = (await user.say("有人嗎", "m1"))["conversation"]["id"]

        async def reply(*texts: str) -> None:
            async with deps.database.transaction(road.account_id) as session:
                conversation = await session.get_one(
                    Conversation, (road.account_id, await road.one("select id from conversation"))
                )
                for each in texts:
                    entry = Entry(sender_type="user", sender_id=agent.user_id, content=each)
                    await actions.reply(session, conversation, Actor(agent.user_id, "Agent"), entry)
            await road.deliver()

        sink.answers.append(503)
        await reply("一", "二")  # two messages at once are one knock
        await _run_jobs(road)
        await _run_jobs(road)
        told = [each.json() for each in sink.received]
        assert [(each["user"], each["unread_count"]) for each in told] == [("c-42", 2)] * 2  # the second is the retry
        assert told[0]["message_id"] == told[1]["message_id"]
        assert b"\xe4\xba\x8c" not in sink.received[1].body
        assert sink.received[1].headers["x-kaitak-delivery"] == told[1]["message_id"]
        assert await road.column("select distinct status from message where message_type = 'outgoing'") == ["sent"]
        await reply("三")
        session_now = (await user.post("session")).json()
        await user.post("receipts", conversation_id=number, received=session_now["messages"][-1]["seq"])
        await _run_jobs(road)
        assert len(sink.received) == 2
