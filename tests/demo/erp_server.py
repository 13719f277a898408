"""Runs the demo ERP on loopback for tests: its own database, a free port, in a thread's own loop."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
import uvicorn
from psycopg import sql

from kaitak.db.urls import ServerUrls, replaced
from kaitak.demo.erp.program import Content, ErpSettings, create_app

KEY = "test-key-of-the-demo-erp-0001"
_numbers = itertools.count()


@dataclass(frozen=True, slots=True)
class RunningErp:
    """Where the ERP answers, and its database."""

    url: str
    dsn: str
    key: str = KEY


@contextmanager
def own_database(server: ServerUrls) -> Iterator[str]:
    """An empty database for one ERP."""
    name = f"erp_{os.getpid()}_{next(_numbers)}"
    superuser = server.superuser_url or ""
    with psycopg.connect(superuser, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield replaced(superuser, dbname=name)
        finally:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def running(dsn: str, port: int = 0, *, content: Content = "retail") -> Iterator[RunningErp]:
    """The ERP for the length of a block."""
    app = create_app(ErpSettings(dsn=dsn, api_key=KEY, content=content))
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", ws="none", log_config=None)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("the demo ERP did not start")
            thread.join(0.01)
        bound = server.servers[0].sockets[0].getsockname()[1]
        yield RunningErp(f"http://127.0.0.1:{bound}", dsn)
    finally:
        server.should_exit = True
        thread.join(10)
