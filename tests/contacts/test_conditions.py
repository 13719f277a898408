"""The form of conditions: what goes together is taken, everything else is refused with its reason."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from kaitak.contacts import conditions
from kaitak.contacts.conditions import Condition, Every, FlatCondition, Model, Node, Some
from kaitak.contacts.record_errors import ConditionInvalidError

DEFINED: dict[tuple[Model, str], str] = {
    ("contact_attribute", "tier"): "list",
    ("contact_attribute", "points"): "number",
    ("contact_attribute", "joined"): "date",
    ("contact_attribute", "vip"): "checkbox",
    ("company_attribute", "size"): "number",
}


def _one(key: str, operator: str, *values: object, model: str = "standard") -> Node:
    body = {"attribute_key": key, "filter_operator": operator, "values": list(values), "attribute_model": model}
    return TypeAdapter[Node](Node).validate_python(body)


@pytest.mark.parametrize(
    "node",
    [
        _one("name", "contains", "陳"),
        _one("last_activity_at", "within_days", 30),
        _one("created_at", "is_greater_than", "2026-01-01"),
        _one("created_at", "is_less_than", "2026-01-01T10:00:00+08:00"),
        _one("labels", "equal_to", "vip", "late"),
        _one("blocked", "equal_to", False),
        _one("company_id", "is_not_present"),
        _one("points", "is_greater_than", 10.5, model="contact_attribute"),
        _one("joined", "days_before", 365, model="contact_attribute"),
        _one("size", "equal_to", 7, model="company_attribute"),
    ],
)
def test_what_goes_together_is_taken(node: Node) -> None:
    conditions.check(node, DEFINED)
    assert conditions.stored(node.model_dump()) == node


@pytest.mark.parametrize(
    ("node", "reason"),
    [
        (_one("password", "equal_to", "x"), "unknown_field"),
        (_one("tier", "equal_to", "gold"), "unknown_field"),
        (_one("tier", "equal_to", "gold", model="company_attribute"), "unknown_field"),
        (_one("email", "is_greater_than", "x"), "operator"),
        (_one("vip", "contains", "x", model="contact_attribute"), "operator"),
        (_one("vip", "equal_to", "yes", model="contact_attribute"), "values"),
        (_one("points", "equal_to", True, model="contact_attribute"), "values"),
        (_one("points", "is_less_than", 1, 2, model="contact_attribute"), "values"),
        (_one("joined", "equal_to", "31/12/2026", model="contact_attribute"), "values"),
        (_one("created_at", "is_less_than", "2026-01-01T10:00:00"), "values"),
        (_one("last_activity_at", "within_days", 0), "values"),
        (_one("last_activity_at", "within_days", "30"), "values"),
        (_one("company_id", "equal_to", "1"), "values"),
        (_one("name", "equal_to"), "values"),
        (_one("name", "is_present", "x"), "values"),
        (_one("name", "contains", "a\x00b"), "values"),
        (Every(all=[Some(any=[Every(all=[Some(any=[_one("name", "is_present")])])])]), "too_deep"),
        (Every(all=[Every(all=[_one("name", "is_present")] * 11)] * 2), "too_many"),
    ],
)
def test_everything_else_is_refused_with_its_reason(node: Node, reason: str) -> None:
    with pytest.raises(ConditionInvalidError) as caught:
        conditions.check(node, DEFINED)
    assert caught.value.fields["reason"] == reason


@pytest.mark.parametrize(
    "raw",
    [
        {"all": []},
        {"sql": "1=1"},
        {"attribute_key": "name", "filter_operator": "= 'x' or 1=1 --", "values": ["x"]},
        {"attribute_key": "name", "filter_operator": "equal_to", "values": [{"a": 1}]},
        {"all": [{"attribute_key": "name", "filter_operator": "is_present"}], "any": []},
    ],
)
def test_what_is_no_tree_is_refused(raw: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter[Node](Node).validate_python(raw)


def test_and_binds_more_tightly_than_or_in_a_flat_list() -> None:
    flat = [
        FlatCondition(attribute_key=key, filter_operator="is_present", query_operator=joined)
        for key, joined in (("name", "AND"), ("email", "or"), ("tier", None))
    ]
    tree = conditions.of_list(flat)
    assert isinstance(tree, Some)
    assert isinstance(tree.any[0], Every)
    assert isinstance(tree.any[1], Condition)
    assert tree.any[1].attribute_model == "contact_attribute"
