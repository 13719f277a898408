"""Acting on a conversation: status, ownership, assignment, labels, priority, seen, typing, viewing, drafts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import Field, JsonValue

from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import SessionDep, require
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems
from kaitak.api.wire import Body
from kaitak.contacts import attributes
from kaitak.contacts.record_errors import AttributeInvalidError
from kaitak.conversations import actions, marking, presence, queries
from kaitak.conversations.dependencies import ActorDep, HeldDep, SeenDep, view_of
from kaitak.conversations.errors import (
    AssigneeUnknownError,
    ConversationNotFoundError,
    LabelUnknownError,
    OwnershipChangedError,
    SnoozeTimeError,
    TransitionRefusedError,
)
from kaitak.conversations.schemas import (
    AssignmentBody,
    ConversationView,
    DraftBody,
    DraftView,
    LabelsBody,
    OwnershipBody,
    PriorityBody,
    SeenBody,
    StatusBody,
    TypingBody,
)
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

router = APIRouter(prefix="/api/v1/accounts/{account_id}/conversations/{display_id}", tags=["conversations"])
READ = [Depends(require(Permission.READ_CONVERSATIONS))]
WRITE = [Depends(require(Permission.WRITE_CONVERSATIONS))]


class AttributesBody(Body):
    """Custom attributes to put in; null takes one away."""

    custom_attributes: Annotated[dict[str, JsonValue], Field(max_length=50)]


@router.post(
    "/custom_attributes",
    dependencies=WRITE,
    response_model=ConversationView,
    responses=problems(AttributeInvalidError, ConversationNotFoundError),
)
async def set_custom_attributes(session: SessionDep, conversation: HeldDep, body: AttributesBody) -> ConversationView:
    """Put custom attributes into those that the conversation has."""
    conversation.custom_attributes = await attributes.accept(
        session,
        conversation.account_id,
        "conversation_attribute",
        conversation.custom_attributes,
        body.custom_attributes,
    )
    await realtime.publish(session, Kind.CONVERSATION_UPDATED, conversation_id=conversation.id)
    return await view_of(session, conversation)


@router.post(
    "/toggle_status",
    dependencies=WRITE,
    response_model=ConversationView,
    responses=problems(ConversationNotFoundError, OwnershipChangedError, TransitionRefusedError, SnoozeTimeError),
)
async def toggle_status(
    session: SessionDep, deps: DepsDep, conversation: HeldDep, actor: ActorDep, body: StatusBody
) -> ConversationView:
    """Resolve, reopen, snooze, or give to the bot (`pending`)."""
    token = body.owner_token
    if body.status == "resolved":
        await actions.resolve(session, conversation, actor, owner_token=token)
    elif body.status == "open":
        await actions.reopen(session, conversation, actor, owner_token=token)
    elif body.status == "pending":
        await actions.give_back(session, conversation, actor, owner_token=token)
    else:
        if body.snoozed_until is None:
            raise SnoozeTimeError("say until when")
        now = deps.clock.now()
        await actions.snooze(session, conversation, actor, until=body.snoozed_until, now=now, owner_token=token)
    return await view_of(session, conversation)


@router.post(
    "/ownership",
    dependencies=WRITE,
    response_model=ConversationView,
    responses=problems(ConversationNotFoundError, OwnershipChangedError, TransitionRefusedError),
)
async def change_ownership(
    session: SessionDep, conversation: HeldDep, actor: ActorDep, body: OwnershipBody
) -> ConversationView:
    """Take the conversation over, or give it back to the bot with a note."""
    if body.action == "take_over":
        await actions.take_over(session, conversation, actor, owner_token=body.owner_token)
    else:
        await actions.give_back(
            session, conversation, actor, note=(body.note or "").strip(), owner_token=body.owner_token
        )
    return await view_of(session, conversation)


@router.post(
    "/assignments",
    dependencies=WRITE,
    response_model=ConversationView,
    responses=problems(ConversationNotFoundError, OwnershipChangedError, AssigneeUnknownError, TransitionRefusedError),
)
async def assign(session: SessionDep, conversation: HeldDep, actor: ActorDep, body: AssignmentBody) -> ConversationView:
    """Make a person or a team responsible; null takes it away, an absent field changes nothing."""
    if "team_id" in body.model_fields_set:
        name = await queries.name_of_team(session, conversation.account_id, body.team_id) if body.team_id else ""
        await marking.assign_team(session, conversation, actor, team_id=body.team_id, name=name)
    if "assignee_id" in body.model_fields_set:
        assignee = await queries.get_assignee(session, conversation, body.assignee_id) if body.assignee_id else None
        await actions.assign(session, conversation, actor, assignee=assignee, owner_token=body.owner_token)
    return await view_of(session, conversation)


@router.post(
    "/labels",
    dependencies=WRITE,
    response_model=ConversationView,
    responses=problems(ConversationNotFoundError, LabelUnknownError),
)
async def set_labels(session: SessionDep, conversation: HeldDep, actor: ActorDep, body: LabelsBody) -> ConversationView:
    """Give the conversation exactly these labels."""
    await marking.set_labels(session, conversation, actor, body.labels)
    return await view_of(session, conversation)


@router.post(
    "/toggle_priority",
    dependencies=WRITE,
    response_model=ConversationView,
    responses=problems(ConversationNotFoundError),
)
async def set_priority(
    session: SessionDep, conversation: HeldDep, actor: ActorDep, body: PriorityBody
) -> ConversationView:
    """Say how urgent it is; null takes it back."""
    await marking.set_priority(session, conversation, actor, body.priority)
    return await view_of(session, conversation)


@router.post(
    "/update_last_seen",
    dependencies=WRITE,
    response_model=ConversationView,
    responses=problems(ConversationNotFoundError),
)
async def update_last_seen(session: SessionDep, conversation: HeldDep, body: SeenBody) -> ConversationView:
    """Read up to this message."""
    await marking.mark_seen(session, conversation, body.seq)
    return await view_of(session, conversation)


@router.post("/handoff/read", dependencies=WRITE, status_code=204, responses=problems(ConversationNotFoundError))
async def read_handoff(session: SessionDep, conversation: HeldDep, actor: ActorDep) -> Response:
    """The hand-over packet has been read."""
    await marking.mark_handoff_read(session, conversation, actor)
    return Response(status_code=204)


@router.post(
    "/toggle_typing_status", dependencies=WRITE, status_code=204, responses=problems(ConversationNotFoundError)
)
async def toggle_typing(session: SessionDep, conversation: SeenDep, actor: ActorDep, body: TypingBody) -> Response:
    """Show that the caller is typing, or has stopped."""
    await presence.show_typing(
        session, conversation, actor, sender_type="user", is_on=body.typing_status == "on", is_private=body.is_private
    )
    return Response(status_code=204)


@router.post("/viewing", dependencies=READ, status_code=204, responses=problems(ConversationNotFoundError))
async def keep_viewing(session: SessionDep, conversation: SeenDep, actor: ActorDep) -> Response:
    """The caller has the conversation open; repeat every 20 seconds."""
    await presence.keep_viewing(session, conversation, actor)
    return Response(status_code=204)


@router.delete("/viewing", dependencies=READ, status_code=204, responses=problems(ConversationNotFoundError))
async def stop_viewing(session: SessionDep, conversation: SeenDep, actor: ActorDep) -> Response:
    """The caller has left the conversation."""
    await presence.stop_viewing(session, conversation, actor)
    return Response(status_code=204)


@router.get("/draft", dependencies=READ, response_model=DraftView, responses=problems(ConversationNotFoundError))
async def show_draft(session: SessionDep, conversation: SeenDep, actor: ActorDep) -> DraftView:
    """What the caller has typed and not sent; empty if nothing."""
    draft = await presence.find_draft(session, conversation, actor)
    if draft is None:
        return DraftView(content="", private=False, updated_at=None)
    return DraftView(content=draft.content, private=draft.private, updated_at=draft.updated_at)


@router.put("/draft", dependencies=WRITE, response_model=DraftView, responses=problems(ConversationNotFoundError))
async def keep_draft(session: SessionDep, conversation: SeenDep, actor: ActorDep, body: DraftBody) -> DraftView:
    """Keep what the caller has typed so far; empty text keeps nothing."""
    draft = await presence.keep_draft(session, conversation, actor, content=body.content, private=body.private)
    return DraftView(content=body.content, private=body.private, updated_at=draft)


@router.delete("/draft", dependencies=WRITE, status_code=204, responses=problems(ConversationNotFoundError))
async def drop_draft(session: SessionDep, conversation: SeenDep, actor: ActorDep) -> Response:
    """Forget what the caller has typed."""
    await presence.drop_draft(session, conversation, actor)
    return Response(status_code=204)
