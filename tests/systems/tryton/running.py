"""A real Tryton server of our own: installed once outside the repository, filled once, copied for each run.

`python -m tests.systems.tryton.running` starts one to play with and prints how an account is connected to it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.systems.tryton import seed

MODULES = ("party", "sale", "stock")
PACKAGES = ("trytond~=8.2.0", *(f"trytond_{name}~=8.2.0" for name in MODULES))
DATABASE, USER, PASSWORD = "kaitak", "kaitak", "a-user-of-the-test-Tryton-1"
_ADMIN_PASSWORD = "the-admin-of-the-test-Tryton-1"
_INSTALLING, _FILLING, _STARTING = 180, 240, 60


class NotInstalledError(Exception):
    """Tryton cannot be installed on this machine; the text says why."""


@dataclass(frozen=True, slots=True)
class RunningTryton:
    """Where Tryton answers."""

    url: str
    database: str = DATABASE
    user: str = USER
    password: str = PASSWORD

    @property
    def rpc_url(self) -> str:
        """Where its calls go."""
        return f"{self.url}/{self.database}/rpc/"


@contextmanager
def running(port: int = 0) -> Iterator[RunningTryton]:
    """A server on a copy of the filled database for the length of a block."""
    home = prepared()
    with tempfile.TemporaryDirectory(prefix="kaitak-tryton-") as folder:
        _copy(home / f"{DATABASE}.sqlite", Path(folder))
        with _server(home, Path(folder), port) as url:
            yield RunningTryton(url)


def prepared() -> Path:
    """The folder with Tryton's own Python and a filled database; made at the first call, which takes a minute."""
    text = " ".join((*PACKAGES, USER, PASSWORD, Path(seed.__file__).read_text("utf-8")))
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kaitak"
    home = base / f"tryton-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ready").exists():
            _install(home)
            _fill(home)
            (home / "ready").touch()
    return home


def _install(home: Path) -> None:
    uv = [sys.executable, "-m", "uv"]
    python = str(home / "venv" / "bin" / "python")
    for command in (
        [*uv, "venv", "-q", "--clear", "--python", sys.executable, str(home / "venv")],
        [*uv, "pip", "install", "-q", "--python", python, *PACKAGES],
    ):
        try:
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=_INSTALLING)
        except subprocess.TimeoutExpired:
            raise NotInstalledError("Tryton could not be installed: the package index did not answer in time") from None
        except subprocess.CalledProcessError as error:
            reason = (error.stderr or "").strip().splitlines()[-1:] or ["no reason given"]
            raise NotInstalledError(f"Tryton could not be installed: {reason[0][:200]}") from None


def _fill(home: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="kaitak-tryton-") as name:
        folder = Path(name)
        (folder / f"{DATABASE}.sqlite").touch()
        (folder / "password").write_text(_ADMIN_PASSWORD, "utf-8")
        command = [str(home / "venv" / "bin" / "trytond-admin"), "-c", str(_configuration(folder, 0)), "-d", DATABASE]
        command += ["-u", *MODULES, "--activate-dependencies", "--email", "admin@example.com"]
        environment = {**os.environ, "TRYTONPASSFILE": str(folder / "password")}
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=_FILLING)
        with _server(home, folder, 0) as url:
            seed.fill(f"{url}/{DATABASE}/rpc/", _ADMIN_PASSWORD, USER, PASSWORD)
        _copy(folder / f"{DATABASE}.sqlite", home)


def _copy(database: Path, folder: Path) -> None:
    """With what is only in the journal yet."""
    with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(folder / database.name)) as copy:
        source.backup(copy)


def _configuration(folder: Path, port: int) -> Path:
    path = folder / "trytond.conf"
    path.write_text(f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{port}\n", "utf-8")
    return path


@contextmanager
def _server(home: Path, folder: Path, port: int) -> Iterator[str]:
    port = port or _free_port()
    command = [str(home / "venv" / "bin" / "trytond"), "-c", str(_configuration(folder, port)), "-d", DATABASE]
    with (folder / "log").open("wb") as log:
        here = {**os.environ, "TZ": "Asia/Hong_Kong"}  # a shop's ERP keeps the shop's days
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, env=here)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait(process, url, folder / "log")
        yield url
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    ends = time.monotonic() + _STARTING
    while time.monotonic() < ends and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Tryton did not start: {log.read_text('utf-8', 'replace')[-500:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    """Run until Ctrl-C."""
    with running(int(sys.argv[1]) if len(sys.argv) > 1 else 8833) as tryton:
        config = (
            f'{{"base_url": "{tryton.url}", "database": "{tryton.database}", "user": "{tryton.user}", '
            f'"password": "{tryton.password}"}}'
        )
        sys.stdout.write(
            f'Tryton runs. Connect an account with {{"name": "Tryton", "connector": "tryton", "config": {config}}}\n'
        )
        sys.stdout.write("Customers: KT100001 (orders HK25-200001 to 4), KT100004 (HK25-200005). Ctrl-C ends it.\n")
        sys.stdout.flush()
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
