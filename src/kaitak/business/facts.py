"""Owns the further facts of business systems, and the list of the questions that give them. Pure.

A fact is a frozen model whose first field names it. Every other field may be None: unknown to the system, or kept from
this reader, whose `withheld` then names it. A connector gives what its system has; the gateway applies the rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

Ref = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Words = Annotated[str, StringConstraints(max_length=500)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Amount = Annotated[Decimal, Field(max_digits=14, decimal_places=2)]


class Fact(BaseModel):
    """One thing that a business system knows."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, json_schema_serialization_defaults_required=True
    )

    withheld: tuple[str, ...] = ()


class ParcelEvent(Fact):
    """What a parcel's tracking said at a time."""

    order_no: Ref
    at: AwareDatetime | None
    text: Words | None
    carrier: Words | None = None
    tracking_no: Words | None = None


class Delivery(Fact):
    """Where and when an order is to be brought."""

    order_no: Ref
    address: Words | None
    day: date | None
    slot: Words | None


class ServiceRecord(Fact):
    """A repair, a visit, a call: what was done for the customer before."""

    record_no: Ref
    at: AwareDatetime | None
    kind: Words | None
    summary: Words | None


class StockLevel(Fact):
    """Whether a shop has an article."""

    sku: Ref
    name: Words | None
    shop: Words | None
    is_available: bool | None
    qty: int | None = None


class ReturnCase(Fact):
    """A return, an exchange or a complaint about an order's goods, with its refund."""

    return_no: Ref
    order_no: Ref | None
    kind: Words | None  # return, exchange, missing, damaged
    status: Words | None  # requested, approved, received, refunded, exchanged, refused
    reason: Words | None
    refund: Amount | None = None
    currency: Currency | None = None
    requested_at: AwareDatetime | None = None
    refunded_at: AwareDatetime | None = None


class Invoice(Fact):
    """An invoice."""

    invoice_no: Ref
    order_no: Ref | None
    total: Amount | None
    currency: Currency | None
    issued_at: AwareDatetime | None
    sent_to: Words | None = None


class PointsMovement(Fact):
    """Points that were earned or spent."""

    entry_no: Ref
    at: AwareDatetime | None
    points: int | None
    reason: Words | None
    expires_on: date | None = None


class InsurancePolicy(Fact):
    """A policy."""

    policy_no: Ref
    product: Words | None
    status: Words | None  # in_force, lapsed, ended
    sum_insured: Amount | None
    currency: Currency | None
    starts_on: date | None
    ends_on: date | None
    payment_method: Words | None = None
    beneficiary: Words | None = None


class InsuranceClaim(Fact):
    """A claim on a policy."""

    claim_no: Ref
    policy_no: Ref | None
    status: Words | None  # notified, documents_missing, assessing, approved, paid, refused
    incident_on: date | None
    submitted_at: AwareDatetime | None
    amount: Amount | None = None
    approved: Amount | None = None
    currency: Currency | None = None
    missing_documents: Annotated[tuple[Words, ...], Field(max_length=50)] | None = None


class Premium(Fact):
    """A premium that is due or was paid."""

    premium_no: Ref
    policy_no: Ref | None
    amount: Amount | None
    currency: Currency | None
    due_on: date | None
    status: Words | None  # due, overdue, paid
    paid_on: date | None = None


F = TypeVar("F", bound=Fact)


class Subject(StrEnum):
    """What a question is about; the rights hang on it."""

    CUSTOMER = "customer"  # only the proven customer on whose behalf it is asked
    ORDER = "order"  # the rights of whoever may see that order
    ARTICLE = "article"  # nobody's: anyone may ask


@dataclass(frozen=True, slots=True)
class Read(Generic[F]):
    """A question that a connector may answer; its name is also its permission's name."""

    name: str
    subject: Subject
    fact: type[F]

    @property
    def wire(self) -> TypeAdapter[tuple[F, ...]]:
        """How the answer is written down."""
        return TypeAdapter(tuple[self.fact, ...])  # type: ignore[name-defined]  # the class is a value here


SERVICE = Read("list_service_records", Subject.CUSTOMER, ServiceRecord)
RETURNS = Read("list_returns", Subject.CUSTOMER, ReturnCase)
INVOICES = Read("list_invoices", Subject.CUSTOMER, Invoice)
POINTS = Read("list_points", Subject.CUSTOMER, PointsMovement)
POLICIES = Read("list_policies", Subject.CUSTOMER, InsurancePolicy)
CLAIMS = Read("list_claims", Subject.CUSTOMER, InsuranceClaim)
PREMIUMS = Read("list_premiums", Subject.CUSTOMER, Premium)
TRACKING = Read("list_parcel_events", Subject.ORDER, ParcelEvent)
DELIVERY = Read("get_delivery", Subject.ORDER, Delivery)
STOCK = Read("list_stock", Subject.ARTICLE, StockLevel)

READS: MappingProxyType[str, Read[Fact]] = MappingProxyType(
    {
        read.name: read  # type: ignore[misc]  # each kind of fact is a fact
        for read in (SERVICE, RETURNS, INVOICES, POINTS, POLICIES, CLAIMS, PREMIUMS, TRACKING, DELIVERY, STOCK)
    }
)
OF_CUSTOMER = tuple(read for read in READS.values() if read.subject is Subject.CUSTOMER)
