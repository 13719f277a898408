"""Deeds through the gateway against the demo ERPs: rights, one effect for a key, three outcomes that are true."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from kaitak.business import queries
from kaitak.business.contract import Access, Audience, BusinessNotPermittedError, CustomerFacts
from kaitak.business.deeds import (
    CancelOrder,
    ChangeAddress,
    ChangeDeliverySlot,
    ChangePaymentMethod,
    DeedResult,
    Outcome,
    ReportItem,
    RequestInvoice,
    RequestReturn,
    SubmitClaim,
    UpdateContact,
)
from kaitak.business.errors import DeedKeyReusedError, DeedUnknownError
from kaitak.business.facts import CLAIMS, RETURNS
from kaitak.business.gateway import Gateway
from kaitak.core.crypto import Keyring
from kaitak.core.errors import InvalidError
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.demo.erp.insurer import HOLDER
from kaitak.demo.erp.world import MEI_LING
from tests.business.conftest import MovableClock, connect
from tests.business.unruly import Mood, Unruly
from tests.demo.erp_server import RunningErp

OWNER = CustomerFacts(customer_ref=MEI_LING, is_verified=True)
CUSTOMER = Access(audience=Audience.VERIFIED, facts=OWNER, conversation_id=9)
AGENT = Access(audience=Audience.AGENT, actor="user:12", facts=OWNER, conversation_id=9)
OTHER = Access(audience=Audience.VERIFIED, facts=CustomerFacts(customer_ref="KT100004", is_verified=True))
VISITOR = Access(audience=Audience.VISITOR, conversation_id=8)


@pytest.fixture(autouse=True)
def _back_to_the_start(erp: RunningErp) -> None:
    """Each test finds the orders of the walk-through as they were, and no deed done."""
    with psycopg.connect(erp.dsn) as connection:
        connection.execute("delete from deeds")
        connection.execute("delete from returns where sku is not null")
        connection.execute("update orders set status = 'packing' where order_no = 'HK25-100235'")


def status_of(erp: RunningErp, order_no: str) -> str:
    with psycopg.connect(erp.dsn) as connection:
        row = connection.execute("select status from orders where order_no = %s", (order_no,)).fetchone()
    assert row is not None
    return str(row[0])


async def test_impatient_customer_cancels_once(
    gateway: Gateway, account_id: AccountId, erp: RunningErp, relay: Unruly
) -> None:
    deed = CancelOrder(order_no="HK25-100235", reason="唔要啦")
    first = await gateway.deeds.perform(account_id, deed, "turn-1-cancel", CUSTOMER)
    assert first == DeedResult(Outcome.DONE)
    assert await gateway.deeds.perform(account_id, deed, "turn-1-cancel", CUSTOMER) == first
    assert relay.deeds == 1
    again = await gateway.deeds.perform(account_id, deed, "turn-2-cancel", CUSTOMER)
    assert again == DeedResult(Outcome.REFUSED, "already_cancelled")
    assert status_of(erp, "HK25-100235") == "cancelled"
    assert (await gateway.get_order(account_id, "HK25-100235", CUSTOMER)).order.status == "cancelled"


async def test_order_that_leaves_between_the_question_and_the_yes_is_not_cancelled_and_is_told_at_once(
    gateway: Gateway, account_id: AccountId, erp: RunningErp
) -> None:
    seen = await gateway.get_order(account_id, "HK25-100235", CUSTOMER)
    assert seen.order.status == "packing"
    with psycopg.connect(erp.dsn) as connection:
        connection.execute("update orders set status = 'shipped' where order_no = 'HK25-100235'")
    result = await gateway.deeds.perform(account_id, CancelOrder(order_no="HK25-100235"), "left-meanwhile", CUSTOMER)
    assert result == DeedResult(Outcome.REFUSED, "already_shipped")
    assert (await gateway.get_order(account_id, "HK25-100235", CUSTOMER)).order.status == "shipped"


@pytest.mark.parametrize("mood", ["garbage", "wrong_shape", "error", "huge", "twice"])
async def test_answer_to_a_deed_that_cannot_be_read_is_unknown_and_looked_up(
    gateway: Gateway, account_id: AccountId, relay: Unruly, erp: RunningErp, mood: Mood
) -> None:
    deed, key = CancelOrder(order_no="HK25-100235"), f"unreadable-{mood}"
    await gateway.get_order(account_id, "HK25-100235", CUSTOMER)
    relay.mood = mood
    first = await gateway.deeds.perform(account_id, deed, key, CUSTOMER)
    assert first.outcome is (Outcome.DONE if mood == "twice" else Outcome.UNKNOWN)
    relay.mood = "well"
    second = await gateway.deeds.perform(account_id, deed, key, CUSTOMER)
    assert second.outcome is Outcome.DONE
    assert status_of(erp, "HK25-100235") == "cancelled"
    with psycopg.connect(erp.dsn) as connection:
        assert connection.execute("select count(*) from deeds").fetchone() == (1,)


async def test_two_at_once_with_one_key_are_one_deed(gateway: Gateway, account_id: AccountId, relay: Unruly) -> None:
    deed = RequestReturn(order_no="HK25-100198", sku="KT-BT-6102")
    both = await asyncio.gather(*(gateway.deeds.perform(account_id, deed, "turn-3-return", CUSTOMER) for _ in range(4)))
    assert relay.deeds == 1
    assert {one.outcome for one in both} <= {Outcome.DONE, Outcome.UNKNOWN}
    returns = (await gateway.facts.read(account_id, RETURNS, CUSTOMER)).facts
    assert [one.status for one in returns].count("requested") == 1
    assert (await gateway.deeds.check(account_id, "turn-3-return", CUSTOMER)).outcome is Outcome.DONE


async def test_lost_answer_is_unknown_then_found_to_be_done_and_never_sent_again(
    gateway: Gateway, account_id: AccountId, erp: RunningErp, relay: Unruly
) -> None:
    relay.mood = "lose_answer"
    deed = CancelOrder(order_no="HK25-100235")
    lost = await gateway.deeds.perform(account_id, deed, "turn-4-cancel", CUSTOMER)
    assert lost.outcome is Outcome.UNKNOWN
    assert status_of(erp, "HK25-100235") == "cancelled"
    assert await gateway.deeds.check(account_id, "turn-4-cancel", CUSTOMER) == DeedResult(Outcome.DONE)
    relay.mood = "well"
    assert await gateway.deeds.perform(account_id, deed, "turn-4-cancel", CUSTOMER) == DeedResult(Outcome.DONE)
    assert relay.deeds == 1


async def test_repeat_after_an_unknown_outcome_asks_first_and_sends_only_what_never_arrived(
    gateway: Gateway, account_id: AccountId, erp: RunningErp, relay: Unruly
) -> None:
    relay.mood = "lose_deed"
    deed = CancelOrder(order_no="HK25-100235")
    lost = await gateway.deeds.perform(account_id, deed, "turn-5-cancel", CUSTOMER)
    assert lost.outcome is Outcome.UNKNOWN
    assert await gateway.deeds.check(account_id, "turn-5-cancel", CUSTOMER) == DeedResult(
        Outcome.REFUSED, "unavailable"
    )
    assert status_of(erp, "HK25-100235") == "packing"
    relay.mood = "well"
    again = await gateway.deeds.perform(account_id, deed, "turn-5-cancel", CUSTOMER)
    assert (again, status_of(erp, "HK25-100235")) == (DeedResult(Outcome.DONE), "cancelled")


async def test_deed_of_a_process_that_died_is_looked_up_after_its_lease(
    gateway: Gateway, account_id: AccountId, fresh_database: Database, clock: MovableClock, relay: Unruly
) -> None:
    deed = CancelOrder(order_no="HK25-100235")
    await gateway.deeds.perform(account_id, deed, "turn-6-cancel", CUSTOMER)
    async with fresh_database.transaction(account_id) as session:
        row = await queries.find_deed(session, account_id, "turn-6-cancel")
        assert row is not None
        row.state = "sending"
    in_progress = await gateway.deeds.perform(account_id, deed, "turn-6-cancel", CUSTOMER)
    assert in_progress == DeedResult(Outcome.UNKNOWN, "in_progress")
    clock.ahead = timedelta(seconds=31)
    assert await gateway.deeds.perform(account_id, deed, "turn-6-cancel", CUSTOMER) == DeedResult(Outcome.DONE)
    assert relay.deeds == 1


async def test_deed_on_what_is_not_theirs_never_reaches_the_system_and_is_logged(
    gateway: Gateway, account_id: AccountId, fresh_database: Database, relay: Unruly
) -> None:
    for access in (OTHER, VISITOR, Access(audience=Audience.AGENT, actor="user:12")):
        with pytest.raises(BusinessNotPermittedError):
            await gateway.deeds.perform(account_id, CancelOrder(order_no="HK25-100235"), "turn-7-cancel", access)
    with pytest.raises(BusinessNotPermittedError):
        await gateway.deeds.perform(account_id, UpdateContact(email="thief@example.com"), "turn-7-mail", CUSTOMER)
    assert relay.deeds == 0
    async with fresh_database.transaction(account_id) as session:
        lines = await queries.list_access(session, account_id)
    assert [line.outcome for line in lines] == ["not_permitted"] * 4


async def test_key_is_of_one_deed_and_of_one_customer(gateway: Gateway, account_id: AccountId) -> None:
    await gateway.deeds.perform(account_id, RequestInvoice(order_no="HK25-100234"), "turn-8-bill", CUSTOMER)
    with pytest.raises(DeedKeyReusedError):
        await gateway.deeds.perform(account_id, RequestInvoice(order_no="HK25-100235"), "turn-8-bill", CUSTOMER)
    with pytest.raises(DeedUnknownError):
        await gateway.deeds.check(account_id, "turn-8-bill", OTHER)
    with pytest.raises(InvalidError):
        await gateway.deeds.perform(account_id, RequestInvoice(order_no="HK25-100234"), "x y", CUSTOMER)


async def test_checked_visitor_reports_a_broken_item_but_does_not_cancel(
    gateway: Gateway, account_id: AccountId
) -> None:
    await gateway.facts.check_order(account_id, "HK25-100198", "1234", VISITOR)
    report = ReportItem(order_no="HK25-100198", sku="KT-BT-6118", problem="damaged", note="支裝裂咗")
    done = await gateway.deeds.perform(account_id, report, "turn-9-broken", VISITOR)
    assert done.outcome is Outcome.DONE
    assert (done.reference or "").startswith("RT")
    with pytest.raises(BusinessNotPermittedError):
        await gateway.deeds.perform(account_id, CancelOrder(order_no="HK25-100198"), "turn-9-cancel", VISITOR)


async def test_agent_changes_address_and_slot_and_the_log_names_the_fields(
    gateway: Gateway, account_id: AccountId, fresh_database: Database
) -> None:
    day = (datetime.now(UTC) + timedelta(days=4)).date()
    slot = ChangeDeliverySlot(order_no="HK25-100235", day=day, slot="18:00-22:00")
    assert (await gateway.deeds.perform(account_id, slot, "agent-1-slot", AGENT)).outcome is Outcome.DONE
    late = slot.model_copy(update={"day": day + timedelta(days=60)})
    refused = await gateway.deeds.perform(account_id, late, "agent-2-slot", AGENT)
    assert refused == DeedResult(Outcome.REFUSED, "day_not_served")
    move = ChangeAddress(order_no="HK25-100234", address="新界沙田正街 18 號")
    assert (await gateway.deeds.perform(account_id, move, "agent-3-move", AGENT)).reason == "already_shipped"
    async with fresh_database.transaction(account_id) as session:
        lines = await queries.list_access(session, account_id)
    assert [(line.outcome, line.fields) for line in lines if line.action == "change_delivery_slot"] == [
        ("refused", ["order_no", "day", "slot"]),
        ("done", ["order_no", "day", "slot"]),
    ]


async def test_system_that_is_down_takes_nothing_and_the_same_key_works_later(
    gateway: Gateway, account_id: AccountId, relay: Unruly, clock: MovableClock
) -> None:
    await gateway.get_order(account_id, "HK25-100235", CUSTOMER)
    relay.mood = "hang_up"
    clock.ahead = timedelta(seconds=6)
    for number in range(6):
        await gateway.snapshot(account_id, Access(audience=Audience.AGENT, facts=OWNER), limit=number + 1)
    deed = CancelOrder(order_no="HK25-100235")
    refused = await gateway.deeds.perform(account_id, deed, "turn-10-cancel", CUSTOMER)
    assert refused == DeedResult(Outcome.REFUSED, "unavailable")
    relay.mood, clock.ahead = "well", timedelta(seconds=30)
    assert (await gateway.deeds.perform(account_id, deed, "turn-10-cancel", CUSTOMER)).outcome is Outcome.DONE


async def test_insured_gives_notice_of_a_claim_on_their_own_policy_only(
    gateway: Gateway,
    accounts: tuple[AccountId, AccountId],
    fresh_database: Database,
    keyring: Keyring,
    insurer: RunningErp,
) -> None:
    await connect(fresh_database, keyring, accounts[1], insurer.url)
    holder = Access(audience=Audience.VERIFIED, facts=CustomerFacts(customer_ref=HOLDER, is_verified=True))
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date()
    claim = SubmitClaim(policy_no="KP-88001", incident_on=yesterday, description="撞咗車尾")
    done = await gateway.deeds.perform(accounts[1], claim, "claim-00001", holder)
    assert done.outcome is Outcome.DONE
    claims = (await gateway.facts.read(accounts[1], CLAIMS, holder)).facts
    assert (claims[0].claim_no, claims[0].status) == (done.reference, "notified")
    foreign = claim.model_copy(update={"policy_no": "KP-88003"})
    with pytest.raises(BusinessNotPermittedError):
        await gateway.deeds.perform(accounts[1], foreign, "claim-00002", holder)
    pay = ChangePaymentMethod(policy_no="KP-88001", method="fps")
    assert (await gateway.deeds.perform(accounts[1], pay, "claim-pay-1", holder)).outcome is Outcome.DONE
    agent = Access(audience=Audience.AGENT, actor="user:1", facts=holder.facts)
    with pytest.raises(BusinessNotPermittedError):
        await gateway.deeds.perform(accounts[1], pay, "claim-pay-2", agent)
