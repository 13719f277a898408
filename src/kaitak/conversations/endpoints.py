"""Reading conversations and writing messages: lists, threads, posts, retries, traces."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query

from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import SessionDep, require
from kaitak.api.problems import problems
from kaitak.contacts.errors import ConsentWithdrawnError
from kaitak.conversations import actions, listing, queries, reply_windows, views
from kaitak.conversations.dependencies import (
    ActorDep,
    HeldDep,
    IdPath,
    LinksDep,
    SeenDep,
    ViewerDep,
    view_of,
)
from kaitak.conversations.errors import (
    AttachmentUnusableError,
    ConversationNotFoundError,
    MessageEmptyError,
    MessageNotFoundError,
    OwnershipChangedError,
    ReplyWindowClosedError,
    TemplateRefusedError,
)
from kaitak.conversations.listing import Filters, Position
from kaitak.conversations.listing_statements import AssigneeType
from kaitak.conversations.posting import Entry
from kaitak.conversations.schemas import (
    ConversationList,
    ConversationPage,
    ConversationShown,
    ListMeta,
    MessageBody,
    MessageList,
    MessageView,
    Owner,
    TraceView,
)
from kaitak.realtime import queries as stream

router = APIRouter(prefix="/api/v1/accounts/{account_id}/conversations", tags=["conversations"])
READ = [Depends(require(Permission.READ_CONVERSATIONS))]
WRITE = [Depends(require(Permission.WRITE_CONVERSATIONS))]
SeqQuery = Annotated[int | None, Query(ge=0, le=views.NO_SEQ)]


@router.get("", dependencies=READ, response_model=ConversationList, responses=problems(paging.CursorInvalidError))
async def list_conversations(
    *,
    session: SessionDep,
    viewer: ViewerDep,
    status: Literal["open", "pending", "snoozed", "resolved", "all", ""] = "all",
    assignee_type: AssigneeType = "all",
    inbox_id: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    team_id: Annotated[int | None, Query(ge=1, le=2**62)] = None,
    labels: Annotated[list[str] | None, Query(max_length=20)] = None,
    owner: Owner | None = None,
    q: Annotated[str, Query(max_length=100)] = "",
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 25,
) -> ConversationList:
    """Conversations that the caller may see, newest activity first."""
    filters = Filters(
        status=None if status in ("all", "") else status,
        assignee_type=assignee_type,
        inbox_id=inbox_id,
        team_id=team_id,
        labels=tuple(title for each in labels or () for title in each.split(",") if title),
        owner=owner,
        q=q.strip(),
    )
    after = _position(cursor) if cursor else None
    found = await listing.list_conversations(session, viewer, filters, after=after, limit=limit)
    shown = await views.conversations_of(session, viewer.account_id, found.ids)
    meta = ListMeta(
        mine_count=found.counts.mine,
        unassigned_count=found.counts.unassigned,
        all_count=found.counts.all,
        next_cursor=paging.encode([found.next.at, found.next.id]) if found.next else None,
    )
    payload = [shown[number].view for number in found.ids if number in shown]
    return ConversationList(data=ConversationPage(meta=meta, payload=payload), stream_cursor=found.stream_cursor)


@router.get(
    "/{display_id}", dependencies=READ, response_model=ConversationShown, responses=problems(ConversationNotFoundError)
)
async def show_conversation(session: SessionDep, conversation: SeenDep) -> ConversationShown:
    """One conversation."""
    position = await stream.stream_cursor(session)
    return ConversationShown(conversation=await view_of(session, conversation), stream_cursor=position)


@router.get(
    "/{display_id}/messages",
    dependencies=READ,
    response_model=MessageList,
    responses=problems(ConversationNotFoundError),
)
async def list_messages(
    *,
    session: SessionDep,
    conversation: SeenDep,
    links: LinksDep,
    before: SeqQuery = None,
    after: SeqQuery = None,
    limit: paging.LimitQuery = 50,
) -> MessageList:
    """A stretch of the thread in ascending order: the newest, or those before or after a seq."""
    position = await stream.stream_cursor(session)
    found, has_more = await views.thread_of(
        session, conversation.account_id, conversation.id, links, before=before, after=after, limit=limit
    )
    return MessageList(payload=[each.view for each in found], has_more=has_more, stream_cursor=position)


@router.post(
    "/{display_id}/messages",
    dependencies=WRITE,
    response_model=MessageView,
    responses=problems(
        ConversationNotFoundError,
        OwnershipChangedError,
        MessageEmptyError,
        AttachmentUnusableError,
        ConsentWithdrawnError,
        ReplyWindowClosedError,
        TemplateRefusedError,
    ),
)
async def post_message(
    session: SessionDep, conversation: HeldDep, actor: ActorDep, links: LinksDep, body: MessageBody
) -> MessageView:
    """Write to the customer, or a private note. A public reply takes the conversation over from the bot first."""
    entry = Entry(
        sender_type="user",
        sender_id=actor.id,
        content=body.content,
        private=body.private,
        content_type=reply_windows.TEMPLATE if body.template else body.content_type,
        content_attributes={**body.content_attributes, "template": body.template.model_dump()}
        if body.template
        else body.content_attributes,
        echo_id=body.echo_id,
        attachment_ids=body.attachment_ids,
    )
    message = await actions.reply(session, conversation, actor, entry, owner_token=body.owner_token)
    await session.flush()
    return await views.message_of(session, conversation.account_id, message.id, links)


@router.post(
    "/{display_id}/messages/{message_id}/retry",
    dependencies=WRITE,
    response_model=MessageView,
    responses=problems(ConversationNotFoundError, MessageNotFoundError),
)
async def retry_message(session: SessionDep, conversation: HeldDep, message_id: IdPath, links: LinksDep) -> MessageView:
    """Try to deliver a failed message again."""
    message = await actions.retry_message(session, conversation, message_id)
    return await views.message_of(session, conversation.account_id, message.id, links)


@router.get(
    "/{display_id}/messages/{message_id}/trace",
    dependencies=READ,
    response_model=TraceView,
    responses=problems(ConversationNotFoundError, MessageNotFoundError),
)
async def show_trace(session: SessionDep, conversation: SeenDep, message_id: IdPath) -> TraceView:
    """What the bot understood before this message, and why it said it."""
    turn = await queries.get_turn_of(session, conversation, message_id)
    return TraceView.model_validate({"understanding": turn.understanding, "trace": turn.trace, "outcome": turn.outcome})


def _position(cursor: str) -> Position:
    at, number = paging.decode(cursor, (datetime, int))
    if not isinstance(at, datetime) or not isinstance(number, int):
        raise paging.CursorInvalidError
    return Position(at, number)
