"""Owns what an inbox can be set to beside its connector's configuration: the widget's look, its manners, its limits."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

Short = Annotated[str, StringConstraints(max_length=200)]
Greeting = Annotated[str, StringConstraints(max_length=2000)]
Origin = Annotated[str, StringConstraints(max_length=300, pattern=r"^https?://[^/\s?#]+$")]
_LOCALES = frozenset({"zh-HK", "zh-Hans", "zh-CN", "en"})


class Suggestion(BaseModel):
    """An opening that the customer can tap; titles by locale, or one for all."""

    model_config = ConfigDict(extra="forbid")

    title: Short | dict[Short, Short]
    value: Short


class InboxSettings(BaseModel):
    """All of them optional; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")

    greeting: Greeting | dict[str, Greeting] = ""
    suggestions: Annotated[list[Suggestion], Field(max_length=8)] = Field(default_factory=list)
    color: Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")] = "#0e7c86"
    locale: Annotated[str, StringConstraints(max_length=35)] = ""
    bot_name: Short = ""
    allowed_origins: Annotated[list[Origin], Field(max_length=50)] = Field(default_factory=list)
    require_identity: bool = False

    @field_validator("greeting")
    @classmethod
    def _in_known_locales(cls, value: str | dict[str, str]) -> str | dict[str, str]:
        if isinstance(value, dict) and set(value) - _LOCALES:
            raise ValueError(f"locales are {', '.join(sorted(_LOCALES))}")
        return value

    def allows(self, origin: str | None) -> bool:
        """Whether a page of this origin may show the inbox; programs send no origin and are not what this is about."""
        return not self.allowed_origins or origin is None or origin in self.allowed_origins


def read(stored: object) -> InboxSettings:
    """The settings as they were stored, in the present form."""
    return InboxSettings.model_validate(stored)
