"""Owns what the demo ERP does when asked: each deed in one transaction with the note of its key, so it happens once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from psycopg.types.json import Jsonb

from kaitak.business.deeds import (
    CancelOrder,
    ChangeAddress,
    ChangeDeliverySlot,
    ChangePaymentMethod,
    Deed,
    ReportItem,
    RequestExchange,
    RequestInvoice,
    RequestReturn,
    SubmitClaim,
    UpdateContact,
)
from kaitak.demo.erp.store import Connection
from kaitak.demo.erp.world import HONG_KONG

_BEFORE_PACKING = frozenset({"pending_payment", "paid"})
_BEFORE_LEAVING = _BEFORE_PACKING | {"packing"}
RETURN_DAYS = 30


class KeyReusedError(ValueError):
    """This key stands for another deed."""


class _RefusedError(Exception):
    """The ERP's rules say no."""


@dataclass(frozen=True, slots=True)
class Done:
    """What is written down of a deed."""

    outcome: str
    reason: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class _Case:
    connection: Connection
    customer_ref: str
    now: datetime


async def perform(connection: Connection, key: str, customer_ref: str, deed: Deed, now: datetime) -> Done:
    """Do it, or say what was said to this key before."""
    async with connection.transaction():
        await connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
        request: dict[str, object] = deed.model_dump(mode="json")
        cursor = await connection.execute("select * from deeds where key = %s", (key,))
        row = await cursor.fetchone()
        if row is not None:
            if (row["customer_ref"], row["request"]) != (customer_ref, request):
                raise KeyReusedError(key)
            return Done(row["outcome"], row["reason"], row["reference"])
        try:
            async with connection.transaction():
                done = Done("done", None, await _do(_Case(connection, customer_ref, now), deed))
        except _RefusedError as refusal:
            done = Done("refused", str(refusal), None)
        await connection.execute(
            "insert into deeds values (%s, %s, %s, %s, %s, %s, %s)",
            (key, customer_ref, Jsonb(request), done.outcome, done.reason, done.reference, now),
        )
        return done


async def find(connection: Connection, key: str) -> Done | None:
    """What became of a key."""
    cursor = await connection.execute("select outcome, reason, reference from deeds where key = %s", (key,))
    row = await cursor.fetchone()
    return Done(row["outcome"], row["reason"], row["reference"]) if row else None


async def _do(case: _Case, deed: Deed) -> str | None:
    return await _DOERS[type(deed)](case, deed)


async def _order(case: _Case, order_no: str) -> tuple[str, datetime]:
    """Status of the customer's own order, and when it last changed; locked until the end."""
    cursor = await case.connection.execute(
        "select status, changed_at from orders where order_no = %s and customer_ref = %s for update",
        (order_no, case.customer_ref),
    )
    row = await cursor.fetchone()
    if row is None:
        raise _RefusedError("unknown_order")
    return str(row["status"]), row["changed_at"]


async def _change_address(case: _Case, deed: ChangeAddress) -> str | None:
    _refuse_unless((await _order(case, deed.order_no))[0], _BEFORE_LEAVING)
    await case.connection.execute(
        "update deliveries set address = %s where order_no = %s", (deed.address, deed.order_no)
    )
    return None


async def _change_slot(case: _Case, deed: ChangeDeliverySlot) -> str | None:
    _refuse_unless((await _order(case, deed.order_no))[0], _BEFORE_LEAVING | {"shipped"})
    today = case.now.astimezone(HONG_KONG).date()
    if not today < deed.day <= today + timedelta(days=21):
        raise _RefusedError("day_not_served")
    await case.connection.execute(
        "update deliveries set day = %s, slot = %s where order_no = %s", (deed.day, deed.slot, deed.order_no)
    )
    return None


async def _cancel(case: _Case, deed: CancelOrder) -> str | None:
    status, _ = await _order(case, deed.order_no)
    _refuse_unless(status, _BEFORE_LEAVING)
    await case.connection.execute(
        "update orders set status = 'cancelled', changed_at = %s where order_no = %s", (case.now, deed.order_no)
    )
    return None


def _refuse_unless(status: str, allowed: frozenset[str]) -> None:
    if status not in allowed:
        known = {"cancelled": "already_cancelled", "returned": "already_returned", "delivered": "already_delivered"}
        raise _RefusedError(known.get(status, "already_shipped"))


async def _send_back(case: _Case, deed: RequestReturn | RequestExchange | ReportItem, kind: str, reason: str) -> str:
    status, changed_at = await _order(case, deed.order_no)
    if status != "delivered":
        raise _RefusedError("already_returned" if status == "returned" else "not_delivered")
    if case.now - changed_at > timedelta(days=RETURN_DAYS):
        raise _RefusedError("too_late")
    price, bought = await _line(case, deed)
    cursor = await case.connection.execute(
        "select coalesce(sum(qty), 0) as qty from returns where order_no = %s and sku = %s", (deed.order_no, deed.sku)
    )
    row = await cursor.fetchone()
    if row is None or deed.qty + row["qty"] > bought:
        raise _RefusedError("already_requested" if row and row["qty"] else "too_many")
    number = f"RT{await _number(case)}"
    await case.connection.execute(
        "insert into returns values (%s, %s, %s, %s, %s, %s, 'requested', %s, %s * %s::numeric, %s, null)",
        (number, case.customer_ref, deed.order_no, deed.sku, deed.qty, kind, reason, deed.qty, price, case.now),
    )
    return number


async def _line(case: _Case, deed: RequestReturn | RequestExchange | ReportItem) -> tuple[object, int]:
    cursor = await case.connection.execute(
        "select max(price) as price, sum(qty)::int as qty from order_lines where order_no = %s and sku = %s",
        (deed.order_no, deed.sku),
    )
    row = await cursor.fetchone()
    if row is None or row["qty"] is None:
        raise _RefusedError("not_in_order")
    return row["price"], int(row["qty"])


async def _return(case: _Case, deed: RequestReturn) -> str | None:
    return await _send_back(case, deed, "return", deed.reason)


async def _exchange(case: _Case, deed: RequestExchange) -> str | None:
    cursor = await case.connection.execute(
        "select coalesce(sum(qty), 0) as qty from stock where sku = %s", (deed.wanted_sku,)
    )
    row = await cursor.fetchone()
    if row is None or row["qty"] < deed.qty:
        raise _RefusedError("out_of_stock")
    return await _send_back(case, deed, "exchange", deed.reason)


async def _report(case: _Case, deed: ReportItem) -> str | None:
    return await _send_back(case, deed, deed.problem, deed.note)


async def _invoice(case: _Case, deed: RequestInvoice) -> str | None:
    status, _ = await _order(case, deed.order_no)
    if status in {"pending_payment", "cancelled"}:
        raise _RefusedError("not_paid")
    cursor = await case.connection.execute(
        """insert into invoices select %s, o.customer_ref, o.order_no, o.total, %s, coalesce(%s, c.email)
           from orders o join customers c on c.ref = o.customer_ref where o.order_no = %s
           on conflict (order_no) do update set sent_to = excluded.sent_to returning invoice_no""",
        (f"INV{await _number(case)}", case.now, deed.email, deed.order_no),
    )
    row = await cursor.fetchone()
    return str(row["invoice_no"]) if row else None


async def _contact(case: _Case, deed: UpdateContact) -> str | None:
    cursor = await case.connection.execute(
        "select 1 from customers where ref <> %s and (lower(email) = lower(%s) or phone = %s)",
        (case.customer_ref, deed.email, deed.phone),
    )
    if await cursor.fetchone() is not None:
        raise _RefusedError("already_in_use")
    cursor = await case.connection.execute(
        "update customers set email = coalesce(%s, email), phone = coalesce(%s, phone) where ref = %s",
        (deed.email, deed.phone, case.customer_ref),
    )
    if cursor.rowcount != 1:
        raise _RefusedError("unknown_customer")
    return None


async def _policy(case: _Case, policy_no: str) -> str:
    cursor = await case.connection.execute(
        "select status from policies where policy_no = %s and customer_ref = %s for update",
        (policy_no, case.customer_ref),
    )
    row = await cursor.fetchone()
    if row is None:
        raise _RefusedError("unknown_policy")
    return str(row["status"])


async def _payment(case: _Case, deed: ChangePaymentMethod) -> str | None:
    if await _policy(case, deed.policy_no) == "ended":
        raise _RefusedError("policy_ended")
    await case.connection.execute(
        "update policies set payment_method = %s where policy_no = %s", (deed.method, deed.policy_no)
    )
    return None


async def _claim(case: _Case, deed: SubmitClaim) -> str | None:
    await _policy(case, deed.policy_no)
    cursor = await case.connection.execute(
        "select %s between starts_on and ends_on and %s <= %s as is_covered from policies where policy_no = %s",
        (deed.incident_on, deed.incident_on, case.now.astimezone(HONG_KONG).date(), deed.policy_no),
    )
    row = await cursor.fetchone()
    if row is None or not row["is_covered"]:
        raise _RefusedError("not_in_cover")
    number = f"KC-{await _number(case)}"
    await case.connection.execute(
        """insert into claims values (%s, %s, %s, 'notified', %s, %s, %s, null, '{索償表格}', %s)""",
        (number, case.customer_ref, deed.policy_no, deed.incident_on, case.now, deed.amount, deed.description),
    )
    return number


async def _number(case: _Case) -> int:
    cursor = await case.connection.execute("select nextval('numbers') as number")
    row = await cursor.fetchone()
    assert row is not None
    return int(row["number"])


_DOERS: Mapping[type[object], Callable[..., Awaitable[str | None]]] = MappingProxyType(
    {
        ChangeAddress: _change_address,
        ChangeDeliverySlot: _change_slot,
        CancelOrder: _cancel,
        RequestReturn: _return,
        RequestExchange: _exchange,
        ReportItem: _report,
        RequestInvoice: _invoice,
        UpdateContact: _contact,
        ChangePaymentMethod: _payment,
        SubmitClaim: _claim,
    }
)
