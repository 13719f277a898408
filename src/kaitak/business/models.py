"""Tables of the business slice: the connection to a business system, what it last said, what was done, who looked."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from kaitak.db.base import AccountKeyed, AccountOwned, Base


class BusinessConnection(AccountOwned, Base):
    """One configured business system; only tested settings are ever stored."""

    __tablename__ = "business_connection"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    name: Mapped[str]
    connector: Mapped[str] = mapped_column()  # see business/registry.py
    config_encrypted: Mapped[bytes] = mapped_column(LargeBinary)  # the connector's config model as encrypted JSON
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    system_name: Mapped[str] = mapped_column()  # what the system called itself when it was last tested
    checked_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default=text("1"))  # bumped by every change
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class BusinessCache(AccountKeyed, Base):
    """The last answer of a business system to one question, used when the system fails and then shown as stale."""

    __tablename__ = "business_cache"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "connection_id"],
            ["business_connection.account_id", "business_connection.id"],
            ondelete="CASCADE",
        ),
        Index("business_cache_age", "account_id", "fetched_at"),
    )

    connection_id: Mapped[int] = mapped_column(primary_key=True)
    question: Mapped[bytes] = mapped_column(primary_key=True)  # SHA-256 of what was asked
    answer: Mapped[dict[str, object]] = mapped_column(JSONB)
    fetched_at: Mapped[datetime]


class BusinessAccessLog(AccountOwned, Base):
    """Who saw which fields of which object, on whose behalf, from which source; append only."""

    __tablename__ = "business_access_log"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('shown', 'not_found', 'unavailable', 'not_permitted', 'not_connected', 'checked',"
            " 'check_failed', 'done', 'refused', 'unknown')",
            name="outcome_known",
        ),
        Index("business_access_log_recent", "account_id", "id"),
        Index("business_access_log_behalf", "account_id", "behalf", "id", postgresql_where=text("behalf is not null")),
        Index(
            "business_access_log_conversation",
            "account_id",
            "conversation_id",
            "id",
            postgresql_where=text("conversation_id is not null"),
        ),
        {"info": {"append_only": True}},
    )

    connection_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column()  # bot, or user:<id>
    audience: Mapped[str]
    behalf: Mapped[str | None] = mapped_column()  # the proven customer reference
    contact_id: Mapped[int | None]
    conversation_id: Mapped[int | None]
    action: Mapped[str]
    object: Mapped[str]
    fields: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    source: Mapped[str | None] = mapped_column()  # live or cache; None: nothing was shown
    outcome: Mapped[str]
    took: Mapped[timedelta]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class BusinessDeed(AccountKeyed, Base):
    """One deed by its key: written before it is sent, so that no key is ever sent twice without asking first."""

    __tablename__ = "business_deed"
    __table_args__ = (
        CheckConstraint("state in ('sending', 'done', 'refused', 'not_sent', 'unknown')", name="state_known"),
    )

    key: Mapped[str] = mapped_column(primary_key=True)
    connection_id: Mapped[int]
    customer_ref: Mapped[str]
    action: Mapped[str]
    object: Mapped[str]
    digest: Mapped[bytes] = mapped_column(LargeBinary)  # SHA-256 of what was asked: the same key means the same deed
    state: Mapped[str]
    reason: Mapped[str | None] = mapped_column()
    reference: Mapped[str | None] = mapped_column()
    actor: Mapped[str]
    contact_id: Mapped[int | None]
    conversation_id: Mapped[int | None]
    attempted_at: Mapped[datetime]
    updated_at: Mapped[datetime]
