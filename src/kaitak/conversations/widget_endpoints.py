"""The widget's public API: the customer's session, messages, files, marks and signed identity."""

from __future__ import annotations

import hashlib
import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.api import paging
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems
from kaitak.api.ratelimit import AddressLimit
from kaitak.channels import live
from kaitak.contacts import actions as contact_actions
from kaitak.contacts.models import Contact
from kaitak.conversations import marking, presence, views, visitor_talk, visitors, widget_views
from kaitak.conversations.attachment_endpoints import UPLOAD_ERRORS
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
from kaitak.conversations.links import Links
from kaitak.conversations.models import Conversation
from kaitak.conversations.posting import Actor
from kaitak.conversations.schemas import AttachmentView
from kaitak.conversations.visitors import Visitor, VisitorTokenDep
from kaitak.conversations.widget_schemas import (
    IdentifyBody,
    SessionBody,
    WidgetConfig,
    WidgetContact,
    WidgetIdentified,
    WidgetPage,
    WidgetPostBody,
    WidgetPosted,
    WidgetSeenBody,
    WidgetSession,
    WidgetTypingBody,
)
from kaitak.core import ids
from kaitak.core.crypto import is_same
from kaitak.realtime import queries as stream

router = APIRouter(prefix="/public/api/v1/widget", tags=["widget"])
FIRST_PAGE = 30
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
        config = await visitor_talk.config_of(session, inbox, settings, max_bytes=store.max_bytes)
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
        payload, has_more = await visitor_talk.thread(
            session, conversation, links, before=before, after=after, limit=limit
        )
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
        is_known = await visitor_talk.is_posted(session, address, body)
    if not is_known:
        await visitor_talk.store(deps, inbox, address, body)
    return await visitor_talk.posted(deps, address, body, links)


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
    return await visitor_talk.keep_file(deps, store, request, address, links)


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
        answer.messages, answer.has_more = await visitor_talk.thread(session, conversation, links, limit=FIRST_PAGE)
    return answer


async def _conversation_of(session: AsyncSession, visitor: Visitor) -> Conversation | None:
    if visitor.contact_inbox_id is None:
        return None
    return await visitors.find_conversation(session, await visitors.get_address(session, visitor))
