"""Routes of teams."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import queries, team_actions
from kaitak.accounts.audit import ActorDep
from kaitak.accounts.errors import AgentNotFoundError, TeamNameTakenError, TeamNotFoundError
from kaitak.accounts.models import Team
from kaitak.accounts.policy import Permission
from kaitak.accounts.schemas import TeamChangeForm, TeamForm, TeamView
from kaitak.api.dependencies import LARGEST_ID, AccountNotFoundError, PrincipalDep, SessionDep, require
from kaitak.api.problems import problems
from kaitak.core.ids import AccountId, TeamId

router = APIRouter(
    prefix="/api/v1/accounts/{account_id}/teams", tags=["teams"], responses=problems(AccountNotFoundError)
)
TeamPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]


@router.get("", dependencies=[Depends(require(Permission.READ_TEAMS))])
async def list_teams(session: SessionDep, principal: PrincipalDep) -> list[TeamView]:
    """The teams of the account."""
    return await _views(session, principal.account_id, await queries.list_teams(session, principal.account_id))


@router.post(
    "",
    status_code=201,
    dependencies=[Depends(require(Permission.MANAGE_TEAMS))],
    responses=problems(TeamNameTakenError, AgentNotFoundError),
)
async def create_team(form: TeamForm, session: SessionDep, by: ActorDep) -> TeamView:
    """Create a team."""
    team = await team_actions.create_team(
        session, by, name=form.name, description=form.description, member_ids=form.member_ids
    )
    return await _view(session, by.account_id, team)


@router.get("/{team_id}", dependencies=[Depends(require(Permission.READ_TEAMS))], responses=problems(TeamNotFoundError))
async def get_team(team_id: TeamPath, session: SessionDep, principal: PrincipalDep) -> TeamView:
    """One team."""
    team = await queries.access_team(session, principal.account_id, TeamId(team_id))
    return await _view(session, principal.account_id, team)


@router.patch(
    "/{team_id}",
    dependencies=[Depends(require(Permission.MANAGE_TEAMS))],
    responses=problems(TeamNotFoundError, TeamNameTakenError, AgentNotFoundError),
)
async def change_team(team_id: TeamPath, form: TeamChangeForm, session: SessionDep, by: ActorDep) -> TeamView:
    """Change a team's name, description or members."""
    team = await team_actions.change_team(
        session,
        by,
        TeamId(team_id),
        name=form.name,
        description=form.description,
        member_ids=form.member_ids,
    )
    return await _view(session, by.account_id, team)


@router.delete(
    "/{team_id}",
    status_code=204,
    dependencies=[Depends(require(Permission.MANAGE_TEAMS))],
    responses=problems(TeamNotFoundError),
)
async def remove_team(team_id: TeamPath, session: SessionDep, by: ActorDep) -> None:
    """Remove a team; its conversations belong to no team then."""
    await team_actions.remove_team(session, by, TeamId(team_id))


async def _view(session: AsyncSession, account_id: AccountId, team: Team) -> TeamView:
    return (await _views(session, account_id, [team]))[0]


async def _views(session: AsyncSession, account_id: AccountId, teams: list[Team]) -> list[TeamView]:
    members = await queries.list_members_of_teams(session, account_id, [team.id for team in teams])
    return [
        TeamView(
            id=team.id,
            name=team.name,
            description=team.description,
            member_ids=members[team.id],
            created_at=team.created_at,
        )
        for team in teams
    ]
