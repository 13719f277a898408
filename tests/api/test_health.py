"""What machines ask: alive, ready, measurements."""

from __future__ import annotations

import httpx
from sqlalchemy import text

from kaitak.db.session import Database
from kaitak.db.urls import ServerUrls, replaced
from tests.factories import accounts, web
from tests.factories.accounts import SetClock


async def test_alive_and_ready(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    assert (await client.get("/readyz")).json() == {"status": "ok"}


async def test_alive_but_not_ready_without_a_database(worker_urls: ServerUrls, clock: SetClock) -> None:
    database = Database.connect(replaced(worker_urls.url, dbname="nowhere"))
    async with database, accounts.open_client(web.make_app(web.make_deps(database, clock))) as client:
        assert (await client.get("/healthz")).status_code == 200
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")


async def test_not_ready_with_another_schema(fresh_urls: ServerUrls, clock: SetClock) -> None:
    async with Database.connect(fresh_urls.admin_url or "") as owner, owner.transaction() as session:
        await session.execute(text("update alembic_version set version_num = 'old'"))
    database = Database.connect(fresh_urls.url)
    async with database, accounts.open_client(web.make_app(web.make_deps(database, clock))) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["code"]) == (503, "not_ready")
    assert "kaitak migrate" in answer.json()["detail"]


async def test_measurements_name_routes_by_their_template(client: httpx.AsyncClient) -> None:
    await client.get("/api/v1/accounts/987654321/teams")
    await client.get("/no-such-path-123")
    measured = (await client.get("/metrics")).text
    assert 'route="/api/v1/accounts/{account_id}/teams"' in measured
    assert "987654321" not in measured
    assert "no-such-path-123" not in measured
