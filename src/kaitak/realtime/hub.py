"""Owns fan-out in one process: one reader of the stream, many subscribers with bounded queues."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import psycopg

from kaitak.core.ids import AccountId
from kaitak.realtime import queries
from kaitak.realtime.frames import RESET, Audience, Hydrated, Hydrator, Interest, Visitor, coalesced
from kaitak.realtime.queries import Row
from kaitak.realtime.signals import Signals, Topic

_log = logging.getLogger(__name__)
POLL = timedelta(milliseconds=250)
BREATH = timedelta(milliseconds=5)
RETRY = timedelta(seconds=1)
LATE = timedelta(seconds=10)
BATCH = 2000
LOOK_BACK = 1000
QUEUE = 256


class TooManyStreamsError(Exception):
    """This subscriber holds as many streams as it may."""


class Subscription:
    """One connected client: a bounded queue of frames; one that reads too slowly is told to start over."""

    def __init__(self, account_id: AccountId, audience: Audience) -> None:
        self.account_id = account_id
        self.audience = audience
        self._frames: asyncio.Queue[bytes] = asyncio.Queue(QUEUE)

    def offer(self, frame: bytes) -> None:
        """Queue a frame; when the queue is full, everything in it is replaced by one reset."""
        if self._frames.full():
            while not self._frames.empty():
                self._frames.get_nowait()
            frame = RESET
        self._frames.put_nowait(frame)

    async def next_frame(self, within: timedelta) -> bytes | None:
        """The next frame, or None if nothing happens within the time."""
        try:
            return await asyncio.wait_for(self._frames.get(), within.total_seconds())
        except TimeoutError:
            return None


class Hub:
    """Reads new rows by id, turns each changed thing into its present view once, and hands it to who may see it.

    Ids become visible out of order: an id that was jumped over is asked for again for ten seconds.
    """

    def __init__(self, dsn: str, hydrator: Hydrator, signals: Signals) -> None:
        self._dsn = dsn
        self._hydrator = hydrator
        self._news = signals.event(Topic.STREAM)
        self._subscriptions: dict[AccountId, set[Subscription]] = defaultdict(set)
        self._arrived = asyncio.Event()
        self._following = asyncio.Event()
        self._head = 0
        self._missing: dict[int, float] = {}

    @property
    def cursor(self) -> int:
        """The highest id that was read."""
        return self._head

    def count(self) -> int:
        """How many clients are connected."""
        return sum(len(each) for each in self._subscriptions.values())

    @asynccontextmanager
    async def subscribe(self, account_id: AccountId, audience: Audience, *, most: int) -> AsyncIterator[Subscription]:
        """A subscription for the length of a block; whatever becomes visible from here on reaches it."""
        subscription = Subscription(account_id, audience)
        same = [each for each in self._subscriptions[account_id] if each.audience.key == audience.key]
        if len(same) >= most:
            raise TooManyStreamsError
        self._subscriptions[account_id].add(subscription)
        self._arrived.set()
        try:
            await self._following.wait()
            yield subscription
        finally:
            self._subscriptions[account_id].discard(subscription)
            if not self._subscriptions[account_id]:
                del self._subscriptions[account_id]
            if not self._subscriptions:
                self._arrived.clear()
                self._following.clear()

    async def run(self) -> None:
        """Follow the stream until cancelled; a lost connection is opened again."""
        while True:
            try:
                await self._follow()
            except psycopg.OperationalError as exc:
                _log.warning("the stream lost its database connection: %s", type(exc).__name__)
            await asyncio.sleep(RETRY.total_seconds())

    async def hydrate(self, rows: Iterable[Row], audience: Audience) -> list[bytes]:
        """The frames of a backlog for one client."""
        visitors = frozenset({audience.contact_inbox_id}) if isinstance(audience, Visitor) else frozenset()
        interest = Interest(agents=not visitors, contact_inbox_ids=visitors)
        found = await self._hydrator.hydrate(coalesced(rows), interest)
        return [frame for each in found if (frame := audience.pick(each)) is not None]

    async def _follow(self) -> None:
        async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=10) as connection:
            while True:
                await self._arrived.wait()
                self._news.clear()
                if not self._following.is_set():
                    await self._start(connection)
                rows = await self._read(connection)
                await self._dispatch(rows)
                if len(rows) < BATCH:
                    await asyncio.sleep(BREATH.total_seconds())
                    with suppress(TimeoutError):
                        await asyncio.wait_for(self._news.wait(), POLL.total_seconds())

    async def _start(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> None:
        """Begin at the present; what is visible now is each client's own backlog to read."""
        self._head = max(0, await queries.read_newest(connection) - LOOK_BACK)
        self._missing = {}
        await self._read(connection)
        self._following.set()

    async def _read(self, connection: psycopg.AsyncConnection[tuple[object, ...]]) -> list[Row]:
        now = time.monotonic()
        rows = await queries.read_after(connection, self._head, list(self._missing), limit=BATCH)
        self._missing = still_missing(self._missing, self._head, [row.id for row in rows], now=now)
        self._head = max(self._head, rows[-1].id) if rows else self._head
        return rows

    async def _dispatch(self, rows: Sequence[Row]) -> None:
        by_account: dict[AccountId, list[Row]] = defaultdict(list)
        for row in rows:
            if row.account_id in self._subscriptions:
                by_account[row.account_id].append(row)
        for account_id, own in by_account.items():
            subscriptions = tuple(self._subscriptions.get(account_id, ()))
            try:
                found = await self._hydrator.hydrate(coalesced(own), interest_of(subscriptions))
            except Exception:  # noqa: BLE001 (the stream loop: one account's fault stops nobody else)
                _log.exception("the stream of account %s could not be read", account_id)
                for subscription in subscriptions:
                    subscription.offer(RESET)
                continue
            deliver(subscriptions, found)


def interest_of(subscriptions: Iterable[Subscription]) -> Interest:
    """Whose views are needed at all."""
    audiences = [each.audience for each in subscriptions]
    return Interest(
        agents=any(not isinstance(each, Visitor) for each in audiences),
        contact_inbox_ids=frozenset(each.contact_inbox_id for each in audiences if isinstance(each, Visitor)),
    )


def deliver(subscriptions: Sequence[Subscription], found: Iterable[Hydrated]) -> None:
    """Hand each thing to every client that may see it."""
    for each in found:
        for subscription in subscriptions:
            frame = subscription.audience.pick(each)
            if frame is not None:
                subscription.offer(frame)


def still_missing(missing: dict[int, float], head: int, seen: Sequence[int], *, now: float) -> dict[int, float]:
    """Ids below the head that have not been seen and are not older than what a slow transaction may take."""
    arrived = set(seen)
    oldest = now - LATE.total_seconds()
    kept = {number: since for number, since in missing.items() if number not in arrived and since > oldest}
    if seen and seen[-1] > head:
        first = max(head + 1, seen[-1] - 10 * BATCH)
        kept.update((number, now) for number in range(first, seen[-1]) if number not in arrived)
    return kept
