"""Owns who may see which field of a business fact, whole or masked: one table and what applies it. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType

from kaitak.business.contract import Audience, CustomerProfile, Order, Shipment


class Right(StrEnum):
    """What an audience gets of a field."""

    NONE = "-"
    MASKED = "m"
    FULL = "f"


def table(rows: Mapping[str, str]) -> Mapping[str, Mapping[Audience, Right]]:
    """Rights by field and audience, written as one mark for each audience."""
    made = {
        name: MappingProxyType({who: Right(mark) for who, mark in zip(Audience, marks.split(), strict=True)})
        for name, marks in rows.items()
    }
    return MappingProxyType(made)


ORDER_RIGHTS = table(
    {
        # visitor, claimed, checked (one order), verified (their own), agent, supervisor, administrator
        "order_no": "- - f f f f f",
        "status": "- - f f f f f",
        "shipment.carrier": "- - f f f f f",
        "shipment.status": "- - f f f f f",
        "shipment.eta": "- - f f f f f",
        "shipment.last_event": "- - f f f f f",
        "shipment.last_event_at": "- - f f f f f",
        "shipment.tracking_no": "- - f f f f f",
        "items": "- - f f f f f",
        "total": "- - f f f f f",
        "currency": "- - f f f f f",
        "placed_at": "- - f f f f f",
        "customer_ref": "- - - f f f f",
    }
)
PROFILE_RIGHTS = table(
    {
        "customer_ref": "- - - f f f f",
        "name": "- - - f f f f",
        "tier": "- - - f f f f",
        "points": "- - - f f f f",
        "since": "- - - f f f f",
        "email": "- - - m m f f",
        "phone": "- - - m m f f",
    }
)
_STAFF = frozenset({Audience.AGENT, Audience.SUPERVISOR, Audience.ADMINISTRATOR})


def is_staff(audience: Audience) -> bool:
    """Whether a person of the tenant looks, not the bot on a customer's behalf."""
    return audience in _STAFF


def may_open_customer(audience: Audience) -> bool:
    """Whether profile and list of orders of a proven customer may be opened."""
    return is_staff(audience) or audience is Audience.VERIFIED


def may_see_order(audience: Audience) -> bool:
    """Whether anything of an order may be shown; its number alone opens nothing."""
    return ORDER_RIGHTS["order_no"][audience] is not Right.NONE


def effective_audience(audience: Audience, *, owner: str | None, behalf: str | None) -> Audience:
    """A verified customer counts as verified for what is theirs, and as a stranger for the rest."""
    if audience is Audience.VERIFIED and (owner is None or owner != behalf):
        return Audience.VISITOR
    return audience


def show_order(order: Order, audience: Audience) -> Order:
    """The order with everything taken away that this audience may not see."""
    withheld = {name for name, rights in ORDER_RIGHTS.items() if rights[audience] is Right.NONE}
    return replace(
        order,
        items=None if "items" in withheld else order.items,
        total=None if "total" in withheld else order.total,
        currency=None if "currency" in withheld else order.currency,
        placed_at=None if "placed_at" in withheld else order.placed_at,
        customer_ref=None if "customer_ref" in withheld else order.customer_ref,
        shipment=None if order.shipment is None else _show_shipment(order.shipment, withheld),
        withheld=frozenset(withheld),
    )


def _show_shipment(shipment: Shipment, withheld: set[str]) -> Shipment:
    return Shipment(
        carrier=None if "shipment.carrier" in withheld else shipment.carrier,
        tracking_no=None if "shipment.tracking_no" in withheld else shipment.tracking_no,
        status=None if "shipment.status" in withheld else shipment.status,
        eta=None if "shipment.eta" in withheld else shipment.eta,
        last_event=None if "shipment.last_event" in withheld else shipment.last_event,
        last_event_at=None if "shipment.last_event_at" in withheld else shipment.last_event_at,
    )


def show_profile(profile: CustomerProfile, audience: Audience) -> CustomerProfile:
    """The profile with fields masked or taken away as this audience's rights say."""
    rights = {name: row[audience] for name, row in PROFILE_RIGHTS.items()}

    def allowed(name: str) -> bool:
        return rights[name] is not Right.NONE

    return CustomerProfile(
        customer_ref=profile.customer_ref if allowed("customer_ref") else None,
        name=profile.name if allowed("name") else None,
        email=_masked(profile.email, rights["email"], mask_email),
        phone=_masked(profile.phone, rights["phone"], mask_phone),
        tier=profile.tier if allowed("tier") else None,
        points=profile.points if allowed("points") else None,
        since=profile.since if allowed("since") else None,
        withheld=frozenset(name for name in rights if not allowed(name)),
    )


def _masked(value: str | None, right: Right, mask: Callable[[str], str]) -> str | None:
    if value is None or right is Right.NONE:
        return None
    return mask(value) if right is Right.MASKED else value


def mask_email(email: str) -> str:
    """The first letter and the domain: `m•••@example.com`."""
    local, at, domain = email.rpartition("@")
    return f"{local[:1]}•••@{domain}" if at and local else "•••"


def mask_phone(phone: str) -> str:
    """The last four digits, if enough are hidden before them: `•••• 5678`."""
    digits = re.sub(r"\D", "", phone)
    return f"•••• {digits[-4:]}" if len(digits) >= 8 else "••••"


def mask_text(text: str) -> str:
    """The first quarter, six characters at the most: `九龍啟德沐•••`."""
    return f"{text[: min(6, len(text) // 4)]}•••"


def fields_of_order(order: Order) -> list[str]:
    """The names of the fields that were shown, for the access log."""
    shown = [name for name in ORDER_RIGHTS if name not in order.withheld]
    return shown if order.shipment is not None else [name for name in shown if not name.startswith("shipment.")]


def fields_of_profile(profile: CustomerProfile) -> list[str]:
    """The names of the fields that were shown, for the access log."""
    return [name for name in PROFILE_RIGHTS if name not in profile.withheld]
