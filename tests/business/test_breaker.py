"""When a failing system is left alone, and when it is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from kaitak.business.breaker import Breaker

START = datetime(2026, 1, 1, tzinfo=UTC)


def test_breaker_opens_after_failures_in_a_row_and_a_success_in_between_starts_the_count_again() -> None:
    breaker = Breaker(failures_to_open=3)
    for _ in range(2):
        breaker.note_failure(START)
    breaker.note_success()
    for _ in range(2):
        breaker.note_failure(START)
    assert breaker.admits(START)
    breaker.note_failure(START)
    assert not breaker.admits(START)


def test_after_the_rest_one_probe_is_let_through_and_its_result_decides() -> None:
    breaker = Breaker(failures_to_open=1, rest=timedelta(seconds=10))
    breaker.note_failure(START)
    assert not breaker.admits(START + timedelta(seconds=9))
    later = START + timedelta(seconds=10)
    assert [breaker.admits(later), breaker.admits(later)] == [True, False]
    breaker.note_failure(later)
    assert not breaker.admits(later + timedelta(seconds=9))
    assert breaker.admits(later + timedelta(seconds=10))
    breaker.note_success()
    assert breaker.admits(later + timedelta(seconds=10))
    assert not breaker.is_open


def test_probe_that_never_reports_does_not_block_for_ever() -> None:
    breaker = Breaker(failures_to_open=1, rest=timedelta(seconds=10))
    breaker.note_failure(START)
    assert breaker.admits(START + timedelta(seconds=10))
    assert not breaker.admits(START + timedelta(seconds=15))
    assert breaker.admits(START + timedelta(seconds=20))
