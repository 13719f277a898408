"""Owns what the demo ERP says on the wire, and its translation into our contract. Pure."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from kaitak.business.contract import (
    BusinessUnavailableError,
    CustomerProfile,
    Order,
    OrderItem,
    OrderStatus,
    Shipment,
)
from kaitak.business.deeds import DeedResult, Outcome
from kaitak.business.facts import F, Read

_Text = Annotated[str, StringConstraints(max_length=500)]
_Ref = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True)


class WireHealth(_Wire):
    """GET /health."""

    status: Literal["ok"]
    name: _Text


class WireLine(_Wire):
    """One line of an order."""

    sku: _Ref
    name: _Text
    qty: Annotated[int, Field(ge=1, le=10_000)]
    price: _Amount


class WireShipment(_Wire):
    """A parcel with its newest event."""

    carrier: _Text
    tracking_no: _Text
    status: _Text
    eta: date | None
    last_event: _Text | None
    last_event_at: AwareDatetime | None


class WireOrder(_Wire):
    """GET /api/orders/{order_no}."""

    order_no: _Ref
    status: OrderStatus
    customer_ref: _Ref
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    total: _Amount
    placed_at: AwareDatetime
    lines: Annotated[tuple[WireLine, ...], Field(max_length=500)]
    shipment: WireShipment | None


class WireOrders(_Wire):
    """GET /api/customers/{ref}/orders."""

    orders: Annotated[tuple[WireOrder, ...], Field(max_length=500)]


class WireCustomer(_Wire):
    """One customer."""

    ref: _Ref
    name: _Text
    email: _Text | None
    phone: _Text | None
    tier: _Text
    points: int
    since: date


class WireCustomers(_Wire):
    """GET /api/customers."""

    customers: Annotated[tuple[WireCustomer, ...], Field(max_length=100)]


class WireItems(_Wire):
    """Further facts of any kind."""

    items: Annotated[tuple[dict[str, object], ...], Field(max_length=500)]


class WireDeed(_Wire):
    """POST /api/deeds and GET /api/deeds/{key}."""

    outcome: Literal["done", "refused"]
    reason: Annotated[str, StringConstraints(max_length=60)] | None
    reference: Annotated[str, StringConstraints(max_length=64)] | None


W = TypeVar("W", bound=_Wire)


def read(kind: type[W], body: bytes) -> W:
    """The answer as this kind, or BusinessUnavailableError: garbage is as good as no answer."""
    try:
        return kind.model_validate_json(body)
    except ValidationError as exc:
        where = ", ".join(sorted({".".join(str(part) for part in error["loc"]) for error in exc.errors()})[:3])
        raise BusinessUnavailableError(f"the demo ERP answered nonsense ({where or 'not JSON'})") from None


def read_facts(read_: Read[F], body: bytes) -> tuple[F, ...]:
    """Further facts; the demo ERP says them in our words."""
    try:
        return read_.wire.validate_python(read(WireItems, body).items)
    except ValidationError:
        raise BusinessUnavailableError(f"the demo ERP answered nonsense ({read_.name})") from None


def to_result(wire: WireDeed) -> DeedResult:
    """An outcome in our terms."""
    return DeedResult(Outcome(wire.outcome), wire.reason, wire.reference)


def to_order(wire: WireOrder) -> Order:
    """An order in our terms."""
    return Order(
        order_no=wire.order_no,
        status=wire.status,
        items=tuple(OrderItem(sku=line.sku, name=line.name, qty=line.qty, price=line.price) for line in wire.lines),
        total=wire.total,
        currency=wire.currency,
        placed_at=wire.placed_at,
        shipment=None if wire.shipment is None else _to_shipment(wire.shipment),
        customer_ref=wire.customer_ref,
    )


def _to_shipment(wire: WireShipment) -> Shipment:
    at: datetime | None = wire.last_event_at
    return Shipment(
        carrier=wire.carrier,
        tracking_no=wire.tracking_no,
        status=wire.status,
        eta=wire.eta,
        last_event=wire.last_event,
        last_event_at=at,
    )


def to_profile(wire: WireCustomer) -> CustomerProfile:
    """A customer in our terms."""
    return CustomerProfile(
        customer_ref=wire.ref,
        name=wire.name,
        email=wire.email,
        phone=wire.phone,
        tier=wire.tier,
        points=wire.points,
        since=wire.since,
    )
