"""The table of who may see which field of a fact and who may do what."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kaitak.business import rights
from kaitak.business.contract import Audience
from kaitak.business.deeds import DEED_NAMES, CancelOrder, ChangePaymentMethod, Deed, RequestInvoice, UpdateContact
from kaitak.business.facts import (
    DELIVERY,
    INVOICES,
    POLICIES,
    READS,
    STOCK,
    Delivery,
    InsurancePolicy,
    Invoice,
    StockLevel,
)
from kaitak.business.policy import Right

STRANGERS = {Audience.VISITOR, Audience.CLAIMED}
POLICY = InsurancePolicy(
    policy_no="KP-1",
    product="旅遊保險",
    status="in_force",
    sum_insured=Decimal(1500000),
    currency="HKD",
    starts_on=date(2026, 1, 1),
    ends_on=date(2027, 1, 1),
    payment_method="card_on_file",
    beneficiary="黃志強（配偶）",
)


def test_every_field_of_every_fact_has_a_row_and_every_deed_too() -> None:
    for read in READS.values():
        assert set(read.fact.model_fields) - {"withheld"} == set(rights.FACT_RIGHTS[read.name])
    assert set(DEED_NAMES) <= set(rights.DEED_RIGHTS)


def test_rights_to_see_only_grow_among_customers_and_among_staff() -> None:
    worth = {Right.NONE: 0, Right.MASKED: 1, Right.FULL: 2}
    for row in (row for rows in rights.FACT_RIGHTS.values() for row in rows.values()):
        values = [worth[row[audience]] for audience in Audience]
        staff = values[-3:]
        assert (values[:4], staff) == (sorted(values[:4]), sorted(staff))


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("name", sorted(READS))
def test_strangers_get_only_what_belongs_to_nobody(name: str, audience: Audience) -> None:
    of_order = {"list_parcel_events", "get_delivery"}
    is_checked = audience is Audience.CHECKED and name in of_order
    is_permitted = audience not in STRANGERS | {Audience.CHECKED} or name == "list_stock" or is_checked
    assert rights.may_read(READS[name], audience) is is_permitted


@pytest.mark.parametrize(
    ("audience", "method", "beneficiary"),
    [
        (Audience.VERIFIED, "car•••", None),
        (Audience.AGENT, "car•••", "黃•••"),
        (Audience.SUPERVISOR, "card_on_file", "黃志強（配偶）"),
    ],
)
def test_policy_is_masked_by_role(audience: Audience, method: str, beneficiary: str | None) -> None:
    shown = rights.show(POLICIES, POLICY, audience)
    assert (shown.payment_method, shown.beneficiary) == (method, beneficiary)
    assert shown.withheld == (("beneficiary",) if beneficiary is None else ())
    assert shown.sum_insured == POLICY.sum_insured


def test_address_email_and_stock_are_spared() -> None:
    address = Delivery(order_no="A", address="九龍啟德沐安街 11 號 18 樓 A 室", day=None, slot=None)
    assert rights.show(DELIVERY, address, Audience.CHECKED).address is None
    assert rights.show(DELIVERY, address, Audience.VERIFIED).address == "九龍啟德沐•••"
    invoice = Invoice(
        invoice_no="I", order_no="A", total=None, currency=None, issued_at=None, sent_to="amy@example.com"
    )
    assert rights.show(INVOICES, invoice, Audience.VERIFIED).sent_to == "a•••@example.com"
    stock = StockLevel(sku="S", name="n", shop="旺角店", is_available=True, qty=5)
    assert (rights.show(STOCK, stock, Audience.VISITOR).qty, rights.show(STOCK, stock, Audience.AGENT).qty) == (None, 5)


@pytest.mark.parametrize(
    ("deed", "permitted"),
    [
        (CancelOrder(order_no="A"), "VERIFIED AGENT SUPERVISOR ADMINISTRATOR"),
        (RequestInvoice(order_no="A"), "VERIFIED AGENT SUPERVISOR ADMINISTRATOR"),
        (RequestInvoice(order_no="A", email="x@example.com"), "AGENT SUPERVISOR ADMINISTRATOR"),
        (UpdateContact(phone="+85260001234"), "VERIFIED AGENT SUPERVISOR ADMINISTRATOR"),
        (UpdateContact(email="x@example.com"), "AGENT SUPERVISOR ADMINISTRATOR"),
        (ChangePaymentMethod(policy_no="K", method="fps"), "VERIFIED SUPERVISOR ADMINISTRATOR"),
    ],
)
def test_deeds_and_their_fields_are_permitted_by_role(deed: Deed, permitted: str) -> None:
    allowed = {audience.name for audience in Audience if rights.refused_part(deed, audience) is None}
    assert allowed == set(permitted.split())
