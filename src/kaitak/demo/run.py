"""Owns running the whole demo: ERP, shop, workbench and bot together; what it tells the terminal; a clean end."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType

import psycopg
from psycopg import sql

from kaitak.core.crypto import Keyring
from kaitak.db.session import Database
from kaitak.db.urls import ServerUrls, replaced
from kaitak.demo import seed
from kaitak.demo.children import ErpChild, PartFailedError, ShopThread
from kaitak.demo.erp.program import ErpSettings
from kaitak.demo.seed import Furnished, Places
from kaitak.demo.shop.pages import Widget

ERP_DATABASE = "kaitak_demo_erp"
Serve = Callable[[Callable[[int], None]], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the parts of this demo answer."""

    port: int
    erp_key: str = field(repr=False)
    started: float = field(default_factory=time.monotonic)
    tell: Callable[[str], None] = print

    @property
    def base_url(self) -> str:
        """The workbench and the API."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def places(self) -> Places:
        """The shop and the ERP, on the next two ports."""
        return Places(f"http://127.0.0.1:{self.port + 1}", f"http://127.0.0.1:{self.port + 2}", self.erp_key)


def run(plan: Plan, server: ServerUrls, keyring: Keyring, serve: Serve) -> None:
    """Run until SIGTERM, Ctrl-C or the end of a part; whatever happens, nothing is left running."""
    deaths: list[str] = []

    def on_death(reason: str) -> None:
        deaths.append(reason)
        os.kill(os.getpid(), signal.SIGTERM)

    with ExitStack() as stack:
        stack.callback(_ignore_signals)  # runs last: while the parts end, a second Ctrl-C must not leave one behind
        erp = ErpChild(ErpSettings(_prepare_erp(server), plan.erp_key), plan.port + 2, on_death=on_death)
        stack.callback(erp.end)
        furnished, links = asyncio.run(_furnish(plan, server, keyring))
        shop = ShopThread(
            port=plan.port + 1,
            widget=Widget(plan.base_url, furnished.website_token),
            erp_url=plan.places.erp_url,
            erp_key=plan.erp_key,
            identity_secret=furnished.identity_secret,
        )
        stack.callback(shop.end)
        stack.callback(_ignore_signals)
        shop.wait_ready()
        erp.wait_ready()
        serve(lambda _port: _announce(plan, links))
    if deaths:
        raise PartFailedError(deaths[0])


def take_term_as_interrupt() -> None:
    """Until the servers listen to signals themselves, SIGTERM ends the start the way Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def _prepare_erp(server: ServerUrls) -> str:
    """The ERP's own database and role on the demo's PostgreSQL; made once."""
    superuser = server.superuser_url or ""
    name = sql.Identifier(ERP_DATABASE)
    with psycopg.connect(superuser, autocommit=True) as connection:
        if connection.execute("select 1 from pg_roles where rolname = %s", (ERP_DATABASE,)).fetchone() is None:
            connection.execute(sql.SQL("create role {} login").format(name))
        if connection.execute("select 1 from pg_database where datname = %s", (ERP_DATABASE,)).fetchone() is None:
            connection.execute(sql.SQL("create database {} owner {}").format(name, name))
    return replaced(superuser, dbname=ERP_DATABASE, user=ERP_DATABASE)


async def _furnish(plan: Plan, server: ServerUrls, keyring: Keyring) -> tuple[Furnished, dict[str, str]]:
    now = datetime.now(UTC)
    async with Database.connect(server.url, pool_size=1) as database:
        furnished = await seed.furnish(database, keyring, plan.places, now)
        return furnished, await seed.sign_in_links(database, furnished, plan.base_url, now)


def _announce(plan: Plan, links: dict[str, str]) -> None:
    plan.tell(f"Kaitak demo is ready ({time.monotonic() - plan.started:.1f} s). Ctrl-C stops everything.\n")
    plan.tell(f"  shop page (be a customer)  {plan.places.shop_url}/")
    plan.tell(f"  workbench (be an agent)    {plan.base_url}/")
    plan.tell(f"  demo ERP (move orders on)  {plan.places.erp_url}/\n")
    plan.tell("  one-time sign-ins for the workbench:")
    for member in seed.MEMBERS:
        plan.tell(f"  {member.name} {member.title:<26} {links[member.email]}")
    plan.tell("")
