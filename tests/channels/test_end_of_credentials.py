"""A platform says until when it takes our token: an administrator hears of it while there is time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import web
from pydantic import JsonValue

from kaitak.accounts.policy import Role
from kaitak.channels import actions, registry
from kaitak.channels.schemas import InboxBody
from kaitak.conversations import watching
from kaitak.db.urls import ServerUrls
from kaitak.jobs.queue import JobDeps
from tests.channels.test_contract import CASES
from tests.factories import accounts
from tests.factories import road as roads
from tests.factories.road import RoadStage
from tests.platforms import meta, server

END = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)


class Ending(meta.WhatsApp):
    """WhatsApp whose token ends, or one that may not ask about itself."""

    ends: JsonValue = None

    async def answer(self, request: web.Request) -> web.Response:
        if not request.path.endswith("/debug_token"):
            return await super().answer(request)
        self.require_token(request)
        if self.ends is None:
            return meta.failure(400, 100, "(#100) You must provide an app access token")
        return web.json_response({"data": self.ends})


@pytest.fixture
async def road(fresh_urls: ServerUrls, tmp_path: Path) -> AsyncIterator[RoadStage]:
    async with roads.opened(fresh_urls, tmp_path, tmp_path / "unused") as stage:
        yield stage


@pytest.mark.parametrize(
    ("told", "end"),
    [
        ({"expires_at": int(END.timestamp()), "data_access_expires_at": int((END + timedelta(1)).timestamp())}, END),
        ({"expires_at": 0, "data_access_expires_at": int(END.timestamp())}, END),
        ({"expires_at": 0, "is_valid": True}, None),
        ({"expires_at": "soon"}, None),
        (None, None),
    ],
)
async def test_end_of_a_token_is_kept_and_shown(road: RoadStage, told: JsonValue, end: datetime | None) -> None:
    platform = Ending()
    platform.ends = told
    async with server.running(platform):
        deps = road.process.deps
        config = {**CASES["whatsapp"].config, "api_base": platform.url}
        async with deps.database.transaction(road.account_id) as session:
            body = InboxBody(name="whatsapp", channel="whatsapp", config=config)
            inbox, _ = await actions.create_inbox(session, deps.keyring, road.account_id, body, settle=timedelta(0))
        await watching.watch(JobDeps(database=deps.database, clock=deps.clock, attached=deps.attached), road.account_id)
        member = await accounts.make_member(deps.database, road.account_id, Role.ADMINISTRATOR)
        async with accounts.signed_in(road.app, member) as agent:
            path = f"/api/v1/accounts/{road.account_id}/inboxes"
            shown = next(each for each in (await agent.get(path)).json()["payload"] if each["id"] == inbox.id)
            assert shown["paused_at"] is None
            assert shown["credentials_end_at"] == (end.isoformat().replace("+00:00", "Z") if end else None)
            if end is not None:
                renewed = await agent.patch(f"{path}/{inbox.id}", json={"config": config})
                assert renewed.json()["credentials_end_at"] is None  # until the next watch


def test_every_connector_of_meta_tells() -> None:
    tells = {name for name, kind in registry.CONNECTORS.items() if hasattr(kind, "expires_at")}
    assert tells == {"whatsapp", "messenger", "instagram"}
