"""The first schema. Written by tools/initial_migration.py; do not edit."""
# ruff: noqa: PLR0915

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Text
from sqlalchemy.dialects import postgresql

from kaitak.db import migrate

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('account',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), server_default=sa.text("'zh-HK'"), nullable=False),
    sa.Column('timezone', sa.Text(), server_default=sa.text("'Asia/Hong_Kong'"), nullable=False),
    sa.Column('pack', sa.Text(), server_default=sa.text("'retail'"), nullable=False),
    sa.Column('last_display_id', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_account')),
    info={'account_column': 'id'}
    )
    op.create_table('inbound_event',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('inbox_id', sa.BigInteger(), nullable=False),
    sa.Column('external_id', sa.Text(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('body', postgresql.JSONB(astext_type=Text()), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_inbound_event')),
    sa.UniqueConstraint('account_id', 'inbox_id', 'external_id', name=op.f('uq_inbound_event_account_id_inbox_id_external_id'))
    )
    op.create_index('inbound_event_received', 'inbound_event', ['account_id', 'received_at'], unique=False)
    op.create_table('sign_in_throttle',
    sa.Column('key', sa.LargeBinary(), nullable=False),
    sa.Column('failures', sa.SmallInteger(), nullable=False),
    sa.Column('window_started_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('key', name=op.f('pk_sign_in_throttle'))
    )
    op.create_table('stream_event',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=True),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('payload', postgresql.JSONB(astext_type=Text()), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_stream_event'))
    )
    op.create_index('stream_event_id', 'stream_event', ['id'], unique=False)
    op.create_table('users',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('email', sa.Text(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('password_hash', sa.Text(), nullable=True),
    sa.Column('locale', sa.Text(), server_default=sa.text("'zh-HK'"), nullable=False),
    sa.Column('ui_settings', postgresql.JSONB(astext_type=Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('is_active', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_users')),
    sa.UniqueConstraint('email', name=op.f('uq_users_email'))
    )
    op.create_table('account_user',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('role', sa.Text(), nullable=False),
    sa.Column('availability', sa.Text(), server_default=sa.text("'offline'"), nullable=False),
    sa.Column('active_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("availability in ('online', 'busy', 'offline')", name=op.f('ck_account_user_availability_known')),
    sa.CheckConstraint("role in ('administrator', 'supervisor', 'agent')", name=op.f('ck_account_user_role_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_account_user_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_account_user_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'user_id', name=op.f('pk_account_user'))
    )
    op.create_index('account_user_of_user', 'account_user', ['user_id'], unique=False)
    op.create_table('article',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('audience', sa.Text(), server_default=sa.text("'internal'"), nullable=False),
    sa.Column('status', sa.Text(), server_default=sa.text("'published'"), nullable=False),
    sa.Column('valid_from', sa.Date(), nullable=True),
    sa.Column('valid_to', sa.Date(), nullable=True),
    sa.Column('review_at', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.BigInteger(), server_default=sa.text('1'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("audience in ('public', 'internal')", name=op.f('ck_article_audience_known')),
    sa.CheckConstraint("status in ('published', 'archived')", name=op.f('ck_article_status_known')),
    sa.CheckConstraint('length(title) between 1 and 300', name=op.f('ck_article_title_length')),
    sa.CheckConstraint('valid_to is null or valid_from is null or valid_from <= valid_to', name=op.f('ck_article_validity_order')),
    sa.CheckConstraint('version >= 1', name=op.f('ck_article_version_positive')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_article_account_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['owner_id'], ['users.id'], name=op.f('fk_article_owner_id'), ondelete='SET NULL'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_article')),
    sa.UniqueConstraint('account_id', 'key', name=op.f('uq_article_account_id_key'))
    )
    op.create_table('attachment',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=True),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('uploader_type', sa.Text(), nullable=False),
    sa.Column('uploader_id', sa.BigInteger(), nullable=False),
    sa.Column('file_name', sa.Text(), nullable=False),
    sa.Column('content_type', sa.Text(), nullable=False),
    sa.Column('file_size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.LargeBinary(), nullable=False),
    sa.Column('width', sa.Integer(), nullable=True),
    sa.Column('height', sa.Integer(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_attachment_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_attachment'))
    )
    op.create_index('attachment_message', 'attachment', ['account_id', 'message_id'], unique=False, postgresql_where=sa.text('message_id is not null'))
    op.create_index('attachment_orphan', 'attachment', ['created_at'], unique=False, postgresql_where=sa.text('message_id is null'))
    op.create_table('audit_log',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('target_type', sa.Text(), nullable=False),
    sa.Column('target_id', sa.Text(), nullable=False),
    sa.Column('details', postgresql.JSONB(astext_type=Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('ip', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_audit_log_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_audit_log')),
    info={'append_only': True}
    )
    op.create_index('audit_log_recent', 'audit_log', ['account_id', 'created_at', 'id'], unique=False)
    op.create_table('business_access_log',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('connection_id', sa.BigInteger(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('audience', sa.Text(), nullable=False),
    sa.Column('behalf', sa.Text(), nullable=True),
    sa.Column('contact_id', sa.BigInteger(), nullable=True),
    sa.Column('conversation_id', sa.BigInteger(), nullable=True),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('object', sa.Text(), nullable=False),
    sa.Column('fields', postgresql.ARRAY(Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('source', sa.Text(), nullable=True),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('took', sa.Interval(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("outcome in ('shown', 'not_found', 'unavailable', 'not_permitted', 'not_connected', 'checked', 'check_failed', 'done', 'refused', 'unknown')", name=op.f('ck_business_access_log_outcome_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_business_access_log_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_business_access_log')),
    info={'append_only': True}
    )
    op.create_index('business_access_log_behalf', 'business_access_log', ['account_id', 'behalf', 'id'], unique=False, postgresql_where=sa.text('behalf is not null'))
    op.create_index('business_access_log_conversation', 'business_access_log', ['account_id', 'conversation_id', 'id'], unique=False, postgresql_where=sa.text('conversation_id is not null'))
    op.create_index('business_access_log_recent', 'business_access_log', ['account_id', 'id'], unique=False)
    op.create_table('business_connection',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('connector', sa.Text(), nullable=False),
    sa.Column('config_encrypted', sa.LargeBinary(), nullable=False),
    sa.Column('enabled', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('system_name', sa.Text(), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('version', sa.BigInteger(), server_default=sa.text('1'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_business_connection_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_business_connection')),
    sa.UniqueConstraint('account_id', 'name', name=op.f('uq_business_connection_account_id_name'))
    )
    op.create_table('business_deed',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('connection_id', sa.BigInteger(), nullable=False),
    sa.Column('customer_ref', sa.Text(), nullable=False),
    sa.Column('action', sa.Text(), nullable=False),
    sa.Column('object', sa.Text(), nullable=False),
    sa.Column('digest', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('reference', sa.Text(), nullable=True),
    sa.Column('actor', sa.Text(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=True),
    sa.Column('conversation_id', sa.BigInteger(), nullable=True),
    sa.Column('attempted_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("state in ('sending', 'done', 'refused', 'not_sent', 'unknown')", name=op.f('ck_business_deed_state_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_business_deed_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'key', name=op.f('pk_business_deed'))
    )
    op.create_table('canned_response',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('short_code', sa.Text(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_canned_response_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_canned_response')),
    sa.UniqueConstraint('account_id', 'short_code', name=op.f('uq_canned_response_account_id_short_code'))
    )
    op.create_table('contact',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('email', sa.Text(), nullable=True),
    sa.Column('phone_number', sa.Text(), nullable=True),
    sa.Column('identifier', sa.Text(), nullable=True),
    sa.Column('locale', sa.Text(), nullable=True),
    sa.Column('custom_attributes', postgresql.JSONB(astext_type=Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('blocked', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('last_activity_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_contact'))
    )
    op.create_index('contact_identifier', 'contact', ['account_id', 'identifier'], unique=True, postgresql_where=sa.text('identifier is not null'))
    op.create_index('contact_recent', 'contact', ['account_id', 'last_activity_at', 'id'], unique=False)
    op.create_table('inbox',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('channel', sa.Text(), nullable=False),
    sa.Column('identifier', sa.Text(), nullable=False),
    sa.Column('config_encrypted', sa.Text(), nullable=False),
    sa.Column('settings', postgresql.JSONB(astext_type=Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('bot_enabled', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('csat_enabled', sa.Boolean(), server_default=sa.text('true'), nullable=False),
    sa.Column('pack', sa.Text(), nullable=True),
    sa.Column('settle', sa.Interval(), server_default=sa.text("interval '0'"), nullable=False),
    sa.Column('version', sa.BigInteger(), server_default=sa.text('1'), nullable=False),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_reason', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_inbox_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_inbox')),
    sa.UniqueConstraint('identifier', name=op.f('uq_inbox_identifier'))
    )
    op.create_table('knowledge_gap',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('locale', sa.Text(), nullable=False),
    sa.Column('times', sa.BigInteger(), server_default=sa.text('1'), nullable=False),
    sa.Column('status', sa.Text(), server_default=sa.text("'open'"), nullable=False),
    sa.Column('first_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('last_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status in ('open', 'closed')", name=op.f('ck_knowledge_gap_status_known')),
    sa.CheckConstraint('length(question) between 1 and 300', name=op.f('ck_knowledge_gap_question_length')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_knowledge_gap_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_knowledge_gap')),
    sa.UniqueConstraint('account_id', 'question', name=op.f('uq_knowledge_gap_account_id_question'))
    )
    op.create_table('label',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('description', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('color', sa.Text(), server_default=sa.text("'#0e7c86'"), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_label_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'title', name=op.f('pk_label'))
    )
    op.create_table('language_model_terms',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('daily_tokens', sa.BigInteger(), nullable=True),
    sa.Column('daily_cost_micros', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('daily_tokens >= 0 and daily_cost_micros >= 0', name=op.f('ck_language_model_terms_limits_not_negative')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_language_model_terms_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', name=op.f('pk_language_model_terms'))
    )
    op.create_table('language_model_usage',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('calls', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('chosen', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('declined', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('failed', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('tokens', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('cost_micros', sa.BigInteger(), server_default=sa.text('0'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_language_model_usage_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'day', name=op.f('pk_language_model_usage'))
    )
    op.create_table('nlu_example',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('pack', sa.Text(), nullable=False),
    sa.Column('intent', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('batch', sa.Text(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('length(text) between 1 and 500', name=op.f('ck_nlu_example_text_length')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_nlu_example_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_nlu_example')),
    sa.UniqueConstraint('account_id', 'pack', 'intent', 'text', name=op.f('uq_nlu_example_account_id_pack_intent_text'))
    )
    op.create_index('nlu_example_batch', 'nlu_example', ['account_id', 'pack', 'batch'], unique=False)
    op.create_table('nlu_job',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('pack', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
    sa.Column('progress', sa.Double(), server_default=sa.text('0'), nullable=False),
    sa.Column('step', sa.Text(), server_default=sa.text("'waiting'"), nullable=False),
    sa.Column('error', postgresql.JSONB(astext_type=Text()), nullable=True),
    sa.Column('result', postgresql.JSONB(astext_type=Text()), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind in ('train')", name=op.f('ck_nlu_job_kind_known')),
    sa.CheckConstraint("status in ('waiting', 'running', 'done', 'failed')", name=op.f('ck_nlu_job_status_known')),
    sa.CheckConstraint('progress between 0 and 1', name=op.f('ck_nlu_job_progress_range')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_nlu_job_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_nlu_job'))
    )
    op.create_index('nlu_job_at_work', 'nlu_job', ['account_id'], unique=True, postgresql_where=sa.text("status in ('waiting', 'running')"))
    op.create_table('nlu_model',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('pack', sa.Text(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.Text(), nullable=False),
    sa.Column('status', sa.Text(), server_default=sa.text("'draft'"), nullable=False),
    sa.Column('pack_fingerprint', sa.Text(), nullable=False),
    sa.Column('figures', postgresql.JSONB(astext_type=Text()), nullable=False),
    sa.Column('judged', postgresql.JSONB(astext_type=Text()), nullable=False),
    sa.Column('data', sa.LargeBinary(), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('previous_id', sa.BigInteger(), nullable=True),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('trained_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('promoted_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status in ('draft', 'active', 'retired')", name=op.f('ck_nlu_model_status_known')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_nlu_model_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_nlu_model')),
    sa.UniqueConstraint('account_id', 'pack', 'number', name=op.f('uq_nlu_model_account_id_pack_number'))
    )
    op.create_index('nlu_model_active', 'nlu_model', ['account_id', 'pack'], unique=True, postgresql_where=sa.text("status = 'active'"))
    op.create_table('sign_in_token',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_sign_in_token_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_sign_in_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_sign_in_token_token_hash'))
    )
    op.create_table('stream_ticket',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_stream_ticket_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'token_hash', name=op.f('pk_stream_ticket'))
    )
    op.create_table('team',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('code', sa.Text(), nullable=True),
    sa.Column('description', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_team_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_team')),
    sa.UniqueConstraint('account_id', 'name', name=op.f('uq_team_account_id_name'))
    )
    op.create_table('user_session',
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('ip', sa.Text(), nullable=False),
    sa.Column('user_agent', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_user_session_user_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_user_session')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_user_session_token_hash'))
    )
    op.create_index('user_session_user', 'user_session', ['user_id'], unique=False)
    op.create_table('access_token',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('last_four', sa.Text(), nullable=False),
    sa.Column('last_used_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'user_id'], ['account_user.account_id', 'account_user.user_id'], name=op.f('fk_access_token_account_id_user_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_access_token_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_access_token')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_access_token_token_hash'))
    )
    op.create_table('article_version',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('article_id', sa.BigInteger(), nullable=False),
    sa.Column('number', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('body', sa.Text(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('created_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'article_id'], ['article.account_id', 'article.id'], name='article', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_article_version_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_article_version')),
    sa.UniqueConstraint('account_id', 'article_id', 'number', name=op.f('uq_article_version_account_id_article_id_number'))
    )
    op.create_table('business_cache',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('connection_id', sa.BigInteger(), nullable=False),
    sa.Column('question', sa.LargeBinary(), nullable=False),
    sa.Column('answer', postgresql.JSONB(astext_type=Text()), nullable=False),
    sa.Column('fetched_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'connection_id'], ['business_connection.account_id', 'business_connection.id'], name=op.f('fk_business_cache_account_id_connection_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_business_cache_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'connection_id', 'question', name=op.f('pk_business_cache'))
    )
    op.create_index('business_cache_age', 'business_cache', ['account_id', 'fetched_at'], unique=False)
    op.create_table('chunk',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('article_id', sa.BigInteger(), nullable=False),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.Column('place', sa.BigInteger(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('group_number', sa.SmallInteger(), nullable=False),
    sa.Column('heading', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('bigrams', postgresql.TSVECTOR(), nullable=False),
    sa.Column('vector', sa.LargeBinary(), nullable=False),
    sa.CheckConstraint("kind in ('sentence', 'item', 'row')", name=op.f('ck_chunk_kind_known')),
    sa.ForeignKeyConstraint(['account_id', 'article_id'], ['article.account_id', 'article.id'], name='article', ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_chunk_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_chunk')),
    sa.UniqueConstraint('account_id', 'article_id', 'version', 'place', name=op.f('uq_chunk_account_id_article_id_version_place'))
    )
    op.create_index('chunk_bigrams', 'chunk', ['bigrams'], unique=False, postgresql_using='gin')
    op.create_table('contact_inbox',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.Column('inbox_id', sa.BigInteger(), nullable=False),
    sa.Column('source_id', sa.Text(), nullable=False),
    sa.Column('hmac_verified', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=True),
    sa.Column('current_conversation_id', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'contact_id'], ['contact.account_id', 'contact.id'], name=op.f('fk_contact_inbox_account_id_contact_id')),
    sa.ForeignKeyConstraint(['account_id', 'inbox_id'], ['inbox.account_id', 'inbox.id'], name=op.f('fk_contact_inbox_account_id_inbox_id')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_contact_inbox_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_contact_inbox')),
    sa.UniqueConstraint('account_id', 'inbox_id', 'source_id', name=op.f('uq_contact_inbox_account_id_inbox_id_source_id'))
    )
    op.create_index('contact_inbox_contact', 'contact_inbox', ['account_id', 'contact_id'], unique=False)
    op.create_index('contact_inbox_token', 'contact_inbox', ['token_hash'], unique=True, postgresql_where=sa.text('token_hash is not null'))
    op.create_table('inbox_member',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('inbox_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'inbox_id'], ['inbox.account_id', 'inbox.id'], name=op.f('fk_inbox_member_account_id_inbox_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id', 'user_id'], ['account_user.account_id', 'account_user.user_id'], name=op.f('fk_inbox_member_account_id_user_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_inbox_member_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'inbox_id', 'user_id', name=op.f('pk_inbox_member'))
    )
    op.create_table('team_member',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('team_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'team_id'], ['team.account_id', 'team.id'], name=op.f('fk_team_member_account_id_team_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id', 'user_id'], ['account_user.account_id', 'account_user.user_id'], name=op.f('fk_team_member_account_id_user_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_team_member_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'team_id', 'user_id', name=op.f('pk_team_member'))
    )
    op.create_table('conversation',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('display_id', sa.BigInteger(), nullable=False),
    sa.Column('inbox_id', sa.BigInteger(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.Column('contact_inbox_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Text(), server_default=sa.text("'pending'"), nullable=False),
    sa.Column('owner', sa.Text(), server_default=sa.text("'bot'"), nullable=False),
    sa.Column('owner_token', sa.BigInteger(), server_default=sa.text('1'), nullable=False),
    sa.Column('assignee_id', sa.BigInteger(), nullable=True),
    sa.Column('team_id', sa.BigInteger(), nullable=True),
    sa.Column('priority', sa.Text(), nullable=True),
    sa.Column('last_seq', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('answered_seq', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('turn_due_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('turn_waiting_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('turn_attempts', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.Text(), nullable=True),
    sa.Column('bot_state', postgresql.JSONB(astext_type=Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('waiting_since', sa.DateTime(timezone=True), nullable=True),
    sa.Column('queued_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('first_reply_created_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('snoozed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('resolved_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('last_activity_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('agent_last_seen_seq', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('contact_last_seen_seq', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('unread_count', sa.Integer(), server_default=sa.text('0'), nullable=False),
    sa.Column('custom_attributes', postgresql.JSONB(astext_type=Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint("owner in ('bot', 'queued', 'human')", name=op.f('ck_conversation_owner_known')),
    sa.CheckConstraint("status in ('open', 'pending', 'snoozed', 'resolved')", name=op.f('ck_conversation_status_known')),
    sa.ForeignKeyConstraint(['account_id', 'assignee_id'], ['account_user.account_id', 'account_user.user_id'], name=op.f('fk_conversation_account_id_assignee_id'), ondelete='SET NULL (assignee_id)'),
    sa.ForeignKeyConstraint(['account_id', 'contact_id'], ['contact.account_id', 'contact.id'], name=op.f('fk_conversation_account_id_contact_id')),
    sa.ForeignKeyConstraint(['account_id', 'contact_inbox_id'], ['contact_inbox.account_id', 'contact_inbox.id'], name=op.f('fk_conversation_account_id_contact_inbox_id')),
    sa.ForeignKeyConstraint(['account_id', 'inbox_id'], ['inbox.account_id', 'inbox.id'], name=op.f('fk_conversation_account_id_inbox_id')),
    sa.ForeignKeyConstraint(['account_id', 'team_id'], ['team.account_id', 'team.id'], name=op.f('fk_conversation_account_id_team_id'), ondelete='SET NULL (team_id)'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_conversation_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_conversation')),
    sa.UniqueConstraint('account_id', 'display_id', name=op.f('uq_conversation_account_id_display_id')),
    postgresql_with={'fillfactor': '60'}
    )
    op.create_index('conversation_assigned', 'conversation', ['account_id', 'inbox_id', 'status', 'last_activity_at', 'id'], unique=False, postgresql_where=sa.text('assignee_id is not null'))
    op.create_index('conversation_by_inbox', 'conversation', ['account_id', 'inbox_id', 'status', 'last_activity_at', 'id'], unique=False)
    op.create_index('conversation_mine', 'conversation', ['account_id', 'assignee_id', 'status', 'last_activity_at', 'id'], unique=False, postgresql_where=sa.text('assignee_id is not null'))
    op.create_index('conversation_of_contact', 'conversation', ['account_id', 'contact_id'], unique=False)
    op.create_index('conversation_of_team', 'conversation', ['account_id', 'team_id', 'status', 'last_activity_at', 'id'], unique=False, postgresql_where=sa.text('team_id is not null'))
    op.create_index('conversation_snoozed', 'conversation', ['snoozed_until'], unique=False, postgresql_where=sa.text("status = 'snoozed'"))
    op.create_index('conversation_turn_due', 'conversation', ['turn_due_at'], unique=False, postgresql_where=sa.text('turn_due_at is not null'))
    op.create_index('conversation_unassigned', 'conversation', ['account_id', 'inbox_id', 'last_activity_at', 'id'], unique=False, postgresql_where=sa.text("assignee_id is null and status = 'open'"))
    op.create_table('conversation_label',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'conversation_id'], ['conversation.account_id', 'conversation.id'], name=op.f('fk_conversation_label_account_id_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_conversation_label_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'conversation_id', 'title', name=op.f('pk_conversation_label'))
    )
    op.create_index('conversation_label_title', 'conversation_label', ['account_id', 'title', 'conversation_id'], unique=False)
    op.create_table('conversation_viewer',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'conversation_id'], ['conversation.account_id', 'conversation.id'], name=op.f('fk_conversation_viewer_account_id_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id', 'user_id'], ['account_user.account_id', 'account_user.user_id'], name=op.f('fk_conversation_viewer_account_id_user_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_conversation_viewer_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'conversation_id', 'user_id', name=op.f('pk_conversation_viewer'))
    )
    op.create_table('draft',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=False),
    sa.Column('user_id', sa.BigInteger(), nullable=False),
    sa.Column('content', sa.Text(), nullable=False),
    sa.Column('private', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'conversation_id'], ['conversation.account_id', 'conversation.id'], name=op.f('fk_draft_account_id_conversation_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id', 'user_id'], ['account_user.account_id', 'account_user.user_id'], name=op.f('fk_draft_account_id_user_id'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_draft_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'conversation_id', 'user_id', name=op.f('pk_draft'))
    )
    op.create_table('handoff_packet',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=False),
    sa.Column('owner_token', sa.BigInteger(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('packet', postgresql.JSONB(astext_type=Text()), nullable=False),
    sa.Column('read_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('read_by', sa.BigInteger(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'conversation_id'], ['conversation.account_id', 'conversation.id'], name=op.f('fk_handoff_packet_account_id_conversation_id')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_handoff_packet_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_handoff_packet'))
    )
    op.create_index('handoff_packet_conversation', 'handoff_packet', ['account_id', 'conversation_id', 'id'], unique=False)
    op.create_table('message',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=False),
    sa.Column('seq', sa.Integer(), nullable=False),
    sa.Column('message_type', sa.Text(), nullable=False),
    sa.Column('sender_type', sa.Text(), nullable=False),
    sa.Column('sender_id', sa.BigInteger(), nullable=True),
    sa.Column('content', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('content_type', sa.Text(), server_default=sa.text("'text'"), nullable=False),
    sa.Column('content_attributes', postgresql.JSONB(astext_type=Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('private', sa.Boolean(), server_default=sa.text('false'), nullable=False),
    sa.Column('status', sa.Text(), server_default=sa.text("'sending'"), nullable=False),
    sa.Column('status_reason', sa.Text(), nullable=True),
    sa.Column('inbound_event_id', sa.BigInteger(), nullable=True),
    sa.Column('echo_id', sa.Text(), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('clock_timestamp()'), nullable=False),
    sa.CheckConstraint("message_type in ('incoming', 'outgoing', 'activity', 'template')", name=op.f('ck_message_message_type_known')),
    sa.ForeignKeyConstraint(['account_id', 'conversation_id'], ['conversation.account_id', 'conversation.id'], name=op.f('fk_message_account_id_conversation_id')),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_message')),
    sa.UniqueConstraint('account_id', 'conversation_id', 'seq', name=op.f('uq_message_account_id_conversation_id_seq')),
    postgresql_with={'fillfactor': '90'}
    )
    op.create_index('message_echo', 'message', ['account_id', 'conversation_id', 'echo_id'], unique=True, postgresql_where=sa.text('echo_id is not null'))
    op.create_index('message_inbound_event', 'message', ['account_id', 'inbound_event_id'], unique=True, postgresql_where=sa.text('inbound_event_id is not null'))
    op.create_table('turn',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=False),
    sa.Column('from_seq', sa.Integer(), nullable=False),
    sa.Column('to_seq', sa.Integer(), nullable=False),
    sa.Column('understanding', postgresql.JSONB(astext_type=Text()), nullable=False),
    sa.Column('trace', postgresql.JSONB(astext_type=Text()), nullable=False),
    sa.Column('outcome', sa.Text(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.ForeignKeyConstraint(['account_id', 'conversation_id'], ['conversation.account_id', 'conversation.id'], name=op.f('fk_turn_account_id_conversation_id')),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_turn')),
    sa.UniqueConstraint('account_id', 'conversation_id', 'to_seq', name=op.f('uq_turn_account_id_conversation_id_to_seq'))
    )
    op.create_table('csat_survey_response',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.Column('assignee_id', sa.BigInteger(), nullable=True),
    sa.Column('rating', sa.SmallInteger(), nullable=False),
    sa.Column('feedback_message', sa.Text(), server_default=sa.text("''"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.CheckConstraint('rating between 1 and 5', name=op.f('ck_csat_survey_response_rating_range')),
    sa.ForeignKeyConstraint(['account_id', 'conversation_id'], ['conversation.account_id', 'conversation.id'], name=op.f('fk_csat_survey_response_account_id_conversation_id')),
    sa.ForeignKeyConstraint(['account_id', 'message_id'], ['message.account_id', 'message.id'], name=op.f('fk_csat_survey_response_account_id_message_id')),
    sa.ForeignKeyConstraint(['account_id'], ['account.id'], name=op.f('fk_csat_survey_response_account_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_csat_survey_response')),
    sa.UniqueConstraint('account_id', 'message_id', name=op.f('uq_csat_survey_response_account_id_message_id'))
    )
    op.create_table('delivery',
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('id', sa.BigInteger(), sa.Identity(always=False), nullable=False),
    sa.Column('message_id', sa.BigInteger(), nullable=False),
    sa.Column('conversation_id', sa.BigInteger(), nullable=False),
    sa.Column('inbox_id', sa.BigInteger(), nullable=False),
    sa.Column('status', sa.Text(), server_default=sa.text("'pending'"), nullable=False),
    sa.Column('attempts', sa.SmallInteger(), server_default=sa.text('0'), nullable=False),
    sa.Column('next_attempt_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('claimed_until', sa.DateTime(timezone=True), nullable=True),
    sa.Column('claimed_by', sa.Text(), nullable=True),
    sa.Column('error_code', sa.Text(), nullable=True),
    sa.Column('error_detail', sa.Text(), nullable=True),
    sa.Column('external_ids', postgresql.ARRAY(Text()), server_default=sa.text("'{}'"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), server_default=sa.text('now()'), nullable=False),
    sa.Column('finished_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("status in ('pending', 'sent', 'failed', 'unknown')", name=op.f('ck_delivery_status_known')),
    sa.ForeignKeyConstraint(['account_id', 'message_id'], ['message.account_id', 'message.id'], name=op.f('fk_delivery_account_id_message_id')),
    sa.PrimaryKeyConstraint('account_id', 'id', name=op.f('pk_delivery')),
    sa.UniqueConstraint('account_id', 'message_id', name=op.f('uq_delivery_account_id_message_id'))
    )
    op.create_index('delivery_dead', 'delivery', ['account_id', 'id'], unique=False, postgresql_where=sa.text("status in ('failed', 'unknown')"))
    op.create_index('delivery_due', 'delivery', ['next_attempt_at'], unique=False, postgresql_where=sa.text("status = 'pending'"))
    op.create_index('delivery_head', 'delivery', ['account_id', 'conversation_id', 'id'], unique=False, postgresql_where=sa.text('finished_at is null'))
    op.execute('alter table "access_token" enable row level security')
    op.execute('create policy account_only on "access_token" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "account" enable row level security')
    op.execute('create policy account_only on "account" using ("id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "account_user" enable row level security')
    op.execute('create policy account_only on "account_user" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "article" enable row level security')
    op.execute('create policy account_only on "article" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "article_version" enable row level security')
    op.execute('create policy account_only on "article_version" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "attachment" enable row level security')
    op.execute('create policy account_only on "attachment" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "audit_log" enable row level security')
    op.execute('create policy account_only on "audit_log" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "business_access_log" enable row level security')
    op.execute('create policy account_only on "business_access_log" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "business_cache" enable row level security')
    op.execute('create policy account_only on "business_cache" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "business_connection" enable row level security')
    op.execute('create policy account_only on "business_connection" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "business_deed" enable row level security')
    op.execute('create policy account_only on "business_deed" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "canned_response" enable row level security')
    op.execute('create policy account_only on "canned_response" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "chunk" enable row level security')
    op.execute('create policy account_only on "chunk" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "contact" enable row level security')
    op.execute('create policy account_only on "contact" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "contact_inbox" enable row level security')
    op.execute('create policy account_only on "contact_inbox" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "conversation" enable row level security')
    op.execute('create policy account_only on "conversation" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "conversation_label" enable row level security')
    op.execute('create policy account_only on "conversation_label" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "conversation_viewer" enable row level security')
    op.execute('create policy account_only on "conversation_viewer" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "csat_survey_response" enable row level security')
    op.execute('create policy account_only on "csat_survey_response" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "delivery" enable row level security')
    op.execute('create policy account_only on "delivery" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "draft" enable row level security')
    op.execute('create policy account_only on "draft" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "handoff_packet" enable row level security')
    op.execute('create policy account_only on "handoff_packet" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "inbound_event" enable row level security')
    op.execute('create policy account_only on "inbound_event" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "inbox" enable row level security')
    op.execute('create policy account_only on "inbox" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "inbox_member" enable row level security')
    op.execute('create policy account_only on "inbox_member" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "knowledge_gap" enable row level security')
    op.execute('create policy account_only on "knowledge_gap" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "label" enable row level security')
    op.execute('create policy account_only on "label" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "language_model_terms" enable row level security')
    op.execute('create policy account_only on "language_model_terms" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "language_model_usage" enable row level security')
    op.execute('create policy account_only on "language_model_usage" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "message" enable row level security')
    op.execute('create policy account_only on "message" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "nlu_example" enable row level security')
    op.execute('create policy account_only on "nlu_example" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "nlu_job" enable row level security')
    op.execute('create policy account_only on "nlu_job" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "nlu_model" enable row level security')
    op.execute('create policy account_only on "nlu_model" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "stream_event" enable row level security')
    op.execute('create policy account_only on "stream_event" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "stream_ticket" enable row level security')
    op.execute('create policy account_only on "stream_ticket" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "team" enable row level security')
    op.execute('create policy account_only on "team" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "team_member" enable row level security')
    op.execute('create policy account_only on "team_member" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    op.execute('alter table "turn" enable row level security')
    op.execute('create policy account_only on "turn" using ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint) with check ("account_id" = nullif(current_setting(\'app.account\', true), \'\')::bigint)')
    migrate.run_sql_files(op.get_bind(), "0001_*.sql")


def downgrade() -> None:
    raise NotImplementedError("restore the backup that was made before")
