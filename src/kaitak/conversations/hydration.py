"""Owns turning stream rows into frames: each changed conversation and message once, in two queries for a batch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts import views as contact_views
from kaitak.contacts.schemas import ContactView
from kaitak.conversations import views, widget_views
from kaitak.conversations.links import Links
from kaitak.conversations.views import PlacedConversation, PlacedMessage
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.realtime.frames import Hydrated, Interest, encode
from kaitak.realtime.kinds import CONVERSATION_KINDS, EPHEMERAL_KINDS, MESSAGE_KINDS, Kind
from kaitak.realtime.queries import Row

_OF_VISITORS = text("""
select c.id from conversation c
where c.account_id = :account_id and c.id = any(:ids) and c.contact_inbox_id = any(:contact_inbox_ids)
""")


@dataclass(frozen=True, slots=True)
class _Found:
    conversations: dict[int, PlacedConversation]
    messages: dict[int, PlacedMessage]
    contacts: dict[int, ContactView]


class StreamHydrator:
    """Implements the hub's port: reads the present views under the account's row-level security."""

    def __init__(self, database: Database, links: Links) -> None:
        self._database = database
        self._links = links

    async def hydrate(self, rows: Sequence[Row], interest: Interest) -> Sequence[Hydrated]:
        """The frames for rows of one account, in the rows' order."""
        if not rows or not (interest.agents or interest.contact_inbox_ids):
            return []
        account_id = rows[0].account_id
        async with self._database.transaction(account_id) as session:
            if not interest.agents:
                rows = await _of_visitors(session, account_id, rows, interest)
            found = await self._read(session, account_id, rows)
        return [
            hydrated
            for row in sorted(rows, key=lambda each: each.id)
            if (hydrated := _hydrated(row, found, self._links)) is not None
        ]

    async def _read(self, session: AsyncSession, account_id: AccountId, rows: Sequence[Row]) -> _Found:
        conversation_ids = {row.conversation_id for row in rows if row.conversation_id is not None}
        message_ids = {row.message_id for row in rows if row.kind in MESSAGE_KINDS and row.message_id is not None}
        contact_ids = {int(str((row.payload or {}).get("id", 0))) for row in rows if row.kind == Kind.CONTACT_UPDATED}
        return _Found(
            await views.conversations_of(session, account_id, conversation_ids) if conversation_ids else {},
            await views.messages_of(session, account_id, message_ids, self._links) if message_ids else {},
            dict(await contact_views.contacts_of(session, account_id, contact_ids)) if contact_ids else {},
        )


async def _of_visitors(
    session: AsyncSession, account_id: AccountId, rows: Sequence[Row], interest: Interest
) -> list[Row]:
    ids = list({row.conversation_id for row in rows if row.conversation_id is not None})
    values = {"account_id": account_id, "ids": ids, "contact_inbox_ids": list(interest.contact_inbox_ids)}
    theirs = set(await session.scalars(_OF_VISITORS, values)) if ids else set()
    return [row for row in rows if row.conversation_id in theirs]


def _hydrated(row: Row, found: _Found, links: Links) -> Hydrated | None:
    conversation = found.conversations.get(row.conversation_id or 0)
    if row.kind in MESSAGE_KINDS:
        message = found.messages.get(row.message_id or 0)
        return _message(row, message, conversation, links) if message and conversation else None
    if row.kind in CONVERSATION_KINDS:
        return _conversation(row, conversation) if conversation else None
    if row.kind in EPHEMERAL_KINDS:
        return _passing(row, conversation) if conversation else None
    if row.kind == Kind.CONTACT_UPDATED:
        contact = found.contacts.get(int(str((row.payload or {}).get("id", 0))))
        data = contact.model_dump(mode="json") if contact else None
        return Hydrated(agent_frame=encode(row.kind, data, number=row.id)) if data else None
    return Hydrated(agent_frame=encode(row.kind, row.payload or {}, number=row.id))


def _message(row: Row, message: PlacedMessage, conversation: PlacedConversation, links: Links) -> Hydrated:
    data = message.view.model_dump(mode="json")
    if row.kind == Kind.MESSAGE_CREATED:
        data["conversation"] = conversation.view.model_dump(mode="json")
    shown = widget_views.message_for_visitor(message.view, links)
    return Hydrated(
        inbox_id=message.inbox_id,
        contact_inbox_id=message.contact_inbox_id,
        agent_frame=encode(row.kind, data, number=row.id),
        visitor_frame=encode(row.kind, shown.model_dump(mode="json"), number=row.id) if shown else None,
    )


def _conversation(row: Row, conversation: PlacedConversation) -> Hydrated:
    shown = widget_views.conversation_for_visitor(conversation.view)
    return Hydrated(
        inbox_id=conversation.inbox_id,
        contact_inbox_id=conversation.contact_inbox_id,
        agent_frame=encode(row.kind, conversation.view.model_dump(mode="json"), number=row.id),
        visitor_frame=encode("conversation.updated", shown.model_dump(mode="json"), number=row.id),
    )


def _passing(row: Row, conversation: PlacedConversation) -> Hydrated:
    payload = dict(row.payload or {})
    user = payload.get("user")
    visitor_frame = None
    is_typing = row.kind in (Kind.TYPING_ON, Kind.TYPING_OFF) and not payload.get("is_private")
    if is_typing and isinstance(user, dict) and user.get("type") != "contact":
        typing = {"on": row.kind == Kind.TYPING_ON, "author_name": user.get("name", "")}
        visitor_frame = encode("typing", typing, number=row.id)
    return Hydrated(
        inbox_id=conversation.inbox_id,
        contact_inbox_id=conversation.contact_inbox_id,
        agent_frame=encode(row.kind, {"conversation_id": conversation.view.id, **payload}, number=row.id),
        visitor_frame=visitor_frame,
    )
