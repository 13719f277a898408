"""Expressions: null is never true and never an error, nothing but their names is read, work and size are bounded."""

from __future__ import annotations

from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaitak.bot import expressions
from kaitak.bot.business_facts import Shape, shape_of
from kaitak.bot.expressions import ExpressionError, Scope

SHAPES: dict[str, Shape] = {
    "slots": {"day": None, "qty": None},
    "order": shape_of("get_order"),
    "orders": shape_of("list_orders"),
}
ORDER = {"status": "paid", "placed_at": "2025-11-10", "total": 99.5, "shipment": None, "items": [{"sku": "A"}]}
VALUES = {"slots": {"day": None, "qty": 2.0}, "order": ORDER, "orders": [ORDER] * 3}


def value(text: str) -> object:
    expressions.check(text, SHAPES)
    return Scope(VALUES, date(2025, 11, 19)).evaluate(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('order.status in ["paid", "packing"]', True),
        ("order.total > 99", True),
        ("slots.qty == 2", True),
        ("size(orders) == 3", True),
        ("days_since(order.placed_at)", 9),
        ("days_until(order.placed_at)", -9),
        ("orders.exists(o, o.items.exists(i, i.sku == 'A'))", True),
        ("slots.day > '2025-01-01'", None),
        ("days_until(slots.day) < 3", None),
        ("order.shipment.eta == '2025-11-21'", None),
        ("slots.day == null", True),
        ("order.total / 0.0 > 1.0 || true", True),
        ("1 / 0", None),
        ("9223372036854775807 + 1", None),
    ],
)
def test_value_of_an_expression(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "order.__class__",
        "secret",
        "orders.exists(o, o.price > 1)",
        "orders.all(a, a.items.all(b, b.sku == '' || orders.all(c, c.status == '')))",
        "(" * 200 + "1" + ")" * 200,
    ],
)
def test_expression_that_reaches_out_or_goes_deep_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError):
        expressions.check(text, SHAPES)


def test_walks_over_lists_have_a_budget() -> None:
    many = {"orders": [{"items": list(range(1000))}] * 1000}
    began = process_time()
    assert Scope(many, date(2025, 11, 19)).evaluate("orders.all(a, a.items.all(b, b > -1))") is None
    assert process_time() - began < 1.0


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_refused_or_has_a_value(text: str) -> None:
    try:
        expressions.check(text, SHAPES)
    except ExpressionError:
        return
    Scope(VALUES, date(2025, 11, 19)).evaluate(text)
