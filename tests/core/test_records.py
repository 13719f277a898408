"""Tests of copying frozen records."""

from dataclasses import FrozenInstanceError, dataclass, field

import pytest

from kaitak.core.records import replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Something to copy."""

    number: str
    weight: float = 1.0
    marks: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Insured(Parcel):
    """The same with a field of its own."""

    amount: int = 0


@dataclass(frozen=True)
class Loose:
    """Without slots."""

    number: str
    weight: float = 1.0


def test_a_copy_has_the_changed_fields_and_all_others() -> None:
    first = Parcel(number="HK25-100234", marks={"fragile": 1})
    copy = replace(first, weight=2.5)
    assert copy == Parcel(number="HK25-100234", weight=2.5, marks={"fragile": 1})
    assert first.weight == 1.0
    assert copy.marks is first.marks


def test_a_copy_is_of_the_same_kind_with_inherited_fields() -> None:
    copy = replace(Insured(number="a", amount=3), number="b")
    assert type(copy) is Insured
    assert copy == Insured(number="b", amount=3)


def test_a_copy_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        replace(Parcel(number="a"), number="b").number = "c"  # type: ignore[misc]


def test_a_field_that_there_is_not_is_refused() -> None:
    with pytest.raises(KeyError):
        replace(Parcel(number="a"), colour="red")  # type: ignore[call-arg]


def test_a_record_without_slots_is_refused() -> None:
    with pytest.raises(TypeError, match="Loose"):
        replace(Loose(number="a"), number="b")
