"""Tables of the bot slice: the packet a person receives with a conversation, and each account's trained models."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
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


class NluModel(AccountOwned, Base):
    """One trained version of an account's model of a pack; without an active one the pack's own model answers."""

    __tablename__ = "nlu_model"
    __table_args__ = (
        UniqueConstraint("account_id", "pack", "number"),
        CheckConstraint("status in ('draft', 'active', 'retired')", name="status_known"),
        Index("nlu_model_active", "account_id", "pack", unique=True, postgresql_where=text("status = 'active'")),
    )

    pack: Mapped[str]
    number: Mapped[int] = mapped_column()  # counts up for each pack of the account
    version: Mapped[str] = mapped_column()  # nlu.model.Model.version: a name of the content
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    pack_fingerprint: Mapped[str] = mapped_column()  # of the pack's files that it was trained on
    figures: Mapped[dict[str, object]] = mapped_column(JSONB)  # learning/judging.py:Figures and the gate's verdict
    judged: Mapped[dict[str, list[object]]] = mapped_column(JSONB, deferred=True)  # lines and held-out lines as read
    data: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  # nlu.model.Model.to_bytes
    size: Mapped[int] = mapped_column()  # bytes of data
    previous_id: Mapped[int | None] = mapped_column()  # the version that was active before it; None: the pack's own
    created_by: Mapped[int | None] = mapped_column()  # None: the operator at the command line
    trained_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    promoted_at: Mapped[datetime | None]
