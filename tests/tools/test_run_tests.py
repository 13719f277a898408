"""The closing summary counts what ran and never counts what did not as passed."""

from __future__ import annotations

from tools import run_tests

VITEST = "\n Test Files  1 failed | 2 passed (3)\n      Tests  1 failed | 12 passed (13)\n   Duration  1s\n"
NODE = "# tests 5\n# pass 4\n# fail 1\n"


def test_vitest_is_counted() -> None:
    assert run_tests.count_web_tests(VITEST) == (12, 1)


def test_node_runner_is_counted() -> None:
    assert run_tests.count_web_tests(NODE) == (4, 1)


def test_unknown_output_counts_nothing() -> None:
    assert run_tests.count_web_tests("all good") == (0, 0)


def test_what_did_not_run_is_not_passed() -> None:
    outcome = run_tests.Outcome(passed=3)
    outcome.not_run("browser tests", "no Chromium", 7)
    assert outcome.closing_line() == "3 passed, 0 failed, 7 skipped"
    assert outcome.notes == ["NOT RUN  browser tests: no Chromium"]
