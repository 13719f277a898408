"""How the channels hold up: webhooks acknowledged under load, identity at the first message, a platform's outage.

./run bench channels acks                    each connector: 100 signed messages a second, acknowledged when stored
./run bench channels identify                first messages of known numbers among a million contacts, the ERP asked
./run bench channels outage --minutes 10     platforms that refuse everything for so long, then everything delivered

Everything is durable; web and worker are processes of their own. Each figure stands beside a bound of the same run.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import aiohttp
import orjson
import psycopg
from aiohttp import web

from bench import channels_identity, machine, road
from bench.road_load import percentile
from kaitak.channels import registry
from kaitak.channels.contract import takes_webhook
from kaitak.channels.live import seal
from kaitak.core.crypto import Keyring
from kaitak.core.ids import AccountId
from kaitak.db.urls import ServerUrls
from tests.channels.test_contract import CASES
from tests.platforms import meta, server
from tests.platforms.dingtalk import DingTalk
from tests.platforms.line import Line
from tests.platforms.server import Fault, Json, Platform, Shown
from tests.platforms.sms import Sms
from tests.platforms.telegram import Telegram
from tests.platforms.wechat import WeChat
from tests.platforms.wecom import WeCom

MUST_MS, AIM_MS = 50.0, 20.0


class OwnServer(Platform):
    """The API channel: a business's own server, which only calls here."""

    async def answer(self, request: web.Request) -> web.Response:
        raise NotImplementedError(request.path)

    def error(self, fault: Fault) -> web.Response:
        raise NotImplementedError(fault)

    def tapped(self, shown: Shown, title: str, value: str) -> Json:
        raise NotImplementedError(title)

    def said(self, sender: str, text: str, number: str = "") -> Json:
        return {"id": number or self.number(), "source_id": sender, "content": text}

    def call(self, body: bytes) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        made = CASES["api"].request(body, self.now())
        return made.body, made.headers, made.query


DOUBLES: Mapping[str, Callable[[], Platform]] = {
    "whatsapp": meta.WhatsApp,
    "messenger": meta.Pages,
    "instagram": lambda: meta.Pages(product="instagram", account="17841400000000001", longest=1000),
    "line": lambda: Line(monthly=10**9),
    "telegram": Telegram,
    "wechat": WeChat,
    "dingtalk": DingTalk,
    "sms": Sms,
    "wecom": WeCom,  # its call says only that something waits
    "api": OwnServer,
}
PEOPLE = 200
D = TypeVar("D")


def people(channel: str, count: int) -> list[str]:
    """Addresses of customers as this channel has them."""
    first = {"whatsapp": 85260000000, "sms": 85260000000, "telegram": 555000, "messenger": 24000, "instagram": 34000}
    if channel not in first:
        return [f"customer{number:05d}" for number in range(count)]
    plus = "+" if channel == "sms" else ""
    return [f"{plus}{first[channel] + number}" for number in range(count)]


def seed(urls: ServerUrls, key: str, addresses: Mapping[str, str], *, bot_enabled: bool) -> dict[str, str]:
    """An account with an inbox of each channel, whose platform is at its address; answers where their hooks are."""
    hooks = {}
    with psycopg.connect(urls.admin_url or "", autocommit=True) as connection:
        row = connection.execute("insert into account (name) values ('bench') returning id").fetchone()
        assert row is not None
        for name, address in addresses.items():
            kind = registry.connector_class(name).config_type
            where = {"api_base": address} if "api_base" in kind.model_fields else {}
            config = kind.model_validate({**CASES[name].config, **where})
            identifier = secrets.token_urlsafe(24)
            connection.execute(
                "insert into inbox (account_id, name, channel, identifier, config_encrypted, bot_enabled)"
                " values (%s, %s, %s, %s, %s, %s)",
                (row[0], name, name, identifier, seal(Keyring(key), AccountId(row[0]), config), bot_enabled),
            )
            hooks[name] = f"/v1/hooks/{name}/{identifier}"
    return hooks


async def post(http: aiohttp.ClientSession, platform: Platform, sender: str, text: str) -> float:
    """One event, signed by its platform; how long its acknowledgement took, in seconds."""
    said = platform.said(sender, text)
    raw, headers, query = platform.call(said if isinstance(said, bytes) else orjson.dumps(said))
    begun = time.perf_counter()
    async with http.post(platform.hook, data=raw, headers=dict(headers), params=dict(query)) as answer:
        await answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{platform.hook}: HTTP {answer.status}")
    return time.perf_counter() - begun


async def paced(rate: float, seconds: float, once: Callable[[int], asyncio.Future[D] | asyncio.Task[D]]) -> list[D]:
    """Begin so many a second, come what may; what each gave, in the order in which they were begun."""
    due, tasks = time.perf_counter(), []
    for number in range(int(rate * seconds)):
        due += 1 / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(once(number))
    return list(await asyncio.gather(*tasks))


async def acknowledge(urls: ServerUrls, hooks: Mapping[str, str], base: str, asked: argparse.Namespace) -> None:
    """The table of acknowledgements, and their bound: what a commit of one row takes at the same rate."""
    bound = await commits(urls, asked.rate, asked.seconds)
    print(f"{'a commit of one row':<22} p50 {percentile(bound, 0.5):7.1f} ms   p99 {percentile(bound, 0.99):7.1f} ms")
    left_out = {name for name, kind in registry.CONNECTORS.items() if takes_webhook(kind)} - set(DOUBLES)
    if left_out:
        raise RuntimeError(f"nobody calls: {', '.join(sorted(left_out))}")
    worst = 0.0
    connector = aiohttp.TCPConnector(limit=64)
    async with aiohttp.ClientSession(connector=connector) as http:
        for name, path in hooks.items():
            platform = DOUBLES[name]()
            platform.hook = base + path
            senders = people(name, PEOPLE)
            for sender in senders:
                await post(http, platform, sender, "你好")

            def once(number: int, platform: Platform = platform, senders: list[str] = senders) -> asyncio.Task[float]:
                return asyncio.create_task(post(http, platform, senders[number % PEOPLE], f"第{number}句"))

            found = await paced(asked.rate, asked.seconds, once)
            p99 = percentile(found, 0.99)
            worst = max(worst, p99)
            ratio = p99 / max(0.1, percentile(bound, 0.99))
            print(
                f"{name:<22} p50 {percentile(found, 0.5):7.1f} ms   p99 {p99:7.1f} ms (must {MUST_MS:.0f})"
                f"   p99 / commit {ratio:5.1f}   ({len(found)} messages)",
                flush=True,
            )
    silent = sorted(name for name, kind in registry.CONNECTORS.items() if not takes_webhook(kind))
    print(f"without a webhook: {', '.join(silent)}")
    verdict = "aim reached" if worst <= AIM_MS else "must reached" if worst <= MUST_MS else "missed"
    print(f"must {MUST_MS:.0f} ms, aim {AIM_MS:.0f} ms at {asked.rate:.0f} a second: {verdict}")


async def commits(urls: ServerUrls, rate: float, seconds: float) -> list[float]:
    """How long one row's durable commit takes at this rate, in seconds each."""
    free: asyncio.Queue[psycopg.AsyncConnection[tuple[object, ...]]] = asyncio.Queue()
    for _ in range(4):
        free.put_nowait(await psycopg.AsyncConnection.connect(urls.admin_url or "", autocommit=True))
    first = free.get_nowait()
    await first.execute("create table bench_commit (id bigint generated always as identity, said text)")
    free.put_nowait(first)

    async def commit() -> float:
        begun = time.perf_counter()
        connection = await free.get()
        await connection.execute("insert into bench_commit (said) values (repeat('x', 400))")
        free.put_nowait(connection)
        return time.perf_counter() - begun

    found = await paced(rate, seconds, lambda _: asyncio.create_task(commit()))
    while not free.empty():
        await free.get_nowait().close()
    return found


@contextmanager
def worker(urls: ServerUrls, folder: Path, key: str, longest_retry: float) -> Iterator[None]:
    """A worker whose longest pause between two attempts is shortened, so that the wait afterwards is."""
    code = (
        "from datetime import timedelta\nfrom kaitak.conversations import delivery\n"
        f"delivery.LONGEST_RETRY = timedelta(seconds={longest_retry})\n"
        "delivery.MAX_ATTEMPTS = 10_000\nfrom kaitak.cli import main\nmain()"
    )
    environment = dict(
        os.environ,
        KAITAK_DATA_DIR=str(folder / "data"),
        KAITAK_SECRET_KEY=key,
        KAITAK_DB__URL=urls.url,
        KAITAK_HTTP__ALLOW_PRIVATE="127.0.0.1",
        KAITAK_LOG__LEVEL="error",
    )
    with (folder / "worker.log").open("ab") as log:
        running = subprocess.Popen([sys.executable, "-c", code, "worker"], env=environment, stdout=log, stderr=log)
        try:
            road.wait_until_turning(urls, 1)
            yield
        finally:
            running.terminate()
            running.wait(60)


async def suffer(
    urls: ServerUrls, hooks: Mapping[str, str], base: str, platforms: Mapping[str, Platform], minutes: float
) -> None:
    """Messages come while every platform refuses ours; afterwards each is delivered once and in order."""
    for name, path in hooks.items():
        platforms[name].hook = base + path
    refusals: tuple[Fault, ...] = ("broken", "limited", "broken", "broken")
    down = itertools.cycle(refusals)
    begun, numbers = time.perf_counter(), itertools.count()
    async with aiohttp.ClientSession() as http:
        while time.perf_counter() - begun < minutes * 60:
            number = next(numbers)
            for name, platform in platforms.items():
                if len(platform.faults) < 500:
                    platform.faults.extend(next(down) for _ in range(500))
                sender = people(name, PEOPLE)[number % 20]
                await post(http, platform, sender, ("你好", "唔該晒", "多謝你", "hello")[number % 4])
            await asyncio.sleep(0.5)
        print(f"down for {minutes:g} minutes; {next(numbers) * len(platforms)} messages came", flush=True)
        for platform in platforms.values():
            assert not platform.shown, "a platform that is down showed something"
            platform.faults.clear()
        begun = time.perf_counter()
        query = "select count(*) from delivery where status = 'pending'"
        while waiting(urls, query):  # noqa: ASYNC110 (the worker is another process)
            await asyncio.sleep(1)
        print(f"all delivered {time.perf_counter() - begun:.0f} s after they were back", flush=True)
    compare(urls, platforms)
    print("must: everything delivered afterwards, in order, once: reached")


def waiting(urls: ServerUrls, query: str) -> int:
    """The one number that a query answers."""
    with psycopg.connect(urls.admin_url or "") as connection:
        row = connection.execute(query.encode()).fetchone()
    return int(str(row[0])) if row else 0


def compare(urls: ServerUrls, platforms: Mapping[str, Platform]) -> None:
    """What each customer's phone shows is what was said to them: once, in order."""
    with psycopg.connect(urls.admin_url or "") as connection:
        rows = connection.execute(
            "select i.channel, ci.source_id, array_agg(m.content order by c.id, m.seq), array_agg(distinct d.status)"
            " from delivery d join message m on m.id = d.message_id join conversation c on c.id = m.conversation_id"
            " join inbox i on i.id = c.inbox_id join contact_inbox ci on ci.id = c.contact_inbox_id group by 1, 2"
        ).fetchall()
    counts: Counter[str] = Counter()
    for channel, source, said, states in rows:
        shown = [each.text for each in platforms[channel].shown if each.to == source]
        assert states == ["sent"], (channel, source, states)
        assert shown == said, (channel, source, len(shown), len(said))
        counts[channel] += len(said)
    print("once and in order: " + ", ".join(f"{name} {count}" for name, count in counts.items()), flush=True)


async def run(folder: Path, urls: ServerUrls, asked: argparse.Namespace) -> None:
    """One of the three on one server."""
    key, port = secrets.token_urlsafe(48), road.free_port()
    base = f"http://127.0.0.1:{port}"
    async with AsyncExitStack() as stack:
        if asked.what == "acks":
            names = asked.only or list(DOUBLES)
            hooks = seed(urls, key, dict.fromkeys(names, "http://127.0.0.1:1"), bot_enabled=False)
            stack.enter_context(road.program(urls, folder, key, port=port, sink=1, workers=0))
            await acknowledge(urls, hooks, base, asked)
            return
        platforms = {
            name: await stack.enter_async_context(server.running(DOUBLES[name]()))
            for name in ("whatsapp", "line", "telegram")
        }
        hooks = seed(urls, key, {name: each.url for name, each in platforms.items()}, bot_enabled=True)
        stack.enter_context(road.program(urls, folder, key, port=port, sink=1, workers=0))
        stack.enter_context(worker(urls, folder, key, asked.longest_retry))
        await suffer(urls, hooks, base, platforms, asked.minutes)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("acks", "identify", "outage"))
    parser.add_argument("--rate", type=float, default=100, help="messages a second")
    parser.add_argument("--seconds", type=float, default=15, help="of load for each connector")
    parser.add_argument("--only", action="append", choices=list(DOUBLES), help="these connectors; default: all")
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--messages", type=int, default=200, help="first messages to identify")
    parser.add_argument("--minutes", type=float, default=10, help="of outage")
    parser.add_argument("--longest-retry", type=float, default=20, help="seconds between two attempts at most")
    asked = parser.parse_args()
    machine.main()
    with tempfile.TemporaryDirectory(prefix="kaitak-bench-", dir="/tmp") as name:
        folder = Path(name)
        folder.chmod(0o755)
        with road.server(folder) as urls:
            if asked.what == "identify":
                channels_identity.measure(urls, folder, contacts=asked.contacts, messages=asked.messages)
            else:
                asyncio.run(run(folder, urls, asked))


if __name__ == "__main__":
    main()
