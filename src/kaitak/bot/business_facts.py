"""Owns what flows know of business: the reads and deeds by name, their arguments, and facts as plain JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from enum import Enum
from types import MappingProxyType
from typing import Union, get_args, get_origin, get_type_hints

from pydantic import AwareDatetime, BaseModel, JsonValue, ValidationError
from pydantic.fields import FieldInfo

from kaitak.business import deeds
from kaitak.business.contract import CustomerProfile, Order
from kaitak.business.facts import READS, Subject

Row = dict[str, JsonValue]
Shape = Union[None, "list[Shape]", "dict[str, Shape]"]  # None: a plain value; a list has one shape for its items


@dataclass(frozen=True, slots=True)
class ReadForm:
    """A read as a flow writes it: its argument's name, if it has one, and what it gives."""

    argument: str | None
    row: dict[str, Shape]
    gives_list: bool

    @property
    def shape(self) -> Shape:
        """What the result's name stands for."""
        return [self.row] if self.gives_list else self.row


@dataclass(frozen=True, slots=True)
class DeedForm:
    """A deed as a flow writes it: the arguments that it takes, and those that it needs."""

    arguments: frozenset[str]
    needed: frozenset[str]


def plain(value: object, zone: tzinfo | None = None) -> JsonValue:
    """A business fact as flows read it: days as YYYY-MM-DD with the time beside it, amounts as numbers."""
    if isinstance(value, BaseModel):
        return _plain_fields({name: getattr(value, name) for name in type(value).model_fields}, zone)
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields({field.name: getattr(value, field.name) for field in fields(value)}, zone)
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each, zone) for each in value]
    return _plain_leaf(value, zone)


def _plain_leaf(value: object, zone: tzinfo | None) -> JsonValue:
    if isinstance(value, date):  # a time is one, too
        return (value.astimezone(zone).date() if isinstance(value, datetime) else value).isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Enum):
        return str(value.value)
    return value if isinstance(value, str | bool | int | float) else None


def _plain_fields(values: Mapping[str, object], zone: tzinfo | None) -> Row:
    row: Row = {}
    for name, value in values.items():
        if name == "withheld":
            continue
        row[name] = plain(value, zone)
        if isinstance(value, datetime):
            row[f"{name}_time"] = value.astimezone(zone).strftime("%H:%M")
    return row


def _shape_of(hint: object) -> Shape:
    """The shape of a type: of its first part that has one."""
    origin = get_origin(hint)
    if origin in {tuple, list, frozenset}:
        return [_shape_of(get_args(hint)[0])]
    if isinstance(hint, type) and (is_dataclass(hint) or issubclass(hint, BaseModel)):
        return _row_of(hint)
    found = (_shape_of(part) for part in get_args(hint) if part is not type(None)) if origin is not None else ()
    return next((shape for shape in found if shape is not None), None)


def _row_of(model: type) -> dict[str, Shape]:
    hints = get_type_hints(model)
    if issubclass(model, BaseModel):
        hints = {name: hints[name] for name in model.model_fields}
    row: dict[str, Shape] = {}
    for name, hint in hints.items():
        if name == "withheld":
            continue
        row[name] = _shape_of(hint)
        if _holds_time(hint):
            row[f"{name}_time"] = None
    return row


def _holds_time(hint: object) -> bool:
    parts = get_args(hint) or (hint,)
    return any(part in {datetime, AwareDatetime} for part in parts)


_ARGUMENTS = {Subject.ORDER: "order_no", Subject.ARTICLE: "article", Subject.CUSTOMER: None}
READ_FORMS: Mapping[str, ReadForm] = MappingProxyType(
    {
        "get_order": ReadForm("order_no", _row_of(Order), gives_list=False),
        "list_orders": ReadForm(None, _row_of(Order), gives_list=True),
        "get_profile": ReadForm(None, _row_of(CustomerProfile), gives_list=False),
        **{
            name: ReadForm(_ARGUMENTS[read.subject], _row_of(read.fact), gives_list=name.startswith("list_"))
            for name, read in READS.items()
        },
    }
)


def _deed_models() -> dict[str, dict[str, FieldInfo]]:
    models = get_args(get_args(deeds.Deed)[0])
    return {model.model_fields["action"].default: model.model_fields for model in models}


DEED_FORMS: Mapping[str, DeedForm] = MappingProxyType(
    {
        name: DeedForm(
            arguments=frozenset(found) - {"action"},
            needed=frozenset(each for each, info in found.items() if info.is_required()),
        )
        for name, found in _deed_models().items()
    }
)
OUTCOME: dict[str, Shape] = {"outcome": None, "reason": None, "reference": None}


def shape_of(name: str) -> Shape:
    """What the result of a read or deed looks like; None where there is neither."""
    if name in READ_FORMS:
        return READ_FORMS[name].shape
    return OUTCOME if name in DEED_FORMS else None


def deed_of(name: str, arguments: Mapping[str, JsonValue]) -> deeds.Deed | None:
    """The deed with these arguments; None if they cannot be its arguments. What is null is left out."""
    given = {key: value for key, value in arguments.items() if value is not None}
    try:
        return deeds.DEED.validate_python({"action": name, **given})
    except ValidationError:
        return None


def rows_of(values: Sequence[object], zone: tzinfo | None = None) -> tuple[Row, ...]:
    """Several facts as plain rows."""
    return tuple(row for value in values if isinstance(row := plain(value, zone), dict))
