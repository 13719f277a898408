"""Owns the customer panel: what the business systems know of a conversation's customer, and what staff have them do.

No transaction is open while a business system is asked.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import require_alone
from kaitak.api.deps import Deps, DepsDep
from kaitak.api.principals import Principal
from kaitak.api.problems import problems
from kaitak.business import facts, panel, queries, rights, schemas
from kaitak.business.contract import (
    Access,
    Audience,
    BusinessNotFoundError,
    BusinessNotPermittedError,
    BusinessUnavailableError,
    CustomerFacts,
)
from kaitak.business.deeds import Deed
from kaitak.business.errors import CheckLimitError, DeedKeyReusedError, DeedTokenError, DeedUnknownError
from kaitak.business.gateway import Gateway
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.conversations import access
from kaitak.conversations.dependencies import DisplayPath
from kaitak.conversations.errors import ConversationNotFoundError
from kaitak.conversations.models import Conversation
from kaitak.core.errors import KaitakError

router = APIRouter(prefix="/api/v1/accounts/{account_id}/conversations/{display_id}", tags=["conversations"])
ReaderDep = Annotated[Principal, Depends(require_alone(Permission.READ_BUSINESS))]
ActorDep = Annotated[Principal, Depends(require_alone(Permission.ACT_ON_BUSINESS))]
_CONFIRM_WITHIN, _PURPOSE = timedelta(minutes=5), "business_deed"


_LOOKED = problems(ConversationNotFoundError)
_DONE = problems(
    ConversationNotFoundError,
    BusinessNotPermittedError,
    BusinessNotFoundError,
    BusinessUnavailableError,
    DeedKeyReusedError,
    DeedTokenError,
)


@router.get("/business", responses=problems(ConversationNotFoundError))
async def show_business(display_id: DisplayPath, principal: ReaderDep, deps: DepsDep) -> schemas.CustomerSnapshotView:
    """Identity, profile and orders with their age; a gap says its reason in `error`."""
    look = await _access(deps, principal, display_id)
    return schemas.view_snapshot(await deps.get(Gateway).snapshot(principal.account_id, look))


@router.get("/business/facts", responses=_LOOKED)
async def show_business_facts(
    display_id: DisplayPath, principal: ReaderDep, deps: DepsDep, limit: Annotated[int, Query(ge=1, le=50)] = 20
) -> panel.CustomerFactsView:
    """Service history, returns, invoices, points, policies, claims and premiums of the proven customer."""
    look = await _access(deps, principal, display_id)
    found = await deps.get(Gateway).facts.read_customer(principal.account_id, facts.OF_CUSTOMER, look, limit=limit)
    return panel.view_facts(found)


@router.post("/business/check_order", responses=problems(ConversationNotFoundError, CheckLimitError))
async def check_order(
    display_id: DisplayPath, body: panel.OrderCheck, principal: ReaderDep, deps: DepsDep
) -> panel.OrderChecked:
    """Check that an order is the customer's, by the last four digits of the buyer's telephone."""
    look = await _access(deps, principal, display_id)
    found = await deps.get(Gateway).facts.check_order(principal.account_id, body.order_no, body.phone_tail, look)
    return panel.OrderChecked(order=schemas.view_order(found.order) if found else None)


@router.post("/business/deeds/prepare", responses=problems(ConversationNotFoundError, BusinessNotPermittedError))
async def prepare_deed(
    display_id: DisplayPath, body: panel.DeedPrepare, principal: ActorDep, deps: DepsDep
) -> panel.DeedPrepared:
    """The confirmation token for a deed; nothing is done yet. It holds for five minutes, for this user only."""
    look = await _access(deps, principal, display_id)
    part = rights.refused_part(body.deed, look.audience)
    if part is not None:
        raise BusinessNotPermittedError("your role may not do this", part=part)
    key, expires_at = f"user:{principal.user_id}:{secrets.token_hex(12)}", deps.clock.now() + _CONFIRM_WITHIN
    token = deps.keyring.sign_link(_subject(look, key, body.deed), purpose=_PURPOSE, expires_at=expires_at)
    return panel.DeedPrepared(deed=body.deed, key=key, token=token, expires_at=expires_at)


@router.post("/business/deeds", responses=_DONE)
async def perform_deed(
    display_id: DisplayPath, body: panel.DeedConfirm, principal: ActorDep, deps: DepsDep
) -> panel.DeedResultView:
    """Do what was prepared, once: the same confirmation again gives the same outcome."""
    look = await _access(deps, principal, display_id)
    try:
        deps.keyring.check_link(_subject(look, body.key, body.deed), body.token, purpose=_PURPOSE, at=deps.clock.now())
    except KaitakError:
        raise DeedTokenError("prepare the deed again and confirm it") from None
    result = await deps.get(Gateway).deeds.perform(principal.account_id, body.deed, body.key, look)
    return panel.view_result(body.key, result)


@router.get("/business/deeds/{key}", responses=problems(ConversationNotFoundError, DeedUnknownError))
async def check_deed(
    display_id: DisplayPath,
    key: Annotated[str, Path(min_length=1, max_length=100)],
    principal: ReaderDep,
    deps: DepsDep,
) -> panel.DeedResultView:
    """What became of a deed, asked of the business system if it is not known yet; nothing is done again."""
    look = await _access(deps, principal, display_id)
    return panel.view_result(key, await deps.get(Gateway).deeds.check(principal.account_id, key, look))


@router.get("/business/access_log", responses=_LOOKED)
async def show_access(
    display_id: DisplayPath, principal: ReaderDep, deps: DepsDep, limit: Annotated[int, Query(ge=1, le=100)] = 50
) -> panel.ToldAccessList:
    """Who looked at this customer's data or changed it, in words that the customer may read, newest first."""
    look = await _access(deps, principal, display_id)
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        rows = await queries.list_access(session, principal.account_id, contact_id=look.contact_id, limit=limit)
        return panel.view_access(rows)


def _subject(look: Access, key: str, deed: Deed) -> str:
    return f"{look.actor}\n{look.conversation_id}\n{key}\n{deed.model_dump_json()}"


async def _access(deps: Deps, principal: Principal, display_id: int) -> Access:
    """The caller's own rights on behalf of this conversation's customer."""
    async with deps.database.transaction(principal.account_id, principal.user_id) as session:
        viewer = await access.viewer_of(session, principal)
        conversation = await access.access_conversation(session, viewer, display_id)
        known = await _facts_of(session, conversation)
    return Access(
        audience=Audience(principal.role),
        actor=f"user:{principal.user_id}",
        facts=known,
        contact_id=conversation.contact_id,
        conversation_id=conversation.id,
    )


async def _facts_of(session: AsyncSession, conversation: Conversation) -> CustomerFacts:
    """What is known of the customer; proven only if this very address was."""
    statement = (
        select(Contact.identifier, Contact.email, Contact.phone_number, ContactInbox.hmac_verified)
        .join(ContactInbox, (ContactInbox.account_id == Contact.account_id) & (ContactInbox.contact_id == Contact.id))
        .where(ContactInbox.account_id == conversation.account_id, ContactInbox.id == conversation.contact_inbox_id)
    )
    row = (await session.execute(statement)).one()
    ref = row.identifier if row.hmac_verified else None
    return CustomerFacts(customer_ref=ref, email=row.email, phone=row.phone_number, is_verified=ref is not None)
