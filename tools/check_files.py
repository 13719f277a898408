"""What no file in git may hold: a machine's path, an index's host, a private key, a name that says nothing."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tools.build_web import ROOT

FORBIDDEN = {
    "a path of somebody's machine": re.compile(r"(?<![\w.$}/-])/(?:work|root|home/(?!kaitak)\w+|Users/\w+)/"),
    "a package index's host": re.compile(r"(?:files\.pythonhosted|registry\.npmjs|pypi)\.org", re.IGNORECASE),
    "a private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
}
NO_ADDRESS = re.compile(r"(?:^|/)(?:requirements[\w-]*\.lock)$")
BANNED_WORDS = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "manager",
    "handler",
    "processor",
    "service",
    "repository",
}
ALLOWED_NAMES = {"src/kaitak/db/base.py"}
LARGEST = 4 * 1024 * 1024  # the encoder graph has 3.4 MiB
OWN = "tools/check_files.py"


def main() -> int:
    """Print each fault in the files that git holds; 1 when there is one."""
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = [name for name in listing.split("\0") if name and (ROOT / name).is_file()]
    faults = [fault for name in names for fault in (*faults_of_name(name), *faults_of_content(name))]
    print("\n".join(faults))
    return 1 if faults else 0


def faults_of_name(name: str) -> list[str]:
    """A code file's name must say what the file owns."""
    path = Path(name)
    if path.suffix not in {".py", ".ts", ".tsx"} or name in ALLOWED_NAMES:
        return []
    words = set(re.split(r"[_\-.]|(?<=[a-z])(?=[A-Z])", path.stem.replace("Provider", ""))) | set(path.parent.parts)
    banned = sorted(word for word in {word.lower() for word in words} if word in BANNED_WORDS or word == "base")
    return [f"{name}: a file is not called {', '.join(banned)}"] if banned else []


def faults_of_content(name: str) -> list[str]:
    """Text that must not leave this machine, and files too big for git."""
    path = ROOT / name
    size = path.stat().st_size
    faults = [f"{name}: {size // 1024} KiB is too big for git"] if size > LARGEST else []
    data = path.read_bytes()
    if b"\0" in data[:8192] or name == OWN:
        return faults
    text = data.decode("utf-8", errors="replace")
    for what, pattern in FORBIDDEN.items():
        found = pattern.search(text)
        if found:
            line = text.count("\n", 0, found.start()) + 1
            faults.append(f"{name}:{line}: {what}: {found.group(0)}")
    if NO_ADDRESS.search(name) and "://" in text:
        faults.append(f"{name}: a lock file names an address")
    return faults


if __name__ == "__main__":
    sys.exit(main())
