"""Makes the road for tests: a process over a database of real commits, an API inbox, and a caller that signs."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import orjson
import psycopg
from fastapi import FastAPI
from psycopg.rows import dict_row
from pydantic import JsonValue, SecretStr

from kaitak import process as processes
from kaitak.app import create_app
from kaitak.bot.arbiter import Arbiter
from kaitak.bot.knowledge_calls import KnowledgeCalls
from kaitak.bot.pack_shelf import PackShelf
from kaitak.bot.turns import Turner
from kaitak.business.gateway import Gateway
from kaitak.channels import actions
from kaitak.channels.live import LiveConnectors
from kaitak.channels.models import Inbox
from kaitak.channels.schemas import InboxBody, InboxChange
from kaitak.conversations.delivery import Deliverer
from kaitak.conversations.links import Links
from kaitak.core.ids import AccountId
from kaitak.core.settings import (
    HttpSettings,
    LlmSettings,
    ScanSettings,
    Settings,
    TranscriptionSettings,
    WebSettings,
)
from kaitak.db.urls import ServerUrls
from kaitak.process import Process
from tests.factories import accounts
from tests.factories import models as packs_with_models

Row = dict[str, JsonValue]
SECRET = "a-secret-of-the-api-channel-0123456789"
KEY = "3f9c1b7e5d2a8046_ZxQwErTyUiOpAsDfGhJk"


@dataclass(frozen=True, slots=True)
class ApiInbox:
    """An inbox of the API channel."""

    id: int
    identifier: str


def sign(body: bytes, *, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    """The headers of a signed call."""
    stamp = str(int(time.time() if at is None else at))
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Kaitak-Timestamp": stamp, "X-Kaitak-Signature": f"sha256={mac}", "Content-Type": "application/json"}


@dataclass
class RoadStage:
    """Everything that a test of the road needs."""

    process: Process
    app: FastAPI
    http: httpx.AsyncClient
    urls: ServerUrls
    account_id: AccountId
    inbox: ApiInbox
    models: Path

    async def rows(self, query: str, *arguments: object) -> list[Row]:
        """What the database holds, seen past row-level security."""
        async with await psycopg.AsyncConnection.connect(self.urls.superuser_url or "", autocommit=True) as connection:
            cursor = connection.cursor(row_factory=dict_row)
            await cursor.execute(query.encode(), arguments)
            return await cursor.fetchall() if cursor.description else []

    async def one(self, query: str, *arguments: object) -> JsonValue:
        """The one value that a query answers."""
        (row,) = await self.rows(query, *arguments)
        (value,) = row.values()
        return value

    async def column(self, query: str, *arguments: object) -> list[JsonValue]:
        """The first column of what a query answers."""
        return [next(iter(row.values())) for row in await self.rows(query, *arguments)]

    async def make_inbox(
        self, *, webhook_url: str | None = None, bot_enabled: bool = True, settle_ms: int = 0, name: str = "API"
    ) -> ApiInbox:
        """Another inbox of the API channel."""
        config: dict[str, JsonValue] = {"secret": SECRET, "webhook_url": webhook_url}
        body = InboxBody(name=name, channel="api", config=config, bot_enabled=bot_enabled, settle_ms=settle_ms)
        deps = self.process.deps
        async with deps.database.transaction(self.account_id) as session:
            inbox, _ = await actions.create_inbox(session, deps.keyring, self.account_id, body, settle=timedelta(0))
            return ApiInbox(inbox.id, inbox.identifier)

    async def change_inbox(self, inbox: ApiInbox, **changes: object) -> None:
        """Change an inbox as an administrator does."""
        deps = self.process.deps
        async with deps.database.transaction(self.account_id) as session:
            row = await session.get_one(Inbox, (self.account_id, inbox.id))
            await actions.change_inbox(session, deps.keyring, row, InboxChange.model_validate(changes))

    async def post(self, body: bytes, headers: dict[str, str], inbox: ApiInbox | None = None) -> httpx.Response:
        """A raw call."""
        return await self.http.post(f"/v1/hooks/api/{(inbox or self.inbox).identifier}", content=body, headers=headers)

    async def send(self, body: JsonValue, inbox: ApiInbox | None = None) -> httpx.Response:
        """A signed call."""
        content = orjson.dumps(body)
        return await self.post(content, sign(content), inbox)

    async def say(
        self, external_id: str, content: str, source_id: str = "c-1", inbox: ApiInbox | None = None, **more: JsonValue
    ) -> None:
        """A customer writes."""
        body: Row = {"id": external_id, "source_id": source_id, "content": content, **more}
        answer = await self.send(body, inbox)
        assert answer.status_code == 200, answer.text

    def turner(self, name: str, *, batch: int = 32) -> Turner:
        """Another worker's turns."""
        found = self.process.deps.get
        return Turner(
            self.process.road,
            self.process.signals,
            found(PackShelf),
            found(Gateway),
            clock=self.process.deps.clock,
            deliverer=self.process.deliverer,
            batch=batch,
            name=name,
            arbiter=found(Arbiter),
            knowledge=found(KnowledgeCalls),
        )

    def deliverer(self, name: str, *, batch: int = 64) -> Deliverer:
        """Another worker's deliveries."""
        found = self.process.deps.get
        return Deliverer(
            self.process.road, self.process.signals, found(LiveConnectors), found(Links), batch=batch, name=name
        )

    async def take_turns(self) -> int:
        """Take turns until none is due; says how many."""
        count = 0
        while done := await self.process.turner.step():
            await self.process.turner.drain()
            count += done
        return count

    async def deliver(self) -> int:
        """Deliver until nothing is due; says how many attempts."""
        count = 0
        while done := await self.process.deliverer.step():
            count += done
        return count

    async def make_due(self) -> None:
        """Let the time until the next attempts pass."""
        await self.rows("update delivery set next_attempt_at = now() where status = 'pending'")

    async def texts(self, source_id: str = "c-1") -> list[tuple[JsonValue, JsonValue]]:
        """The conversation with a customer: type and content, in order."""
        found = await self.rows(
            """select m.message_type, m.content from message m
               join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
               join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id
               where ci.source_id = %s order by c.id, m.seq""",
            source_id,
        )
        return [(row["message_type"], row["content"]) for row in found]


def settings(
    folder: Path,
    allow: Sequence[str] = ("127.0.0.1",),
    llm: LlmSettings | None = None,
    *,
    scan: ScanSettings | None = None,
    transcription: TranscriptionSettings | None = None,
) -> Settings:
    """A process's settings; `allow` opens private addresses to outgoing calls; `llm` is the language model's."""
    return Settings(
        data_dir=folder,
        secret_key=SecretStr(KEY),
        web=WebSettings(public_url=accounts.PUBLIC_URL),
        http=HttpSettings(allow_private=tuple(allow)),
        llm=llm or LlmSettings(),
        scan=scan or ScanSettings(),
        transcription=transcription or TranscriptionSettings(),
    )


@asynccontextmanager
async def opened(
    urls: ServerUrls,
    folder: Path,
    models: Path,
    *,
    allow: Sequence[str] = ("127.0.0.1",),
    bot_enabled: bool = True,
    llm: LlmSettings | None = None,
    scan: ScanSettings | None = None,
    transcription: TranscriptionSettings | None = None,
) -> AsyncIterator[RoadStage]:
    """A process with its door open, an account and an API inbox; turns and deliveries are stepped by the test."""
    if not (folder / "models").exists():
        (folder / "models").symlink_to(models)
    async with AsyncExitStack() as stack:
        made = settings(folder, allow, llm, scan=scan, transcription=transcription)
        process = await stack.enter_async_context(processes.opened(made, urls.url))
        process.shelf.put(packs_with_models.ready("retail"))
        app = create_app(process.deps, upload_bytes=1024 * 1024)
        door = asyncio.create_task(process.door.run())
        stack.push_async_callback(_end, door)
        stage = RoadStage(
            process=process,
            app=app,
            http=await stack.enter_async_context(accounts.open_client(app)),
            urls=urls,
            account_id=await accounts.make_account(process.deps.database),
            inbox=ApiInbox(0, ""),
            models=models,
        )
        stage.inbox = await stage.make_inbox(bot_enabled=bot_enabled)
        yield stage


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
