"""Events of the accounts slice, emitted in the transaction of the change."""

from __future__ import annotations

from dataclasses import dataclass

from kaitak.core.ids import AccountId, UserId


@dataclass(frozen=True, slots=True)
class AvailabilityChanged:
    """A member began or ceased to take conversations."""

    account_id: AccountId
    user_id: UserId
    availability: str


@dataclass(frozen=True, slots=True)
class AgentRemoved:
    """A member is about to leave the account; what they hold becomes free in the same transaction."""

    account_id: AccountId
    user_id: UserId
