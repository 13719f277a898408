"""Owns the wire form of business facts and connections. Amounts are decimal strings, times ISO 8601 in UTC."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kaitak.api.paging import PageMeta
from kaitak.business import telling
from kaitak.business.contract import CustomerSnapshot, Order
from kaitak.business.models import BusinessAccessLog, BusinessConnection

Name = Annotated[str, StringConstraints(min_length=1, max_length=80, strip_whitespace=True)]
Fields = Annotated[dict[str, str | int | bool | None], Field(max_length=30)]


class OrderItemView(BaseModel):
    """One line of an order."""

    sku: str
    name: str
    qty: int
    price: str


class ShipmentView(BaseModel):
    """Where the parcel is."""

    carrier: str | None
    tracking_no: str | None
    status: str | None
    eta: date | None
    last_event: str | None
    last_event_at: datetime | None


class OrderView(BaseModel):
    """An order; fields named in `withheld` were kept from this reader."""

    order_no: str
    status: str
    items: list[OrderItemView] | None
    total: str | None
    currency: str | None
    placed_at: datetime | None
    shipment: ShipmentView | None
    customer_ref: str | None
    withheld: list[str]


class CustomerProfileView(BaseModel):
    """A customer; e-mail and phone may be masked."""

    customer_ref: str | None
    name: str | None
    email: str | None
    phone: str | None
    tier: str | None
    points: int | None
    since: date | None


class IdentityView(BaseModel):
    """Whether the customer is proven, and by what."""

    verified: bool
    evidence: str


class CustomerSnapshotView(BaseModel):
    """What the customer panel shows."""

    identity: IdentityView
    profile: CustomerProfileView | None
    orders: list[OrderView] | None
    as_of: datetime | None
    source: Literal["live", "cache"] | None
    stale: bool
    age_seconds: float | None
    error: Literal["unavailable", "not_permitted", "unknown_customer", "not_connected"] | None
    took_ms: float


class ConnectorView(BaseModel):
    """A kind of business system that can be connected; the schema draws its form."""

    name: str
    title: str
    config_schema: dict[str, object]


class ConnectorList(BaseModel):
    """All kinds."""

    payload: list[ConnectorView]


class ConnectionView(BaseModel):
    """A connection; secrets are masked."""

    id: int
    name: str
    connector: str
    config: dict[str, object]
    enabled: bool
    system_name: str
    checked_at: datetime
    created_at: datetime
    updated_at: datetime


class ConnectionList(BaseModel):
    """All connections of the account."""

    payload: list[ConnectionView]


class ConnectionTest(BaseModel):
    """What to try."""

    model_config = ConfigDict(extra="forbid")

    connector: Annotated[str, StringConstraints(min_length=1, max_length=40)]
    config: Fields


class ConnectionTested(BaseModel):
    """The system answered."""

    system_name: str


class ConnectionCreate(ConnectionTest):
    """A new connection; it is tested before it is saved."""

    name: Name
    enabled: bool = True


class ConnectionUpdate(BaseModel):
    """What to change; a secret that is left out of `config` stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Name | None = None
    config: Fields | None = None
    enabled: bool | None = None


class AccessView(BaseModel):
    """Who saw which fields of which object, on whose behalf."""

    id: int
    actor: str
    audience: str
    behalf: str | None
    contact_id: int | None
    conversation_id: int | None
    action: str
    object: str
    fields: list[str]
    source: str | None
    outcome: str
    took_ms: float
    told: dict[str, str]  # in words for the customer, by language
    created_at: datetime


class AccessPage(BaseModel):
    """A page of the access log, newest first."""

    payload: list[AccessView]
    meta: PageMeta


def view_order(order: Order) -> OrderView:
    """An order as it goes over the wire."""
    parcel = order.shipment
    return OrderView(
        order_no=order.order_no,
        status=order.status.value,
        items=None
        if order.items is None
        else [OrderItemView(sku=i.sku, name=i.name, qty=i.qty, price=str(i.price)) for i in order.items],
        total=None if order.total is None else str(order.total),
        currency=order.currency,
        placed_at=order.placed_at,
        shipment=None
        if parcel is None
        else ShipmentView(
            carrier=parcel.carrier,
            tracking_no=parcel.tracking_no,
            status=parcel.status,
            eta=parcel.eta,
            last_event=parcel.last_event,
            last_event_at=parcel.last_event_at,
        ),
        customer_ref=order.customer_ref,
        withheld=sorted(order.withheld),
    )


def view_snapshot(snapshot: CustomerSnapshot) -> CustomerSnapshotView:
    """A snapshot as it goes over the wire."""
    known, fresh = snapshot.profile, snapshot.freshness
    return CustomerSnapshotView(
        identity=IdentityView(verified=snapshot.identity.verified, evidence=snapshot.identity.evidence),
        profile=None
        if known is None
        else CustomerProfileView(
            customer_ref=known.customer_ref,
            name=known.name,
            email=known.email,
            phone=known.phone,
            tier=known.tier,
            points=known.points,
            since=known.since,
        ),
        orders=None if snapshot.orders is None else [view_order(order) for order in snapshot.orders],
        as_of=fresh.as_of if fresh else None,
        source=fresh.source.value if fresh else None,
        stale=fresh.is_stale if fresh else False,
        age_seconds=round(fresh.age.total_seconds(), 1) if fresh else None,
        error=snapshot.error.value if snapshot.error else None,
        took_ms=round(snapshot.took.total_seconds() * 1000, 1),
    )


def view_connection(row: BusinessConnection, config: dict[str, object]) -> ConnectionView:
    """A connection with its masked settings."""
    return ConnectionView(
        id=row.id,
        name=row.name,
        connector=row.connector,
        config=config,
        enabled=row.enabled,
        system_name=row.system_name,
        checked_at=row.checked_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def view_access(row: BusinessAccessLog) -> AccessView:
    """A line of the access log."""
    return AccessView(
        id=row.id,
        actor=row.actor,
        audience=row.audience,
        behalf=row.behalf,
        contact_id=row.contact_id,
        conversation_id=row.conversation_id,
        action=row.action,
        object=row.object,
        fields=row.fields,
        source=row.source,
        outcome=row.outcome,
        took_ms=round(row.took.total_seconds() * 1000, 1),
        told=telling.tell(actor=row.actor, action=row.action, thing=row.object, outcome=row.outcome),
        created_at=row.created_at,
    )
