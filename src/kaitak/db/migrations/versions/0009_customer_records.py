"""Companies, fields of an account's own, segments, and imports of contacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from kaitak.db import migrate

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None
_CURRENT = "nullif(current_setting('app.account', true), '')::bigint"
_TABLES = (
    "company",
    "custom_attribute_definition",
    "contact_field",
    "custom_filter",
    "contact_import",
    "contact_import_row",
)


def upgrade() -> None:
    op.create_table('company',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('domain', sa.Text(), nullable=True),
    sa.Column('custom_attributes', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_company_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_company'))
    )
    op.create_index('company_domain', 'company', ['account_id', 'domain'], unique=True, postgresql_where=sa.text('domain is not null'))
    op.create_index('company_name', 'company', ['account_id', 'name', 'id'], unique=False)
    op.create_table('contact_import',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('encoding', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default=sa.text("'checking'"), nullable=False),
    sa.Column('run', sa.Integer(), server_default=sa.text('1'), nullable=False),
    sa.Column('headers', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('mapping', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('on_match', sa.Text(), server_default=sa.text("'update'"), nullable=False),
    sa.Column('on_resembling', sa.Text(), server_default=sa.text("'skip'"), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('done', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('companies', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('undone_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status in ('checking', 'ready', 'importing', 'done', 'cancelled', 'failed', 'undoing', 'undone')", name=op.f('ck_contact_import_status_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_import_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_contact_import'))
    )
    op.create_table('custom_attribute_definition',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('attribute_model', sa.Text(), nullable=False),
    sa.Column('attribute_key', sa.Text(), nullable=False),
    sa.Column('attribute_display_name', sa.Text(), nullable=False),
    sa.Column('attribute_display_type', sa.Text(), nullable=False),
    sa.Column('attribute_description', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('attribute_values', sa.ARRAY(sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("attribute_display_type in ('text', 'number', 'date', 'link', 'list', 'checkbox')", name=op.f('ck_custom_attribute_definition_type_known')),
    sa.CheckConstraint("attribute_model in ('contact_attribute', 'company_attribute', 'conversation_attribute')", name=op.f('ck_custom_attribute_definition_model_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_custom_attribute_definition_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_custom_attribute_definition')),
    sa.UniqueConstraint('account_id', 'attribute_model', 'attribute_key', name='custom_attribute_definition_key')
    )
    op.create_table('custom_filter',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('query', postgresql.JSONB(astext_type=sa.Text()), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_custom_filter_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_custom_filter')),
    sa.UniqueConstraint('account_id', 'name', name=op.f('uq_custom_filter_account_id_name'))
    )
    op.create_table('contact_import_row',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('import_id', sa.BigInteger(), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('cells', sa.ARRAY(sa.Text()), nullable=False),
    sa.Column('verdict', sa.Text(), server_default=sa.text("'unchecked'"), nullable=False),
    sa.Column('problems', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=True),
    sa.Column('changes', postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('outcome', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.CheckConstraint("outcome in ('', 'created', 'updated', 'same', 'refused', 'undone', 'kept')", name=op.f('ck_contact_import_row_outcome_known')),
    sa.CheckConstraint("verdict in ('unchecked', 'create', 'update', 'same', 'skip', 'refuse')", name=op.f('ck_contact_import_row_verdict_known')),
    sa.ForeignKeyConstraint(['account_id', 'import_id'], ['contact_import.account_id', 'contact_import.id'], name=op.f('fk_contact_import_row_account_id_import_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_import_row_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'import_id', 'line', name=op.f('pk_contact_import_row'))
    )
    op.create_index('contact_import_row_contact', 'contact_import_row', ['account_id', 'contact_id'], unique=False, postgresql_where=sa.text('contact_id is not null'))
    op.create_index('contact_import_row_verdict', 'contact_import_row', ['account_id', 'import_id', 'verdict', 'line'], unique=False)
    op.create_table('contact_field',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(collation='C'), nullable=False),
    sa.Column('number', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['account_id', 'contact_id'], ['contact.account_id', 'contact.id'], name=op.f('fk_contact_field_account_id_contact_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_field_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'contact_id', 'key', name=op.f('pk_contact_field'))
    )
    op.create_index('contact_field_number', 'contact_field', ['account_id', 'key', 'number', 'contact_id'], unique=False, postgresql_where=sa.text('number is not null'))
    op.create_index('contact_field_value', 'contact_field', ['account_id', 'key', 'value', 'contact_id'], unique=False)
    op.add_column('contact', sa.Column('company_id', sa.BigInteger(), nullable=True))
    op.create_index('contact_company', 'contact', ['account_id', 'company_id', 'last_activity_at', 'id'], unique=False, postgresql_where=sa.text('company_id is not null'))
    op.create_index('contact_email', 'contact', ['account_id', 'email'], unique=False, postgresql_where=sa.text('email is not null'))
    op.create_index('contact_phone', 'contact', ['account_id', 'phone_number'], unique=False, postgresql_where=sa.text('phone_number is not null'))
    op.create_foreign_key(op.f('fk_contact_account_id_company_id'), 'contact', 'company', ['account_id', 'company_id'], ['account_id', 'id'], ondelete='SET NULL (company_id)')
    for table in _TABLES:
        op.execute(f"alter table {table} enable row level security")
        op.execute(
            f"create policy account_only on {table} using (account_id = {_CURRENT}) "
            f"with check (account_id = {_CURRENT})"
        )
    migrate.run_sql_files(op.get_bind(), "0009_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
