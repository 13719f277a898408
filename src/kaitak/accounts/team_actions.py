"""Writes about teams and their members; each leaves a line in the audit log."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit, queries
from kaitak.accounts.audit import Actor, AuditAction
from kaitak.accounts.errors import AgentNotFoundError, TeamNameTakenError
from kaitak.accounts.models import AccountUser, Team, TeamMember
from kaitak.core.ids import TeamId


async def create_team(
    session: AsyncSession,
    by: Actor,
    *,
    name: str,
    description: str,
    member_ids: Sequence[int],
    code: str | None = None,
) -> Team:
    """Create a team with its members; `code` is what a pack's routing calls it."""
    team = Team(account_id=by.account_id, name=name, code=code, description=description)
    session.add(team)
    await _flush_name(session)
    await session.refresh(team)
    await _replace_members(session, by, team, member_ids)
    await audit.record(
        session, by, AuditAction.TEAM_CREATED, target_type="team", target_id=team.id, details={"name": name}
    )
    return team


async def change_team(
    session: AsyncSession,
    by: Actor,
    team_id: TeamId,
    *,
    name: str | None = None,
    description: str | None = None,
    member_ids: Sequence[int] | None = None,
) -> Team:
    """Change what is given; new members replace the old ones."""
    team = await queries.access_team(session, by.account_id, team_id)
    team.name = name if name is not None else team.name
    team.description = description if description is not None else team.description
    await _flush_name(session)
    if member_ids is not None:
        await _replace_members(session, by, team, member_ids)
    details = {"name": team.name, "members": sorted(set(member_ids or ())) if member_ids is not None else None}
    await audit.record(session, by, AuditAction.TEAM_CHANGED, target_type="team", target_id=team_id, details=details)
    return team


async def remove_team(session: AsyncSession, by: Actor, team_id: TeamId) -> None:
    """Remove a team; its conversations belong to no team then."""
    team = await queries.access_team(session, by.account_id, team_id)
    details = {"name": team.name}
    await session.delete(team)
    await session.flush()
    await audit.record(session, by, AuditAction.TEAM_REMOVED, target_type="team", target_id=team_id, details=details)


async def _replace_members(session: AsyncSession, by: Actor, team: Team, member_ids: Sequence[int]) -> None:
    wanted = set(member_ids)
    known = select(AccountUser.user_id).where(AccountUser.account_id == by.account_id, AccountUser.user_id.in_(wanted))
    missing = wanted - set((await session.execute(known)).scalars())
    if missing:
        raise AgentNotFoundError(user_id=min(missing))
    await session.execute(
        delete(TeamMember).where(TeamMember.account_id == by.account_id, TeamMember.team_id == team.id)
    )
    rows = [{"account_id": by.account_id, "team_id": team.id, "user_id": user_id} for user_id in sorted(wanted)]
    if rows:
        await session.execute(insert(TeamMember), rows)


async def _flush_name(session: AsyncSession) -> None:
    try:
        await session.flush()
    except IntegrityError as exc:
        raise TeamNameTakenError from exc
