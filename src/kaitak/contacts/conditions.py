"""Owns the form in which contacts are chosen: a small tree of conditions, checked against what each field takes.

A condition is data: a field of a list that is known here or defined by the account, an operator that the field takes,
and values of its type. Nothing of it ever becomes SQL text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, TypeAdapter, ValidationError

from kaitak.api.wire import Body
from kaitak.contacts.attributes import LARGEST_NUMBER
from kaitak.contacts.record_errors import ConditionInvalidError

MOST_CONDITIONS: Final = 20
DEEPEST: Final = 3
MOST_VALUES: Final = 50
MOST_DAYS: Final = 3650
Operator = Literal[
    "equal_to",
    "not_equal_to",
    "contains",
    "does_not_contain",
    "starts_with",
    "is_present",
    "is_not_present",
    "is_greater_than",
    "is_less_than",
    "days_before",
    "within_days",
]
Value = Annotated[str, StringConstraints(min_length=1, max_length=200)] | bool | int | float
Model = Literal["standard", "contact_attribute", "company_attribute"]
Kind = Literal["text", "number", "date", "moment", "choice", "id", "flag", "set"]

_PRESENCE: Final = frozenset({"is_present", "is_not_present"})
_EQUAL: Final = frozenset({"equal_to", "not_equal_to"})
_ORDER: Final = frozenset({"is_greater_than", "is_less_than"})
_PARTS: Final = frozenset({"contains", "does_not_contain"})
_DAYS: Final = frozenset({"days_before", "within_days"})
OPERATORS: Final[Mapping[Kind, frozenset[str]]] = {
    "text": _EQUAL | _PARTS | _PRESENCE | {"starts_with"},
    "number": _EQUAL | _ORDER | _PRESENCE,
    "date": _EQUAL | _ORDER | _DAYS | _PRESENCE,
    "moment": _ORDER | _DAYS,
    "choice": _EQUAL | _PRESENCE,
    "id": _EQUAL | _PRESENCE,
    "flag": frozenset({"equal_to"}),
    "set": _EQUAL | _PRESENCE,
}
STANDARD: Final[Mapping[str, Kind]] = {
    "name": "text",
    "email": "choice",
    "email_domain": "choice",
    "phone_number": "text",
    "identifier": "choice",
    "locale": "choice",
    "blocked": "flag",
    "verified": "flag",
    "last_activity_at": "moment",
    "created_at": "moment",
    "channel": "set",
    "inbox_id": "id",
    "labels": "set",
    "company_id": "id",
    "marketing_consent": "choice",  # given, withdrawn
}
OF_TYPE: Final[Mapping[str, Kind]] = {
    "text": "text",
    "link": "text",
    "number": "number",
    "date": "date",
    "list": "choice",
    "checkbox": "flag",
}


class Condition(Body):
    """One condition; `values` are alternatives where the operator compares."""

    attribute_key: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    attribute_model: Model = "standard"
    filter_operator: Operator
    values: Annotated[list[Value], Field(max_length=MOST_VALUES)] = []


class Every(Body):
    """All of these hold."""

    all: Annotated[list[Node], Field(min_length=1, max_length=MOST_CONDITIONS)]


class Some(Body):
    """One of these holds."""

    any: Annotated[list[Node], Field(min_length=1, max_length=MOST_CONDITIONS)]


Node = Every | Some | Condition
Every.model_rebuild()
Some.model_rebuild()
_NODE: Final = TypeAdapter[Node](Node)


class FlatCondition(Body):
    """A condition as a flat list carries it: `query_operator` joins it with the next one."""

    attribute_key: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    attribute_model: Model | Literal[""] = ""
    filter_operator: Operator
    values: Annotated[list[Value], Field(max_length=MOST_VALUES)] = []
    query_operator: Literal["and", "or", "AND", "OR"] | None = None


def of_list(flat: list[FlatCondition]) -> Node:
    """A flat list as a tree: `and` binds more tightly than `or`."""
    groups: list[list[Node]] = [[]]
    for place, each in enumerate(flat):
        model: Model = each.attribute_model or ("standard" if each.attribute_key in STANDARD else "contact_attribute")
        groups[-1].append(
            Condition(
                attribute_key=each.attribute_key,
                attribute_model=model,
                filter_operator=each.filter_operator,
                values=each.values,
            )
        )
        if (each.query_operator or "and").lower() == "or" and place < len(flat) - 1:
            groups.append([])
    several: list[Node] = [group[0] if len(group) == 1 else Every(all=group) for group in groups]
    return several[0] if len(several) == 1 else Some(any=several)


def stored(query: Mapping[str, object]) -> Node:
    """A tree as it was kept."""
    try:
        return _NODE.validate_python(query)
    except ValidationError as exc:
        raise ConditionInvalidError(key="", reason="form") from exc


def check(node: Node, defined: Mapping[tuple[Model, str], str]) -> None:
    """Raise when the tree is too large, or a condition's field, operator and values do not go together.

    `defined` gives the display type of each field of the account's own.
    """
    if _depth(node) > DEEPEST:
        raise ConditionInvalidError(key="", reason="too_deep")
    every = list(leaves(node))
    if len(every) > MOST_CONDITIONS:
        raise ConditionInvalidError(key="", reason="too_many")
    for each in every:
        kind = kind_of(each, defined)
        if each.filter_operator not in OPERATORS[kind]:
            raise ConditionInvalidError(key=each.attribute_key, reason="operator")
        if not _takes(each, kind):
            raise ConditionInvalidError(key=each.attribute_key, reason="values")


def leaves(node: Node) -> Iterator[Condition]:
    """Every condition of a tree."""
    if isinstance(node, Condition):
        yield node
    else:
        for each in node.all if isinstance(node, Every) else node.any:
            yield from leaves(each)


def kind_of(condition: Condition, defined: Mapping[tuple[Model, str], str]) -> Kind:
    """What kind of values a condition's field has."""
    key = condition.attribute_key
    if condition.attribute_model == "standard":
        found = STANDARD.get(key)
    else:
        found = OF_TYPE.get(defined.get((condition.attribute_model, key), ""))
    if found is None:
        raise ConditionInvalidError(key=key, reason="unknown_field")
    return found


def _depth(node: Node) -> int:
    if isinstance(node, Condition):
        return 0
    return 1 + max(_depth(each) for each in (node.all if isinstance(node, Every) else node.any))


def _takes(condition: Condition, kind: Kind) -> bool:
    values, operator = condition.values, condition.filter_operator
    if operator in _PRESENCE:
        return not values
    if operator in _DAYS:
        return len(values) == 1 and type(values[0]) is int and 0 < values[0] <= MOST_DAYS
    if not values or (operator not in _EQUAL and len(values) != 1) or (kind == "flag" and len(values) != 1):
        return False
    return all(_is_of(kind, value) for value in values)


def _is_of(kind: Kind, value: Value) -> bool:
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "number":
        return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LARGEST_NUMBER
    if kind == "id":
        return type(value) is int and 0 < value < 2**63
    if not isinstance(value, str) or "\x00" in value:
        return False
    if kind == "date":
        return day_of(value) is not None
    return moment_of(value) is not None if kind == "moment" else True


def day_of(value: str) -> date | None:
    """A day as a condition writes it."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def moment_of(value: str) -> datetime | date | None:
    """A day, or a moment with its zone."""
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    if len(value) == 10:
        return found.date()
    return found if found.tzinfo is not None else None
