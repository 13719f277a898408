"""Owns the shape of the road's loops: work while there is work, sleep until woken or until the next thing is due."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import monotonic

from kaitak.core import metrics

_log = logging.getLogger(__name__)
AFTER_ERROR = timedelta(seconds=1)
BREATH = timedelta(milliseconds=15)  # between two batches: under load what is due goes together, at rest nobody waits


class Loop:
    """One loop. `step` claims and does one batch and answers its size; `next_due` says when more can be claimed.

    Only a full `batch` leaves more that is due now.
    """

    def __init__(
        self,
        name: str,
        step: Callable[[], Awaitable[int]],
        next_due: Callable[[], Awaitable[datetime | None]],
        event: asyncio.Event,
        poll: timedelta,
        *,
        batch: int,
    ) -> None:
        self._name = name
        self._step = step
        self._next_due = next_due
        self._event = event
        self._poll = poll
        self._batch = batch
        self._is_stopping = False

    def stop(self) -> None:
        """Finish the batch at hand, then end."""
        self._is_stopping = True
        self._event.set()

    async def run(self) -> None:
        """Work until stopped; an unexpected error is logged and the loop goes on a second later."""
        while not self._is_stopping:
            begun = monotonic()
            self._event.clear()
            try:
                done = await self._step()
                await asyncio.sleep(max(0.0, begun + BREATH.total_seconds() - monotonic()))
                pause = None if done >= self._batch else await self._pause()
            except Exception:
                metrics.ERRORS.labels(self._name).inc()
                _log.exception("the %s loop failed; it goes on in a second", self._name)
                await asyncio.sleep(AFTER_ERROR.total_seconds())
                continue
            if pause is not None and not self._is_stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._event.wait(), pause.total_seconds())

    async def _pause(self) -> timedelta:
        """How long nothing is due; where something came while this loop drew breath, that need not be asked."""
        if self._event.is_set():
            return timedelta(0)
        due = await self._next_due()
        if due is None:
            return self._poll
        return max(timedelta(milliseconds=1), min(self._poll, due - datetime.now(UTC)))
