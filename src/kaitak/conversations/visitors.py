"""Owns who a visitor of the widget is: a token that names the inbox and a secret; a row only once they do something."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.api.deps import Deps
from kaitak.channels import registry, settings
from kaitak.channels.clients import ProvesUsers
from kaitak.channels.models import Inbox
from kaitak.channels.settings import InboxSettings
from kaitak.contacts.models import Contact, ContactInbox
from kaitak.conversations.errors import (
    ContactBlockedError,
    IdentityRequiredError,
    OriginRefusedError,
    VisitorUnknownError,
    WidgetUnknownError,
)
from kaitak.conversations.models import Conversation
from kaitak.core import ids
from kaitak.core.ids import AccountId, InboxId
from kaitak.db import session as sessions

_FIND = text("select * from find_visitor(:identifier, :token_hash, :source_id)")
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 0))")


@dataclass(frozen=True, slots=True)
class VisitorToken:
    """What the browser keeps: the inbox's public identifier and a random secret."""

    identifier: str
    text: str

    @property
    def hash(self) -> bytes:
        """What we keep of it."""
        return hashlib.sha256(self.text.encode()).digest()

    @property
    def source_id(self) -> str:
        """The address that its first message comes from."""
        return "v" + hashlib.sha256(b"source:" + self.text.encode()).hexdigest()[:40]


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser at a widget inbox; `contact_inbox_id` is None until it does something that needs a row."""

    token: VisitorToken
    account_id: AccountId
    inbox_id: InboxId
    contact_inbox_id: int | None


def new_token(identifier: str) -> VisitorToken:
    """A token for a browser that has none."""
    return VisitorToken(identifier, f"{identifier}.{ids.new_token(192)}")


def read_token(given: str | None) -> VisitorToken:
    """The token in a request."""
    identifier, dot, secret = (given or "").rpartition(".")
    if not dot or not 20 <= len(secret) <= 100 or not 1 <= len(identifier) <= 100 or not given:
        raise VisitorUnknownError
    return VisitorToken(identifier, given)


async def find_visitor(session: AsyncSession, token: VisitorToken) -> Visitor:
    """The visitor behind a token; the transaction is then in the scope of their account."""
    row = (
        await session.execute(
            _FIND, {"identifier": token.identifier, "token_hash": token.hash, "source_id": token.source_id}
        )
    ).one_or_none()
    connector = registry.connector_class(row.channel) if row is not None else None
    if row is None or connector is None or not connector.capabilities.is_pulled or issubclass(connector, ProvesUsers):
        raise WidgetUnknownError
    await sessions.set_scope(session, AccountId(row.account_id))
    return Visitor(token, AccountId(row.account_id), InboxId(row.inbox_id), row.contact_inbox_id)


async def given_token(x_kaitak_visitor: Annotated[str | None, Header(max_length=300)] = None) -> VisitorToken:
    """The visitor's token from its header."""
    return read_token(x_kaitak_visitor)


VisitorTokenDep = Annotated[VisitorToken, Depends(given_token)]


async def get_inbox(session: AsyncSession, visitor: Visitor) -> tuple[Inbox, InboxSettings]:
    """The visitor's inbox and how it is set."""
    inbox = await session.get_one(Inbox, (visitor.account_id, visitor.inbox_id))
    return inbox, settings.read(inbox.settings)


def require_origin(inbox_settings: InboxSettings, origin: str | None, deps: Deps) -> None:
    """Raise if the page's site may not show this inbox."""
    if origin != deps.public_url and not inbox_settings.allows(origin):
        raise OriginRefusedError


async def get_address(session: AsyncSession, visitor: Visitor) -> ContactInbox:
    """The visitor's row, made if it is not there."""
    if visitor.contact_inbox_id is not None:
        return await session.get_one(ContactInbox, (visitor.account_id, visitor.contact_inbox_id))
    key = f"{visitor.account_id}:{visitor.inbox_id}:{visitor.token.source_id}"
    await session.execute(_LOCK, {"key": key})
    found = await session.scalar(
        select(ContactInbox).where(
            ContactInbox.account_id == visitor.account_id,
            ContactInbox.inbox_id == visitor.inbox_id,
            ContactInbox.source_id == visitor.token.source_id,
        )
    )
    if found is not None:
        if found.token_hash is None:
            found.token_hash = visitor.token.hash
            await session.flush()
        return found
    contact = Contact(account_id=visitor.account_id)
    session.add(contact)
    await session.flush()
    address = ContactInbox(
        account_id=visitor.account_id,
        contact_id=contact.id,
        inbox_id=visitor.inbox_id,
        source_id=visitor.token.source_id,
        token_hash=visitor.token.hash,
    )
    session.add(address)
    await session.flush()
    return address


async def require_may_write(session: AsyncSession, address: ContactInbox, inbox_settings: InboxSettings) -> None:
    """Raise if this person may not write here."""
    contact = await session.get_one(Contact, (address.account_id, address.contact_id))
    if contact.blocked:
        raise ContactBlockedError
    if inbox_settings.require_identity and not address.hmac_verified:
        raise IdentityRequiredError


async def find_conversation(session: AsyncSession, address: ContactInbox) -> Conversation | None:
    """The visitor's present conversation: the open one, or else the last."""
    return await session.scalar(
        select(Conversation)
        .where(
            Conversation.account_id == address.account_id,
            Conversation.contact_id == address.contact_id,
            Conversation.contact_inbox_id == address.id,
        )
        .order_by(Conversation.id.desc())
        .limit(1)
    )
