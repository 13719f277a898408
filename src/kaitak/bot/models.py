"""Table of the bot slice: the typed packet a person receives with a conversation."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountOwned, Base


class HandoffPacket(AccountOwned, Base):
    """Why the bot handed over and everything it knew then; `packet` is bot/packet.py:HandoffPacketData as JSON."""

    __tablename__ = "handoff_packet"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "conversation_id"], ["conversation.account_id", "conversation.id"]),
        Index("handoff_packet_conversation", "account_id", "conversation_id", "id"),
    )

    conversation_id: Mapped[int]
    owner_token: Mapped[int] = mapped_column()  # the token of the ownership this packet started
    reason: Mapped[str]
    packet: Mapped[dict[str, object]] = mapped_column(JSONB)
    read_at: Mapped[datetime | None]
    read_by: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
