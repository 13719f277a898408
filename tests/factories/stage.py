"""Makes a stage for tests of conversations: an account with people, a widget inbox, the door, and clients for all."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import httpx
from fastapi import FastAPI
from pydantic import JsonValue

from kaitak.accounts.policy import Role
from kaitak.api.deps import Deps
from kaitak.channels import actions as channel_actions
from kaitak.channels.endpoints import InboxDefaults
from kaitak.channels.live import HttpPorts, LiveConnectors
from kaitak.channels.schemas import InboxBody
from kaitak.channels.settings import InboxSettings
from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.hydration import StreamHydrator
from kaitak.conversations.inbound import Door
from kaitak.conversations.links import Links
from kaitak.conversations.road import Road
from kaitak.conversations.subscribers import SUBSCRIBERS
from kaitak.core.addresses import read_allow_list
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.realtime.hub import Hub
from kaitak.realtime.notifier import Notifier
from kaitak.realtime.signals import Signals
from tests.factories import accounts, web
from tests.factories.accounts import Member, SetClock

WIDGET = "/public/api/v1/widget"
_numbers = itertools.count(1)


@dataclass
class Inbox:
    """An inbox and the secrets that were made for it."""

    id: int
    identifier: str
    secrets: dict[str, str]


@dataclass
class Customer:
    """A browser of a customer at a widget inbox."""

    http: httpx.AsyncClient
    website_token: str
    token: str | None = None
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def headers(self) -> dict[str, str]:
        return {"X-Kaitak-Visitor": self.token} if self.token else {}

    async def open(self, **body: str) -> dict[str, JsonValue]:
        """Open the session, keep the token."""
        answer = await self.http.post(
            f"{WIDGET}/session", json={"website_token": self.website_token, **body}, headers=self.headers
        )
        assert answer.status_code == 200, answer.text
        found: dict[str, JsonValue] = answer.json()
        if found["visitor_token"]:
            self.token = str(found["visitor_token"])
        return found

    async def post(self, path: str, **body: JsonValue) -> httpx.Response:
        """Call the widget's API."""
        return await self.http.post(f"{WIDGET}/{path}", json=body, headers=self.headers)

    async def say(self, content: str, **body: JsonValue) -> dict[str, JsonValue]:
        """Write, and answer what came back."""
        echo = body.pop("echo_id", f"c{next(self.numbers)}")
        answer = await self.post("messages", content=content, echo_id=echo, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, JsonValue] = answer.json()
        return found


@dataclass
class Stage:
    """Everything that a test of conversations needs."""

    database: Database
    deps: Deps
    app: FastAPI
    signals: Signals
    hub: Hub
    account_id: AccountId
    administrator: Member
    agent: Member
    admin: httpx.AsyncClient
    agent_http: httpx.AsyncClient
    public: httpx.AsyncClient
    inbox: Inbox
    store: AttachmentStore

    def path(self, rest: str) -> str:
        """An address under the account."""
        return f"/api/v1/accounts/{self.account_id}{rest}"

    async def customer(self, inbox: Inbox | None = None) -> Customer:
        """A customer with an open session."""
        customer = Customer(self.public, (inbox or self.inbox).identifier)
        await customer.open(locale="zh-HK")
        return customer

    async def conversation(self, text: str = "你好") -> tuple[Customer, int]:
        """A customer who wrote, and the number of the conversation."""
        customer = await self.customer()
        said = await customer.say(text)
        conversation = said["conversation"]
        assert isinstance(conversation, dict)
        return customer, int(str(conversation["id"]))

    async def view(self, number: int) -> dict[str, JsonValue]:
        """The conversation as the administrator sees it."""
        answer = await self.admin.get(self.path(f"/conversations/{number}"))
        assert answer.status_code == 200, answer.text
        found: dict[str, JsonValue] = answer.json()["conversation"]
        return found

    async def thread(self, number: int) -> list[dict[str, JsonValue]]:
        """The conversation's messages as the administrator sees them."""
        answer = await self.admin.get(self.path(f"/conversations/{number}/messages"))
        assert answer.status_code == 200, answer.text
        found: list[dict[str, JsonValue]] = answer.json()["payload"]
        return found

    async def act(self, number: int, path: str, **body: JsonValue) -> httpx.Response:
        """Do something to a conversation as the administrator."""
        return await self.admin.post(self.path(f"/conversations/{number}/{path}"), json=body)


async def make_inbox(
    deps: Deps,
    account_id: AccountId,
    *,
    name: str = "Shop",
    channel: str = "web_widget",
    members: tuple[int, ...] = (),
    **settings: object,
) -> Inbox:
    """An inbox whose customers hold a client of ours: the widget, or an app."""
    body = InboxBody(
        name=name,
        channel=channel,
        settings=InboxSettings.model_validate(settings),
        member_ids=list(members),
        settle_ms=0,
    )
    async with deps.database.transaction(account_id) as session:
        inbox, secrets = await channel_actions.create_inbox(
            session, deps.keyring, account_id, body, settle=timedelta(0)
        )
        return Inbox(inbox.id, inbox.identifier, secrets)


@asynccontextmanager
async def opened(database: Database, folder: Path) -> AsyncIterator[Stage]:
    """A stage over a database of real commits."""
    clock, signals = SetClock(), Signals()
    base = web.make_deps(database, clock, subscribers=dict(SUBSCRIBERS))
    links = Links(base.keyring, base.public_url, clock)
    store = AttachmentStore(folder, 64 * 1024)
    hub = Hub(database.dsn, StreamHydrator(database, links), signals)
    async with AsyncExitStack() as stack:
        road = await stack.enter_async_context(Road(database.dsn, pool_size=2))
        door = Door(road, signals)
        http = await stack.enter_async_context(OutgoingHttp(allow=read_allow_list([])))
        connectors = LiveConnectors(base.keyring, HttpPorts(http, clock), road.read_config)
        attached = (links, store, hub, door, road, signals, connectors, InboxDefaults(timedelta(0)))
        deps = replace(base, attached={type(each): each for each in attached})
        app = web.make_app(deps)
        for loop in (door.run(), hub.run(), Notifier(database.dsn, signals).run()):
            await _in_background(stack, loop)
        account_id = await accounts.make_account(database, f"Account {next(_numbers)}")
        administrator = await accounts.make_member(database, account_id, Role.ADMINISTRATOR)
        agent = await accounts.make_member(database, account_id, Role.AGENT)
        yield Stage(
            database=database,
            deps=deps,
            app=app,
            signals=signals,
            hub=hub,
            account_id=account_id,
            administrator=administrator,
            agent=agent,
            admin=await stack.enter_async_context(accounts.signed_in(app, administrator)),
            agent_http=await stack.enter_async_context(accounts.signed_in(app, agent)),
            public=await stack.enter_async_context(accounts.open_client(app)),
            inbox=await make_inbox(deps, account_id),
            store=store,
        )


async def _in_background(stack: AsyncExitStack, work: object) -> None:
    task = asyncio.ensure_future(work)  # type: ignore[call-overload]

    async def end() -> None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    stack.push_async_callback(end)
