"""Every statement of the demo ERP over its own tables."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from typing_extensions import TypedDict

from kaitak.demo.erp import steps
from kaitak.demo.erp.world import HONG_KONG

Connection = AsyncConnection[DictRow]


class Line(TypedDict):
    """One line of an order."""

    sku: str
    name: str
    qty: int
    price: Decimal


class Parcel(TypedDict):
    """A shipment with its newest event."""

    carrier: str
    tracking_no: str
    status: str
    eta: date | None
    last_event: str | None
    last_event_at: datetime | None


class OrderRow(TypedDict):
    """An order with its lines and its parcel."""

    order_no: str
    status: str
    customer_ref: str
    customer_name: str
    currency: str
    total: Decimal
    placed_at: datetime
    lines: list[Line]
    shipment: Parcel | None


class CustomerRow(TypedDict):
    """A customer."""

    ref: str
    name: str
    email: str
    phone: str
    tier: str
    points: int
    since: date


class OrderUnknownError(LookupError):
    """There is no such order."""


class StepRefusedError(ValueError):
    """An order in this status cannot go to that one."""


_ORDERS = """
select o.order_no, o.status, o.customer_ref, c.name as customer_name, o.currency, o.total, o.placed_at,
  s.carrier, s.tracking_no, s.status as parcel_status, s.eta, e.text as last_event, e.at as last_event_at
from orders o join customers c on c.ref = o.customer_ref left join shipments s on s.order_no = o.order_no
left join lateral (select text, at from shipment_events where order_no = o.order_no order by id desc limit 1) e on true
"""
_BY_NUMBER = _ORDERS + "where o.order_no = %s"
_OF_CUSTOMER = _ORDERS + "where o.customer_ref = %s order by o.placed_at desc, o.order_no desc limit %s"
_MATCHING = (
    _ORDERS
    + """where %(words)s = '' or o.order_no ilike %(like)s or c.name ilike %(like)s or s.tracking_no ilike %(like)s
order by o.placed_at desc, o.order_no desc limit %(limit)s"""
)


async def find_customers(
    connection: Connection, *, ref: str | None, email: str | None, phone: str | None
) -> list[CustomerRow]:
    """Customers who match everything that is given."""
    cursor = await connection.cursor(row_factory=dict_row).execute(
        """select ref, name, email, phone, tier, points, since from customers
           where (%(ref)s::text is null or ref = %(ref)s)
             and (%(email)s::text is null or lower(email) = lower(%(email)s))
             and (%(phone)s::text is null or phone = %(phone)s) order by ref limit 20""",
        {"ref": ref, "email": email, "phone": phone},
    )
    return [CustomerRow(**row) for row in await cursor.fetchall()]  # type: ignore[typeddict-item]


async def has_customer(connection: Connection, ref: str) -> bool:
    """Whether there is such a customer."""
    cursor = await connection.execute("select 1 from customers where ref = %s", (ref,))
    return await cursor.fetchone() is not None


async def find_order(connection: Connection, order_no: str) -> OrderRow | None:
    """The order of this number."""
    cursor = await connection.execute(_BY_NUMBER, (order_no,))
    found = await _with_lines(connection, await cursor.fetchall())
    return found[0] if found else None


async def list_orders(connection: Connection, customer_ref: str, limit: int) -> list[OrderRow]:
    """A customer's orders, newest first."""
    cursor = await connection.execute(_OF_CUSTOMER, (customer_ref, limit))
    return await _with_lines(connection, await cursor.fetchall())


async def search_orders(connection: Connection, words: str, limit: int) -> list[OrderRow]:
    """Orders whose number, customer or tracking number contains the words; the newest first."""
    like = "%" + words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    cursor = await connection.execute(_MATCHING, {"words": words, "like": like, "limit": limit})
    return await _with_lines(connection, await cursor.fetchall())


async def set_status(connection: Connection, order_no: str, status: str | None, now: datetime) -> None:
    """Move an order on (None: one step), with its parcel and the event that its tracking shows."""
    async with connection.transaction():
        cursor = await connection.execute(
            """select o.status, c.district from orders o join customers c on c.ref = o.customer_ref
               where o.order_no = %s for update of o""",
            (order_no,),
        )
        row = await cursor.fetchone()
        if row is None:
            raise OrderUnknownError(order_no)
        present, district = str(row["status"]), str(row["district"])
        wanted = status or steps.NEXT.get(present)
        if wanted == present:
            return
        if wanted is None or wanted not in steps.ALLOWED[present]:
            raise StepRefusedError(f"{present} → {wanted or '?'}")
        await connection.execute(
            "update orders set status = %s, changed_at = %s where order_no = %s", (wanted, now, order_no)
        )
        if wanted in steps.WITH_PARCEL:
            await _move_parcel(connection, order_no, wanted, district, now)


async def _move_parcel(connection: Connection, order_no: str, status: str, district: str, now: datetime) -> None:
    today = now.astimezone(HONG_KONG).date()
    eta = {"shipped": today + timedelta(days=1), "out_for_delivery": today}.get(status)
    tracking_no = f"SF13902847{order_no.rpartition('-')[2]}"
    cursor = await connection.execute(
        """insert into shipments (order_no, carrier, tracking_no, status, eta) values (%s, %s, %s, %s, %s)
           on conflict (order_no) do update set status = excluded.status, eta = excluded.eta returning carrier""",
        (order_no, steps.CARRIERS[0], tracking_no, status, eta),
    )
    row = await cursor.fetchone()
    carrier = str(row["carrier"]) if row else steps.CARRIERS[0]
    await connection.execute(
        "insert into shipment_events (order_no, at, text) values (%s, %s, %s)",
        (order_no, now, steps.event_text(status, carrier, district)),
    )


async def _with_lines(connection: Connection, rows: Sequence[DictRow]) -> list[OrderRow]:
    numbers = [row["order_no"] for row in rows]
    cursor = await connection.execute(
        "select order_no, sku, name, qty, price from order_lines where order_no = any(%s) order by order_no, line",
        (numbers,),
    )
    lines: dict[str, list[Line]] = {number: [] for number in numbers}
    for line in await cursor.fetchall():
        lines[line["order_no"]].append(Line(sku=line["sku"], name=line["name"], qty=line["qty"], price=line["price"]))
    return [_to_order(row, lines[row["order_no"]]) for row in rows]


def _to_order(row: DictRow, lines: list[Line]) -> OrderRow:
    parcel: Parcel | None = None
    if row["carrier"] is not None:
        parcel = Parcel(
            carrier=row["carrier"],
            tracking_no=row["tracking_no"],
            status=row["parcel_status"],
            eta=row["eta"],
            last_event=row["last_event"],
            last_event_at=row["last_event_at"],
        )
    return OrderRow(
        order_no=row["order_no"],
        status=row["status"],
        customer_ref=row["customer_ref"],
        customer_name=row["customer_name"],
        currency=row["currency"],
        total=row["total"],
        placed_at=row["placed_at"],
        lines=lines,
        shipment=parcel,
    )
