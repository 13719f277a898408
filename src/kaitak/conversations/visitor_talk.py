"""Owns what a customer does in a client of ours, web window or app: read the talk, write, send files. Each once."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from fastapi import Request
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.api.deps import Deps
from kaitak.channels.models import Inbox
from kaitak.channels.settings import InboxSettings
from kaitak.contacts.models import ContactInbox
from kaitak.conversations import attaching, thumbnails, views, visitors, widget_views
from kaitak.conversations.attaching import AttachmentStore
from kaitak.conversations.attachment_endpoints import shown
from kaitak.conversations.errors import ContactBlockedError
from kaitak.conversations.inbound import Door
from kaitak.conversations.links import Links
from kaitak.conversations.models import Attachment, Conversation, Message
from kaitak.conversations.road_rows import IncomingMessage
from kaitak.conversations.schemas import AttachmentView
from kaitak.conversations.widget_schemas import WidgetConfig, WidgetMessage, WidgetPostBody, WidgetPosted
from kaitak.core.ids import AccountId, InboxId
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

_IS_ATTENDED = text("""
select exists (
    select from account_user m where m.account_id = :account_id and m.availability = 'online'
      and (m.role <> 'agent' or exists (select from inbox_member b where b.account_id = m.account_id
           and b.user_id = m.user_id and b.inbox_id = :inbox_id)))
""")


async def config_of(session: AsyncSession, inbox: Inbox, settings: InboxSettings, *, max_bytes: int) -> WidgetConfig:
    """How the client looks and what it may do."""
    values = {"account_id": inbox.account_id, "inbox_id": inbox.id}
    return WidgetConfig(
        inbox_name=inbox.name,
        bot_name=settings.bot_name,
        greeting=settings.greeting,
        suggestions=[each.model_dump(mode="json") for each in settings.suggestions],
        color=settings.color,
        locale=settings.locale,
        csat_enabled=inbox.csat_enabled,
        max_attachment_bytes=max_bytes,
        agent_available=bool(await session.scalar(_IS_ATTENDED, values)),
        require_identity=settings.require_identity,
    )


async def thread(
    session: AsyncSession,
    conversation: Conversation,
    links: Links,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int,
) -> tuple[list[WidgetMessage], bool]:
    """A stretch of a conversation in ascending order, as its customer may see it; and whether it goes on."""
    found, has_more = await views.thread_of(
        session,
        conversation.account_id,
        conversation.id,
        links,
        before=before,
        after=after,
        limit=limit,
        with_private=False,
    )
    shown_to_customer = [widget_views.message_for_visitor(each.view, links) for each in found]
    return [each for each in shown_to_customer if each is not None], has_more


async def is_posted(session: AsyncSession, address: ContactInbox, body: WidgetPostBody) -> bool:
    """Whether this was written before; its files are checked if it was not."""
    if await _find_posted(session, address, body.echo_id) is not None:
        return True
    if body.attachment_ids:
        await attaching.require_usable(
            session,
            AccountId(address.account_id),
            body.attachment_ids,
            uploader_type="contact_inbox",
            uploader_id=address.id,
        )
    return False


async def store(deps: Deps, inbox: Inbox, address: ContactInbox, body: WidgetPostBody) -> None:
    """Put a message on the road; it is durable when this returns, and the same `echo_id` again changes nothing."""
    attributes = {} if body.submitted_value is None else {"submitted_value": body.submitted_value}
    await deps.get(Door).store(
        IncomingMessage(
            account_id=AccountId(address.account_id),
            inbox_id=InboxId(address.inbox_id),
            external_id=f"{address.id}:{body.echo_id}",
            source_id=address.source_id,
            content=body.content,
            attributes=dict(attributes),
            raw={"echo_id": body.echo_id, "page_url": body.page_url},
            settle=inbox.settle,
            echo_id=body.echo_id,
        )
    )


async def posted(deps: Deps, address: ContactInbox, body: WidgetPostBody, links: Links) -> WidgetPosted:
    """Join the files and answer with what is stored; a repeated request heals what a crash left unjoined."""
    account_id = AccountId(address.account_id)
    async with deps.database.transaction(account_id) as session:
        message = await _find_posted(session, address, body.echo_id)
        if message is None:
            raise ContactBlockedError
        free = await _free_files(session, address, body.attachment_ids)
        if free:
            await attaching.join(session, message, free, uploader_type="contact_inbox", uploader_id=address.id)
            await realtime.publish(
                session, Kind.MESSAGE_UPDATED, conversation_id=message.conversation_id, message_id=message.id
            )
        placed = await views.messages_of(session, account_id, [message.id], links)
        shown_message = widget_views.message_for_visitor(placed[message.id].view, links)
        assert shown_message is not None
        conversation = await views.conversations_of(session, account_id, [message.conversation_id])
        state = widget_views.conversation_for_visitor(conversation[message.conversation_id].view)
        return WidgetPosted(message=shown_message, conversation=state)


async def keep_file(
    deps: Deps, store: AttachmentStore, request: Request, address: ContactInbox, links: Links
) -> AttachmentView:
    """Take an upload; no transaction stays open while it comes in."""
    account_id = AccountId(address.account_id)
    stored = await store.take(request, account_id)
    async with deps.database.transaction(account_id) as session:
        attachment = await attaching.keep(
            session, account_id, stored, uploader_type="contact_inbox", uploader_id=address.id
        )
        await thumbnails.order(session, attachment)
        view = shown(attachment, links)
    return views.absolute(view, links)


async def present_conversation(session: AsyncSession, address: ContactInbox | None) -> Conversation | None:
    """The open conversation at an address, or else the last."""
    return None if address is None else await visitors.find_conversation(session, address)


async def _find_posted(session: AsyncSession, address: ContactInbox, echo_id: str) -> Message | None:
    return await session.scalar(
        select(Message)
        .join(
            Conversation,
            (Conversation.account_id == Message.account_id) & (Conversation.id == Message.conversation_id),
        )
        .where(
            Conversation.account_id == address.account_id,
            Conversation.contact_id == address.contact_id,
            Conversation.contact_inbox_id == address.id,
            Message.echo_id == echo_id,
            Message.sender_type == "contact",
        )
    )


async def _free_files(session: AsyncSession, address: ContactInbox, given: Sequence[UUID]) -> list[UUID]:
    if not given:
        return []
    found = await session.scalars(
        select(Attachment.id).where(
            Attachment.account_id == address.account_id,
            Attachment.id.in_(given),
            Attachment.message_id.is_(None),
            Attachment.uploader_type == "contact_inbox",
            Attachment.uploader_id == address.id,
        )
    )
    free = set(found)
    return [each for each in given if each in free]
