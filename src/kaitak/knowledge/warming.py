"""Owns loading in the background what a first search needs, so that no customer waits for it."""

from __future__ import annotations

import asyncio
import logging

from sqlalchemy import text

from kaitak.core import resources
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.knowledge import judgement, ranking, synonyms, words
from kaitak.knowledge.index import KnowledgeShelf

_log = logging.getLogger(__name__)
_ACCOUNTS = text("select account_id from all_account_ids()")
_MOST = 50  # accounts; the shelf keeps no more


async def ready(database: Database, shelf: KnowledgeShelf) -> None:
    """Read the words and learnt weights, then the pieces of every account, one after the other."""
    await asyncio.to_thread(_read_words)
    async with database.transaction() as session:
        accounts = [AccountId(row[0]) for row in await session.execute(_ACCOUNTS)][:_MOST]
    for account_id in accounts:
        async with database.transaction(account_id) as session:
            await shelf.get(session, account_id)
    _log.info("knowledge of %d accounts is ready", len(accounts))


def _read_words() -> None:
    judgement.planes()
    ranking.vector_of("幾時")
    for pack in (None, *resources.pack_names()):
        synonyms.of_pack(pack)
        words.of_text("請問幾時送貨", pack)
