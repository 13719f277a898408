"""Measures every list and thread of the workbench, in one account of a million conversations, five million messages.

Requests go through the whole application (in process, without a socket, on the program's own loop and with its log);
beside each figure stand the CPU time that this process and PostgreSQL spent on it, and what a bare SELECT of the same
rows by their key costs in the same run. `--scale 0.1` seeds a tenth.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson
import uvloop
from fastapi import FastAPI
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, event, text

from bench import machine, road
from bench.asgi import Browser
from bench.inbox_seed import MESSAGES_EACH, seed
from kaitak.accounts import identity, sign_in
from kaitak.accounts.sign_in import Place
from kaitak.api import principals
from kaitak.api.deps import Deps
from kaitak.app import create_app
from kaitak.channels.endpoints import InboxDefaults
from kaitak.conversations.links import Links
from kaitak.core import garbage, logging
from kaitak.core.clock import SystemClock
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId, UserId
from kaitak.db.session import Database
from kaitak.db.urls import replaced

LIMIT_MS = 50.0
CONVERSATIONS = 1_000_000
WARM = 10  # requests before it counts, so that PostgreSQL has the statements' plans
_BARE = text("select * from conversation where account_id = 1 and display_id = any(:ids)")
_BARE_THREAD = text("""
select m.* from message m join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
where c.account_id = 1 and c.display_id = :id and m.account_id = 1 order by m.seq desc limit 50
""")


@dataclass
class Case:
    """One kind of request; `make` gives a path, different each time."""

    name: str
    make: Callable[[random.Random], str]
    as_agent: bool = False


@dataclass
class Measured:
    """What a case cost."""

    name: str
    p50: float
    p95: float
    web: float
    postgres: float
    queries: int
    rows: float
    bare_p95: float


def cases(n: int) -> list[Case]:
    """Every list and thread of the workbench."""
    lists = {
        "all": "status=all",
        "open": "status=open",
        "pending": "status=pending",
        "snoozed": "status=snoozed",
        "resolved": "status=resolved",
        "open, mine": "status=open&assignee_type=me",
        "resolved, mine": "status=resolved&assignee_type=me",
        "open, unassigned": "status=open&assignee_type=unassigned",
        "all, unassigned": "status=all&assignee_type=unassigned",
        "open, assigned": "status=open&assignee_type=assigned",
        "resolved, assigned": "status=resolved&assignee_type=assigned",
        "all, owner queued": "status=all&owner=queued",
        "open, usual inbox": "status=open&inbox_id=3",
        "resolved, rare inbox": "status=resolved&inbox_id=12",
        "open, team": "status=open&team_id=4",
        "resolved, team": "status=resolved&team_id=4",
        "all, rare label": "status=all&labels=rare",
        "all, usual label": "status=all&labels=usual",
        "open, frequent label": "status=open&labels=frequent",
        "resolved, frequent label": "status=resolved&labels=frequent",
        "search: rare name": "status=all&q=1e%20",
        "search: usual name": "status=all&q=陳大文",
        "search: frequent name": "status=all&q=Wong",
        "search: one character": "status=all&q=陳",
    }
    found = [Case(name, _fixed(f"/conversations?{query}")) for name, query in lists.items()]
    found += [
        Case(f"agent: {name}", _fixed(f"/conversations?{lists[name]}"), as_agent=True)
        for name in ("all", "open", "resolved", "open, mine", "all, unassigned", "all, usual label")
    ]
    found.append(Case("search: number", lambda r: f"/conversations?q={r.randint(1, n)}"))
    found.append(Case("one conversation", lambda r: f"/conversations/{r.randint(1, n)}"))
    found.append(Case("thread", lambda r: f"/conversations/{r.randint(1, n)}/messages"))
    found.append(Case("thread, earlier", lambda r: f"/conversations/{r.randint(1, n)}/messages?before=4"))
    found.append(Case("contacts", _fixed("/contacts")))
    found.append(Case("contacts: name", _fixed("/contacts?q=李小明")))
    found += [
        Case(f"messages: {name}", _fixed(f"/search/messages?q={words}"))
        for name, words in {
            "said often": "唔該",
            "said in English": "refund",
            "a thing": "保溫壺",
            "five characters": "改地址得唔",
            "two words": "保溫壺 退貨",
            "never said": "龍蝦",
        }.items()
    ]
    found.append(Case("messages: order number", lambda r: f"/search/messages?q=hk{r.randint(1, n)}"))
    found.append(Case("contact's conversations", lambda r: f"/contacts/{r.randint(1, n // 2)}/conversations"))
    return found


async def measure(url: str, n: int, rounds: int) -> list[Measured]:
    """Run each case and its bare counterpart."""
    clock, keyring = SystemClock(), Keyring("a benchmark's own key, long enough")
    async with Database.connect(url, pool_size=4) as database:
        links = Links(keyring, "http://bench.test", clock)
        attached: dict[type, object] = {Links: links, InboxDefaults: InboxDefaults(timedelta(0))}
        deps = Deps(
            database=database,
            keyring=keyring,
            clock=clock,
            identify=identity.identify,
            public_url="http://bench.test",
            attached=attached,
        )
        app = create_app(deps, upload_bytes=1024)
        admin, agent = await _browser(app, deps, 1), await _browser(app, deps, 5)
        counter = _Counter(database)
        garbage.look_seldom()
        garbage.keep_what_is_loaded()
        return [
            await _one(case, agent if case.as_agent else admin, database, counter, n=n, rounds=rounds)
            for case in cases(n)
        ]


async def _one(case: Case, browser: Browser, database: Database, counter: _Counter, *, n: int, rounds: int) -> Measured:
    random_of_case = random.Random(case.name)
    last = b""

    async def request() -> None:
        nonlocal last
        answer = await browser.get("/api/v1/accounts/1" + case.make(random_of_case))
        last = answer.body
        if answer.status != 200:
            raise SystemExit(f"{case.name}: {answer.status} {last.decode()}")

    for _ in range(WARM):
        await request()
    counter.count = 0
    began, times = counter.cpu(), [await _timed(request) for _ in range(rounds)]
    ended, queries, shown = counter.cpu(), counter.count // rounds, _numbers(orjson.loads(last))

    async def bare() -> None:
        async with database.transaction(AccountId(1)) as session:
            if case.name.startswith("thread"):
                (await session.execute(_BARE_THREAD, {"id": random_of_case.randint(1, n)})).all()
            else:
                (await session.execute(_BARE, {"ids": shown})).all()

    for _ in range(WARM):
        await bare()
    bare_times = [await _timed(bare) for _ in range(rounds)]
    web, postgres = (1000 * (after - before) / rounds for before, after in zip(began, ended, strict=True))
    quantiles = _quantile(times, 0.5), _quantile(times, 0.95), web, postgres
    return Measured(case.name, *quantiles, queries, len(shown), _quantile(bare_times, 0.95))


class _Counter:
    """Counts statements, the transaction's own apart, and the CPU time of both sides of the one connection in use."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        self._servers: set[int] = set()
        engine = database.bind.sync_engine

        @event.listens_for(engine, "before_cursor_execute")
        def count(connection: Connection, *_: object) -> None:
            self.count += 1
            driver = connection.connection.driver_connection
            assert driver is not None
            self._servers.add(driver.info.backend_pid)

    def cpu(self) -> tuple[float, float]:
        """Seconds that this process and its PostgreSQL servers have used so far."""
        return time.process_time(), sum(_on_cpu(pid) for pid in self._servers)


def _on_cpu(pid: int) -> float:
    """Linux counts it in nanoseconds; elsewhere it is not known."""
    path = Path(f"/proc/{pid}/schedstat")
    return int(path.read_text().split()[0]) / 1e9 if path.exists() else float("nan")


async def _browser(app: FastAPI, deps: Deps, user_id: int) -> Browser:
    async with deps.database.transaction() as session:
        opened = await sign_in.open_session(session, UserId(user_id), Place("127.0.0.1", "bench"), deps.clock.now())
    return Browser(app, f"{principals.SESSION_COOKIE}={opened.secret}")


def _numbers(body: dict[str, object]) -> list[int]:
    data = body.get("data", body)
    payload = data.get("payload", []) if isinstance(data, dict) else []
    found = payload if isinstance(payload, list) else []
    return [each["id"] for each in found]


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    began = time.perf_counter()
    await work()
    return (time.perf_counter() - began) * 1000


def _quantile(times: Sequence[float], q: float) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[round(q * 100) - 1]


def _fixed(path: str) -> Callable[[random.Random], str]:
    return lambda _random: path


def report(found: Sequence[Measured], n: int, seeded: float) -> int:
    """Print the table; 1 if a case is over the limit."""
    print(f"\n{n:,} conversations, {n * MESSAGES_EACH:,} messages in one account (seeded in {seeded:.0f} s)\n")
    print(
        f"{'request':<28}{'p50 ms':>8}{'p95 ms':>8}{'web cpu':>9}{'pg cpu':>8}"
        f"{'queries':>9}{'rows':>6}{'bare p95':>10}{'ratio':>7}"
    )
    for each in found:
        mark = "" if each.p95 <= LIMIT_MS else "  over"
        ratio = each.p95 / each.bare_p95
        print(
            f"{each.name:<28}{each.p50:>8.1f}{each.p95:>8.1f}{each.web:>9.1f}{each.postgres:>8.1f}"
            f"{each.queries:>9}{each.rows:>6}{each.bare_p95:>10.1f}{ratio:>7.1f}{mark}"
        )
    web, postgres = (statistics.mean(each) for each in zip(*((one.web, one.postgres) for one in found), strict=True))
    print(f"{'mean':<28}{'':>16}{web:>9.1f}{postgres:>8.1f}")
    over = [each.name for each in found if each.p95 > LIMIT_MS]
    print(f"\n{len(found) - len(over)} of {len(found)} within {LIMIT_MS:.0f} ms at p95")
    return 1 if over else 0


def main() -> int:
    """Seed, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=60)
    parser.add_argument("--data", type=Path, help="keep the filled database here, or measure the one that is here")
    arguments = parser.parse_args()
    n = max(10_000, int(CONVERSATIONS * arguments.scale))
    machine.main()
    with ExitStack() as stack:
        logging.configure(stream=stack.enter_context(Path(os.devnull).open("w", encoding="utf-8")))
        folder = arguments.data
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kt-inbox-", dir="/tmp")))
        folder.mkdir(mode=0o755, exist_ok=True)
        folder.chmod(0o755)
        filled = folder / f"filled-{n}"
        urls = stack.enter_context(road.server(folder))
        began = time.perf_counter()
        if not filled.exists():
            database = str(conninfo_to_dict(urls.url)["dbname"])
            seed(replaced(urls.superuser_url or "", dbname=database), n)
            filled.touch()
        seeded = time.perf_counter() - began
        found = uvloop.run(measure(urls.url, n, arguments.rounds))
    return report(found, n, seeded)


if __name__ == "__main__":
    raise SystemExit(main())
