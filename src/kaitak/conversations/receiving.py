"""Owns the receivers: inboxes whose connector holds a connection of its own, each at one worker's desk at a time.

A desk is leased in the database. Whoever holds the lease may move the cursor; what two holders might both store is one
message by its external id, so a lease that ran out costs work, never a message. docs/explain/receivers.md.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from pydantic import JsonValue

from kaitak.channels import registry
from kaitak.channels.contract import InboundEvent, Receives
from kaitak.channels.errors import AuthFailedError, ConnectorError, RefusedError, ThrottledError
from kaitak.channels.live import LiveConnectors
from kaitak.conversations import fetching, receiver_rows
from kaitak.conversations.inbound import Door
from kaitak.conversations.receiver_rows import HeldReceiver, LeaseLostError
from kaitak.conversations.road import Road
from kaitak.core import ids
from kaitak.core.errors import KaitakError
from kaitak.db.session import Database
from kaitak.realtime.signals import Signals, Topic

_log = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
ROUND = timedelta(seconds=5)  # between two looks at what is held, free, changed
GRACE = timedelta(seconds=8)  # for a receiver that is told to end
TAKEN_AT_ONCE = 8  # of a look: another worker gets the next ones
MOST = 500  # connections of one worker
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(minutes=5)
STANDS = timedelta(seconds=60)  # a connection that held for so long was no failure
FRESH_HINT = timedelta(minutes=10)
DETAIL = 300


def backoff(failures: int, jitter: float) -> timedelta:
    """2 s, 4 s, 8 s … up to five minutes, each shortened by up to a half: a hundred inboxes do not come back as one."""
    longest: timedelta = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(failures, 10))
    return longest * (1 - jitter / 2)


def receiving_channels() -> list[str]:
    """The channels whose connectors receive by themselves."""
    return [name for name, kind in registry.CONNECTORS.items() if issubclass(kind, Receives)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """Where desks put what came."""

    database: Database
    door: Door
    claim: str


class InboxDesk:
    """The desk of one inbox; see channels.contract.Desk."""

    def __init__(self, intake: Intake, held: HeldReceiver) -> None:
        self.cursor: JsonValue = held.cursor
        self.held = held
        self.since: float | None = None  # when the connection was made
        self._intake = intake
        self._is_closing = False
        self._called = asyncio.Event()
        self._nudge: Mapping[str, JsonValue] | None = None
        self._nudged_at: datetime | None = None
        if held.nudged_at is not None and datetime.now(UTC) - held.nudged_at < FRESH_HINT:
            self.nudge(held)

    @property
    def is_closing(self) -> bool:
        """Whether the worker ends."""
        return self._is_closing

    async def connected(self) -> None:
        """The connection stands."""
        if self.since is None:
            self.since = monotonic()
            await receiver_rows.show(self._intake.database, self.held, self._intake.claim, state="receiving")

    async def store(self, events: Sequence[InboundEvent], *, cursor: JsonValue = None) -> None:
        """Events first, the files they name ordered, the cursor last."""
        held, intake = self.held, self._intake
        if events:
            await intake.door.accept(held.account_id, held.inbox_id, held.channel, held.settle, events)
            await fetching.order(intake.database, held.account_id, held.inbox_id, events)
        if events or cursor is not None:
            await receiver_rows.move(intake.database, held, intake.claim, cursor=cursor, has_come=bool(events))
        if cursor is not None:
            self.cursor = cursor

    async def wait(self, longest: timedelta) -> Mapping[str, JsonValue] | None:
        """Pause until called."""
        if not self._is_closing:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._called.wait(), longest.total_seconds())
        self._called.clear()
        nudge, self._nudge = self._nudge, None
        return nudge

    def nudge(self, held: HeldReceiver) -> None:
        """A webhook came for this inbox, if this one is new."""
        if held.nudged_at is not None and held.nudged_at != self._nudged_at:
            self._nudged_at, self._nudge = held.nudged_at, held.hint or {}
            self._called.set()

    def close(self) -> None:
        """Ask the receiver to end."""
        self._is_closing = True
        self._called.set()


class Receivers:
    """All desks of one worker."""

    def __init__(
        self,
        road: Road,
        signals: Signals,
        connectors: LiveConnectors,
        database: Database,
        *,
        name: str,
        voice_wait: timedelta = timedelta(0),
    ) -> None:
        self._road = road
        self._signals = signals
        self._connectors = connectors
        self._door = Door(road, signals, voice_wait=voice_wait)
        self._intake = Intake(database=database, door=self._door, claim=f"{name}:{ids.new_token(128)}")
        self._channels = receiving_channels()
        self._desks: dict[tuple[int, int], tuple[InboxDesk, asyncio.Task[None]]] = {}
        self._is_stopping = False
        self.round = ROUND
        self.lease = LEASE

    async def run(self) -> None:
        """Keep desks until `stop`, then end them in good order. The door they use is open as long."""
        door = asyncio.create_task(self._door.run())
        event = self._signals.event(Topic.RECEIVER)
        try:
            while not self._is_stopping:
                event.clear()
                await self._look()
                if not self._is_stopping:
                    with suppress(TimeoutError):
                        await asyncio.wait_for(event.wait(), self.round.total_seconds())
            await self._close(list(self._desks))
            await self._leave()
        finally:
            for _, task in self._desks.values():
                task.cancel()
            door.cancel()
            await asyncio.gather(door, *(task for _, task in self._desks.values()), return_exceptions=True)

    def stop(self) -> None:
        """End soon; `run` returns when all is stored and given back."""
        self._is_stopping = True
        for desk, _ in self._desks.values():
            desk.close()
        self._signals.event(Topic.RECEIVER).set()

    async def _leave(self) -> None:
        """Give back what is still held, so that another worker need not wait for the lease's end."""
        try:
            if await receiver_rows.leave(self._intake.database, self._intake.claim):
                self._signals.mark(Topic.RECEIVER)
        except Exception as exc:  # noqa: BLE001 (the leases end by themselves)
            _log.warning("receivers could not be given back: %s", type(exc).__name__)

    async def _look(self) -> None:
        """Renew what is held, take what is free, end what was changed, paused or lost."""
        try:
            await self._tend()
        except Exception as exc:  # noqa: BLE001 (this loop: the database may be away for a while)
            _log.warning("receivers could not be looked after: %s", type(exc).__name__)

    async def _tend(self) -> None:
        room = min(TAKEN_AT_ONCE, MOST - len(self._desks)) if self._channels else 0
        database, claim = self._intake.database, self._intake.claim
        rows = await receiver_rows.keep(database, claim, self.lease, self._channels, max(0, room))
        held: dict[tuple[int, int], HeldReceiver] = {(row.account_id, row.inbox_id): row for row in rows}
        ending = [key for key, (desk, _) in self._desks.items() if _has_changed(desk.held, held.get(key))]
        await self._close(ending)  # each gives its lease back: the next look takes it anew
        for key, row in held.items():
            if key in self._desks:
                self._desks[key][0].nudge(row)
            elif row.is_paused:
                await receiver_rows.give_back(database, row, claim, state="waiting")
            elif key not in ending and not self._is_stopping:
                desk = InboxDesk(self._intake, row)
                self._desks[key] = (desk, asyncio.create_task(self._receive(desk)))

    async def _close(self, keys: Sequence[tuple[int, int]]) -> None:
        """End these desks: asked first, cancelled after a while."""
        ending = [self._desks[key] for key in keys if key in self._desks]
        for desk, _ in ending:
            desk.close()
        if ending:
            _, late = await asyncio.wait([task for _, task in ending], timeout=GRACE.total_seconds())
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _receive(self, desk: InboxDesk) -> None:
        """One connection from its making to its end, and what its end means."""
        held = desk.held
        where = {"account_id": held.account_id, "inbox_id": held.inbox_id}
        try:
            error = await self._receive_once(desk)
            if isinstance(error, AuthFailedError):
                _log.warning("a receiver's credentials are refused: its inbox is paused", extra=where)
                await self._road.pause_inbox(held.account_id, held.inbox_id, error.message)
            await self._settle(desk, error)
        except LeaseLostError:
            _log.info("another worker has this receiver now", extra=where)
        except Exception as exc:  # noqa: BLE001 (this loop: its lease ends by itself)
            _log.warning("a receiver's end could not be noted: %s", type(exc).__name__, extra=where)
        finally:
            self._desks.pop((held.account_id, held.inbox_id), None)
            if not self._is_stopping:
                self._signals.event(Topic.RECEIVER).set()

    async def _receive_once(self, desk: InboxDesk) -> KaitakError | None:
        held = desk.held
        try:
            connector = self._connectors.make(
                held.account_id, held.inbox_id, held.channel, held.config_encrypted, held.version
            )
            assert isinstance(connector, Receives)
            await receiver_rows.show(self._intake.database, held, self._intake.claim, state="connecting")
            await connector.receive(desk)
        except LeaseLostError:
            raise
        except KaitakError as exc:
            level = logging.WARNING if isinstance(exc, ConnectorError) else logging.ERROR
            _log.log(level, "a receiver broke: %s", exc.code, extra={"inbox_id": held.inbox_id})
            return exc
        except Exception as exc:  # noqa: BLE001 (the worker's other desks go on)
            _log.exception("a receiver failed", extra={"inbox_id": held.inbox_id})
            return ConnectorError(f"a fault of ours: {type(exc).__name__}")
        return None

    async def _settle(self, desk: InboxDesk, error: KaitakError | None) -> None:
        """Give the desk back: when it is to be tried again, and what an administrator reads meanwhile."""
        has_stood = desk.since is not None and monotonic() - desk.since > STANDS.total_seconds()
        failures = 0 if has_stood else desk.held.failures
        database, claim = self._intake.database, self._intake.claim
        if error is None:
            pause = timedelta(0) if desk.is_closing else FIRST_RETRY
            await receiver_rows.give_back(database, desk.held, claim, state="waiting", pause=pause)
            return
        pause = backoff(failures, random.random())  # noqa: S311 (jitter)
        if isinstance(error, ThrottledError):
            pause = max(error.retry_after, FIRST_RETRY)
        elif isinstance(error, RefusedError):
            pause = LONGEST_RETRY  # nothing that a minute changes
        await receiver_rows.give_back(
            database,
            desk.held,
            claim,
            state="failing",
            pause=pause,
            failures=failures + 1,
            reason=(error.message or error.code)[:DETAIL],
        )


def _has_changed(known: HeldReceiver, now: HeldReceiver | None) -> bool:
    return now is None or now.version != known.version or now.is_paused
