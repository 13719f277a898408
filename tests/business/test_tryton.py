"""What only Tryton has: its sales' states as ours, keys in comments, deeds whose answer was lost, sessions that end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from kaitak.business import actions, registry
from kaitak.business.asking import Limits
from kaitak.business.connectors.tryton.connector import Tryton, TrytonConfig
from kaitak.business.contract import Access, Audience, BusinessUnavailableError, CustomerFacts, OrderStatus
from kaitak.business.deeds import CancelOrder, DeedResult, Outcome
from kaitak.business.facts import READS
from kaitak.business.gateway import Gateway
from kaitak.core.crypto import Keyring
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from tests.business import unruly
from tests.business.unruly import Unruly
from tests.systems.tryton import seed
from tests.systems.tryton.running import RunningTryton

pytestmark = [pytest.mark.slow, pytest.mark.tryton, pytest.mark.xdist_group("tryton"), pytest.mark.timeout(300)]


@pytest.fixture
async def relay(tryton: RunningTryton) -> AsyncIterator[Unruly]:
    async with unruly.running(tryton.url) as running:
        yield running


def _connected(url: str, tryton: RunningTryton, http: OutgoingHttp) -> Tryton:
    settings = {"base_url": url, "database": tryton.database, "user": tryton.user, "password": tryton.password}
    config = registry.read_config("tryton", dict(settings))
    assert isinstance(config, TrytonConfig)
    return Tryton(config, http)


@pytest.fixture
def connector(relay: Unruly, tryton: RunningTryton, http: OutgoingHttp) -> Tryton:
    return _connected(relay.url, tryton, http)


async def test_sales_parties_stock_and_parcels_are_told_in_our_words(connector: Tryton) -> None:
    mei = await connector.find_customer(CustomerFacts(phone="+85261231234"))
    assert mei is not None
    assert (mei.customer_ref, mei.name, mei.email) == ("KT100001", "陳美玲", "meiling@example.com")
    shipped = await connector.get_order("HK25-200001")
    assert shipped.status is OrderStatus.SHIPPED
    assert (str(shipped.total), shipped.currency, shipped.shipment and shipped.shipment.status) == (
        "3078.00",
        "HKD",
        "in_transit",
    )
    assert next((item.sku, item.qty, str(item.price)) for item in shipped.items or ()) == ("KT-AU-2101", 2, "899.00")
    assert (await connector.get_order("HK25-200002")).status in {OrderStatus.PACKING, OrderStatus.PAID}
    assert (await connector.get_order("HK25-200005")).status is OrderStatus.PENDING_PAYMENT
    (stock,) = await connector.read(READS["list_stock"], "kt-au-2101", 5)
    assert stock.model_dump()["qty"] == 12
    (delivery,) = await connector.read(READS["get_delivery"], "HK25-200001", 5)
    assert "1 Kai Tak Road" in str(delivery.model_dump()["address"])
    (event,) = await connector.read(READS["list_parcel_events"], "HK25-200001", 5)
    assert event.model_dump()["text"] == "貨件已交運送"


async def test_what_left_or_is_packed_or_is_anothers_is_not_cancelled(connector: Tryton) -> None:
    async def cancel(order_no: str, customer: str) -> DeedResult:
        return await connector.perform(CancelOrder(order_no=order_no), customer, f"tryton-key-{order_no}{customer}")

    assert await cancel("HK25-200001", "KT100001") == DeedResult(Outcome.REFUSED, "already_shipped")
    assert await cancel("HK25-200002", "KT100001") == DeedResult(Outcome.REFUSED, "being_packed")
    assert await cancel("HK25-200005", "KT100001") == DeedResult(Outcome.REFUSED, "unknown_order")
    assert await cancel("HK25-299999", "KT100001") == DeedResult(Outcome.REFUSED, "unknown_order")
    assert (await connector.get_order("HK25-200005")).status is OrderStatus.PENDING_PAYMENT


async def test_lost_answer_is_unknown_and_the_key_tells_later_what_happened(
    connector: Tryton, relay: Unruly, tryton: RunningTryton, http: OutgoingHttp
) -> None:
    deed, key = CancelOrder(order_no="HK25-200004", reason="bought [kaitak x] twice"), "tryton-lost-answer"
    await connector.get_order("HK25-200004")
    relay.lose("sale.cancel")
    assert (await connector.perform(deed, "KT100001", key)).outcome is Outcome.UNKNOWN
    relay.lose("")
    assert await connector.check_deed(key) == DeedResult(Outcome.DONE, None, "HK25-200004")
    assert await connector.perform(deed, "KT100001", key) == DeedResult(Outcome.DONE, None, "HK25-200004")
    assert await connector.perform(deed, "KT100001", "tryton-another-key") == DeedResult(
        Outcome.REFUSED, "already_cancelled"
    )
    admin = seed.Client(tryton.rpc_url, tryton.user, tryton.password)
    sale = admin.find("sale.sale", ["number", "=", "HK25-200004"])
    comment = str(admin.call("model.sale.sale.read", [sale], ["comment"], admin.context))
    assert comment.count("[kaitak tryton-lost-answer") == 1


async def test_system_that_answers_nonsense_hangs_up_or_fails_is_unavailable(connector: Tryton, relay: Unruly) -> None:
    await connector.check()
    for mood in ("garbage", "wrong_shape", "error", "hang_up", "not_found", "huge"):
        relay.mood = mood
        with pytest.raises(BusinessUnavailableError):
            await connector.get_order("HK25-200001")
    relay.mood = "well"
    assert (await connector.get_order("HK25-200001")).order_no == "HK25-200001"


async def test_session_that_ended_is_renewed_and_a_wrong_password_is_told(
    connector: Tryton, relay: Unruly, tryton: RunningTryton, http: OutgoingHttp
) -> None:
    await connector.check()
    connector._rpc._session = "YTox OmE="  # what Tryton no longer knows
    orders = await asyncio.gather(*(connector.list_orders("KT100001", 3) for _ in range(3)))
    assert {len(found) for found in orders} == {3}
    settings = {"base_url": relay.url, "database": tryton.database, "user": "nobody", "password": "wrong password"}
    config = registry.read_config("tryton", dict(settings))
    with pytest.raises(BusinessUnavailableError, match="user or the password"):
        await registry.build("tryton", config, http).check()


async def test_sign_in_that_came_too_late_for_one_look_is_there_for_the_next(connector: Tryton, relay: Unruly) -> None:
    relay.mood = "stall"
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(connector.get_order("HK25-200001"), 0.2)
    relay.mood = "well"
    assert (await connector.get_order("HK25-200001")).order_no == "HK25-200001"
    assert relay.requests == 3  # one sign-in, its preferences, the order


async def test_same_door_as_for_the_demo_erp_checks_shows_and_cancels(
    tryton: RunningTryton,
    http: OutgoingHttp,
    accounts: tuple[AccountId, AccountId],
    *,
    fresh_database: Database,
    keyring: Keyring,
) -> None:
    settings: dict[str, object] = {"base_url": tryton.url, "database": tryton.database}
    config = registry.read_config("tryton", {**settings, "user": tryton.user, "password": tryton.password})
    tested = actions.Tested(connector="tryton", config=config, system_name="Tryton", checked_at=datetime.now(UTC))
    async with fresh_database.transaction(accounts[0]) as session:
        await actions.create_connection(session, accounts[0], keyring, name="Tryton", tested=tested)
    gateway = Gateway(fresh_database, keyring, http, limits=Limits(budget=timedelta(seconds=5)))
    visitor = Access(audience=Audience.VISITOR, conversation_id=7)
    assert await gateway.facts.check_order(accounts[0], "hk25-200005", "9999", visitor) is None
    checked = await gateway.facts.check_order(accounts[0], "hk25-200005", "4321", visitor)
    assert checked is not None
    assert [item.sku for item in checked.order.items or ()] == ["KT-HM-3302"]
    owner = Access(audience=Audience.VERIFIED, facts=CustomerFacts(customer_ref="KT100004", is_verified=True))
    deed = CancelOrder(order_no="HK25-200005")
    results = [await gateway.deeds.perform(accounts[0], deed, "conversation-7-cancel", owner) for _ in range(2)]
    assert results == [DeedResult(Outcome.DONE, None, "HK25-200005")] * 2
    assert (await gateway.get_order(accounts[0], "HK25-200005", owner)).order.status is OrderStatus.CANCELLED
    snapshot = await gateway.snapshot(accounts[0], owner)
    assert (snapshot.error, len(snapshot.orders or ())) == (None, 1)
