"""`./run test`: sets up what the tests need, runs all of them, and ends with one line of counts.

What cannot run on this machine is named in the closing summary with its reason and is never counted as passed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from tools import build_web, system_packages

ROOT = build_web.ROOT
REPORT = ROOT / "test-results" / "pytest.xml"
MODELS = ".data/models"  # where a source tree keeps its packs' models
# The browser tests, the largest group, go to one process first; that one and those that run whole programs wait more
# than they work, so that three processes fill two cores.
PROCESSES_OF_ALL = 3
FAST = "not slow and not e2e and not kill and not dovecot"
NOTHING_COLLECTED = 5  # pytest's exit status
TRYTON = """
from tests.systems.tryton import running
try:
    running.prepared()
except running.NotInstalledError as reason:
    raise SystemExit(print(reason) or 1)
"""


@dataclass(slots=True)
class Outcome:
    """What ran so far, and what could not."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    notes: list[str] = field(default_factory=list)

    def not_run(self, what: str, why: str, count: int = 0) -> None:
        """Record tests that this machine cannot run."""
        self.skipped += count
        self.notes.append(f"NOT RUN  {what}: {why}")

    def closing_line(self) -> str:
        """The plain line that test readers count by."""
        return f"{self.passed} passed, {self.failed} failed" + (f", {self.skipped} skipped" if self.skipped else "")


def main(arguments: Sequence[str]) -> int:
    """Run `fast`, everything, or what the arguments tell pytest."""
    outcome = Outcome()
    started = time.monotonic()
    if list(arguments[:1]) == ["fast"]:
        run_pytest(outcome, ["-m", FAST, *arguments[1:]])
    elif not arguments:
        tryton = subprocess.Popen([sys.executable, "-c", TRYTON], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        models = subprocess.Popen(
            [Path(sys.executable).parent / "kaitak", "nlu", "prepare", "--folder", MODELS], cwd=ROOT
        )
        browser_tests = prepare_browser(outcome)
        run_web_tests(outcome)
        can_run = {"e2e": browser_tests, "tryton": has_tryton(outcome, tryton), "dovecot": has_dovecot(outcome)}
        models.wait()  # a failure shows in the tests that need them
        impossible = " and ".join(f"not {marker}" for marker, can in can_run.items() if not can)
        run_pytest(outcome, ["-m", impossible] if impossible else [], processes=PROCESSES_OF_ALL)
    elif "e2e" not in " ".join(arguments) or prepare_browser(outcome):
        run_pytest(outcome, arguments)
    print(f"\n==== summary after {time.monotonic() - started:.0f} s")
    for note in outcome.notes:
        print(note)
    print(outcome.closing_line(), flush=True)
    return 1 if outcome.failed else 0


def prepare_browser(outcome: Outcome) -> bool:
    """Have web assets, Chromium and fonts; False when the browser tests cannot run, with the reason recorded."""
    reason = system_packages.reason_for_no_chromium()
    if not reason:
        reason = _reason_for_no_assets()
    if reason:
        outcome.not_run("browser tests (marker e2e)", reason, _count("e2e"))
        return False
    fonts = system_packages.reason_for_no_fonts()
    if fonts:
        outcome.notes.append(f"NOTE     screenshots show boxes for Chinese: {fonts}")
    return True


def has_tryton(outcome: Outcome, preparing: subprocess.Popen[str]) -> bool:
    """Whether a real Tryton could be installed outside the repository; else the reason is recorded."""
    said, _ = preparing.communicate()
    if preparing.returncode == 0:
        return True
    reason = (said.strip().splitlines() or [f"its preparation ended with {preparing.returncode}"])[-1]
    outcome.not_run("tests against a real Tryton (marker tryton)", reason, _count("tryton"))
    return False


def has_dovecot(outcome: Outcome) -> bool:
    """Whether a mailbox can be read from a real server; else the reason is recorded."""
    reason = system_packages.reason_for_no_dovecot()
    if reason:
        outcome.not_run("tests against a real Dovecot (marker dovecot)", reason, _count("dovecot"))
    return not reason


def run_web_tests(outcome: Outcome) -> None:
    """Run the unit tests of `web/`, `widget/` and `sdk/`."""
    for name in build_web.FRONT_ENDS:
        folder = ROOT / name
        if "test" not in build_web.scripts(folder):
            continue
        print(f"\n==== unit tests of {name}/", flush=True)
        try:
            build_web.install(folder)
            node = build_web.find_node()
        except (build_web.NodeMissingError, subprocess.CalledProcessError) as error:
            outcome.not_run(f"unit tests of {name}/", str(error))
            continue
        run = subprocess.run(
            [*node.npm, "test"],
            cwd=folder,
            env={**node.environment(), "CI": "true", "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        print(run.stdout, flush=True)
        passed, failed = count_web_tests(run.stdout)
        outcome.passed += passed
        outcome.failed += failed or int(run.returncode != 0)
        if run.returncode:
            outcome.notes.append(f"FAILED   unit tests of {name}/")


def count_web_tests(output: str) -> tuple[int, int]:
    """Passed and failed, as Vitest's or Node's own closing lines say."""
    vitest = re.search(r"^\s*Tests\s+(.*)$", output, re.MULTILINE)
    if vitest:
        line = vitest.group(1)
        return _number(r"(\d+) passed", line), _number(r"(\d+) failed", line)
    return _number(r"^\S* ?pass (\d+)$", output), _number(r"^\S* ?fail (\d+)$", output)


def run_pytest(outcome: Outcome, arguments: Sequence[str], *, processes: int = 2) -> None:
    """Run pytest on several processes and add up its report."""
    print("\n==== pytest", flush=True)
    parallel = [] if any(item.startswith("-n") for item in arguments) else ["-n", str(processes), "--dist", "loadgroup"]
    REPORT.unlink(missing_ok=True)
    status = subprocess.run(
        _pytest(REPORT, [*parallel, *arguments]), cwd=ROOT, env=_environment(), stdin=subprocess.DEVNULL, check=False
    ).returncode
    add_report(outcome, REPORT, status)


def add_report(outcome: Outcome, report: Path, status: int) -> None:
    """Add what a report counts; a run that failed without one counts as a failure."""
    if not report.exists():
        outcome.failed += 1
        outcome.notes.append(f"FAILED   pytest ended with {status} and left no report")
        return
    counted_as_failed = 0
    for suite in ET.parse(report).getroot().iter("testsuite"):
        total, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        outcome.passed += max(0, total - failed - skipped)
        counted_as_failed += failed
        outcome.skipped += skipped
    outcome.failed += counted_as_failed
    outcome.notes += _skips(report)
    if status not in (0, NOTHING_COLLECTED) and not counted_as_failed:
        outcome.failed += 1
        outcome.notes.append(f"FAILED   pytest ended with {status}")


def _pytest(report: Path, arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "pytest", f"--junitxml={report}", *arguments]


def _skips(report: Path) -> list[str]:
    found: dict[str, int] = {}
    for skip in ET.parse(report).getroot().iter("skipped"):
        reason = skip.get("message", "") or "no reason given"
        found[reason] = found.get(reason, 0) + 1
    return [f"NOT RUN  {count} tests: {reason}" for reason, count in sorted(found.items())]


def _reason_for_no_assets() -> str:
    try:
        build_web.build_all()
    except build_web.NodeMissingError as error:
        return str(error)
    except subprocess.CalledProcessError as error:
        return f"the web pages could not be built: {' '.join(error.cmd)}"
    return ""


def _count(marker: str) -> int:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", marker, "-p", "no:cacheprovider"]
    run = subprocess.run(command, cwd=ROOT, env=_environment(), capture_output=True, text=True, check=False)
    return sum("::" in line for line in run.stdout.splitlines())


def _environment() -> dict[str, str]:
    environment = dict(os.environ)
    if os.geteuid() == 0:
        environment.setdefault("KAITAK_DB__ALLOW_ROOT", "1")
    return environment


def _number(pattern: str, text: str) -> int:
    found = re.search(pattern, text, re.MULTILINE)
    return int(found.group(1)) if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
