"""Owns the PostgreSQL of a test run: started and migrated once, copied for each worker, ended by the first process."""

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
_numbers = itertools.count()
_supervisors: dict[Path, EmbeddedPostgres] = {}


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
    name = f"kt_{os.getpid()}_{next(_numbers)}"
    superuser = server.superuser_url or ""
    with psycopg.connect(superuser, autocommit=True) as connection:
        make = "create database {} template {} owner {} strategy file_copy"
        names = (sql.Identifier(part) for part in (name, TEMPLATE, cluster.OWNER))
        connection.execute(sql.SQL(make).format(*names))
        try:
            yield ServerUrls(
                url=replaced(superuser, user=cluster.PROGRAM, dbname=name),
                admin_url=replaced(superuser, user=cluster.OWNER, dbname=name),
                superuser_url=replaced(superuser, dbname=name),
                is_embedded=True,
            )
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def _make_template(urls: ServerUrls) -> None:
    superuser = urls.superuser_url or ""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(
            sql.SQL("create database {} owner {}").format(sql.Identifier(TEMPLATE), sql.Identifier(cluster.OWNER))
        )
    owner = replaced(superuser, user=cluster.OWNER, dbname=TEMPLATE)
    migrate.upgrade(owner, replaced(superuser, user=cluster.PROGRAM, dbname=TEMPLATE), schema.metadata)
