"""Owns how an order of the demo ERP moves on, and what its parcel's tracking then says. Pure."""

from __future__ import annotations

from types import MappingProxyType

NEXT = MappingProxyType(
    {
        "pending_payment": "paid",
        "paid": "packing",
        "packing": "shipped",
        "shipped": "out_for_delivery",
        "out_for_delivery": "delivered",
    }
)
ALLOWED = MappingProxyType(
    {
        "pending_payment": frozenset({"paid", "cancelled"}),
        "paid": frozenset({"packing", "cancelled"}),
        "packing": frozenset({"shipped", "cancelled"}),
        "shipped": frozenset({"out_for_delivery", "returned"}),
        "out_for_delivery": frozenset({"delivered", "shipped", "returned"}),
        "delivered": frozenset({"returned"}),
        "cancelled": frozenset[str](),
        "returned": frozenset[str](),
    }
)
WORDS = MappingProxyType(
    {
        "pending_payment": "待付款",
        "paid": "已付款",
        "packing": "執貨中",
        "shipped": "已寄出",
        "out_for_delivery": "派送中",
        "delivered": "已送達",
        "cancelled": "已取消",
        "returned": "已退貨",
    }
)
WITH_PARCEL = frozenset({"shipped", "out_for_delivery", "delivered", "returned"})
CARRIERS = ("順豐速運", "香港郵政")


def event_text(status: str, carrier: str, district: str) -> str | None:
    """What the carrier's tracking says when an order reaches a status."""
    return {
        "shipped": f"{carrier}已收件，正由荃灣轉運中心發出",
        "out_for_delivery": f"快件已到達{district}，正在派送途中",
        "delivered": f"快件已於{district}簽收",
        "returned": "快件已退回啟德倉庫",
    }.get(status)
