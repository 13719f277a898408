"""The project's `.venv`: made with the standard library, filled from a lock file with hashes, when that file changed.

Runs before anything is installed, so it uses the standard library only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"runtime": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}


def main(kind: str) -> None:
    """Make `.venv` hold what `kind` (runtime or dev) needs; does nothing when it already does."""
    with_lock = os.open(ROOT, os.O_RDONLY)
    fcntl.flock(with_lock, fcntl.LOCK_EX)  # two words started at once install once
    try:
        _install(kind)
    finally:
        os.close(with_lock)


def locked(name: str, lock: Path = LOCKS["dev"]) -> str:
    """The lines of one package in a lock file: its pinned version with its hashes."""
    lines: list[str] = []
    for line in lock.read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}==") or (lines and lines[-1].endswith("\\")):
            lines.append(line)
    if not lines:
        raise SystemExit(f"{lock.name} does not hold {name}")
    return "\n".join(lines) + "\n"


def install_locked(name: str) -> None:
    """Install one package alone, at its locked version, checked against its locked hashes."""
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder) / "requirements.txt"
        requirement.write_text(locked(name), encoding="utf-8")
        _pip("install", "--no-deps", "--require-hashes", "-r", str(requirement))


def _install(kind: str) -> None:
    if not _works(PYTHON):
        print("setup: making .venv", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(VENV)], check=True)
    wanted = _fingerprint(kind)
    stamps = {name: VENV / f".kaitak-{name}" for name in LOCKS}
    if kind == "runtime" and _read(stamps["dev"]) == _fingerprint("dev"):
        return  # the dev lock holds all of the runtime lock
    if _read(stamps[kind]) == wanted:
        return
    print(f"setup: installing from {LOCKS[kind].name}", flush=True)
    _ensure_installer()
    _pip("install", "--require-hashes", "-r", str(LOCKS[kind]))
    _pip("install", "--no-deps", "-e", str(ROOT))
    stamps[kind].write_text(wanted, encoding="utf-8")


def _works(python: Path) -> bool:
    return python.exists() and subprocess.run([str(python), "-c", ""], check=False, capture_output=True).returncode == 0


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def _fingerprint(kind: str) -> str:
    digest = hashlib.sha256()
    for path in (LOCKS[kind], ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _ensure_installer() -> None:
    """Have uv in `.venv`, at its locked version, because it is ten times faster; plain pip serves as well."""
    if _has_module("uv"):
        return
    if not _has_module("pip"):
        subprocess.run([str(PYTHON), "-m", "ensurepip"], check=True, capture_output=True)
    try:
        install_locked("uv")
    except subprocess.CalledProcessError:
        print("setup: uv could not be installed, going on with pip", flush=True)


def _has_module(name: str) -> bool:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({name!r}) is None)"
    return subprocess.run([str(PYTHON), "-c", code], check=False).returncode == 0


def _pip(*arguments: str) -> None:
    if _has_module("uv"):
        command = [str(PYTHON), "-m", "uv", "pip", *arguments, "--quiet", "--python", str(PYTHON)]
    else:
        command = [str(PYTHON), "-m", "pip", *arguments, "--quiet"]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    try:
        if sys.argv[1:2] == ["package"] and len(sys.argv) == 3:
            install_locked(sys.argv[2])
        elif len(sys.argv) == 2 and sys.argv[1] in LOCKS:
            main(sys.argv[1])
        else:
            raise SystemExit("usage: setup_venv.py runtime | dev | package NAME")
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"setup: this failed: {' '.join(error.cmd)}") from error
