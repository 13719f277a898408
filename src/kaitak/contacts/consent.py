"""Owns what a person agreed to: the ledger by channel and purpose, what it allows, and the words that end advertising.

Service messages are allowed until somebody asks for none; advertising only once it was agreed to (PDPO, part 6A).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.contacts import families
from kaitak.contacts.models import Contact
from kaitak.contacts.proof_models import ContactConsent
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind

Purpose = Literal["service", "marketing"]
State = Literal["given", "withdrawn"]
Source = Literal["message", "member", "import", "api"]
PURPOSES: Final[tuple[Purpose, ...]] = ("service", "marketing")
EVERY_CHANNEL: Final = ""
_ENDS_ADVERTISING = re.compile(
    r"\s*(?:stop(?:\s*all)?|unsubscribe|opt[ -]?out|退[訂订]|取消[訂订][閱阅]"
    r"|(?:唔|不|别|請勿|请勿)(?:好|要|想)?(?:再)?"
    r"(?:send|發|发|寄|收)(?:廣告|广告|宣傳|宣传|推廣|推广|優惠|优惠)(?:訊息|信息|短訊|短信|嘢|了|喇|啦)?)\s*[.!。！]*\s*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """One line of the ledger, as far as it decides."""

    channel: str
    purpose: str
    state: str
    at: datetime
    source: str


def ends_advertising(text: str) -> bool:
    """Whether a message says this and nothing else: STOP, 退訂, 唔好再發廣告."""
    return len(text) <= 40 and _ENDS_ADVERTISING.fullmatch(text) is not None


def last_word(words: Iterable[Word], channel: str, purpose: Purpose) -> Word | None:
    """The newest line about a purpose on a channel; `words` stand in the order of the ledger."""
    found = [word for word in words if word.purpose == purpose and word.channel in (EVERY_CHANNEL, channel)]
    return found[-1] if found else None


def forbids(words: Sequence[Word], channel: str, purpose: Purpose) -> Word | Literal["never_given"] | None:
    """What forbids a message of this purpose on this channel; None: nothing does."""
    service = last_word(words, channel, "service")
    if service is not None and service.state == "withdrawn":
        return service
    if purpose == "service":
        return None
    marketing = last_word(words, channel, "marketing")
    if marketing is None:
        return "never_given"
    return marketing if marketing.state == "withdrawn" else None


async def read(session: AsyncSession, account_id: int, contact_id: int) -> list[ContactConsent]:
    """The ledger of a contact and of all that were joined with it, the oldest first."""
    members = (await families.members_of(session, account_id, [contact_id])).get(contact_id, [contact_id])
    rows = await session.scalars(
        select(ContactConsent)
        .where(ContactConsent.account_id == account_id, ContactConsent.contact_id.in_(members))
        .order_by(ContactConsent.id)
    )
    return list(rows)


def words_of(rows: Iterable[ContactConsent]) -> list[Word]:
    """The lines as they decide."""
    return [Word(row.channel, row.purpose, row.state, row.created_at, row.source) for row in rows]


async def note(
    session: AsyncSession,
    contact: Contact,
    *,
    channel: str,
    purpose: Purpose,
    state: State,
    source: Source,
    evidence: str = "",
    user_id: int | None = None,
) -> ContactConsent:
    """Write a line; earlier ones stay."""
    row = ContactConsent(
        account_id=contact.account_id,
        contact_id=contact.id,
        channel=channel,
        purpose=purpose,
        state=state,
        source=source,
        evidence=evidence,
        user_id=user_id,
    )
    session.add(row)
    await session.flush()
    await realtime.publish(session, Kind.CONTACT_UPDATED, payload={"id": contact.id})
    return row
