"""Tables of proof, consent and the rights of a person: checks by code, what they agreed to, export and erasure."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountHot, AccountOwned, Base


def _of_contact() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["account_id", "contact_id"], ["contact.account_id", "contact.id"], ondelete="CASCADE")


class ContactVerification(AccountOwned, Base):
    """One code sent, or not sent because nobody is on file there: the two look alike from outside.

    The code itself is nowhere: it is made of this row's salt with a key that the database does not hold.
    """

    __tablename__ = "contact_verification"
    __table_args__ = (
        _of_contact(),
        CheckConstraint("medium in ('phone', 'email')", name="medium_known"),
        CheckConstraint("state in ('waiting', 'verified', 'failed', 'replaced')", name="state_known"),
        Index("contact_verification_address", "account_id", "medium", "value", "created_at"),
        Index("contact_verification_conversation", "account_id", "conversation_id", "id"),
        Index("contact_verification_recent", "account_id", "created_at"),
    )

    contact_id: Mapped[int]
    contact_inbox_id: Mapped[int]
    conversation_id: Mapped[int]  # the only one in which the code counts
    medium: Mapped[str]
    value: Mapped[str] = mapped_column()  # the address in its normal form
    customer_ref: Mapped[str | None] = (
        mapped_column()
    )  # whose address it is on file; None: nobody's, and nothing is sent
    salt: Mapped[bytes] = mapped_column(LargeBinary)
    tries: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    message_id: Mapped[int | None] = mapped_column()  # the message that carries the code
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]


class HiddenText(AccountHot, Base):
    """What a customer wrote while a code was awaited: the message shows dots; read once, gone within minutes."""

    __tablename__ = "hidden_text"
    __table_args__ = (
        UniqueConstraint("account_id", "conversation_id", "seq"),
        Index("hidden_text_age", "created_at"),
    )

    conversation_id: Mapped[int]
    seq: Mapped[int] = mapped_column(Integer)
    said: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class ContactConsent(AccountOwned, Base):
    """One line of the ledger of consent; the newest for a channel and purpose counts, and none is ever changed."""

    __tablename__ = "contact_consent"
    __table_args__ = (
        _of_contact(),
        CheckConstraint("purpose in ('service', 'marketing')", name="purpose_known"),
        CheckConstraint("state in ('given', 'withdrawn')", name="state_known"),
        Index("contact_consent_contact", "account_id", "contact_id", "purpose", "channel", "id"),
    )

    contact_id: Mapped[int]
    channel: Mapped[str] = mapped_column(server_default=text("''"))  # empty: every channel
    purpose: Mapped[str]
    state: Mapped[str]
    source: Mapped[str] = mapped_column()  # message, member, import, api
    evidence: Mapped[str] = mapped_column(server_default=text("''"))  # in words: the form, the page, what was said
    message_id: Mapped[int | None] = mapped_column()  # the customer's own words, if they wrote them to us
    user_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class PersonRequest(AccountOwned, Base):
    """An export or erasure of a person: planned, confirmed, done by a job."""

    __tablename__ = "person_request"
    __table_args__ = (
        _of_contact(),
        CheckConstraint("kind in ('export', 'erasure')", name="kind_known"),
        CheckConstraint("state in ('planned', 'running', 'done', 'failed', 'cancelled')", name="state_known"),
        Index("person_request_contact", "account_id", "contact_id", "id"),
    )

    contact_id: Mapped[int]
    kind: Mapped[str]
    state: Mapped[str]
    user_id: Mapped[int | None] = mapped_column()  # who asked for it
    confirmed_by: Mapped[int | None]
    note: Mapped[str] = mapped_column(server_default=text("''"))
    counts: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))  # by kind of data
    done: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    total: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    file_id: Mapped[UUID | None]
    file_size: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    confirmed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column()  # of the plan, then of the file
