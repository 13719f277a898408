"""What a phone shows is told right from what it must not show."""

from __future__ import annotations

import pytest

from tests.kill.showing import Wanted, said_again

A, B, LONG = Wanted(("a",), 1), Wanted(("b",), 1), Wanted(("x", "y"), 2)


@pytest.mark.parametrize(
    ("wanted", "shown", "again"),
    [
        ([A, B], "ab", 0),
        ([A, A], "aa", 0),
        ([A, B], "aab", 1),
        ([A, B], "aabb", 2),
        ([A, A, B], "aaab", 1),
        ([A, B], "ba", None),
        ([A, B], "aba", None),
        ([A, B], "a", None),
        ([A, B], "abc", None),
        ([], "", 0),
        ([], "a", None),
        ([LONG, A], "xya", 0),
        ([LONG, A], "xxya", 1),
        ([LONG, A], "xyxya", 2),
        ([LONG, A], "xa", None),
        ([Wanted(("x", "y"), 1), A], "xa", 0),  # nobody knows whether the second part got through
        ([Wanted(("x", "y"), 1), A], "a", None),
        ([Wanted(("a",), 0), B], "b", 0),
        ([Wanted(("a",), 0), B], "ab", 0),
    ],
)
def test_showings_that_were_said_again_are_counted(wanted: list[Wanted], shown: str, again: int | None) -> None:
    assert said_again(wanted, list(shown), [True] * len(shown)) == again


@pytest.mark.parametrize(
    ("shown", "cut_off", "again"), [("ab", [], 0), ("aab", [], None), ("aab", [0], 1), ("aab", [1], None)]
)
def test_only_what_was_cut_off_may_be_said_again(shown: str, cut_off: list[int], again: int | None) -> None:
    assert said_again([A, B], list(shown), [place in cut_off for place in range(len(shown))]) == again
