"""Owns delivery: claims what is due, renders it to the channel, sends it outside transactions, records the outcome."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from uuid import UUID

from kaitak.channels.content import Block, Buttons, Choice, Media, Survey, Template, Text
from kaitak.channels.contract import Connector, Outbound
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    OptedOutError,
    OutcomeUnknownError,
    RefusedError,
    ThrottledError,
    WindowClosedError,
)
from kaitak.channels.live import LiveConnectors
from kaitak.channels.render import render
from kaitak.contacts import codes
from kaitak.contacts.codes import OneTimeCodes
from kaitak.conversations import unsent
from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.links import Links
from kaitak.conversations.loop import Loop
from kaitak.conversations.road import Road
from kaitak.conversations.road_rows import ClaimedDelivery, DeliveryOutcome, SendingClaim
from kaitak.core import metrics
from kaitak.core.errors import KaitakError
from kaitak.db.session import DatabaseUnavailableError
from kaitak.realtime.signals import Signals, Topic

_log = logging.getLogger(__name__)
LEASE = timedelta(seconds=60)
CARRIED = 15 * 1024 * 1024  # bytes of files in one message, where the channel carries them; what is more goes as links
SEND_TIMEOUT = timedelta(seconds=30)
MAX_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=1)
LONGEST_RETRY = timedelta(minutes=10)
DETAIL = 300
MAX_SENDING = 512
MAX_OF_INBOX = 128  # of one inbox at once: a channel that hangs leaves room for the others
BREATH = timedelta(milliseconds=10)  # between two groups of outcomes: under load more are recorded together
RECORD_RETRY = timedelta(milliseconds=500)
ONE_TIME_CODE = "one_time_code"  # the attribute of a message that carries one
LANGUAGE, SUBJECT = "language", "subject"  # the attributes that say in what a message is written, and what begins it


def decide_outcome(
    delivery: ClaimedDelivery, error: ConnectorError, *, honours_key: bool, jitter: float
) -> DeliveryOutcome:
    """What a failed attempt means: try again with backoff (`jitter` in 0..1 spreads it), or the end with its reason."""
    failed = DeliveryOutcome(
        delivery=delivery,
        status="unknown" if isinstance(error, OutcomeUnknownError) else "failed",
        error_code=error.code,
        error_detail=error.message[:DETAIL],
        external_ids=error.taken,
    )
    is_partly = bool(error.taken)  # counted, so that the next attempt asks what got through
    if isinstance(error, ThrottledError):
        return replace(failed, status="pending", is_counted=is_partly, retry=error.retry_after)
    is_last = delivery.attempts + 1 >= MAX_ATTEMPTS
    if _may_repeat(error, honours_key=honours_key) and not is_last:
        return replace(failed, status="pending", retry=backoff(delivery.attempts, jitter))
    if isinstance(error, AuthFailedError):
        return replace(failed, status="pending", is_counted=is_partly, retry=LONGEST_RETRY)
    return failed


def _may_repeat(error: ConnectorError, *, honours_key: bool) -> bool:
    """Whether another attempt cannot make it twice."""
    if isinstance(error, OutcomeUnknownError):
        return honours_key if error.may_repeat is None else error.may_repeat
    return isinstance(error, ChannelUnavailableError)


def backoff(attempts: int, jitter: float) -> timedelta:
    """1 s, 2 s, 4 s … up to ten minutes, each shortened by up to a half so that retries do not march in step."""
    longest: timedelta = min(LONGEST_RETRY, FIRST_RETRY * 2 ** min(attempts, 12))
    return longest * (1 - jitter / 2)


class Deliverer:
    """The delivery loop of one process."""

    def __init__(
        self,
        road: Road,
        signals: Signals,
        connectors: LiveConnectors,
        links: Links,
        *,
        batch: int,
        name: str,
        files: AttachmentStore | None = None,
    ) -> None:
        """`files` is for channels that carry files themselves; without it they get links as the others do."""
        self._files = files
        self._road = road
        self._signals = signals
        self._connectors = connectors
        self._links = links
        self._batch = batch
        self._name = name
        self._claims = 0
        self._looks = 0
        self._is_looking = False
        self._sending: set[asyncio.Task[None]] = set()
        self._busy: Counter[int] = Counter()
        self._done: list[DeliveryOutcome] = []
        self._is_recording = False
        self._random: Callable[[], float] = random.random

    def loop(self, poll: timedelta) -> Loop:
        """The loop that delivers until it is stopped; afterwards `drain` waits for what is still being sent."""
        event = self._signals.event(Topic.DELIVERY)
        return Loop("delivery", self.begin, self._next_due, event, poll, batch=self._batch)

    async def step(self) -> int:
        """Claim, send and record one batch; says how many."""
        begun = await self.begin()
        await self.drain()
        return begun

    async def begin(self) -> int:
        """Claim a batch and begin to send it; says how many. A slow channel holds up nobody else."""
        while len(self._sending) >= MAX_SENDING:
            await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
        self._looks += 1
        self._is_looking = True
        try:
            batch = await self._road.claim_deliveries(self._batch, self._next_claim(), LEASE, self._busy_inboxes())
        finally:
            self._is_looking = False
        self.take(batch)
        return len(batch)

    def room(self) -> SendingClaim | None:
        """Under which claim a turn may lease its answers to this loop; None while it has enough to send."""
        if len(self._sending) >= MAX_SENDING:
            return None
        return SendingClaim(name=self._next_claim(), lease=LEASE, busy=self._busy_inboxes())

    def take(self, batch: Sequence[ClaimedDelivery]) -> None:
        """Begin to send what is leased to this loop."""
        for delivery in batch:
            self._busy[delivery.inbox_id] += 1
            task = asyncio.create_task(self._send_and_record(delivery))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    def _next_claim(self) -> str:
        self._claims += 1
        return f"{self._name}:{self._claims}"

    async def drain(self) -> None:
        """Wait until everything that was begun is recorded."""
        while self._sending:
            await asyncio.wait(self._sending)

    def _busy_inboxes(self) -> list[int]:
        return [inbox_id for inbox_id, count in self._busy.items() if count >= MAX_OF_INBOX]

    async def _next_due(self) -> datetime | None:
        return await self._road.next_delivery_due(self._busy_inboxes())

    async def _send_and_record(self, delivery: ClaimedDelivery) -> None:
        """Send; whoever is done while another records is recorded with the next group."""
        try:
            outcome = await self._deliver(delivery)
        finally:
            if self._busy[delivery.inbox_id] >= MAX_OF_INBOX:
                self._signals.mark(Topic.DELIVERY)  # what waits for room in this inbox
            self._busy[delivery.inbox_id] -= 1
            if not self._busy[delivery.inbox_id]:
                del self._busy[delivery.inbox_id]
        self._done.append(outcome)
        if self._is_recording:
            return
        self._is_recording = True
        try:
            while self._done:
                group, self._done = self._done, []
                await self._record(group)
                await asyncio.sleep(BREATH.total_seconds())
        except Exception:  # noqa: BLE001 (the lease takes care)
            metrics.ERRORS.labels("delivery").inc()
            _log.exception("outcomes of deliveries could not be recorded; they are sent again when their lease ends")
        finally:
            self._is_recording = False

    async def _record(self, outcomes: list[DeliveryOutcome]) -> None:
        """Commit outcomes; while the database is away, try for as long as the lease lasts."""
        until = monotonic() + LEASE.total_seconds()
        looks, was_looking = self._looks, self._is_looking
        while True:
            try:
                has_more = await self._road.record(outcomes)
                break
            except DatabaseUnavailableError:
                if monotonic() > until:
                    raise
                await asyncio.sleep(RECORD_RETRY.total_seconds())
        for outcome in outcomes:
            metrics.DELIVERIES.labels(outcome.delivery.channel, outcome.status).inc()
            if outcome.error_code == AuthFailedError.code:
                delivery = outcome.delivery
                await self._road.pause_inbox(delivery.account_id, delivery.inbox_id, outcome.error_detail or "")
        # A look that was made meanwhile could not yet see what waited behind these.
        if has_more or was_looking or looks != self._looks:
            self._signals.mark(Topic.DELIVERY)
        is_lost = any(map(unsent.is_lost, outcomes))
        self._signals.mark(Topic.STREAM, *([Topic.TURN] if is_lost else []))

    async def _deliver(self, delivery: ClaimedDelivery) -> DeliveryOutcome:
        honours_key = False
        taken: tuple[str, ...] = ()
        try:
            connector = await self._connectors.get(
                delivery.account_id, delivery.inbox_id, delivery.channel, delivery.inbox_version
            )
            honours_key = connector.capabilities.honours_key
            outbound = await self._outbound(delivery, connector)
            taken = outbound.taken
            async with asyncio.timeout(SEND_TIMEOUT.total_seconds()):
                sent = await connector.send(outbound)
            if sent.wake_after is not None:
                at = datetime.now(UTC) + sent.wake_after
                await self._road.order_wake(delivery.account_id, delivery.message_id, at)
        except ConnectorError as exc:
            _log.warning(
                "not delivered: %s",
                exc.code,
                extra={"account_id": delivery.account_id, "message_id": delivery.message_id},
            )
            exc.taken = exc.taken or taken
            return decide_outcome(delivery, exc, honours_key=honours_key, jitter=self._random())
        except TimeoutError:
            error = OutcomeUnknownError("no answer in time")
            error.taken = taken
            return decide_outcome(delivery, error, honours_key=honours_key, jitter=self._random())
        except Exception as exc:  # noqa: BLE001 (our own fault with one message must not hold up the batch)
            _log.exception("cannot deliver", extra={"message_id": delivery.message_id})
            failure = ChannelUnavailableError(exc.message if isinstance(exc, KaitakError) else type(exc).__name__)
            failure.taken = taken
            return decide_outcome(delivery, failure, honours_key=honours_key, jitter=self._random())
        metrics.DELIVERY_SECONDS.observe(max(0.0, (datetime.now(UTC) - delivery.created_at).total_seconds()))
        return DeliveryOutcome(delivery=delivery, status="sent", external_ids=sent.external_ids)

    async def _bodies(self, delivery: ClaimedDelivery, connector: Connector) -> dict[UUID, bytes]:
        """The bytes of the files, where the channel carries them and as far as one message has room."""
        bodies: dict[UUID, bytes] = {}
        if self._files is None or not connector.capabilities.carries_files:
            return bodies
        room = CARRIED
        for file in delivery.files:
            if file.file_size <= room:
                path = self._files.path(delivery.account_id, file.id)
                bodies[file.id] = await asyncio.to_thread(path.read_bytes)
                room -= file.file_size
        return bodies

    async def _outbound(self, delivery: ClaimedDelivery, connector: Connector) -> Outbound:
        can, answers, language, hook = connector.capabilities, None, "", ""
        taken: tuple[str, ...] = ()
        if delivery.attempts and not can.is_pulled:
            taken = await self._road.parts_taken(delivery.account_id, delivery.delivery_id)
        if can.answers_within is not None:
            answers = await self._road.event_to_answer(
                delivery.account_id, delivery.message_id, can.answers_within, each=can.answers_each
            )
        if can.has_subject:
            language = _text(delivery, LANGUAGE)
        if can.has_subject and not answers and not language:
            language = await self._road.language_of(delivery.account_id, delivery.display_id)
        if can.has_opt_out and await self._road.has_opted_out(
            delivery.account_id, delivery.inbox_id, delivery.source_id, delivery.channel
        ):
            raise OptedOutError("the customer has asked for no more messages on this channel")
        if can.is_told_hook:
            path = await self._road.hook_path(delivery.account_id, delivery.inbox_id)
            hook = self._links.public_url + path
        if ONE_TIME_CODE in delivery.content_attributes:
            delivery = await self._with_code(delivery)
        window = max((each for each in (can.reply_window, can.person_window) if each is not None), default=None)
        if window is not None and not can.has_templates and datetime.now(UTC) - delivery.created_at > window:
            raise WindowClosedError("it waited until the channel's time for answers was over")
        return Outbound(
            key=str(delivery.message_id),
            to=delivery.source_id,
            thread=str(delivery.display_id),
            author=delivery.sender_type,
            author_name=delivery.sender_name,
            at=delivery.created_at,
            blocks=render(_blocks(delivery, self._links, await self._bodies(delivery, connector)), can),
            taken=taken,
            attempts=delivery.attempts,
            answers=answers,
            language=language,
            subject=_text(delivery, SUBJECT) if can.has_subject else "",
            is_code=ONE_TIME_CODE in delivery.content_attributes,
            hook=hook,
        )

    async def _with_code(self, delivery: ClaimedDelivery) -> ClaimedDelivery:
        """The message with the code that its check made, where it shows dots; one that has run out is not sent."""
        found = await self._road.code_to_send(delivery.account_id, delivery.message_id)
        if found is None:
            raise RefusedError("the code of this message has run out")
        code = OneTimeCodes(self._links.keyring).code_of(delivery.account_id, *found)
        return replace(delivery, content=delivery.content.replace(codes.DOTS, code))


def _text(delivery: ClaimedDelivery, attribute: str) -> str:
    found = delivery.content_attributes.get(attribute)
    return found if isinstance(found, str) else ""


def _blocks(delivery: ClaimedDelivery, links: Links, bodies: Mapping[UUID, bytes]) -> list[Block]:
    blocks: list[Block] = []
    if delivery.content_type == "input_csat":
        blocks.append(Survey(delivery.content))
    elif delivery.content_type == "template":
        blocks.append(_template(delivery))
    elif delivery.content_type == "input_select":
        items = delivery.content_attributes.get("items")
        choices = tuple(
            Choice(str(item.get("title", "")), str(item.get("value", "")))
            for item in (items if isinstance(items, list) else [])
            if isinstance(item, dict)
        )
        blocks.append(Buttons(delivery.content, choices))
    elif delivery.content:
        blocks.append(Text(delivery.content))
    blocks += [
        Media(
            links.url(delivery.account_id, file.id, file.file_name),
            file.file_name,
            file.content_type,
            file.file_size,
            bodies.get(file.id),
        )
        for file in delivery.files
    ]
    return blocks


def _template(delivery: ClaimedDelivery) -> Template:
    chosen = delivery.content_attributes.get("template")
    values = chosen if isinstance(chosen, dict) else {}
    given = values.get("parameters")
    parameters = tuple(str(each) for each in given) if isinstance(given, list) else ()
    return Template(str(values.get("name", "")), str(values.get("language", "")), parameters, delivery.content)
