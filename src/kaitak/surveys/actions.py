"""Owns taking a customer's rating: once for each time they were asked, changed until they are asked again."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.asyncio import AsyncSession

from kaitak.conversations.models import Conversation, Message
from kaitak.realtime import actions as realtime
from kaitak.realtime.kinds import Kind
from kaitak.surveys.errors import SurveyNotFoundError
from kaitak.surveys.models import CsatSurveyResponse


async def rate(
    session: AsyncSession,
    account_id: int,
    contact_inbox_id: int,
    *,
    message_id: int,
    rating: int,
    feedback_message: str,
) -> None:
    """Store the answer to the question that this customer was asked by this message."""
    message, conversation = await _question(session, account_id, contact_inbox_id, message_id)
    answer = {"rating": rating, "feedback_message": feedback_message}
    await session.execute(
        postgresql.insert(CsatSurveyResponse)
        .values(
            account_id=account_id,
            conversation_id=conversation.id,
            message_id=message.id,
            contact_id=conversation.contact_id,
            assignee_id=conversation.assignee_id,
            **answer,
        )
        .on_conflict_do_update(index_elements=["account_id", "message_id"], set_={**answer, "updated_at": func.now()})
    )
    message.content_attributes = {**message.content_attributes, **answer}
    await session.flush()
    await realtime.publish(session, Kind.MESSAGE_UPDATED, conversation_id=conversation.id, message_id=message.id)
    await realtime.publish(session, Kind.CONVERSATION_UPDATED, conversation_id=conversation.id)


async def _question(
    session: AsyncSession, account_id: int, contact_inbox_id: int, message_id: int
) -> tuple[Message, Conversation]:
    """The question that this customer was asked, locked; raises SurveyNotFoundError."""
    found = await session.execute(
        select(Message, Conversation)
        .join(
            Conversation,
            (Conversation.account_id == Message.account_id) & (Conversation.id == Message.conversation_id),
        )
        .where(
            Message.account_id == account_id,
            Message.id == message_id,
            Message.content_type == "input_csat",
            Conversation.contact_inbox_id == contact_inbox_id,
        )
        .with_for_update(of=Message)
    )
    row = found.one_or_none()
    if row is None:
        raise SurveyNotFoundError
    return row[0], row[1]
