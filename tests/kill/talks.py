"""Owns what the database holds at the end: each customer's talk with its messages, deliveries and turns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import JsonValue

from tests.kill.site import Site

_CONVERSATIONS = (
    "select c.id, i.name, ci.source_id, c.owner from conversation c"
    " join inbox i on i.account_id = c.account_id and i.id = c.inbox_id"
    " join contact_inbox ci on ci.account_id = c.account_id and ci.id = c.contact_inbox_id order by c.id"
)
_MESSAGES = (
    "select m.conversation_id, m.id, m.seq, m.message_type, m.content, m.content_type, m.content_attributes, m.status,"
    " coalesce(e.body ->> 'message_id', e.external_id, ''), coalesce(d.status, ''), coalesce(d.error_code, '')"
    " from message m left join inbound_event e on e.account_id = m.account_id and e.id = m.inbound_event_id"
    " left join delivery d on d.account_id = m.account_id and d.message_id = m.id order by m.conversation_id, m.seq"
)
_TURNS = "select conversation_id, from_seq, to_seq, outcome from turn order by conversation_id, from_seq, id"
HANDS_OVER = ("handed_over", "failed")


@dataclass(frozen=True, slots=True)
class Said:
    """One message, and what became of its delivery, if it is ours."""

    id: int
    seq: int
    kind: str
    content: str
    content_type: str
    attributes: Mapping[str, JsonValue]
    status: str
    external_id: str
    delivery: str
    error: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What the bot answered at once."""

    from_seq: int
    to_seq: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation."""

    id: int
    inbox: str
    source: str
    owner: str
    messages: list[Said] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)

    def of(self, kind: str) -> list[Said]:
        """Its messages of one kind, in order."""
        return [each for each in self.messages if each.kind == kind]

    @property
    def handed_over_at(self) -> int | None:
        """After which message a person took over."""
        return next((turn.to_seq for turn in self.turns if turn.outcome in HANDS_OVER), None)

    def __str__(self) -> str:
        lines = [f"conversation {self.id}, {self.inbox}, {self.source}, now the {self.owner}'s"]
        for each in self.messages:
            place = each.external_id or f"#{each.id}"
            lines.append(f"  {each.seq:>3} {each.kind} {each.status} {each.delivery} {place} {each.content[:40]!r}")
        return "\n".join([*lines, *(f"  turn {turn.from_seq}-{turn.to_seq} {turn.outcome}" for turn in self.turns)])


def read(site: Site) -> list[Talk]:
    """All of them."""
    talks: dict[Any, Talk] = {row[0]: Talk(*row) for row in site.query(_CONVERSATIONS)}  # type: ignore[arg-type]
    for number, *row in site.query(_MESSAGES):
        talks[number].messages.append(Said(*row))  # type: ignore[arg-type]
    for number, *row in site.query(_TURNS):
        talks[number].turns.append(Turn(*row))  # type: ignore[arg-type]
    return list(talks.values())
