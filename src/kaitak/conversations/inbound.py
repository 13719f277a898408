"""Owns the door: what comes in is stored, durable, before it is acknowledged; who waits there goes in together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from time import monotonic

from kaitak.channels.contract import (
    ConsentChanged,
    DeliveryReported,
    DeliveryStatus,
    Ignored,
    InboundEvent,
    MessageReceived,
    Nudged,
    Sender,
)
from kaitak.contacts import consent
from kaitak.conversations import proven_senders, voice_notes
from kaitak.conversations.road import Road
from kaitak.conversations.road_rows import IncomingMessage, Json, LedgerEntry, Stored
from kaitak.core import metrics
from kaitak.core.errors import KaitakError, UnavailableError
from kaitak.core.ids import AccountId, InboxId
from kaitak.realtime.signals import Signals, Topic

_log = logging.getLogger(__name__)
MAX_GROUP = 64
MAX_WAITING = 5_000
MAX_CONTENT = 20_000
LATE = timedelta(seconds=60)  # a channel that held a message back: its own time counts for what we may answer
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
BREATH = timedelta(milliseconds=8)  # between two groups: under load more go in together, at rest nobody waits


class DoorBusyError(UnavailableError):
    """More is waiting at the door than we could store soon; the sender should try again."""

    code = "door_busy"


class Door:
    """The one way in. `run` must be running; `accept` returns when everything is stored."""

    def __init__(self, road: Road, signals: Signals, *, voice_wait: timedelta = timedelta(0)) -> None:
        """`voice_wait`: how long the bot holds back for the transcript of a voice note; zero: there is none."""
        self._road = road
        self._voice_wait = voice_wait
        self._signals = signals
        self._placing: set[asyncio.Task[None]] = set()
        self._waiting: asyncio.Queue[tuple[IncomingMessage, asyncio.Future[Stored]]] = asyncio.Queue(MAX_WAITING)

    async def run(self) -> None:
        """Serve the door until cancelled; what waits when it ends is told to try again."""
        try:
            await self._serve()
        finally:
            if self._placing:
                await asyncio.wait(self._placing)
            while not self._waiting.empty():
                _, future = self._waiting.get_nowait()
                if not future.done():
                    future.set_exception(DoorBusyError("shutting down"))

    async def store(self, message: IncomingMessage) -> Stored:
        """Store one message; durable when this returns. A repeated one answers `duplicate`, a blocked sender's too."""
        if self._waiting.full():
            raise DoorBusyError("too many messages are waiting at the door")
        future: asyncio.Future[Stored] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((message, future))
        stored = await future
        if stored.message_id is not None and consent.ends_advertising(message.content):
            words = message.content.strip()[:200]
            await self._road.end_advertising(message.account_id, stored.message_id, words)
        return stored

    async def accept(
        self, account_id: AccountId, inbox_id: InboxId, channel: str, settle: timedelta, events: Sequence[InboundEvent]
    ) -> list[Stored]:
        """Store a webhook call's events in their order; answers one Stored for each message among them."""
        events = [await self._in_its_thread(account_id, inbox_id, event) for event in events]
        stored = []
        others = [event for event in events if isinstance(event, DeliveryReported | Ignored)]
        for event in events:
            if isinstance(event, MessageReceived):
                result = await self.store(self._incoming(account_id, inbox_id, settle, event))
                metrics.INBOUND.labels(channel, result.outcome).inc()
                stored.append(result)
            elif isinstance(event, Nudged):
                await self._road.nudge_receiver(account_id, inbox_id, dict(event.raw))
                self._signals.mark(Topic.RECEIVER)
            elif isinstance(event, ConsentChanged):
                entry = LedgerEntry(
                    account_id=account_id,
                    inbox_id=inbox_id,
                    external_id=event.external_id,
                    kind="consent",
                    outcome="applied",
                    reason=None,
                    raw=dict(event.raw),
                )
                metrics.INBOUND.labels(channel, await self._road.change_consent(entry, event, channel)).inc()
        if others:
            await self._note(account_id, inbox_id, channel, others)
        return stored

    async def accept_again(
        self, account_id: AccountId, inbox_id: InboxId, channel: str, settle: timedelta, events: Sequence[InboundEvent]
    ) -> list[str]:
        """Take the events of a call that came in before; answers what became of each. What is stored stays stored."""
        events = [await self._in_its_thread(account_id, inbox_id, event) for event in events]
        found = []
        for event in events:
            if isinstance(event, MessageReceived):
                message = self._incoming(account_id, inbox_id, settle, event)
                result = await self._road.place_and_ingest(message, is_replayed=True)
                self._signals.mark(Topic.TURN, Topic.STREAM)
                metrics.INBOUND.labels(channel, result.outcome).inc()
                found.append(str(result.outcome))
            elif isinstance(event, DeliveryReported | Ignored):
                found += await self._note(account_id, inbox_id, channel, [event])
            else:
                await self.accept(account_id, inbox_id, channel, settle, [event])
                found.append("applied")
        return found

    async def _in_its_thread(self, account_id: AccountId, inbox_id: InboxId, event: InboundEvent) -> InboundEvent:
        """An answer in a thread of ours belongs there, whoever writes it; that somebody else does is said beside it."""
        if not isinstance(event, MessageReceived) or event.thread is None:
            return event
        source_id = await self._road.source_of_thread(account_id, inbox_id, event.thread)
        if source_id is None or source_id == event.sender.source_id:
            return event
        return replace(
            event,
            sender=Sender(source_id=source_id),
            attributes={**event.attributes, "written_by": event.sender.source_id},
        )

    async def _note(
        self, account_id: AccountId, inbox_id: InboxId, channel: str, events: Sequence[DeliveryReported | Ignored]
    ) -> list[str]:
        """Apply delivery reports and count what we do not support; a repeated event changes nothing."""
        found = []
        for event in events:
            entry = LedgerEntry(
                account_id=account_id,
                inbox_id=inbox_id,
                external_id=event.external_id,
                kind=event.kind[:100] if isinstance(event, Ignored) else "delivery_report",
                outcome="ignored",
                reason=None,
                raw=dict(event.raw),
            )
            if isinstance(event, Ignored):
                outcome = "ignored" if await self._road.write_ledger(account_id, [entry]) else "duplicate"
            else:
                is_id = event.key.isascii() and event.key.isdigit() and len(event.key) < 19
                message_id = int(event.key) if is_id else None
                outcome = await self._road.apply_report(entry, message_id, event.status.value, event.reason[:200])
                self._signals.mark(Topic.STREAM, *([Topic.TURN] if event.status is DeliveryStatus.FAILED else []))
            metrics.INBOUND.labels(channel, outcome).inc()
            found.append(outcome)
        return found

    def _incoming(
        self, account_id: AccountId, inbox_id: InboxId, settle: timedelta, event: MessageReceived
    ) -> IncomingMessage:
        if self._voice_wait and any(
            voice_notes.is_wordless(event.text, each.kind, each.file_name) for each in event.media
        ):
            settle = max(settle, self._voice_wait)
        return _incoming(account_id, inbox_id, settle, event)

    async def _serve(self) -> None:
        last = 0.0
        while True:
            group = [await self._waiting.get()]
            await asyncio.sleep(max(0.0, last + BREATH.total_seconds() - monotonic()))
            last = monotonic()
            while len(group) < MAX_GROUP and not self._waiting.empty():
                group.append(self._waiting.get_nowait())
            await self._store_group(group)

    async def _store_group(self, group: list[tuple[IncomingMessage, asyncio.Future[Stored]]]) -> None:
        try:
            results = await self._road.ingest([message for message, _ in group])
        except Exception as exc:  # noqa: BLE001 (each sender at the door gets the error; the door stays open)
            if len(group) == 1 or isinstance(exc, KaitakError):
                _fail(group, exc)
                return
            _log.warning("a group of %d messages failed (%s); storing them one by one", len(group), type(exc).__name__)
            for one in group:
                await self._store_group([one])
            return
        if any(result.outcome == "stored" for result in results):
            self._signals.mark(Topic.TURN, Topic.STREAM)
        unplaced: dict[tuple[int, int, str], list[tuple[IncomingMessage, asyncio.Future[Stored]]]] = {}
        for (message, future), result in zip(group, results, strict=True):
            if result.outcome == "unplaced":
                unplaced.setdefault(message.order, []).append((message, future))
            elif not future.done():
                future.set_result(result)
        for of_one in unplaced.values():
            task = asyncio.create_task(self._place_all(of_one))
            self._placing.add(task)
            task.add_done_callback(self._placing.discard)

    async def _place_all(self, of_one: list[tuple[IncomingMessage, asyncio.Future[Stored]]]) -> None:
        """Place one sender's messages in their order, beside the door: newcomers hold up nobody."""
        for message, future in of_one:
            await self._place(message, future)

    async def _place(self, message: IncomingMessage, future: asyncio.Future[Stored]) -> None:
        try:
            result = await self._road.place_and_ingest(message)
        except Exception as exc:  # noqa: BLE001 (as above)
            _fail([(message, future)], exc)
            return
        self._signals.mark(Topic.TURN, Topic.STREAM)
        if not future.done():
            future.set_result(result)


def _fail(group: list[tuple[IncomingMessage, asyncio.Future[Stored]]], exc: Exception) -> None:
    ids = {"account_id": group[0][0].account_id, "inbox_id": group[0][0].inbox_id, "count": len(group)}
    _log.error("messages could not be stored: %s", type(exc).__name__, exc_info=exc, extra=ids)
    for _, future in group:
        if not future.done():
            future.set_exception(exc)


def _incoming(account_id: AccountId, inbox_id: InboxId, settle: timedelta, event: MessageReceived) -> IncomingMessage:
    attributes: Json = dict(event.attributes)
    if event.choice is not None:
        attributes["submitted_value"] = event.choice
    if event.reply_to is not None:
        attributes["in_reply_to_external_id"] = event.reply_to
    if _EARLIEST < event.at < datetime.now(UTC) - LATE:
        attributes["said_at"] = event.at.isoformat()
    attributes.pop(proven_senders.ATTRIBUTE, None)
    if event.sender.is_verified:
        attributes[proven_senders.ATTRIBUTE] = True
    if event.media:
        attributes["media"] = [asdict(each) for each in event.media]
    return IncomingMessage(
        account_id=account_id,
        inbox_id=inbox_id,
        external_id=event.external_id,
        source_id=event.sender.source_id,
        content=event.text[:MAX_CONTENT],
        attributes=attributes,
        raw=dict(event.raw),
        settle=settle,
        name=event.sender.name,
        email=event.sender.email,
        phone_number=event.sender.phone_number,
        is_verified=event.sender.is_verified,
    )
