"""Owns the API channel's JSON: what a caller may post to us, and what we post to the caller's address."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter


class _In(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Person(_In):
    """What the caller says of the customer."""

    name: Annotated[str, Field(max_length=200)] = ""
    email: Annotated[str, Field(max_length=254)] | None = None
    phone_number: Annotated[str, Field(max_length=32)] | None = None


class MessageIn(_In):
    """A customer's message."""

    type: Literal["message"] = "message"
    id: Annotated[str, Field(min_length=1, max_length=200)]
    source_id: Annotated[str, Field(min_length=1, max_length=200)]
    content: Annotated[str, Field(max_length=20_000)]
    contact: Person = Person()
    submitted_value: Annotated[str, Field(max_length=200)] | None = None
    in_reply_to: Annotated[str, Field(max_length=200)] | None = None
    created_at: datetime | None = None


class DeliveryReportIn(_In):
    """What became of a message of ours."""

    type: Literal["delivery_report"]
    id: Annotated[str, Field(min_length=1, max_length=200)]
    message_id: Annotated[str, Field(min_length=1, max_length=40)]
    status: Literal["sent", "delivered", "read", "failed"]
    reason: Annotated[str, Field(max_length=500)] = ""
    created_at: datetime | None = None


class OtherIn(_In):
    """Any other kind of event: acknowledged and counted."""

    type: Annotated[str, Field(max_length=100)]
    id: Annotated[str, Field(min_length=1, max_length=200)]


Event = MessageIn | DeliveryReportIn | OtherIn
MESSAGE: TypeAdapter[MessageIn] = TypeAdapter(MessageIn)
REPORT: TypeAdapter[DeliveryReportIn] = TypeAdapter(DeliveryReportIn)
OTHER: TypeAdapter[OtherIn] = TypeAdapter(OtherIn)


def read_event(data: dict[str, JsonValue]) -> Event:
    """One posted object as an event; raises pydantic's ValidationError."""
    kind = data.get("type", "message")
    if kind == "message":
        return MESSAGE.validate_python(data)
    return REPORT.validate_python(data) if kind == "delivery_report" else OTHER.validate_python(data)
