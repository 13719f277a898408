"""Owns how contacts look on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from kaitak.api.dependencies import LARGEST_ID


class CompanyBrief(BaseModel):
    """The company that a contact belongs to."""

    id: int
    name: str


class ContactView(BaseModel):
    """A person as the workbench shows them; `verified` says that a signed identity named them."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: int
    name: str
    email: str | None
    phone_number: str | None
    identifier: str | None
    verified: bool
    locale: str | None
    custom_attributes: dict[str, JsonValue]
    company: CompanyBrief | None
    blocked: bool
    last_activity_at: datetime
    created_at: datetime


class ContactMeta(BaseModel):
    """Where the list goes on."""

    next_cursor: str | None


class ContactList(BaseModel):
    """One page of contacts."""

    meta: ContactMeta
    payload: list[ContactView]


class ContactBody(BaseModel):
    """Changes to a contact; the identifier is not among them: it only comes from a signed identity.

    Custom attributes are put into those that are there; null takes one away.
    """

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)] | None = None
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    phone_number: Annotated[str, StringConstraints(pattern=r"^\+[1-9]\d{5,14}$")] | None = None
    locale: Annotated[str, StringConstraints(max_length=35, pattern=r"^[A-Za-z0-9-]+$")] | None = None
    custom_attributes: Annotated[dict[str, JsonValue], Field(max_length=50)] | None = None
    company_id: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    blocked: bool | None = None
