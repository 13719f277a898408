"""Owns beginning to talk to a contact who did not write: by which inboxes and addresses, and what those take now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.channels import queries as inboxes
from kaitak.channels import registry
from kaitak.channels.contract import Capabilities
from kaitak.channels.models import Inbox
from kaitak.channels.windows import State
from kaitak.contacts import addresses, consent
from kaitak.contacts.consent import Word
from kaitak.contacts.errors import ContactNotFoundError
from kaitak.contacts.identity import normal_forms
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.conversations import posting, reply_windows
from kaitak.conversations.access import Viewer
from kaitak.conversations.delivery import SUBJECT
from kaitak.conversations.errors import ContactBlockedError, ContactUnreachableError, ConversationOpenError
from kaitak.conversations.models import Conversation
from kaitak.conversations.policy import HUMAN, OPEN, RESOLVED
from kaitak.conversations.posting import Actor, Entry
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

Why = Literal["", "window_over", "quota_used", "never_wrote", "withdrawn", "taken", "paused", "conversation_open"]

# The contact's addresses, and whose the addresses are that they gave, with what their channel still takes.
_ADDRESS = """
select c.inbox_id, c.source_id, c.contact_id, k.display_id, clock_timestamp() as now,
  case when i.channel = any(:limited) then """
_OF_ADDRESS = """ end as heard
from (select a.*, a.id as contact_inbox_id from contact_inbox a
      where a.account_id = :account_id and a.id in (
        select o.id from contact_inbox o where o.account_id = :account_id and o.contact_id = :contact_id
        union all select g.id from contact_inbox g
        where g.account_id = :account_id and g.inbox_id = any(:inbox_ids) and g.source_id = any(:given))) c
join inbox i on i.account_id = c.account_id and i.id = c.inbox_id
left join conversation k on k.account_id = c.account_id and k.id = c.current_conversation_id and k.status <> 'resolved'
order by c.contact_inbox_id
"""
_ADDRESSES = text(_ADDRESS + reply_windows.HEARD + _OF_ADDRESS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """An inbox and an address of the contact there; `state` says how they may be written to now, `why` why not."""

    inbox: Inbox
    can: Capabilities
    source_id: str
    state: State = "open"
    why: Why = ""
    conversation: int | None = None  # the number of the one that is open there already

    def closed(self, why: Why) -> Way:
        """The same, which cannot be gone now."""
        return replace(self, state="closed", why=why)


async def ways(session: AsyncSession, viewer: Viewer, contact: Contact) -> list[Way]:
    """All inboxes of the viewer by which the contact can be written to, or could be but for a reason."""
    shown = [
        each for each in await inboxes.list_inboxes(session, viewer.account_id, member=None) if viewer.sees(each.id)
    ]
    given = {"email": _email(contact), "phone": _phone(contact)}
    values = {
        "account_id": viewer.account_id,
        "contact_id": contact.id,
        "given": [each for each in given.values() if each],
        "inbox_ids": [each.id for each in shown],
        "limited": list(reply_windows.LIMITED),
    }
    rows = (await session.execute(_ADDRESSES, values)).mappings().all()
    known = {(row["inbox_id"], row["source_id"]): row for row in rows}
    words = consent.words_of(await consent.read(session, viewer.account_id, contact.id))
    found = []
    for inbox in shown:
        connector = registry.CONNECTORS.get(inbox.channel)
        if connector is None or not _may_begin(connector.capabilities):
            continue
        can = connector.capabilities
        own = [row["source_id"] for row in rows if row["inbox_id"] == inbox.id and row["contact_id"] == contact.id]
        wanted = given[can.reaches] if can.reaches is not None else None
        for source_id in dict.fromkeys([*own, *([wanted] if wanted else [])]):
            way = Way(inbox=inbox, can=can, source_id=source_id)
            found.append(_judged(way, contact, known.get((inbox.id, source_id)), words))
    return found


async def begin(
    session: AsyncSession,
    viewer: Viewer,
    contact: Contact,
    actor: Actor,
    entry: Entry,
    *,
    to: tuple[int, str | None],
    subject: str = "",
) -> Conversation:
    """A new conversation with its first message; `to` is an inbox and one of the contact's addresses there.

    The same `echo_id` again gives the conversation that it made.
    """
    if contact.blocked:
        raise ContactBlockedError
    inbox_id, source_id = to
    fitting = [way for way in await ways(session, viewer, contact) if way.inbox.id == inbox_id]
    way = next((way for way in fitting if source_id in (None, way.source_id)), None)
    if way is None:
        raise ContactUnreachableError("this contact has no address in this inbox", why="no_address")
    if way.why in ("taken", "paused"):
        raise ContactUnreachableError("this contact cannot be written to there now", why=way.why)
    address = await _address(session, way, contact)
    if address.current_conversation_id is not None:
        current = await session.get_one(Conversation, (address.account_id, address.current_conversation_id))
        earlier = await posting.find_echo(session, current, entry.echo_id)
        if earlier is not None:
            return current
        if current.status != RESOLVED:
            raise ConversationOpenError("a conversation is open there already", conversation=current.display_id)
    conversation = await _opened(session, address, actor)
    await posting.record(session, conversation, "begun", actor, "began the conversation")
    if subject and way.can.has_subject:
        entry = replace(entry, content_attributes={**(entry.content_attributes or {}), SUBJECT: subject})
    await posting.add(session, conversation, entry)
    return conversation


async def present(session: AsyncSession, contact: Contact) -> Contact:
    """The contact, or the one that it was put into."""
    if contact.merged_into_id is None:
        return contact
    kept = await session.get(Contact, (contact.account_id, contact.merged_into_id))
    if kept is None:
        raise ContactNotFoundError
    return kept


def _may_begin(can: Capabilities) -> bool:
    """Not where the customer has to come to us: nobody would see it."""
    return can.may_initiate or not can.is_pulled


def _judged(way: Way, contact: Contact, row: RowMapping | None, words: Sequence[Word]) -> Way:
    if row is not None and row["contact_id"] != contact.id:
        return way.closed("taken")
    if row is not None and row["display_id"] is not None:
        return replace(way, conversation=row["display_id"]).closed("conversation_open")
    if way.inbox.paused_at is not None:
        return way.closed("paused")
    if consent.forbids(words, way.inbox.channel, "service") is not None:
        return way.closed("withdrawn")
    if row is None:
        return way
    plan = reply_windows.plan_of(way.inbox.channel, row["heard"], row["now"], "user")
    return replace(way, state=plan.state, why=plan.why)


async def _address(session: AsyncSession, way: Way, contact: Contact) -> ContactInbox:
    found = await addresses.take(session, contact.account_id, way.inbox.id, way.source_id, contact_id=contact.id)
    if found.contact_id != contact.id:
        raise ContactUnreachableError("the address is another contact's", why="taken")
    return found


async def _opened(session: AsyncSession, address: ContactInbox, actor: Actor) -> Conversation:
    now = await posting.now(session)
    conversation = Conversation(
        account_id=address.account_id,
        display_id=await posting.next_display_id(session, address.account_id),
        inbox_id=address.inbox_id,
        contact_id=address.contact_id,
        contact_inbox_id=address.id,
        status=OPEN,
        owner=HUMAN,
        assignee_id=actor.id,
        first_reply_created_at=now,
    )
    session.add(conversation)
    await session.flush()
    await session.refresh(conversation)
    address.current_conversation_id = conversation.id
    await realtime.publish(session, Kind.CONVERSATION_CREATED, conversation_id=conversation.id)
    return conversation


def _email(contact: Contact) -> str | None:
    return contact.email.strip().lower() if contact.email and normal_forms.email(contact.email) else None


def _phone(contact: Contact) -> str | None:
    return normal_forms.phone(contact.phone_number) if contact.phone_number else None
