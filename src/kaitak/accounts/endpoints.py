"""Routes of the account, its members and its audit log; `router` holds all routes of the slice."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Path

from kaitak.accounts import actions, auth_endpoints, queries, sign_in, team_endpoints, token_endpoints
from kaitak.accounts.actions import Invitation
from kaitak.accounts.audit import ActorDep
from kaitak.accounts.errors import (
    AgentNotFoundError,
    AlreadyMemberError,
    BelongsElsewhereError,
    EmailInvalidError,
    EmailTakenError,
    LastAdministratorError,
)
from kaitak.accounts.models import Account, AuditLog
from kaitak.accounts.policy import Availability, Permission, Role
from kaitak.accounts.queries import Agent
from kaitak.accounts.schemas import (
    AccountForm,
    AccountView,
    AgentForm,
    AgentView,
    AuditLogPage,
    AuditLogView,
    AvailabilityForm,
    InvitationView,
    InviteForm,
)
from kaitak.api import paging
from kaitak.api.dependencies import LARGEST_ID, AccountNotFoundError, PrincipalDep, SessionDep, require
from kaitak.api.deps import DepsDep
from kaitak.api.paging import CursorInvalidError, CursorQuery, LimitQuery, PageMeta
from kaitak.api.problems import problems
from kaitak.core.ids import UserId

PREFIX = "/api/v1/accounts/{account_id}"
UserPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
_account = APIRouter(prefix=PREFIX, tags=["accounts"], responses=problems(AccountNotFoundError))


@_account.get("", dependencies=[Depends(require(Permission.READ_ACCOUNT))])
async def get_account(session: SessionDep, principal: PrincipalDep) -> AccountView:
    """The account."""
    return _account_view(await queries.get_account(session, principal.account_id))


@_account.patch("", dependencies=[Depends(require(Permission.MANAGE_ACCOUNT))])
async def change_account(form: AccountForm, session: SessionDep, by: ActorDep) -> AccountView:
    """Change the account's name, language or time zone."""
    changes = form.model_dump(exclude_none=True)
    return _account_view(await actions.change_account(session, by, changes))


@_account.get("/agents", dependencies=[Depends(require(Permission.READ_AGENTS))])
async def list_agents(session: SessionDep, principal: PrincipalDep) -> list[AgentView]:
    """The members of the account."""
    return [_agent_view(agent) for agent in await queries.list_agents(session, principal.account_id)]


@_account.post(
    "/agents",
    status_code=201,
    dependencies=[Depends(require(Permission.MANAGE_AGENTS))],
    responses=problems(AlreadyMemberError, EmailTakenError, EmailInvalidError),
)
async def invite_agent(form: InviteForm, session: SessionDep, by: ActorDep, deps: DepsDep) -> InvitationView:
    """Add a member; hand them the one-time link, which is shown this once."""
    invitation = await actions.invite_agent(
        session, by, email=form.email, name=form.name, role=form.role, at=deps.clock.now()
    )
    return _invitation_view(invitation, deps.public_url)


@_account.patch(
    "/agents/{user_id}",
    dependencies=[Depends(require(Permission.MANAGE_AGENTS))],
    responses=problems(AgentNotFoundError, LastAdministratorError),
)
async def change_agent(
    user_id: UserPath, form: AgentForm, session: SessionDep, by: ActorDep, deps: DepsDep
) -> AgentView:
    """Change a member's role or availability."""
    target = UserId(user_id)
    if form.role is not None:
        await actions.change_role(session, by, target, form.role)
    if form.availability is not None:
        await actions.set_availability(session, deps, by.account_id, target, form.availability)
    return _agent_view(await queries.access_agent(session, by.account_id, target))


@_account.delete(
    "/agents/{user_id}",
    status_code=204,
    dependencies=[Depends(require(Permission.MANAGE_AGENTS))],
    responses=problems(AgentNotFoundError, LastAdministratorError),
)
async def remove_agent(user_id: UserPath, session: SessionDep, by: ActorDep, deps: DepsDep) -> None:
    """End a membership; the member's conversations become unassigned."""
    await actions.remove_agent(session, deps, by, UserId(user_id))


@_account.post(
    "/agents/{user_id}/reset_sign_in",
    dependencies=[Depends(require(Permission.MANAGE_AGENTS))],
    responses=problems(AgentNotFoundError, BelongsElsewhereError),
)
async def reset_agent_sign_in(user_id: UserPath, session: SessionDep, by: ActorDep, deps: DepsDep) -> InvitationView:
    """Take a member's password and sessions away and make a new one-time link to hand over."""
    invitation = await actions.reset_sign_in(session, by, UserId(user_id), deps.clock.now())
    return _invitation_view(invitation, deps.public_url)


@_account.put("/profile/availability", dependencies=[Depends(require(Permission.OWN_PROFILE))])
async def set_my_availability(
    form: AvailabilityForm, session: SessionDep, principal: PrincipalDep, deps: DepsDep
) -> AvailabilityForm:
    """Say whether one takes conversations now."""
    await actions.set_availability(session, deps, principal.account_id, principal.user_id, form.availability)
    return form


@_account.get(
    "/audit_logs",
    dependencies=[Depends(require(Permission.READ_AUDIT_LOG))],
    responses=problems(CursorInvalidError),
)
async def list_audit_logs(
    session: SessionDep, principal: PrincipalDep, cursor: CursorQuery = None, limit: LimitQuery = 25
) -> AuditLogPage:
    """Who did what, the latest first."""
    found = await queries.list_audit_logs(session, principal.account_id, before=_before(cursor), limit=limit)
    return AuditLogPage(
        payload=[_audit_log_view(log, name) for log, name in found[:limit]],
        meta=PageMeta(next_cursor=paging.next_cursor([(log.created_at, log.id) for log, _ in found], limit)),
    )


router = APIRouter()
for _part in (auth_endpoints.router, _account, team_endpoints.router, token_endpoints.router):
    router.include_router(_part)


def _before(cursor: str | None) -> tuple[datetime, int] | None:
    if cursor is None:
        return None
    created_at, last_id = paging.decode(cursor, (datetime, int))
    assert isinstance(created_at, datetime)
    assert isinstance(last_id, int)
    return created_at, last_id


def _account_view(account: Account) -> AccountView:
    return AccountView(
        id=account.id,
        name=account.name,
        locale=account.locale,
        timezone=account.timezone,
        pack=account.pack,
        created_at=account.created_at,
    )


def _agent_view(agent: Agent) -> AgentView:
    return AgentView(
        id=agent.id,
        name=agent.name,
        email=agent.email,
        role=Role(agent.role),
        availability=Availability(agent.availability),
        is_active=agent.is_active,
        created_at=agent.created_at,
    )


def _invitation_view(invitation: Invitation, public_url: str) -> InvitationView:
    return InvitationView(
        agent=_agent_view(invitation.agent),
        sign_in_url=sign_in.link_of(public_url, invitation.token),
        expires_at=invitation.expires_at,
    )


def _audit_log_view(log: AuditLog, user_name: str | None) -> AuditLogView:
    return AuditLogView(
        id=log.id,
        user_id=log.user_id,
        user_name=user_name,
        action=log.action,
        target_type=log.target_type,
        target_id=log.target_id,
        details=log.details,
        ip=log.ip,
        created_at=log.created_at,
    )
