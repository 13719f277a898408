"""Tables of the conversations slice: conversation, message, attachment, ledger, delivery, turn, draft, label."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    SmallInteger,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountHot, AccountKeyed, AccountOwned, Base

_CONVERSATION = ForeignKeyConstraint(
    ["account_id", "conversation_id"], ["conversation.account_id", "conversation.id"], ondelete="CASCADE"
)


class Conversation(AccountOwned, Base):
    """One talk with one person in one inbox. The row is also the bot's queue (`turn_due_at`, `claimed_until`)."""

    __tablename__ = "conversation"
    __table_args__ = (
        UniqueConstraint("account_id", "display_id"),
        ForeignKeyConstraint(["account_id", "inbox_id"], ["inbox.account_id", "inbox.id"]),
        ForeignKeyConstraint(["account_id", "contact_id"], ["contact.account_id", "contact.id"]),
        ForeignKeyConstraint(["account_id", "contact_inbox_id"], ["contact_inbox.account_id", "contact_inbox.id"]),
        ForeignKeyConstraint(
            ["account_id", "assignee_id"],
            ["account_user.account_id", "account_user.user_id"],
            ondelete="SET NULL (assignee_id)",
        ),
        ForeignKeyConstraint(["account_id", "team_id"], ["team.account_id", "team.id"], ondelete="SET NULL (team_id)"),
        CheckConstraint("status in ('open', 'pending', 'snoozed', 'resolved')", name="status_known"),
        CheckConstraint("owner in ('bot', 'queued', 'human')", name="owner_known"),
        Index("conversation_by_inbox", "account_id", "inbox_id", "status", "last_activity_at", "id"),
        Index(
            "conversation_mine",
            "account_id",
            "assignee_id",
            "status",
            "last_activity_at",
            "id",
            postgresql_where=text("assignee_id is not null"),
        ),
        Index(
            "conversation_assigned",
            "account_id",
            "inbox_id",
            "status",
            "last_activity_at",
            "id",
            postgresql_where=text("assignee_id is not null"),
        ),
        Index(
            "conversation_unassigned",
            "account_id",
            "inbox_id",
            "last_activity_at",
            "id",
            postgresql_where=text("assignee_id is null and status = 'open'"),
        ),
        Index(
            "conversation_of_team",
            "account_id",
            "team_id",
            "status",
            "last_activity_at",
            "id",
            postgresql_where=text("team_id is not null"),
        ),
        Index("conversation_of_contact", "account_id", "contact_id"),
        Index("conversation_turn_due", "turn_due_at", postgresql_where=text("turn_due_at is not null")),
        Index("conversation_snoozed", "snoozed_until", postgresql_where=text("status = 'snoozed'")),
        {"postgresql_with": {"fillfactor": "60"}},
    )

    display_id: Mapped[int] = mapped_column()  # per account, what people and the API call its id
    inbox_id: Mapped[int]
    contact_id: Mapped[int]
    contact_inbox_id: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=text("'pending'"))  # pending = with the bot
    owner: Mapped[str] = mapped_column(server_default=text("'bot'"))
    owner_token: Mapped[int] = mapped_column(server_default=text("1"))  # fencing token: +1 per change of owner
    assignee_id: Mapped[int | None]
    team_id: Mapped[int | None]
    priority: Mapped[str | None] = mapped_column()  # low, medium, high, urgent
    last_seq: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    answered_seq: Mapped[int] = mapped_column(Integer, server_default=text("0"))  # the bot has answered up to here
    turn_due_at: Mapped[datetime | None]
    turn_waiting_since: Mapped[datetime | None] = mapped_column()  # first message of the coming turn: caps settling
    turn_attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    bot_state: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    waiting_since: Mapped[datetime | None] = mapped_column()  # the customer waits for an answer since
    queued_at: Mapped[datetime | None] = mapped_column()  # waits for a person since
    first_reply_created_at: Mapped[datetime | None] = mapped_column()  # first answer of a person
    snoozed_until: Mapped[datetime | None]
    code_awaited_until: Mapped[datetime | None] = mapped_column()  # digits that come meanwhile are hidden
    resolved_at: Mapped[datetime | None]
    last_activity_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    agent_last_seen_seq: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    contact_last_seen_seq: Mapped[int] = mapped_column(Integer, server_default=text("0"))
    unread_count: Mapped[int] = mapped_column(Integer, server_default=text("0"))  # incoming messages no agent has seen
    custom_attributes: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Message(AccountHot, Base):
    """One entry of a conversation; `seq` counts up without holes within the conversation and orders everything."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("account_id", "conversation_id", "seq"),
        ForeignKeyConstraint(["account_id", "conversation_id"], ["conversation.account_id", "conversation.id"]),
        CheckConstraint("message_type in ('incoming', 'outgoing', 'activity', 'template')", name="message_type_known"),
        Index(
            "message_echo",
            "account_id",
            "conversation_id",
            "echo_id",
            unique=True,
            postgresql_where=text("echo_id is not null"),
        ),
        Index(
            "message_inbound_event",
            "account_id",
            "inbound_event_id",
            unique=True,
            postgresql_where=text("inbound_event_id is not null"),
        ),
        Index("message_period", "created_at", postgresql_using="brin"),
        {"postgresql_with": {"fillfactor": "90"}},
    )

    conversation_id: Mapped[int]
    seq: Mapped[int] = mapped_column(Integer)
    message_type: Mapped[str]
    sender_type: Mapped[str] = mapped_column()  # contact, user, bot, system
    sender_id: Mapped[int | None] = mapped_column()  # contact id or user id
    content: Mapped[str] = mapped_column(server_default=text("''"))
    content_type: Mapped[str] = mapped_column(server_default=text("'text'"))  # text, input_select, input_csat
    content_attributes: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    private: Mapped[bool] = mapped_column(server_default=text("false"))
    status: Mapped[str] = mapped_column(server_default=text("'sending'"))  # sending, sent, delivered, read, failed
    status_reason: Mapped[str | None] = mapped_column()  # an error code when failed
    inbound_event_id: Mapped[int | None]  # which ledger entry brought it in
    echo_id: Mapped[str | None] = mapped_column()  # the sending client's own id: the idempotency key
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))


class Attachment(AccountKeyed, Base):
    """A stored file; uploaded first (message_id null, bound to its uploader), joined to a message later."""

    __tablename__ = "attachment"
    __table_args__ = (
        Index("attachment_message", "account_id", "message_id", postgresql_where=text("message_id is not null")),
        Index("attachment_orphan", "created_at", postgresql_where=text("message_id is null")),
        Index(
            "attachment_kept",
            "account_id",
            "created_at",
            postgresql_where=text("message_id is not null and expired_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)  # random, 122 bits
    conversation_id: Mapped[int | None]
    message_id: Mapped[int | None]
    uploader_type: Mapped[str] = mapped_column()  # contact_inbox, user
    uploader_id: Mapped[int]
    file_name: Mapped[str]
    content_type: Mapped[str] = mapped_column()  # sniffed from the bytes, never believed from the client
    file_size: Mapped[int]
    sha256: Mapped[bytes]
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    scanned_at: Mapped[datetime | None] = mapped_column()  # by the scanner, before this row was made
    has_thumbnail: Mapped[bool] = mapped_column(server_default=text("false"))
    transcript: Mapped[str | None] = mapped_column()  # of a voice note
    transcript_state: Mapped[str | None] = mapped_column()  # waiting, done, failed
    expired_at: Mapped[datetime | None] = mapped_column()  # the file is gone, its row stays
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class InboundEvent(AccountHot, Base):
    """The ledger of everything that came in: the provider's id is unique, so a repeated delivery changes nothing."""

    __tablename__ = "inbound_event"
    __table_args__ = (
        UniqueConstraint("account_id", "inbox_id", "external_id"),
        Index("inbound_event_received", "account_id", "received_at"),
    )

    inbox_id: Mapped[int]
    external_id: Mapped[str]
    kind: Mapped[str] = mapped_column()  # message, delivery_report, ignored
    outcome: Mapped[str] = mapped_column()  # stored (as a message), applied, ignored, dropped (reason)
    reason: Mapped[str | None]
    body: Mapped[dict[str, object]] = mapped_column(JSONB)  # raw event, kept for audit and replay
    received_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Delivery(AccountHot, Base):
    """The outbox: one row per message to send, claimed in order per conversation, retried, dead at the end."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("account_id", "message_id"),
        ForeignKeyConstraint(["account_id", "message_id"], ["message.account_id", "message.id"]),
        CheckConstraint("status in ('pending', 'sent', 'failed', 'unknown')", name="status_known"),
        Index("delivery_due", "next_attempt_at", postgresql_where=text("status = 'pending'")),
        Index("delivery_head", "account_id", "conversation_id", "id", postgresql_where=text("finished_at is null")),
        Index("delivery_dead", "account_id", "id", postgresql_where=text("status in ('failed', 'unknown')")),
        Index("delivery_period", "created_at", postgresql_using="brin"),
    )

    message_id: Mapped[int]
    conversation_id: Mapped[int]
    inbox_id: Mapped[int]
    status: Mapped[str] = mapped_column(server_default=text("'pending'"))
    attempts: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    next_attempt_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    claimed_until: Mapped[datetime | None]
    claimed_by: Mapped[str | None]
    error_code: Mapped[str | None]
    error_detail: Mapped[str | None] = mapped_column()  # the vendor's reply, shortened; never our secrets
    external_ids: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default=text("'{}'"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    finished_at: Mapped[datetime | None]


class Turn(AccountHot, Base):
    """One turn of the bot: which messages it answered, what it understood, and why it said what it said."""

    __tablename__ = "turn"
    __table_args__ = (
        UniqueConstraint("account_id", "conversation_id", "to_seq"),
        ForeignKeyConstraint(["account_id", "conversation_id"], ["conversation.account_id", "conversation.id"]),
        Index("turn_period", "created_at", postgresql_using="brin"),
    )

    conversation_id: Mapped[int]
    from_seq: Mapped[int] = mapped_column(Integer)
    to_seq: Mapped[int] = mapped_column(Integer)
    understanding: Mapped[dict[str, object]] = mapped_column(JSONB)  # with model version, confidence and evidence
    trace: Mapped[list[object]] = mapped_column(JSONB)  # readable steps of the decision
    outcome: Mapped[str] = mapped_column()  # answered, clarified, handed_over, failed
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ConversationLabel(AccountKeyed, Base):
    """A label on a conversation."""

    __tablename__ = "conversation_label"
    __table_args__ = (_CONVERSATION, Index("conversation_label_title", "account_id", "title", "conversation_id"))

    conversation_id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(primary_key=True)


class Label(AccountKeyed, Base):
    """A label agents may use, with its colour."""

    __tablename__ = "label"

    title: Mapped[str] = mapped_column(primary_key=True)
    description: Mapped[str] = mapped_column(server_default=text("''"))
    color: Mapped[str] = mapped_column(server_default=text("'#0e7c86'"))


class CannedResponse(AccountOwned, Base):
    """A reply kept for reuse, found by its short code after `/`."""

    __tablename__ = "canned_response"
    __table_args__ = (UniqueConstraint("account_id", "short_code"),)

    short_code: Mapped[str]
    content: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Draft(AccountKeyed, Base):
    """What an agent has typed and not yet sent."""

    __tablename__ = "draft"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "conversation_id"], ["conversation.account_id", "conversation.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["account_id", "user_id"], ["account_user.account_id", "account_user.user_id"], ondelete="CASCADE"
        ),
    )

    conversation_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str]
    private: Mapped[bool] = mapped_column(server_default=text("false"))
    updated_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class ConversationViewer(AccountKeyed, Base):
    """Who has a conversation open now; kept alive by a heartbeat."""

    __tablename__ = "conversation_viewer"
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "conversation_id"], ["conversation.account_id", "conversation.id"], ondelete="CASCADE"
        ),
        ForeignKeyConstraint(
            ["account_id", "user_id"], ["account_user.account_id", "account_user.user_id"], ondelete="CASCADE"
        ),
    )

    conversation_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class MessageText(Base):
    """A message's text, folded for searching; its index is in the migration, its rows come after the message."""

    __tablename__ = "message_text"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "message_id"], ["message.account_id", "message.id"], ondelete="CASCADE"),
    )

    account_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    message_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    conversation_id: Mapped[int]
    inbox_id: Mapped[int]
    block: Mapped[int]  # which stretch of the account's texts
    folded: Mapped[str]


class MessageTextState(AccountKeyed, Base):
    """How far an account's messages are ready to be searched."""

    __tablename__ = "message_text_state"

    settled_id: Mapped[int] = mapped_column(server_default=text("0"))  # all messages up to here have their text
    texts: Mapped[int] = mapped_column(server_default=text("0"))  # how many there are
