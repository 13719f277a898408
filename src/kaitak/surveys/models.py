"""Table of the surveys slice: what customers answered when asked how it went."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountOwned, Base


class CsatSurveyResponse(AccountOwned, Base):
    """One rating of one conversation; asked once per resolution, changed by the customer until the next."""

    __tablename__ = "csat_survey_response"
    __table_args__ = (
        UniqueConstraint("account_id", "message_id"),
        CheckConstraint("rating between 1 and 5", name="rating_range"),
        ForeignKeyConstraint(["account_id", "conversation_id"], ["conversation.account_id", "conversation.id"]),
        ForeignKeyConstraint(["account_id", "message_id"], ["message.account_id", "message.id"]),
    )

    conversation_id: Mapped[int]
    message_id: Mapped[int] = mapped_column()  # the message of content_type input_csat that asked
    contact_id: Mapped[int]
    assignee_id: Mapped[int | None] = mapped_column()  # who held the conversation when it was resolved
    rating: Mapped[int] = mapped_column(SmallInteger)
    feedback_message: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
