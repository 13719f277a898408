"""Migrations: repeatable, locked, all or nothing, and followed by the grants."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from psycopg import sql

from kaitak import schema
from kaitak.db import cluster, migrate, rls
from kaitak.db.migrate import MigrationError, SchemaOutdatedError
from kaitak.db.urls import ServerUrls, replaced


@pytest.fixture
def empty(server: ServerUrls) -> Iterator[ServerUrls]:
    """A database without any schema."""
    with psycopg.connect(server.superuser_url or "", autocommit=True) as connection:
        name = f"kt_empty_{os.getpid()}"
        names = sql.Identifier(name), sql.Identifier(cluster.OWNER)
        connection.execute(sql.SQL("create database {} owner {} template template0").format(*names))
        yield ServerUrls(url=replaced(server.url, dbname=name), admin_url=replaced(server.admin_url or "", dbname=name))
        connection.execute(sql.SQL("drop database {} with (force)").format(names[0]))


def test_empty_database_is_brought_up_and_a_second_run_changes_nothing(empty: ServerUrls) -> None:
    with pytest.raises(SchemaOutdatedError, match="kaitak migrate"):
        migrate.refuse_outdated(empty.url)
    first = migrate.upgrade(empty.admin_url or "", empty.url, schema.metadata)
    second = migrate.upgrade(empty.admin_url or "", empty.url, schema.metadata)
    assert (first.found, second.found) == (None, migrate.head())
    migrate.refuse_outdated(empty.url)


def test_two_migrations_at_once_do_not_disturb_each_other(empty: ServerUrls) -> None:
    with ThreadPoolExecutor(2) as pool:
        runs = [pool.submit(migrate.upgrade, empty.admin_url or "", empty.url, schema.metadata) for _ in range(2)]
        assert sorted(str(run.result().found) for run in runs) == [migrate.head(), "None"]


def test_failing_migration_leaves_nothing(empty: ServerUrls) -> None:
    with psycopg.connect(empty.admin_url or "") as owner:
        owner.execute("create table message(in_the_way int)")
    with pytest.raises(MigrationError, match="already exists"):
        migrate.upgrade(empty.admin_url or "", empty.url, schema.metadata)
    with psycopg.connect(empty.admin_url or "") as owner:
        assert owner.execute("select tablename from pg_tables where schemaname = 'public'").fetchall() == [("message",)]


def test_role_without_rights_cannot_migrate(fresh_urls: ServerUrls) -> None:
    with psycopg.connect(fresh_urls.admin_url or "") as owner:
        owner.execute("delete from alembic_version")
    with pytest.raises(MigrationError, match="permission denied"):
        migrate.upgrade(fresh_urls.url, fresh_urls.url, schema.metadata)


def test_missing_role_is_named_when_the_owner_may_not_create_it(fresh_urls: ServerUrls) -> None:
    with pytest.raises(rls.RoleMissingError, match="no_such_role"):
        migrate.upgrade(fresh_urls.admin_url or "", replaced(fresh_urls.url, user="no_such_role"), schema.metadata)


def test_functions_are_open_to_the_program_and_to_nobody_else(worker_urls: ServerUrls) -> None:
    with psycopg.connect(worker_urls.url) as program:
        rows = program.execute(
            """select p.oid::regprocedure::text, has_function_privilege('kaitak_app', p.oid, 'execute'),
                      coalesce(p.proacl::text ~ '[{,]=X', true)
               from pg_proc p where p.pronamespace = 'public'::regnamespace"""
        ).fetchall()
    assert rows
    assert [name for name, is_usable, is_public in rows if not is_usable or is_public] == []


def test_functions_with_the_owners_rights_have_a_fixed_search_path(worker_urls: ServerUrls) -> None:
    with psycopg.connect(worker_urls.url) as program:
        rows = program.execute(
            """select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace and p.prosecdef
               and not exists (select from unnest(p.proconfig) as setting where setting like 'search_path=%')"""
        ).fetchall()
    assert rows == []
