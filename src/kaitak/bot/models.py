"""Tables of the bot slice: hand-over packets, trained models, versions of pack files, use of a language model."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountKeyed, AccountOwned, Base, Changed


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


class LanguageModelTerms(AccountKeyed, Changed, Base):
    """Whether an account lets the language model choose, and what it may spend in a day; no row: it does not."""

    __tablename__ = "language_model_terms"
    __table_args__ = (CheckConstraint("daily_tokens >= 0 and daily_cost_micros >= 0", name="limits_not_negative"),)

    enabled: Mapped[bool]
    daily_tokens: Mapped[int | None] = mapped_column()  # None: as much as the operator lets every account
    daily_cost_micros: Mapped[int | None] = mapped_column()  # millionths of the currency; None: the same


class LanguageModelUsage(AccountKeyed, Base):
    """What an account used of the language model on one day of its own time zone.

    A call's largest possible use is counted before it is made, and put right after it: workers share the limit, and a
    worker that dies in between has counted too much, never too little.
    """

    __tablename__ = "language_model_usage"

    day: Mapped[date] = mapped_column(primary_key=True)
    calls: Mapped[int] = mapped_column(server_default=text("0"))
    chosen: Mapped[int] = mapped_column(server_default=text("0"))
    declined: Mapped[int] = mapped_column(server_default=text("0"))  # the model found that none fits
    failed: Mapped[int] = mapped_column(server_default=text("0"))
    tokens: Mapped[int] = mapped_column(server_default=text("0"))  # counted against the limit
    cost_micros: Mapped[int] = mapped_column(server_default=text("0"))  # counted against the limit


class PackVersion(AccountOwned, Changed, Base):
    """One state of the files that an account changed in a pack: the one being edited, the one in use, those before.

    `files` maps a path to its text, when it was changed and by whom; a text of null takes the pack's own file away.
    What it does not name is as the pack ships it. Without a published version the pack answers as it is shipped.
    """

    __tablename__ = "pack_version"
    __table_args__ = (
        UniqueConstraint("account_id", "pack", "number"),
        CheckConstraint("status in ('draft', 'published', 'retired')", name="status_known"),
        Index("pack_version_draft", "account_id", "pack", unique=True, postgresql_where=text("status = 'draft'")),
        Index(
            "pack_version_published", "account_id", "pack", unique=True, postgresql_where=text("status = 'published'")
        ),
    )

    pack: Mapped[str]
    number: Mapped[int] = mapped_column()  # counts up for each pack of the account
    status: Mapped[str] = mapped_column(server_default=text("'draft'"))
    edition: Mapped[int] = mapped_column(server_default=text("1"))  # of the draft: +1 per saving, so that none is lost
    files: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    note: Mapped[str] = mapped_column(server_default=text("''"))
    shipped_fingerprint: Mapped[str] = mapped_column()  # of the pack's own files when it was begun
    begun_from: Mapped[int | None] = mapped_column()  # the version that was published when it was begun
    updated_by: Mapped[int | None]
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None]
