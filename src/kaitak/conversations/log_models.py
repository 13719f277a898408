"""Tables of what did not go as it should: calls that became no event of the ledger, calls of ours that failed."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountKeyed, AccountOwned, Base


class WebhookCall(AccountOwned, Base):
    """A webhook call that was refused, or that held what we do not support.

    Refused calls are counted by the hour (`digest` is empty): whoever sends them cannot fill the disk. Calls that the
    platform has signed are kept with their body, some for each hour, so that they can be replayed.
    """

    __tablename__ = "webhook_call"
    __table_args__ = (
        UniqueConstraint("account_id", "inbox_id", "hour", "verdict", "reason", "digest"),
        ForeignKeyConstraint(["account_id", "inbox_id"], ["inbox.account_id", "inbox.id"], ondelete="CASCADE"),
        CheckConstraint("verdict in ('refused', 'malformed', 'unsupported')", name="verdict_known"),
    )

    inbox_id: Mapped[int]
    verdict: Mapped[str]
    reason: Mapped[str] = mapped_column()  # an error's code, or the kind of what we do not support
    detail: Mapped[str] = mapped_column(server_default=text("''"))
    hour: Mapped[datetime]
    digest: Mapped[str] = mapped_column(server_default=text("''"))
    calls: Mapped[int] = mapped_column(server_default=text("1"))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    content_type: Mapped[str] = mapped_column(server_default=text("''"))
    query: Mapped[dict[str, str]] = mapped_column(JSONB, server_default=text("'{}'"))
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    body_size: Mapped[int] = mapped_column(server_default=text("0"))
    replayed_at: Mapped[datetime | None]


class InboundLogState(AccountKeyed, Base):
    """How far the bodies of an account's inbound events are cleared."""

    __tablename__ = "inbound_log_state"

    cleared_until: Mapped[datetime]


class ChannelFailure(AccountOwned, Base):
    """Something besides a message that the other side did not take: a push, the owner of a session.

    One row for each message (or conversation, `message_id` 0); `over_at`: since then that call gets through again.
    """

    __tablename__ = "channel_failure"
    __table_args__ = (
        UniqueConstraint("account_id", "conversation_id", "kind", "message_id"),
        ForeignKeyConstraint(["account_id", "inbox_id"], ["inbox.account_id", "inbox.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["account_id", "conversation_id"], ["conversation.account_id", "conversation.id"], ondelete="CASCADE"
        ),
        CheckConstraint("kind in ('push', 'session')", name="kind_known"),
        Index("channel_failure_open", "account_id", "inbox_id", "kind", postgresql_where=text("over_at is null")),
    )

    inbox_id: Mapped[int]
    kind: Mapped[str]
    conversation_id: Mapped[int]
    message_id: Mapped[int] = mapped_column(server_default=text("0"))
    error_code: Mapped[str]
    error_detail: Mapped[str] = mapped_column(server_default=text("''"))
    attempts: Mapped[int] = mapped_column(server_default=text("1"))
    first_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    last_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    over_at: Mapped[datetime | None]
