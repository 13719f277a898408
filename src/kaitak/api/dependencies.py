"""Owns what endpoints depend on: the request's one transaction, who calls, and the permission the route declares.

`SessionDep` is the transaction of `/api/v1/accounts/{account_id}/…`, entered only by members of that account; the
answer leaves after the commit. FastAPI walks through a dependency's own dependencies wherever it stands, so these have
as few as they can. `Depends(require(PERMISSION))`, or `require_alone`, stands on every such route.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Path
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection

from kaitak.api.deps import Deps, get_deps
from kaitak.api.principals import Caller, Principal, credential_of
from kaitak.core.errors import ForbiddenError, NotFoundError, UnauthenticatedError
from kaitak.core.ids import AccountId

LARGEST_ID = 2**63 - 1
AccountPath = Annotated[int, Path(ge=1, le=LARGEST_ID, description="The account's id")]


class AccountNotFoundError(NotFoundError):
    """The account does not exist, or the caller is not a member of it."""

    code = "account_not_found"


class PermissionMissingError(ForbiddenError):
    """The caller's role does not carry the permission that the error names."""

    code = "permission_missing"


async def open_session(connection: HTTPConnection, account_id: AccountPath) -> AsyncIterator[AsyncSession]:
    """The request's transaction in the scope of the path's account, after its caller proved to be a member."""
    deps = get_deps(connection)
    async with deps.database.transaction_begun(
        lambda session: _find_principal(deps, session, connection, AccountId(account_id))
    ) as (session, principal):
        connection.state.principal = principal
        yield session


async def open_user_session(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """The transaction of a request about the signed-in user, in no account's scope."""
    deps = get_deps(connection)
    async with deps.database.transaction_begun(lambda session: _find_caller(deps, session, connection, None)) as (
        session,
        caller,
    ):
        connection.state.caller = caller
        yield session


async def open_public_session(connection: HTTPConnection) -> AsyncIterator[AsyncSession]:
    """The transaction of a request that nobody needs to be known for, in no account's scope."""
    async with get_deps(connection).database.transaction() as session:
        yield session


SessionDep = Annotated[AsyncSession, Depends(open_session, scope="function")]
UserSessionDep = Annotated[AsyncSession, Depends(open_user_session, scope="function")]
PublicSessionDep = Annotated[AsyncSession, Depends(open_public_session, scope="function")]


async def current_principal(connection: HTTPConnection, _session: SessionDep) -> Principal:
    """The member who calls."""
    principal = connection.state.principal
    assert isinstance(principal, Principal)
    return principal


async def current_caller(connection: HTTPConnection, _session: UserSessionDep) -> Caller:
    """The signed-in user who calls, whichever accounts they belong to."""
    caller = connection.state.caller
    assert isinstance(caller, Caller)
    return caller


PrincipalDep = Annotated[Principal, Depends(current_principal)]
CallerDep = Annotated[Caller, Depends(current_caller)]


class Requirement:
    """The permission that a route declares; a dependency that gives the member who calls, or refuses them."""

    def __init__(self, permission: str) -> None:
        self.permission = permission

    def check(self, principal: Principal) -> Principal:
        """The same principal, who may do this."""
        if not principal.can(self.permission):
            raise PermissionMissingError(permission=str(self.permission))
        return principal


class SessionRequirement(Requirement):
    """For routes with the request's transaction."""

    async def __call__(self, principal: PrincipalDep) -> Principal:
        return self.check(principal)


class LoneRequirement(Requirement):
    """For routes that keep no transaction open, such as an upload: the caller is known before the body comes in."""

    async def __call__(self, connection: HTTPConnection, account_id: AccountPath) -> Principal:
        return self.check(await identify_connection(connection, AccountId(account_id)))


def require(permission: str) -> SessionRequirement:
    """Declare the permission of a route: `dependencies=[Depends(require(Permission.READ_TEAMS))]`."""
    return SessionRequirement(permission)


def require_alone(permission: str) -> LoneRequirement:
    """Declare the permission of a route without a transaction: `Annotated[Principal, Depends(require_alone(…))]`."""
    return LoneRequirement(permission)


async def identify_connection(connection: HTTPConnection, account_id: AccountId) -> Principal:
    """The member behind a WebSocket's handshake, in a short transaction of its own (its Origin is checked apart)."""
    deps = get_deps(connection)
    async with deps.database.transaction_begun(
        lambda session: _find_principal(deps, session, connection, account_id)
    ) as (_, principal):
        return principal


async def _find_principal(
    deps: Deps, session: AsyncSession, connection: HTTPConnection, account_id: AccountId
) -> Principal:
    caller = await _find_caller(deps, session, connection, account_id)
    if caller.role is None:
        raise AccountNotFoundError
    return Principal(
        user_id=caller.user_id,
        account_id=account_id,
        role=caller.role,
        kind=caller.kind,
        credential_id=caller.credential_id,
        permissions=caller.permissions,
    )


async def _find_caller(
    deps: Deps, session: AsyncSession, connection: HTTPConnection, account_id: AccountId | None
) -> Caller:
    credential = credential_of(connection.headers, connection.cookies)
    caller = await deps.identify(session, credential, account_id=account_id, at=deps.clock.now())
    if caller is None:
        raise UnauthenticatedError("the session has ended or the token is not valid")
    return caller
