"""Reads of the accounts slice; every statement names its account, and what may not be seen is not found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts.errors import (
    AccessTokenNotFoundError,
    AgentNotFoundError,
    SessionNotFoundError,
    TeamNotFoundError,
)
from kaitak.accounts.models import AccessToken, Account, AccountUser, AuditLog, Team, TeamMember, User, UserSession
from kaitak.core.ids import AccountId, TeamId, UserId

_MEMBERSHIPS = text(
    "select account_id, name, role, availability, locale, timezone, pack from memberships_of_user(:user_id)"
)


@dataclass(frozen=True, slots=True)
class Membership:
    """An account and what a user is in it."""

    account_id: AccountId
    name: str
    role: str
    availability: str
    locale: str
    timezone: str
    pack: str


@dataclass(frozen=True, slots=True)
class Agent:
    """A member of an account."""

    id: UserId
    name: str
    email: str
    role: str
    availability: str
    is_active: bool
    created_at: datetime


async def find_user_by_email(session: AsyncSession, email: str) -> User | None:
    """The user with this (folded) e-mail address."""
    return (await session.execute(select(User).where(User.email == email))).scalar_one_or_none()


async def get_user(session: AsyncSession, user_id: UserId) -> User:
    """The user, who is known to exist."""
    return await session.get_one(User, user_id)


async def list_memberships(session: AsyncSession, user_id: UserId) -> list[Membership]:
    """The accounts that a user belongs to, in whichever scope the transaction is."""
    rows = await session.execute(_MEMBERSHIPS, {"user_id": user_id})
    return [Membership(*row) for row in rows]


async def get_account(session: AsyncSession, account_id: AccountId) -> Account:
    """The account of the transaction's scope."""
    return await session.get_one(Account, account_id)


async def list_agents(session: AsyncSession, account_id: AccountId) -> list[Agent]:
    """The members of an account, by name."""
    rows = await session.execute(_agents(account_id).order_by(User.name, User.id))
    return [_agent(row) for row in rows]


async def access_agent(session: AsyncSession, account_id: AccountId, user_id: UserId) -> Agent:
    """A member of the account, or not found."""
    row = (await session.execute(_agents(account_id).where(AccountUser.user_id == user_id))).one_or_none()
    if row is None:
        raise AgentNotFoundError
    return _agent(row)


async def lock_administrators(session: AsyncSession, account_id: AccountId) -> list[int]:
    """The administrators' user ids, held until the transaction ends."""
    statement = (
        select(AccountUser.user_id)
        .where(AccountUser.account_id == account_id, AccountUser.role == "administrator")
        .order_by(AccountUser.user_id)
        .with_for_update()
    )
    return list((await session.execute(statement)).scalars())


async def list_teams(session: AsyncSession, account_id: AccountId) -> list[Team]:
    """The teams of an account, by name."""
    statement = select(Team).where(Team.account_id == account_id).order_by(Team.name, Team.id)
    return list((await session.execute(statement)).scalars())


async def access_team(session: AsyncSession, account_id: AccountId, team_id: TeamId) -> Team:
    """A team of the account, or not found."""
    team = await session.get(Team, (account_id, team_id))
    if team is None:
        raise TeamNotFoundError
    return team


async def list_members_of_teams(
    session: AsyncSession, account_id: AccountId, team_ids: Sequence[int]
) -> dict[int, list[int]]:
    """The members' user ids of each team."""
    statement = (
        select(TeamMember.team_id, TeamMember.user_id)
        .where(TeamMember.account_id == account_id, TeamMember.team_id.in_(team_ids))
        .order_by(TeamMember.user_id)
    )
    found: dict[int, list[int]] = {team_id: [] for team_id in team_ids}
    for team_id, user_id in await session.execute(statement):
        found[team_id].append(user_id)
    return found


async def list_access_tokens(session: AsyncSession, account_id: AccountId, user_id: UserId | None) -> list[AccessToken]:
    """The tokens of one member, or of all, that are not revoked."""
    statement = select(AccessToken).where(AccessToken.account_id == account_id, AccessToken.revoked_at.is_(None))
    if user_id is not None:
        statement = statement.where(AccessToken.user_id == user_id)
    return list((await session.execute(statement.order_by(AccessToken.id))).scalars())


async def access_access_token(
    session: AsyncSession, account_id: AccountId, token_id: int, user_id: UserId | None
) -> AccessToken:
    """A token that is not revoked, of this member or (without one) of anybody."""
    token = await session.get(AccessToken, (account_id, token_id))
    if token is None or token.revoked_at is not None or user_id not in (None, token.user_id):
        raise AccessTokenNotFoundError
    return token


async def list_sessions(session: AsyncSession, user_id: UserId, at: datetime) -> list[UserSession]:
    """The user's sessions that have not ended, the latest seen first."""
    statement = (
        select(UserSession)
        .where(UserSession.user_id == user_id, UserSession.expires_at > at)
        .order_by(UserSession.seen_at.desc(), UserSession.id)
    )
    return list((await session.execute(statement)).scalars())


async def access_session(session: AsyncSession, user_id: UserId, session_id: int) -> UserSession:
    """A session of this user."""
    found = await session.get(UserSession, session_id)
    if found is None or found.user_id != user_id:
        raise SessionNotFoundError
    return found


async def list_audit_logs(
    session: AsyncSession, account_id: AccountId, *, before: tuple[datetime, int] | None, limit: int
) -> list[tuple[AuditLog, str | None]]:
    """Deeds with the name of who did them, the latest first, one more than the limit."""
    statement = (
        select(AuditLog, User.name)
        .outerjoin(User, User.id == AuditLog.user_id)
        .where(AuditLog.account_id == account_id)
        .order_by(AuditLog.created_at.desc(), AuditLog.id.desc())
        .limit(limit + 1)
    )
    if before is not None:
        statement = statement.where(tuple_(AuditLog.created_at, AuditLog.id) < before)
    return [(log, name) for log, name in await session.execute(statement)]


def _agents(account_id: AccountId) -> Select[int, str, str, str, str, bool, datetime]:
    return (
        select(
            User.id,
            User.name,
            User.email,
            AccountUser.role,
            AccountUser.availability,
            User.is_active,
            AccountUser.created_at,
        )
        .join(User, User.id == AccountUser.user_id)
        .where(AccountUser.account_id == account_id)
    )


def _agent(row: Row[int, str, str, str, str, bool, datetime]) -> Agent:
    return Agent(
        id=UserId(row.id),
        name=row.name,
        email=row.email,
        role=row.role,
        availability=row.availability,
        is_active=row.is_active,
        created_at=row.created_at,
    )
