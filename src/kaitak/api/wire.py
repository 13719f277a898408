"""Owns the two bases of what goes over the wire: answers that leave nothing out, requests without unknown fields."""

from pydantic import BaseModel, ConfigDict


class Wire(BaseModel):
    """An answer: nothing is left out of it."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)


class Body(BaseModel):
    """A request: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")
