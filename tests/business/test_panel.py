"""What agents read and do beside a conversation under their own rights; the log in the customer's words."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from kaitak.business import telling
from kaitak.business.deeds import DEED_NAMES
from kaitak.business.facts import READS
from kaitak.business.gateway import Gateway
from kaitak.business.models import BusinessAccessLog
from kaitak.core.http import OutgoingHttp
from kaitak.db.session import Database
from tests.business.test_endpoints import LOG, connect, identify
from tests.business.unruly import Unruly
from tests.demo.erp_server import RunningErp
from tests.factories import stage as stages
from tests.factories.stage import Stage

CANCEL = {"action": "cancel_order", "order_no": "HK25-100235", "reason": "改變主意"}


@pytest.fixture
async def stage(fresh_database: Database, tmp_path: Path, http: OutgoingHttp) -> AsyncIterator[Stage]:
    async with stages.opened(fresh_database, tmp_path) as stage:
        gateway = Gateway(fresh_database, stage.deps.keyring, http)
        stage.deps = replace(stage.deps, attached={**stage.deps.attached, Gateway: gateway, OutgoingHttp: http})
        stage.app.state.deps = stage.deps
        yield stage


@pytest.fixture
async def panel(stage: Stage, relay: Unruly, erp: RunningErp) -> str:
    """The panel's address beside a proven customer's conversation; the order to cancel is packed and not sent."""
    with psycopg.connect(erp.dsn) as database:
        database.execute("delete from deeds")
        database.execute("update orders set status = 'packing' where order_no = 'HK25-100235'")
    await connect(stage, relay.url)
    customer, number = await stage.conversation()
    await identify(stage, customer)
    return stage.path(f"/conversations/{number}/business")


async def test_panel_shows_every_kind_of_facts_with_its_age(stage: Stage, panel: str) -> None:
    body = (await stage.admin.get(f"{panel}/facts")).json()
    assert set(body) == {"service_records", "returns", "invoices", "points", "policies", "claims", "premiums"}
    assert {one["error"] for one in body.values()} == {None}
    assert body["service_records"]["facts"][0]["kind"] == "維修"
    assert (body["points"]["source"], body["points"]["stale"]) == ("live", False)
    assert body["policies"]["facts"] == []


async def test_deed_needs_its_own_confirmation_and_happens_once(stage: Stage, panel: str, relay: Unruly) -> None:
    prepared = (await stage.admin.post(f"{panel}/deeds/prepare", json={"deed": CANCEL})).json()
    assert relay.deeds == 0
    confirmed = {name: prepared[name] for name in ("deed", "key", "token")}
    for wrong in (
        {"token": "1.abc"},
        {"key": "user:1:other-key"},
        {"deed": {**CANCEL, "order_no": "HK25-100234"}},
    ):
        answer = await stage.admin.post(f"{panel}/deeds", json={**confirmed, **wrong})
        assert (answer.status_code, answer.json()["code"]) == (422, "business_confirmation_invalid")
    assert relay.deeds == 0
    for _ in range(2):
        answer = await stage.admin.post(f"{panel}/deeds", json=confirmed)
        assert answer.json() == {"key": prepared["key"], "outcome": "done", "reason": None, "reference": None}
    assert relay.deeds == 1
    assert (await stage.admin.get(f"{panel}/deeds/{prepared['key']}")).json()["outcome"] == "done"
    assert (await stage.admin.get(f"{panel}/deeds/unknown-key")).status_code == 404


async def test_lost_answer_is_told_as_unknown_and_found_out_later(stage: Stage, panel: str, relay: Unruly) -> None:
    prepared = (await stage.admin.post(f"{panel}/deeds/prepare", json={"deed": CANCEL})).json()
    relay.mood = "lose_answer"
    body = {name: prepared[name] for name in ("deed", "key", "token")}
    assert (await stage.admin.post(f"{panel}/deeds", json=body)).json()["outcome"] == "unknown"
    relay.mood = "well"
    assert (await stage.admin.get(f"{panel}/deeds/{prepared['key']}")).json()["outcome"] == "done"
    assert relay.deeds == 1


@pytest.mark.parametrize(
    "deed",
    [
        {"action": "drop_tables"},
        {"action": "cancel_order"},
        {**CANCEL, "surprise": 1},
        {"action": "update_contact"},
        {"action": "update_contact", "phone": "1234"},
        {"action": "change_payment_method", "policy_no": "K", "method": "4111111111111111"},
    ],
)
async def test_deed_that_cannot_be_is_refused(stage: Stage, panel: str, deed: dict[str, object]) -> None:
    assert (await stage.admin.post(f"{panel}/deeds/prepare", json={"deed": deed})).status_code == 422


async def test_staff_check_an_unproven_customers_order(stage: Stage, relay: Unruly) -> None:
    await connect(stage, relay.url)
    _, number = await stage.conversation()
    path = stage.path(f"/conversations/{number}/business")
    assert (await stage.admin.get(f"{path}/facts")).json()["returns"]["error"] == "not_permitted"
    wrong = await stage.admin.post(f"{path}/check_order", json={"order_no": "HK25-100234", "phone_tail": "9999"})
    assert wrong.json() == {"order": None}
    right = await stage.admin.post(f"{path}/check_order", json={"order_no": "HK25-100234", "phone_tail": "1234"})
    assert right.json()["order"]["total"] == "1575.00"
    assert [order["order_no"] for order in (await stage.admin.get(path)).json()["orders"]] == ["HK25-100234"]
    for _ in range(4):
        await stage.admin.post(f"{path}/check_order", json={"order_no": "HK25-100234", "phone_tail": "0000"})
    limited = await stage.admin.post(f"{path}/check_order", json={"order_no": "HK25-100234", "phone_tail": "1234"})
    assert (limited.status_code, limited.json()["code"]) == (429, "business_check_limit")


async def test_agent_of_another_inbox_reads_and_does_nothing(stage: Stage, panel: str) -> None:
    assert (await stage.agent_http.get(f"{panel}/facts")).status_code == 404
    answer = await stage.agent_http.post(f"{panel}/deeds/prepare", json={"deed": CANCEL})
    assert answer.status_code == 404


async def test_log_tells_the_customer_in_their_language_and_names_no_staff(stage: Stage, panel: str) -> None:
    prepared = (await stage.admin.post(f"{panel}/deeds/prepare", json={"deed": CANCEL})).json()
    await stage.admin.post(f"{panel}/deeds", json={name: prepared[name] for name in ("deed", "key", "token")})
    line = (await stage.admin.get(stage.path(LOG))).json()["payload"][0]
    assert line["told"] == {
        "zh-HK": "客戶服務員取消訂單 HK25-100235：已完成",
        "zh-Hans": "客户服务员取消订单 HK25-100235：已完成",
        "en": "A member of staff: cancellation of the order HK25-100235 (done)",
    }
    shown = (await stage.admin.get(f"{panel}/access_log")).json()["payload"]
    assert (set(shown[0]), shown[0]["told"]) == ({"id", "at", "outcome", "told"}, line["told"])
    assert (await stage.agent_http.get(f"{panel}/access_log")).status_code == 404


def test_every_action_and_every_outcome_has_words() -> None:
    assert {*READS, *DEED_NAMES} <= telling.known_actions()
    checks = [
        str(one.sqltext)
        for one in BusinessAccessLog.metadata.tables["business_access_log"].constraints
        if hasattr(one, "sqltext")
    ]
    assert all(f"'{outcome}'" in checks[0] for outcome in telling.known_outcomes())
    assert checks[0].count("'") == 2 * len(telling.known_outcomes())
