"""Owns opening the PostgreSQL that the settings name: the embedded one, or the customer's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import typer

from kaitak import schema
from kaitak.core import settings as configuration
from kaitak.core.errors import KaitakError
from kaitak.core.settings import Settings
from kaitak.db import migrate, rls, urls
from kaitak.db.embedded import EmbeddedPostgres
from kaitak.db.urls import ServerUrls


class DatabaseNotReachedError(KaitakError):
    """The configured PostgreSQL does not let us in."""

    code = "database_not_reached"


@contextmanager
def opened(settings: Settings, *, is_migrated: bool = False, is_checked: bool = True) -> Iterator[ServerUrls]:
    """The server for the length of a block: started if it is embedded, and looked at before anything uses it.

    `is_migrated`: the program needs the present schema; an embedded database is brought to it, another is refused.
    """
    if settings.db.url is not None:
        server = configured(settings)
        _reach(server.url)
        if is_checked:
            rls.refuse_strong_role(server.url)
        if is_migrated:
            migrate.refuse_outdated(server.url)
        yield server
        return
    configuration.make_data_dir(settings)
    embedded = EmbeddedPostgres(settings.postgres_dir, allow_root=settings.db.allow_root, tell=tell)
    try:
        server = embedded.start()
        if is_migrated and not migrate.state(server.admin_url or "").is_current:
            migrate.upgrade(server.admin_url or "", server.url, schema.metadata)
        yield server
    finally:
        embedded.stop()


def configured(settings: Settings) -> ServerUrls:
    """The addresses of the customer's own server."""
    url = urls.normalised(settings.db.url or "", "KAITAK_DB__URL")
    admin = settings.db.admin_url
    server = ServerUrls(url=url)
    return replace(server, admin_url=urls.normalised(admin, "KAITAK_DB__ADMIN_URL")) if admin else server


def tell(text: str) -> None:
    """Say something to the person at the terminal, beside what the command prints."""
    typer.echo(text, err=True)


def _reach(dsn: str) -> None:
    try:
        psycopg.connect(dsn, connect_timeout=10).close()
    except psycopg.OperationalError as exc:
        reason = str(exc).strip().splitlines()[-1]
        raise DatabaseNotReachedError(f"KAITAK_DB__URL ({urls.shown(dsn)}) cannot be reached: {reason}") from exc
