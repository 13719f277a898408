"""What every connector must do, run over each of them against a program on loopback that speaks its language."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from importlib import resources

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from kaitak.business import mapped_reads, registry
from kaitak.business.connectors.rest import examples
from kaitak.business.contract import (
    BusinessConnector,
    BusinessNotFoundError,
    BusinessUnavailableError,
    CustomerFacts,
    FindsByAddress,
    Order,
)
from kaitak.business.deeds import Acts, CancelOrder, DeedResult, Outcome, ReadsFacts
from kaitak.business.errors import ConnectionConfigError
from kaitak.business.facts import READS, Subject
from kaitak.core.http import OutgoingHttp
from kaitak.demo.erp.world import MEI_LING
from tests.business import shaped
from tests.demo.erp_server import RunningErp
from tests.systems.tryton.running import RunningTryton

_ORDER_SQL = """select o.order_no, o.status, o.total, o.currency, o.placed_at, o.customer_ref,
 (select json_agg(json_build_object('sku', sku, 'name', name, 'qty', qty, 'price', price)) from order_lines l
  where l.order_no = o.order_no) as items from orders o where o."""
SQL_MAPPING = {
    "system": "Warehouse",
    "reads": {
        "find_customer": {
            "sql": "select ref as customer_ref, name, email, phone, tier, points, since from customers"
            " where ref = %(subject)s",
            "values": {"tier": {"金卡": "gold"}},
        },
        "find_customer_by_phone": {
            "sql": "select ref as customer_ref, name, email, phone from customers where phone = %(subject)s"
        },
        "find_customer_by_email": {
            "sql": "select ref as customer_ref, name, email, phone from customers"
            " where lower(email) = lower(%(subject)s)"
        },
        "get_order": {"sql": f"{_ORDER_SQL}order_no = %(subject)s"},
        "list_orders": {"sql": f"{_ORDER_SQL}customer_ref = %(subject)s order by placed_at desc limit %(limit)s"},
        "list_invoices": {
            "sql": "select invoice_no, order_no, total, issued_at from invoices where customer_ref = %(subject)s;"
        },
    },
}
_FIELDS = {name: name for name in ("order_no", "status", "total", "currency", "placed_at", "customer_ref")} | {
    "items": {"at": "lines", "each": {name: name for name in ("sku", "name", "qty", "price")}},
    "shipment": {"at": "/shipment", "fields": {"carrier": "carrier", "tracking_no": "/tracking_no"}},
}
_PERSON = {"customer_ref": "ref", "name": "name", "phone": "phone", "email": "email"}
_ASKED = {"path": "/api/customers", "items": "customers", "fields": _PERSON}
OWN_REST = {
    "system": "ERP over REST",
    "check": {"path": "/health"},
    "reads": {
        "find_customer": {
            "path": "/api/customers",
            "query": {"ref": "{subject}"},
            "items": "customers",
            "fields": _PERSON,
        },
        "find_customer_by_phone": {**_ASKED, "query": {"phone": "+{digits}"}},
        "find_customer_by_email": {**_ASKED, "query": {"email": "{subject}"}},
        "get_order": {"path": "/api/orders/{subject}", "fields": _FIELDS},
        "list_orders": {
            "path": "/api/customers/{subject}/orders",
            "query": {"limit": "{limit}"},
            "items": "orders",
            "fields": _FIELDS,
        },
        "list_stock": {
            "path": "/api/stock/{subject}",
            "items": "items",
            "fields": {
                "sku": "sku",
                "shop": "shop",
                "is_available": {"at": "is_available", "values": {"false": False}},
            },
        },
    },
    "deeds": {
        "cancel_order": {
            "path": "/api/deeds",
            "body": {
                "key": "{key}",
                "customer_ref": "{customer_ref}",
                "deed": {"action": "cancel_order", "order_no": "{order_no}", "reason": "{reason}"},
            },
            "outcome": "outcome",
            "done": ["done"],
            "reason": "reason",
            "reasons": {"already_cancelled": "cancelled_before"},
        }
    },
    "deed_check": {"path": "/api/deeds/{key}", "outcome": "outcome", "done": ["done"], "refused": ["refused"]},
}


SHARED = ("+85298765432", "home@example.com")


@dataclass(frozen=True)
class Case:
    """One connector with a system that it can reach, and what is known there."""

    kind: str
    config: dict[str, object]
    dead: dict[str, object]
    customer: str
    order_no: str
    phone: str = "+85260001234"
    email: str = "meiling.chan@example.com"
    shared: tuple[str, str] | None = None  # a number and a mail address of two customers
    sku: str = "KT-AU-2101"
    to_cancel: str = "HK25-100235"


def example(name: str) -> str:
    return resources.files(examples).joinpath(f"{name}.yaml").read_text("utf-8")


async def _case(name: str, erp: RunningErp, stack: AsyncExitStack) -> Case:
    nowhere = "http://127.0.0.1:9"
    if name == "demo_erp":
        config: dict[str, object] = {"base_url": erp.url, "api_key": erp.key}
        return Case(name, config, {**config, "base_url": nowhere}, MEI_LING, "HK25-100234")
    if name == "sql":
        parts = conninfo_to_dict(erp.dsn)
        socket = f"{parts['host']}/.s.PGSQL.{parts.get('port', 5432)}"
        port = await stack.enter_async_context(shaped.tcp_to_socket(socket))
        config = {"host": "127.0.0.1", "port": port, "database": parts["dbname"], "user": parts["user"]}
        config |= {"password": "none is asked for", "tls": "disable", "mapping": shaped.text_of(SQL_MAPPING)}
        return Case(name, config, {**config, "port": 9}, MEI_LING, "HK25-100234")
    if name == "rest":
        config = {"base_url": erp.url, "secret": erp.key, "mapping": shaped.text_of(OWN_REST)}
        return Case("rest", config, {**config, "base_url": nowhere}, MEI_LING, "HK25-100234")
    url = await stack.enter_async_context(shaped.running(name))
    config = {"base_url": url, "secret": shaped.KEY, "mapping": example(name)}
    if name == "odoo":
        known = {"phone": "+85291234567", "email": "tm@example.com"}
        return Case("rest", config, {**config, "base_url": nowhere}, "C001", "S00012", **known, shared=SHARED)
    config |= {"auth": "header", "name": "X-Shopify-Access-Token"}
    known = {"phone": "+85291234567", "email": "may@example.com"}
    return Case("rest", config, {**config, "base_url": nowhere}, "501", "1001", **known, shared=SHARED)


def _tryton_case(tryton: RunningTryton) -> Case:
    config: dict[str, object] = {"base_url": tryton.url, "database": tryton.database}
    config |= {"user": tryton.user, "password": tryton.password}
    return Case(
        "tryton",
        config,
        {**config, "base_url": "http://127.0.0.1:9"},
        MEI_LING,
        "HK25-200001",
        phone="+85261231234",
        email="meiling@example.com",
        to_cancel="HK25-200003",
    )


CASES = ("demo_erp", "rest", "odoo", "shopify", "sql")
TRYTON = pytest.param(
    "tryton", marks=[pytest.mark.slow, pytest.mark.tryton, pytest.mark.xdist_group("tryton"), pytest.mark.timeout(300)]
)


@pytest.fixture(params=[*CASES, TRYTON])
async def case(request: pytest.FixtureRequest) -> AsyncIterator[Case]:
    if request.param == "tryton":
        yield _tryton_case(request.getfixturevalue("tryton"))
        return
    async with AsyncExitStack() as stack:
        yield await _case(request.param, request.getfixturevalue("erp"), stack)


@pytest.fixture
def connector(case: Case, http: OutgoingHttp) -> BusinessConnector:
    return registry.build(case.kind, registry.read_config(case.kind, case.config), http)


def test_every_connector_has_a_case_here() -> None:
    assert set(registry.CONNECTORS) <= {*CASES, "tryton"}


async def test_settings_hide_their_secrets_and_survive_storing(case: Case) -> None:
    config = registry.read_config(case.kind, case.config)
    assert registry.read_stored(case.kind, registry.write_stored(config)) == config
    secrets = [name for name, value in registry.masked(config).items() if value == registry.MASK]
    assert len(secrets) == 1
    assert str(case.config[secrets[0]]) not in repr(config)


async def test_check_names_the_system(connector: BusinessConnector) -> None:
    assert await connector.check()


async def test_customer_is_found_by_reference_and_a_stranger_is_none(connector: BusinessConnector, case: Case) -> None:
    found = await connector.find_customer(CustomerFacts(customer_ref=case.customer, is_verified=True))
    assert found is not None
    assert (found.customer_ref, bool(found.name)) == (case.customer, True)
    for strange in ("nobody", "' or '1'='1", "../x", "*", "%"):
        assert await connector.find_customer(CustomerFacts(customer_ref=strange, is_verified=True)) is None


async def test_customer_is_found_by_what_is_on_file_and_one_of_several_never(
    connector: BusinessConnector, case: Case
) -> None:
    assert isinstance(connector, FindsByAddress)
    assert connector.finds_by == {"phone", "email"}
    for facts in (CustomerFacts(phone=case.phone), CustomerFacts(email=case.email)):
        found = await connector.find_customer(facts)
        assert found is not None
        assert found.customer_ref == case.customer
    numbers = ("+85260000000", case.phone[:-1], f"{case.phone}9", "' or '1'='1", "%")
    mails = ("nobody@example.com", case.email[1:], case.email[:-3], f"x{case.email}", "%", "none@example.com")
    asked = [CustomerFacts(phone=each) for each in numbers] + [CustomerFacts(email=each) for each in mails]
    if case.shared is not None:
        asked += [CustomerFacts(phone=case.shared[0]), CustomerFacts(email=case.shared[1])]
    for facts in (*asked, CustomerFacts()):
        with suppress(BusinessUnavailableError):  # a system may refuse what is no number
            assert await connector.find_customer(facts) is None


@pytest.mark.parametrize(
    ("asked", "on_file", "is_it"),
    [
        ("+85261231234", "+852 6123 1234", True),
        ("+85261231234", "0085261231234", True),
        ("+85261231234", "6123-1234", True),
        ("+85261231234", "+86 6123 1234", False),
        ("+85261231234", "1231234", False),
        ("+85261231234", "61231235", False),
        ("+85261231234", None, False),
    ],
)
def test_number_on_file_may_be_written_otherwise(asked: str, on_file: str | None, is_it: bool) -> None:
    assert mapped_reads.is_same("phone", asked, on_file) is is_it


async def test_order_is_whole_and_an_unknown_one_is_not_found(connector: BusinessConnector, case: Case) -> None:
    order = await connector.get_order(case.order_no)
    assert isinstance(order, Order)
    assert (order.order_no, order.customer_ref) == (case.order_no, case.customer)
    assert order.placed_at is not None
    assert order.placed_at.tzinfo is not None
    assert order.total
    for strange in ("HK00-000000", "' or '1'='1", "../health"):
        with pytest.raises(BusinessNotFoundError):
            await connector.get_order(strange)


async def test_orders_are_the_customers_own_newest_first_and_few(connector: BusinessConnector, case: Case) -> None:
    orders = await connector.list_orders(case.customer, 2)
    assert len(orders) == 2
    assert {order.customer_ref for order in orders} == {case.customer}
    placed = [order.placed_at for order in orders if order.placed_at]
    assert placed == sorted(placed, reverse=True)
    with suppress(BusinessNotFoundError):
        assert await connector.list_orders("' or '1'='1", 5) == ()


async def test_further_questions_are_answered_with_facts_of_their_kind(
    connector: BusinessConnector, case: Case
) -> None:
    assert isinstance(connector, ReadsFacts)
    subjects = {Subject.CUSTOMER: case.customer, Subject.ORDER: case.order_no, Subject.ARTICLE: case.sku}
    for name in connector.reads & set(READS):
        read = READS[name]
        facts = await connector.read(read, subjects[read.subject], 3)
        assert len(facts) <= 3
        assert all(isinstance(fact, read.fact) and fact.withheld == () for fact in facts)


async def test_system_that_is_away_is_unavailable(case: Case, http: OutgoingHttp) -> None:
    dead = registry.build(case.kind, registry.read_config(case.kind, case.dead), http)
    with pytest.raises(BusinessUnavailableError):
        await dead.get_order(case.order_no)
    if isinstance(dead, Acts) and dead.deeds:
        result = await dead.perform(CancelOrder(order_no=case.order_no), case.customer, "contract-key-0")
        assert result == DeedResult(Outcome.REFUSED, "unavailable")


async def test_private_addresses_are_refused(case: Case) -> None:
    async with OutgoingHttp() as closed:
        connector = registry.build(case.kind, registry.read_config(case.kind, case.config), closed)
        with pytest.raises(BusinessUnavailableError, match="private address"):
            await connector.check()


async def test_deed_happens_once_for_a_key_and_a_strange_key_is_unknown(
    connector: BusinessConnector, case: Case, request: pytest.FixtureRequest
) -> None:
    if not isinstance(connector, Acts) or not connector.deeds:
        assert case.kind in {"sql", "rest"}
        return
    if case.kind != "tryton":
        with psycopg.connect(request.getfixturevalue("erp").dsn) as database:
            database.execute("delete from deeds")
            database.execute("update orders set status = 'packing' where order_no = 'HK25-100235'")
    deed = CancelOrder(order_no=case.to_cancel)
    assert await connector.check_deed("contract-key-1") is None
    first = await connector.perform(deed, case.customer, "contract-key-1")
    assert (first.outcome, await connector.perform(deed, case.customer, "contract-key-1")) == (Outcome.DONE, first)
    found = await connector.check_deed("contract-key-1")
    assert found is not None
    assert found.outcome is Outcome.DONE
    again = await connector.perform(deed, case.customer, "contract-key-2")
    assert (again.outcome, again.reason in {"already_cancelled", "cancelled_before"}) == (Outcome.REFUSED, True)


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("select lo_create(0)::text as customer_ref, %(subject)s as name", "25006"),
        ("select ref as customer_ref, pg_sleep(20)::text as name from customers where ref <> %(subject)s", "57014"),
        ("select nothing from nowhere where x = %(subject)s", "42P01"),
    ],
)
async def test_database_is_never_written_to_nor_kept_busy(
    erp: RunningErp, http: OutgoingHttp, statement: str, code: str
) -> None:
    async with AsyncExitStack() as stack:
        case = await _case("sql", erp, stack)
        mapping = shaped.text_of({"system": "W", "reads": {"find_customer": {"sql": statement}}})
        config = registry.read_config("sql", {**case.config, "mapping": mapping})
        with pytest.raises(BusinessUnavailableError, match=f"{code}|TimeoutError"):
            await registry.build("sql", config, http).check()


@pytest.mark.parametrize(
    ("kind", "mapping", "told"),
    [
        (
            "rest",
            "system: X\ncheck: {path: /x}\nreads:\n  get_oder: {path: /o, fields: {}}\n",
            "line 4.*no such question",
        ),
        (
            "rest",
            "system: X\ncheck: {path: /x}\nreads:\n  get_order:\n    path: /o\n    fields:\n      nr: a\n",
            "line 7",
        ),
        ("rest", "system: X\ncheck: {path: x}\nreads: {list_stock: {path: /o, fields: {sku: a}}}\n", "line 2.*path"),
        (
            "rest",
            "system: X\ncheck: {path: /x}\nreads:\n  list_stock: {path: '/o', fields: {sku: 'a['}}\n",
            "line 4.*JMESPath",
        ),
        (
            "rest",
            "system: X\ncheck: {path: /x}\nreads:\n  list_stock: {path: '/o/{who}', fields: {sku: a}}\n",
            "line 4.*who",
        ),
        ("rest", "system: X\n  check: y\n", "line 2"),
        ("rest", "system: &a X\ncheck: *a\n", "line 2.*references"),
        ("rest", shaped.text_of({**OWN_REST, "deed_check": None}), "deed_check is missing"),
        (
            "rest",
            "system: X\ncheck: {path: /x}\nreads:\n  find_customer_by_phone: {path: /o, fields: {customer_ref: a}}\n",
            "line 4.*phone is missing",
        ),
        (
            "rest",
            "system: X\ncheck: {path: /x}\nreads:\n  find_customer: {path: '/o/{last_eight}', fields: {name: a}}\n",
            "line 4.*last_eight",
        ),
        (
            "sql",
            "system: X\nreads:\n  get_order:\n    sql: delete from orders where x = %(subject)s\n",
            "line 4.*SELECT",
        ),
        (
            "sql",
            "system: X\nreads:\n  get_order:\n    sql: select 1; drop table x -- %(subject)s\n",
            "line 4.*one statement",
        ),
        ("sql", "system: X\nreads:\n  get_order:\n    sql: select order_no from orders\n", "line 4.*subject"),
        ("sql", "system: X\nreads: []\n", "line 2"),
    ],
)
def test_fault_in_a_mapping_is_told_with_its_line(kind: str, mapping: str, told: str) -> None:
    config: dict[str, object] = {"base_url": "http://x.example", "secret": "long enough secret"}
    if kind == "sql":
        config = {"host": "x.example", "database": "d", "user": "u", "password": "long enough secret"}
    with pytest.raises(ConnectionConfigError, match=told) as error:
        registry.read_config(kind, {**config, "mapping": mapping})
    assert "long enough secret" not in str(error.value)


def test_mapping_must_fit_the_openapi_document() -> None:
    document = "openapi: 3.1.0\npaths:\n  /health: {get: {}}\n  /api/customers: {get: {}}\n"
    config = {"base_url": "http://x.example", "secret": "long enough", "mapping": shaped.text_of(OWN_REST)}
    with pytest.raises(
        ConnectionConfigError, match=r"line \d+.*the OpenAPI document has no GET /api/orders/\{subject\}"
    ):
        registry.read_config("rest", {**config, "openapi": document})


async def test_pages_are_followed_up_to_the_limit(http: OutgoingHttp) -> None:
    async with shaped.running("shopify") as url:
        config: dict[str, object] = {"base_url": url, "secret": shaped.KEY, "mapping": example("shopify")}
        config |= {"auth": "header", "name": "X-Shopify-Access-Token"}
        shop = registry.build("rest", registry.read_config("rest", config), http)
        assert [order.order_no for order in await shop.list_orders("501", 50)] == [str(n) for n in range(1001, 1006)]
        order = await shop.get_order("1001")
        assert order.items is not None
        assert (order.items[0].qty, order.status, order.shipment and order.shipment.carrier) == (2, "shipped", "SF")
