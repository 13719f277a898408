"""Owns the rules of a conversation's state: who owns it and what each act makes of it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from kaitak.conversations.errors import OwnershipChangedError, SnoozeTimeError, TransitionRefusedError

OPEN, PENDING, SNOOZED, RESOLVED = "open", "pending", "snoozed", "resolved"
BOT, QUEUED, HUMAN = "bot", "queued", "human"
STATUSES = (OPEN, PENDING, SNOOZED, RESOLVED)
LONGEST_SNOOZE = timedelta(days=366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The part of a conversation that decides who acts next."""

    status: str
    owner: str
    owner_token: int
    assignee_id: int | None
    snoozed_until: datetime | None = None


def require_token(standing: Standing, given: int | None) -> None:
    """Raise if the caller acts on an ownership that has changed since."""
    if given is not None and given != standing.owner_token:
        raise OwnershipChangedError(
            "the conversation changed hands", owner=standing.owner, owner_token=standing.owner_token
        )


def take_over(standing: Standing, user_id: int) -> Standing:
    """A person takes the conversation from bot, queue or colleague."""
    if standing.owner == HUMAN and standing.assignee_id == user_id and standing.status == OPEN:
        return standing
    return _owned(standing, HUMAN, status=OPEN, assignee_id=user_id)


def give_back(standing: Standing) -> Standing:
    """Back to the bot; it answers the customer's next message."""
    if standing.status == RESOLVED:
        raise TransitionRefusedError("a resolved conversation is nobody's", status=standing.status)
    if standing.owner == BOT:
        return standing
    return _owned(standing, BOT, status=PENDING, assignee_id=None)


def resolve(standing: Standing) -> Standing:
    """Done; the assignee stays on record."""
    if standing.status == RESOLVED:
        return standing
    return _owned(standing, BOT, status=RESOLVED, assignee_id=standing.assignee_id)


def reopen(standing: Standing) -> Standing:
    """Open again: for the person who had it, or for whoever takes it."""
    if standing.status == OPEN:
        return standing
    owner = HUMAN if standing.assignee_id is not None else QUEUED
    return _owned(standing, owner, status=OPEN, assignee_id=standing.assignee_id)


def snooze(standing: Standing, until: datetime, *, now: datetime) -> Standing:
    """Out of sight until then, or until the customer writes; the bot does not take it meanwhile."""
    if not now < until <= now + LONGEST_SNOOZE:
        raise SnoozeTimeError("snooze until a time ahead, within a year")
    if standing.status == RESOLVED:
        raise TransitionRefusedError("reopen a resolved conversation before snoozing it", status=standing.status)
    if standing.owner != BOT:
        return replace(standing, status=SNOOZED, snoozed_until=until)
    owned = _owned(standing, QUEUED, status=SNOOZED, assignee_id=standing.assignee_id)
    return replace(owned, snoozed_until=until)


def assign(standing: Standing, user_id: int | None) -> Standing:
    """Give it to a person, or to nobody: then it waits in the queue, unless the bot has it."""
    if standing.status == RESOLVED:
        raise TransitionRefusedError("reopen a resolved conversation before assigning it", status=standing.status)
    if user_id == standing.assignee_id:
        return standing
    if user_id is None:
        return _owned(standing, QUEUED, status=standing.status, assignee_id=None, until=standing.snoozed_until)
    return _owned(standing, HUMAN, status=OPEN, assignee_id=user_id)


def _owned(
    standing: Standing, owner: str, *, status: str, assignee_id: int | None, until: datetime | None = None
) -> Standing:
    return replace(
        standing,
        owner=owner,
        owner_token=standing.owner_token + 1,
        status=status,
        assignee_id=assignee_id,
        snoozed_until=until,
    )
