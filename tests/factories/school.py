"""Makes a school for tests of learning: a road whose shelf holds a small pack, its people, jobs on request."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
from pydantic import JsonValue

from kaitak.accounts.policy import Role
from kaitak.api.deps import Deps
from kaitak.app import create_app
from kaitak.bot.pack_shelf import PackShelf
from kaitak.bot.turns import Turner
from kaitak.business.gateway import Gateway
from kaitak.db.urls import ServerUrls
from kaitak.jobs import queue
from kaitak.jobs.queue import JobDeps
from tests.factories import accounts
from tests.factories import road as roads
from tests.factories.accounts import Member
from tests.factories.road import RoadStage


@dataclass
class School:
    """Everything that a test of learning needs."""

    road: RoadStage
    deps: Deps
    shelf: PackShelf
    administrator: Member
    supervisor: Member
    admin: httpx.AsyncClient
    supervisor_http: httpx.AsyncClient

    def path(self, rest: str) -> str:
        """An address of the API of models."""
        return f"/api/v1/accounts/{self.road.account_id}/nlu{rest}"

    async def post(self, rest: str, **body: JsonValue) -> httpx.Response:
        """Ask as the administrator."""
        return await self.admin.post(self.path(rest), json=body)

    async def get(self, rest: str, **query: str) -> Any:
        """Read as the administrator."""
        answer = await self.admin.get(self.path(rest), params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def upload(self, content: bytes, *, dry_run: bool = True, name: str = "lines.csv") -> httpx.Response:
        """Send a file of training lines."""
        return await self.admin.post(
            self.path("/examples/import"),
            files={"file": (name, content, "text/csv")},
            data={"pack": "retail", "dry_run": str(dry_run).lower()},
        )

    @property
    def job_deps(self) -> JobDeps:
        return JobDeps(database=self.deps.database, clock=self.deps.clock, attached=self.deps.attached)

    async def do_jobs(self) -> None:
        """Do what waits."""
        await queue.run_until_idle(self.deps.database.dsn, self.job_deps)

    async def train(self) -> int:
        """Train a version; its id."""
        asked = await self.post("/models", pack="retail")
        assert asked.status_code == 202, asked.text
        await self.do_jobs()
        job = await self.get(f"/jobs/{asked.json()['id']}")
        assert job["status"] == "done", job
        return int(job["result"]["model_id"])

    def turner(self) -> Turner:
        """A worker's turns with this shelf."""
        process = self.road.process
        gateway = process.deps.get(Gateway)
        return Turner(
            process.road,
            process.signals,
            self.shelf,
            gateway,
            clock=self.deps.clock,
            deliverer=process.deliverer,
            batch=8,
            name="school",
        )


@asynccontextmanager
async def opened(urls: ServerUrls, folder: Path, places: tuple[Path, Path]) -> AsyncIterator[School]:
    """A school over a database of real commits; `places`: where models and the small pack lie."""
    models, pack_folder = places
    async with AsyncExitStack() as stack:
        road = await stack.enter_async_context(roads.opened(urls, folder, models))
        base = road.process.deps
        shelf = PackShelf(models, base.database, folder_of=lambda _: pack_folder)
        deps = replace(base, attached={**base.attached, PackShelf: shelf})
        app = create_app(deps, upload_bytes=1024)
        administrator = await accounts.make_member(deps.database, road.account_id, Role.ADMINISTRATOR)
        supervisor = await accounts.make_member(deps.database, road.account_id, Role.SUPERVISOR)
        yield School(
            road=road,
            deps=deps,
            shelf=shelf,
            administrator=administrator,
            supervisor=supervisor,
            admin=await stack.enter_async_context(accounts.signed_in(app, administrator)),
            supervisor_http=await stack.enter_async_context(accounts.signed_in(app, supervisor)),
        )
