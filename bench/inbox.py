"""Measures every list and thread of the workbench, in one account of a million conversations, five million messages.

Requests go through the whole application (in process, without a socket); beside each figure stands what a bare SELECT
of the same rows by their key costs in the same run. `--scale 0.1` seeds a tenth.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import psycopg
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import event, text

from bench import machine, road
from kaitak.accounts import identity, sign_in
from kaitak.accounts.sign_in import Place
from kaitak.api import principals
from kaitak.api.deps import Deps
from kaitak.app import create_app
from kaitak.channels.endpoints import InboxDefaults
from kaitak.conversations import search_index
from kaitak.conversations.links import Links
from kaitak.core.clock import SystemClock
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId, UserId
from kaitak.db.session import Database
from kaitak.db.urls import replaced

LIMIT_MS = 50.0
CONVERSATIONS = 1_000_000
MESSAGES_EACH = 5
AGENTS = 40
_PEOPLE = """
insert into account (id, name, last_display_id) overriding system value values (1, 'Bench', %(n)s);
insert into users (id, email, name) overriding system value
  select i, 'agent' || i || '@bench.example', 'Agent ' || i from generate_series(1, %(agents)s + 1) i;
insert into account_user (account_id, user_id, role)
  select 1, i, case when i = 1 then 'administrator' else 'agent' end from generate_series(1, %(agents)s + 1) i;
insert into team (account_id, id, name) overriding system value
  select 1, i, 'Team ' || i from generate_series(1, 8) i;
insert into inbox (account_id, id, name, channel, identifier, config_encrypted) overriding system value
  select 1, i, 'Inbox ' || i, 'api', 'bench-' || i, '' from generate_series(1, 12) i;
insert into inbox_member (account_id, inbox_id, user_id)
  select 1, b, u from generate_series(1, 12) b, generate_series(2, %(agents)s + 1) u where (b + u) %% 3 = 0;
insert into label (account_id, title) select 1, t from unnest(array['rare', 'usual', 'frequent']) t;
"""
_CONTACTS = """
insert into contact (account_id, id, name, email, last_activity_at) overriding system value
  select 1, i,
    (array['陳','李','黃','張','林','王','吳','劉','鄭','何'])[1 + i %% 10] ||
    (array['大','小','志','美','家','嘉','俊','詠','子','曉'])[1 + (i / 10) %% 10] ||
    (array['文','明','玲','華','強','欣','儀','豪','晴','希'])[1 + (i / 100) %% 10] || ' ' ||
    (array['Chan','Lee','Wong','Cheung','Lam','Ng','Lau','Ho','Cheng','Yip'])[1 + i %% 10] || ' ' ||
    to_hex(i * 7919::bigint),
    'c' || i || '@bench.example', now() - i * interval '3 seconds'
  from generate_series(1, %(n)s / 2) i;
insert into contact_inbox (account_id, id, contact_id, inbox_id, source_id, current_conversation_id)
  overriding system value
  select 1, i, i, case when i %% 2000 = 0 then 12 else 1 + (i %% 11) end, 's' || i, null
  from generate_series(1, %(n)s / 2) i;
"""
_CONVERSATIONS = """
insert into conversation (account_id, id, display_id, inbox_id, contact_id, contact_inbox_id, status, owner,
    assignee_id, team_id, last_seq, last_activity_at, created_at, snoozed_until)
  overriding system value
  select 1, i, i, case when c %% 2000 = 0 then 12 else 1 + (c %% 11) end, c, c, s,
    case s when 'pending' then 'bot' when 'resolved' then 'bot' else case when a then 'human' else 'queued' end end,
    case when a and s <> 'pending' then 2 + abs(hashint8(i + 3) %% %(agents)s) end,
    case when abs(hashint8(i + 1) %% 7) = 0 then 1 + abs(hashint8(i + 2) %% 8) end,
    %(each)s, at, at - interval '10 minutes',
    case when s = 'snoozed' then now() + interval '1 day' end
  from (
    select i, 1 + (i * 48271::bigint) %% (%(n)s / 2) as c, now() - (%(n)s - i) * interval '2 seconds' as at,
      case when i %% 50 = 0 then 'open' when i %% 100 = 1 then 'pending' when i %% 200 = 3 then 'snoozed'
           else 'resolved' end as s,
      abs(hashint8(i) %% 10) < 3 as a
    from generate_series(1, %(n)s) i) x;
insert into conversation_label (account_id, conversation_id, title)
  select 1, i, 'frequent' from generate_series(1, %(n)s) i where i %% 5 = 0;
insert into conversation_label (account_id, conversation_id, title)
  select 1, i, 'usual' from generate_series(1, %(n)s) i where i %% 60 = 0;
insert into conversation_label (account_id, conversation_id, title)
  select 1, i, 'rare' from generate_series(1, %(n)s) i where i %% 4999 = 0;
"""
_MESSAGES = """
insert into message (account_id, conversation_id, seq, message_type, sender_type, sender_id, content, status,
    created_at)
  select 1, i, s, case when s %% 2 = 1 then 'incoming' else 'outgoing' end,
    case when s %% 2 = 1 then 'contact' else 'bot' end, null,
    (array['我想問下','唔該','你好','請問','麻煩晒','hello ','其實','今日'])[1 + abs(hashint8(i * 8 + s) %% 8)] ||
    (array['張單去咗邊','幾時送到','想退貨','退款未到','改地址得唔得','會員積分','發票','換細碼','門市幾點開','取消訂單',
           'where is my order','refund please','送錯貨','少咗一件','壞咗','優惠碼用唔到',
           '付款失敗','想買禮物卡','預約','投訴']
    )[1 + abs(hashint8(i * 8 + s + 7) %% 20)] ||
    case when (i + s) %% 1000 = 0 then '保溫壺' else '' end ||
    case when s = 1 then ' HK' || i else '' end ||
    (array['呀','？','唔該晒',' thanks','，急','。',' 0' || i %% 100,'囉'])[1 + abs(hashint8(i * 8 + s + 3) %% 8)],
    'sent', now() - (%(n)s - i) * interval '2 seconds'
  from generate_series(%(from)s::bigint, %(to)s::bigint) i, generate_series(1, %(each)s) s;
insert into turn (account_id, conversation_id, from_seq, to_seq, understanding, trace, outcome)
  select 1, i, 1, 1, '{"mood": {"sentiment": "neutral", "emotion": "calm", "urgency": "normal"}}', '[]', 'answered'
  from generate_series(%(from)s::bigint, %(to)s::bigint) i where i %% 3 = 0;
"""
_TEXTS = """
set maintenance_work_mem = '1GB';
drop index message_text_grams;
insert into message_text (account_id, message_id, conversation_id, inbox_id, block, folded)
  select 1, m.id, m.conversation_id, c.inbox_id, (row_number() over (order by m.id) - 1) / 50000,
    translate(lower(m.content), %(written)s, %(folded)s)
  from message m join conversation c on c.account_id = 1 and c.id = m.conversation_id where m.account_id = 1;
insert into message_text_state (account_id, settled_id, texts)
  select 1, max(message_id), count(*) from message_text;
create index message_text_grams on message_text using gin (text_grams(account_id, block, folded));
alter index message_text_grams alter column 1 set statistics 0
"""
_HAN = re.compile("[\u4e00-\u9fff]")
_SEQUENCES = """
select setval(pg_get_serial_sequence(t, 'id'), 100000000)
  from unnest(array['account', 'users', 'team', 'inbox', 'contact', 'contact_inbox', 'conversation']) t
"""
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


def seed(superuser_url: str, n: int) -> None:
    """Fill one account; foreign keys are not checked row by row while seeding."""
    values: dict[str, int] = {"n": n, "agents": AGENTS, "each": MESSAGES_EACH}
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute("set maintenance_work_mem = '256MB'")
        for script in (_PEOPLE, _CONTACTS, _CONVERSATIONS):
            _run(connection, script, values)
        step = 100_000
        for first in range(1, n + 1, step):
            _run(connection, _MESSAGES, {**values, "from": first, "to": min(n, first + step - 1)})
        written = "".join(sorted(set(_HAN.findall(_MESSAGES))))
        _run(connection, _TEXTS, {"written": written, "folded": "".join(search_index.fold(each) for each in written)})
        connection.execute(_SEQUENCES)
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


def _run(connection: psycopg.Connection[tuple[object, ...]], script: str, values: Mapping[str, int | str]) -> None:
    for statement in script.split(";\n"):
        if statement.strip():
            connection.execute(statement.encode(), values)


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
        async with admin, agent:
            return [
                await _one(case, agent if case.as_agent else admin, database, counter, n=n, rounds=rounds)
                for case in cases(n)
            ]


async def _one(
    case: Case, http: httpx.AsyncClient, database: Database, counter: _Counter, *, n: int, rounds: int
) -> Measured:
    random_of_case = random.Random(case.name)
    shown: list[int] = []

    async def request() -> None:
        nonlocal shown
        answer = await http.get("/api/v1/accounts/1" + case.make(random_of_case))
        if answer.status_code != 200:
            raise SystemExit(f"{case.name}: {answer.status_code} {answer.text}")
        shown = _numbers(answer.json())

    for _ in range(5):
        await request()
    counter.count = 0
    times = [await _timed(request) for _ in range(rounds)]
    queries = counter.count // rounds

    async def bare() -> None:
        async with database.transaction(AccountId(1)) as session:
            if case.name.startswith("thread"):
                (await session.execute(_BARE_THREAD, {"id": random_of_case.randint(1, n)})).all()
            else:
                (await session.execute(_BARE, {"ids": shown})).all()

    for _ in range(5):
        await bare()
    bare_times = [await _timed(bare) for _ in range(rounds)]
    return Measured(
        case.name, _quantile(times, 0.5), _quantile(times, 0.95), queries, len(shown), _quantile(bare_times, 0.95)
    )


class _Counter:
    """Counts statements, the transaction's own apart."""

    def __init__(self, database: Database) -> None:
        self.count = 0
        engine = database.bind.sync_engine

        @event.listens_for(engine, "before_cursor_execute")
        def count(*_: object) -> None:
            self.count += 1


async def _browser(app: object, deps: Deps, user_id: int) -> httpx.AsyncClient:
    async with deps.database.transaction() as session:
        opened = await sign_in.open_session(session, UserId(user_id), Place("127.0.0.1", "bench"), deps.clock.now())
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bench.test")  # type: ignore[arg-type]
    http.cookies.set(principals.SESSION_COOKIE, opened.secret)
    return http


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
    print(f"{'request':<28}{'p50 ms':>8}{'p95 ms':>8}{'queries':>9}{'rows':>6}{'bare p95':>10}{'ratio':>7}")
    for each in found:
        mark = "" if each.p95 <= LIMIT_MS else "  over"
        ratio = each.p95 / each.bare_p95
        print(
            f"{each.name:<28}{each.p50:>8.1f}{each.p95:>8.1f}{each.queries:>9}{each.rows:>6}"
            f"{each.bare_p95:>10.1f}{ratio:>7.1f}{mark}"
        )
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
        found = asyncio.run(measure(urls.url, n, arguments.rounds))
    return report(found, n, seeded)


if __name__ == "__main__":
    raise SystemExit(main())
