"""Owns the audit log's writing: who did what to which thing, in the transaction of the deed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from fastapi import Depends
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from kaitak.accounts.models import AuditLog
from kaitak.api.dependencies import PrincipalDep
from kaitak.api.principals import Principal
from kaitak.api.ratelimit import address_of
from kaitak.core.ids import AccountId, UserId

Detail = str | int | bool | None | list[int] | list[str]


class AuditAction(StrEnum):
    """What the accounts slice records; other slices name their own deeds."""

    ACCOUNT_CREATED = "account.created"
    ACCOUNT_CHANGED = "account.changed"
    AGENT_ADDED = "agent.added"
    AGENT_CHANGED = "agent.changed"
    AGENT_SIGN_IN_RESET = "agent.sign_in_reset"
    AGENT_REMOVED = "agent.removed"
    TEAM_CREATED = "team.created"
    TEAM_CHANGED = "team.changed"
    TEAM_REMOVED = "team.removed"
    ACCESS_TOKEN_CREATED = "access_token.created"  # noqa: S105
    ACCESS_TOKEN_REVOKED = "access_token.revoked"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for the record; without a user it is the operator at the command line."""

    account_id: AccountId
    user_id: UserId | None
    address: str | None


def actor_of(connection: HTTPConnection, principal: Principal) -> Actor:
    """The member behind a request, and where they are."""
    return Actor(principal.account_id, principal.user_id, address_of(connection) or None)


async def current_actor(connection: HTTPConnection, principal: PrincipalDep) -> Actor:
    """The same for endpoints."""
    return actor_of(connection, principal)


ActorDep = Annotated[Actor, Depends(current_actor)]


async def record(
    session: AsyncSession,
    by: Actor,
    action: str,
    *,
    target_type: str,
    target_id: int | str,
    details: Mapping[str, Detail] | None = None,
) -> None:
    """Write one line; `details` holds no secret and no customer's words."""
    await session.execute(
        insert(AuditLog).values(
            account_id=by.account_id,
            user_id=by.user_id,
            action=str(action),
            target_type=target_type,
            target_id=str(target_id),
            details=dict(details or {}),
            ip=by.address,
        )
    )
