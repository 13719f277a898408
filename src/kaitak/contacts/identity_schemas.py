"""Owns how identities, suggestions and merges of contacts look on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from kaitak.api.dependencies import LARGEST_ID
from kaitak.contacts.schemas import ContactView

OtherId = Annotated[int, Field(ge=1, le=LARGEST_ID)]
EvidenceKind = Literal["phone", "email", "crm_id", "unionid", "app_user", "order"]
CheckedKind = Literal["phone", "email", "crm_id", "unionid", "app_user"]
Check = Literal["otp", "link", "channel", "document"]


class AddressView(BaseModel):
    """Where a person writes from: an address in an inbox; `verified` by a signed identity."""

    id: int
    inbox_id: int
    inbox_name: str
    channel: str
    verified: bool
    created_at: datetime


class EvidenceView(BaseModel):
    """A telephone, mail address or number: claimed while `verified_by` is null."""

    kind: EvidenceKind
    value: str
    verified_by: str | None
    verified_at: datetime | None
    created_at: datetime


class MergeView(BaseModel):
    """A contact that was put into this one; `reason` is `member` or the rule that proved it."""

    id: int
    contact_id: int
    name: str
    reason: str
    by: str | None
    created_at: datetime


class IdentitiesView(BaseModel):
    """Everything that shows who a contact is."""

    addresses: list[AddressView]
    evidence: list[EvidenceView]
    merges: list[MergeView]


class ReasonView(BaseModel):
    """A reason by its code (`docs/guides/customers.md` lists them) and what is shared."""

    code: str
    value: str


class SuggestionView(BaseModel):
    """Another contact that may be the same person."""

    contact: ContactView
    proven: bool
    reasons: list[ReasonView]
    suggested_by: str | None
    note: str


class SuggestionList(BaseModel):
    """Who else a contact may be."""

    payload: list[SuggestionView]


class SuggestBody(BaseModel):
    """Another contact that seems to be the same person, and why."""

    model_config = ConfigDict(extra="forbid")

    contact_id: OtherId
    note: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""


class MergeBody(BaseModel):
    """The contact to join with this one."""

    model_config = ConfigDict(extra="forbid")

    contact_id: OtherId


class EvidenceBody(BaseModel):
    """Something that was checked outside a conversation: by a code, a link, the network, a document."""

    model_config = ConfigDict(extra="forbid")

    kind: CheckedKind
    value: Annotated[str, StringConstraints(min_length=1, max_length=254, strip_whitespace=True)]
    verified_by: Check


class ContactJoined(BaseModel):
    """The contact that is there now, and what was joined with it."""

    contact: ContactView
    merges: list[MergeView]
