"""How long a search takes over an account's pieces, and how many pages a second an import reads, embeds and stores.

./run bench knowledge                 100,000 pieces, 200 searches, 200 imported pages
./run bench knowledge --pieces 20000
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from sqlalchemy import text

from bench import machine
from kaitak import schema
from kaitak.accounts import actions as accounts
from kaitak.accounts.audit import Actor
from kaitak.core.ids import AccountId
from kaitak.db import migrate
from kaitak.db.embedded import EmbeddedPostgres
from kaitak.db.session import Database
from kaitak.knowledge import actions, reading, search
from kaitak.knowledge.actions import Prepared
from kaitak.knowledge.index import KnowledgeShelf
from kaitak.knowledge.reading import Draft
from kaitak.knowledge.search import Asker

NOW = datetime(2025, 11, 19, 4, tzinfo=UTC)
THINGS = tuple(
    re.split(
        " ", "雪櫃 洗衣機 冷氣機 風筒 電飯煲 耳機 電視 手袋 波鞋 外套 手錶 書枱 床褥 單車 相機 平板電腦 喼 眼鏡 背囊 燈"
    )
)
PLACES = tuple(re.split(" ", "離島 市區 新界 九龍 香港島 長洲 南丫島 愉景灣 元朗 沙田"))
SAYINGS = (
    "{thing}保養期為 {n}個月,須憑收據。",
    "{thing}送到{place}收費 ${n}。",
    "{thing}於 {n}日內可退換,包裝須完整。",
    "{place}門市可代收{thing},每次 ${n}。",
    "購買{thing}滿 ${n}免運費到{place}。",
    "{thing}安裝須預約,{place}每日限 {n}宗。",
    "{thing}缺貨時可於{place}預訂,{n}日內到貨。",
    "{thing}不包括人為損壞,檢查費 ${n}。",
)
QUESTIONS = (
    "{thing}保幾耐",
    "送{thing}去{place}要幾多錢",
    "{thing}可唔可以退",
    "喺{place}攞{thing}得唔得",
    "{thing}冇貨點算",
)


def page(number: int) -> bytes:
    """One article of eight pieces."""
    thing, place = THINGS[number % len(THINGS)], PLACES[number // len(THINGS) % len(PLACES)]
    lines = "".join(f"- {each.format(thing=thing, place=place, n=number % 97 + 3)}\n" for each in SAYINGS)
    return f"---\nid: page-{number}\naudience: public\n---\n# {thing}:{place}第{number}號安排\n\n{lines}".encode()


def asked(count: int) -> Iterator[str]:
    """Questions, hardly two the same."""
    for number in range(count):
        shape = QUESTIONS[number % len(QUESTIONS)]
        yield shape.format(thing=THINGS[number * 7 % len(THINGS)], place=PLACES[number * 3 % len(PLACES)])


async def import_pages(database: Database, account_id: AccountId, pages: int) -> tuple[float, float, list[Draft]]:
    """Pages a second and a second of processor, all in one import, as the endpoint does it."""
    began, used = time.perf_counter(), time.process_time()
    read = reading.read_files({f"{number:05}.md": page(number) for number in range(pages)})
    prepared = actions.prepare_all(read.drafts)
    async with database.transaction(account_id) as session:
        await actions.import_articles(session, Actor(account_id, None, None), read.drafts, prepared)
    return pages / (time.perf_counter() - began), pages / (time.process_time() - used), read.drafts


async def fill(database: Database, account_id: AccountId, wanted: int) -> None:
    """Copy the pieces until there are as many as wanted, each copy with a vector and an article of its own."""
    chooser = np.random.default_rng(1)
    async with database.transaction(account_id) as session:
        rows = (
            await session.execute(
                text("select kind, heading, text, bigrams::text, vector, place from chunk where account_id = :a"),
                {"a": account_id},
            )
        ).all()
    copies: Prepared = []
    for number in range(wanted - len(rows)):
        kind, heading, told, bigrams, vector, place = rows[number % len(rows)]
        shaken = np.frombuffer(vector, np.float16).astype(np.float32) + chooser.normal(0, 0.02, 512)
        shaken /= np.linalg.norm(shaken)
        copies.append(
            {"a": account_id, "n": number // 8, "k": kind, "h": heading, "t": told, "b": bigrams, "p": place}
            | {"v": shaken.astype(np.float16).tobytes()}
        )
    async with database.transaction(account_id) as session:
        await session.execute(
            text(
                """insert into article (account_id, key, title, locale, audience)
                   select :a, 'copy-' || n, 'copy ' || n, 'zh-HK', 'public' from generate_series(0, :most) n"""
            ),
            {"a": account_id, "most": len(copies) // 8},
        )
        insert = text(
            """insert into chunk (account_id, article_id, version, place, kind, group_number, heading, text, bigrams,
                                  vector)
               select :a, id, 1, :p, :k, 1, :h, :t, cast(:b as tsvector), :v
               from article where account_id = :a and key = 'copy-' || cast(:n as text) on conflict do nothing"""
        )
        for start in range(0, len(copies), 5000):
            await session.execute(insert, copies[start : start + 5000])


async def measure(url: str, pieces: int, searches: int, pages: int) -> dict[str, float]:
    """All figures."""
    async with Database.connect(url, pool_size=2) as database:
        async with database.transaction() as session:
            account_id = AccountId((await accounts.create_account(session, "Bench")).id)
        actions.prepare("warm", reading.read_text("warm.md", "warm up").pieces)
        rate, rate_cpu, _ = await import_pages(database, account_id, pages)
        await fill(database, account_id, pieces)
        shelf, asker = KnowledgeShelf(), Asker(account_id=account_id, now=NOW, pack="retail")
        spans: list[float] = []
        used: list[float] = []
        began = time.perf_counter()
        async with database.transaction(account_id) as session:
            await search.search(session, shelf, "風筒保幾耐", asker)
        first = time.perf_counter() - began
        for question in asked(searches):
            began, processor = time.perf_counter(), time.process_time()
            async with database.transaction(account_id) as session:
                await search.search(session, shelf, question, asker)
            spans.append((time.perf_counter() - began) * 1000)
            used.append((time.process_time() - processor) * 1000)
    return {
        "pieces": float(pieces),
        "import_pages_per_s": round(rate, 1),
        "import_pages_per_cpu_s": round(rate_cpu, 1),
        "first_search_s": round(first, 2),
        "search_p50_ms": round(float(np.percentile(spans, 50)), 1),
        "search_p95_ms": round(float(np.percentile(spans, 95)), 1),
        "search_cpu_p50_ms": round(float(np.percentile(used, 50)), 1),
        "search_cpu_p95_ms": round(float(np.percentile(used, 95)), 1),
    }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pieces", type=int, default=100_000)
    parser.add_argument("--searches", type=int, default=200)
    parser.add_argument("--pages", type=int, default=200)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kaitak-kb-", dir="/tmp") as place:
        Path(place).chmod(0o755)
        embedded = EmbeddedPostgres(Path(place) / "pg", allow_root=True, tell=print)
        try:
            server = embedded.start()
            migrate.upgrade(server.admin_url or "", server.url, schema.metadata)
            figures = asyncio.run(measure(server.url, wanted.pieces, wanted.searches, wanted.pages))
        finally:
            embedded.stop()
    print(json.dumps({"machine": machine.facts(), **figures}, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
