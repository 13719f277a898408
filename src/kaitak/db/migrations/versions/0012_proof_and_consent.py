"""Checks by code, the ledger of consent, and requests to export or erase a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kaitak.db import migrate

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"
_TABLES = ("contact_verification", "hidden_text", "contact_consent", "person_request")
_KINDS = "'phone', 'email', 'crm_id', 'unionid', 'app_user'"
_OF_CONTACT = (["account_id", "contact_id"], ["contact.account_id", "contact.id"])


def upgrade() -> None:
    _proof()
    _consent()
    _requests()
    op.add_column("contact", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("contact_inbox", sa.Column("verified_by", sa.Text(), nullable=True))
    op.add_column("contact_inbox", sa.Column("verified_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "contact_inbox_proof",
        "contact_inbox",
        ["verified_until"],
        unique=False,
        postgresql_where=sa.text("verified_until is not null"),
    )
    op.add_column("conversation", sa.Column("code_awaited_until", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("ck_contact_evidence_kind_known"), "contact_evidence")
    op.create_check_constraint(
        op.f("ck_contact_evidence_kind_known"), "contact_evidence", f"kind in ({_KINDS}, 'order')"
    )
    for table in _TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(
            f"create policy account_only on {table} using (account_id = {_CURRENT}) "
            f"with check (account_id = {_CURRENT})"
        )
    migrate.run_sql_files(op.get_bind(), "0012_*.sql")


def _key() -> list[sa.Column[int]]:
    return [
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
    ]


def _rules(table: str) -> list[sa.Constraint]:
    return [
        sa.ForeignKeyConstraint(*_OF_CONTACT, name=op.f(f"fk_{table}_account_id_contact_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f(f"fk_{table}_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f(f"pk_{table}")),
    ]


def _at(name: str, *, default: str | None = None) -> sa.Column[object]:
    return sa.Column(
        name,
        sa.DateTime(timezone=True),
        server_default=sa.text(default) if default else None,
        nullable=default is None,
    )


def _proof() -> None:
    op.create_table(
        "contact_verification",
        *_key(),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("contact_inbox_id", sa.BigInteger(), nullable=False),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("medium", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("customer_ref", sa.Text(), nullable=True),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("state", sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        _at("created_at", default="now()"),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        _at("finished_at"),
        sa.CheckConstraint("medium in ('phone', 'email')", name=op.f("ck_contact_verification_medium_known")),
        sa.CheckConstraint(
            "state in ('waiting', 'verified', 'failed', 'replaced')", name=op.f("ck_contact_verification_state_known")
        ),
        *_rules("contact_verification"),
    )
    op.create_index(
        "contact_verification_address", "contact_verification", ["account_id", "medium", "value", "created_at"]
    )
    op.create_index(
        "contact_verification_conversation", "contact_verification", ["account_id", "conversation_id", "id"]
    )
    op.create_index("contact_verification_recent", "contact_verification", ["account_id", "created_at"])
    op.create_table(
        "hidden_text",
        *_key(),
        sa.Column("conversation_id", sa.BigInteger(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        _at("created_at", default="clock_timestamp()"),
        sa.PrimaryKeyConstraint("account_id", "id", name=op.f("pk_hidden_text")),
        sa.UniqueConstraint(
            "account_id", "conversation_id", "seq", name=op.f("uq_hidden_text_account_id_conversation_id_seq")
        ),
    )
    op.create_index("hidden_text_age", "hidden_text", ["created_at"])


def _consent() -> None:
    op.create_table(
        "contact_consent",
        *_key(),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        _at("created_at", default="now()"),
        sa.CheckConstraint("purpose in ('service', 'marketing')", name=op.f("ck_contact_consent_purpose_known")),
        sa.CheckConstraint("state in ('given', 'withdrawn')", name=op.f("ck_contact_consent_state_known")),
        *_rules("contact_consent"),
    )
    op.create_index(
        "contact_consent_contact", "contact_consent", ["account_id", "contact_id", "purpose", "channel", "id"]
    )


def _requests() -> None:
    op.create_table(
        "person_request",
        *_key(),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("counts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("done", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("total", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("file_size", sa.BigInteger(), nullable=True),
        _at("created_at", default="now()"),
        _at("confirmed_at"),
        _at("finished_at"),
        _at("expires_at"),
        sa.CheckConstraint("kind in ('export', 'erasure')", name=op.f("ck_person_request_kind_known")),
        sa.CheckConstraint(
            "state in ('planned', 'running', 'done', 'failed', 'cancelled')", name=op.f("ck_person_request_state_known")
        ),
        *_rules("person_request"),
    )
    op.create_index("person_request_contact", "person_request", ["account_id", "contact_id", "id"])


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
