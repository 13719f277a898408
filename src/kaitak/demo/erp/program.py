"""Owns the demo ERP as a program of its own: its pool, its application, its server."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Literal

import uvicorn
from fastapi import FastAPI
from psycopg import AsyncConnection
from psycopg.rows import dict_row
from psycopg_pool import AsyncConnectionPool

from kaitak.demo.erp import insurer, insurer_pages, more_rest, pages, rest, tables, world
from kaitak.demo.erp.store import Connection
from kaitak.demo.serving import Announced

KEY_VARIABLE, DSN_VARIABLE, CONTENT_VARIABLE = "DEMO_ERP_API_KEY", "DEMO_ERP_DB", "DEMO_ERP_CONTENT"
Content = Literal["retail", "insurance"]
_MAKERS = MappingProxyType({"retail": world.make, "insurance": insurer.make})
NAMES = MappingProxyType({"retail": "啟德百貨 ERP（示範）", "insurance": "啟德保險 核心系統（示範）"})


@dataclass(frozen=True, slots=True)
class ErpSettings:
    """Where the ERP's database is, and the key that its callers must send."""

    dsn: str = field(repr=False)
    api_key: str = field(repr=False)
    content: Content = "retail"


def create_app(settings: ErpSettings) -> FastAPI:
    """The ERP's application; it makes and fills its own tables when it starts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        now = datetime.now(UTC)
        async with await AsyncConnection.connect(settings.dsn, autocommit=True) as connection:
            await tables.prepare(connection, _MAKERS[settings.content](now), now)
        pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            settings.dsn, min_size=1, max_size=8, timeout=3, open=False, kwargs={"row_factory": dict_row}
        )
        await pool.open()
        app.state.pool = pool
        try:
            yield
        finally:
            await pool.close()

    name = NAMES[settings.content]
    app = FastAPI(title=name, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.state.api_key = settings.api_key
    app.state.name = name
    app.include_router(more_rest.router)
    rest.install(app)
    app.include_router(pages.router if settings.content == "retail" else insurer_pages.router)
    return app


def make_server(settings: ErpSettings, port: int) -> Announced:
    """A server on this machine only; `run` serves until SIGTERM or Ctrl-C, and says on stdout where it listens."""
    config = uvicorn.Config(
        create_app(settings),
        host="127.0.0.1",
        port=port,
        log_level="warning",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=3,
    )
    return Announced(config, sys.stdout)
