"""Routes of signing in and of the signed-in user: /auth/…"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request, Response

from kaitak.accounts import actions, policy, queries, sign_in
from kaitak.accounts.errors import (
    CredentialsInvalidError,
    PasswordWeakError,
    PasswordWrongError,
    SessionNotFoundError,
    SessionRequiredError,
    SignInLinkInvalidError,
    SignInThrottledError,
)
from kaitak.accounts.models import User
from kaitak.accounts.policy import Availability, Role
from kaitak.accounts.schemas import (
    MembershipView,
    MeView,
    ProfileForm,
    SessionView,
    SignInForm,
    SignInTokenForm,
    UserView,
)
from kaitak.accounts.sign_in import NewSession, Place
from kaitak.api import csrf, principals
from kaitak.api.dependencies import LARGEST_ID, CallerDep, PublicSessionDep, UserSessionDep
from kaitak.api.deps import Deps, DepsDep
from kaitak.api.principals import Caller
from kaitak.api.problems import problems
from kaitak.api.ratelimit import AddressLimit, address_of
from kaitak.core.ids import AccountId, UserId

router = APIRouter(prefix="/auth", tags=["auth"])
_limit = Depends(AddressLimit("sign_in", per_minute=60, burst=60))
SessionPath = Annotated[int, Path(ge=1, le=LARGEST_ID)]


async def person(caller: CallerDep) -> Caller:
    """The caller, who signed in as a person."""
    if caller.kind != "session":
        raise SessionRequiredError
    return caller


PersonDep = Annotated[Caller, Depends(person)]


@router.post("/sign_in", responses=problems(CredentialsInvalidError, SignInThrottledError), dependencies=[_limit])
async def sign_in_with_password(form: SignInForm, request: Request, response: Response, deps: DepsDep) -> MeView:
    """Sign in with e-mail address and password; sets the cookies of the session."""
    opened = await sign_in.by_password(deps, form.email, form.password, _place_of(request))
    return await _welcome(deps, request, response, opened)


@router.post("/sign_in_token", responses=problems(SignInLinkInvalidError, SignInThrottledError), dependencies=[_limit])
async def sign_in_with_link(form: SignInTokenForm, request: Request, response: Response, deps: DepsDep) -> MeView:
    """Sign in with the token of a one-time link; sets the cookies of the session."""
    async with deps.database.transaction() as session:
        opened = await sign_in.by_link(session, form.token, _place_of(request), deps.clock.now())
    return await _welcome(deps, request, response, opened)


@router.post("/sign_out", status_code=204)
async def sign_out(request: Request, response: Response, session: PublicSessionDep) -> None:
    """End the session of this browser, if there is one."""
    secret = request.cookies.get(principals.SESSION_COOKIE)
    if secret:
        await sign_in.close_session(session, secret)
    for name in (principals.SESSION_COOKIE, principals.CSRF_COOKIE):
        response.delete_cookie(name, path="/")


@router.get("/me")
async def read_me(session: UserSessionDep, caller: CallerDep) -> MeView:
    """Who is signed in and which accounts they belong to; with an access token, its own account only."""
    user = await queries.get_user(session, caller.user_id)
    memberships = await queries.list_memberships(session, caller.user_id)
    return _me(user, memberships, caller.only_account_id)


@router.patch("/me", responses=problems(PasswordWeakError, PasswordWrongError, SessionRequiredError))
async def change_me(form: ProfileForm, session: UserSessionDep, caller: PersonDep) -> MeView:
    """Change one's own name, language, view settings or password; a new password ends all other sessions."""
    user = await queries.get_user(session, caller.user_id)
    changes = form.model_dump(include={"name", "locale", "ui_settings"}, exclude_none=True)
    await actions.change_profile(session, user, changes)
    if form.password is not None:
        await actions.set_password(
            session, user, password=form.password, current=form.current_password, keep_session=caller.credential_id
        )
    return _me(user, await queries.list_memberships(session, caller.user_id), None)


@router.get("/sessions", responses=problems(SessionRequiredError))
async def list_my_sessions(session: UserSessionDep, caller: PersonDep, deps: DepsDep) -> list[SessionView]:
    """Where one is signed in."""
    return [
        SessionView(
            id=item.id,
            ip=item.ip,
            user_agent=item.user_agent,
            created_at=item.created_at,
            seen_at=item.seen_at,
            expires_at=item.expires_at,
            is_current=item.id == caller.credential_id,
        )
        for item in await queries.list_sessions(session, caller.user_id, deps.clock.now())
    ]


@router.delete("/sessions", status_code=204, responses=problems(SessionRequiredError))
async def end_my_other_sessions(session: UserSessionDep, caller: PersonDep) -> None:
    """Sign out everywhere else."""
    await sign_in.close_sessions(session, caller.user_id, but=caller.credential_id)


@router.delete(
    "/sessions/{session_id}", status_code=204, responses=problems(SessionNotFoundError, SessionRequiredError)
)
async def end_my_session(session_id: SessionPath, session: UserSessionDep, caller: PersonDep) -> None:
    """Sign out in one browser."""
    await session.delete(await queries.access_session(session, caller.user_id, session_id))


def _place_of(request: Request) -> Place:
    return Place(address_of(request), request.headers.get("user-agent", ""))


async def _welcome(deps: Deps, request: Request, response: Response, opened: NewSession) -> MeView:
    """Hand out the cookies, and end the session that this browser had before."""
    async with deps.database.transaction() as session:
        earlier = request.cookies.get(principals.SESSION_COOKIE)
        if earlier:
            await sign_in.close_session(session, earlier)
        user = await queries.get_user(session, opened.user_id)
        memberships = await queries.list_memberships(session, UserId(user.id))
    _set_cookie(response, deps, principals.SESSION_COOKIE, opened.secret, is_hidden=True)
    _set_cookie(response, deps, principals.CSRF_COOKIE, csrf.token_for(deps.keyring, opened.secret), is_hidden=False)
    return _me(user, memberships, None)


def _set_cookie(response: Response, deps: Deps, name: str, value: str, *, is_hidden: bool) -> None:
    response.set_cookie(
        name,
        value,
        max_age=int(sign_in.ABSOLUTE.total_seconds()),
        path="/",
        secure=deps.cookie_secure,
        httponly=is_hidden,
        samesite="lax",
    )


def _me(user: User, memberships: list[queries.Membership], only: AccountId | None) -> MeView:
    return MeView(
        user=UserView(
            id=user.id,
            name=user.name,
            email=user.email,
            locale=user.locale,
            ui_settings=user.ui_settings,
            has_password=user.password_hash is not None,
        ),
        accounts=[
            MembershipView(
                id=item.account_id,
                name=item.name,
                role=Role(item.role),
                availability=Availability(item.availability),
                locale=item.locale,
                timezone=item.timezone,
                pack=item.pack,
                permissions=sorted(policy.permissions_of(item.role)),
            )
            for item in memberships
            if only in (None, item.account_id)
        ],
    )
