"""Owns reading ratings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations.models import Conversation
from kaitak.core.ids import AccountId
from kaitak.surveys.models import CsatSurveyResponse


@dataclass(frozen=True, slots=True)
class Rated:
    """One rating, with the number of its conversation."""

    response: CsatSurveyResponse
    display_id: int


async def list_responses(
    session: AsyncSession, account_id: AccountId, *, since: datetime, before: int | None, limit: int
) -> list[Rated]:
    """Ratings since a moment, newest first."""
    statement = (
        select(CsatSurveyResponse, Conversation.display_id)
        .join(
            Conversation,
            (Conversation.account_id == CsatSurveyResponse.account_id)
            & (Conversation.id == CsatSurveyResponse.conversation_id),
        )
        .where(CsatSurveyResponse.account_id == account_id, CsatSurveyResponse.created_at >= since)
        .order_by(CsatSurveyResponse.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(CsatSurveyResponse.id < before)
    return [Rated(row[0], row[1]) for row in await session.execute(statement)]


async def count_ratings(session: AsyncSession, account_id: AccountId, *, since: datetime) -> dict[int, int]:
    """How often each rating from 1 to 5 was given since a moment."""
    rows = await session.execute(
        select(CsatSurveyResponse.rating, func.count())
        .where(CsatSurveyResponse.account_id == account_id, CsatSurveyResponse.created_at >= since)
        .group_by(CsatSurveyResponse.rating)
    )
    found = {row[0]: row[1] for row in rows}
    return {rating: found.get(rating, 0) for rating in range(1, 6)}
