"""Measures segments over a million contacts of one account: the first page, a far page and the live count of each.

Requests go through the search itself, as the endpoints call it. `--scale 0.1` seeds a tenth; `--explain` prints plans.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict
from pydantic import TypeAdapter
from sqlalchemy import ColumnElement, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from bench import machine, road
from kaitak.contacts import choosing, queries
from kaitak.contacts.conditions import Node
from kaitak.contacts.models import Contact
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.db.urls import replaced

CONTACTS = 1_000_000
LIMIT_MS = 200.0
_SEED = """
insert into account (id, name) overriding system value values (1, 'Bench');
insert into inbox (account_id, id, name, channel, identifier, config_encrypted) overriding system value
  select 1, i, 'Inbox ' || i, case when i = 1 then 'line' else 'web_widget' end, 'bench-' || i, ''
  from generate_series(1, 4) i;
insert into custom_attribute_definition
  (account_id, attribute_model, attribute_key, attribute_display_name, attribute_display_type, attribute_values)
  values (1, 'contact_attribute', 'tier', 'Tier', 'list', '{gold,silver,plain}'),
         (1, 'contact_attribute', 'points', 'Points', 'number', '{}'),
         (1, 'contact_attribute', 'joined', 'Joined', 'date', '{}'),
         (1, 'contact_attribute', 'shop', 'Shop', 'text', '{}');
insert into company (account_id, id, name, domain) overriding system value
  select 1, i, 'Company ' || i, 'c' || i || '.example' from generate_series(1, 20000) i;
insert into contact (account_id, id, name, email, phone_number, company_id, custom_attributes, last_activity_at)
  overriding system value
  select 1, i,
    (array['陳','李','黃','張','林','王','吳','劉','鄭','何'])[1 + i %% 10] ||
    (array['大','小','志','美','家','嘉','俊','詠','子','曉'])[1 + (i / 10) %% 10] ||
    (array['文','明','玲','華','強','欣','儀','豪','晴','希'])[1 + (i / 100) %% 10] || ' ' || to_hex(i * 7919::bigint),
    'u' || i || case when i %% 3 = 0 then '@c' || (1 + abs(hashint8(i)) %% 20000) || '.example' else '@gmail.com' end,
    '+8526' || lpad((i %% 10000000)::text, 7, '0'),
    case when i %% 3 = 0 then 1 + abs(hashint8(i)) %% 20000 end,
    jsonb_build_object(
      'tier', case when i %% 1000 = 0 then 'gold' when i %% 5 = 0 then 'silver' else 'plain' end,
      'points', abs(hashint8(i + 1)) %% 10000, 'shop', 'shop ' || abs(hashint8(i + 2)) %% 400,
      'joined', to_char(date '2026-11-01' - (abs(hashint8(i + 3)) %% 3000)::int, 'YYYY-MM-DD')),
    now() - (abs(hashint8(i + 4)) %% 63072000) * interval '1 second'
  from generate_series(1, %(n)s) i;
insert into contact_field (account_id, contact_id, key, value, number)
  select 1, p.id, f.key, f.value, f.number
  from contact p cross join lateral contact_fields_of(p.custom_attributes, p.email) f;
insert into contact_inbox (account_id, id, contact_id, inbox_id, source_id) overriding system value
  select 1, i, i, case when i %% 500 = 0 then 1 else 2 + i %% 3 end, 's' || i from generate_series(1, %(n)s) i;
insert into conversation (account_id, id, display_id, inbox_id, contact_id, contact_inbox_id, status)
  overriding system value
  select 1, i, i, case when i %% 500 = 0 then 1 else 2 + i %% 3 end, i, i, 'resolved' from generate_series(1, %(n)s) i;
insert into conversation_label (account_id, conversation_id, title)
  select 1, i, case when i %% 2000 = 0 then 'rare' else 'usual' end from generate_series(1, %(n)s) i
  where i %% 2000 = 0 or i %% 10 = 0
"""


def _if(key: str, operator: str, *values: object, own: bool = True) -> dict[str, object]:
    model = "contact_attribute" if own else "standard"
    return {"attribute_key": key, "attribute_model": model, "filter_operator": operator, "values": list(values)}


SEGMENTS: dict[str, dict[str, object]] = {
    "one in five (tier silver)": _if("tier", "equal_to", "silver"),
    "one in a thousand (tier gold)": _if("tier", "equal_to", "gold"),
    "nobody (tier of no one)": _if("tier", "equal_to", "bronze"),
    "not plain": _if("tier", "not_equal_to", "plain"),
    "points under 10": _if("points", "is_less_than", 10),
    "points over 5,000": _if("points", "is_greater_than", 5000),
    "joined within 30 days": _if("joined", "within_days", 30),
    "shop holds '39'": _if("shop", "contains", "39"),
    "seen within 7 days": _if("last_activity_at", "within_days", 7, own=False),
    "not seen for a year": _if("last_activity_at", "days_before", 365, own=False),
    "rare channel": _if("channel", "equal_to", "line", own=False),
    "rare label": _if("labels", "equal_to", "rare", own=False),
    "usual label": _if("labels", "equal_to", "usual", own=False),
    "one company": _if("company_id", "equal_to", 77, own=False),
    "of no company": _if("company_id", "is_not_present", own=False),
    "mail domain": _if("email_domain", "equal_to", "c77.example", own=False),
    "name holds 陳大文": _if("name", "contains", "陳大文", own=False),
    "telephone begins": _if("phone_number", "starts_with", "+85260000", own=False),
    "gold and seen in 90 days": {
        "all": [_if("tier", "equal_to", "gold"), _if("last_activity_at", "within_days", 90, own=False)]
    },
    "gold or rare label": {"any": [_if("tier", "equal_to", "gold"), _if("labels", "equal_to", "rare", own=False)]},
    "silver, over 9,000, one shop": {
        "all": [
            _if("tier", "equal_to", "silver"),
            _if("points", "is_greater_than", 9000),
            _if("shop", "equal_to", "shop 7"),
        ]
    },
}


@dataclass
class Measured:
    """What a segment cost."""

    name: str
    count: int
    page: float
    far: float
    counted: float


def seed(url: str, n: int) -> None:
    """Fill one account; triggers and foreign keys are off while seeding."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")
        for statement in _SEED.split(";\n"):
            connection.execute(statement.encode(), {"n": n})
        connection.execute("vacuum analyze")
        connection.execute("checkpoint")


async def measure(url: str, rounds: int, *, explain: bool) -> list[Measured]:
    """Each segment in turn."""
    found = []
    async with Database.connect(url, pool_size=1) as database:
        for name, raw in SEGMENTS.items():
            node = TypeAdapter[Node](Node).validate_python(raw)
            async with database.transaction(AccountId(1)) as session:
                frame = await choosing.frame_of(session, 1, datetime.now(UTC))
                chosen = choosing.where(node, frame)
                found.append(await _one(session, name, chosen, rounds))
                if explain:
                    await _explain(session, name, chosen)
    return found


async def _one(session: AsyncSession, name: str, chosen: ColumnElement[bool], rounds: int) -> Measured:
    async def page(after: tuple[datetime, int] | None) -> list[tuple[int, datetime]]:
        return await queries.list_contacts(
            session, AccountId(1), q="", inbox_ids=None, after=after, limit=26, where=chosen
        )

    pages, far, counts = [], [], []
    rows, count = await page(None), 0
    for _ in range(rounds):
        began = time.perf_counter()
        rows = await page(None)
        pages.append(time.perf_counter() - began)
        began = time.perf_counter()
        await page((datetime(2025, 11, 1, tzinfo=UTC), 1) if len(rows) == 26 else None)
        far.append(time.perf_counter() - began)
        began = time.perf_counter()
        count = await choosing.count(session, 1, chosen, inbox_ids=None, most=choosing.MOST_LIVE)
        counts.append(time.perf_counter() - began)
    return Measured(name, count, _p95(pages), _p95(far), _p95(counts))


async def _explain(session: AsyncSession, name: str, chosen: ColumnElement[bool]) -> None:
    statement = queries.visible(1, None).where(chosen, Contact.merged_into_id.is_(None)).with_only_columns(Contact.id)
    ordered = statement.order_by(Contact.last_activity_at.desc(), Contact.id.desc()).limit(26)
    written = str(ordered.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[no-untyped-call]
    print(f"\n== {name}")
    for row in await session.execute(text("explain (analyze, buffers) " + written.replace(":", r"\:"))):
        print(row[0])


def _p95(times: Sequence[float]) -> float:
    return statistics.quantiles(times, n=100, method="inclusive")[94] * 1000


def report(found: Sequence[Measured], n: int) -> int:
    """Print the table; 1 if a page is over the limit."""
    print(f"\n{n:,} contacts, p95 in ms; a count while conditions are put together stops at {choosing.MOST_LIVE:,}\n")
    print(f"{'segment':<32}{'contacts':>10}{'page':>9}{'far page':>10}{'count':>9}")
    for each in found:
        over = "  over" if max(each.page, each.far) > LIMIT_MS else ""
        print(f"{each.name:<32}{each.count:>10,}{each.page:>9.1f}{each.far:>10.1f}{each.counted:>9.1f}{over}")
    return 1 if any(max(each.page, each.far) > LIMIT_MS for each in found) else 0


def main() -> int:
    """Seed, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--explain", action="store_true")
    parser.add_argument("--data", type=Path, help="keep the filled database here, or measure the one that is here")
    arguments = parser.parse_args()
    n = max(10_000, int(CONTACTS * arguments.scale))
    machine.main()
    with ExitStack() as stack:
        folder = arguments.data
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kt-segments-", dir="/tmp")))
        folder.mkdir(mode=0o755, exist_ok=True)
        folder.chmod(0o755)
        urls = stack.enter_context(road.server(folder))
        filled = folder / f"filled-{n}"
        if not filled.exists():
            seed(replaced(urls.superuser_url or "", dbname=str(conninfo_to_dict(urls.url)["dbname"])), n)
            filled.touch()
        found = asyncio.run(measure(urls.url, arguments.rounds, explain=arguments.explain))
    return report(found, n)


if __name__ == "__main__":
    raise SystemExit(main())
