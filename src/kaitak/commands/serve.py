"""Owns the commands that run the program: serve (everything), web, worker."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Annotated

import typer
import uvloop

from kaitak import process, worker
from kaitak.commands import postgres
from kaitak.commands.root import ROOT_OPTION, read_settings
from kaitak.core import garbage
from kaitak.core import logging as log
from kaitak.core.settings import Settings

commands = typer.Typer()
AllowRoot = Annotated[bool, ROOT_OPTION]


@commands.command()
def serve(allow_root: AllowRoot = False) -> None:
    """Run everything in one process, on the embedded PostgreSQL unless KAITAK_DB__URL names another."""
    _run(read_settings(allow_root=allow_root), with_web=True, with_worker=True)


@commands.command()
def web(allow_root: AllowRoot = False) -> None:
    """Run a web process: HTTP, webhooks, live streams. As many as wanted."""
    _run(read_settings(allow_root=allow_root), with_web=True, with_worker=False)


@commands.command(name="worker")
def work(allow_root: AllowRoot = False) -> None:
    """Run a worker process: the bot's turns, deliveries, jobs. As many as wanted."""
    _run(read_settings(allow_root=allow_root), with_web=False, with_worker=True)


def _run(settings: Settings, *, with_web: bool, with_worker: bool) -> None:
    """One process until SIGTERM or SIGINT."""
    log.configure(settings.log.level, settings.log.format)
    with postgres.opened(settings, is_migrated=True) as server:
        uvloop.run(run_parts(settings, server.url, with_web=with_web, with_worker=with_worker))


async def run_parts(
    settings: Settings,
    dsn: str,
    *,
    with_web: bool,
    with_worker: bool,
    on_ready: Callable[[int], None] | None = None,
) -> None:
    """Run the parts until a signal or a failure; `on_ready` gets the port once requests are answered."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    stop = worker.Stop()
    stop.listen()
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(process.opened(settings, dsn))
        await stack.enter_async_context(worker.notifying(parts, stop))
        if with_worker:
            await stack.enter_async_context(worker.work(parts, stop))
        if with_web:
            await stack.enter_async_context(worker.web(parts, stop, on_ready=on_ready))
        garbage.keep_what_is_loaded()
        await stop.wait()


def run_in(settings: Settings, dsn: str, on_ready: Callable[[int], None]) -> None:
    """Web and worker in this process, for a command that has opened the database itself."""
    uvloop.run(run_parts(settings, dsn, with_web=True, with_worker=True, on_ready=on_ready))
