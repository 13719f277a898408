"""The widget's public API: the customer's session, messages, files, marks and signed identity."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import SecretStr
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.api import paging
from kaitak.api.deps import Deps, DepsDep
from kaitak.api.problems import problems
from kaitak.api.ratelimit import AddressLimit
from kaitak.channels import live
from kaitak.contacts import actions as contact_actions
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.conversations import attaching, marking, presence, views, visitors, widget_views
from kaitak.conversations.attachment_endpoints import UPLOAD_ERRORS, shown
from kaitak.conversations.dependencies import LinksDep, StoreDep
from kaitak.conversations.errors import (
    AttachmentUnusableError,
    ContactBlockedError,
    IdentityInvalidError,
    IdentityRequiredError,
    MessageEmptyError,
    OriginRefusedError,
    VisitorUnknownError,
    WidgetUnknownError,
)
from kaitak.conversations.inbound import Door
from kaitak.conversations.links import Links
from kaitak.conversations.models import Attachment, Conversation, Message
from kaitak.conversations.posting import Actor
from kaitak.conversations.road_rows import IncomingMessage
from kaitak.conversations.schemas import AttachmentView
from kaitak.conversations.visitors import Visitor, VisitorTokenDep
from kaitak.conversations.widget_schemas import (
    IdentifyBody,
    SessionBody,
    WidgetConfig,
    WidgetContact,
    WidgetIdentified,
    WidgetMessage,
    WidgetPage,
    WidgetPostBody,
    WidgetPosted,
    WidgetSeenBody,
    WidgetSession,
    WidgetTypingBody,
)
from kaitak.core import ids
from kaitak.core.crypto import is_same
from kaitak.realtime import actions as realtime
from kaitak.realtime import queries as stream
from kaitak.realtime.kinds import Kind

router = APIRouter(prefix="/public/api/v1/widget", tags=["widget"])
FIRST_PAGE = 30
_IS_ATTENDED = text("""
select exists (
    select from account_user m where m.account_id = :account_id and m.availability = 'online'
      and (m.role <> 'agent' or exists (select from inbox_member b where b.account_id = m.account_id
           and b.user_id = m.user_id and b.inbox_id = :inbox_id)))
""")
READING = Depends(AddressLimit("widget.read", per_minute=240, burst=120))
WRITING = Depends(AddressLimit("widget.write", per_minute=60, burst=40))
OPENING = Depends(AddressLimit("widget.session", per_minute=60, burst=60))
UPLOADING = Depends(AddressLimit("widget.upload", per_minute=20, burst=20))
PROVING = Depends(AddressLimit("widget.identify", per_minute=20, burst=20))
SeqQuery = Annotated[int | None, Query(ge=0, le=views.NO_SEQ)]
VISITOR_ERRORS = (VisitorUnknownError, WidgetUnknownError)


@router.post(
    "/session",
    dependencies=[OPENING],
    response_model=WidgetSession,
    responses=problems(WidgetUnknownError, OriginRefusedError),
)
async def open_session(
    *,
    deps: DepsDep,
    links: LinksDep,
    store: StoreDep,
    request: Request,
    body: SessionBody,
    x_kaitak_visitor: Annotated[str | None, Header(max_length=300)] = None,
) -> WidgetSession:
    """Everything that the window needs. A browser without a token, or with one of another inbox, gets a new one."""
    token, is_new = _token_of(x_kaitak_visitor, body.website_token)
    async with deps.database.transaction() as session:
        visitor = await visitors.find_visitor(session, token)
        inbox, settings = await visitors.get_inbox(session, visitor)
        visitors.require_origin(settings, request.headers.get("origin"), deps)
        is_attended = bool(
            await session.scalar(_IS_ATTENDED, {"account_id": visitor.account_id, "inbox_id": visitor.inbox_id})
        )
        config = WidgetConfig(
            inbox_name=inbox.name,
            bot_name=settings.bot_name,
            greeting=settings.greeting,
            suggestions=[each.model_dump(mode="json") for each in settings.suggestions],
            color=settings.color,
            locale=settings.locale,
            csat_enabled=inbox.csat_enabled,
            max_attachment_bytes=store.max_bytes,
            agent_available=is_attended,
            require_identity=settings.require_identity,
        )
        return await _session_of(session, visitor, config, links, token=token.text if is_new else None)


@router.get("/messages", dependencies=[READING], response_model=WidgetPage, responses=problems(*VISITOR_ERRORS))
async def list_widget_messages(
    *,
    deps: DepsDep,
    links: LinksDep,
    token: VisitorTokenDep,
    before: SeqQuery = None,
    after: SeqQuery = None,
    limit: paging.LimitQuery = 30,
) -> WidgetPage:
    """A stretch of the present conversation in ascending order."""
    async with deps.database.transaction() as session:
        visitor = await visitors.find_visitor(session, token)
        cursor = await stream.stream_cursor(session)
        conversation = await _conversation_of(session, visitor)
        if conversation is None:
            return WidgetPage(payload=[], has_more=False, cursor=cursor)
        payload, has_more = await _thread(session, conversation, links, before=before, after=after, limit=limit)
        return WidgetPage(payload=payload, has_more=has_more, cursor=cursor)


@router.post(
    "/messages",
    dependencies=[WRITING],
    response_model=WidgetPosted,
    responses=problems(
        *VISITOR_ERRORS, MessageEmptyError, ContactBlockedError, IdentityRequiredError, AttachmentUnusableError
    ),
)
async def post_widget_message(
    deps: DepsDep, links: LinksDep, token: VisitorTokenDep, body: WidgetPostBody
) -> WidgetPosted:
    """The customer writes. Stored when this answers; the same `echo_id` again gets the same answer."""
    if not body.content.strip() and not body.attachment_ids:
        raise MessageEmptyError
    async with deps.database.transaction() as session:
        visitor = await visitors.find_visitor(session, token)
        inbox, settings = await visitors.get_inbox(session, visitor)
        address = await visitors.get_address(session, visitor)
        await visitors.require_may_write(session, address, settings)
        known = await _find_posted(session, address, body.echo_id)
        if known is None and body.attachment_ids:
            await attaching.require_usable(
                session,
                visitor.account_id,
                body.attachment_ids,
                uploader_type="contact_inbox",
                uploader_id=address.id,
            )
        settle = inbox.settle
    if known is None:
        attributes = {} if body.submitted_value is None else {"submitted_value": body.submitted_value}
        await deps.get(Door).store(
            IncomingMessage(
                account_id=visitor.account_id,
                inbox_id=visitor.inbox_id,
                external_id=f"{address.source_id}:{body.echo_id}",
                source_id=address.source_id,
                content=body.content,
                attributes=dict(attributes),
                raw={"echo_id": body.echo_id, "page_url": body.page_url},
                settle=settle,
                echo_id=body.echo_id,
            )
        )
    return await _posted(deps, visitor, address, body, links)


@router.post(
    "/attachments",
    dependencies=[UPLOADING],
    response_model=AttachmentView,
    status_code=201,
    responses={**UPLOAD_ERRORS, **problems(*VISITOR_ERRORS, ContactBlockedError)},
)
async def upload_widget_file(
    deps: DepsDep, links: LinksDep, store: StoreDep, token: VisitorTokenDep, request: Request
) -> AttachmentView:
    """Upload a file; a message of the same visitor takes it by its id."""
    async with deps.database.transaction() as session:
        visitor = await visitors.find_visitor(session, token)
        _, settings = await visitors.get_inbox(session, visitor)
        address = await visitors.get_address(session, visitor)
        await visitors.require_may_write(session, address, settings)
    stored = await store.take(request, visitor.account_id)
    async with deps.database.transaction(visitor.account_id) as session:
        attachment = await attaching.keep(
            session, visitor.account_id, stored, uploader_type="contact_inbox", uploader_id=address.id
        )
        view = shown(attachment, links)
    return view.model_copy(update={"url": links.public_url + view.url})


@router.post("/typing", dependencies=[READING], status_code=204, responses=problems(*VISITOR_ERRORS))
async def show_typing(deps: DepsDep, token: VisitorTokenDep, body: WidgetTypingBody) -> Response:
    """Show the agents that the customer is typing."""
    async with deps.database.transaction() as session:
        visitor = await visitors.find_visitor(session, token)
        conversation = await _conversation_of(session, visitor)
        if conversation is not None:
            contact = await session.get_one(Contact, (visitor.account_id, conversation.contact_id))
            actor = Actor(contact.id, contact.name)
            await presence.show_typing(session, conversation, actor, sender_type="contact", is_on=body.on)
    return Response(status_code=204)


@router.post("/seen", dependencies=[READING], status_code=204, responses=problems(*VISITOR_ERRORS))
async def mark_seen(deps: DepsDep, token: VisitorTokenDep, body: WidgetSeenBody) -> Response:
    """The customer has read up to this message."""
    async with deps.database.transaction() as session:
        conversation = await _conversation_of(session, await visitors.find_visitor(session, token))
        if conversation is not None:
            await marking.mark_seen_by_contact(session, conversation, body.seq)
    return Response(status_code=204)


@router.post(
    "/identify",
    dependencies=[PROVING],
    response_model=WidgetIdentified,
    responses=problems(*VISITOR_ERRORS, IdentityInvalidError),
)
async def identify(deps: DepsDep, token: VisitorTokenDep, body: IdentifyBody) -> WidgetIdentified:
    """Say who the customer is, signed by the host page's server: HMAC-SHA256 of the identifier, in hex."""
    async with deps.database.transaction() as session:
        visitor = await visitors.find_visitor(session, token)
        inbox, _ = await visitors.get_inbox(session, visitor)
        config = live.unseal(deps.keyring, visitor.account_id, inbox.channel, inbox.config_encrypted)
        secret = getattr(config, "identity_secret", None)
        if not isinstance(secret, SecretStr) or not _is_proven(secret, body):
            raise IdentityInvalidError
        address = await visitors.get_address(session, visitor)
        contact, _ = await contact_actions.join_identity(
            session,
            address,
            body.identifier,
            profile={"name": body.name, "email": body.email, "phone_number": body.phone_number},
            attributes=body.custom_attributes,
        )
        return WidgetIdentified(contact=WidgetContact(name=contact.name, email=contact.email, identified=True))


@router.post("/reset", dependencies=[WRITING], status_code=204, responses=problems(*VISITOR_ERRORS))
async def reset(deps: DepsDep, token: VisitorTokenDep) -> Response:
    """The token is no longer good; the browser begins as somebody new."""
    async with deps.database.transaction() as session:
        visitor = await visitors.find_visitor(session, token)
        if visitor.contact_inbox_id is not None:
            address = await visitors.get_address(session, visitor)
            address.token_hash = hashlib.sha256(ids.new_token().encode()).digest()
    return Response(status_code=204)


def _token_of(given: str | None, website_token: str) -> tuple[visitors.VisitorToken, bool]:
    if given:
        try:
            token = visitors.read_token(given)
        except VisitorUnknownError:
            return visitors.new_token(website_token), True
        if token.identifier == website_token:
            return token, False
    return visitors.new_token(website_token), True


def _is_proven(secret: SecretStr, body: IdentifyBody) -> bool:
    expected = hmac.new(secret.get_secret_value().encode(), body.identifier.encode(), hashlib.sha256).hexdigest()
    return is_same(expected, body.identifier_hash.lower())


async def _session_of(
    session: AsyncSession, visitor: Visitor, config: WidgetConfig, links: Links, *, token: str | None
) -> WidgetSession:
    cursor = await stream.stream_cursor(session)
    answer = WidgetSession(
        visitor_token=token,
        contact=WidgetContact(name="", email=None, identified=False),
        config=config,
        conversation=None,
        messages=[],
        has_more=False,
        cursor=cursor,
    )
    if visitor.contact_inbox_id is None:
        return answer
    address = await visitors.get_address(session, visitor)
    contact = await session.get_one(Contact, (visitor.account_id, address.contact_id))
    answer.contact = WidgetContact(name=contact.name, email=contact.email, identified=address.hmac_verified)
    conversation = await visitors.find_conversation(session, address)
    if conversation is not None:
        placed = await views.conversations_of(session, visitor.account_id, [conversation.id])
        answer.conversation = widget_views.conversation_for_visitor(placed[conversation.id].view)
        answer.messages, answer.has_more = await _thread(session, conversation, links, limit=FIRST_PAGE)
    return answer


async def _conversation_of(session: AsyncSession, visitor: Visitor) -> Conversation | None:
    if visitor.contact_inbox_id is None:
        return None
    return await visitors.find_conversation(session, await visitors.get_address(session, visitor))


async def _thread(
    session: AsyncSession,
    conversation: Conversation,
    links: Links,
    *,
    before: int | None = None,
    after: int | None = None,
    limit: int,
) -> tuple[list[WidgetMessage], bool]:
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
    shown_to_visitor = [widget_views.message_for_visitor(each.view, links) for each in found]
    return [each for each in shown_to_visitor if each is not None], has_more


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


async def _posted(
    deps: Deps, visitor: Visitor, address: ContactInbox, body: WidgetPostBody, links: Links
) -> WidgetPosted:
    """Join the files and answer with what is stored; a repeated request heals what a crash left unjoined."""
    async with deps.database.transaction(visitor.account_id) as session:
        message = await _find_posted(session, address, body.echo_id)
        if message is None:
            raise ContactBlockedError
        free = await _free_files(session, address, body.attachment_ids)
        if free:
            await attaching.join(session, message, free, uploader_type="contact_inbox", uploader_id=address.id)
            await realtime.publish(
                session, Kind.MESSAGE_UPDATED, conversation_id=message.conversation_id, message_id=message.id
            )
        placed = await views.messages_of(session, visitor.account_id, [message.id], links)
        shown_message = widget_views.message_for_visitor(placed[message.id].view, links)
        assert shown_message is not None
        conversation = await views.conversations_of(session, visitor.account_id, [message.conversation_id])
        state = widget_views.conversation_for_visitor(conversation[message.conversation_id].view)
        return WidgetPosted(message=shown_message, conversation=state)


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
    return list(found)
