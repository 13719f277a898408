"""The gate: a version that is worse by more than the margin on any measure does not pass by itself."""

from __future__ import annotations

from kaitak.learning import gate
from kaitak.learning.gate import Readings
from kaitak.learning.judging import Judged
from kaitak.learning.schemas import ActiveView

ACTIVE = ActiveView(id=3, number=2, version="abc", is_pack_own=False)


def read(count: int, right: int, *, name: str = "line", is_own: bool = False) -> list[Judged]:
    """Lines of which the first are read rightly."""
    return [
        Judged(
            text=f"{name} {number}",
            intent="yes",
            is_own=is_own,
            band="answer",
            ranked=(("yes" if number < right else "no", 0.9),),
        )
        for number in range(count)
    ]


def verdict(candidate: Readings, active: Readings) -> str:
    return gate.compare(candidate, active, ACTIVE).verdict


def test_equal_versions_are_the_same() -> None:
    assert verdict(Readings(read(1000, 800)), Readings(read(1000, 800))) == "same"


def test_worse_by_more_than_the_margin_does_not_pass() -> None:
    assert verdict(Readings(read(1000, 790)), Readings(read(1000, 800))) == "same"
    assert verdict(Readings(read(1000, 789)), Readings(read(1000, 800))) == "worse"


def test_one_line_of_a_dozen_is_no_sign() -> None:
    assert verdict(Readings(read(12, 10)), Readings(read(12, 12))) == "same"
    assert verdict(Readings(read(12, 9)), Readings(read(12, 12))) == "worse"


def test_worse_on_held_out_lines_alone_does_not_pass() -> None:
    candidate = Readings(read(1000, 900), read(100, 70, name="test"))
    assert verdict(candidate, Readings(read(1000, 800), read(100, 80, name="test"))) == "worse"


def test_only_lines_that_both_have_read_count() -> None:
    found = gate.compare(Readings([*read(100, 90), *read(50, 0, name="new")]), Readings(read(100, 80)), ACTIVE)
    assert (found.verdict, found.measures[0].lines) == ("better", 100)


def test_line_moved_to_another_intent_is_judged_by_its_present_one() -> None:
    moved = [Judged(text="line 0", intent="no", is_own=True, band="answer", ranked=(("no", 0.9),))]
    (measure, own) = gate.compare(Readings(moved), Readings(read(1, 1)), ACTIVE).measures
    assert (measure.candidate, measure.active) == (1.0, 0.0)
    assert own.measure == "own_lines"


def test_nothing_to_compare_with_passes_as_the_first() -> None:
    assert verdict(Readings(read(10, 5)), Readings(())) == "first"
