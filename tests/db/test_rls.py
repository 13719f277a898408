"""Row-level security: no account reads or writes another's rows, and no role that could bypass it is accepted."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from kaitak import schema
from kaitak.core.ids import AccountId
from kaitak.db import rls
from kaitak.db.session import Database
from kaitak.db.urls import ServerUrls, replaced

ONE, TWO = AccountId(1), AccountId(2)
TABLES = [table.name for table in rls.owned_tables(schema.metadata)]


@pytest.fixture
def two_accounts(fresh_urls: ServerUrls) -> ServerUrls:
    with psycopg.connect(fresh_urls.admin_url or "") as owner:
        owner.execute("insert into account(id, name) overriding system value values (1, 'one'), (2, 'two')")
        owner.execute("insert into team(account_id, name) values (1, 'mine'), (2, 'theirs')")
    return fresh_urls


@pytest.fixture
def superuser(fresh_urls: ServerUrls) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(fresh_urls.superuser_url or "", autocommit=True) as connection:
        yield connection


def names(rows: object) -> list[object]:
    assert isinstance(rows, list | tuple)
    return [row[0] for row in rows]


@pytest.mark.parametrize("table", TABLES)
def test_every_account_owned_table_has_its_policy(table: str, worker_urls: ServerUrls) -> None:
    with psycopg.connect(worker_urls.url) as program:
        found = program.execute(
            "select policyname, permissive, roles::text, cmd, qual = with_check from pg_policies where tablename = %s",
            (table,),
        ).fetchall()
        on = program.execute("select relrowsecurity from pg_class where oid = %s::regclass", (table,)).fetchone()
    assert found == [("account_only", "PERMISSIVE", "{public}", "ALL", True)]
    assert on == (True,)


def test_every_column_called_account_id_is_known_to_the_check(worker_urls: ServerUrls) -> None:
    with psycopg.connect(worker_urls.url) as program:
        assert rls.unprotected_tables(program, schema.metadata) == []


@pytest.mark.parametrize("table", [table for table in TABLES if table != "account"])
def test_primary_key_begins_with_the_account(table: str) -> None:
    assert next(iter(schema.metadata.tables[table].primary_key.columns)).name == "account_id"


async def test_account_reads_its_own_rows_only(two_accounts: ServerUrls) -> None:
    async with Database.connect(two_accounts.url) as database:
        async with database.transaction(ONE) as session:
            assert names((await session.execute(text("select name from team"))).all()) == ["mine"]
            assert names((await session.execute(text("select name from account"))).all()) == ["one"]
        async with database.transaction(TWO) as session:
            assert names((await session.execute(text("select name from team"))).all()) == ["theirs"]


async def test_without_an_account_nothing_is_seen(two_accounts: ServerUrls) -> None:
    async with Database.connect(two_accounts.url) as database, database.transaction() as session:
        assert (await session.execute(text("select name from team"))).all() == []
    with psycopg.connect(two_accounts.url) as raw:
        assert raw.execute("select name from team").fetchall() == []


@pytest.mark.parametrize(
    "statement",
    ["insert into team(account_id, name) values (2, 'planted')", "update team set account_id = 2 where name = 'mine'"],
)
async def test_account_cannot_write_into_another(statement: str, two_accounts: ServerUrls) -> None:
    async def write(database: Database) -> None:
        async with database.transaction(ONE) as session:
            await session.execute(text(statement))

    async with Database.connect(two_accounts.url) as database:
        with pytest.raises(ProgrammingError, match="row-level security"):
            await write(database)


@pytest.mark.parametrize("statement", ["update team set name = 'x'", "delete from team"])
async def test_account_cannot_touch_rows_of_another(statement: str, two_accounts: ServerUrls) -> None:
    async with Database.connect(two_accounts.url) as database, database.transaction(ONE) as session:
        await session.execute(text(statement + " where account_id = 2"))
    with psycopg.connect(two_accounts.admin_url or "") as owner:
        assert owner.execute("select name from team where account_id = 2").fetchall() == [("theirs",)]


async def test_broken_account_setting_raises(two_accounts: ServerUrls) -> None:
    with psycopg.connect(two_accounts.url) as raw:
        raw.execute("select set_config('app.account', '1 or true', true)")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            raw.execute("select * from team")


@pytest.mark.parametrize(
    "statement",
    [
        "alter table team disable row level security",
        "drop policy account_only on team",
        "set role kaitak_owner",
        "create table mine(id int)",
        "update alembic_version set version_num = 'x'",
        "truncate team",
        "set session authorization postgres",
    ],
)
def test_program_cannot_lift_its_limits(statement: str, worker_urls: ServerUrls) -> None:
    with psycopg.connect(worker_urls.url) as program, pytest.raises(psycopg.errors.InsufficientPrivilege):
        program.execute(statement)


@pytest.mark.parametrize("statement", ["update audit_log set action = 'x'", "delete from audit_log"])
async def test_append_only_table_cannot_be_changed(statement: str, database: Database) -> None:
    async def change() -> None:
        async with database.transaction(ONE) as session:
            await session.execute(text(statement))

    with pytest.raises(DBAPIError, match="permission denied"):
        await change()


@pytest.mark.parametrize(
    ("statement", "is_found"),
    [
        ("drop policy account_only on team", True),
        ("alter table team disable row level security", True),
        ("create policy leak on team using (true)", True),
        ("drop policy account_only on team; create policy account_only on team using (true) with check (true)", True),
        ("comment on table team is 'fine'", False),
    ],
)
def test_missing_or_weakened_policy_is_found(statement: str, is_found: bool, fresh_urls: ServerUrls) -> None:
    with psycopg.connect(fresh_urls.admin_url or "") as owner:
        owner.execute(statement.encode())
        assert rls.unprotected_tables(owner, schema.metadata) == (["team"] if is_found else [])


def test_table_with_an_account_that_no_model_knows_is_found(fresh_urls: ServerUrls) -> None:
    with psycopg.connect(fresh_urls.admin_url or "") as owner:
        owner.execute("create table stray(account_id bigint)")
        assert rls.unprotected_tables(owner, schema.metadata) == ["stray"]


def test_plain_role_is_accepted(worker_urls: ServerUrls) -> None:
    rls.refuse_strong_role(worker_urls.url)


@pytest.mark.parametrize("which", ["admin_url", "superuser_url"])
def test_owner_and_superuser_are_refused(which: str, worker_urls: ServerUrls) -> None:
    with pytest.raises(rls.RoleTooStrongError, match="ADMIN_URL"):
        rls.refuse_strong_role(getattr(worker_urls, which))


@pytest.mark.parametrize("rights", ["bypassrls", "in role kaitak_owner", "superuser"])
def test_role_that_could_bypass_is_refused(
    rights: str, fresh_urls: ServerUrls, superuser: psycopg.Connection[tuple[object, ...]]
) -> None:
    role = f"too_strong_{rights.replace(' ', '_')}"  # roles are the whole server's, where other workers create theirs
    superuser.execute(f"create role {role} login {rights}".encode())
    try:
        with pytest.raises(rls.RoleTooStrongError, match=role):
            rls.refuse_strong_role(replaced(fresh_urls.url, user=role))
    finally:
        superuser.execute(f"drop role {role}".encode())
