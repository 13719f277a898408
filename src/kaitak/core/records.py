"""Owns copying a frozen record with some fields changed, in a third of the time that `dataclasses.replace` takes.

That one calls the constructor with every field by name, and a frozen constructor sets each through `object`: a turn
makes some twenty such copies, half of them of a state with twenty-five fields.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # type checkers know which fields a record has by the name of the original
    from dataclasses import replace as replace  # noqa: PLC0414 (given on by this name)
else:

    def replace(record: Any, /, **changes: Any) -> Any:
        """A copy of a dataclass with slots, with these fields changed."""
        kind = type(record)
        setters, values_of = _ways(kind)
        copy = object.__new__(kind)
        for put, value in zip(setters.values(), values_of(record), strict=True):
            put(copy, value)
        for name, value in changes.items():
            setters[name](copy, value)
        return copy


@cache
def _ways(kind: type[Any]) -> tuple[dict[str, Callable[[Any, Any], None]], Callable[[Any], tuple[Any, ...]]]:
    """What sets each field of a kind, by name, and what reads them all."""
    names = [field.name for field in dataclasses.fields(kind)]
    if len(names) < 2 or hasattr(kind, "__post_init__") or "__slots__" not in vars(kind):
        raise TypeError(f"{kind.__name__} is no dataclass of two fields or more with slots and without __post_init__")
    return {name: getattr(kind, name).__set__ for name in names}, attrgetter(*names)
