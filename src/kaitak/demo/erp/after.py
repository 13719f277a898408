"""Owns what follows from the shop's orders: deliveries, returns, invoices, points, repairs. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from kaitak.demo.erp.rows import World

_TO_COME = frozenset({"pending_payment", "paid", "packing", "shipped", "out_for_delivery"})
_UNPAID = frozenset({"pending_payment", "cancelled"})
_REPAIRS = ("咖啡機水泵更換，保養期內免費", "抽濕機風扇異響，清潔後正常", "耳機左邊無聲，已換新")


def add(world: World, now: datetime) -> None:
    """Fill the further tables from customers and orders."""
    people = {row[0]: row for row in world.customers}
    for index, (order_no, ref, total, placed_at, changed_at, status) in enumerate(world.orders):
        assert isinstance(placed_at, datetime)
        assert isinstance(changed_at, datetime)
        assert isinstance(total, Decimal)
        number = str(order_no).rpartition("-")[2]
        day = (placed_at + timedelta(days=3)).date() if status in _TO_COME else None
        world.deliveries.append((order_no, people[ref][9], day, "14:00-18:00" if day else None))
        if status not in _UNPAID:
            expires_on = (now + timedelta(days=300)).date()
            world.points.append((f"PT{number}", ref, placed_at, int(total // 10), f"訂單 {order_no}", expires_on))
        if status not in _UNPAID and index % 3 == 0:
            world.invoices.append((f"INV{number}", ref, order_no, total, placed_at, people[ref][3]))
        if status == "returned":
            refunded_at = min(changed_at + timedelta(days=2), now) if index % 2 == 0 else None
            state = "refunded" if refunded_at is not None else "received"
            what = (None, None, "return", state, "改變主意", total, changed_at, refunded_at)
            world.returns.append((f"RT{number}", ref, order_no, *what))
    _add_repairs(world, now)


def _add_repairs(world: World, now: datetime) -> None:
    for index, person in enumerate(world.customers[:12]):
        at = (now - timedelta(days=30 + index * 17)).replace(microsecond=0)
        world.service.append((f"SV{5001 + index}", person[0], at, "維修", _REPAIRS[index % len(_REPAIRS)]))
