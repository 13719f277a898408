"""Owns what all tests share: one PostgreSQL a run, a migrated database a worker, a rolled-back transaction a test."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from kaitak.db.session import Database, make_engine
from kaitak.db.urls import ServerUrls
from tests import blocked_sockets, postgres_server

RUN_DIR = "PYTEST_KAITAK_DIR"


def pytest_configure(config: pytest.Config) -> None:
    """The run's first process names a folder; a worker that needs PostgreSQL starts it there."""
    blocked_sockets.install()
    if not hasattr(config, "workerinput"):
        postgres_server.sweep()
        os.environ[RUN_DIR] = tempfile.mkdtemp(prefix=f"{postgres_server.PREFIX}{os.getpid()}-", dir="/tmp")
        Path(os.environ[RUN_DIR]).chmod(0o755)


def pytest_collection_finish() -> None:
    """What is imported and collected stays to the end: it is not looked through again and again for garbage."""
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run's first process ends what its workers started."""
    if not hasattr(config, "workerinput") and RUN_DIR in os.environ:
        postgres_server.end(Path(os.environ.pop(RUN_DIR)))


@pytest.fixture(scope="session")
def server() -> ServerUrls:
    """The run's PostgreSQL with a migrated template database; started by whoever needs it first."""
    return postgres_server.start(Path(os.environ[RUN_DIR]))


@pytest.fixture(scope="session")
def worker_urls(server: ServerUrls) -> Iterator[ServerUrls]:
    """This worker's own database, a copy of the template."""
    with postgres_server.copied(server) as urls:
        yield urls


@pytest.fixture
def fresh_urls(server: ServerUrls) -> Iterator[ServerUrls]:
    """A database for one test alone: real commits, any number of connections, processes of its own."""
    with postgres_server.lent(server) as urls:
        yield urls


@pytest.fixture
async def fresh_database(fresh_urls: ServerUrls) -> AsyncIterator[Database]:
    """The program's view (row-level security on) of a database for one test alone."""
    async with Database.connect(fresh_urls.url, pool_size=8) as database:
        yield database


@pytest.fixture
async def database(worker_urls: ServerUrls) -> AsyncIterator[Database]:
    """The program's view of the worker's database; every transaction is a savepoint of one that is rolled back."""
    engine = make_engine(worker_urls.url, pool_size=1)
    try:
        async with engine.connect() as connection:
            outer = await connection.begin()
            yield Database(connection, dsn=worker_urls.url)
            await outer.rollback()
    finally:
        await engine.dispose()


@pytest.fixture
def short_dir() -> Iterator[Path]:
    """A folder that a system user can reach (pytest's own is closed to it), with a path short enough for a socket."""
    folder = Path(tempfile.mkdtemp(prefix="kt-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
