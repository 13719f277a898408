"""Owns making messages findable: the loop that writes each message's folded text soon after the message.

One process at a time does it for all accounts (an advisory lock); whoever ends it leaves nothing undone, because
the next pass looks for messages without their text. The road itself pays nothing.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from datetime import timedelta

import orjson
from sqlalchemy import text

from kaitak.core import metrics
from kaitak.db.session import Database
from kaitak.nlu import folding

_log = logging.getLogger(__name__)
BATCH = 1000
PAUSE = timedelta(seconds=2)
RESTS = 3  # times what a full batch took, before the next: work left over for long takes a quarter of a core, no more
LONGEST = 2000  # characters of one message that can be found; text_grams looks at as many
_LOCK = text("select pg_try_advisory_xact_lock(7221, 1)")
_MISSING = text("select * from messages_without_text(:batch)")
_STORE = text("select store_message_texts(cast(:texts as jsonb))")
_SETTLE = text("select settle_message_texts()")
_SETTLE_AT = text("select settle_message_texts_at(:account_id, :message_id)")
_BLANKS = re.compile(r"\s+")


def fold(content: str) -> str:
    """A text as it is searched: width, case and script folded, blanks single. Pure."""
    folded = folding.plain(content[:LONGEST])
    return _BLANKS.sub(" ", folded.replace("\0", "")).strip()


async def index_messages(database: Database, *, batch: int = BATCH) -> int:
    """One pass: how many messages were made findable; 0 also when another process is at it."""
    async with database.transaction() as session:
        if not await session.scalar(_LOCK):
            return 0
        rows = (await session.execute(_MISSING, {"batch": batch})).all()
        if rows:
            texts = [
                {
                    "account_id": row.account_id,
                    "message_id": row.message_id,
                    "conversation_id": row.conversation_id,
                    "inbox_id": row.inbox_id,
                    "folded": fold(row.content),
                }
                for row in rows
            ]
            await session.execute(_STORE, {"texts": orjson.dumps(texts).decode()})
        if len(rows) < batch:
            await session.execute(_SETTLE)
        else:
            for account_id, message_id in {row.account_id: row.message_id for row in rows}.items():
                await session.execute(_SETTLE_AT, {"account_id": account_id, "message_id": message_id})
    return len(rows)


async def keep_indexed(database: Database) -> None:
    """Make messages findable for as long as the process works; an error is logged and tried again."""
    while True:
        began = time.monotonic()
        try:
            done = await index_messages(database)
        except Exception:  # noqa: BLE001 (a loop of its own)
            metrics.ERRORS.labels("search_index").inc()
            _log.exception("messages could not be made findable; it goes on in a moment")
            done = 0
        took = time.monotonic() - began
        await asyncio.sleep(min(RESTS * took, PAUSE.total_seconds()) if done >= BATCH else PAUSE.total_seconds())
