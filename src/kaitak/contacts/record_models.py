"""Tables of what a business keeps about its contacts: companies, fields of its own, segments, imports."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Double, ForeignKeyConstraint, Index, Integer, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountKeyed, AccountOwned, Base, Changed


class Company(AccountOwned, Changed, Base):
    """An organisation that contacts belong to; its domain, if it has one of its own, is unique."""

    __tablename__ = "company"
    __table_args__ = (
        Index("company_domain", "account_id", "domain", unique=True, postgresql_where=text("domain is not null")),
        Index("company_name", "account_id", "name", "id"),
    )

    name: Mapped[str]
    domain: Mapped[str | None]
    custom_attributes: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))


class CustomAttributeDefinition(AccountOwned, Changed, Base):
    """A field that the account keeps of contacts, companies or conversations, and what may stand in it."""

    __tablename__ = "custom_attribute_definition"
    __table_args__ = (
        UniqueConstraint("account_id", "attribute_model", "attribute_key", name="custom_attribute_definition_key"),
        CheckConstraint(
            "attribute_model in ('contact_attribute', 'company_attribute', 'conversation_attribute')",
            name="model_known",
        ),
        CheckConstraint(
            "attribute_display_type in ('text', 'number', 'date', 'link', 'list', 'checkbox')", name="type_known"
        ),
    )

    attribute_model: Mapped[str]
    attribute_key: Mapped[str]
    attribute_display_name: Mapped[str]
    attribute_display_type: Mapped[str]
    attribute_description: Mapped[str] = mapped_column(server_default=text("''"))
    attribute_values: Mapped[list[str]] = mapped_column(server_default=text("'{}'"))  # what a list allows


class ContactField(AccountKeyed, Base):
    """A contact's custom attributes and mail domain one by one, for finding; kept by a trigger on `contact`."""

    __tablename__ = "contact_field"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "contact_id"], ["contact.account_id", "contact.id"], ondelete="CASCADE"),
        Index("contact_field_value", "account_id", "key", "value", "contact_id"),
        Index(
            "contact_field_number",
            "account_id",
            "key",
            "number",
            "contact_id",
            postgresql_where=text("number is not null"),
        ),
    )

    contact_id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)  # an attribute's key, or `@domain`
    value: Mapped[str] = mapped_column(Text(collation="C"))  # its first 200 characters
    number: Mapped[float | None] = mapped_column(Double)  # of a number; of a date as 20260131


class CustomFilter(AccountOwned, Changed, Base):
    """A segment: conditions over contacts under a name."""

    __tablename__ = "custom_filter"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    name: Mapped[str]
    query: Mapped[dict[str, object]] = mapped_column(JSONB)
    user_id: Mapped[int | None]


class ContactImport(AccountOwned, Base):
    """A file of contacts: read, checked, confirmed, and perhaps taken back."""

    __tablename__ = "contact_import"
    __table_args__ = (
        CheckConstraint(
            "status in ('checking', 'ready', 'importing', 'done', 'cancelled', 'failed', 'undoing', 'undone')",
            name="status_known",
        ),
    )

    user_id: Mapped[int | None]
    file_name: Mapped[str]
    encoding: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'checking'"))
    run: Mapped[int] = mapped_column(Integer, server_default=text("1"))  # a job of an earlier run does nothing
    headers: Mapped[list[str]]
    mapping: Mapped[list[str]]  # for each column what it is: `name`, `email`, `custom:tier`, or empty
    on_match: Mapped[str] = mapped_column(server_default=text("'update'"))  # update, skip
    on_resembling: Mapped[str] = mapped_column(server_default=text("'skip'"))  # skip, create
    rows: Mapped[int] = mapped_column(Integer)
    done: Mapped[int] = mapped_column(Integer, server_default=text("0"))  # rows of the step under way
    error: Mapped[str | None]
    companies: Mapped[list[object]] = mapped_column(JSONB, server_default=text("'[]'"))  # those it made
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    confirmed_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]


class ContactImportRow(AccountKeyed, Base):
    """A line of a file of contacts: what it says, what is wrong with it, and what it changed."""

    __tablename__ = "contact_import_row"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "import_id"], ["contact_import.account_id", "contact_import.id"], ondelete="CASCADE"
        ),
        CheckConstraint("verdict in ('unchecked', 'create', 'update', 'same', 'skip', 'refuse')", name="verdict_known"),
        CheckConstraint(
            "outcome in ('', 'created', 'updated', 'same', 'refused', 'undone', 'kept')", name="outcome_known"
        ),
        Index("contact_import_row_verdict", "account_id", "import_id", "verdict", "line"),
        Index(
            "contact_import_row_contact", "account_id", "contact_id", postgresql_where=text("contact_id is not null")
        ),
    )

    import_id: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True)  # in the file, the header's is 1
    cells: Mapped[list[str]]
    verdict: Mapped[str] = mapped_column(server_default=text("'unchecked'"))
    problems: Mapped[list[object]] = mapped_column(JSONB, server_default=text("'[]'"))
    contact_id: Mapped[int | None] = mapped_column()  # whom it matches, or whom it made
    changes: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))  # field: [before, after]
    outcome: Mapped[str] = mapped_column(server_default=text("''"))
