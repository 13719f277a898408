"""Owns the webhook log: calls that became no message, noted in memory on the road and written every second beside it.

What comes in and is stored is in the ledger (`inbound_event`); this is the rest: calls that were refused, calls that we
cannot read, calls that hold what we do not support. A stranger's calls are only counted, by inbox, reason and hour;
what a platform has signed is kept with its body, so many for each inbox and hour, so that it can be replayed.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal

import orjson
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from kaitak.channels.contract import Ignored, InboundEvent, RawRequest
from kaitak.channels.errors import MalformedPayloadError
from kaitak.core.clock import Clock
from kaitak.core.errors import KaitakError
from kaitak.core.ids import AccountId, InboxId
from kaitak.db.session import Database, DatabaseUnavailableError

_log = logging.getLogger(__name__)
Verdict = Literal["refused", "malformed", "unsupported"]
PAUSE = timedelta(seconds=1)
MAX_NOTES = 5_000  # in memory; beyond them, only what is noted already is counted
KEPT_AN_HOUR = 100  # bodies of one inbox
MAX_BODY = 64 * 1024
MAX_TEXT = 200
_WRITE = text("""
insert into webhook_call (account_id, inbox_id, verdict, reason, detail, hour, digest, calls, first_at, last_at,
                          content_type, query, body, body_size)
select i.account_id, i.id, t.verdict, t.reason, t.detail, t.hour, t.digest, t.calls, t.first_at, t.last_at,
       t.content_type, t.query, decode(t.body, 'base64'), t.body_size
from jsonb_to_recordset(cast(:rows as jsonb)) as t(inbox_id bigint, verdict text, reason text, detail text,
    hour timestamptz, digest text, calls bigint, first_at timestamptz, last_at timestamptz, content_type text,
    query jsonb, body text, body_size bigint)
join inbox i on i.account_id = :account_id and i.id = t.inbox_id
on conflict (account_id, inbox_id, hour, verdict, reason, digest) do update
set calls = webhook_call.calls + excluded.calls, last_at = greatest(webhook_call.last_at, excluded.last_at),
    detail = excluded.detail
""")


@dataclass(frozen=True, slots=True)
class _Finding:
    verdict: Verdict
    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Key:
    account_id: AccountId
    inbox_id: InboxId
    hour: datetime
    verdict: Verdict
    reason: str
    digest: str


@dataclass(slots=True)
class _Note:
    first_at: datetime
    last_at: datetime
    calls: int = 0
    detail: str = ""
    size: int = 0
    content_type: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = None


class CallLog:
    """The notes of one process. Noting costs a look into a dictionary; `run` writes them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._notes: dict[_Key, _Note] = {}
        self._kept: Counter[tuple[InboxId, datetime]] = Counter()

    def refused(self, account_id: AccountId, inbox_id: InboxId, error: KaitakError, raw: RawRequest | None) -> None:
        """A call was refused; one that is signed and cannot be read is kept with its body."""
        if isinstance(error, MalformedPayloadError) and raw is not None:
            self._note(account_id, inbox_id, _Finding("malformed", error.code, error.message), raw)
        else:
            self._note(account_id, inbox_id, _Finding("refused", error.code, error.message), None)

    def parsed(self, account_id: AccountId, inbox_id: InboxId, raw: RawRequest, events: Sequence[InboundEvent]) -> None:
        """A call was taken; noted if something in it is not supported."""
        kind = next((event.kind for event in events if isinstance(event, Ignored)), None)
        if kind is not None:
            self._note(account_id, inbox_id, _Finding("unsupported", kind[:100]), raw)

    async def run(self) -> None:
        """Write what was noted until cancelled, and then the rest."""
        try:
            while True:
                await asyncio.sleep(PAUSE.total_seconds())
                await self._try_to_write()
        finally:
            await self._try_to_write()

    async def write(self) -> None:
        """Write what was noted so far; raises when the database does not answer, and keeps it then."""
        notes, self._notes = self._notes, {}
        ordered = sorted(notes, key=lambda key: (key.account_id, key.inbox_id, key.hour, key.reason, key.digest))
        done: set[_Key] = set()
        try:
            for account_id, group in groupby(ordered, key=lambda key: key.account_id):
                keys = list(group)
                rows = orjson.dumps([_row(key, notes[key]) for key in keys]).decode().replace("\\u0000", "\\ufffd")
                async with self._database.transaction(account_id) as session:
                    await session.execute(_WRITE, {"account_id": account_id, "rows": rows})
                done |= set(keys)
        finally:
            self._notes = {key: note for key, note in notes.items() if key not in done} | self._notes

    async def _try_to_write(self) -> None:
        if not self._notes:
            return
        try:
            await self.write()
        except (DatabaseUnavailableError, DBAPIError) as exc:
            _log.warning("the webhook log waits for the database: %s", type(exc).__name__)

    def _note(self, account_id: AccountId, inbox_id: InboxId, finding: _Finding, raw: RawRequest | None) -> None:
        now = self._clock.now()
        hour = now.replace(minute=0, second=0, microsecond=0)
        kept = raw if raw is not None and self._kept[(inbox_id, hour)] < KEPT_AN_HOUR else None
        if raw is not None and kept is None:
            finding = _Finding(finding.verdict, "more_of_this_hour")
        digest = hashlib.sha256(kept.body).hexdigest() if kept is not None else ""
        key = _Key(account_id, inbox_id, hour, finding.verdict, finding.reason, digest)
        note = self._notes.get(key)
        if note is None:
            if len(self._notes) >= MAX_NOTES:
                return
            note = self._notes[key] = _Note(first_at=now, last_at=now)
            if kept is not None:
                self._keep(note, kept, inbox_id, hour)
        note.calls += 1
        note.last_at, note.detail = now, finding.detail[:MAX_TEXT]

    def _keep(self, note: _Note, raw: RawRequest, inbox_id: InboxId, hour: datetime) -> None:
        if len(self._kept) >= MAX_NOTES:
            self._kept.clear()
        self._kept[(inbox_id, hour)] += 1
        note.size = len(raw.body)
        note.content_type = raw.headers.get("content-type", "")[:MAX_TEXT]
        if len(raw.body) <= MAX_BODY:
            note.body = raw.body
            note.query = {name[:MAX_TEXT]: value[:2_000] for name, value in list(raw.query.items())[:20]}


def _row(key: _Key, note: _Note) -> dict[str, object]:
    return {
        "inbox_id": key.inbox_id,
        "verdict": key.verdict,
        "reason": key.reason,
        "detail": note.detail,
        "hour": key.hour.isoformat(),
        "digest": key.digest,
        "calls": note.calls,
        "first_at": note.first_at.isoformat(),
        "last_at": note.last_at.isoformat(),
        "content_type": note.content_type,
        "query": dict(note.query),
        "body": None if note.body is None else base64.b64encode(note.body).decode(),
        "body_size": note.size,
    }
