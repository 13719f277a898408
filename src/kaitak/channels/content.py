"""Owns content blocks: the closed set of things that a message can consist of, on every channel."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One option to tap: what is shown and what comes back."""

    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """A question with options to tap."""

    text: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """A file behind a signed link that expires."""

    url: str
    file_name: str
    content_type: str
    file_size: int


@dataclass(frozen=True, slots=True)
class Survey:
    """A request to rate the conversation from 1 to 5."""

    text: str


Block = Text | Buttons | Media | Survey
