"""The closing summary counts what ran and never counts what did not as passed."""

from __future__ import annotations

from pathlib import Path

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


def test_two_runs_are_added_up_and_a_run_without_a_report_fails(tmp_path: Path) -> None:
    report = tmp_path / "a.xml"
    report.write_text(
        '<testsuites><testsuite tests="5" failures="1" errors="1" skipped="1">'
        '<testcase name="x"><skipped message="no Dovecot"/></testcase></testsuite></testsuites>'
    )
    outcome = run_tests.Outcome(passed=3)
    run_tests.add_report(outcome, report, 1)
    run_tests.add_report(outcome, tmp_path / "none.xml", 4)
    assert outcome.closing_line() == "5 passed, 3 failed, 1 skipped"
    assert outcome.notes == ["NOT RUN  1 tests: no Dovecot", "FAILED   pytest ended with 4 and left no report"]
