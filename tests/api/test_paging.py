"""Cursors: they bring back what they were made of, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaitak.api import paging
from kaitak.api.paging import CursorInvalidError

MOMENTS = st.datetimes(timezones=st.just(UTC), min_value=datetime(1970, 1, 1), max_value=datetime(2999, 1, 1))  # noqa: DTZ001
NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)


@given(MOMENTS, NUMBERS, st.text(max_size=40))
def test_cursor_brings_back_its_keys(moment: datetime, number: int, words: str) -> None:
    cursor = paging.encode((moment, number, words))
    assert paging.decode(cursor, (datetime, int, str)) == (moment, number, words)


@given(st.text(max_size=200))
def test_garbage_is_refused_or_read_as_the_types_that_the_list_expects(cursor: str) -> None:
    try:
        values = paging.decode(cursor, (datetime, int))
    except CursorInvalidError:
        return
    assert [type(value) for value in values] == [datetime, int]


@pytest.mark.parametrize("keys", [(1, 2), ("2026-01-01T00:00:00", 1), (datetime(2026, 1, 1, tzinfo=UTC), "1"), (1,)])
def test_keys_of_another_list_are_refused(keys: tuple[int | str, ...]) -> None:
    with pytest.raises(CursorInvalidError):
        paging.decode(paging.encode(keys), (datetime, int))


def test_last_page_has_no_cursor() -> None:
    rows = [(3,), (2,), (1,)]
    assert paging.next_cursor(rows, 3) is None
    assert paging.next_cursor(rows, 2) == paging.encode((2,))
