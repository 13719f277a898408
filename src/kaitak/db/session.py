"""Owns the transaction: the only file that commits, and the only door to a session."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

from psycopg.conninfo import conninfo_to_dict
from pydantic_core import from_json
from sqlalchemy import event, text
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from kaitak.core.errors import UnavailableError
from kaitak.core.ids import AccountId, UserId

T = TypeVar("T")
_log = logging.getLogger(__name__)
_AFTER_COMMIT = "after_commit"
_SCOPE = text("select set_config('app.account', :account, true), set_config('app.user', :user, true)")


class DatabaseUnavailableError(UnavailableError):
    """PostgreSQL does not answer now."""

    code = "database_unavailable"


class Database:
    """The program's connections to one PostgreSQL, and the transactions on them."""

    def __init__(self, bind: AsyncEngine | AsyncConnection, *, dsn: str) -> None:
        """Over an engine, each transaction takes its own connection; over a connection (tests), a savepoint on it."""
        self.dsn = dsn
        self.bind = bind
        self._open = async_sessionmaker(bind, expire_on_commit=False, join_transaction_mode="create_savepoint")

    @classmethod
    def connect(cls, dsn: str, *, pool_size: int = 10) -> Self:
        """The database behind a libpq address; connections open when they are first needed."""
        return cls(make_engine(dsn, pool_size=pool_size), dsn=dsn)

    @asynccontextmanager
    async def transaction(
        self, account_id: AccountId | None = None, user_id: UserId | None = None
    ) -> AsyncIterator[AsyncSession]:
        """One transaction in the scope of an account: commits at the end, rolls back on any error.

        Row-level security shows the rows of this account only; without an account it shows none.
        """
        async with self.transaction_begun(lambda session: set_scope(session, account_id, user_id)) as (session, _):
            yield session

    @asynccontextmanager
    async def transaction_begun(
        self, begin: Callable[[AsyncSession], Awaitable[T]]
    ) -> AsyncIterator[tuple[AsyncSession, T]]:
        """The same, where the first statement is the caller's: `begin` sets the scope and finds out something at once.

        It may be called a second time, on a new connection.
        """
        session, found = await self._begin(begin)
        try:
            yield session, found
            await session.commit()
        finally:
            await session.close()
        for callback in session.info[_AFTER_COMMIT]:
            _call(callback)

    async def _begin(self, begin: Callable[[AsyncSession], Awaitable[T]]) -> tuple[AsyncSession, T]:
        """Open a transaction; a pooled connection that died while idle is replaced once, unseen by the caller."""
        for is_last in (False, True):
            session = self._open()
            session.info[_AFTER_COMMIT] = []
            try:
                return session, await begin(session)
            except DBAPIError as exc:
                await session.close()
                if is_last or not exc.connection_invalidated:
                    if exc.connection_invalidated or isinstance(exc, OperationalError):
                        raise DatabaseUnavailableError("the database does not answer") from exc
                    raise
            except BaseException:
                await session.close()
                raise
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close all connections; that of a transaction still under way as soon as it ends."""
        if isinstance(self.bind, AsyncEngine):
            event.listen(self.bind.sync_engine.pool, "checkin", _close_returned)
            await self.bind.dispose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


def after_commit(session: AsyncSession, callback: Callable[[], None]) -> None:
    """Call back once this transaction has committed, never if it does not; meant for waking loops, not for effects."""
    session.info[_AFTER_COMMIT].append(callback)


async def set_scope(session: AsyncSession, account_id: AccountId | None, user_id: UserId | None = None) -> None:
    """Move an open transaction into the scope of an account, once it is known whose request this is."""
    account = "" if account_id is None else str(account_id)
    user = "" if user_id is None else str(user_id)
    await session.execute(_SCOPE, {"account": account, "user": user})


def make_engine(dsn: str, *, pool_size: int = 10) -> AsyncEngine:
    """A psycopg engine for a libpq address, with statements prepared at their third use."""
    return create_async_engine(
        URL.create("postgresql+psycopg"),
        connect_args={"connect_timeout": 10, **conninfo_to_dict(dsn), "prepare_threshold": 3},
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=15,
        pool_pre_ping=False,
        pool_use_lifo=True,
        json_deserializer=_read_json,
    )


def _read_json(raw: bytes) -> object:
    """As `json.loads` reads it, at a sixth of the time; what is nested too deep for that, by `json.loads` itself."""
    try:
        return from_json(raw)
    except ValueError:
        return json.loads(raw)


def _close_returned(_: DBAPIConnection | None, record: ConnectionPoolEntry) -> None:
    """A pool that was disposed of keeps what comes back to it open until it is collected."""
    record.invalidate()


def _call(callback: Callable[[], None]) -> None:
    try:
        callback()
    except Exception:  # noqa: BLE001 (the commit stands; a wake-up that fails is only late)
        _log.exception("a callback after commit failed")
