"""Owns the making of our facts from another system's values, for the connectors that a mapping file drives. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from kaitak.business.contract import BusinessUnavailableError, CustomerProfile, Order, OrderItem, Shipment
from kaitak.business.facts import READS, Fact

T = TypeVar("T")
CUSTOMER, ORDER, ORDERS = "find_customer", "get_order", "list_orders"
BY_ADDRESS: Mapping[str, str] = MappingProxyType({"phone": "find_customer_by_phone", "email": "find_customer_by_email"})
NAMES = frozenset({CUSTOMER, *BY_ADDRESS.values(), ORDER, ORDERS, *READS})
_INNER: Mapping[str, type[object]] = MappingProxyType({"items": OrderItem, "shipment": Shipment})


def fields_of(name: str) -> frozenset[str]:
    """The fields that the answer to a question may have."""
    kind = _kind(name)
    names = kind.model_fields if issubclass(kind, Fact) else (one.name for one in dataclasses.fields(kind))  # type: ignore[arg-type]
    return frozenset(names) - {"withheld"}


def inner_fields_of(name: str, field: str) -> frozenset[str]:
    """The fields of an order's lines and parcel; nothing else has an inside."""
    if name not in {ORDER, ORDERS} or field not in _INNER:
        return frozenset()
    return frozenset(one.name for one in dataclasses.fields(_INNER[field]))  # type: ignore[arg-type]


def needed_fields_of(name: str) -> frozenset[str]:
    """The fields that an answer must have: what a system finds by an address may only be like it."""
    media = [medium for medium, asked in BY_ADDRESS.items() if asked == name]
    return frozenset({"customer_ref", *media}) if media else frozenset()


def make(name: str, kind: type[T], values: Mapping[str, object]) -> T:
    """One fact; what the system did not tell is None. BusinessUnavailableError if it cannot be one."""
    whole = {**dict.fromkeys(fields_of(name)), **values}
    parcel = whole.get("shipment")
    if isinstance(parcel, Mapping):
        whole["shipment"] = {**dict.fromkeys(inner_fields_of(ORDER, "shipment")), **parcel}
    try:
        return TypeAdapter(kind).validate_python(whole)
    except ValidationError as exc:
        where = ", ".join(sorted({".".join(str(part) for part in error["loc"]) for error in exc.errors()})[:3])
        raise BusinessUnavailableError(f"the business system answered nonsense ({name}: {where})") from None


def _kind(name: str) -> type[object]:
    if name == CUSTOMER or name in BY_ADDRESS.values():
        return CustomerProfile
    return Order if name in {ORDER, ORDERS} else READS[name].fact
