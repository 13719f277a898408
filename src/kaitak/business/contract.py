"""Owns what Kaitak and a business system (CRM, ERP) say to each other: facts, errors and the connector's duties."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel

from kaitak.core.errors import ForbiddenError, NotFoundError, UnavailableError


class BusinessNotFoundError(NotFoundError):
    """The business system knows no such order or customer."""

    code = "business_not_found"


class BusinessUnavailableError(UnavailableError):
    """The business system is slow, down or answers nonsense, and nothing usable is remembered."""

    code = "business_unavailable"


class BusinessNotPermittedError(ForbiddenError):
    """The one who asks, or the one on whose behalf is asked, may not see or do this."""

    code = "business_not_permitted"


class OrderStatus(StrEnum):
    """How far an order is; every connector maps its own words to these."""

    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    PACKING = "packing"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    RETURNED = "returned"


class Audience(StrEnum):
    """Who will see the facts; rights grow from left to right (`policy.py`)."""

    VISITOR = "visitor"  # nobody in particular: the bot answering a stranger
    CLAIMED = "claimed"  # says who they are, without proof
    CHECKED = "checked"  # has shown in this conversation what only the buyer of one order knows; for that order
    VERIFIED = "verified"  # proven by the channel or by a signature
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class CustomerFacts:
    """What is known of a contact. `customer_ref` is only ever a proven identifier; e-mail and phone may be claims."""

    customer_ref: str | None = None
    email: str | None = None
    phone: str | None = None
    is_verified: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look a customer up by."""
        return not (self.customer_ref or self.email or self.phone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """One look or act: who does it, for whose eyes, on whose behalf. The bot has no user; staff have one."""

    audience: Audience
    actor: str = "bot"  # "bot", or "user:<id>"
    facts: CustomerFacts = field(default_factory=CustomerFacts)
    contact_id: int | None = None
    conversation_id: int | None = None

    @property
    def behalf(self) -> str | None:
        """The proven customer reference on whose behalf this happens, if there is one."""
        return (self.facts.customer_ref or None) if self.facts.is_verified else None


@dataclass(frozen=True, slots=True)
class OrderItem:
    """One line of an order."""

    sku: str
    name: str
    qty: int
    price: Decimal  # of one piece


@dataclass(frozen=True, slots=True)
class Shipment:
    """Where the parcel is. None: not known yet, or withheld by the field permissions."""

    carrier: str | None
    tracking_no: str | None
    status: str | None
    eta: date | None
    last_event: str | None
    last_event_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One order. A field that is None was withheld for this audience if its name is in `withheld`."""

    order_no: str
    status: OrderStatus
    items: tuple[OrderItem, ...] | None
    total: Decimal | None
    currency: str | None
    placed_at: datetime | None
    shipment: Shipment | None
    customer_ref: str | None
    withheld: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CustomerProfile:
    """A customer as the business system knows them; personal fields may be masked or withheld."""

    customer_ref: str | None
    name: str | None
    email: str | None
    phone: str | None
    tier: str | None
    points: int | None
    since: date | None
    withheld: frozenset[str] = frozenset()


class Source(StrEnum):
    """Where an answer came from."""

    LIVE = "live"
    CACHE = "cache"


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old an answer is; stale means that the system was asked, failed, and this is what we remember."""

    as_of: datetime
    source: Source
    age: timedelta
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class OrderReading:
    """One order as this audience may see it; `owner` is whose it is, for telling people apart and never for showing."""

    order: Order
    freshness: Freshness
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class OrdersReading:
    """A customer's orders, newest first, as this audience may see them."""

    orders: tuple[Order, ...]
    freshness: Freshness


class SnapshotError(StrEnum):
    """Why a snapshot has a gap."""

    UNAVAILABLE = "unavailable"
    NOT_PERMITTED = "not_permitted"
    UNKNOWN_CUSTOMER = "unknown_customer"
    NOT_CONNECTED = "not_connected"
    NOT_SUPPORTED = "not_supported"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whether the customer is proven, and by what."""

    verified: bool
    evidence: str  # proven: "signed_identity"; else what is only claimed: "email", "phone" or "none"


@dataclass(frozen=True, slots=True)
class CustomerSnapshot:
    """All that the customer panel shows, with its age; never an exception: a gap says its reason in `error`."""

    identity: Identity
    profile: CustomerProfile | None
    orders: tuple[Order, ...] | None
    freshness: Freshness | None
    error: SnapshotError | None
    took: timedelta


class BusinessConnector(Protocol):
    """One configured business system. Raises only the three Business…Error classes; never touches our database."""

    name: ClassVar[str]  # equals the folder name

    async def check(self) -> str:
        """The system's own name; raises if it cannot be reached or refuses the credentials."""
        ...

    async def find_customer(self, facts: CustomerFacts) -> CustomerProfile | None:
        """The one customer that the facts name, or None; several matches are none."""
        ...

    async def get_order(self, order_no: str) -> Order:
        """The order, whole; BusinessNotFoundError if there is none."""
        ...

    async def list_orders(self, customer_ref: str, limit: int) -> tuple[Order, ...]:
        """The customer's orders, newest first; BusinessNotFoundError if there is no such customer."""
        ...


@runtime_checkable
class FindsByAddress(Protocol):
    """A connector whose `find_customer` also finds by what is on file; several customers of one address are none."""

    finds_by: ClassVar[frozenset[str]]  # phone, email


class ConnectorConfig(BaseModel):
    """The settings of a connector; its JSON Schema draws the set-up form, SecretStr fields are never shown."""
