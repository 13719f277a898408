"""Owns the hot road's connections: transactions whose statements travel together, plans that fit any group."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic
from types import TracebackType
from typing import Self
from weakref import WeakKeyDictionary

import orjson
import psycopg
from psycopg import AsyncConnection
from psycopg.rows import TupleRow
from psycopg.types.json import set_json_loads
from psycopg_pool import AsyncConnectionPool

from kaitak.conversations import statements
from kaitak.core.ids import AccountId
from kaitak.db.session import DatabaseUnavailableError

Connection = AsyncConnection[TupleRow]
PLAN_LIFE = timedelta(seconds=5)


class RoadConnections:
    """A small pool of its own, open for the length of a block."""

    def __init__(self, dsn: str, *, pool_size: int = 4) -> None:
        set_json_loads(orjson.loads)
        self._planned: WeakKeyDictionary[Connection, float] = WeakKeyDictionary()
        self._pool: AsyncConnectionPool[Connection] = AsyncConnectionPool(
            dsn,
            min_size=1,
            max_size=pool_size,
            open=False,
            configure=_configure,
            kwargs={"autocommit": True, "connect_timeout": 10},
            timeout=15,
            name="road",
        )

    async def __aenter__(self) -> Self:
        await self._pool.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._pool.close()

    async def _one(self, account_id: AccountId, statement: str, values: Mapping[str, object]) -> TupleRow | None:
        async with self._transaction() as connection:
            await connection.execute(statements.SET_ACCOUNT, {"account": account_id})
            cursor = await connection.execute(statement.encode(), {"account": account_id, **values})
            return await cursor.fetchone()

    async def _do(self, account_id: AccountId, statement: str, values: Mapping[str, object]) -> None:
        async with self._transaction() as connection:
            await connection.execute(statements.SET_ACCOUNT, {"account": account_id})
            await connection.execute(statement.encode(), {"account": account_id, **values})

    async def _fetch(self, query: str, arguments: tuple[object, ...]) -> list[TupleRow]:
        try:
            async with self._pool.connection() as connection:
                await self._replan(connection)
                return await (await connection.execute(query.encode(), arguments)).fetchall()
        except psycopg.OperationalError as exc:
            raise DatabaseUnavailableError("the database does not answer") from exc

    @asynccontextmanager
    async def _transaction(self) -> AsyncIterator[Connection]:
        """A transaction whose statements travel together; durable when the block has ended.

        A pipeline on an autocommit connection is one transaction up to its end (PostgreSQL, "Pipelining" in the
        protocol's message flow), so BEGIN and COMMIT need no messages of their own.
        """
        try:
            async with self._pool.connection() as connection:
                await self._replan(connection)
                async with connection.pipeline():
                    yield connection
        except psycopg.OperationalError as exc:
            raise DatabaseUnavailableError("the database does not answer") from exc

    async def _replan(self, connection: Connection) -> None:
        """Forget a connection's plans now and then: one made while a table was small is wrong when it has grown."""
        now = monotonic()
        if now - self._planned.setdefault(connection, now) > PLAN_LIFE.total_seconds():
            self._planned[connection] = now
            await connection.execute("discard plans")


async def _configure(connection: Connection) -> None:
    """Plan a statement once for many groups: its rows come as one JSON value, so one plan fits all; always by keys."""
    connection.prepare_threshold = 0
    await connection.execute("set plan_cache_mode = force_generic_plan")
    for way in ("seqscan", "hashjoin", "mergejoin", "material"):
        await connection.execute(f"set enable_{way} = off".encode())
