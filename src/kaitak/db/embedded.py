"""Owns the embedded PostgreSQL: one supervisor per data directory, the server as its direct child."""

from __future__ import annotations

import fcntl
import logging
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping

from kaitak.db import cluster
from kaitak.db.cluster import EmbeddedError
from kaitak.db.urls import ServerUrls

_log = logging.getLogger(__name__)
_SETTINGS = MappingProxyType(
    {
        "max_connections": "100",
        "shared_buffers": "256MB",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "max_wal_size": "2GB",
        "random_page_cost": "1.1",
        # A young database grows fast: its planner must not wait a minute to learn that a table is no longer empty.
        "autovacuum_naptime": "5s",
        "jit": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "password_encryption": "scram-sha-256",
        # The server's log must not hold what customers wrote: no statements, no row values.
        "log_error_verbosity": "terse",
        "log_min_error_statement": "panic",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }
)
_LOG_LIMIT = 10 * 1024 * 1024
_POLL = 0.02
_ASK_EVERY = 1.0  # seconds


@dataclass
class EmbeddedPostgres:
    """The supervisor of one data directory. `start` blocks until the server accepts; `stop` ends it cleanly.

    The data directory's lock (`<data>.lock`, beside it) says who supervises. A second process attaches: it reads the
    address from `<data>.dsn` and leaves the server to its owner.
    """

    data_dir: Path
    allow_root: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    tell: Callable[[str], None] = _log.info
    tell_every: timedelta = timedelta(seconds=5)
    is_owner: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.data_dir = self.data_dir.absolute()
        self._lock: int | None = None
        self._child: subprocess.Popen[bytes] | None = None
        self._watcher: threading.Thread | None = None
        self._stopping = threading.Event()

    @property
    def lock_path(self) -> Path:
        """The lock file: beside the data directory, one for each."""
        return self.data_dir.with_name(self.data_dir.name + ".lock")

    @property
    def dsn_path(self) -> Path:
        """Where attaching processes read the address."""
        return self.data_dir.with_name(self.data_dir.name + ".dsn")

    @property
    def log_path(self) -> Path:
        """PostgreSQL's own log."""
        return self.data_dir.with_name(self.data_dir.name + ".log")

    @property
    def pid(self) -> int | None:
        """The server's process id, if it is our child."""
        return self._child.pid if self._child else None

    def start(self) -> ServerUrls:
        """Start or attach; returns the addresses once the server accepts connections."""
        self._runner = cluster.choose_runner(allow_root=self.allow_root)
        cluster.check_reachable(self.data_dir, self._runner)
        if self._runner.is_other:
            cluster.check_reachable(cluster.binaries() / "postgres", self._runner)
        self.data_dir.parent.mkdir(parents=True, exist_ok=True, mode=0o711 if self._runner.is_other else 0o700)
        if not self._take_lock():
            return self._attach()
        try:
            return self._own()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """End the server cleanly if it is ours (SIGINT: fast shutdown), and give the lock back."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()
        if self._child is not None:
            self._end_child(self._child)
            self._child = None
        if self._lock is not None:
            self.dsn_path.unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None
        self.is_owner = False

    def urls(self) -> ServerUrls:
        """The addresses of the server in this data directory."""
        host = str(cluster.socket_dir(self.data_dir, self._runner))
        program, owner = (
            make_conninfo(host=host, port=5432, dbname=cluster.DATABASE, user=role)
            for role in (cluster.PROGRAM, cluster.OWNER)
        )
        superuser = make_conninfo(host=host, port=5432, dbname="postgres", user=cluster.SUPERUSER)
        return ServerUrls(url=program, admin_url=owner, superuser_url=superuser, is_embedded=True)

    def _take_lock(self) -> bool:
        descriptor = os.open(self.lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def _attach(self) -> ServerUrls:
        """Wait for the owner's server; take its place if the owner goes away meanwhile."""
        notice = self._notice("waiting for the process that owns the database")
        while True:
            if self.dsn_path.exists() and _ping(self.dsn_path.read_text()) is Ping.OK:
                return self.urls()
            if self._take_lock():
                try:
                    return self._own()
                except BaseException:
                    self.stop()
                    raise
            notice.pause()

    def _own(self) -> ServerUrls:
        self.is_owner = True
        is_durable = self.options.get("fsync", "on") == "on"
        if cluster.create_cluster(self.data_dir, self._runner, is_durable=is_durable):
            self.tell(f"created a database in {self.data_dir}")
        self._launch()
        urls = self.urls()
        superuser = urls.superuser_url or ""
        cluster.prepare_roles(superuser)
        self._write_dsn(superuser)
        self._watcher = threading.Thread(target=self._watch, name="postgres-watch", daemon=True)
        self._watcher.start()
        return urls

    def _launch(self) -> None:
        """Bring the server up as our child, however long recovery takes; PostgreSQL itself judges its pid file."""
        address = self.urls().superuser_url or ""
        notice = self._notice("the database is recovering")
        refusals = 0
        while not self._stopping.is_set():
            self._end_left_behind(address, notice)
            self._rotate_log()
            mark = self.log_path.stat().st_size if self.log_path.exists() else 0
            child = self._runner.spawn(self._command(), self.log_path)
            self._child = child
            while child.poll() is None:
                if self._stopping.is_set() or _ping(address) is Ping.OK:
                    return
                notice.pause()
            self._child = None
            said = _tail(self.log_path, mark)
            refusals += 1
            if not _is_held(said) or refusals > 250:
                raise EmbeddedError(f"PostgreSQL did not start, see {self.log_path}: {said[-600:].strip()}")
            self._drop_stale_pid_file()
            notice.pause()

    def _command(self) -> list[str | Path]:
        command: list[str | Path] = [cluster.binaries() / "postgres", "-D", self.data_dir, "-h", "", "-p", "5432"]
        command += ["-k", cluster.socket_dir(self.data_dir, self._runner)]
        for name, value in {**_SETTINGS, **self.options}.items():
            command += ["-c", f"{name}={value}"]
        return command

    def _end_left_behind(self, address: str, notice: _Notice) -> None:
        """A server that outlived its supervisor (SIGKILL) is ended cleanly, to be started again as our child."""
        while _ping(address) is Ping.REJECT:
            notice.pause()
        if _ping(address) is not Ping.OK:
            return
        with psycopg.connect(address) as connection:
            row = connection.execute("select current_setting('data_directory')").fetchone()
        if row is None or Path(row[0]).resolve() != self.data_dir.resolve():
            raise EmbeddedError(f"another PostgreSQL answers at the socket of {self.data_dir}")
        pid = _read_pid(self.data_dir)
        if pid is not None:
            _log.info("ending a database server that outlived its owner (pid %d)", pid)
            os.kill(pid, signal.SIGINT)
            while _ping(address) is not Ping.NO_RESPONSE or _is_server(pid, self.data_dir):
                notice.pause()

    def _drop_stale_pid_file(self) -> None:
        """Remove a pid file that PostgreSQL refuses to judge, once its process is shown not to be this server.

        We hold the directory's lock and nobody answers at the socket. What remains is a pid that was used again by
        another process of the same user, a zombie, or a file cut short by a crash.
        """
        pid = _read_pid(self.data_dir)
        if pid is None or not _is_server(pid, self.data_dir):
            (self.data_dir / "postmaster.pid").unlink(missing_ok=True)

    def _watch(self) -> None:
        """Start the server again whenever it dies under us."""
        while not self._stopping.wait(0.1):
            child = self._child
            if child is not None and child.poll() is None:
                continue
            if child is not None:
                _log.error("the database server ended (status %s); starting it again", child.returncode)
            self._child = None
            try:
                self._launch()
            except (EmbeddedError, OSError):
                _log.exception("the database server could not be started again; next try in 2 s")
                self._stopping.wait(2)

    def _end_child(self, child: subprocess.Popen[bytes]) -> None:
        """Ask until it ends: a server that has just begun may not listen yet, and a shell's background job hands on
        that SIGINT is ignored.
        """
        notice = self._notice("waiting for the database to write its last pages")
        asked = 0.0
        while child.poll() is None:
            if time.monotonic() - asked > _ASK_EVERY:
                child.send_signal(signal.SIGINT)
                asked = time.monotonic()
            notice.pause()

    def _notice(self, text: str) -> _Notice:
        return _Notice(self.tell, text, self.tell_every)

    def _write_dsn(self, dsn: str) -> None:
        draft = self.dsn_path.with_name(f"{self.dsn_path.name}.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(dsn)
        draft.rename(self.dsn_path)

    def _rotate_log(self) -> None:
        if self.log_path.exists() and self.log_path.stat().st_size > _LOG_LIMIT:
            self.log_path.rename(self.log_path.with_suffix(".log.1"))


@contextmanager
def running(
    data_dir: Path, *, allow_root: bool = False, options: Mapping[str, str] | None = None
) -> Iterator[ServerUrls]:
    """The embedded server for the length of a block."""
    server = EmbeddedPostgres(data_dir, allow_root=allow_root, options=options or {})
    try:
        yield server.start()
    finally:
        server.stop()


class _Notice:
    """Waiting in small steps, and saying so now and then."""

    def __init__(self, tell: Callable[[str], None], text: str, every: timedelta) -> None:
        self._tell, self._text, self._every = tell, text, every.total_seconds()
        self._started = self._told = time.monotonic()

    def pause(self) -> None:
        """Sleep a little; speak once each interval."""
        now = time.monotonic()
        if now - self._told >= self._every:
            self._told = now
            self._tell(f"{self._text} ({now - self._started:.0f} s)")
        time.sleep(_POLL)


def _ping(address: str) -> Ping:
    return Ping(PGconn.ping(f"{address} connect_timeout=2".encode()))


def _tail(log: Path, start: int) -> str:
    with log.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")


def _is_held(said: str) -> bool:
    return (
        re.search(r'lock file ".*" (already exists|is empty)|bogus data in lock file|shared memory block', said)
        is not None
    )


def _read_pid(data_dir: Path) -> int | None:
    try:
        first = (data_dir / "postmaster.pid").read_text().split("\n", 1)[0]
    except FileNotFoundError:
        return None
    return int(first) if first.isdigit() and int(first) > 1 else None


def _is_server(pid: int, data_dir: Path) -> bool:
    """Whether this pid is a live PostgreSQL of this data directory (which every server has as working directory)."""
    facts = Path(f"/proc/{pid}")
    if not Path("/proc/self").exists():
        seen = subprocess.run(["ps", "-o", "stat=,comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return "postgres" in seen.stdout and not seen.stdout.startswith("Z")
    try:
        if (facts / "stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return False
        return (facts / "cwd").resolve(strict=True) == data_dir.resolve()
    except (FileNotFoundError, ProcessLookupError):
        return False
    except PermissionError:
        return True
