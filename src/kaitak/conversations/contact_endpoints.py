"""Contacts over HTTP, seen through the inboxes that the caller works in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from pydantic import Field, StringConstraints
from sqlalchemy import ColumnElement, and_, select, true

from kaitak.accounts.policy import Permission
from kaitak.api import paging
from kaitak.api.dependencies import LARGEST_ID, PrincipalDep, SessionDep, require
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems
from kaitak.api.wire import Body, Wire
from kaitak.contacts import actions, choosing, queries, segments
from kaitak.contacts import views as contact_views
from kaitak.contacts.errors import ContactNotFoundError
from kaitak.contacts.models import Contact
from kaitak.contacts.record_errors import (
    AttributeInvalidError,
    CompanyNotFoundError,
    ConditionInvalidError,
    SegmentNotFoundError,
)
from kaitak.contacts.schemas import ContactBody, ContactList, ContactMeta, ContactView
from kaitak.conversations import views
from kaitak.conversations.dependencies import IdPath, ViewerDep
from kaitak.conversations.models import Conversation
from kaitak.conversations.schemas import ConversationView

router = APIRouter(prefix="/api/v1/accounts/{account_id}/contacts", tags=["contacts"])
READ = [Depends(require(Permission.READ_CONTACTS))]
WRITE = [Depends(require(Permission.WRITE_CONTACTS))]


class ConversationsOfContact(Wire):
    """A contact's conversations, newest first; 50 at most."""

    payload: list[ConversationView]


class KeysBody(Body):
    """Custom attributes to take away."""

    custom_attributes: Annotated[list[Annotated[str, StringConstraints(max_length=100)]], Field(max_length=50)]


@router.get(
    "",
    dependencies=READ,
    response_model=ContactList,
    responses=problems(ConditionInvalidError, SegmentNotFoundError),
)
async def list_contacts(
    session: SessionDep,
    viewer: ViewerDep,
    deps: DepsDep,
    *,
    q: Annotated[str, Query(max_length=100)] = "",
    segment_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    company_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID)] = None,
    cursor: paging.CursorQuery = None,
    limit: paging.LimitQuery = 25,
) -> ContactList:
    """Contacts by name, e-mail, telephone or identifier, of a segment or a company; last active first."""
    chosen: list[ColumnElement[bool]] = []
    if segment_id is not None:
        segment = await segments.get_segment(session, viewer.account_id, segment_id)
        frame = await choosing.frame_of(session, viewer.account_id, deps.clock.now())
        chosen.append(choosing.where(segments.tree_of(segment), frame))
    if company_id is not None:
        chosen.append(Contact.company_id == company_id)
    after = paging.decode(cursor, (datetime, int)) if cursor else None
    rows = await queries.list_contacts(
        session,
        viewer.account_id,
        q=q.strip(),
        inbox_ids=viewer.inbox_ids,
        after=(after[0], after[1]) if after else None,  # type: ignore[arg-type]
        limit=limit + 1,
        where=and_(true(), *chosen),
    )
    shown = await contact_views.contacts_of(session, viewer.account_id, [row[0] for row in rows[:limit]])
    following = paging.next_cursor([[at, number] for number, at in rows], limit)
    payload = [shown[number] for number, _ in rows[:limit]]
    return ContactList(meta=ContactMeta(next_cursor=following), payload=payload)


@router.get("/{contact_id}", dependencies=READ, response_model=ContactView, responses=problems(ContactNotFoundError))
async def show_contact(
    session: SessionDep, principal: PrincipalDep, viewer: ViewerDep, contact_id: IdPath
) -> ContactView:
    """One contact."""
    contact = await queries.get_contact(session, principal.account_id, contact_id, inbox_ids=viewer.inbox_ids)
    return (await contact_views.contacts_of(session, principal.account_id, [contact.id]))[contact.id]


@router.patch(
    "/{contact_id}",
    dependencies=WRITE,
    response_model=ContactView,
    responses=problems(AttributeInvalidError, CompanyNotFoundError, ContactNotFoundError),
)
async def change_contact(
    session: SessionDep, principal: PrincipalDep, viewer: ViewerDep, contact_id: IdPath, body: ContactBody
) -> ContactView:
    """Change what is known of a contact; what is absent stays."""
    contact = await queries.get_contact(
        session, principal.account_id, contact_id, inbox_ids=viewer.inbox_ids, lock=True
    )
    await actions.change_contact(session, contact, body)
    return (await contact_views.contacts_of(session, principal.account_id, [contact.id]))[contact.id]


@router.post(
    "/{contact_id}/destroy_custom_attributes",
    dependencies=WRITE,
    response_model=ContactView,
    responses=problems(ContactNotFoundError),
)
async def destroy_custom_attributes(
    session: SessionDep, principal: PrincipalDep, viewer: ViewerDep, contact_id: IdPath, body: KeysBody
) -> ContactView:
    """Take custom attributes of a contact away."""
    contact = await queries.get_contact(
        session, principal.account_id, contact_id, inbox_ids=viewer.inbox_ids, lock=True
    )
    change = ContactBody(custom_attributes=dict.fromkeys(body.custom_attributes))
    await actions.change_contact(session, contact, change)
    return (await contact_views.contacts_of(session, principal.account_id, [contact.id]))[contact.id]


@router.get(
    "/{contact_id}/conversations",
    dependencies=READ,
    response_model=ConversationsOfContact,
    responses=problems(ContactNotFoundError),
)
async def list_contact_conversations(
    session: SessionDep, viewer: ViewerDep, contact_id: IdPath
) -> ConversationsOfContact:
    """A contact's conversations in the caller's inboxes."""
    contact = await queries.get_contact(session, viewer.account_id, contact_id, inbox_ids=viewer.inbox_ids)
    statement = select(Conversation.id).where(
        Conversation.account_id == viewer.account_id, Conversation.contact_id == contact.id
    )
    if viewer.inbox_ids is not None:
        statement = statement.where(Conversation.inbox_id.in_(viewer.inbox_ids))
    ids = list(await session.scalars(statement.order_by(Conversation.id.desc()).limit(50)))
    shown = await views.conversations_of(session, viewer.account_id, ids)
    return ConversationsOfContact(payload=[shown[number].view for number in ids])
