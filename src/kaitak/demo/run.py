"""Owns running the whole demo: two tenants' ERPs and sites, workbench and bot together; what it tells the terminal.

The workbench is on the first port; each tenant's site and ERP take the next two.
"""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import FrameType, MappingProxyType

import psycopg
from psycopg import sql

from kaitak.core.crypto import Keyring
from kaitak.db.session import Database
from kaitak.db.urls import ServerUrls, replaced
from kaitak.demo import articles, channels, seed
from kaitak.demo.children import ErpChild, PartFailedError, ShopThread
from kaitak.demo.erp.program import ErpSettings
from kaitak.demo.seed import Furnished, Places
from kaitak.demo.shop.app import Site
from kaitak.demo.shop.pages import Widget
from kaitak.demo.tenants import INSURER, SHOP, TENANTS, Tenant

ERP_DATABASES = MappingProxyType({SHOP.key: "kaitak_demo_erp", INSURER.key: "kaitak_demo_insurer"})
SITES: Mapping[str, Site] = MappingProxyType({SHOP.key: "shop", INSURER.key: "insurer"})
PORTS = 1 + 2 * len(TENANTS)
Serve = Callable[[Callable[[int], None]], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the parts of this demo answer."""

    port: int
    erp_key: str = field(repr=False)
    started: float = field(default_factory=time.monotonic)
    tell: Callable[[str], None] = print
    has_channels: bool = False

    @property
    def base_url(self) -> str:
        """The workbench and the API."""
        return f"http://127.0.0.1:{self.port}"

    def places(self, tenant: Tenant) -> Places:
        """A tenant's site and ERP."""
        site = site_port(self.port, tenant)
        return Places(f"http://127.0.0.1:{site}", f"http://127.0.0.1:{site + 1}", self.erp_key)


def site_port(port: int, tenant: Tenant) -> int:
    """The port of a tenant's site; its ERP has the next one."""
    return port + 1 + 2 * TENANTS.index(tenant)


def run(plan: Plan, server: ServerUrls, keyring: Keyring, serve: Serve) -> None:
    """Run until SIGTERM, Ctrl-C or the end of a part; whatever happens, nothing is left running."""
    deaths: list[str] = []

    def on_death(reason: str) -> None:
        deaths.append(reason)
        os.kill(os.getpid(), signal.SIGTERM)

    with ExitStack() as stack:
        stack.callback(_ignore_signals)  # runs last: while the parts end, a second Ctrl-C must not leave one behind
        erps = [_start_erp(plan, server, tenant, on_death) for tenant in TENANTS]
        for erp in erps:
            stack.callback(erp.end)
        platforms = channels.start(plan.port + PORTS) if plan.has_channels else None
        if platforms is not None:
            stack.callback(platforms.end)
        furnished, links = asyncio.run(_furnish(plan, server, keyring, platforms))
        sites = [_start_site(plan, tenant, furnished[tenant.key]) for tenant in TENANTS]
        for site in sites:
            stack.callback(site.end)
        stack.callback(_ignore_signals)
        for site in sites:
            site.wait_ready()
        for erp in erps:
            erp.wait_ready()
        serve(lambda _port: _announce(plan, links))
    if deaths:
        raise PartFailedError(deaths[0])


def _start_erp(plan: Plan, server: ServerUrls, tenant: Tenant, on_death: Callable[[str], None]) -> ErpChild:
    settings = ErpSettings(prepare_erp(server, ERP_DATABASES[tenant.key]), plan.erp_key, tenant.content)
    return ErpChild(settings, site_port(plan.port, tenant) + 1, on_death=on_death)


def _start_site(plan: Plan, tenant: Tenant, furnished: Furnished) -> ShopThread:
    return ShopThread(
        port=site_port(plan.port, tenant),
        widget=Widget(plan.base_url, furnished.website_token),
        erp_url=plan.places(tenant).erp_url,
        erp_key=plan.erp_key,
        identity_secret=furnished.identity_secret,
        site=SITES[tenant.key],
        app_id=furnished.app_id,
        app_secret=furnished.app_secret,
    )


def take_term_as_interrupt() -> None:
    """Until the servers listen to signals themselves, SIGTERM ends the start the way Ctrl-C does."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)


def _ignore_signals() -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)


def prepare_erp(server: ServerUrls, database: str) -> str:
    """An ERP's own database and role on the demo's PostgreSQL; made once."""
    superuser = server.superuser_url or ""
    name = sql.Identifier(database)
    with psycopg.connect(superuser, autocommit=True) as connection:
        if connection.execute("select 1 from pg_roles where rolname = %s", (database,)).fetchone() is None:
            connection.execute(sql.SQL("create role {} login").format(name))
        if connection.execute("select 1 from pg_database where datname = %s", (database,)).fetchone() is None:
            connection.execute(sql.SQL("create database {} owner {}").format(name, name))
    return replaced(superuser, dbname=database, user=database)


async def _furnish(
    plan: Plan, server: ServerUrls, keyring: Keyring, platforms: channels.Platforms | None
) -> tuple[dict[str, Furnished], dict[str, dict[str, str]]]:
    now = datetime.now(UTC)
    furnished, links = {}, {}
    async with Database.connect(server.url, pool_size=1) as database:
        for tenant in TENANTS:
            made = await seed.furnish(database, keyring, plan.places(tenant), now, tenant)
            furnished[tenant.key] = made
            await articles.bring_in(database, made.account_id, tenant.pack)
            if platforms is not None and tenant is SHOP:
                await channels.furnish(database, keyring, made.account_id, plan.base_url, platforms)
            links[tenant.key] = await seed.sign_in_links(database, made, plan.base_url, now)
    return furnished, links


def _announce(plan: Plan, links: Mapping[str, Mapping[str, str]]) -> None:
    shop, insurer = plan.places(SHOP), plan.places(INSURER)
    plan.tell(f"Kaitak demo is ready ({time.monotonic() - plan.started:.1f} s). Ctrl-C stops everything.\n")
    plan.tell(f"  workbench (be an agent)    {plan.base_url}/")
    plan.tell(f"\n{SHOP.account_name}")
    plan.tell(f"  shop page (be a customer)  {shop.shop_url}/")
    plan.tell(f"  sample app (a member)      {shop.shop_url}/app")
    plan.tell(f"  demo ERP (move orders on)  {shop.erp_url}/")
    if plan.has_channels:
        plan.tell(f"  phone (WhatsApp, WeChat …) http://127.0.0.1:{plan.port + PORTS}/")
    _tell_links(plan, SHOP, links[SHOP.key])
    plan.tell(f"\n{INSURER.account_name}")
    plan.tell(f"  insurer's site (customer)  {insurer.shop_url}/")
    plan.tell(f"  its system (move claims)   {insurer.erp_url}/")
    _tell_links(plan, INSURER, links[INSURER.key])
    plan.tell("")


def _tell_links(plan: Plan, tenant: Tenant, links: Mapping[str, str]) -> None:
    plan.tell("  one-time sign-ins for the workbench:")
    for member in tenant.members:
        plan.tell(f"  {member.name} {member.title:<26} {links[member.email]}")
