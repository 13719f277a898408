"""What only Tryton has: its sales' states as ours, keys in comments, deeds whose answer was lost, sessions that end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from kaitak.business import registry
from kaitak.business.connectors.tryton.connector import Tryton, TrytonConfig
from kaitak.business.contract import BusinessUnavailableError, CustomerFacts, OrderStatus
from kaitak.business.deeds import CancelOrder, DeedResult, Outcome
from kaitak.business.facts import READS
from kaitak.core.http import OutgoingHttp
from tests.business import unruly
from tests.business.unruly import Unruly
from tests.systems.tryton import seed
from tests.systems.tryton.running import RunningTryton

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("tryton"), pytest.mark.timeout(300)]


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
    mei = await connector.find_customer(CustomerFacts(phone="+85291234567"))
    assert mei is not None
    assert (mei.customer_ref, mei.name, mei.email) == ("MEI", "陳美玲", "meiling@example.com")
    shipped = await connector.get_order("1")
    assert shipped.status is OrderStatus.SHIPPED
    assert (str(shipped.total), shipped.currency, shipped.shipment and shipped.shipment.status) == (
        "3078.00",
        "HKD",
        "in_transit",
    )
    assert next((item.sku, item.qty, str(item.price)) for item in shipped.items or ()) == ("KT-AU-2101", 2, "899.00")
    assert (await connector.get_order("2")).status in {OrderStatus.PACKING, OrderStatus.PAID}
    assert (await connector.get_order("5")).status is OrderStatus.PENDING_PAYMENT
    (stock,) = await connector.read(READS["list_stock"], "kt-au-2101", 5)
    assert stock.model_dump()["qty"] == 12
    (delivery,) = await connector.read(READS["get_delivery"], "1", 5)
    assert "1 Kai Tak Road" in str(delivery.model_dump()["address"])
    (event,) = await connector.read(READS["list_parcel_events"], "1", 5)
    assert event.model_dump()["text"] == "in_transit"


async def test_what_left_or_is_packed_or_is_anothers_is_not_cancelled(connector: Tryton) -> None:
    async def cancel(order_no: str, customer: str) -> DeedResult:
        return await connector.perform(CancelOrder(order_no=order_no), customer, f"tryton-key-{order_no}{customer}")

    assert await cancel("1", "MEI") == DeedResult(Outcome.REFUSED, "already_shipped")
    assert await cancel("2", "MEI") == DeedResult(Outcome.REFUSED, "being_packed")
    assert await cancel("5", "MEI") == DeedResult(Outcome.REFUSED, "unknown_order")
    assert await cancel("99", "MEI") == DeedResult(Outcome.REFUSED, "unknown_order")
    assert (await connector.get_order("5")).status is OrderStatus.PENDING_PAYMENT


async def test_lost_answer_is_unknown_and_the_key_tells_later_what_happened(
    connector: Tryton, relay: Unruly, tryton: RunningTryton, http: OutgoingHttp
) -> None:
    deed, key = CancelOrder(order_no="4", reason="bought [kaitak x] twice"), "tryton-lost-answer"
    await connector.get_order("4")
    relay.lose("sale.cancel")
    assert (await connector.perform(deed, "MEI", key)).outcome is Outcome.UNKNOWN
    relay.lose("")
    assert await connector.check_deed(key) == DeedResult(Outcome.DONE, None, "4")
    assert await connector.perform(deed, "MEI", key) == DeedResult(Outcome.DONE, None, "4")
    assert await connector.perform(deed, "MEI", "tryton-another-key") == DeedResult(
        Outcome.REFUSED, "already_cancelled"
    )
    admin = seed.Client(tryton.rpc_url, tryton.user, tryton.password)
    sale = admin.find("sale.sale", ["number", "=", "4"])
    comment = str(admin.call("model.sale.sale.read", [sale], ["comment"], admin.context))
    assert comment.count("[kaitak tryton-lost-answer") == 1


async def test_system_that_answers_nonsense_hangs_up_or_fails_is_unavailable(connector: Tryton, relay: Unruly) -> None:
    await connector.check()
    for mood in ("garbage", "wrong_shape", "error", "hang_up", "not_found", "huge"):
        relay.mood = mood
        with pytest.raises(BusinessUnavailableError):
            await connector.get_order("1")
    relay.mood = "well"
    assert (await connector.get_order("1")).order_no == "1"


async def test_session_that_ended_is_renewed_and_a_wrong_password_is_told(
    connector: Tryton, relay: Unruly, tryton: RunningTryton, http: OutgoingHttp
) -> None:
    await connector.check()
    connector._rpc._session = "YTox OmE="  # what Tryton no longer knows
    orders = await asyncio.gather(*(connector.list_orders("MEI", 3) for _ in range(3)))
    assert {len(found) for found in orders} == {3}
    settings = {"base_url": relay.url, "database": tryton.database, "user": "nobody", "password": "wrong password"}
    config = registry.read_config("tryton", dict(settings))
    with pytest.raises(BusinessUnavailableError, match="user or the password"):
        await registry.build("tryton", config, http).check()
