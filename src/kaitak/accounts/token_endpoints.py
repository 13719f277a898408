"""Routes of access tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query

from kaitak.accounts import queries, token_actions
from kaitak.accounts.audit import ActorDep
from kaitak.accounts.errors import AccessTokenNotFoundError, SessionRequiredError
from kaitak.accounts.models import AccessToken
from kaitak.accounts.policy import Permission
from kaitak.accounts.schemas import AccessTokenForm, AccessTokenView, NewAccessTokenView
from kaitak.api.dependencies import (
    LARGEST_ID,
    AccountNotFoundError,
    PermissionMissingError,
    PrincipalDep,
    SessionDep,
    require,
)
from kaitak.api.deps import DepsDep
from kaitak.api.problems import problems

router = APIRouter(
    prefix="/api/v1/accounts/{account_id}/access_tokens",
    tags=["access tokens"],
    responses=problems(AccountNotFoundError),
    dependencies=[Depends(require(Permission.OWN_ACCESS_TOKENS))],
)
TokenPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]
AllQuery = Annotated[bool, Query(alias="all", description="those of all members (administrators)")]


@router.get("", responses=problems(PermissionMissingError))
async def list_access_tokens(
    session: SessionDep, principal: PrincipalDep, of_all: AllQuery = False
) -> list[AccessTokenView]:
    """One's own access tokens, without the tokens themselves."""
    if of_all and not principal.can(Permission.ALL_ACCESS_TOKENS):
        raise PermissionMissingError(permission=str(Permission.ALL_ACCESS_TOKENS))
    user_id = None if of_all else principal.user_id
    tokens = await queries.list_access_tokens(session, principal.account_id, user_id)
    return [_view(token) for token in tokens]


@router.post("", status_code=201, responses=problems(SessionRequiredError))
async def create_access_token(
    form: AccessTokenForm, session: SessionDep, principal: PrincipalDep, by: ActorDep, deps: DepsDep
) -> NewAccessTokenView:
    """Make a token that acts as oneself in this account; it is shown this once. A token cannot make another."""
    if principal.kind != "session":
        raise SessionRequiredError
    good_for = timedelta(days=form.expires_in_days) if form.expires_in_days else None
    token, secret = await token_actions.create_access_token(
        session, by, principal.user_id, name=form.name, at=deps.clock.now(), good_for=good_for
    )
    return NewAccessTokenView(**dict(_view(token)), token=secret)


@router.delete("/{token_id}", status_code=204, responses=problems(AccessTokenNotFoundError))
async def revoke_access_token(
    token_id: TokenPath, session: SessionDep, principal: PrincipalDep, by: ActorDep, deps: DepsDep
) -> None:
    """Revoke a token for good: one's own or, for administrators, anybody's."""
    of = None if principal.can(Permission.ALL_ACCESS_TOKENS) else principal.user_id
    await token_actions.revoke_access_token(session, by, token_id, of=of, at=deps.clock.now())


def _view(token: AccessToken) -> AccessTokenView:
    return AccessTokenView(
        id=token.id,
        name=token.name,
        user_id=token.user_id,
        last_four=token.last_four,
        last_used_at=token.last_used_at,
        expires_at=token.expires_at,
        created_at=token.created_at,
    )
