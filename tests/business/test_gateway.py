"""The gateway against a real demo ERP on loopback: rights, time, staleness, log, tenants."""

from __future__ import annotations

import asyncio
import contextlib
import time
from datetime import timedelta
from decimal import Decimal

import psycopg
import pytest

from kaitak.business import queries
from kaitak.business.asking import Limits
from kaitak.business.contract import (
    Access,
    Audience,
    BusinessNotFoundError,
    BusinessNotPermittedError,
    BusinessUnavailableError,
    CustomerFacts,
    OrderReading,
    SnapshotError,
    Source,
)
from kaitak.business.door import BusinessNotConnectedError
from kaitak.business.facts import TRACKING
from kaitak.business.gateway import Gateway
from kaitak.business.models import BusinessAccessLog
from kaitak.core.crypto import Keyring
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.db.urls import ServerUrls
from kaitak.demo.erp.world import MEI_LING
from tests.business.conftest import MovableClock, connect
from tests.business.unruly import Mood, Unruly

STRANGER = Access(audience=Audience.VISITOR, conversation_id=7)
MEI_LING_FACTS = CustomerFacts(customer_ref=MEI_LING, is_verified=True)
CUSTOMER = Access(audience=Audience.VERIFIED, facts=MEI_LING_FACTS, contact_id=3)
BUYER = Access(audience=Audience.VERIFIED, facts=MEI_LING_FACTS, conversation_id=7)
OTHER = Access(audience=Audience.VERIFIED, facts=CustomerFacts(customer_ref="KT100004", is_verified=True))
AGENT = Access(audience=Audience.AGENT, actor="user:12", facts=MEI_LING_FACTS)


async def test_number_alone_opens_nothing_to_visitors_nor_to_another_customer(
    gateway: Gateway, account_id: AccountId
) -> None:
    own = await gateway.get_order(account_id, " hk25-100234 ", CUSTOMER)
    assert (own.order.total, own.freshness.source) == (Decimal("1575.00"), Source.LIVE)
    claimed = Access(audience=Audience.CLAIMED, facts=CustomerFacts(email="meiling.chan@example.com"))
    for stranger in (STRANGER, claimed, OTHER):
        with pytest.raises(BusinessNotPermittedError):
            await gateway.get_order(account_id, "HK25-100234", stranger)
        with pytest.raises(BusinessNotPermittedError):
            await gateway.facts.read(account_id, TRACKING, stranger, subject="HK25-100234")


async def test_only_a_proven_customers_orders_are_listed(gateway: Gateway, account_id: AccountId) -> None:
    listed = await gateway.list_orders(account_id, CUSTOMER, limit=2)
    assert [order.order_no for order in listed.orders] == ["HK25-100235", "HK25-100234"]
    claimed = CustomerFacts(customer_ref=MEI_LING, email="meiling.chan@example.com", is_verified=False)
    for audience in (Audience.VISITOR, Audience.CLAIMED, Audience.AGENT, Audience.ADMINISTRATOR):
        with pytest.raises(BusinessNotPermittedError):
            await gateway.list_orders(account_id, Access(audience=audience, facts=claimed))


async def test_snapshot_holds_profile_and_orders_with_masks_for_an_agent(
    gateway: Gateway, account_id: AccountId
) -> None:
    snapshot = await gateway.snapshot(account_id, AGENT)
    assert snapshot.error is None
    assert snapshot.identity.verified
    assert snapshot.profile is not None
    assert (snapshot.profile.name, snapshot.profile.phone) == ("陳美玲", "•••• 1234")
    assert [order.order_no for order in snapshot.orders or ()][:2] == ["HK25-100235", "HK25-100234"]


async def test_snapshot_of_an_unproven_customer_shows_staff_only_the_orders_that_were_mentioned(
    gateway: Gateway, account_id: AccountId
) -> None:
    facts = CustomerFacts(email="meiling.chan@example.com")
    agent = Access(audience=Audience.AGENT, actor="user:12", facts=facts)
    snapshot = await gateway.snapshot(account_id, agent, mentioned=["hk25-100234", "HK25-000000", "'; --"])
    assert snapshot.error is SnapshotError.NOT_PERMITTED
    assert snapshot.profile is None
    assert [order.order_no for order in snapshot.orders or ()] == ["HK25-100234"]
    assert (snapshot.identity.verified, snapshot.identity.evidence) == (False, "email")
    bot = await gateway.snapshot(account_id, Access(audience=Audience.CLAIMED, facts=facts), mentioned=["HK25-100234"])
    assert (bot.orders, bot.error) == (None, SnapshotError.NOT_PERMITTED)


async def test_snapshot_says_when_the_customer_or_the_system_is_unknown(
    gateway: Gateway, account_id: AccountId, accounts: tuple[AccountId, AccountId]
) -> None:
    nobody = Access(audience=Audience.AGENT, facts=CustomerFacts(customer_ref="KT999999", is_verified=True))
    assert (await gateway.snapshot(account_id, nobody)).error is SnapshotError.UNKNOWN_CUSTOMER
    assert (await gateway.snapshot(accounts[1], AGENT)).error is SnapshotError.NOT_CONNECTED
    with pytest.raises(BusinessNotConnectedError):
        await gateway.get_order(accounts[1], "HK25-100234", BUYER)


@pytest.mark.parametrize("mood", ["slow", "error", "garbage", "wrong_shape", "huge", "hang_up"])
async def test_failing_system_costs_no_more_than_the_budget(
    gateway: Gateway, account_id: AccountId, relay: Unruly, mood: Mood
) -> None:
    relay.mood = mood
    started = time.monotonic()
    with pytest.raises(BusinessUnavailableError):
        await gateway.get_order(account_id, "HK25-100234", BUYER)
    snapshot = await gateway.snapshot(account_id, AGENT)
    assert snapshot.error is SnapshotError.UNAVAILABLE
    assert time.monotonic() - started < 2.6
    assert snapshot.took < timedelta(seconds=1.4)


@pytest.mark.parametrize("mood", ["slow", "error", "garbage", "hang_up"])
async def test_remembered_answer_is_shown_as_stale_with_its_age(
    gateway: Gateway, account_id: AccountId, relay: Unruly, clock: MovableClock, mood: Mood
) -> None:
    live = await gateway.get_order(account_id, "HK25-100234", CUSTOMER)
    clock.ahead = timedelta(minutes=20)
    relay.mood = mood
    stale = await gateway.get_order(account_id, "HK25-100234", CUSTOMER)
    assert stale.order == live.order
    assert (stale.freshness.source, stale.freshness.is_stale) == (Source.CACHE, True)
    assert timedelta(minutes=20) <= stale.freshness.age < timedelta(minutes=21)


async def test_slow_system_costs_a_glance_where_something_is_remembered_and_the_late_answer_is_kept(
    gateway: Gateway, account_id: AccountId, relay: Unruly, clock: MovableClock
) -> None:
    cold = await gateway.snapshot(account_id, AGENT)
    assert cold.took < timedelta(seconds=1)
    assert (await gateway.snapshot(account_id, AGENT)).took < timedelta(milliseconds=200)
    clock.ahead = timedelta(minutes=3)
    relay.mood = "stall"
    soon = await gateway.snapshot(account_id, AGENT)
    assert soon.took < timedelta(milliseconds=400)
    assert soon.freshness is not None
    assert (soon.freshness.is_stale, soon.orders == cold.orders) == (True, True)
    assert soon.freshness.age >= timedelta(minutes=3)
    await asyncio.sleep(0.6)
    later = await gateway.snapshot(account_id, AGENT)
    assert later.freshness is not None
    assert (later.freshness.is_stale, later.took < timedelta(milliseconds=200)) == (False, True)


async def test_system_that_answers_twice_or_about_something_else_is_never_believed(
    gateway: Gateway, account_id: AccountId, relay: Unruly
) -> None:
    relay.mood = "twice"
    for order_no in ("HK25-100234", "HK25-100235", "HK25-100240", "HK25-100198"):
        with contextlib.suppress(BusinessUnavailableError):
            assert (await gateway.get_order(account_id, order_no, AGENT)).order.order_no == order_no
    relay.mood = "well"
    relay.instead = (b"/api/orders/HK25-100162", b"/api/orders/HK25-100234")
    with pytest.raises(BusinessUnavailableError, match="something else"):
        await gateway.get_order(account_id, "HK25-100162", CUSTOMER)
    relay.instead = (b"/api/customers/KT100001/", b"/api/customers/KT100004/")
    with pytest.raises(BusinessUnavailableError, match="something else"):
        await gateway.list_orders(account_id, CUSTOMER)


async def test_another_process_shows_what_the_table_remembers_but_nothing_older_than_a_day(
    gateway: Gateway,
    account_id: AccountId,
    *,
    relay: Unruly,
    fresh_database: Database,
    keyring: Keyring,
    http: OutgoingHttp,
    clock: MovableClock,
) -> None:
    live = await gateway.snapshot(account_id, AGENT)
    relay.mood = "error"
    other = Gateway(fresh_database, keyring, http, clock=clock)
    remembered = await other.snapshot(account_id, AGENT)
    assert (remembered.profile, remembered.orders) == (live.profile, live.orders)
    assert remembered.freshness is not None
    assert remembered.freshness.is_stale
    clock.ahead = timedelta(hours=25)
    assert (await other.snapshot(account_id, AGENT)).error is SnapshotError.UNAVAILABLE


async def test_answer_of_a_moment_ago_is_not_asked_for_again(
    gateway: Gateway, account_id: AccountId, relay: Unruly, clock: MovableClock
) -> None:
    await gateway.get_order(account_id, "HK25-100234", BUYER)
    asked = relay.requests
    again = await gateway.get_order(account_id, "HK25-100234", BUYER)
    assert relay.requests == asked
    assert (again.freshness.source, again.freshness.is_stale) == (Source.CACHE, False)
    clock.ahead = timedelta(seconds=6)
    assert (await gateway.get_order(account_id, "HK25-100234", BUYER)).freshness.source is Source.LIVE
    assert relay.requests == asked + 1


async def test_unknown_order_is_not_found_and_forgotten(
    gateway: Gateway, account_id: AccountId, relay: Unruly, clock: MovableClock
) -> None:
    for wrong in ("HK25-999999", "", "../customers", "x" * 60, "HK25 100234"):
        with pytest.raises(BusinessNotFoundError):
            await gateway.get_order(account_id, wrong, BUYER)
    await gateway.get_order(account_id, "HK25-100234", BUYER)
    relay.mood = "not_found"
    clock.ahead = timedelta(seconds=6)
    with pytest.raises(BusinessNotFoundError):
        await gateway.get_order(account_id, "HK25-100234", BUYER)


async def test_breaker_leaves_a_failing_system_alone_then_tries_it_again(
    gateway: Gateway, account_id: AccountId, relay: Unruly, clock: MovableClock
) -> None:
    relay.mood = "error"
    for number in range(100150, 100157):
        with pytest.raises(BusinessUnavailableError):
            await gateway.get_order(account_id, f"HK25-{number}", BUYER)
    assert relay.requests == 5
    relay.mood = "well"
    with pytest.raises(BusinessUnavailableError):
        await gateway.get_order(account_id, "HK25-100234", BUYER)
    clock.ahead = timedelta(seconds=11)
    assert (await gateway.get_order(account_id, "HK25-100234", BUYER)).freshness.source is Source.LIVE
    assert (await gateway.get_order(account_id, "HK25-100235", BUYER)).freshness.source is Source.LIVE


async def test_every_look_leaves_a_line_that_says_who_saw_which_fields(
    gateway: Gateway, account_id: AccountId, fresh_database: Database, relay: Unruly
) -> None:
    await gateway.get_order(account_id, "HK25-100234", BUYER)
    await gateway.snapshot(account_id, AGENT)
    with pytest.raises(BusinessNotPermittedError):
        await gateway.list_orders(account_id, STRANGER)
    with pytest.raises(BusinessNotFoundError):
        await gateway.get_order(account_id, "HK25-999999", STRANGER)
    with pytest.raises(BusinessNotPermittedError):
        await gateway.get_order(account_id, "HK25-100240", CUSTOMER)
    relay.mood = "error"
    with pytest.raises(BusinessUnavailableError):
        await gateway.get_order(account_id, "HK25-100200", CUSTOMER)
    lines = await _log(fresh_database, account_id)
    assert [(line.actor, line.action, line.object, line.outcome) for line in lines] == [
        ("bot", "get_order", "order:HK25-100234", "shown"),
        ("user:12", "snapshot", f"customer:{MEI_LING}", "shown"),
        ("bot", "list_orders", "customer:-", "not_permitted"),
        ("bot", "get_order", "order:HK25-999999", "not_found"),
        ("bot", "get_order", "order:HK25-100240", "not_permitted"),
        ("bot", "get_order", "order:HK25-100200", "unavailable"),
    ]
    assert ("total" in lines[0].fields, lines[4].fields) == (True, [])
    assert {"name", "phone", "total", "shipment.tracking_no"} <= set(lines[1].fields)
    assert [line.behalf for line in lines] == [MEI_LING, MEI_LING, None, None, MEI_LING, MEI_LING]
    assert [line.source for line in lines] == ["live", "live", None, None, None, None]
    assert (lines[0].conversation_id, lines[5].contact_id) == (7, 3)


async def test_program_cannot_change_the_access_log(
    gateway: Gateway, account_id: AccountId, fresh_urls: ServerUrls
) -> None:
    await gateway.get_order(account_id, "HK25-100234", BUYER)
    with psycopg.connect(fresh_urls.url) as connection:
        connection.execute("select set_config('app.account', %s, true)", (str(account_id),))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("delete from business_access_log")


async def test_tenants_share_nothing(
    gateway: Gateway,
    account_id: AccountId,
    *,
    accounts: tuple[AccountId, AccountId],
    fresh_database: Database,
    keyring: Keyring,
    relay: Unruly,
) -> None:
    await connect(fresh_database, keyring, accounts[1], relay.url)
    await gateway.get_order(account_id, "HK25-100234", BUYER)
    relay.mood = "error"
    with pytest.raises(BusinessUnavailableError):
        await gateway.get_order(accounts[1], "HK25-100234", BUYER)
    async with fresh_database.transaction(accounts[1]) as session:
        assert await queries.list_access(session, account_id) == []
        connections = await queries.list_connections(session, accounts[1])
        assert len(connections) == 1
        assert await queries.list_connections(session, account_id) == []


async def test_many_askers_at_once_are_all_answered(
    account_id: AccountId, fresh_database: Database, keyring: Keyring, http: OutgoingHttp
) -> None:
    gateway = Gateway(fresh_database, keyring, http, limits=Limits(budget=timedelta(seconds=20)))
    numbers = [f"HK25-{number}" for number in range(100150, 100190)]
    readings = await asyncio.gather(*(gateway.get_order(account_id, number, AGENT) for number in numbers))
    assert [reading.order.order_no for reading in readings] == numbers


async def test_action_by_name_reads_and_an_undeclared_one_is_refused(gateway: Gateway, account_id: AccountId) -> None:
    reading = await gateway.act(account_id, "get_order", {"order_no": "HK25-100234"}, BUYER)
    assert isinstance(reading, OrderReading)
    with pytest.raises(BusinessNotPermittedError):
        await gateway.act(account_id, "drop_tables", {}, BUYER)


async def test_stored_secret_is_encrypted_for_its_account(
    account_id: AccountId, accounts: tuple[AccountId, AccountId], fresh_urls: ServerUrls, keyring: Keyring
) -> None:
    with psycopg.connect(fresh_urls.superuser_url or "") as connection:
        row = connection.execute("select config_encrypted from business_connection").fetchone()
    assert row is not None
    assert b"test-key" not in row[0]
    assert "test-key" in keyring.decrypt(row[0].decode(), context=f"business_connection:{account_id}:config")


async def _log(database: Database, account_id: AccountId) -> list[BusinessAccessLog]:
    async with database.transaction(account_id) as session:
        return list(reversed(await queries.list_access(session, account_id)))
