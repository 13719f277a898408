"""`./run check`: every promise that a command can check, one after the other, with a summary last.

`./run check NAME ...` runs the named ones only.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tools import build_web

ROOT = build_web.ROOT
BIN = Path(sys.executable).parent
PYTHON = sys.executable

CHECKS: dict[str, list[str]] = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "--output-format", "concise", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "--output-format", "concise", "."],
    "types": [PYTHON, "-m", "mypy"],
    "imports": [str(BIN / "lint-imports"), "--no-logo"],
    "code": [PYTHON, "-m", "tools.check_code"],
    "files": [PYTHON, "-m", "tools.check_files"],
    "locks": [PYTHON, "-m", "tools.lock_files", "check"],
    "reference": [PYTHON, "-m", "tools.reference", "check"],
    "migrations": [PYTHON, "-m", "tools.migrations", "check"],
    "client": [PYTHON, "-m", "tools.api_client", "check"],
}
WEB_SCRIPTS = ("lint", "typecheck", "check")


def main(names: Sequence[str]) -> int:
    """Run the named checks, or all; 1 when one failed."""
    web = web_checks()
    unknown = [name for name in names if name not in CHECKS and name not in web]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there is: {', '.join([*CHECKS, *web])}", file=sys.stderr)
        return 2
    results = {name: run_check(name, command) for name, command in CHECKS.items() if not names or name in names}
    for name, (folder, script) in web.items():
        if not names or name in names:
            results[name] = run_web_check(name, folder, script)
    print("\n==== summary")
    for name, passed in results.items():
        print(f"{'ok    ' if passed else 'FAILED'}  {name}")
    return 0 if all(results.values()) else 1


def web_checks() -> dict[str, tuple[Path, str]]:
    """The lint and type checks that the front ends' package.json files name."""
    return {
        f"{folder}-{script}": (ROOT / folder, script)
        for folder in build_web.FRONT_ENDS
        for script in WEB_SCRIPTS
        if script in build_web.scripts(ROOT / folder)
    }


def run_check(name: str, command: list[str]) -> bool:
    """Run one check; print what it says when it fails, and its warnings always."""
    started = time.monotonic()
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    print(f"==== {name}: {'ok' if run.returncode == 0 else 'FAILED'} ({time.monotonic() - started:.1f} s)", flush=True)
    lines = (run.stdout + run.stderr).splitlines()
    if run.returncode == 0:
        lines = [line for line in lines if line.startswith("warning:")]
    if lines:
        print("\n".join(lines), flush=True)
    return run.returncode == 0


def run_web_check(name: str, folder: Path, script: str) -> bool:
    """Run one script of a front end's package.json."""
    try:
        build_web.install(folder)
        node = build_web.find_node()
    except (build_web.NodeMissingError, subprocess.CalledProcessError) as error:
        print(f"==== {name}: FAILED: {error}")
        return False
    return run_check(name, [*node.npm, "--prefix", str(folder), "run", "--silent", script])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
