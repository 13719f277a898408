"""Backup and restore: checked files, all or nothing, from the embedded server to any other and back."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from kaitak import schema
from kaitak.db import backup, rls
from kaitak.db.backup import BackupError, RestoreError, RestoreTargetNotEmptyError
from kaitak.db.urls import ServerUrls, replaced
from tests.db import external_server

AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
WORDS = "客人話「唔該」\n\\.\nSET transaction_timeout = 0;\ttab '; drop table team; --"


@pytest.fixture
def filled(fresh_urls: ServerUrls) -> ServerUrls:
    with psycopg.connect(fresh_urls.admin_url or "") as owner:
        owner.execute("insert into account(name) values ('one'), ('two')")
        owner.execute("insert into team(account_id, name, description) select id, 'first', %s from account", (WORDS,))
    return fresh_urls


def emptied(server: ServerUrls) -> ServerUrls:
    """A new empty database on the server of the tests."""
    name = f"kt_restored_{os.getpid()}"
    with psycopg.connect(server.superuser_url or "", autocommit=True) as connection:
        connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
        connection.execute(
            sql.SQL("create database {} owner kaitak_owner template template0").format(sql.Identifier(name))
        )
    return ServerUrls(url=replaced(server.url, dbname=name), admin_url=replaced(server.admin_url or "", dbname=name))


def make(server: ServerUrls, folder: Path, *, keep: int = 3, at: datetime = AT) -> backup.Backup:
    return backup.create(server.admin_url or "", folder, storage_dir=folder / "storage", keep=keep, at=at)


def restore(server: ServerUrls, dump: Path, *, is_clean: bool = False) -> None:
    backup.restore(server, dump, schema.metadata, storage_dir=dump.parent / "restored", is_clean=is_clean)


def check_content(server: ServerUrls) -> None:
    with psycopg.connect(server.url) as program:
        assert program.execute("select count(*) from team").fetchone() == (0,), "row-level security must hold"
        program.execute("select set_config('app.account', '1', true)")
        assert program.execute("select name, description from team").fetchall() == [("first", WORDS)]
        made = program.execute("insert into team(account_id, name) values (1, 'next') returning id").fetchone()
        assert made is not None
        assert made[0] > 2, "identities must go on where they were"
        assert rls.unprotected_tables(program, schema.metadata) == []
        program.rollback()
    rls.refuse_strong_role(server.url)


@pytest.mark.parametrize("programs", external_server.installed(), ids=lambda path: path.parent.name)
def test_backup_goes_to_an_external_server_and_back(programs: Path, filled: ServerUrls, short_dir: Path) -> None:
    made = make(filled, short_dir)
    with external_server.running(short_dir, programs) as external:
        restore(external, made.dump)
        check_content(external)
        back = make(external, short_dir, at=AT + timedelta(seconds=1))
    target = emptied(filled)
    restore(target, back.dump)
    check_content(target)


def test_backup_is_private_and_leaves_no_draft(filled: ServerUrls, tmp_path: Path) -> None:
    made = make(filled, tmp_path)
    assert made.dump.name == "kaitak-20260304T050607Z.dump"
    assert made.dump.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [made.dump.name]


def test_only_the_newest_are_kept(filled: ServerUrls, tmp_path: Path) -> None:
    made = [make(filled, tmp_path, keep=2, at=AT + timedelta(days=day)).dump for day in range(4)]
    assert backup.existing(tmp_path) == [made[3], made[2]]


def test_attachments_travel_with_the_backup(filled: ServerUrls, tmp_path: Path) -> None:
    (tmp_path / "storage" / "ab").mkdir(parents=True)
    (tmp_path / "storage" / "ab" / "cdef").write_bytes(b"picture")
    made = make(filled, tmp_path)
    assert made.files is not None
    assert made.files.stat().st_mode & 0o777 == 0o600
    restore(filled, made.dump, is_clean=True)
    assert (tmp_path / "restored" / "ab" / "cdef").read_bytes() == b"picture"


def test_database_that_is_not_empty_is_refused_and_untouched(filled: ServerUrls, tmp_path: Path) -> None:
    made = make(filled, tmp_path)
    with pytest.raises(RestoreTargetNotEmptyError, match="--clean"):
        restore(filled, made.dump)
    check_content(filled)


def test_clean_replaces_what_was_there(filled: ServerUrls, tmp_path: Path) -> None:
    made = make(filled, tmp_path)
    with psycopg.connect(filled.admin_url or "") as owner:
        owner.execute("update team set name = 'later'; create table stray(id int); create type mood as enum ('good')")
    restore(filled, made.dump, is_clean=True)
    check_content(filled)
    with psycopg.connect(filled.admin_url or "") as owner:
        assert owner.execute("select to_regclass('stray'), to_regtype('mood')").fetchone() == (None, None)


@pytest.mark.parametrize("damage", ["cut", "text", "missing"])
def test_damaged_file_is_refused_before_anything_is_dropped(damage: str, filled: ServerUrls, tmp_path: Path) -> None:
    dump = make(filled, tmp_path).dump
    if damage == "cut":
        dump.write_bytes(dump.read_bytes()[:100])
    elif damage == "text":
        dump.write_text("drop table message;")
    else:
        dump.unlink()
    with pytest.raises(RestoreError, match=r"cannot be read|does not exist"):
        restore(filled, dump, is_clean=True)
    check_content(filled)


def test_file_cut_within_its_data_restores_nothing(filled: ServerUrls, tmp_path: Path) -> None:
    dump = make(filled, tmp_path).dump
    dump.write_bytes(dump.read_bytes()[:-2000])
    target = emptied(filled)
    with pytest.raises(RestoreError):
        restore(target, dump)
    with psycopg.connect(target.admin_url or "") as owner:
        assert owner.execute("select count(*) from pg_tables where schemaname = 'public'").fetchone() == (0,)


def test_backup_of_another_program_is_refused(filled: ServerUrls, tmp_path: Path) -> None:
    other = emptied(filled)
    dump = tmp_path / "other.dump"
    backup._run("pg_dump", other.admin_url or "", ["-Fc", "-f", str(dump)], BackupError)
    with pytest.raises(RestoreError, match="not a backup of Kaitak"):
        restore(filled, dump, is_clean=True)


def test_running_program_stops_the_restore(filled: ServerUrls, tmp_path: Path) -> None:
    made = make(filled, tmp_path)
    with psycopg.connect(filled.url), pytest.raises(RestoreError, match="stop it first"):
        restore(filled, made.dump, is_clean=True)
    check_content(filled)


def test_backup_that_fails_leaves_older_ones_and_no_draft(filled: ServerUrls, tmp_path: Path) -> None:
    made = make(filled, tmp_path, keep=1)
    with pytest.raises(BackupError, match="does not exist"):
        backup.create(
            replaced(filled.admin_url or "", dbname="gone"),
            tmp_path,
            storage_dir=tmp_path,
            keep=1,
            at=AT + timedelta(1),
        )
    assert [path.name for path in tmp_path.iterdir()] == [made.dump.name]


def test_backup_needs_the_owners_address(filled: ServerUrls) -> None:
    with pytest.raises(BackupError, match="KAITAK_DB__ADMIN_URL"):
        backup.owner_address(ServerUrls(url=filled.url))
