"""The transaction: scope of the account, commit, rollback, callbacks, and a database that went away."""

from __future__ import annotations

import asyncio
import json

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.core.ids import AccountId, UserId
from kaitak.db import session as sessions
from kaitak.db.session import Database, DatabaseUnavailableError
from kaitak.db.urls import ServerUrls, replaced

_SCOPE = text("select current_setting('app.account', true), current_setting('app.user', true)")
_COUNT = text("select count(*) from sign_in_throttle")
_INSERT = text("insert into sign_in_throttle(key, failures, window_started_at) values ('\\x01', 1, now())")


async def test_transaction_carries_account_and_user(database: Database) -> None:
    async with database.transaction(AccountId(7), UserId(3)) as session:
        assert (await session.execute(_SCOPE)).one() == ("7", "3")


async def test_scope_does_not_leak_into_the_next_transaction(fresh_urls: ServerUrls) -> None:
    async with Database.connect(fresh_urls.url, pool_size=1) as database:
        async with database.transaction(AccountId(7)) as session:
            await session.execute(_SCOPE)
        async with database.transaction() as session:
            assert (await session.execute(_SCOPE)).one() == ("", "")


async def test_scope_can_be_set_once_the_account_is_known(database: Database) -> None:
    async with database.transaction() as session:
        await sessions.set_scope(session, AccountId(9), UserId(1))
        assert (await session.execute(_SCOPE)).one() == ("9", "1")


async def test_first_statement_can_set_the_scope_and_find_out_something_at_once(database: Database) -> None:
    async def begin(session: AsyncSession) -> int:
        await sessions.set_scope(session, AccountId(9))
        return 42

    async with database.transaction_begun(begin) as (session, found):
        assert ((await session.execute(_SCOPE)).one(), found) == (("9", ""), 42)


async def test_first_statement_that_refuses_leaves_nothing_open(fresh_urls: ServerUrls) -> None:
    async def refuse(session: AsyncSession) -> None:
        await session.execute(_INSERT)
        raise RuntimeError("stop")

    async with Database.connect(fresh_urls.url, pool_size=1) as database:
        with pytest.raises(RuntimeError, match="stop"):
            async with database.transaction_begun(refuse):
                pass
        async with database.transaction() as session:
            assert (await session.execute(_COUNT)).scalar_one() == 0


@pytest.mark.parametrize("written", ["[1.5, -0.0, 1e300]", '{"a": 123456789012345678901234567890}', '"陳 \\u00e9"'])
async def test_json_is_read_as_the_standard_library_reads_it(database: Database, written: str) -> None:
    async with database.transaction() as session:
        found = await session.scalar(text("select cast(:written as json)"), {"written": written})
        deep = await session.scalar(text("select cast(repeat('[', 300) || repeat(']', 300) as jsonb)"))
    assert repr(found) == repr(json.loads(written))
    assert deep == json.loads("[" * 300 + "]" * 300)


async def test_commit_is_seen_by_others_and_rollback_is_not(fresh_database: Database) -> None:
    async def fail() -> None:
        async with fresh_database.transaction() as session:
            await session.execute(_INSERT)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()
    async with fresh_database.transaction() as session:
        assert (await session.execute(_COUNT)).scalar_one() == 0
        await session.execute(_INSERT)
    async with fresh_database.transaction() as session:
        assert (await session.execute(_COUNT)).scalar_one() == 1


async def test_callbacks_run_after_commit_only(fresh_database: Database) -> None:
    called: list[str] = []

    async def fail() -> None:
        async with fresh_database.transaction() as session:
            sessions.after_commit(session, lambda: called.append("rolled back"))
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        await fail()
    async with fresh_database.transaction() as session:
        sessions.after_commit(session, lambda: called.append("committed"))
        assert called == []
    assert called == ["committed"]


async def test_failing_callback_does_not_undo_the_commit(
    fresh_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    called: list[str] = []

    def fail() -> None:
        raise RuntimeError("wake-up failed")

    async with fresh_database.transaction() as session:
        await session.execute(_INSERT)
        sessions.after_commit(session, fail)
        sessions.after_commit(session, lambda: called.append("second"))
    assert called == ["second"]
    assert "a callback after commit failed" in caplog.text


async def test_connection_that_died_while_idle_is_replaced(fresh_urls: ServerUrls) -> None:
    async with Database.connect(fresh_urls.url, pool_size=1) as database:
        async with database.transaction() as session:
            pid = (await session.execute(text("select pg_backend_pid()"))).scalar_one()
        with psycopg.connect(fresh_urls.superuser_url or "", autocommit=True) as other:
            other.execute("select pg_terminate_backend(%s, 5000)", (pid,))
        async with database.transaction() as session:
            assert (await session.execute(text("select pg_backend_pid()"))).scalar_one() != pid


async def test_failed_commit_is_raised(fresh_database: Database) -> None:
    async def end_own_connection() -> None:
        async with fresh_database.transaction() as session:
            await session.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DBAPIError):
        await end_own_connection()


async def test_server_that_is_not_there_is_unavailable() -> None:
    async with Database.connect(replaced("host=/nonexistent user=u", dbname="d")) as database:
        with pytest.raises(DatabaseUnavailableError):
            async with database.transaction():
                pass


async def test_rolled_back_test_transaction_hides_rows_of_earlier_tests(database: Database) -> None:
    async with database.transaction() as session:
        await session.execute(_INSERT)
    async with database.transaction() as session:
        assert (await session.execute(_COUNT)).scalar_one() == 1


async def test_transaction_still_under_way_at_closing_ends_well_and_leaves_no_connection(
    fresh_urls: ServerUrls,
) -> None:
    database = Database.connect(fresh_urls.url, pool_size=2)
    async with database.transaction() as session:
        await session.execute(_INSERT)
        await database.close()
    async with await psycopg.AsyncConnection.connect(fresh_urls.admin_url or "", autocommit=True) as other:
        left = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        for _ in range(1000):  # the server notices an end a little later
            if (open_ := await (await other.execute(left)).fetchone()) == (0,):
                break
            await asyncio.sleep(0.02)
        assert open_ == (0,)
        kept = await (await other.execute("select count(*) from sign_in_throttle")).fetchone()
    assert kept == (1,)
