"""Owns the PostgreSQL of a test run: started and migrated once, copied for each worker, ended by the first process.

A test with a database of its own is lent one that an earlier test of the same process emptied: a copy of the template
costs ten times as much.
"""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from kaitak import schema
from kaitak.db import cluster, migrate
from kaitak.db.embedded import EmbeddedPostgres
from kaitak.db.urls import ServerUrls, replaced

Shape = tuple[object, ...] | None
PREFIX = "kaitak-tests-"
TEMPLATE = "template_kaitak"
FAST = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "autovacuum": "off",
    "max_wal_size": "1GB",
}
_SHAPE = """
    select (select count(*) from pg_class), (select count(*) from pg_proc), (select count(*) from pg_db_role_setting),
    (select sum(hashtext(pg_class::text)) from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'),
    (select sum(hashtext(pg_namespace::text)) from pg_namespace),
    (select string_agg(version_num, ' ') from alembic_version), count(*), max(xmin::text::bigint) from (
    select xmin from pg_attribute union all select xmin from pg_proc union all select xmin from pg_policy
    union all select xmin from pg_trigger union all select xmin from pg_constraint union all select xmin from pg_index
    union all select xmin from pg_type) as part"""
_TABLES = """
    select relname from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'alembic_version'"""
_RESTART = """
    select setval(seqrelid::regclass, seqstart, false) from pg_sequence
    where pg_sequence_last_value(seqrelid) is not null"""
_END_OTHERS = """
    select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()"""
_numbers = itertools.count()
_supervisors: dict[Path, EmbeddedPostgres] = {}
_idle: list[tuple[str, Shape]] = []


def start(folder: Path) -> ServerUrls:
    """The addresses of the run's server, started and given a migrated template by whoever asks first."""
    supervisor = EmbeddedPostgres(folder / "pg", allow_root=True, options=FAST)
    ready = folder / "ready"
    with (folder / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            urls = supervisor.start()
            _supervisors[folder] = supervisor
            _make_template(urls)
            ready.write_text(urls.superuser_url or "")
    superuser = ready.read_text()
    return ServerUrls(
        url=replaced(superuser, user=cluster.PROGRAM, dbname=TEMPLATE),
        admin_url=replaced(superuser, user=cluster.OWNER, dbname=TEMPLATE),
        superuser_url=superuser,
        is_embedded=True,
    )


def end(folder: Path) -> None:
    """Stop the run's server, whichever process started it, and remove its files."""
    supervisor = _supervisors.pop(folder, None)
    if supervisor is not None:
        supervisor.stop()
    with suppress(FileNotFoundError, ProcessLookupError, ValueError):
        pid = int((folder / "pg" / "postmaster.pid").read_text().split("\n", 1)[0])
        if (Path(f"/proc/{pid}") / "cwd").resolve() == folder / "pg":
            os.kill(pid, signal.SIGINT)
            while (folder / "pg" / "postmaster.pid").exists():
                time.sleep(0.02)
    shutil.rmtree(folder, ignore_errors=True)


def sweep() -> None:
    """End what runs that were killed have left behind."""
    for folder in Path("/tmp").glob(f"{PREFIX}*"):
        pid = folder.name.removeprefix(PREFIX).split("-")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            end(folder)


@contextmanager
def copied(server: ServerUrls) -> Iterator[ServerUrls]:
    """A copy of the template database for the length of a block."""
    name = _copy(server)
    try:
        yield _urls(server, name)
    finally:
        _drop(server, name)


@contextmanager
def lent(server: ServerUrls) -> Iterator[ServerUrls]:
    """A database without rows for the length of a block; whoever changes its tables or rules has it to the end."""
    name, shape = _idle.pop() if _idle else _new(server)
    urls = _urls(server, name)
    try:
        yield urls
    finally:
        emptied = False
        with suppress(psycopg.Error):  # what a test took away is asked for in vain
            emptied = _is_emptied(urls, shape)
        if emptied:
            _idle.append((name, shape))
        else:
            _drop(server, name)


def _copy(server: ServerUrls) -> str:
    name = f"kt_{os.getpid()}_{next(_numbers)}"
    make = "create database {} template {} owner {} strategy file_copy"
    names = (sql.Identifier(part) for part in (name, TEMPLATE, cluster.OWNER))
    with psycopg.connect(server.superuser_url or "", autocommit=True) as connection:
        connection.execute(sql.SQL(make).format(*names))
    return name


def _drop(server: ServerUrls, name: str) -> None:
    with psycopg.connect(server.superuser_url or "", autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _urls(server: ServerUrls, name: str) -> ServerUrls:
    superuser = server.superuser_url or ""
    return ServerUrls(
        url=replaced(superuser, user=cluster.PROGRAM, dbname=name),
        admin_url=replaced(superuser, user=cluster.OWNER, dbname=name),
        superuser_url=replaced(superuser, dbname=name),
        is_embedded=True,
    )


def _is_emptied(urls: ServerUrls, shape: Shape) -> bool:
    """Delete every row and begin every sequence anew; False where tables, functions or rules have changed."""
    with psycopg.connect(urls.superuser_url or "", autocommit=True) as connection:
        if connection.execute(_SHAPE).fetchone() != shape:
            return False
        connection.execute(_END_OTHERS)
        connection.execute("set session_replication_role = replica")  # every table goes, in whatever order
        tables = [name for (name,) in connection.execute(_TABLES).fetchall()]
        has_rows = sql.SQL("select {0} where exists (select from {1})")
        each = [has_rows.format(sql.Literal(name), sql.Identifier(name)) for name in tables]
        for (name,) in connection.execute(sql.SQL(" union all ").join(each)).fetchall():
            connection.execute(sql.SQL("delete from {}").format(sql.Identifier(name)))
        connection.execute(_RESTART)
    return True


def _new(server: ServerUrls) -> tuple[str, Shape]:
    name = _copy(server)
    with psycopg.connect(_urls(server, name).superuser_url or "", autocommit=True) as connection:
        return name, connection.execute(_SHAPE).fetchone()


def _make_template(urls: ServerUrls) -> None:
    superuser = urls.superuser_url or ""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} owner {}").format(sql.Identifier(TEMPLATE), sql.Identifier(cluster.OWNER))
        )
    owner = replaced(superuser, user=cluster.OWNER, dbname=TEMPLATE)
    migrate.upgrade(owner, replaced(superuser, user=cluster.PROGRAM, dbname=TEMPLATE), schema.metadata)
