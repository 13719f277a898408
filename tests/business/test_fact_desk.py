"""Further facts through the gateway, against both demo ERPs on loopback."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kaitak.business import queries
from kaitak.business.contract import (
    Access,
    Audience,
    BusinessNotFoundError,
    BusinessNotPermittedError,
    CustomerFacts,
    SnapshotError,
)
from kaitak.business.errors import CheckLimitError
from kaitak.business.facts import (
    CLAIMS,
    DELIVERY,
    INVOICES,
    POINTS,
    POLICIES,
    PREMIUMS,
    READS,
    SERVICE,
    STOCK,
    TRACKING,
)
from kaitak.business.gateway import Gateway
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.demo.erp.insurer import HOLDER
from kaitak.demo.erp.world import MEI_LING
from tests.business.conftest import MovableClock, connect
from tests.business.unruly import Unruly
from tests.demo.erp_server import RunningErp

VISITOR = Access(audience=Audience.VISITOR, conversation_id=70)
CUSTOMER = Access(audience=Audience.VERIFIED, facts=CustomerFacts(customer_ref=MEI_LING, is_verified=True))
INSURED = Access(audience=Audience.VERIFIED, facts=CustomerFacts(customer_ref=HOLDER, is_verified=True))


async def test_customer_reads_what_is_theirs_and_the_look_is_logged(
    gateway: Gateway, account_id: AccountId, fresh_database: Database
) -> None:
    service = await gateway.facts.read(account_id, SERVICE, CUSTOMER)
    assert service.facts[0].summary
    assert (await gateway.facts.read(account_id, POINTS, CUSTOMER)).facts
    invoices = await gateway.facts.read(account_id, INVOICES, CUSTOMER)
    assert all(one.sent_to == "m•••@example.com" for one in invoices.facts)
    async with fresh_database.transaction(account_id) as session:
        line = (await queries.list_access(session, account_id))[0]
    assert (line.action, line.object, line.outcome) == ("list_invoices", f"customer:{MEI_LING}", "shown")
    assert "total" in line.fields


async def test_insurer_tells_policies_claims_and_premiums(
    gateway: Gateway,
    accounts: tuple[AccountId, AccountId],
    fresh_database: Database,
    keyring: Keyring,
    insurer: RunningErp,
) -> None:
    await connect(fresh_database, keyring, accounts[1], insurer.url)
    policies = (await gateway.facts.read(accounts[1], POLICIES, INSURED)).facts
    assert [one.policy_no for one in policies] == ["KP-88001", "KP-88002"]
    assert all(one.beneficiary is None for one in policies)
    premiums = (await gateway.facts.read(accounts[1], PREMIUMS, INSURED)).facts
    assert {one.policy_no for one in premiums} == {"KP-88001", "KP-88002"}
    claims = (await gateway.facts.read(accounts[1], CLAIMS, INSURED)).facts
    assert {one.claim_no: one.missing_documents for one in claims}["KC-60001"] == ("醫生紙", "收據正本")


@pytest.mark.parametrize("name", ["list_returns", "list_invoices", "list_policies", "list_claims", "list_premiums"])
async def test_nobody_unproven_reads_a_customers_facts(gateway: Gateway, account_id: AccountId, name: str) -> None:
    claimed = CustomerFacts(customer_ref=MEI_LING, email="meiling.chan@example.com")
    for audience in (Audience.VISITOR, Audience.CLAIMED, Audience.AGENT, Audience.ADMINISTRATOR):
        with pytest.raises(BusinessNotPermittedError):
            await gateway.facts.read(account_id, READS[name], Access(audience=audience, facts=claimed))


async def test_stock_is_everybodys_without_the_count(gateway: Gateway, account_id: AccountId) -> None:
    stock = await gateway.facts.read(account_id, STOCK, VISITOR, subject="kt-au-2101")
    assert {one.shop for one in stock.facts} == {"旺角店", "銅鑼灣店", "沙田店", "啟德總店"}
    assert all(one.qty is None and one.is_available is not None for one in stock.facts)
    for wrong in ("KT-XX-0000", "", "../orders", "x" * 99):
        with pytest.raises(BusinessNotFoundError):
            await gateway.facts.read(account_id, STOCK, VISITOR, subject=wrong)


async def test_check_of_an_order_opens_it_in_this_conversation_only(gateway: Gateway, account_id: AccountId) -> None:
    with pytest.raises(BusinessNotPermittedError):
        await gateway.get_order(account_id, "HK25-100234", VISITOR)
    assert await gateway.facts.check_order(account_id, "HK25-100234", "9999", VISITOR) is None
    assert await gateway.facts.check_order(account_id, "HK25-999999", "1234", VISITOR) is None
    checked = await gateway.facts.check_order(account_id, "hk25-100234", "1234", VISITOR)
    assert checked is not None
    assert (str(checked.order.total), checked.order.customer_ref) == ("1575.00", None)
    assert (await gateway.get_order(account_id, "HK25-100234", VISITOR)).order == checked.order
    delivery = await gateway.facts.read(account_id, DELIVERY, VISITOR, subject="HK25-100234")
    assert (delivery.facts[0].slot, delivery.facts[0].address) == ("14:00-18:00", None)
    elsewhere = Access(audience=Audience.VISITOR, conversation_id=71)
    for order_no, access in (("HK25-100234", elsewhere), ("HK25-100235", VISITOR)):
        with pytest.raises(BusinessNotPermittedError):
            await gateway.get_order(account_id, order_no, access)


async def test_check_ends_after_half_an_hour(gateway: Gateway, account_id: AccountId, clock: MovableClock) -> None:
    assert await gateway.facts.check_order(account_id, "HK25-100234", "1234", VISITOR)
    clock.ahead = timedelta(minutes=31)
    with pytest.raises(BusinessNotPermittedError):
        await gateway.get_order(account_id, "HK25-100234", VISITOR)


async def test_guessing_ends_after_five_tries_from_however_many_conversations(
    gateway: Gateway, account_id: AccountId
) -> None:
    for number in range(5):
        stranger = Access(audience=Audience.VISITOR, conversation_id=100 + number)
        assert await gateway.facts.check_order(account_id, "HK25-100234", f"000{number}", stranger) is None
    with pytest.raises(CheckLimitError):
        await gateway.facts.check_order(account_id, "HK25-100234", "1234", VISITOR)


async def test_panel_gets_several_kinds_at_once_and_each_gap_says_why(
    gateway: Gateway, account_id: AccountId, relay: Unruly
) -> None:
    found = await gateway.facts.read_customer(account_id, [READS["list_returns"], READS["list_points"]], CUSTOMER)
    assert [(one.read.name, one.error) for one in found] == [("list_returns", None), ("list_points", None)]
    relay.mood = "error"
    found = await gateway.facts.read_customer(account_id, [READS["list_service_records"]], CUSTOMER)
    assert found[0].error is SnapshotError.UNAVAILABLE
    stranger = await gateway.facts.read_customer(account_id, [READS["list_service_records"]], VISITOR)
    assert stranger[0].error is SnapshotError.NOT_PERMITTED


async def test_facts_are_remembered_with_their_age_when_the_system_fails(
    gateway: Gateway, account_id: AccountId, relay: Unruly, clock: MovableClock
) -> None:
    live = await gateway.facts.read(account_id, TRACKING, CUSTOMER, subject="HK25-100234")
    relay.mood, clock.ahead = "error", timedelta(minutes=5)
    stale = await gateway.facts.read(account_id, TRACKING, CUSTOMER, subject="HK25-100234")
    assert stale.facts == live.facts
    assert stale.freshness.is_stale
    assert stale.freshness.age >= timedelta(minutes=5)
