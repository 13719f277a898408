"""What a person agreed to, over HTTP: how it stands by channel and purpose, the ledger behind it, a new line."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, StringConstraints

from kaitak.accounts import audit
from kaitak.accounts.audit import ActorDep
from kaitak.accounts.policy import Permission
from kaitak.api.dependencies import SessionDep, require
from kaitak.api.problems import problems
from kaitak.api.wire import Body
from kaitak.channels import registry
from kaitak.contacts import consent, identity_queries
from kaitak.contacts.consent import Purpose, State
from kaitak.contacts.errors import ContactErasedError, ContactNotFoundError
from kaitak.contacts.proof_models import ContactConsent
from kaitak.conversations.identity_endpoints import SeenContact

router = APIRouter(prefix="/api/v1/accounts/{account_id}/contacts/{contact_id}/consents", tags=["contacts"])
READ = [Depends(require(Permission.READ_CONTACTS))]
WRITE = [Depends(require(Permission.WRITE_CONTACTS))]
MOST = 50


class ConsentView(BaseModel):
    """One line of the ledger; an empty `channel` is every channel."""

    id: int
    channel: str
    purpose: str
    state: str
    source: str
    evidence: str
    by: str | None
    created_at: datetime


class ConsentStanding(BaseModel):
    """How it stands now for one purpose, on one channel or all; `since` is null where nobody has said anything."""

    channel: str
    purpose: str
    allowed: bool
    since: datetime | None


class ConsentList(BaseModel):
    """How it stands, and the lines behind it, the newest first."""

    standing: list[ConsentStanding]
    payload: list[ConsentView]


class ConsentBody(Body):
    """What a person said of messages, on which channel (empty: on all), and where they said it."""

    channel: Annotated[str, StringConstraints(max_length=40)] = ""
    purpose: Purpose
    state: State
    evidence: Annotated[str, StringConstraints(max_length=300, strip_whitespace=True)] = ""


@router.get("", dependencies=READ, responses=problems(ContactNotFoundError))
async def list_consents(session: SessionDep, contact: SeenContact) -> ConsentList:
    """What a contact agreed to, with all that were joined with it."""
    return await _list(session, contact)


@router.post(
    "",
    dependencies=WRITE,
    status_code=201,
    responses=problems(ContactNotFoundError, ContactErasedError, registry.ChannelUnknownError),
)
async def note_consent(session: SessionDep, by: ActorDep, contact: SeenContact, body: ConsentBody) -> ConsentList:
    """Write down what a person said; it counts from now on, and earlier lines stay."""
    if contact.erased_at is not None or contact.merged_into_id is not None:
        raise ContactErasedError("nothing personal is left of this contact, or it was put into another")
    if body.channel and body.channel not in registry.CONNECTORS:
        raise registry.ChannelUnknownError
    await consent.note(
        session,
        contact,
        channel=body.channel,
        purpose=body.purpose,
        state=body.state,
        source="member",
        evidence=body.evidence,
        user_id=by.user_id,
    )
    details: dict[str, audit.Detail] = {"channel": body.channel, "purpose": body.purpose, "state": body.state}
    await audit.record(
        session, by, "contacts.consent_noted", target_type="contact", target_id=contact.id, details=details
    )
    return await _list(session, contact)


async def _list(session: SessionDep, contact: SeenContact) -> ConsentList:
    rows = await consent.read(session, contact.account_id, contact.id)
    names = await identity_queries.names_of(session, [row.user_id for row in rows])
    return ConsentList(
        standing=_standing(rows),
        payload=[
            ConsentView(
                id=row.id,
                channel=row.channel,
                purpose=row.purpose,
                state=row.state,
                source=row.source,
                evidence=row.evidence,
                by=names.get(row.user_id),
                created_at=row.created_at,
            )
            for row in reversed(rows[-MOST:])
        ],
    )


def _standing(rows: list[ContactConsent]) -> list[ConsentStanding]:
    """For all channels together, and for each of which something was said."""
    words = consent.words_of(rows)
    channels = [consent.EVERY_CHANNEL, *sorted({row.channel for row in rows} - {consent.EVERY_CHANNEL})]
    standing: list[ConsentStanding] = []
    for channel in channels:
        for purpose in consent.PURPOSES:
            last = consent.last_word(words, channel, purpose)
            allowed = consent.forbids(words, channel, purpose) is None
            since = last.at if last is not None else None
            standing.append(ConsentStanding(channel=channel, purpose=purpose, allowed=allowed, since=since))
    return standing
