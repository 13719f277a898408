"""Owns a demo account's knowledge: the articles that lie with its pack, each brought in once."""

from __future__ import annotations

import asyncio

from kaitak.accounts.audit import Actor
from kaitak.core import resources
from kaitak.core.errors import InvalidError
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.knowledge import actions, reading
from kaitak.knowledge.reading import Draft


class DemoArticleInvalidError(InvalidError):
    """An article of the pack cannot be read; the message names file, line and remedy."""

    code = "demo_article_invalid"


def read(pack: str) -> list[Draft]:
    """The articles of a pack's folder `knowledge`."""
    folder = resources.pack_folder(pack) / "knowledge"
    found = reading.read_files({path.name: path.read_bytes() for path in sorted(folder.glob("*.md"))})
    for fault in found.faults:
        raise DemoArticleInvalidError(f"{fault.file}:{fault.line}: {fault.detail}; {fault.remedy}")
    return found.drafts


async def bring_in(database: Database, account_id: AccountId, pack: str) -> int:
    """Import what the account does not have yet; what people have changed meanwhile stays theirs. How many are new."""
    drafts = await asyncio.to_thread(read, pack)
    async with database.transaction(account_id) as session:
        planned = await actions.plan_import(session, account_id, drafts)
    new = [each.draft for each in planned if each.change == "new"]
    if new:
        prepared = await asyncio.to_thread(
            lambda: {draft.key: actions.prepare(draft.title, draft.pieces) for draft in new}
        )
        async with database.transaction(account_id) as session:
            await actions.import_articles(session, Actor(account_id, None, None), new, prepared)
    return len(new)
