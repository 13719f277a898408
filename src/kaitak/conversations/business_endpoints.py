"""Who the customer of a conversation is to the business systems; no transaction is open while they are asked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import require_alone
from kaitak.api.deps import DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.business import schemas
from kaitak.business.contract import Access, Audience, CustomerFacts
from kaitak.business.gateway import Gateway
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.conversations import access
from kaitak.conversations.dependencies import DisplayPath
from kaitak.conversations.errors import ConversationNotFoundError
from kaitak.conversations.models import Conversation

router = APIRouter(prefix="/api/v1/accounts/{account_id}/conversations/{display_id}", tags=["conversations"])
ReaderDep = Annotated[Principal, Depends(require_alone(Permission.READ_BUSINESS))]


@router.get("/business", responses=problems(ConversationNotFoundError))
async def show_business(display_id: DisplayPath, principal: ReaderDep, deps: DepsDep) -> schemas.CustomerSnapshotView:
    """Identity, profile and orders with their age; a gap says its reason in `error`."""
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        viewer = await access.viewer_of(session, principal)
        conversation = await access.access_conversation(session, viewer, display_id)
        facts = await _facts(session, conversation)
    look = Access(
        audience=Audience(principal.role),
        actor=f"user:{principal.user_id}",
        facts=facts,
        contact_id=conversation.contact_id,
        conversation_id=conversation.id,
    )
    return schemas.view_snapshot(await deps.get(Gateway).snapshot(principal.account_id, look))


async def _facts(session: AsyncSession, conversation: Conversation) -> CustomerFacts:
    """What is known of the customer; proven only if this very address was."""
    statement = (
        select(Contact.identifier, Contact.email, Contact.phone_number, ContactInbox.hmac_verified)
        .join(ContactInbox, (ContactInbox.account_id == Contact.account_id) & (ContactInbox.contact_id == Contact.id))
        .where(ContactInbox.account_id == conversation.account_id, ContactInbox.id == conversation.contact_inbox_id)
    )
    row = (await session.execute(statement)).one()
    ref = row.identifier if row.hmac_verified else None
    return CustomerFacts(customer_ref=ref, email=row.email, phone=row.phone_number, is_verified=ref is not None)
