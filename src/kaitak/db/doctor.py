"""Owns the examination of a deployment: a registry of checks, each saying what is wrong and what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import psycopg
from sqlalchemy import MetaData

from kaitak.core.errors import KaitakError
from kaitak.db import migrate, rls
from kaitak.db.urls import ServerUrls, role_of

_SPACE_PROBLEM, _SPACE_WARNING = 1 * 1024**3, 5 * 1024**3
Connection = psycopg.Connection[tuple[object, ...]]


class Level(StrEnum):
    """How bad a finding is; only a problem makes the command fail."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check saw, and what to do about it."""

    level: Level
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What the checks look at. `owner` sees all rows; it is None when no owner's address is known."""

    server: ServerUrls
    program: Connection
    owner: Connection | None
    metadata: MetaData
    folders: tuple[Path, ...]
    secret_path: Path | None
    backup_dir: Path
    pool_size: int
    now: Callable[[], datetime]


Check = Callable[[Deployment], Iterator[Finding]]
_checks: dict[str, tuple[Check, bool]] = {}


def check(name: str, *, needs_schema: bool = False) -> Callable[[Check], Check]:
    """Register a check under a name; slices add their own so. `needs_schema`: not for an empty database."""

    def register(function: Check) -> Check:
        _checks[name] = (function, needs_schema)
        return function

    return register


def examine(deployment: Deployment) -> Iterator[tuple[str, Finding]]:
    """Run every check; one that fails is itself a finding and does not stop the others."""
    has_schema = migrate.state(deployment.server.url).found is not None
    for name, (function, needs_schema) in _checks.items():
        if needs_schema and not has_schema:
            continue
        try:
            for finding in function(deployment):
                yield name, finding
        except (psycopg.Error, OSError, KaitakError) as exc:
            for connection in (deployment.program, deployment.owner):
                if connection is not None and not connection.closed:
                    connection.rollback()
            yield name, Finding(Level.PROBLEM, f"the check failed: {str(exc).splitlines()[0]}")


@check("server version")
def check_version(deployment: Deployment) -> Iterator[Finding]:
    """PostgreSQL is new enough."""
    version = deployment.program.info.server_version
    if version < migrate.MINIMUM_VERSION:
        yield Finding(Level.PROBLEM, f"PostgreSQL {version // 10000} is too old", "upgrade the server to 15 or newer")
    else:
        yield Finding(Level.OK, f"PostgreSQL {version // 10000}")


@check("program role")
def check_role(deployment: Deployment) -> Iterator[Finding]:
    """The program's role is held by row-level security."""
    try:
        rls.refuse_strong_role(deployment.server.url)
    except rls.RoleTooStrongError as exc:
        yield Finding(
            Level.PROBLEM,
            exc.message,
            f'run as a superuser: alter role "{role_of(deployment.server.url)}" nosuperuser nobypassrls',
        )
    else:
        yield Finding(Level.OK, f"{role_of(deployment.server.url)} cannot bypass row-level security")


@check("schema")
def check_schema(deployment: Deployment) -> Iterator[Finding]:
    """All migrations are applied."""
    seen = migrate.state(deployment.server.url)
    if seen.is_current:
        yield Finding(Level.OK, f"schema {seen.found}")
    else:
        yield Finding(
            Level.PROBLEM, f"schema is {seen.found or 'missing'}, needed is {seen.needed}", "run: kaitak migrate"
        )


@check("row-level security", needs_schema=True)
def check_policies(deployment: Deployment) -> Iterator[Finding]:
    """Every account-owned table carries the policy."""
    bare = rls.unprotected_tables(deployment.program, deployment.metadata)
    if bare:
        remedy = "restore the policies (kaitak backup, then kaitak restore --clean) and find out who removed them"
        yield Finding(Level.PROBLEM, f"tables without their policy: {', '.join(bare)}", remedy)
    else:
        yield Finding(Level.OK, f"{len(rls.owned_tables(deployment.metadata))} tables protected")


@check("owner's address")
def check_owner(deployment: Deployment) -> Iterator[Finding]:
    """The owner's address is known, so that migrate and backup work."""
    if deployment.owner is None:
        yield Finding(Level.WARNING, "no owner's address: queues are not examined", "set KAITAK_DB__ADMIN_URL")
    else:
        yield Finding(Level.OK, "known")


@check("clock")
def check_clock(deployment: Deployment) -> Iterator[Finding]:
    """This machine and the database server agree about the time."""
    row = deployment.program.execute("select clock_timestamp()").fetchone()
    if row is None or not isinstance(row[0], datetime):
        raise AssertionError("clock_timestamp gives a time")
    skew = abs((deployment.now() - row[0].astimezone(UTC)).total_seconds())
    if skew > 2:
        level = Level.PROBLEM if skew > 30 else Level.WARNING
        yield Finding(level, f"clocks differ by {skew:.1f} s", "run NTP on this machine and on the database server")
    else:
        yield Finding(Level.OK, f"clocks differ by {skew:.1f} s")


@check("connections")
def check_connections(deployment: Deployment) -> Iterator[Finding]:
    """The server has room for this process's pools."""
    row = deployment.program.execute(
        "select current_setting('max_connections')::int, (select count(*) from pg_stat_activity)"
    ).fetchone()
    limit, used = (int(str(value)) for value in row or (0, 0))
    needed = deployment.pool_size * 2 + 5
    if limit < needed:
        yield Finding(
            Level.PROBLEM,
            f"max_connections is {limit}; a pool of {deployment.pool_size} may need {needed} in one process",
            "raise max_connections or lower KAITAK_DB__POOL_SIZE",
        )
    elif used > limit * 0.8:
        yield Finding(Level.WARNING, f"{used} of {limit} connections are taken", "raise max_connections")
    else:
        yield Finding(Level.OK, f"{used} of {limit} connections taken")


@check("durability")
def check_durability(deployment: Deployment) -> Iterator[Finding]:
    """What is acknowledged is on disk."""
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        row = deployment.program.execute("select current_setting(%s)", (name,)).fetchone()
        if row is not None and row[0] == "off":
            yield Finding(Level.PROBLEM, f"{name} is off: acknowledged messages can be lost", f"set {name} = on")


@check("secret key")
def check_secret(deployment: Deployment) -> Iterator[Finding]:
    """The key that opens stored credentials is there and private."""
    path = deployment.secret_path
    if path is None:
        yield Finding(Level.OK, "given by KAITAK_SECRET_KEY")
    elif not path.exists():
        yield Finding(
            Level.WARNING, f"{path} does not exist yet", "it is made at the first start; keep a copy of it apart"
        )
    elif path.stat().st_mode & 0o077:
        yield Finding(Level.PROBLEM, f"{path} can be read by other users", f"run: chmod 600 {path}")
    else:
        yield Finding(Level.OK, f"{path} is private")


@check("folders")
def check_folders(deployment: Deployment) -> Iterator[Finding]:
    """Folders can be written and have room."""
    for folder in deployment.folders:
        nearest = next(parent for parent in (folder, *folder.parents) if parent.exists())
        if not os.access(nearest, os.W_OK | os.X_OK):
            yield Finding(
                Level.PROBLEM, f"{nearest} cannot be written", f"give this user the right to write in {nearest}"
            )
            continue
        free = shutil.disk_usage(nearest).free
        text = f"{folder}: {free / 1024**3:.1f} GB free"
        if free < _SPACE_PROBLEM:
            yield Finding(Level.PROBLEM, text, "make room: PostgreSQL stops when its disk is full")
        elif free < _SPACE_WARNING:
            yield Finding(Level.WARNING, text, "make room")
        else:
            yield Finding(Level.OK, text)


@check("backups")
def check_backups(deployment: Deployment) -> Iterator[Finding]:
    """There is a recent backup."""
    newest = max((path.stat().st_mtime for path in deployment.backup_dir.glob("kaitak-*.dump")), default=None)
    if newest is None:
        yield Finding(Level.WARNING, f"no backup in {deployment.backup_dir}", "run: kaitak backup, daily from a timer")
        return
    age = deployment.now().timestamp() - newest
    if age > 2 * 86400:
        yield Finding(Level.WARNING, f"the newest backup is {age / 86400:.0f} days old", "run: kaitak backup")
    else:
        yield Finding(Level.OK, f"the newest backup is {age / 3600:.0f} hours old")


@check("security definer functions")
def check_definers(deployment: Deployment) -> Iterator[Finding]:
    """Functions that run with the owner's rights have a fixed search path and are not open to everyone."""
    rows = deployment.program.execute(
        """select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
           where n.nspname = 'public' and p.prosecdef
             and not exists (select from unnest(p.proconfig) setting where setting like 'search_path=%')"""
    ).fetchall()
    names = ", ".join(str(row[0]) for row in rows)
    if names:
        yield Finding(
            Level.WARNING, f"no fixed search_path: {names}", "alter function … set search_path = public, pg_temp"
        )


@check("transactions")
def check_transactions(deployment: Deployment) -> Iterator[Finding]:
    """Nobody holds a transaction open for long, which would keep dead rows and locks."""
    connection = deployment.owner or deployment.program
    row = connection.execute(
        """select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
           and state like 'idle in transaction%' and xact_start < now() - interval '5 minutes'"""
    ).fetchone()
    if row is not None and row[0]:
        yield Finding(
            Level.WARNING,
            f"{row[0]} transactions have been open and idle for over 5 minutes",
            "find them in pg_stat_activity; end them with pg_terminate_backend(pid)",
        )
