"""Tables of the contacts slice: the person and the person's address in each inbox."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
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
        Index("contact_merged", "account_id", "merged_into_id", postgresql_where=text("merged_into_id is not null")),
        ForeignKeyConstraint(
            ["account_id", "company_id"], ["company.account_id", "company.id"], ondelete="SET NULL (company_id)"
        ),
        Index(
            "contact_company",
            "account_id",
            "company_id",
            "last_activity_at",
            "id",
            postgresql_where=text("company_id is not null"),
        ),
        Index("contact_email", "account_id", "email", postgresql_where=text("email is not null")),
        Index("contact_phone", "account_id", "phone_number", postgresql_where=text("phone_number is not null")),
    )

    name: Mapped[str] = mapped_column(server_default=text("''"))
    email: Mapped[str | None]
    phone_number: Mapped[str | None] = mapped_column()  # E.164
    identifier: Mapped[str | None] = mapped_column()  # the tenant's own customer id, verified
    locale: Mapped[str | None]
    custom_attributes: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    company_id: Mapped[int | None]
    merged_into_id: Mapped[int | None] = mapped_column()  # the person that this one was found to be
    blocked: Mapped[bool] = mapped_column(server_default=text("false"))
    erased_at: Mapped[datetime | None] = mapped_column()  # nothing personal is left here
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
        Index("contact_inbox_proof", "verified_until", postgresql_where=text("verified_until is not null")),
    )

    contact_id: Mapped[int]
    inbox_id: Mapped[int]
    source_id: Mapped[str]
    hmac_verified: Mapped[bool] = mapped_column(server_default=text("false"))
    verified_by: Mapped[str | None] = mapped_column()  # None: a signed identity; otp, channel
    verified_until: Mapped[datetime | None] = mapped_column()  # None: as long as it stands
    token_hash: Mapped[bytes | None] = mapped_column()  # SHA-256 of the widget visitor's token
    current_conversation_id: Mapped[int | None] = mapped_column()  # None: the next message opens one
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ContactEvidence(AccountOwned, Base):
    """What is known of a person that may show who they are; the profile's part is kept by a trigger on `contact`.

    Evidence never moves: merged contacts keep their own, and whoever reads it reads the whole family's.
    """

    __tablename__ = "contact_evidence"
    __table_args__ = (
        UniqueConstraint("account_id", "contact_id", "kind", "value"),
        ForeignKeyConstraint(["account_id", "contact_id"], ["contact.account_id", "contact.id"], ondelete="CASCADE"),
        CheckConstraint("kind in ('phone', 'email', 'crm_id', 'unionid', 'app_user', 'order')", name="kind_known"),
        Index("contact_evidence_value", "account_id", "kind", "value"),
    )

    contact_id: Mapped[int]
    kind: Mapped[str]
    value: Mapped[str] = mapped_column()  # in its normal form
    source: Mapped[str] = mapped_column(server_default=text("'profile'"))  # profile, check
    verified_by: Mapped[str | None] = mapped_column()  # None: claimed; else by what (`identity_schemas.Proof`)
    verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ContactMerge(AccountOwned, Base):
    """One contact put into another, with all that is needed to take it out again."""

    __tablename__ = "contact_merge"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "kept_id"], ["contact.account_id", "contact.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["account_id", "merged_id"], ["contact.account_id", "contact.id"], ondelete="CASCADE"),
        Index("contact_merge_kept", "account_id", "kept_id"),
        Index(
            "contact_merge_present", "account_id", "merged_id", unique=True, postgresql_where=text("undone_at is null")
        ),
    )

    kept_id: Mapped[int]
    merged_id: Mapped[int]
    reason: Mapped[str] = mapped_column()  # member, or the rule that proved it
    user_id: Mapped[int | None] = mapped_column()  # None: joined on proof
    contact_inbox_ids: Mapped[list[object]] = mapped_column(JSONB)  # the addresses that moved, with what is said there
    filled: Mapped[dict[str, object]] = mapped_column(JSONB)  # fields of the kept contact: [before, after]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    undone_at: Mapped[datetime | None]
    undone_by: Mapped[int | None]


class ContactPair(AccountOwned, Base):
    """What people said of two contacts: that they may be one person, or are not."""

    __tablename__ = "contact_pair"
    __table_args__ = (
        UniqueConstraint("account_id", "low_id", "high_id"),
        ForeignKeyConstraint(["account_id", "low_id"], ["contact.account_id", "contact.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(["account_id", "high_id"], ["contact.account_id", "contact.id"], ondelete="CASCADE"),
        CheckConstraint("low_id < high_id", name="in_order"),
        CheckConstraint("verdict in ('suggested', 'distinct')", name="verdict_known"),
        Index("contact_pair_high", "account_id", "high_id"),
    )

    low_id: Mapped[int]
    high_id: Mapped[int]
    verdict: Mapped[str]
    note: Mapped[str] = mapped_column(server_default=text("''"))
    user_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
