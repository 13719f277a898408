"""The language model over HTTP: its switch and budget, by administrators, within the operator's limits, recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from kaitak.accounts.policy import Role
from kaitak.core.settings import LlmSettings
from kaitak.db.urls import ServerUrls
from tests.factories import accounts
from tests.factories import road as roads
from tests.factories.road import RoadStage

OFFER = LlmSettings(
    url="https://llm.example/v1",
    key=SecretStr("sk-test-0123456789abcdef"),
    model="qwen-plus",
    price_input=Decimal("0.4"),
    price_output=Decimal("1.2"),
    daily_tokens=50_000,
    daily_cost=Decimal("0.5"),
)


@dataclass
class Office:
    """An account's people at their browsers."""

    road: RoadStage
    admin: httpx.AsyncClient
    supervisor: httpx.AsyncClient
    agent: httpx.AsyncClient

    def path(self, rest: str = "") -> str:
        return f"/api/v1/accounts/{self.road.account_id}/language_model{rest}"

    async def get(self, rest: str = "") -> Any:
        answer = await self.admin.get(self.path(rest))
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def change(self, **body: bool | int | None) -> httpx.Response:
        return await self.admin.patch(self.path(), json=body)


async def office_of(stack: AsyncExitStack, road: RoadStage) -> Office:
    database = road.process.deps.database
    clients = []
    for role in (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.AGENT):
        member = await accounts.make_member(database, road.account_id, role)
        clients.append(await stack.enter_async_context(accounts.signed_in(road.app, member)))
    return Office(road, *clients)


@pytest.fixture
async def office(fresh_urls: ServerUrls, tmp_path: Path, models: Path) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        road = await stack.enter_async_context(roads.opened(fresh_urls, tmp_path, models, llm=OFFER))
        yield await office_of(stack, road)


async def test_it_is_off_until_somebody_switches_it_on(office: Office) -> None:
    view = await office.get()
    today = view.pop("today")
    assert today.pop("day")
    assert set(today.values()) == {0}
    assert view == {
        "offer": {
            "model": "qwen-plus", "currency": "USD", "timeout_ms": 2000, "price_input": "0.4", "price_output": "1.2",
            "daily_limit": {"tokens": 50_000, "cost_micros": 500_000},
        },
        "enabled": False, "daily_tokens": None, "daily_cost_micros": None, "limit": None, "updated_at": None,
    }  # fmt: skip
    assert await office.get("/usage") == {"payload": []}


async def test_switch_and_budget_are_kept_apart_and_recorded(office: Office) -> None:
    on = (await office.change(enabled=True)).json()
    assert (on["enabled"], on["limit"]) == (True, {"tokens": 50_000, "cost_micros": 500_000})
    less = (await office.change(daily_tokens=1000, daily_cost_micros=20_000)).json()
    assert (less["enabled"], less["limit"]) == (True, {"tokens": 1000, "cost_micros": 20_000})
    back = (await office.change(daily_tokens=None)).json()
    assert (back["daily_tokens"], back["daily_cost_micros"]) == (None, 20_000)
    off = (await office.change(enabled=False)).json()
    assert (off["enabled"], off["limit"], off["daily_cost_micros"]) == (False, None, 20_000)
    assert await office.get() == off
    lines = await office.road.rows(
        "select details, user_id from audit_log where action = 'language_model.changed' order by id"
    )
    assert [line["details"] for line in lines] == [
        {"enabled": True, "daily_tokens": None, "daily_cost_micros": None},
        {"enabled": True, "daily_tokens": 1000, "daily_cost_micros": 20_000},
        {"enabled": True, "daily_tokens": None, "daily_cost_micros": 20_000},
        {"enabled": False, "daily_tokens": None, "daily_cost_micros": 20_000},
    ]
    assert all(line["user_id"] for line in lines)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"daily_tokens": 50_001}, "language_model_budget_too_large"),
        ({"daily_cost_micros": 500_001}, "language_model_budget_too_large"),
        ({"daily_tokens": -1}, "invalid"),
        ({"daily_tokens": 10**30}, "invalid"),
        ({"enabled": "perhaps"}, "invalid"),
        ({"model": "other"}, "invalid"),
        ({"url": "http://169.254.169.254/"}, "invalid"),
    ],
)
async def test_what_cannot_be_is_refused_and_changes_nothing(office: Office, body: dict[str, Any], code: str) -> None:
    answer = await office.change(**body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (await office.get())["updated_at"] is None


async def test_supervisors_look_administrators_change_agents_do_neither(office: Office) -> None:
    assert (await office.supervisor.get(office.path())).status_code == 200
    assert (await office.supervisor.get(office.path("/usage"))).status_code == 200
    assert (await office.supervisor.patch(office.path(), json={"enabled": True})).status_code == 403
    assert (await office.agent.get(office.path())).status_code == 403
    assert (await office.agent.get(office.path("/usage"))).status_code == 403


async def test_neither_address_nor_key_is_ever_shown(office: Office) -> None:
    for answer in (await office.admin.get(office.path()), await office.change(enabled=True)):
        assert "llm.example" not in answer.text
        assert "sk-test" not in answer.text


async def test_usage_is_the_accounts_own_and_the_latest_first(office: Office) -> None:
    other = await accounts.make_account(office.road.process.deps.database, "Other")
    today = (await office.get())["today"]["day"]
    add = """insert into language_model_usage (account_id, day, calls, chosen, declined, failed, tokens, cost_micros)
             values (%s, %s::date - %s::int, %s, 1, 2, 3, 400, 50)"""
    for account_id, ago, calls in ((office.road.account_id, 0, 6), (office.road.account_id, 3, 7), (other, 0, 99)):
        await office.road.rows(add, account_id, today, ago, calls)
    assert [day["calls"] for day in (await office.get("/usage"))["payload"]] == [6, 7]
    assert [day["calls"] for day in (await office.get("/usage?days=3"))["payload"]] == [6]
    assert (await office.get())["today"] == {
        "day": today, "calls": 6, "chosen": 1, "none": 2, "failed": 3, "tokens": 400, "cost_micros": 50,
    }  # fmt: skip
    database = office.road.process.deps.database
    async with database.transaction(other) as session:
        seen = await session.connection()
        for table in ("language_model_usage", "language_model_terms"):
            found = (await seen.exec_driver_sql(f"select distinct account_id from {table}")).scalars().all()
            assert set(found) <= {other}


async def test_without_an_offer_it_cannot_be_switched_on_but_off(road: RoadStage) -> None:
    async with AsyncExitStack() as stack:
        office = await office_of(stack, road)
        assert (await office.get())["offer"] is None
        refused = await office.change(enabled=True)
        assert (refused.status_code, refused.json()["code"]) == (409, "language_model_missing")
        assert (await office.change(enabled=False)).status_code == 200
