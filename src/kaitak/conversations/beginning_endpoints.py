"""Beginning to talk to a contact: by which ways they can be reached, and the first message of a conversation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import Field, StringConstraints

from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep, require
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.channels.windows import State
from kaitak.contacts import queries as contacts
from kaitak.contacts.errors import ConsentWithdrawnError, ContactNotFoundError
from kaitak.conversations import beginning, reply_windows
from kaitak.conversations.beginning import Why
from kaitak.conversations.dependencies import ActorDep, IdPath, ViewerDep, view_of
from kaitak.conversations.errors import (
    AttachmentUnusableError,
    ContactBlockedError,
    ContactUnreachableError,
    ConversationOpenError,
    MessageEmptyError,
    ReplyWindowClosedError,
    TemplateRefusedError,
)
from kaitak.conversations.posting import Entry
from kaitak.conversations.schemas import ConversationView, MessageBody

router = APIRouter(prefix="/api/v1/accounts/{account_id}", tags=["conversations"])
READ = [Depends(require(Permission.READ_CONTACTS)), Depends(require(Permission.READ_CONVERSATIONS))]
WRITE = [Depends(require(Permission.READ_CONTACTS)), Depends(require(Permission.WRITE_CONVERSATIONS))]


class WayView(Wire):
    """An inbox and one of the contact's addresses there: `open`, by `template` only, or `closed` and why."""

    inbox_id: int
    inbox_name: str
    channel: str
    source_id: str
    state: State
    why: Why
    conversation: int | None
    has_subject: bool
    has_templates: bool
    is_shown: bool  # the address is a telephone number or a mail address, which people can read


class WaysOfContact(Wire):
    """How a contact can be written to from the caller's inboxes."""

    payload: list[WayView]


class BeginBody(Body):
    """Whom to write to, where, and the first message. `source_id` chooses among several addresses in the inbox."""

    contact_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    inbox_id: Annotated[int, Field(ge=1, le=LARGEST_ID)]
    source_id: Annotated[str, StringConstraints(max_length=320)] | None = None
    subject: Annotated[str, StringConstraints(max_length=150, strip_whitespace=True)] = ""
    message: MessageBody


@router.get(
    "/contacts/{contact_id}/contactable_inboxes",
    dependencies=READ,
    response_model=WaysOfContact,
    responses=problems(ContactNotFoundError),
)
async def list_ways(
    session: SessionDep, principal: PrincipalDep, viewer: ViewerDep, contact_id: IdPath
) -> WaysOfContact:
    """By which inboxes a contact can be written to first; those that take nothing now say why."""
    contact = await contacts.get_contact(session, principal.account_id, contact_id, inbox_ids=viewer.inbox_ids)
    found = await beginning.ways(session, viewer, await beginning.present(session, contact))
    return WaysOfContact(
        payload=[
            WayView(
                inbox_id=way.inbox.id,
                inbox_name=way.inbox.name,
                channel=way.inbox.channel,
                source_id=way.source_id,
                state=way.state,
                why=way.why,
                conversation=way.conversation,
                has_subject=way.can.has_subject,
                has_templates=way.can.has_templates,
                is_shown=way.can.reaches is not None,
            )
            for way in found
        ]
    )


@router.post(
    "/conversations",
    dependencies=WRITE,
    response_model=ConversationView,
    responses=problems(
        ContactNotFoundError,
        ContactBlockedError,
        ContactUnreachableError,
        ConversationOpenError,
        ConsentWithdrawnError,
        ReplyWindowClosedError,
        TemplateRefusedError,
        MessageEmptyError,
        AttachmentUnusableError,
    ),
)
async def begin_conversation(
    session: SessionDep, principal: PrincipalDep, viewer: ViewerDep, actor: ActorDep, body: BeginBody
) -> ConversationView:
    """Write first to a contact; the conversation is the caller's. The same `echo_id` again changes nothing."""
    contact = await contacts.get_contact(session, principal.account_id, body.contact_id, inbox_ids=viewer.inbox_ids)
    said = body.message
    template = {"template": said.template.model_dump()} if said.template else {}
    entry = Entry(
        sender_type="user",
        sender_id=actor.id,
        content=said.content,
        content_type=reply_windows.TEMPLATE if said.template else said.content_type,
        content_attributes={**said.content_attributes, **template},
        echo_id=said.echo_id,
        attachment_ids=said.attachment_ids,
    )
    conversation = await beginning.begin(
        session,
        viewer,
        await beginning.present(session, contact),
        actor,
        entry,
        to=(body.inbox_id, body.source_id),
        subject=body.subject,
    )
    return await view_of(session, conversation)
