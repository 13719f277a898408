"""Writes about accounts, users and members; each administrative one leaves a line in the audit log."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from pydantic import JsonValue
from sqlalchemy import Update, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit, passwords, queries, sign_in
from kaitak.accounts.audit import Actor, AuditAction
from kaitak.accounts.errors import (
    AlreadyMemberError,
    BelongsElsewhereError,
    EmailInvalidError,
    EmailTakenError,
    LastAdministratorError,
    PasswordWrongError,
)
from kaitak.accounts.events import AgentRemoved, AvailabilityChanged
from kaitak.accounts.models import Account, AccountUser, User
from kaitak.accounts.policy import Role
from kaitak.accounts.queries import Agent
from kaitak.api.deps import Deps
from kaitak.core.ids import AccountId, UserId
from kaitak.db.session import set_scope

_EMAIL = re.compile(r"[^@\s\"<>(),;:\\]{1,64}@[^@\s\"<>(),;:\\]{1,189}")
_NEXT_ACCOUNT = text("select nextval(pg_get_serial_sequence('account', 'id'))")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A member and the token of the one-time link that lets them in."""

    agent: Agent
    token: str
    expires_at: datetime


async def create_account(
    session: AsyncSession,
    name: str,
    *,
    locale: str = "zh-HK",
    timezone: str = "Asia/Hong_Kong",
    pack: str = "retail",
) -> Account:
    """Create an account and move the transaction into its scope."""
    account_id = AccountId((await session.execute(_NEXT_ACCOUNT)).scalar_one())
    await set_scope(session, account_id)
    account = Account(id=account_id, name=name, locale=locale, timezone=timezone, pack=pack)
    session.add(account)
    await session.flush()
    await session.refresh(account)
    by = Actor(account_id, None, None)
    await audit.record(session, by, AuditAction.ACCOUNT_CREATED, target_type="account", target_id=account_id)
    return account


async def change_account(session: AsyncSession, by: Actor, changes: dict[str, str]) -> Account:
    """Change the account's name, locale or time zone."""
    account = await queries.get_account(session, by.account_id)
    for field, value in changes.items():
        setattr(account, field, value)
    await session.flush()
    await audit.record(
        session,
        by,
        AuditAction.ACCOUNT_CHANGED,
        target_type="account",
        target_id=by.account_id,
        details={"fields": sorted(changes)},
    )
    return account


async def create_user(session: AsyncSession, *, email: str, name: str, locale: str = "zh-HK") -> User | None:
    """Create a user without a password; None if somebody has this e-mail address."""
    folded = sign_in.fold_email(email)
    if not _EMAIL.fullmatch(folded):
        raise EmailInvalidError
    statement = upsert(User).values(email=folded, name=name, locale=locale).on_conflict_do_nothing().returning(User)
    return (await session.execute(statement)).scalar_one_or_none()


async def add_member(session: AsyncSession, by: Actor, user_id: UserId, role: Role) -> Agent:
    """Make a user a member of the account."""
    statement = (
        upsert(AccountUser)
        .values(account_id=by.account_id, user_id=user_id, role=role)
        .on_conflict_do_nothing()
        .returning(AccountUser.user_id)
    )
    if (await session.execute(statement)).scalar_one_or_none() is None:
        raise AlreadyMemberError
    details = {"role": str(role)}
    await audit.record(session, by, AuditAction.AGENT_ADDED, target_type="user", target_id=user_id, details=details)
    return await queries.access_agent(session, by.account_id, user_id)


async def invite_agent(
    session: AsyncSession, by: Actor, *, email: str, name: str, role: Role, at: datetime
) -> Invitation:
    """Add a member by e-mail address, with a one-time link to hand over.

    Whoever invites also holds the link, so it must not open anybody else's account: a user of other accounts is
    refused, and one who has left all accounts starts afresh, without the old password and sessions.
    """
    user = await create_user(session, email=email, name=name)
    if user is None:
        user = await _reclaim(session, by, sign_in.fold_email(email))
    agent = await add_member(session, by, UserId(user.id), role)
    return await _make_invitation(session, agent, at)


async def reset_sign_in(session: AsyncSession, by: Actor, user_id: UserId, at: datetime) -> Invitation:
    """Take a member's password and sessions away and make a new one-time link: for who forgot or lost theirs."""
    agent = await queries.access_agent(session, by.account_id, user_id)
    memberships = await queries.list_memberships(session, user_id)
    if [item.account_id for item in memberships] != [by.account_id]:
        raise BelongsElsewhereError
    await _take_credentials(session, user_id)
    await audit.record(session, by, AuditAction.AGENT_SIGN_IN_RESET, target_type="user", target_id=user_id)
    return await _make_invitation(session, agent, at)


async def change_role(session: AsyncSession, by: Actor, user_id: UserId, role: Role) -> None:
    """Give a member another role; the last administrator keeps theirs."""
    administrators = await queries.lock_administrators(session, by.account_id)
    before = (await queries.access_agent(session, by.account_id, user_id)).role
    if role != Role.ADMINISTRATOR and administrators == [user_id]:
        raise LastAdministratorError
    await session.execute(_membership(by.account_id, user_id).values(role=role))
    await audit.record(
        session,
        by,
        AuditAction.AGENT_CHANGED,
        target_type="user",
        target_id=user_id,
        details={"role": str(role), "role_before": before},
    )


async def set_availability(
    session: AsyncSession, deps: Deps, account_id: AccountId, user_id: UserId, availability: str
) -> None:
    """Note whether a member takes conversations, and tell who needs to know."""
    await queries.access_agent(session, account_id, user_id)
    await session.execute(
        _membership(account_id, user_id).values(availability=availability, active_at=deps.clock.now())
    )
    await deps.emit(session, AvailabilityChanged(account_id, user_id, availability))


async def remove_agent(session: AsyncSession, deps: Deps, by: Actor, user_id: UserId) -> None:
    """End a membership; who belongs to no account any more is signed out everywhere."""
    administrators = await queries.lock_administrators(session, by.account_id)
    await queries.access_agent(session, by.account_id, user_id)
    if administrators == [user_id]:
        raise LastAdministratorError
    await deps.emit(session, AgentRemoved(by.account_id, user_id))
    await session.execute(
        delete(AccountUser).where(AccountUser.account_id == by.account_id, AccountUser.user_id == user_id)
    )
    if not await queries.list_memberships(session, user_id):
        await _take_credentials(session, user_id)
    await audit.record(session, by, AuditAction.AGENT_REMOVED, target_type="user", target_id=user_id)


async def change_profile(session: AsyncSession, user: User, changes: dict[str, JsonValue]) -> None:
    """Change the user's own name, language or view settings."""
    for field, value in changes.items():
        setattr(user, field, value)
    await session.flush()


async def set_password(
    session: AsyncSession, user: User, *, password: str, current: str | None, keep_session: int | None
) -> None:
    """Set a new password and end all other sessions and links; the current one is asked for if there is one."""
    passwords.check_strength(password, email=user.email)
    if user.password_hash is not None and not await passwords.is_right(current or "", user.password_hash):
        raise PasswordWrongError
    user.password_hash = await passwords.hash_password(password)
    await session.flush()
    await sign_in.close_sessions(session, UserId(user.id), but=keep_session)
    await sign_in.forget_links(session, UserId(user.id))


async def _reclaim(session: AsyncSession, by: Actor, email: str) -> User:
    user = (await session.execute(select(User).where(User.email == email).with_for_update())).scalar_one()
    memberships = await queries.list_memberships(session, UserId(user.id))
    if any(item.account_id == by.account_id for item in memberships):
        raise AlreadyMemberError
    if memberships:
        raise EmailTakenError
    await _take_credentials(session, UserId(user.id))
    return user


async def _take_credentials(session: AsyncSession, user_id: UserId) -> None:
    await session.execute(update(User).where(User.id == user_id).values(password_hash=None))
    await sign_in.close_sessions(session, user_id)
    await sign_in.forget_links(session, user_id)


async def _make_invitation(session: AsyncSession, agent: Agent, at: datetime) -> Invitation:
    token = await sign_in.make_link_token(session, agent.id, at)
    return Invitation(agent, token, at + sign_in.INVITATION)


def _membership(account_id: AccountId, user_id: UserId) -> Update:
    return update(AccountUser).where(AccountUser.account_id == account_id, AccountUser.user_id == user_id)
