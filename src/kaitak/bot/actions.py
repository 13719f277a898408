"""Owns the bot slice's writes: an account's terms for the language model, and the counting of what it uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.accounts import audit
from kaitak.accounts.audit import Actor
from kaitak.bot.models import LanguageModelTerms, LanguageModelUsage
from kaitak.core.ids import AccountId

TERMS_CHANGED = "language_model.changed"
CallOutcome = Literal["chosen", "declined", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Tokens and money, as used or as a limit."""

    tokens: int
    cost_micros: int

    def fits(self, limit: Amount) -> bool:
        """Whether this much is within the limit."""
        return self.tokens <= limit.tokens and self.cost_micros <= limit.cost_micros


async def change_terms(
    session: AsyncSession,
    by: Actor,
    *,
    enabled: bool,
    daily_tokens: int | None,
    daily_cost_micros: int | None,
    at: datetime,
) -> None:
    """Let the language model choose, or not, and say what a day may cost."""
    values = {"enabled": enabled, "daily_tokens": daily_tokens, "daily_cost_micros": daily_cost_micros}
    statement = insert(LanguageModelTerms).values(account_id=by.account_id, **values)
    changed = statement.on_conflict_do_update(index_elements=["account_id"], set_={**values, "updated_at": at})
    await session.execute(changed)
    await audit.record(
        session, by, TERMS_CHANGED, target_type="language_model", target_id=by.account_id, details=values
    )


async def reserve(session: AsyncSession, account_id: AccountId, day: date, most: Amount, limit: Amount) -> bool:
    """Count the most that a call can use, if it still fits; in one statement, so that workers cannot both take it."""
    if not most.fits(limit):
        return False
    used = LanguageModelUsage
    values = {"calls": 1, "tokens": most.tokens, "cost_micros": most.cost_micros}
    statement = insert(used).values(account_id=account_id, day=day, **values)
    counted = statement.on_conflict_do_update(
        index_elements=["account_id", "day"],
        set_={
            "calls": used.calls + 1,
            "tokens": used.tokens + most.tokens,
            "cost_micros": used.cost_micros + most.cost_micros,
        },
        where=(used.tokens + most.tokens <= limit.tokens) & (used.cost_micros + most.cost_micros <= limit.cost_micros),
    ).returning(used.day)
    return (await session.execute(counted)).scalar_one_or_none() is not None


async def settle(
    session: AsyncSession, account_id: AccountId, day: date, *, reserved: Amount, used: Amount, outcome: CallOutcome
) -> None:
    """Put the count right once the call is over."""
    row = LanguageModelUsage
    column = {"chosen": row.chosen, "declined": row.declined, "failed": row.failed}[outcome]
    statement = (
        update(row)
        .where(row.account_id == account_id, row.day == day)
        .values(
            {
                row.tokens: row.tokens + (used.tokens - reserved.tokens),
                row.cost_micros: row.cost_micros + (used.cost_micros - reserved.cost_micros),
                column: column + 1,
            }
        )
    )
    await session.execute(statement)
