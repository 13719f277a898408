"""Tables of the contacts slice: the person and the person's address in each inbox."""

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountOwned, Base


class Contact(AccountOwned, Base):
    """A person as we know them. `identifier` is only ever set from a verified source (signed identity)."""

    __tablename__ = "contact"
    __table_args__ = (
        Index(
            "contact_identifier",
            "account_id",
            "identifier",
            unique=True,
            postgresql_where=text("identifier is not null"),
        ),
        Index("contact_recent", "account_id", "last_activity_at", "id"),
    )

    name: Mapped[str] = mapped_column(server_default=text("''"))
    email: Mapped[str | None]
    phone_number: Mapped[str | None] = mapped_column()  # E.164
    identifier: Mapped[str | None] = mapped_column()  # the tenant's own customer id, verified
    locale: Mapped[str | None]
    custom_attributes: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    blocked: Mapped[bool] = mapped_column(server_default=text("false"))
    last_activity_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ContactInbox(AccountOwned, Base):
    """A person's address in one inbox (`source_id`); points at the conversation that new messages join."""

    __tablename__ = "contact_inbox"
    __table_args__ = (
        UniqueConstraint("account_id", "inbox_id", "source_id"),
        ForeignKeyConstraint(["account_id", "inbox_id"], ["inbox.account_id", "inbox.id"]),
        ForeignKeyConstraint(["account_id", "contact_id"], ["contact.account_id", "contact.id"]),
        Index("contact_inbox_contact", "account_id", "contact_id"),
        Index("contact_inbox_token", "token_hash", unique=True, postgresql_where=text("token_hash is not null")),
    )

    contact_id: Mapped[int]
    inbox_id: Mapped[int]
    source_id: Mapped[str]
    hmac_verified: Mapped[bool] = mapped_column(server_default=text("false"))
    token_hash: Mapped[bytes | None] = mapped_column()  # SHA-256 of the widget visitor's token
    current_conversation_id: Mapped[int | None] = mapped_column()  # None: the next message opens one
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
