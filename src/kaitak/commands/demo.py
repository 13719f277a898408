"""Owns the commands demo (everything with demo data) and demo-erp (the demo's business system alone)."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from kaitak.bot import pack_models, packs
from kaitak.commands import postgres
from kaitak.commands import serve as server_commands
from kaitak.commands.root import ROOT_OPTION, read_settings
from kaitak.core import logging as log
from kaitak.core import resources
from kaitak.core import settings as configuration
from kaitak.core.crypto import Keyring
from kaitak.core.errors import KaitakError
from kaitak.core.settings import Settings
from kaitak.demo import channels, run
from kaitak.demo.erp import program
from kaitak.demo.tenants import TENANTS

commands = typer.Typer()
DEFAULT_PORT = 8800
ERP_PORT = 8802
_STATE = ("postgres", "postgres.dsn", "postgres.log", "postgres.log.1", "storage", "backups", "secret.key", "erp.key")


class DemoNotStartedError(KaitakError):
    """The demo cannot start; the message says why and what to do."""

    code = "demo_not_started"


@commands.command()
def demo(
    fresh: Annotated[bool, typer.Option("--fresh", help="start over: forget what earlier demos left")] = False,
    port: Annotated[int, typer.Option(min=1, max=65523, help="of the workbench; sites and ERPs take the next four")] = (
        DEFAULT_PORT
    ),
    data_dir: Annotated[Path | None, typer.Option(help="default: the folder demo in KAITAK_DATA_DIR")] = None,
    has_channels: Annotated[
        bool,
        typer.Option("--channels", help="also a phone in the browser: WhatsApp, WeChat, LINE … (from the sources)"),
    ] = False,
    allow_root: Annotated[bool, ROOT_OPTION] = False,
) -> None:
    """Run everything with demo data: a shop and an insurer, each with page and ERP; workbench, bot. State is kept."""
    settings = _demo_settings(read_settings(allow_root=allow_root), port, data_dir)
    log.configure("warning", "text", stream=sys.stderr)
    _refuse_busy_ports(port, run.PORTS + (channels.PORTS if has_channels else 0))
    if fresh:
        _forget(settings)
    run.take_term_as_interrupt()
    configuration.make_data_dir(settings)
    _learn(settings.data_dir / "models")
    plan = run.Plan(port, _erp_key(settings.data_dir / "erp.key"), tell=_say, has_channels=has_channels)
    try:
        with postgres.opened(settings, is_migrated=True) as server:
            keyring = Keyring(configuration.read_secret(settings))
            run.run(plan, server, keyring, lambda on_ready: server_commands.run_in(settings, server.url, on_ready))
    except KeyboardInterrupt:
        pass
    _say("stopped")


def _learn(models: Path) -> None:
    """Have the tenants' packs learnt before the first customer writes; later starts find the models."""
    for tenant in TENANTS:
        pack = packs.load(resources.pack_folder(tenant.pack))
        if not pack_models.is_kept(pack, models):
            _say(f"learning what customers of the {tenant.key} say: about a minute, this first time only ...")
            pack_models.load_or_train(pack, models)


@commands.command(name="demo-erp")
def demo_erp(
    db: Annotated[str, typer.Option(envvar=program.DSN_VARIABLE, help="PostgreSQL address; a database of its own")],
    port: Annotated[int, typer.Option(min=0, max=65535)] = ERP_PORT,
    api_key: Annotated[
        str, typer.Option(envvar=program.KEY_VARIABLE, help="what callers must send", show_envvar=True)
    ] = "",
) -> None:
    """Run the demo's business system alone: a separate program with its own database and API key."""
    if len(api_key) < 16:
        raise DemoNotStartedError(f"set {program.KEY_VARIABLE} to at least 16 characters: callers must send it")
    server = program.make_server(program.ErpSettings(db, api_key), port)
    server.run()
    if not server.started:
        raise DemoNotStartedError("the demo ERP did not start; its reason stands above")


def _demo_settings(settings: Settings, port: int, data_dir: Path | None) -> Settings:
    """The operator's settings, moved to the demo's own folder, embedded database and ports."""
    erps = (f"127.0.0.1:{run.site_port(port, tenant) + 1}" for tenant in TENANTS)
    platforms = (f"127.0.0.1:{port + run.PORTS + n}" for n in range(channels.PORTS))
    allowed = (*settings.http.allow_private, *erps, *platforms)
    return settings.model_copy(
        update={
            "data_dir": (data_dir or settings.data_dir / "demo").absolute(),
            "secret_key": None,
            "db": settings.db.model_copy(update={"url": None, "admin_url": None, "data_dir": None}),
            "web": settings.web.model_copy(
                update={"host": "127.0.0.1", "port": port, "public_url": f"http://127.0.0.1:{port}"}
            ),
            "http": settings.http.model_copy(update={"allow_private": allowed}),
            "storage": settings.storage.model_copy(update={"dir": None}),
            "backup": settings.backup.model_copy(update={"dir": None}),
        }
    )


def _refuse_busy_ports(port: int, count: int) -> None:
    for number in range(port, port + count):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                raise DemoNotStartedError(
                    f"port {number} is in use: is a demo running already? Choose others with --port"
                ) from None


def _forget(settings: Settings) -> None:
    """Remove what earlier demos left, and nothing else; the trained models stay."""
    lock = settings.postgres_dir.with_name("postgres.lock")
    if lock.exists():
        with lock.open() as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise DemoNotStartedError(f"a demo is running in {settings.data_dir}; stop it first") from None
    for name in _STATE:
        path = settings.data_dir / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _erp_key(path: Path) -> str:
    """The key that the ERP of this demo asks for, made once."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(32))
    return path.read_text().strip()


def _say(text: str) -> None:
    typer.echo(text)
    sys.stdout.flush()
