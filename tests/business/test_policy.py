"""Who may see which field."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaitak.business import policy
from kaitak.business.contract import Audience, CustomerProfile, Order, OrderItem, OrderStatus, Shipment

ORDER = Order(
    order_no="HK25-1",
    status=OrderStatus.SHIPPED,
    items=(OrderItem("A", "Thing", 1, Decimal("9.50")),),
    total=Decimal("9.50"),
    currency="HKD",
    placed_at=datetime(2026, 1, 1, tzinfo=UTC),
    shipment=Shipment("SF", "SF1", "shipped", date(2026, 1, 2), "left", datetime(2026, 1, 1, tzinfo=UTC)),
    customer_ref="C1",
)
PROFILE = CustomerProfile("C1", "陳美玲", "meiling@example.com", "+85260001234", "gold", 5, date(2020, 1, 1))
STRANGERS = [Audience.VISITOR, Audience.CLAIMED]
KNOWN = [Audience.VERIFIED, Audience.AGENT, Audience.SUPERVISOR, Audience.ADMINISTRATOR]


@pytest.mark.parametrize("audience", Audience)
def test_order_is_shown_to_its_buyer_and_to_staff_and_who_was_checked_learns_no_customer(audience: Audience) -> None:
    assert policy.may_see_order(audience) is (audience not in STRANGERS)
    if audience in STRANGERS:
        assert policy.show_order(ORDER, audience).withheld == set(policy.ORDER_RIGHTS)
        assert policy.fields_of_order(policy.show_order(ORDER, audience)) == []
    if audience is Audience.CHECKED:
        assert policy.show_order(ORDER, audience).withheld == {"customer_ref"}


@pytest.mark.parametrize("audience", KNOWN)
def test_owner_and_staff_see_the_whole_order(audience: Audience) -> None:
    assert policy.show_order(ORDER, audience) == ORDER


@pytest.mark.parametrize("audience", STRANGERS)
def test_stranger_sees_nothing_of_a_profile(audience: Audience) -> None:
    shown = policy.show_profile(PROFILE, audience)
    assert set(policy.PROFILE_RIGHTS) == shown.withheld
    assert [getattr(shown, name) for name in policy.PROFILE_RIGHTS] == [None] * len(policy.PROFILE_RIGHTS)


def test_agent_sees_masked_email_and_phone_and_supervisor_sees_them_whole() -> None:
    agent = policy.show_profile(PROFILE, Audience.AGENT)
    assert (agent.email, agent.phone) == ("m•••@example.com", "•••• 1234")
    assert policy.show_profile(PROFILE, Audience.SUPERVISOR) == PROFILE


def test_every_field_of_the_contract_has_a_row_in_the_table() -> None:
    order = {name for name in Order.__dataclass_fields__ if name not in {"withheld", "shipment"}}
    parcel = {f"shipment.{name}" for name in Shipment.__dataclass_fields__}
    assert order | parcel == set(policy.ORDER_RIGHTS)
    assert set(CustomerProfile.__dataclass_fields__) - {"withheld"} == set(policy.PROFILE_RIGHTS)


def test_rights_only_grow_from_visitor_to_administrator_among_customers_and_among_staff() -> None:
    worth = {policy.Right.NONE: 0, policy.Right.MASKED: 1, policy.Right.FULL: 2}
    for row in (*policy.ORDER_RIGHTS.values(), *policy.PROFILE_RIGHTS.values()):
        values = [worth[row[audience]] for audience in Audience]
        assert values == sorted(values)


@pytest.mark.parametrize(
    ("audience", "owner", "behalf", "effective"),
    [
        (Audience.VERIFIED, "C1", "C1", Audience.VERIFIED),
        (Audience.VERIFIED, "C2", "C1", Audience.VISITOR),
        (Audience.VERIFIED, None, None, Audience.VISITOR),
        (Audience.VERIFIED, "C1", None, Audience.VISITOR),
        (Audience.AGENT, "C2", "C1", Audience.AGENT),
        (Audience.CLAIMED, "C1", "C1", Audience.CLAIMED),
    ],
)
def test_verified_customer_is_a_stranger_to_other_peoples_orders(
    audience: Audience, owner: str | None, behalf: str | None, effective: Audience
) -> None:
    assert policy.effective_audience(audience, owner=owner, behalf=behalf) is effective


@given(st.text(max_size=40))
def test_mask_never_shows_more_than_the_first_letter_before_the_domain(email: str) -> None:
    local, _, domain = email.rpartition("@")
    masked = policy.mask_email(email)
    assert masked in {"•••", f"{local[:1]}•••@{domain}"}


@given(st.text(max_size=30))
def test_mask_of_a_phone_hides_at_least_four_digits(phone: str) -> None:
    digits = [letter for letter in phone if letter.isdigit()]
    shown = [letter for letter in policy.mask_phone(phone) if letter.isdigit()]
    assert len(shown) in {0, 4}
    assert len(digits) - len(shown) >= 4 or not shown


def test_access_log_names_the_fields_that_were_shown() -> None:
    checked = policy.fields_of_order(policy.show_order(ORDER, Audience.CHECKED))
    assert {"order_no", "status", "total"} <= set(checked)
    assert "customer_ref" not in checked
    unsent = policy.show_order(replace(ORDER, shipment=None), Audience.AGENT)
    assert not any(name.startswith("shipment.") for name in policy.fields_of_order(unsent))
