"""Owns the commands for the database: migrate, backup, restore, doctor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import psycopg
import typer

from kaitak import schema
from kaitak.commands import postgres
from kaitak.commands.root import ROOT_OPTION, read_settings
from kaitak.conversations import health  # noqa: F401 (registers its checks)
from kaitak.core import clock
from kaitak.core.settings import Settings
from kaitak.db import backup as backups
from kaitak.db import doctor as examination
from kaitak.db import migrate as migrations
from kaitak.db.urls import ServerUrls

commands = typer.Typer()
AllowRoot = Annotated[bool, ROOT_OPTION]


@commands.command()
def migrate(allow_root: AllowRoot = False) -> None:
    """Bring the database to the schema of this program, and give the program's role its rights."""
    settings = read_settings(allow_root=allow_root)
    with postgres.opened(settings) as server:
        before = migrations.upgrade(backups.owner_address(server), server.url, schema.metadata)
        typer.echo(f"schema {before.needed}" + ("" if before.is_current else f" (was {before.found or 'empty'})"))


@commands.command()
def backup(
    folder: Annotated[Path | None, typer.Option("--to", help="default: KAITAK_BACKUP__DIR")] = None,
    keep: Annotated[int | None, typer.Option(min=1, help="how many to keep; default: KAITAK_BACKUP__KEEP")] = None,
    allow_root: AllowRoot = False,
) -> None:
    """Write a checked backup of the database and the attachments; the server keeps running."""
    settings = read_settings(allow_root=allow_root)
    with postgres.opened(settings) as server:
        made = backups.create(
            backups.owner_address(server),
            folder or settings.backup_dir,
            storage_dir=settings.storage_dir,
            keep=keep or settings.backup.keep,
            at=clock.now(),
        )
    typer.echo(str(made.dump))
    if made.files is not None:
        typer.echo(str(made.files))
    if settings.secret_key is None:
        postgres.tell(f"keep a copy of {settings.secret_path} in another place: it opens the stored credentials")


@commands.command()
def restore(
    dump: Annotated[Path, typer.Argument(help="a file that kaitak backup wrote")],
    clean: Annotated[bool, typer.Option("--clean", help="drop what the database holds first")] = False,
    allow_root: AllowRoot = False,
) -> None:
    """Restore a backup into the embedded database or, with KAITAK_DB__URL and KAITAK_DB__ADMIN_URL, into any other."""
    settings = read_settings(allow_root=allow_root)
    with postgres.opened(settings) as server:
        backups.restore(server, dump, schema.metadata, storage_dir=settings.storage_dir, is_clean=clean)
    typer.echo(f"restored {dump}")


@commands.command()
def doctor(allow_root: AllowRoot = False) -> None:
    """Say what is wrong with this deployment and what to do; fails if something needs doing."""
    settings = read_settings(allow_root=allow_root)
    with postgres.opened(settings, is_checked=False) as server:
        problems = _examine(settings, server)
    if problems:
        typer.echo(f"\n{problems} to mend")
        raise typer.Exit(1)
    typer.echo("\nnothing to mend")


def _examine(settings: Settings, server: ServerUrls) -> int:
    owner = psycopg.connect(server.admin_url, connect_timeout=10) if server.admin_url else None
    program = psycopg.connect(server.url, connect_timeout=10)
    deployment = examination.Deployment(
        server=server,
        program=program,
        owner=owner,
        metadata=schema.metadata,
        folders=(settings.data_dir, settings.storage_dir, settings.backup_dir),
        secret_path=None if settings.secret_key else settings.secret_path,
        backup_dir=settings.backup_dir,
        pool_size=settings.db.pool_size,
        now=clock.now,
    )
    problems = 0
    try:
        for name, finding in examination.examine(deployment):
            problems += finding.level is examination.Level.PROBLEM
            typer.echo(f"{finding.level:8} {name}: {finding.text}")
            if finding.remedy:
                typer.echo(f"{'':8} → {finding.remedy}")
    finally:
        program.close()
        if owner is not None:
            owner.close()
    return problems
