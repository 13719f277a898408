"""Owns what the operator does at the command line, before anybody can sign in or beyond any one account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import actions, audit, passwords, queries, sign_in
from kaitak.accounts.audit import Actor, AuditAction
from kaitak.accounts.errors import AccountNameUnknownError
from kaitak.accounts.models import User
from kaitak.accounts.policy import Role
from kaitak.core.errors import ConflictError
from kaitak.core.ids import AccountId, UserId
from kaitak.db.session import set_scope

LINK_GOOD_FOR = timedelta(hours=24)
_ACCOUNTS = text("select id, name, locale, pack, members, created_at from accounts_of_deployment()")


class AccountNameAmbiguousError(ConflictError):
    """Several accounts have this name; give the account's number."""

    code = "account_name_ambiguous"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """One account, for a list on the terminal."""

    id: AccountId
    name: str
    locale: str
    pack: str
    members: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Administrator:
    """Who was made administrator of what, and the token of the link that lets them in if they gave no password."""

    user_id: UserId
    account_id: AccountId
    account_name: str
    is_new_account: bool
    token: str | None


async def list_accounts(session: AsyncSession) -> list[AccountLine]:
    """All accounts of the deployment."""
    return [AccountLine(*row) for row in await session.execute(_ACCOUNTS)]


async def find_account(session: AsyncSession, name_or_number: str) -> AccountLine | None:
    """The account of this number or name; several of one name are an error."""
    accounts = await list_accounts(session)
    if name_or_number.isdecimal():
        numbered = [item for item in accounts if item.id == int(name_or_number)]
        if not numbered:
            raise AccountNameUnknownError(f"there is no account number {name_or_number}; see: kaitak accounts list")
        return numbered[0]
    named = [item for item in accounts if item.name == name_or_number]
    if len(named) > 1:
        numbers = ", ".join(str(item.id) for item in named)
        raise AccountNameAmbiguousError(f"accounts {numbers} have this name; give the number")
    return named[0] if named else None


async def make_administrator(
    session: AsyncSession, *, email: str, name: str, account: str, password: str | None, at: datetime
) -> Administrator:
    """Make a user (new or known) administrator of an account (new or known); again, to let a locked-out one back in."""
    found = await find_account(session, account)
    if found is None:
        account_id, is_new = AccountId((await actions.create_account(session, account)).id), True
    else:
        account_id, is_new = found.id, False
        await set_scope(session, account_id)
    user = await _find_or_create(session, email, name)
    await _appoint(session, Actor(account_id, None, None), UserId(user.id))
    token = None
    if password is None:
        token = await sign_in.make_link_token(session, UserId(user.id), at, LINK_GOOD_FOR)
    else:
        passwords.check_strength(password, email=user.email)
        user.password_hash = await passwords.hash_password(password)
        await sign_in.close_sessions(session, UserId(user.id))
        await session.flush()
    return Administrator(UserId(user.id), account_id, found.name if found else account, is_new, token)


async def _find_or_create(session: AsyncSession, email: str, name: str) -> User:
    created = await actions.create_user(session, email=email, name=name)
    if created is not None:
        return created
    known = await queries.find_user_by_email(session, sign_in.fold_email(email))
    assert known is not None  # the insert met this very row
    return known


async def _appoint(session: AsyncSession, by: Actor, user_id: UserId) -> None:
    memberships = await queries.list_memberships(session, user_id)
    here = [item for item in memberships if item.account_id == by.account_id]
    if not here:
        await actions.add_member(session, by, user_id, Role.ADMINISTRATOR)
    elif here[0].role != Role.ADMINISTRATOR:
        await actions.change_role(session, by, user_id, Role.ADMINISTRATOR)
    else:
        await audit.record(session, by, AuditAction.AGENT_SIGN_IN_RESET, target_type="user", target_id=user_id)
