"""The demo ERP: what it answers, whom it refuses, how orders move on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import httpx
import psycopg
import pytest

from kaitak.business.connectors.demo_erp import wire
from kaitak.db.urls import ServerUrls
from kaitak.demo.erp import insurer, tables, world
from tests.demo import erp_server
from tests.demo.erp_server import RunningErp

KEYED = {"Authorization": f"Bearer {erp_server.KEY}"}


@pytest.fixture
def api(erp: RunningErp) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=erp.url, headers=KEYED) as client:
        yield client


def test_order_of_the_walk_through_is_shipped_and_arrives_tomorrow(api: httpx.Client) -> None:
    order = api.get("/api/orders/HK25-100234").json()
    assert order["status"] == "shipped"
    assert order["customer_ref"] == world.MEI_LING
    assert order["shipment"]["tracking_no"].startswith("SF")
    today = datetime.now(world.HONG_KONG).date()
    assert order["shipment"]["eta"] in {(today + timedelta(days=1)).isoformat(), today.isoformat()}
    assert wire.to_order(wire.WireOrder.model_validate(order)).total is not None


def test_health_needs_no_key(erp: RunningErp) -> None:
    assert httpx.get(f"{erp.url}/health").json()["status"] == "ok"


@pytest.mark.parametrize("header", [None, "Bearer wrong", "Basic abc", f"Bearer {erp_server.KEY}x", "Bearer"])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/api/orders/HK25-100234"),
        ("GET", "/api/customers?ref=KT100001"),
        ("GET", "/api/customers/KT100001/orders"),
        ("PATCH", "/api/orders/HK25-100234"),
        ("GET", "/api/customers/KT100001/facts/returns"),
        ("GET", "/api/orders/HK25-100234/facts/delivery"),
        ("GET", "/api/stock/KT-AU-2101"),
        ("POST", "/api/deeds"),
        ("GET", "/api/deeds/some-key-1"),
    ],
)
def test_api_refuses_who_has_no_key(erp: RunningErp, method: str, path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    assert httpx.request(method, erp.url + path, headers=headers, json={"status": "paid"}).status_code == 401


def test_customer_is_found_by_email_in_any_case_and_by_phone(api: httpx.Client) -> None:
    by_email = api.get("/api/customers", params={"email": "MeiLing.Chan@example.com"}).json()["customers"]
    by_phone = api.get("/api/customers", params={"phone": "+85260001234"}).json()["customers"]
    assert [one["ref"] for one in by_email] == [one["ref"] for one in by_phone] == [world.MEI_LING]
    assert api.get("/api/customers", params={"email": "x' or 1=1 --"}).json() == {"customers": []}


def test_orders_of_a_customer_come_newest_first(api: httpx.Client) -> None:
    orders = api.get("/api/customers/KT100001/orders", params={"limit": 3}).json()["orders"]
    assert [one["order_no"] for one in orders] == ["HK25-100235", "HK25-100234", "HK25-100198"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/api/orders/HK25-999999", None, 404),
        ("GET", "/api/orders/" + "9" * 60, None, 422),
        ("GET", "/api/customers", None, 422),
        ("GET", "/api/customers/nobody/orders", None, 404),
        ("GET", "/api/customers/KT100001/orders?limit=0", None, 422),
        ("PATCH", "/api/orders/HK25-999999", {"status": "paid"}, 404),
        ("PATCH", "/api/orders/HK25-100234", {"status": "lost"}, 422),
        ("PATCH", "/api/orders/HK25-100234", {"status": "pending_payment"}, 409),
        ("PATCH", "/api/orders/HK25-100234", {"status": "shipped", "total": 1}, 422),
        ("PATCH", "/api/orders/HK25-100234", {}, 422),
        ("GET", "/api/customers/nobody/facts/returns", None, 404),
        ("GET", "/api/customers/KT100001/facts/secrets", None, 422),
        ("GET", "/api/orders/HK25-999999/facts/events", None, 404),
        ("GET", "/api/stock/KT-XX-0000", None, 404),
        ("GET", "/api/deeds/never-heard-of", None, 404),
        ("POST", "/api/deeds", {"key": "a-new-key-1", "customer_ref": "KT100001", "deed": {"action": "fly"}}, 422),
        ("POST", "/api/deeds", {"key": "short", "customer_ref": "KT100001", "deed": {}}, 422),
    ],
)
def test_wrong_requests_are_refused(
    api: httpx.Client, method: str, path: str, body: dict[str, object] | None, status: int
) -> None:
    assert api.request(method, path, json=body).status_code == status


def test_parcel_moves_on_with_its_order_and_repeating_changes_nothing(api: httpx.Client) -> None:
    moved = api.patch("/api/orders/HK25-100240", json={"status": "delivered"}).json()
    assert moved["status"] == moved["shipment"]["status"] == "delivered"
    assert moved["shipment"]["eta"] is None
    assert "簽收" in moved["shipment"]["last_event"]
    again = api.patch("/api/orders/HK25-100240", json={"status": "delivered"}).json()
    assert again == moved


def test_page_shows_orders_escapes_what_is_typed_and_steps_a_parcel(erp: RunningErp) -> None:
    page = httpx.get(f"{erp.url}/", params={"q": '"><script>alert(1)</script>'})
    assert "<script" not in page.text.lower()
    assert "script-src" not in page.headers["content-security-policy"]
    assert "default-src 'none'" in page.headers["content-security-policy"]
    found = httpx.get(f"{erp.url}/", params={"q": "HK25-100235"})
    assert "執貨中" in found.text
    forms = _forms(found.text)
    assert forms == ["/orders/HK25-100235/next?q=HK25-100235"]
    stepped = httpx.post(erp.url + forms[0], headers={"Origin": erp.url})
    assert stepped.status_code == 303
    assert "已寄出" in httpx.get(f"{erp.url}/", params={"q": "HK25-100235"}).text


def test_page_answers_only_under_this_machines_name_and_takes_only_its_own_forms(erp: RunningErp) -> None:
    assert httpx.get(f"{erp.url}/", headers={"Host": "evil.example"}).status_code == 403
    step = f"{erp.url}/orders/HK25-100234/next"
    assert httpx.post(step, headers={"Origin": "http://evil.example"}).status_code == 403
    assert httpx.post(step).status_code == 403


async def test_filling_happens_once_and_later_days_move_the_dates(server: ServerUrls) -> None:
    start = datetime(2026, 3, 1, 4, tzinfo=UTC)
    with erp_server.own_database(server) as dsn:
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
            assert await tables.prepare(connection, world.make(start), start)
            before = await _placed(connection)
            assert not await tables.prepare(connection, world.make(start), start + timedelta(hours=23))
            assert await _placed(connection) == before
            assert not await tables.prepare(connection, world.make(start), start + timedelta(days=3, hours=5))
            assert await _placed(connection) == before + timedelta(days=3)


def test_world_is_the_same_each_time_and_has_its_size() -> None:
    now = datetime(2026, 3, 1, 4, tzinfo=UTC)
    made = world.make(now)
    assert made == world.make(now)
    assert (len(made.customers), len(made.orders)) == (40, 120)
    assert all(isinstance(when, datetime) and when <= now for _, when, _ in made.events)


def test_worlds_further_facts_belong_to_its_customers_and_the_insurer_is_the_same_each_time() -> None:
    now = datetime(2026, 3, 1, 4, tzinfo=UTC)
    shop, other = world.make(now), insurer.make(now)
    assert other == insurer.make(now)
    assert (len(other.customers), len(other.policies), len(other.claims)) == (30, 40, 22)
    assert len(shop.deliveries) == len(shop.orders)
    for made in (shop, other):
        people = {row[0] for row in made.customers}
        tables_of_people = (made.service, made.returns, made.invoices, made.points, made.policies, made.claims)
        assert all(row[1] in people for rows in (*tables_of_people, made.premiums) for row in rows)


def test_key_of_another_deed_is_a_conflict(api: httpx.Client) -> None:
    body = {"key": "erp-test-key-1", "customer_ref": world.MEI_LING}
    first = api.post("/api/deeds", json={**body, "deed": {"action": "request_invoice", "order_no": "HK25-100162"}})
    assert first.json()["outcome"] == "done"
    other = api.post("/api/deeds", json={**body, "deed": {"action": "request_invoice", "order_no": "HK25-100198"}})
    assert other.status_code == 409


async def _placed(connection: psycopg.AsyncConnection[tuple[object, ...]]) -> datetime:
    cursor = await connection.execute("select placed_at from orders where order_no = 'HK25-100234'")
    row = await cursor.fetchone()
    assert row is not None
    assert isinstance(row[0], datetime)
    return row[0]


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.actions: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag == "form" and fields.get("method") == "post":
            self.actions.append(fields.get("action") or "")


def _forms(text: str) -> list[str]:
    parser = _Forms()
    parser.feed(text)
    return parser.actions
