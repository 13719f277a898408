"""Owns the demo's past conversations: read from a file, checked, with the moment of each line."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from kaitak.bot.flows import HandoverReason

_FILE = Path(__file__).with_name("talks.yaml")
Line = Annotated[str, StringConstraints(pattern=r"^[cban]: .+$")]


class Talk(BaseModel):
    """One past conversation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    customer: Annotated[int, Field(ge=0, le=39)]
    verified: bool = False
    inbox: Literal["widget", "api"] = "widget"
    state: Literal["resolved", "open", "queued", "pending", "snoozed"]
    hours: Annotated[float, Field(gt=0)]
    agent: Literal[0, 1] | None = None
    csat: Annotated[int, Field(ge=1, le=5)] | None = None
    feedback: str = ""
    labels: tuple[str, ...] = ()
    priority: Literal["low", "medium", "high", "urgent"] | None = None
    reason: HandoverReason | None = None
    summary: str = ""
    lines: Annotated[tuple[Line, ...], Field(min_length=1)]

    def spoken(self, now: datetime) -> list[tuple[str, str, datetime]]:
        """Who said what, and when: a few seconds after each other for the bot, minutes for people."""
        at = now - timedelta(hours=self.hours)
        said = []
        for line in self.lines:
            who, words = line[0], line[3:]
            at += timedelta(seconds=3 if who == "b" else 75 if who == "a" else 40)
            said.append((who, words, at))
        return said


def read(file: Path = _FILE) -> list[Talk]:
    """All talks, the oldest first."""
    talks = TypeAdapter(list[Talk]).validate_python(yaml.safe_load(file.read_text("utf-8")))
    return sorted(talks, key=lambda talk: -talk.hours)
