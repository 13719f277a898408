"""The app's public API: a signed user's session, history, messages, files, marks; the window's rules, other doors."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.api import paging
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems
from kaitak.api.ratelimit import TooManyRequestsError
from kaitak.channels.clients import SignatureExpiredError
from kaitak.channels.errors import InvalidSignatureError
from kaitak.contacts.models import Contact
from kaitak.conversations import app_queries, app_users, marking, presence, views, visitor_talk, visitors, widget_views
from kaitak.conversations.app_schemas import (
    AppConversation,
    AppConversationList,
    AppPage,
    AppReceiptsBody,
    AppSession,
    AppTypingBody,
    AppUnread,
)
from kaitak.conversations.app_users import AppCallDep, AppUnknownError, AppUser, IdentityMissingError, UserLimit
from kaitak.conversations.attachment_endpoints import UPLOAD_ERRORS
from kaitak.conversations.dependencies import LinksDep, StoreDep
from kaitak.conversations.errors import (
    AttachmentUnusableError,
    ContactBlockedError,
    ConversationNotFoundError,
    MessageEmptyError,
    OriginRefusedError,
)
from kaitak.conversations.models import Conversation
from kaitak.conversations.posting import Actor
from kaitak.conversations.schemas import AttachmentView
from kaitak.conversations.widget_schemas import WidgetContact, WidgetPostBody, WidgetPosted
from kaitak.realtime import queries as stream

FIRST_PAGE = 30
LARGEST_NUMBER = 2**53
router = APIRouter(prefix="/public/api/v1/app/{app}", tags=["app"], dependencies=[app_users.ADDRESS])
READS = UserLimit("app.read", per_minute=240, burst=120)
WRITES = UserLimit("app.write", per_minute=60, burst=40)
UPLOADS = UserLimit("app.upload", per_minute=20, burst=20)
SeqQuery = Annotated[int | None, Query(ge=0, le=views.NO_SEQ)]
NumberQuery = Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="none: the present conversation")]
ERRORS = problems(
    IdentityMissingError, InvalidSignatureError, SignatureExpiredError, AppUnknownError, TooManyRequestsError
)


@router.post("/session", response_model=AppSession, responses={**ERRORS, **problems(OriginRefusedError)})
async def open_app_session(
    deps: DepsDep, links: LinksDep, store: StoreDep, request: Request, call: AppCallDep
) -> AppSession:
    """All that the chat needs to begin or to go on: who this is, the present conversation and its newest messages."""
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        READS.take(deps, found)
        visitors.require_origin(found.settings, request.headers.get("origin"), deps)
        config = await visitor_talk.config_of(session, found.inbox, found.settings, max_bytes=store.max_bytes)
        contact = await app_users.refresh_profile(session, found)
        answer = AppSession(
            contact=_shown(contact, found),
            config=config.model_copy(update={"require_identity": True}),
            conversation=None,
            messages=[],
            has_more=False,
            unread_count=await app_queries.count_unread(session, found.address),
            cursor=await stream.stream_cursor(session),
        )
        conversation = await visitor_talk.present_conversation(session, found.address)
        if conversation is not None:
            placed = await views.conversations_of(session, found.account_id, [conversation.id])
            answer.conversation = widget_views.conversation_for_visitor(placed[conversation.id].view)
            answer.messages, answer.has_more = await visitor_talk.thread(session, conversation, links, limit=FIRST_PAGE)
        return answer


@router.get("/messages", response_model=AppPage, responses={**ERRORS, **problems(ConversationNotFoundError)})
async def list_app_messages(
    *,
    deps: DepsDep,
    links: LinksDep,
    call: AppCallDep,
    conversation_id: NumberQuery = None,
    before: SeqQuery = None,
    after: SeqQuery = None,
    limit: paging.LimitQuery = 30,
) -> AppPage:
    """A stretch of a conversation in ascending order: the newest, or those before or after a `seq`."""
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        READS.take(deps, found)
        cursor = await stream.stream_cursor(session)
        unread = await app_queries.count_unread(session, found.address)
        conversation = await _conversation(session, found, conversation_id)
        if conversation is None:
            return AppPage(payload=[], has_more=False, unread_count=unread, cursor=cursor)
        payload, has_more = await visitor_talk.thread(
            session, conversation, links, before=before, after=after, limit=limit
        )
        return AppPage(payload=payload, has_more=has_more, unread_count=unread, cursor=cursor)


@router.get("/conversations", response_model=AppConversationList, responses=ERRORS)
async def list_app_conversations(
    deps: DepsDep, call: AppCallDep, cursor: paging.CursorQuery = None, limit: paging.LimitQuery = 25
) -> AppConversationList:
    """The user's conversations, newest first; read one with `messages?conversation_id=`."""
    before = paging.id_in(cursor)
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        READS.take(deps, found)
        rows = []
        if found.address is not None:
            rows = await app_queries.list_own(session, found.address, before=before, limit=limit + 1)
        payload = [
            AppConversation(
                id=row.display_id,
                status=row.status,
                created_at=row.created_at,
                last_activity_at=row.last_activity_at,
                unread_count=unread,
            )
            for row, unread in rows[:limit]
        ]
        following = paging.next_cursor([[row.id] for row, _ in rows], limit)
        return AppConversationList(meta=paging.PageMeta(next_cursor=following), payload=payload)


@router.post(
    "/messages",
    response_model=WidgetPosted,
    responses={**ERRORS, **problems(MessageEmptyError, ContactBlockedError, AttachmentUnusableError)},
)
async def post_app_message(deps: DepsDep, links: LinksDep, call: AppCallDep, body: WidgetPostBody) -> WidgetPosted:
    """The user writes or taps an answer. Stored when this answers; the same `echo_id` again gets the same answer."""
    if not body.content.strip() and not body.attachment_ids:
        raise MessageEmptyError
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        WRITES.take(deps, found)
        address = await app_users.get_address(session, found)
        await visitors.require_may_write(session, address, found.settings)
        is_known = await visitor_talk.is_posted(session, address, body)
    if not is_known:
        await visitor_talk.store(deps, found.inbox, address, body)
    return await visitor_talk.posted(deps, address, body, links)


@router.post(
    "/attachments",
    response_model=AttachmentView,
    status_code=201,
    responses={**UPLOAD_ERRORS, **ERRORS, **problems(ContactBlockedError)},
)
async def upload_app_file(
    deps: DepsDep, links: LinksDep, store: StoreDep, call: AppCallDep, request: Request
) -> AttachmentView:
    """Upload a file (multipart, field `file`); a message of the same user takes it by its id."""
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        UPLOADS.take(deps, found)
        address = await app_users.get_address(session, found)
        await visitors.require_may_write(session, address, found.settings)
    return await visitor_talk.keep_file(deps, store, request, address, links)


@router.post("/typing", status_code=204, responses=ERRORS)
async def show_app_typing(deps: DepsDep, call: AppCallDep, body: AppTypingBody) -> Response:
    """Show the agents that the user is typing, or has stopped."""
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        READS.take(deps, found)
        conversation = await visitor_talk.present_conversation(session, found.address)
        if conversation is not None:
            contact = await session.get_one(Contact, (found.account_id, conversation.contact_id))
            actor = Actor(contact.id, contact.name)
            await presence.show_typing(session, conversation, actor, sender_type="contact", is_on=body.on)
    return Response(status_code=204)


@router.post("/receipts", response_model=AppUnread, responses={**ERRORS, **problems(ConversationNotFoundError)})
async def take_app_receipts(deps: DepsDep, call: AppCallDep, body: AppReceiptsBody) -> AppUnread:
    """How far a conversation has reached the device (`received`) and was read (`seen`); neither ever goes back."""
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        READS.take(deps, found)
        conversation = await _conversation(session, found, body.conversation_id)
        if conversation is not None:
            await app_queries.mark_received(session, conversation, max(body.received, body.seen))
            await marking.mark_seen_by_contact(session, conversation, body.seen)
        return AppUnread(unread_count=await app_queries.count_unread(session, found.address))


@router.get("/unread", response_model=AppUnread, responses=ERRORS)
async def count_app_unread(deps: DepsDep, call: AppCallDep) -> AppUnread:
    """How many messages wait to be read."""
    async with deps.database.transaction() as session:
        found = await app_users.find_user(session, deps, call)
        READS.take(deps, found)
        return AppUnread(unread_count=await app_queries.count_unread(session, found.address))


async def _conversation(session: AsyncSession, found: AppUser, number: int | None) -> Conversation | None:
    """The conversation of this number, or the present one where none is named."""
    if number is None:
        return await visitor_talk.present_conversation(session, found.address)
    conversation = await app_queries.find_own(session, found.address, number) if found.address is not None else None
    if conversation is None:
        raise ConversationNotFoundError
    return conversation


def _shown(contact: Contact | None, found: AppUser) -> WidgetContact:
    user = found.user
    if contact is None:
        return WidgetContact(name=user.name or "", email=user.email, identified=True)
    return WidgetContact(name=contact.name, email=contact.email, identified=True)
