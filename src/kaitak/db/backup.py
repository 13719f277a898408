"""Owns backup and restore: one checked file, good for the embedded server and for any other, in both directions."""

from __future__ import annotations

import os
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from sqlalchemy import MetaData

from kaitak.core.errors import KaitakError
from kaitak.db import cluster, migrate, urls

_STAMP = "%Y%m%dT%H%M%SZ"
_DUMP, _FILES = ".dump", ".files.tar"
_OWNER_FREE = ["--no-owner", "--no-acl"]
_DUMPED = [*_OWNER_FREE, "--no-comments", "--no-publications", "--no-subscriptions", "--no-tablespaces"]
_EMPTY = """
select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm', 'S')
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
"""
_CLEAN = """
do $$ declare thing record; begin
  for thing in select c.oid::regclass as name, c.relkind from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind in ('r', 'p', 'v', 'm')
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') loop
    execute format('drop %s if exists %s cascade',
      case thing.relkind when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, thing.name);
  end loop;
  for thing in select c.oid::regclass as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and c.relkind = 'S'
        and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') loop
    execute format('drop sequence if exists %s cascade', thing.name);
  end loop;
  for thing in select p.oid::regprocedure as name from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname = 'public' and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e') loop
    execute format('drop routine if exists %s cascade', thing.name);
  end loop;
  for thing in select t.oid::regtype as name from pg_type t join pg_namespace n on n.oid = t.typnamespace
      where n.nspname = 'public' and t.typtype in ('e', 'c', 'd') and t.typelem = 0
        and not exists (select from pg_depend d where d.objid = t.oid and d.deptype = 'e') loop
    execute format('drop type if exists %s cascade', thing.name);
  end loop;
end $$
"""


class BackupError(KaitakError):
    """The backup was not made; older backups are untouched."""

    code = "backup_failed"


class RestoreError(KaitakError):
    """The backup was not restored; the message says what stands in the way."""

    code = "restore_failed"


class RestoreTargetNotEmptyError(RestoreError):
    """The database already holds tables."""

    code = "restore_target_not_empty"


@dataclass(frozen=True, slots=True)
class Backup:
    """One finished backup: the database, and the attachments if there were any."""

    dump: Path
    files: Path | None


def create(admin_url: str, folder: Path, *, storage_dir: Path, keep: int, at: datetime) -> Backup:
    """Write a backup under a temporary name, check that it can be read, rename it, and drop all but the newest `keep`.

    The attachments follow the database: whatever a stored message points to is then in the archive.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    base = folder / f"kaitak-{at.strftime(_STAMP)}"
    dump, files = Path(f"{base}{_DUMP}"), Path(f"{base}{_FILES}")
    if dump.exists():
        raise BackupError(f"{dump} exists already")
    drafts = [Path(f"{path}.partial") for path in (dump, files)]
    try:
        _make_private(drafts[0])
        _run("pg_dump", admin_url, ["-Fc", *_DUMPED, "-f", str(drafts[0])], BackupError)
        check_readable(drafts[0])
        has_files = _archive(storage_dir, drafts[1])
        if has_files:
            drafts[1].rename(files)
        _sync(drafts[0])
        drafts[0].rename(dump)
    except OSError as exc:
        raise BackupError(f"cannot write the backup to {folder}: {exc.strerror}") from exc
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)
    prune(folder, keep)
    return Backup(dump, files if has_files else None)


def existing(folder: Path) -> list[Path]:
    """The backups in a folder, newest first."""
    return sorted(folder.glob(f"kaitak-*{_DUMP}"), reverse=True)


def prune(folder: Path, keep: int) -> None:
    """Remove all but the newest backups."""
    for old in existing(folder)[keep:]:
        files_of(old).unlink(missing_ok=True)
        old.unlink(missing_ok=True)


def files_of(dump: Path) -> Path:
    """Where the attachments of a backup lie, if it has any."""
    return dump.with_name(dump.name.removesuffix(_DUMP) + _FILES)


def check_readable(dump: Path) -> None:
    """Raise unless the file is a whole backup of ours that `pg_restore` can list."""
    if not dump.is_file():
        raise RestoreError(f"{dump} does not exist")
    listed = subprocess.run(
        [str(cluster.binaries() / "pg_restore"), "--list", str(dump)],
        capture_output=True,
        text=True,
        check=False,
        env=cluster.environment(),
    )
    if listed.returncode != 0:
        raise RestoreError(f"{dump} cannot be read: {_last_line(listed.stderr)}")
    if " TABLE DATA public alembic_version " not in listed.stdout:
        raise RestoreError(f"{dump} is not a backup of Kaitak")


def restore(
    server: urls.ServerUrls, dump: Path, metadata: MetaData, *, storage_dir: Path, is_clean: bool = False
) -> None:
    """Restore into the database of the owner's address, bring the schema up to date, and grant the program its rights.

    Refuses a database that holds tables, unless `is_clean`: then everything in its public schema is dropped first.
    """
    admin_url = owner_address(server)
    check_readable(dump)
    with psycopg.connect(admin_url, connect_timeout=10, autocommit=True) as connection:
        if connection.info.server_version < migrate.MINIMUM_VERSION:
            raise RestoreError(f"PostgreSQL {connection.info.server_version // 10000} is too old; Kaitak needs 15")
        _refuse_busy(connection, urls.role_of(server.url))
        row = connection.execute(_EMPTY).fetchone()
        if row is not None and row[0] > 0:
            if not is_clean:
                raise RestoreTargetNotEmptyError(
                    f"{urls.shown(admin_url)} holds {row[0]} tables and sequences; restore into an empty database, "
                    "or give --clean to drop them first"
                )
            connection.execute(_CLEAN)
    _load(admin_url, dump)
    migrate.upgrade(admin_url, server.url, metadata)
    with psycopg.connect(admin_url, connect_timeout=10, autocommit=True) as connection:
        connection.execute("analyze")
    _unpack(files_of(dump), storage_dir)


def owner_address(server: urls.ServerUrls) -> str:
    """The owner's address, which migrate, backup and restore need."""
    if server.admin_url is None:
        raise BackupError("this needs the owner's address: set KAITAK_DB__ADMIN_URL")
    return server.admin_url


def _load(admin_url: str, dump: Path) -> None:
    """Restore in one transaction, leaving out what only newer servers know. A file that ends too early is not kept:
    the transaction is committed only when `pg_restore` has read it to its end.
    """
    script = subprocess.Popen(
        [str(cluster.binaries() / "pg_restore"), *_OWNER_FREE, "-f", "-", str(dump)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=cluster.environment(),
    )
    arguments = ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", os.devnull, "-f", "-"]
    with script, _open("psql", admin_url, arguments) as loader:
        if script.stdout is None or loader.stdin is None or loader.stderr is None or script.stderr is None:
            raise AssertionError("the pipes were asked for")
        is_data, trouble = False, b""
        try:
            loader.stdin.write(b"begin;\n")
            for line in script.stdout:
                if not is_data and line.startswith(b"SET transaction_timeout"):
                    continue
                is_data = line != b"\\.\n" if is_data else line.startswith(b"COPY ") and line.endswith(b"FROM stdin;\n")
                loader.stdin.write(line)
            trouble = script.stderr.read()
            if script.wait() == 0:
                loader.stdin.write(b"commit;\n")
            loader.stdin.close()
        except BrokenPipeError:
            script.kill()
        said = loader.stderr.read().decode(errors="replace")
    if loader.returncode != 0:
        raise RestoreError(f"PostgreSQL refused the backup and kept nothing of it: {_last_line(said)}")
    if script.returncode != 0:
        raise RestoreError(f"the backup could not be read to its end: {_last_line(trouble.decode(errors='replace'))}")


def _refuse_busy(connection: psycopg.Connection[tuple[object, ...]], role: str) -> None:
    row = connection.execute(
        "select count(*) from pg_stat_activity where datname = current_database() and usename = %s", (role,)
    ).fetchone()
    if row is not None and row[0]:
        raise RestoreError(
            f'Kaitak is still running on this database ({row[0]} connections of "{role}"); stop it first'
        )


def _archive(storage_dir: Path, target: Path) -> bool:
    if not storage_dir.is_dir() or not any(storage_dir.iterdir()):
        return False
    _make_private(target)
    with tarfile.open(target, "w") as archive:
        archive.add(storage_dir, arcname=".")
    _sync(target)
    return True


def _unpack(archive: Path, storage_dir: Path) -> None:
    if archive.exists():
        storage_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tarfile.open(archive) as opened:
            opened.extractall(storage_dir, filter="data")


def _run(program: str, dsn: str, arguments: Sequence[str], error: type[KaitakError]) -> None:
    with _open(program, dsn, arguments) as process:
        _, said = process.communicate()
    if process.returncode != 0:
        raise error(f"{program} failed: {_last_line(said.decode(errors='replace'))}")


def _open(program: str, dsn: str, arguments: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a client program; the password travels in its environment, where no process list shows it."""
    environment = cluster.environment()
    password = urls.password_of(dsn)
    if password:
        environment["PGPASSWORD"] = password
    return subprocess.Popen(
        [str(cluster.binaries() / program), "-d", urls.without_password(dsn), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    )


def _make_private(path: Path) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _last_line(said: str) -> str:
    lines = [line for line in said.splitlines() if line.strip()]
    return next((line for line in lines if "ERROR" in line or "FATAL" in line), lines[-1] if lines else "no message")
