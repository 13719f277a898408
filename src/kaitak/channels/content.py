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
    body: bytes | None = None  # only for channels that carry files themselves


@dataclass(frozen=True, slots=True)
class Survey:
    """A request to rate the conversation from 1 to 5."""

    text: str


@dataclass(frozen=True, slots=True)
class Template:
    """A text that the platform has approved, with what goes into its places; `text` is how it reads."""

    name: str
    language: str
    parameters: tuple[str, ...]
    text: str


Block = Text | Buttons | Media | Survey | Template
_SIGNS = {
    "image": "\U0001f5bc",
    "voice": "\U0001f3a4",
    "audio": "\U0001f3b5",
    "video": "\U0001f3ac",
    "file": "\U0001f4ce",
}


def described(kind: str, name: str = "") -> str:
    """How something that is not text reads in a list of messages, in every language: a sign and its name."""
    return f"{_SIGNS.get(kind, '')} {name}".strip() or "\U0001f4ce"


def located(latitude: float, longitude: float, name: str = "") -> str:
    """How a place reads."""
    return f"\U0001f4cd {name} {latitude:.6f}, {longitude:.6f}".replace("  ", " ")
