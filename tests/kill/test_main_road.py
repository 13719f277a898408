"""Proves that death loses nothing: 2,000 messages, repeated and reordered, while every process is killed at random."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

import aiohttp
import orjson
import pytest
from aiohttp import web

from tests.kill.site import ROLES, Site, free_port

CONVERSATIONS = 100
ROUNDS = 20
SEEDS = [int(seed) for seed in os.environ.get("KILL_SEEDS", "1").split(",")]
# Small talk and an order question without its number. Several that arrive as one turn may be too much for the bot:
# then a person takes over, and what comes later is that person's.
TEXTS = ("你好", "我想查下張單去到邊", "唔該晒", "hello", "我張單幾時到呀", "多謝你")
PATIENCE = 240.0


class Sink:
    """The caller's own server: takes the bot's messages, remembers how often each came, sometimes fails."""

    def __init__(self, chance: random.Random) -> None:
        self.taken: Counter[str] = Counter()
        self.order: dict[str, list[int]] = {}
        self._chance = chance

    async def take(self, request: web.Request) -> web.Response:
        """Fail now and then, before or after taking."""
        fate = self._chance.random()
        if fate < 0.03:
            return web.Response(status=503)
        body = orjson.loads(await request.read())
        key = request.headers["X-Kaitak-Delivery"]
        if not self.taken[key]:
            self.order.setdefault(body["source_id"], []).append(int(key))
        self.taken[key] += 1
        return web.Response(status=500 if fate > 0.98 else 200)


class Sender:
    """A provider that repeats what was not acknowledged, and some of what was, late and out of turn."""

    def __init__(self, site: Site, http: aiohttp.ClientSession, chance: random.Random) -> None:
        self._site = site
        self._http = http
        self._chance = chance
        self._waiting = [asyncio.Lock() for _ in range(CONVERSATIONS)]
        self.accepted = 0
        self.repeated = 0

    async def send(self, conversation: int, number: int) -> None:
        """Send one message until it is acknowledged; then, sometimes, send it or an older one again."""
        async with self._waiting[conversation]:
            await self._until_accepted(conversation, number)
            self.accepted += 1
        if self._chance.random() < 0.35:
            self.repeated += 1
            await asyncio.sleep(self._chance.random())
            await self._until_accepted(conversation, self._chance.randint(0, number))

    async def _until_accepted(self, conversation: int, number: int) -> None:
        body = orjson.dumps(
            {
                "id": f"{conversation}-{number}",
                "source_id": f"c{conversation}",
                "content": f"{TEXTS[number % len(TEXTS)]}",
                "contact": {"name": f"客人{conversation}"},
            }
        )
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            stamp = str(int(time.time()))
            digest = hmac.new(self._site.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
            headers = {"X-Kaitak-Timestamp": stamp, "X-Kaitak-Signature": f"sha256={digest}"}
            url = f"http://127.0.0.1:{self._site.port}/v1/hooks/api/{self._site.identifier}"
            try:
                async with self._http.post(url, data=body, headers=headers) as reply:
                    if reply.status == 200:
                        return
                    assert reply.status in (500, 503), await reply.text()
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass
            await asyncio.sleep(0.05 + self._chance.random() * 0.2)
        raise AssertionError(f"message {conversation}-{number} was not accepted in time")


@pytest.mark.kill
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", SEEDS)
async def test_death_loses_nothing_and_doubles_nothing(short_dir: Path, seed: int) -> None:
    chance = random.Random(seed)
    sink_port = free_port()
    sink = Sink(chance)
    runner = await _serve(sink, sink_port)
    site = await asyncio.to_thread(Site, short_dir, sink_port)
    log = ""
    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
            sender = Sender(site, http, chance)
            killed = await _rounds(site, sender, chance)
        await _until_quiet(site)
        assert sender.accepted == CONVERSATIONS * ROUNDS
        _check_stored(site)
        _check_answered(site)
        _check_delivered(site, sink)
        assert sum(killed.values()) >= ROUNDS
        assert sender.repeated > 300
    finally:
        log = await asyncio.to_thread(site.stop)
        await runner.cleanup()
        sys.stdout.write(log[-4000:])  # pytest shows it when the test fails
    assert "Traceback" not in log or "OperationalError" in log or "DatabaseUnavailable" in log


async def _serve(sink: Sink, port: int) -> web.AppRunner:
    app = web.Application()
    app.router.add_post("/", sink.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


async def _rounds(site: Site, sender: Sender, chance: random.Random) -> Counter[str]:
    """Every conversation writes once a round; in every round something dies."""
    killed: Counter[str] = Counter()
    tasks = []
    for number in range(ROUNDS):
        conversations = list(range(CONVERSATIONS))
        chance.shuffle(conversations)
        tasks += [asyncio.create_task(sender.send(conversation, number)) for conversation in conversations]
        await asyncio.sleep(chance.random() * 1.5)
        role = ROLES[number % 4] if number < 4 else chance.choice(ROLES)
        killed[role] += 1
        await asyncio.to_thread(site.kill, role)
        await asyncio.sleep(1 + chance.random() * 2)
    await asyncio.gather(*tasks)
    return killed


async def _until_quiet(site: Site) -> None:
    """Wait until nothing is left to do but to remind silent customers later; it must come to that by itself."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        waiting = site.query(
            "select (select count(*) from conversation where turn_due_at < now() + interval '10 minutes'),"
            " (select count(*) from delivery where status = 'pending')"
        )
        if waiting == [(0, 0)]:
            return
        await asyncio.sleep(0.5)
    raise AssertionError(f"still waiting: {waiting}")


def _check_stored(site: Site) -> None:
    """Every accepted message is there once, in the order in which its sender sent it."""
    rows = site.query(
        "select ci.source_id, array_agg(e.external_id order by m.seq) from message m"
        " join inbound_event e on e.account_id = m.account_id and e.id = m.inbound_event_id"
        " join conversation c on c.account_id = m.account_id and c.id = m.conversation_id"
        " join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id"
        " where m.message_type = 'incoming' group by ci.source_id"
    )
    assert len(rows) == CONVERSATIONS
    for source, ids in rows:
        assert ids == [f"{str(source)[1:]}-{number}" for number in range(ROUNDS)]
    ledger = site.query("select outcome, count(*) from inbound_event group by outcome")
    assert ledger == [("stored", CONVERSATIONS * ROUNDS)]
    assert site.query("select count(*) from conversation") == [(CONVERSATIONS,)]
    assert site.query("select count(*) from contact") == [(CONVERSATIONS,)]
    holes = site.query(
        "select conversation_id from message group by account_id, conversation_id having count(*) <> max(seq)"
    )
    assert holes == []


def _check_answered(site: Site) -> None:
    """Every message belongs to exactly one turn, or came after a person took over; and every turn said something."""
    wrong = site.query(
        "select m.conversation_id, m.seq, count(t.id) from message m left join turn t"
        " on t.account_id = m.account_id and t.conversation_id = m.conversation_id"
        " and m.seq between t.from_seq and t.to_seq where m.message_type = 'incoming' and not exists ("
        " select from turn h where h.account_id = m.account_id and h.conversation_id = m.conversation_id"
        " and h.outcome = 'handed_over' and m.seq > h.to_seq) group by 1, 2 having count(t.id) <> 1"
    )
    assert wrong == []
    others = "select count(*) from turn where outcome not in ('answered', 'clarified', 'handed_over')"
    assert site.query(others) == [(0,)]
    handed_over = "select conversation_id from turn where outcome = 'handed_over' order by 1"
    assert site.query("select id from conversation where owner = 'queued' order by 1") == site.query(handed_over)
    assert site.query("select count(*) from conversation where owner = 'bot'") > [(CONVERSATIONS // 2,)]
    turns, answers = site.query(
        "select (select count(*) from turn), (select count(distinct (conversation_id, content, seq)) from message"
        " where message_type = 'outgoing')"
    )[0]
    assert int(str(answers)) >= int(str(turns)) > 0


def _check_delivered(site: Site, sink: Sink) -> None:
    """Every answer reached the caller, in order; a repetition carries the same key."""
    sent = site.query("select message_id, status from delivery")
    assert {status for _, status in sent} == {"sent"}
    assert {str(message_id) for message_id, _ in sent} == set(sink.taken)
    assert site.query("select count(*) from message where message_type = 'outgoing' and status <> 'sent'") == [(0,)]
    for keys in sink.order.values():
        assert keys == sorted(keys)
