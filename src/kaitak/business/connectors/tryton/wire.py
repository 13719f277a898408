"""Owns what Tryton's sales, parties, shipments, stock and invoices say, and its translation into our contract. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from kaitak.business.connectors.tryton.rpc import plain
from kaitak.business.contract import (
    BusinessUnavailableError,
    CustomerProfile,
    Order,
    OrderItem,
    OrderStatus,
    Shipment,
)
from kaitak.business.facts import Delivery, Invoice, ParcelEvent, StockLevel

_Text = Annotated[str, StringConstraints(max_length=500)]
_Ref = Annotated[str, StringConstraints(min_length=1, max_length=64)]
_SHIPMENT_STATES = MappingProxyType(
    {
        "draft": "waiting",
        "waiting": "waiting",
        "assigned": "waiting",
        "picked": "packing",
        "packed": "packing",
        "shipped": "in_transit",
        "done": "delivered",
        "cancelled": "cancelled",
    }
)
Language = Literal["zh-HK", "zh-Hans", "en"]
_NEWS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {
        "zh-HK": {
            "waiting": "貨件等候出倉",
            "packing": "貨件正在包裝",
            "in_transit": "貨件已交運送",
            "delivered": "貨件已送達",
            "cancelled": "這次送貨已取消",
        },
        "zh-Hans": {
            "waiting": "货件等候出库",
            "packing": "货件正在打包",
            "in_transit": "货件已交运送",
            "delivered": "货件已送达",
            "cancelled": "这次送货已取消",
        },
        "en": {
            "waiting": "waiting to leave the warehouse",
            "packing": "being packed",
            "in_transit": "given to the carrier",
            "delivered": "delivered",
            "cancelled": "this delivery was cancelled",
        },
    }
)


class _Row(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, hide_input_in_errors=True, populate_by_name=True)


class _Code(_Row):
    code: _Text | None = None


class _Product(_Row):
    code: _Text | None = None
    name: _Text | None = None


class Line(_Row):
    """A line of a sale."""

    type: str
    quantity: float | None = None
    unit_price: Decimal | None = None
    summary: _Text | None = None
    product: _Product | None = Field(None, alias="product.")


class Parcel(_Row):
    """A customer shipment."""

    number: _Text | None
    state: str
    effective_date: date | None = None
    planned_date: date | None = None
    write_date: AwareDatetime | None = None


class _Address(_Row):
    full_address: _Text | None = None


class Sale(_Row):
    """A sale, with as much of it as was asked for."""

    id: int
    number: _Ref
    state: Literal["draft", "quotation", "confirmed", "processing", "done", "cancelled"]
    shipment_state: str
    sale_date: date | None = None
    create_date: AwareDatetime
    write_date: AwareDatetime | None = None
    shipping_date: date | None = None
    total_amount: Decimal | None = None
    comment: str | None = None
    timestamp: str | None = Field(None, alias="_timestamp")
    currency: _Code = Field(_Code(), alias="currency.")
    party: _Code = Field(_Code(), alias="party.")
    address: _Address | None = Field(None, alias="shipment_address.")
    lines: Annotated[tuple[Line, ...], Field(max_length=500)] = Field((), alias="lines.")
    shipments: Annotated[tuple[Parcel, ...], Field(max_length=100)] = Field((), alias="shipments.")


class _Means(_Row):
    type: str
    value: _Text | None = None


class Party(_Row):
    """A party."""

    code: _Ref
    name: _Text | None = None
    create_date: AwareDatetime | None = None
    means: Annotated[tuple[_Means, ...], Field(max_length=100)] = Field((), alias="contact_mechanisms.")


class _SaleNumber(_Row):
    number: _Text | None = None


class Bill(_Row):
    """A customer's invoice."""

    number: _Ref
    invoice_date: date | None = None
    total_amount: Decimal | None = None
    currency: _Code = Field(_Code(), alias="currency.")
    sales: Annotated[tuple[_SaleNumber, ...], Field(max_length=100)] = Field((), alias="sales.")


class Article(_Row):
    """A product."""

    id: int
    code: _Ref
    name: _Text | None = None


class Shop(_Row):
    """A warehouse with what it has of one product."""

    name: _Text | None
    quantity: float | None


SALE_FIELDS = ("number", "state", "shipment_state", "create_date", "write_date", "party.code")
WHOLE_SALE_FIELDS = (
    *SALE_FIELDS,
    *("sale_date", "total_amount", "currency.code"),
    *("lines.type", "lines.quantity", "lines.unit_price", "lines.summary", "lines.product.code", "lines.product.name"),
    *("shipments.number", "shipments.state", "shipments.effective_date", "shipments.planned_date"),
    "shipments.write_date",
)
DELIVERY_FIELDS = (*SALE_FIELDS, "shipping_date", "shipment_address.full_address")
DEED_FIELDS = (*SALE_FIELDS, "comment", "_timestamp", "shipments.number", "shipments.state")
PARTY_FIELDS = ("code", "name", "create_date", "contact_mechanisms.type", "contact_mechanisms.value")
BILL_FIELDS = ("number", "invoice_date", "total_amount", "currency.code", "sales.number")

R = TypeVar("R", bound=_Row)
_LISTED = TypeAdapter(Annotated[list[object], Field(max_length=500)])


def rows(kind: type[R], result: object) -> tuple[R, ...]:
    """The records of an answer, or BusinessUnavailableError: garbage is as good as no answer."""
    try:
        return tuple(kind.model_validate(row) for row in _LISTED.validate_python(plain(result)))
    except ValidationError as exc:
        where = ", ".join(sorted({".".join(str(part) for part in error["loc"]) for error in exc.errors()})[:3])
        raise BusinessUnavailableError(f"Tryton answered nonsense ({kind.__name__}: {where})") from None


def status_of(sale: Sale) -> OrderStatus:
    """How far a sale is. Tryton knows no payment before the order: what is not confirmed waits for it."""
    parcels = {one.state for one in sale.shipments} - {"cancelled"}
    match sale.state:
        case "cancelled":
            return OrderStatus.CANCELLED
        case "draft" | "quotation":
            return OrderStatus.PENDING_PAYMENT
        case "confirmed":
            return OrderStatus.PAID
    if parcels == {"done"} and sale.shipment_state == "sent":
        return OrderStatus.DELIVERED
    if parcels & {"shipped", "done"} or sale.shipment_state in {"sent", "partially shipped"}:
        return OrderStatus.SHIPPED
    return OrderStatus.PACKING if parcels else OrderStatus.PAID


def to_order(sale: Sale, zone: ZoneInfo, language: Language) -> Order:
    """A sale in our terms."""
    goods = [line for line in sale.lines if line.type == "line"]
    return Order(
        order_no=sale.number,
        status=status_of(sale),
        items=tuple(_to_item(line) for line in goods) if sale.lines else None,
        total=sale.total_amount,
        currency=sale.currency.code,
        placed_at=_placed_at(sale, zone),
        shipment=_to_shipment(sale.shipments, language),
        customer_ref=sale.party.code,
    )


def _to_item(line: Line) -> OrderItem:
    product = line.product or _Product()
    name = product.name or line.summary or product.code or ""
    return OrderItem(product.code or "", name, round(line.quantity or 0), line.unit_price or Decimal(0))


def _placed_at(sale: Sale, zone: ZoneInfo) -> datetime:
    """A sale has a day; when it was written that day it has an hour too."""
    if sale.sale_date is None or sale.create_date.astimezone(zone).date() == sale.sale_date:
        return sale.create_date
    return datetime.combine(sale.sale_date, time(), zone).astimezone(UTC)


def _to_shipment(parcels: Sequence[Parcel], language: Language) -> Shipment | None:
    """The parcel that is furthest from the end: it is the one that is asked about."""
    moving = [one for one in parcels if one.state not in {"draft", "cancelled"}]
    if not moving:
        return None
    order = list(_SHIPMENT_STATES)
    last = min(moving, key=lambda one: order.index(one.state) if one.state in order else 0)
    state = _SHIPMENT_STATES.get(last.state, last.state)
    return Shipment(None, last.number, state, last.planned_date, _news(last, language), last.write_date)


def _news(parcel: Parcel, language: Language) -> str:
    """How far a parcel is, in words for people."""
    return _NEWS[language].get(_SHIPMENT_STATES.get(parcel.state, ""), parcel.state)


def to_profile(party: Party) -> CustomerProfile:
    """A party in our terms."""
    return CustomerProfile(
        customer_ref=party.code,
        name=party.name,
        email=_first(party, "email"),
        phone=_first(party, "mobile") or _first(party, "phone"),
        tier=None,
        points=None,
        since=party.create_date.date() if party.create_date else None,
    )


def _first(party: Party, kind: str) -> str | None:
    return next((one.value for one in party.means if one.type == kind and one.value), None)


def to_events(sale: Sale, language: Language) -> tuple[ParcelEvent, ...]:
    """What its shipments say, newest first."""
    told = [one for one in sale.shipments if one.state != "draft"]
    newest = sorted(told, key=lambda one: one.write_date or datetime.min.replace(tzinfo=UTC), reverse=True)
    return tuple(
        ParcelEvent(
            order_no=sale.number,
            at=one.write_date,
            text=_news(one, language),
            tracking_no=one.number,
        )
        for one in newest
    )


def to_delivery(sale: Sale) -> Delivery:
    """Where a sale goes, on one line."""
    address = sale.address.full_address if sale.address else None
    lines = ", ".join(part.strip() for part in (address or "").splitlines() if part.strip())
    return Delivery(order_no=sale.number, address=lines or None, day=sale.shipping_date, slot=None)


def to_invoice(bill: Bill, zone: ZoneInfo) -> Invoice:
    """An invoice in our terms."""
    day = bill.invoice_date
    return Invoice(
        invoice_no=bill.number,
        order_no=next((one.number for one in bill.sales if one.number), None),
        total=bill.total_amount,
        currency=bill.currency.code,
        issued_at=datetime.combine(day, time(), zone).astimezone(UTC) if day else None,
    )


def to_stock(article: Article, shops: Sequence[Shop]) -> tuple[StockLevel, ...]:
    """What each warehouse has."""
    return tuple(
        StockLevel(
            sku=article.code,
            name=article.name,
            shop=shop.name,
            is_available=(shop.quantity or 0) > 0,
            qty=max(0, int(shop.quantity or 0)),
        )
        for shop in shops
    )


REFUSALS: Mapping[OrderStatus, str] = MappingProxyType(
    {
        OrderStatus.CANCELLED: "already_cancelled",
        OrderStatus.PACKING: "being_packed",
        OrderStatus.PAID: "being_packed",
        OrderStatus.SHIPPED: "already_shipped",
        OrderStatus.DELIVERED: "already_delivered",
    }
)
