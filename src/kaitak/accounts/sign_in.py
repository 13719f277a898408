"""Owns signing in and out: throttled passwords, one-time links, sessions. Only hashes of secrets reach the database."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import passwords, queries
from kaitak.accounts.errors import CredentialsInvalidError, SignInLinkInvalidError, SignInThrottledError
from kaitak.accounts.identity import token_hash
from kaitak.accounts.models import SignInThrottle, SignInToken, User, UserSession
from kaitak.api.deps import Deps
from kaitak.api.ratelimit import network_of
from kaitak.core import ids
from kaitak.core.ids import UserId

SLIDING = timedelta(hours=12)  # both are repeated in identify_session, which moves the expiry on
ABSOLUTE = timedelta(days=14)
WINDOW = timedelta(minutes=15)
FAILURES_OF_EMAIL, FAILURES_OF_ADDRESS = 10, 50
INVITATION = timedelta(days=7)
_COUNT = text(
    """insert into sign_in_throttle as t (key, failures, window_started_at) values (:key, 1, :at)
       on conflict (key) do update set
         failures = case when t.window_started_at <= :stale then 1 else least(t.failures + 1, 30000) end,
         window_started_at = case when t.window_started_at <= :stale then :at else t.window_started_at end
       returning failures, window_started_at"""
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sign-in comes from."""

    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that was just opened; `secret` goes into the cookie and is kept nowhere."""

    user_id: UserId
    secret: str

    def __repr__(self) -> str:
        return f"NewSession(user_id={self.user_id}, secret=…)"


async def by_password(deps: Deps, email: str, password: str, place: Place) -> NewSession:
    """Check an e-mail address and a password: count the try, verify with no transaction open, then record."""
    at = deps.clock.now()
    email = fold_email(email)
    async with deps.database.transaction() as session:
        wait = await _count_try(session, email, place.address, at)
        user = None if wait else await queries.find_user_by_email(session, email)
    if wait:
        raise SignInThrottledError(retry_after=wait)
    is_right = await passwords.is_right(password, user.password_hash if user else None)
    if user is None or not is_right or not user.is_active:
        raise CredentialsInvalidError
    renewed = await passwords.hash_password(password) if passwords.is_outdated(user.password_hash or "") else None
    async with deps.database.transaction() as session:
        await _forgive(session, email, place.address)
        if renewed:
            await session.execute(update(User).where(User.id == user.id).values(password_hash=renewed))
        return await open_session(session, UserId(user.id), place, at)


async def by_link(session: AsyncSession, token: str, place: Place, at: datetime) -> NewSession:
    """Use up a one-time link; of two that use it at once, one wins."""
    statement = (
        update(SignInToken)
        .where(SignInToken.token_hash == token_hash(token), SignInToken.used_at.is_(None), SignInToken.expires_at > at)
        .where(SignInToken.user_id == User.id, User.is_active)
        .values(used_at=at)
        .returning(SignInToken.user_id)
    )
    user_id = (await session.execute(statement)).scalar_one_or_none()
    if user_id is None:
        raise SignInLinkInvalidError
    return await open_session(session, UserId(user_id), place, at)


async def make_link_token(
    session: AsyncSession, user_id: UserId, at: datetime, good_for: timedelta = INVITATION
) -> str:
    """The token of a new one-time link; the user's earlier links die with it."""
    await forget_links(session, user_id)
    token = ids.new_token()
    session.add(SignInToken(user_id=user_id, token_hash=token_hash(token), expires_at=at + good_for, used_at=None))
    await session.flush()
    return token


def link_of(public_url: str, token: str) -> str:
    """The address that signs its holder in; the token is behind the #, so no server and no log on the way sees it."""
    return f"{public_url}/#/signin/{token}"


async def open_session(session: AsyncSession, user_id: UserId, place: Place, at: datetime) -> NewSession:
    """Open a session and clear away the user's ended ones."""
    await session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.expires_at <= at))
    secret = ids.new_token(256)
    session.add(
        UserSession(
            user_id=user_id,
            token_hash=token_hash(secret),
            ip=place.address[:64],
            user_agent=place.user_agent[:300],
            created_at=at,
            seen_at=at,
            expires_at=at + SLIDING,
        )
    )
    await session.flush()
    return NewSession(user_id, secret)


async def close_session(session: AsyncSession, secret: str) -> None:
    """End the session of this cookie, if it is one."""
    await session.execute(delete(UserSession).where(UserSession.token_hash == token_hash(secret)))


async def close_sessions(session: AsyncSession, user_id: UserId, *, but: int | None = None) -> None:
    """End the user's sessions, all or all but one."""
    statement = delete(UserSession).where(UserSession.user_id == user_id)
    await session.execute(statement if but is None else statement.where(UserSession.id != but))


async def forget_links(session: AsyncSession, user_id: UserId) -> None:
    """Make the user's unused one-time links worthless."""
    await session.execute(delete(SignInToken).where(SignInToken.user_id == user_id, SignInToken.used_at.is_(None)))


def fold_email(email: str) -> str:
    """One spelling for one address."""
    return email.strip().casefold()


async def _count_try(session: AsyncSession, email: str, address: str, at: datetime) -> timedelta | None:
    """Count a try before it is made, so that many at once are counted too; how long to wait, if it is one too many."""
    limits = {_key("email", email): FAILURES_OF_EMAIL, _key("address", network_of(address)): FAILURES_OF_ADDRESS}
    waits = []
    for key in sorted(limits):
        row = (await session.execute(_COUNT, {"key": key, "at": at, "stale": at - WINDOW})).one()
        if row.failures > limits[key]:
            waits.append(row.window_started_at + WINDOW - at)
    return max(waits, default=None)


async def _forgive(session: AsyncSession, email: str, address: str) -> None:
    """A right password clears its e-mail address and takes its own try back from the network address."""
    await session.execute(delete(SignInThrottle).where(SignInThrottle.key == _key("email", email)))
    await session.execute(
        update(SignInThrottle)
        .where(SignInThrottle.key == _key("address", network_of(address)), SignInThrottle.failures > 0)
        .values(failures=SignInThrottle.failures - 1)
    )


def _key(kind: str, value: str) -> bytes:
    return hashlib.sha256(f"{kind}:{value}".encode()).digest()
