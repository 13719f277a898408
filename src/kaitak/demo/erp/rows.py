"""Owns the shape of the demo ERP's content: the rows of each table, in the order of its columns. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

Row = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class World:
    """Rows for each table, in the order of its columns."""

    products: list[Row] = field(default_factory=list)
    stock: list[Row] = field(default_factory=list)
    customers: list[Row] = field(default_factory=list)
    orders: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    shipments: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    deliveries: list[Row] = field(default_factory=list)
    service: list[Row] = field(default_factory=list)
    returns: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    points: list[Row] = field(default_factory=list)
    policies: list[Row] = field(default_factory=list)
    claims: list[Row] = field(default_factory=list)
    premiums: list[Row] = field(default_factory=list)
