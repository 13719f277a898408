"""Proves that death loses nothing: 2,000 messages, repeated and reordered, while every process is killed at random.

They come over four channels, each a quarter of the customers: signed, repeated and answered as that platform does it.
Besides, some write mails and some by WeCom, where the workers fetch what came: from a folder, and from a cursor on.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import os
import random
import secrets
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import aiohttp
import orjson
import pytest
from aiohttp import web
from pydantic import JsonValue

from tests.channels.test_contract import CASES
from tests.kill import fetched
from tests.kill.fetched import Post
from tests.kill.site import ROLES, Site, free_port
from tests.platforms import server as servers
from tests.platforms.line import Line
from tests.platforms.meta import WhatsApp
from tests.platforms.server import Json, Platform
from tests.platforms.telegram import Telegram
from tests.platforms.wecom import WeCom

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


class World:
    """Where customers write: our caller's own server, and the platforms. What comes from whom is decided once."""

    def __init__(self, sink_port: int, wecom: WeCom, post: Post | None) -> None:
        self.wecom, self.post = wecom, post
        self.fetched = ("wecom",) if post is None else ("wecom", "email")
        self.people = CONVERSATIONS + fetched.CUSTOMERS * len(self.fetched)
        self.platforms: dict[str, Platform] = {
            "whatsapp": WhatsApp(),
            "line": Line(monthly=10**6),
            "telegram": Telegram(),
        }
        self.channels = ("api", *self.platforms)
        self.secret = secrets.token_urlsafe(32)
        self._sink = f"http://127.0.0.1:{sink_port}/"
        self._events: dict[tuple[int, int], Json] = {}

    def configs(self) -> dict[str, Mapping[str, JsonValue]]:
        """The configuration of each inbox."""
        own: dict[str, Mapping[str, JsonValue]] = {"api": {"secret": self.secret, "webhook_url": self._sink}}
        own |= {name: {**CASES[name].config, "api_base": each.url} for name, each in self.platforms.items()}
        own["wecom"] = fetched.wecom_config(self.wecom)
        return own if self.post is None else own | {"email": self.post.config()}

    def channel(self, conversation: int) -> str:
        """Where this customer writes."""
        if conversation >= CONVERSATIONS:
            return self.fetched[conversation % len(self.fetched)]
        return self.channels[conversation % len(self.channels)]

    def rounds(self, conversation: int) -> Sequence[int]:
        """In which rounds this customer writes."""
        return fetched.MAIL_ROUNDS if self.channel(conversation) == "email" else range(ROUNDS)

    @property
    def messages(self) -> int:
        """How many messages all of them write."""
        return sum(len(self.rounds(conversation)) for conversation in range(self.people))

    async def leave(self, conversation: int, number: int) -> None:
        """A message of a customer whose messages are fetched lies there; a mail, perhaps, once more."""
        source, text = self.source(conversation), TEXTS[number % len(TEXTS)]
        if self.channel(conversation) == "wecom":
            self.wecom.write(source, text={"content": text}, msgid=f"{conversation}-{number}")
        elif self.post is not None:
            await asyncio.to_thread(self.post.put, source, f"{conversation}-{number}", text)

    def source(self, conversation: int) -> str:
        """The customer's address there."""
        known = {
            "whatsapp": f"8526{conversation:07d}",
            "line": f"U{conversation}",
            "telegram": f"555{conversation:03d}",
            "wecom": f"wm{conversation}",
            "email": f"c{conversation}@customer.example",
        }
        return known.get(self.channel(conversation), f"c{conversation}")

    def call(self, conversation: int, number: int) -> tuple[bytes, Mapping[str, str], Mapping[str, str]]:
        """One message as its platform brings it, today or once more: the same event, signed now. Headers, query."""
        if self.channel(conversation) == "wecom":
            return self.wecom.call(self.wecom.nudge())
        event = self._events.get((conversation, number))
        if event is None:
            event = self._events[conversation, number] = self._event(conversation, number)
        name, body = self.channel(conversation), orjson.dumps(event)
        if name in self.platforms:
            return self.platforms[name].call(body)
        stamp = str(int(time.time()))
        digest = hmac.new(self.secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
        return body, {"X-Kaitak-Timestamp": stamp, "X-Kaitak-Signature": f"sha256={digest}"}, {}

    def _event(self, conversation: int, number: int) -> Json:
        name, source, text = self.channel(conversation), self.source(conversation), TEXTS[number % len(TEXTS)]
        if name not in self.platforms:
            person: JsonValue = {"name": f"客人{conversation}"}
            return {"id": f"{conversation}-{number}", "source_id": source, "content": text, "contact": person}
        said = self.platforms[name].said(source, text)
        assert isinstance(said, dict)
        event: Any = said
        if name == "whatsapp":
            event["entry"][0]["changes"][0]["value"]["messages"][0]["id"] = f"wamid.{conversation}-{number}"
        elif name == "line":
            event["events"][0]["webhookEventId"] = f"{conversation}-{number}"
        else:
            event["update_id"] = conversation * 1000 + number
        return event  # type: ignore[no-any-return]

    def place(self, external_id: str) -> str:
        """Which message of which conversation a platform's id is."""
        if external_id.isdigit():
            return f"{int(external_id) // 1000}-{int(external_id) % 1000}"
        return external_id.removeprefix("wamid.").removesuffix("@customer.example")


class Sender:
    """A provider that repeats what was not acknowledged, and some of what was, late and out of turn."""

    def __init__(self, site: Site, world: World, http: aiohttp.ClientSession, chance: random.Random) -> None:
        self._site = site
        self._world = world
        self._http = http
        self._chance = chance
        self._waiting = [asyncio.Lock() for _ in range(world.people)]
        self.accepted = 0
        self.repeated = 0

    async def send(self, conversation: int, number: int) -> None:
        """Send one message until it is acknowledged; then, sometimes, send it or an older one again."""
        async with self._waiting[conversation]:
            if conversation >= CONVERSATIONS:
                await self._world.leave(conversation, number)
            await self._until_accepted(conversation, number)
            self.accepted += 1
        channel = self._world.channel(conversation)
        platform = self._world.wecom if channel == "wecom" else self._world.platforms.get(channel)
        if platform is not None and self._chance.random() < 0.03:
            platform.faults.append("broken")  # befalls one of our messages to it
        if self._chance.random() < 0.35:
            self.repeated += 1
            await asyncio.sleep(self._chance.random())
            if channel == "email":
                await self._world.leave(
                    conversation, self._chance.choice([each for each in fetched.MAIL_ROUNDS if each <= number])
                )
            await self._until_accepted(conversation, self._chance.randint(0, number))

    async def _until_accepted(self, conversation: int, number: int) -> None:
        if self._world.channel(conversation) == "email":
            return  # nobody tells us of a mail
        deadline = time.monotonic() + PATIENCE
        url = self._site.hooks[self._world.channel(conversation)]
        while time.monotonic() < deadline:
            body, headers, query = self._world.call(conversation, number)
            try:
                async with self._http.post(url, data=body, headers=headers, params=query) as reply:
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
    log = ""
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        world = World(sink_port, *await stack.enter_async_context(fetched.opened()))
        for platform in world.platforms.values():
            await stack.enter_async_context(servers.running(platform))
        site = await asyncio.to_thread(Site, short_dir, world.configs())
        try:
            async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
                sender = Sender(site, world, http, chance)
                await _until(site, "select count(*) from inbox_receiver where cursor is not null", len(world.fetched))
                killed = await _rounds(site, world, sender, chance)
            await _until(site, "select count(*) from message where message_type = 'incoming'", world.messages)
            await _until_quiet(site)
            assert sender.accepted == world.messages
            _check_stored(site, world)
            _check_answered(site)
            _check_delivered(site, sink)
            _check_phones(site, world, killed)
            assert sum(killed.values()) >= ROUNDS
            assert sender.repeated > 300
        finally:
            log = await asyncio.to_thread(site.stop)
            sys.stdout.write(log[-4000:])  # pytest shows it when the test fails
    assert "Traceback" not in log or "OperationalError" in log or "DatabaseUnavailable" in log


async def _serve(sink: Sink, port: int) -> web.AppRunner:
    app = web.Application()
    app.router.add_post("/", sink.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    return runner


async def _until(site: Site, query: str, wanted: int) -> None:
    """Wait until a query answers this number."""
    deadline = time.monotonic() + PATIENCE
    while site.query(query) != [(wanted,)]:
        assert time.monotonic() < deadline, (query, site.query(query), wanted)
        await asyncio.sleep(0.5)


async def _rounds(site: Site, world: World, sender: Sender, chance: random.Random) -> Counter[str]:
    """Every conversation writes once a round; in every round something dies."""
    killed: Counter[str] = Counter()
    tasks = []
    for number in range(ROUNDS):
        conversations = [each for each in range(world.people) if number in world.rounds(each)]
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


def _check_stored(site: Site, world: World) -> None:
    """Every accepted message is there once, in the order in which its sender sent it."""
    rows = site.query(
        "select ci.source_id, array_agg(coalesce(e.body ->> 'message_id', e.external_id) order by m.seq) from message m"
        " join inbound_event e on e.account_id = m.account_id and e.id = m.inbound_event_id"
        " join conversation c on c.account_id = m.account_id and c.id = m.conversation_id"
        " join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id"
        " where m.message_type = 'incoming' group by ci.source_id"
    )
    assert len(rows) == world.people
    conversations = {world.source(conversation): conversation for conversation in range(world.people)}
    for source, ids in rows:
        conversation = conversations[str(source)]
        expected = [f"{conversation}-{number}" for number in world.rounds(conversation)]
        assert isinstance(ids, list)
        assert [world.place(each) for each in ids] == expected
    ledger = site.query("select outcome, count(*) from inbound_event group by outcome")
    assert ledger == [("stored", world.messages)]
    assert site.query("select count(*) from conversation") == [(world.people,)]
    assert site.query("select count(*) from contact") == [(world.people,)]
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
    """Every answer reached its platform; to the caller in order, and a repetition carries the same key. Where a
    platform takes no key (LINE takes one for pushes alone, not for the free replies), an answer whose receipt got lost
    is said to be of unknown outcome, and the phone has it, or, of LINE, may not.
    """
    others = site.query(
        "select i.channel, d.status from delivery d join inbox i on i.account_id = d.account_id and i.id = d.inbox_id"
        " where d.status <> 'sent'"
    )
    assert set(others) <= {(channel, "unknown") for channel in ("telegram", "whatsapp", "line", "email")}
    unsent = "select count(*) from message where message_type = 'outgoing' and status <> 'sent'"
    assert site.query(unsent) == [(len(others),)]
    assert len(others) <= 64
    sent = site.query(
        "select d.message_id from delivery d join inbox i on i.account_id = d.account_id and i.id = d.inbox_id"
        " where i.channel = 'api'"
    )
    assert {str(message_id) for (message_id,) in sent} == set(sink.taken)
    for keys in sink.order.values():
        assert keys == sorted(keys)


def _check_phones(site: Site, world: World, killed: Counter[str]) -> None:
    """Each phone shows what was said to it, in order. Only a worker that died between a platform's yes and our note of
    it may have said something twice, at once after the first time: most platforms take no key.
    """
    said = site.query(
        "select ci.source_id, i.channel, array_agg(m.content order by c.id, m.seq),"
        " array_agg(m.content) filter (where m.status = 'failed') from message m"
        " join conversation c on c.account_id = m.account_id and c.id = m.conversation_id"
        " join inbox i on i.account_id = c.account_id and i.id = c.inbox_id"
        " join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id"
        " where m.message_type = 'outgoing' and i.channel not in ('api', 'email') group by 1, 2"
    )
    repeated = 0
    for source, channel, texts, unknown in said:
        assert isinstance(texts, list)
        phones = world.wecom if channel == "wecom" else world.platforms[str(channel)]
        shown = [each.text for each in phones.shown if each.to == source]
        if channel == "line" and isinstance(unknown, list):  # nobody can say whether an old reply got through
            wanted = _runs([text for text in texts if text in shown or text not in unknown])
        else:
            wanted = _runs(texts)
        found = _runs(shown)
        assert [text for text, _ in found] == [text for text, _ in wanted], (channel, source)
        more = [seen - said for (_, seen), (_, said) in zip(found, wanted, strict=True)]
        assert min(more) >= 0, (channel, source)
        assert channel != "wecom" or not any(more), source  # it knows our messages' numbers
        repeated += sum(more)
    if world.post is not None:
        repeated += _check_mails(site, world.post)
    assert repeated <= 64 * (killed["worker-1"] + killed["worker-2"] + killed["postgres"])


def _check_mails(site: Site, post: Post) -> int:
    said = site.query(
        "select ci.source_id, m.id from message m"
        " join conversation c on c.account_id = m.account_id and c.id = m.conversation_id"
        " join inbox i on i.account_id = c.account_id and i.id = c.inbox_id"
        " join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id"
        " where m.message_type = 'outgoing' and i.channel = 'email' order by c.id, m.seq"
    )
    by_source: dict[str, list[int]] = {}
    for source, number in said:
        by_source.setdefault(str(source), []).append(int(str(number)))
    return fetched.check_mails(by_source, post)


def _runs(texts: Sequence[str]) -> list[tuple[str, int]]:
    return [(text, len(list(same))) for text, same in groupby(texts)]
