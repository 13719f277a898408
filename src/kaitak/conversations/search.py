"""Owns finding messages by what they say, over the whole history of an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations import search_index
from kaitak.conversations.access import Viewer
from kaitak.conversations.errors import SearchTooShortError

MOST_WORDS = 8
_SEARCH = text(
    "select message_id from search_messages(cast(:words as text[]), cast(:inboxes as bigint[]), :before, :limit)"
)
_FOUND = text("""
select m.id, m.seq, m.content, m.message_type, m.sender_type, m.private, m.created_at, c.display_id, c.status,
       c.inbox_id, p.id as contact_id, p.name as contact_name
from message m
join conversation c on c.account_id = m.account_id and c.id = m.conversation_id
join contact p on p.account_id = c.account_id and p.id = c.contact_id
where m.account_id = :account_id and m.id = any(cast(:ids as bigint[]))
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundMessage:
    """A message that was found, and where."""

    id: int
    seq: int
    content: str
    message_type: str
    sender_type: str
    private: bool
    created_at: datetime
    display_id: int
    status: str
    inbox_id: int
    contact_id: int
    contact_name: str


def words_of(q: str) -> list[str]:
    """The folded words of a search, all of which a message must hold; raises SearchTooShortError."""
    words = search_index.fold(q).split()[:MOST_WORDS]
    if not any(len(word) > 1 for word in words):
        raise SearchTooShortError
    return words


async def search_messages(
    session: AsyncSession, viewer: Viewer, q: str, *, before: int | None, limit: int
) -> list[FoundMessage]:
    """Messages in the viewer's inboxes that hold every word, newest first; those after message `before` on the list."""
    values = {
        "words": words_of(q),
        "inboxes": None if viewer.inbox_ids is None else sorted(viewer.inbox_ids),
        "before": before,
        "limit": limit,
    }
    ids = list(await session.scalars(_SEARCH, values))
    rows = await session.execute(_FOUND, {"account_id": viewer.account_id, "ids": ids})
    found = {row.id: FoundMessage(**row._mapping) for row in rows}  # noqa: SLF001 (SQLAlchemy's documented name)
    return [found[number] for number in ids if number in found]
