"""Owns who a user of the business's app is: signed by the business's server in every call, one address for each."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Path
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.api.deps import Deps
from kaitak.api.ratelimit import AddressLimit, Buckets
from kaitak.channels import registry, settings
from kaitak.channels.clients import ProvesUsers, SignedUser
from kaitak.channels.live import LiveConnectors
from kaitak.channels.models import Inbox
from kaitak.channels.settings import InboxSettings
from kaitak.contacts import actions as contact_actions
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.core.errors import NotFoundError, UnauthenticatedError
from kaitak.core.ids import AccountId, InboxId
from kaitak.db import session as sessions

_FIND = text("select * from find_visitor(:identifier, ''::bytea, '')")
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")
_BEARER = "bearer "
ADDRESS = Depends(AddressLimit("app.address", per_minute=1200, burst=600))  # before any proof is looked at


class AppUnknownError(NotFoundError):
    """No app channel has this identifier."""

    code = "app_unknown"


class IdentityMissingError(UnauthenticatedError):
    """The call carries no identity: `Authorization: Bearer`, with a token that your own server signed."""

    code = "identity_missing"


@dataclass(frozen=True, slots=True)
class AppCall:
    """What every call says: for which app, and by which token."""

    app: str
    token: str


@dataclass(frozen=True, slots=True)
class AppUser:
    """A proven user of an app; the transaction is in the scope of the app's account."""

    app: str
    inbox: Inbox
    settings: InboxSettings
    user: SignedUser
    address: ContactInbox | None  # None until they do something that needs a row

    @property
    def account_id(self) -> AccountId:
        """The account that the app belongs to."""
        return AccountId(self.inbox.account_id)


class UserLimit:
    """What one user may do, wherever from: phones share addresses, so the limit by address alone would not do."""

    def __init__(self, name: str, *, per_minute: float, burst: int) -> None:
        self.name = name
        self.per_minute = per_minute
        self.burst = burst

    def take(self, deps: Deps, user: AppUser) -> None:
        """Take one; raises TooManyRequestsError."""
        buckets = deps.limits.get(self.name)
        if not isinstance(buckets, Buckets):
            buckets = deps.limits[self.name] = Buckets(per_minute=self.per_minute, burst=self.burst)
        buckets.take(f"{user.inbox.id}:{user.user.identifier}", time.monotonic())


async def given_call(
    app: Annotated[str, Path(max_length=100)],
    authorization: Annotated[str | None, Header(max_length=4000)] = None,
) -> AppCall:
    """The app from the path, and the token from its header."""
    given = authorization or ""
    if given[: len(_BEARER)].lower() != _BEARER:
        raise IdentityMissingError
    return AppCall(app, given[len(_BEARER) :].strip())


AppCallDep = Annotated[AppCall, Depends(given_call)]


async def find_user(session: AsyncSession, deps: Deps, call: AppCall) -> AppUser:
    """The user behind a call; raises InvalidSignatureError, SignatureExpiredError or AppUnknownError."""
    row = (await session.execute(_FIND, {"identifier": call.app})).one_or_none()
    if row is None or not issubclass(registry.connector_class(row.channel), ProvesUsers):
        raise AppUnknownError
    account_id, inbox_id = AccountId(row.account_id), InboxId(row.inbox_id)
    await sessions.set_scope(session, account_id)
    inbox = await session.get_one(Inbox, (account_id, inbox_id))
    connector = deps.get(LiveConnectors).make(
        account_id, inbox_id, inbox.channel, inbox.config_encrypted, inbox.version
    )
    assert isinstance(connector, ProvesUsers)
    user = connector.user_of(call.token, audience=call.app)
    found = await _find_address(session, account_id, inbox_id, user)
    return AppUser(call.app, inbox, settings.read(inbox.settings), user, found)


async def get_address(session: AsyncSession, found: AppUser) -> ContactInbox:
    """The user's address, made if it is not there: at the contact whom the business's server names."""
    if found.address is not None:
        if not found.address.hmac_verified:  # an un-merge takes proof back; this call is proof again
            await _join(session, found.address, found.user)
        return found.address
    account_id, inbox_id, user = found.account_id, found.inbox.id, found.user
    await session.execute(_LOCK, {"key": f"{account_id}:{inbox_id}:{user.identifier}"})
    known = await _find_address(session, account_id, inbox_id, user)
    if known is not None:
        return known
    newcomer = Contact(account_id=account_id)
    session.add(newcomer)
    await session.flush()
    address = ContactInbox(account_id=account_id, contact_id=newcomer.id, inbox_id=inbox_id, source_id=user.identifier)
    session.add(address)
    await session.flush()
    contact = await _join(session, address, user)
    if contact.id != newcomer.id:
        await session.delete(newcomer)  # they were known by this identifier: nothing hangs on the empty one
        await session.flush()
    return address


async def refresh_profile(session: AsyncSession, found: AppUser) -> Contact | None:
    """The contact with what the business's server says of them now; None before they have an address."""
    if found.address is None:
        return None
    contact = await session.get_one(Contact, (found.account_id, found.address.contact_id))
    told = {name: value for name, value in _profile(found.user).items() if value}
    told["email"] = told["email"].lower() if "email" in told else ""
    is_same = all(not value or getattr(contact, name) == value for name, value in told.items())
    more = found.user.custom_attributes
    if (
        is_same
        and found.address.hmac_verified
        and all(contact.custom_attributes.get(name) == value for name, value in more.items())
    ):
        return contact
    return await _join(session, found.address, found.user)


async def _join(session: AsyncSession, address: ContactInbox, user: SignedUser) -> Contact:
    contact, _ = await contact_actions.join_identity(
        session, address, user.identifier, profile=_profile(user), attributes=user.custom_attributes
    )
    return contact


def _profile(user: SignedUser) -> dict[str, str | None]:
    return {"name": user.name, "email": user.email, "phone_number": user.phone_number}


async def _find_address(
    session: AsyncSession, account_id: AccountId, inbox_id: int, user: SignedUser
) -> ContactInbox | None:
    return await session.scalar(
        select(ContactInbox).where(
            ContactInbox.account_id == account_id,
            ContactInbox.inbox_id == inbox_id,
            ContactInbox.source_id == user.identifier,
        )
    )
