"""Measures who a first message is from, among many contacts, and what the business system knows of them.

For each: the webhook of a number that one of the contacts has, until it is stored; who that may be, with reasons, as
the console asks it; what the demo ERP knows. One at a time, in process, over a durable PostgreSQL.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import orjson
import psycopg
from pydantic import SecretStr

from bench import business
from kaitak import process as processes
from kaitak.accounts.policy import Role
from kaitak.app import create_app
from kaitak.business import actions, registry
from kaitak.channels import actions as inboxes
from kaitak.channels.schemas import InboxBody
from kaitak.core import logging
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId
from kaitak.core.settings import HttpSettings, Settings
from kaitak.db.urls import ServerUrls
from tests.channels.test_contract import CASES
from tests.factories import accounts
from tests.platforms import meta

MUST_MS, AIM_MS = 200.0, 50.0
_FILL = """
with people as (
    insert into contact (account_id, name, phone_number, email)
    select %(account)s, (array['陳大文', '黃小明', 'Chan Tai Man', '李美玲', 'Wong Siu Ming'])[1 + g %% 5] || ' ' || g,
           '+852' || (50000000 + g), 'c' || g || '@example.hk'
    from generate_series(%(low)s::bigint, %(high)s::bigint) g returning id, phone_number
)
insert into contact_evidence (account_id, contact_id, kind, value)
select %(account)s, id, 'phone', phone_number from people
"""


def fill(urls: ServerUrls, account_id: AccountId, first: int, last: int) -> None:
    """Contacts with a number each."""
    with psycopg.connect(urls.admin_url or "", autocommit=True) as connection:
        connection.execute("set synchronous_commit = off")
        for low in range(first, last + 1, 50_000):
            values = {"account": account_id, "low": low, "high": min(last, low + 49_999)}
            connection.execute(_FILL.encode(), values)
        connection.execute("vacuum analyze")


def measure(urls: ServerUrls, folder: Path, *, contacts: int, messages: int) -> None:
    """Fill, measure, print."""
    logging.configure("warning")
    with business.erp(urls) as erp:
        figures = asyncio.run(_run(urls, folder, erp, contacts, messages))
    ends = {}
    for name, values in figures.items():
        ordered = sorted(values)
        ends[name] = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        print(f"{name:<34} p50 {ordered[len(ordered) // 2]:7.1f} ms   p95 {ends[name]:7.1f} ms   ({len(ordered)})")
    total, bound = ends["identify + snapshot"], ends["among few contacts"]
    print(f"identify + snapshot / the same among few contacts, p95: {total / bound:.2f}")
    verdict = "aim reached" if total <= AIM_MS else "must reached" if total <= MUST_MS else "missed"
    print(f"must {MUST_MS:.0f} ms, aim {AIM_MS:.0f} ms, {contacts:,} contacts: {verdict}")


async def _run(urls: ServerUrls, folder: Path, erp: str, contacts: int, messages: int) -> dict[str, list[float]]:
    async with AsyncExitStack() as stack:
        secret = SecretStr(business.KEY)
        settings = Settings(data_dir=folder, secret_key=secret, http=HttpSettings(allow_private=("127.0.0.1",)))
        process = await stack.enter_async_context(processes.opened(settings, urls.url))
        app = create_app(process.deps, upload_bytes=1024)
        door = asyncio.create_task(process.door.run())
        stack.push_async_callback(_end, door)
        database = process.deps.database
        account_id = await accounts.make_account(database)
        config = registry.read_config("demo_erp", {"base_url": erp, "api_key": business.ERP_KEY})
        tested = actions.Tested(connector="demo_erp", config=config, system_name="ERP", checked_at=datetime.now(UTC))
        body = InboxBody(name="w", channel="whatsapp", config=dict(CASES["whatsapp"].config), settle_ms=0)
        async with database.transaction(account_id) as session:
            await actions.create_connection(session, account_id, Keyring(business.KEY), name="ERP", tested=tested)
            keyring = process.deps.keyring
            inbox, _ = await inboxes.create_inbox(session, keyring, account_id, body, settle=timedelta(0))
        member = await accounts.make_member(database, account_id, Role.ADMINISTRATOR)
        http = await stack.enter_async_context(accounts.signed_in(app, member))
        await asyncio.to_thread(fill, urls, account_id, 1, 1_000)
        few = await _messages(http, account_id, inbox.identifier, range(1, min(1_000, messages) + 1))
        await asyncio.to_thread(fill, urls, account_id, 1_001, contacts)
        step = max(1, (contacts - 2_000) // messages)
        many = await _messages(http, account_id, inbox.identifier, range(2_000, contacts, step))
    names = ("acknowledged", "who it may be, with reasons", "what the ERP knows")
    found = {name: [each[n] for each in many] for n, name in enumerate(names)}
    return {**found, "identify + snapshot": [sum(each) for each in many], "among few contacts": [sum(e) for e in few]}


async def _messages(
    http: httpx.AsyncClient, account_id: AccountId, identifier: str, numbers: range
) -> list[tuple[float, ...]]:
    """First messages of these contacts' numbers, each with its three parts in milliseconds."""
    platform = meta.WhatsApp()
    found: list[tuple[float, ...]] = []
    platform.numbers = numbers.start * 1_000
    base = f"/api/v1/accounts/{account_id}"
    for number in numbers:
        raw, headers, _ = platform.call(orjson.dumps(platform.said(f"852{50_000_000 + number}", "我張單去咗邊")))
        begun = time.perf_counter()
        answer = await http.post(f"/v1/hooks/whatsapp/{identifier}", content=raw, headers=dict(headers))
        assert answer.status_code == 200, answer.text
        stored = time.perf_counter()
        listed = await http.get(f"{base}/conversations", params={"limit": 1, "status": "all", "assignee_type": "all"})
        (newest,) = listed.json()["data"]["payload"]
        opened = time.perf_counter()
        people = await http.get(f"{base}/contacts/{newest['contact']['id']}/suggestions")
        assert people.status_code == 200, people.text
        known = time.perf_counter()
        business_view = await http.get(f"{base}/conversations/{newest['id']}/business")
        assert business_view.status_code == 200, business_view.text
        looked = time.perf_counter()
        found.append((1000 * (stored - begun), 1000 * (known - opened), 1000 * (looked - known)))
    return found


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
