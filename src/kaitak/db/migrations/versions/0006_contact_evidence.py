"""Evidence of who a contact is, merges that can be undone, and what people said of two contacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kaitak.db import migrate

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"


def upgrade() -> None:
    op.create_table('contact_evidence',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), server_default=sa.text("'profile'"), nullable=False),
    sa.Column('verified_by', sa.Text(), nullable=True),
    sa.Column('verified_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("kind in ('phone', 'email', 'crm_id', 'unionid', 'app_user')", name=op.f('ck_contact_evidence_kind_known')),
    sa.ForeignKeyConstraint(['account_id', 'contact_id'], ['contact.account_id', 'contact.id'], name=op.f('fk_contact_evidence_account_id_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_evidence_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_contact_evidence')),
    sa.UniqueConstraint('account_id', 'contact_id', 'kind', 'value', name=op.f('uq_contact_evidence_account_id_contact_id_kind_value'))
    )
    op.create_index('contact_evidence_value', 'contact_evidence', ['account_id', 'kind', 'value'], unique=False)
    op.create_table('contact_merge',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kept_id', sa.BigInteger(), nullable=False),
    sa.Column('merged_id', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('contact_inbox_ids', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('filled', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_by', sa.BigInteger(), nullable=True),
    sa.ForeignKeyConstraint(['account_id', 'kept_id'], ['contact.account_id', 'contact.id'], name=op.f('fk_contact_merge_account_id_kept_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id', 'merged_id'], ['contact.account_id', 'contact.id'], name=op.f('fk_contact_merge_account_id_merged_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_merge_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_contact_merge'))
    )
    op.create_index('contact_merge_kept', 'contact_merge', ['account_id', 'kept_id'], unique=False)
    op.create_index('contact_merge_present', 'contact_merge', ['account_id', 'merged_id'], unique=True, postgresql_where=sa.text('undone_at is null'))
    op.create_table('contact_pair',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('low_id', sa.BigInteger(), nullable=False),
    sa.Column('high_id', sa.BigInteger(), nullable=False),
    sa.Column('verdict', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("verdict in ('suggested', 'distinct')", name=op.f('ck_contact_pair_verdict_known')),
    sa.CheckConstraint('low_id < high_id', name=op.f('ck_contact_pair_in_order')),
    sa.ForeignKeyConstraint(['account_id', 'high_id'], ['contact.account_id', 'contact.id'], name=op.f('fk_contact_pair_account_id_high_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id', 'low_id'], ['contact.account_id', 'contact.id'], name=op.f('fk_contact_pair_account_id_low_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_pair_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_contact_pair')),
    sa.UniqueConstraint('account_id', 'low_id', 'high_id', name=op.f('uq_contact_pair_account_id_low_id_high_id'))
    )
    op.create_index('contact_pair_high', 'contact_pair', ['account_id', 'high_id'], unique=False)
    op.add_column('contact', sa.Column('merged_into_id', sa.BigInteger(), nullable=True))
    op.create_index('contact_merged', 'contact', ['account_id', 'merged_into_id'], unique=False, postgresql_where=sa.text('merged_into_id is not null'))
    for table in ("contact_evidence", "contact_merge", "contact_pair"):
        op.execute(f"alter table {table} enable row level security")
        op.execute(
            f"create policy account_only on {table} using (account_id = {_CURRENT}) "
            f"with check (account_id = {_CURRENT})"
        )
    migrate.run_sql_files(op.get_bind(), "0006_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
