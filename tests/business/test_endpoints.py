"""Administration of connections over HTTP, the access log, and the customer beside a conversation."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from kaitak.accounts.policy import Role
from kaitak.business import registry
from kaitak.business.contract import Access, Audience, BusinessNotPermittedError
from kaitak.business.gateway import Gateway
from kaitak.conversations.models import Conversation
from kaitak.core.http import OutgoingHttp
from kaitak.db.session import Database
from kaitak.demo.erp.world import MEI_LING
from tests.business.unruly import Mood, Unruly
from tests.demo.erp_server import KEY
from tests.factories import accounts
from tests.factories import stage as stages
from tests.factories.stage import Customer, Stage

CONNECTIONS, LOG = "/business/connections", "/business/access_log"


@pytest.fixture
async def stage(fresh_database: Database, tmp_path: Path, http: OutgoingHttp) -> AsyncIterator[Stage]:
    async with stages.opened(fresh_database, tmp_path) as stage:
        gateway = Gateway(fresh_database, stage.deps.keyring, http)
        stage.deps = replace(stage.deps, attached={**stage.deps.attached, Gateway: gateway, OutgoingHttp: http})
        stage.app.state.deps = stage.deps
        yield stage


async def connect(stage: Stage, url: str, name: str = "ERP") -> int:
    body = {"name": name, "connector": "demo_erp", "config": {"base_url": url, "api_key": KEY}}
    answer = await stage.admin.post(stage.path(CONNECTIONS), json=body)
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def test_connection_is_tested_then_saved_and_never_shows_its_secret(stage: Stage, relay: Unruly) -> None:
    await connect(stage, relay.url)
    listed = await stage.admin.get(stage.path(CONNECTIONS))
    (shown,) = listed.json()["payload"]
    assert shown["config"] == {"base_url": relay.url, "api_key": registry.MASK}
    assert shown["system_name"] == "啟德百貨 ERP（示範）"
    assert KEY not in listed.text
    kinds = (await stage.admin.get(stage.path("/business/connectors"))).json()["payload"]
    assert kinds[0]["config_schema"]["properties"]["api_key"]["writeOnly"] is True


@pytest.mark.parametrize("mood", ["error", "garbage", "hang_up"])
async def test_system_that_does_not_answer_is_not_saved(stage: Stage, relay: Unruly, mood: Mood) -> None:
    relay.mood = mood
    config = {"base_url": relay.url, "api_key": KEY}
    body = {"name": "ERP", "connector": "demo_erp", "config": config}
    answer = await stage.admin.post(stage.path(CONNECTIONS), json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "business_test_failed")
    tried = await stage.admin.post(stage.path(f"{CONNECTIONS}/test"), json={"connector": "demo_erp", "config": config})
    assert tried.status_code == 422
    assert (await stage.admin.get(stage.path(CONNECTIONS))).json()["payload"] == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"config": {"base_url": "http://10.0.0.1/", "api_key": KEY}}, "business_test_failed"),
        ({"config": {"base_url": "http://169.254.169.254/", "api_key": KEY}}, "business_test_failed"),
        ({"config": {"base_url": "ftp://x/", "api_key": KEY}}, "business_config_invalid"),
        ({"config": {"base_url": "http://127.0.0.1:1/"}}, "business_config_invalid"),
        ({"config": {"base_url": "http://127.0.0.1:1/", "api_key": "short"}}, "business_config_invalid"),
        ({"connector": "sap"}, "business_connector_unknown"),
        ({"name": " "}, "invalid"),
        ({"surprise": 1}, "invalid"),
    ],
)
async def test_unusable_settings_are_refused_without_repeating_them(
    stage: Stage, relay: Unruly, changes: dict[str, object], code: str
) -> None:
    body = {"name": "ERP", "connector": "demo_erp", "config": {"base_url": relay.url, "api_key": KEY}, **changes}
    answer = await stage.admin.post(stage.path(CONNECTIONS), json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert KEY not in answer.text
    assert "short" not in answer.json()["detail"].replace("shorter", "")


async def test_wrong_key_fails_the_test(stage: Stage, relay: Unruly) -> None:
    config = {"base_url": relay.url, "api_key": "another key, long enough"}
    answer = await stage.admin.post(stage.path(f"{CONNECTIONS}/test"), json={"connector": "demo_erp", "config": config})
    assert "refuses the API key" in answer.json()["detail"]


async def test_change_keeps_the_secret_only_while_the_address_stays(stage: Stage, relay: Unruly) -> None:
    number = await connect(stage, relay.url)
    one = stage.path(f"{CONNECTIONS}/{number}")
    renamed = await stage.admin.patch(one, json={"name": "Shop ERP", "config": {"api_key": registry.MASK}})
    assert renamed.json()["name"] == "Shop ERP"
    moved = await stage.admin.patch(one, json={"config": {"base_url": "http://127.0.0.1:9"}})
    assert (moved.status_code, moved.json()["code"]) == (422, "business_config_invalid")
    assert relay.requests == 4


async def test_every_change_is_in_the_audit_log_without_the_secret(stage: Stage, relay: Unruly) -> None:
    number = await connect(stage, relay.url)
    await stage.admin.patch(stage.path(f"{CONNECTIONS}/{number}"), json={"name": "Old ERP"})
    await stage.admin.delete(stage.path(f"{CONNECTIONS}/{number}"))
    answer = await stage.admin.get(stage.path("/audit_logs"))
    lines = [line for line in answer.json()["payload"] if line["target_type"] == "business_connection"]
    assert [line["action"].partition(".")[2] for line in lines] == ["removed", "changed", "created"]
    assert lines[1]["details"] == {"name": "Old ERP", "changed": "name"}
    assert KEY not in answer.text


async def test_one_enabled_connection_a_time_and_names_are_unique(stage: Stage, relay: Unruly) -> None:
    number = await connect(stage, relay.url)
    second = {"name": "Other", "connector": "demo_erp", "config": {"base_url": relay.url, "api_key": KEY}}
    refused = await stage.admin.post(stage.path(CONNECTIONS), json=second)
    assert (refused.status_code, refused.json()["code"]) == (409, "business_already_connected")
    same = await stage.admin.post(stage.path(CONNECTIONS), json={**second, "name": "ERP", "enabled": False})
    assert (same.status_code, same.json()["code"]) == (409, "business_connection_name_taken")
    await stage.admin.patch(stage.path(f"{CONNECTIONS}/{number}"), json={"enabled": False})
    assert (await stage.admin.post(stage.path(CONNECTIONS), json=second)).status_code == 201


async def test_only_administrators_of_the_account_manage_connections(stage: Stage, relay: Unruly) -> None:
    number = await connect(stage, relay.url)
    supervisor = await accounts.make_member(stage.database, stage.account_id, Role.SUPERVISOR)
    elsewhere = await accounts.make_account(stage.database, "Elsewhere")
    stranger = await accounts.make_member(stage.database, elsewhere, Role.ADMINISTRATOR)
    async with accounts.signed_in(stage.app, supervisor) as one, accounts.signed_in(stage.app, stranger) as other:
        for client, status in ((stage.agent_http, 403), (one, 403), (other, 404)):
            for method, path in (
                ("GET", CONNECTIONS),
                ("GET", LOG),
                ("DELETE", f"{CONNECTIONS}/{number}"),
                ("PATCH", f"{CONNECTIONS}/{number}"),
            ):
                answer = await client.request(method, stage.path(path), json={} if method == "PATCH" else None)
                assert answer.status_code == status, (method, path)
        own = f"/api/v1/accounts/{elsewhere}{CONNECTIONS}/{number}"
        assert (await other.delete(own)).status_code == 404
    assert (await stage.admin.delete(stage.path(f"{CONNECTIONS}/{number}"))).status_code == 204
    assert (await stage.admin.delete(stage.path(f"{CONNECTIONS}/{number}"))).status_code == 404


async def test_proven_customers_orders_stand_beside_the_conversation_and_the_look_is_logged(
    stage: Stage, relay: Unruly
) -> None:
    await connect(stage, relay.url)
    customer, number = await stage.conversation()
    await identify(stage, customer)
    body = (await stage.admin.get(stage.path(f"/conversations/{number}/business"))).json()
    assert body["error"] is None
    assert body["identity"] == {"verified": True, "evidence": "signed_identity"}
    assert body["profile"]["phone"] == "+85260001234"
    assert [order["order_no"] for order in body["orders"]][:2] == ["HK25-100235", "HK25-100234"]
    assert body["orders"][1]["total"] == "1575.00"
    assert (body["source"], body["stale"]) == ("live", False)
    page = (await stage.admin.get(stage.path(LOG), params={"limit": 1})).json()
    assert page["payload"][0]["actor"] == f"user:{stage.administrator.user_id}"
    assert (page["payload"][0]["behalf"], page["payload"][0]["action"]) == (MEI_LING, "snapshot")


async def test_unproven_customer_shows_only_the_order_that_was_checked_in_the_conversation(
    stage: Stage, relay: Unruly
) -> None:
    await connect(stage, relay.url)
    customer, number = await stage.conversation()
    path = stage.path(f"/conversations/{number}/business")
    before = (await stage.admin.get(path)).json()
    assert (before["error"], before["orders"], before["profile"]) == ("not_permitted", None, None)
    await _look_up(stage, number, "HK25-100234")
    assert (await stage.admin.get(path)).json()["orders"] is None
    checked = {"order_no": "HK25-100234", "phone_tail": "1234"}
    assert (await stage.admin.post(f"{path}/check_order", json=checked)).json()["order"]
    after = (await stage.admin.get(path)).json()
    assert [order["order_no"] for order in after["orders"]] == ["HK25-100234"]
    assert after["profile"] is None
    assert customer.token is not None


async def test_agent_of_another_inbox_sees_neither_conversation_nor_customer(stage: Stage, relay: Unruly) -> None:
    await connect(stage, relay.url)
    _, number = await stage.conversation()
    assert (await stage.agent_http.get(stage.path(f"/conversations/{number}/business"))).status_code == 404
    assert (await stage.admin.get(stage.path("/conversations/999/business"))).status_code == 404


async def test_access_log_pages_to_its_end(stage: Stage, relay: Unruly) -> None:
    await connect(stage, relay.url)
    _, number = await stage.conversation()
    for order in range(100150, 100155):
        await _look_up(stage, number, f"HK25-{order}")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = (await stage.admin.get(stage.path(LOG), params=params)).json()
        seen += [line["object"] for line in page["payload"]]
        cursor = page["meta"]["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"order:HK25-{order}" for order in range(100154, 100149, -1)]
    assert (await stage.admin.get(stage.path(LOG), params={"cursor": "nonsense"})).status_code == 422


async def identify(stage: Stage, customer: Customer) -> None:
    secret = stage.inbox.secrets["identity_secret"]
    proof = hmac.new(secret.encode(), MEI_LING.encode(), hashlib.sha256).hexdigest()
    answer = await customer.post("identify", identifier=MEI_LING, identifier_hash=proof, name="陳美玲")
    assert answer.status_code == 200, answer.text


async def _look_up(stage: Stage, number: int, order_no: str) -> None:
    """What the bot does for a visitor who names an order."""
    async with stage.database.transaction(stage.account_id) as session:
        statement = select(Conversation.id).where(
            Conversation.account_id == stage.account_id, Conversation.display_id == number
        )
        conversation_id = await session.scalar(statement)
    access = Access(audience=Audience.VISITOR, conversation_id=conversation_id)
    with contextlib.suppress(BusinessNotPermittedError):
        await stage.deps.get(Gateway).get_order(stage.account_id, order_no, access)
