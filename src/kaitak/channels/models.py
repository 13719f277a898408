"""Tables of the channels slice: the inbox (one configured channel), who may work in it, and its receiver."""

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountKeyed, AccountOwned, Base


class Inbox(AccountOwned, Base):
    """One configured channel; `identifier` is the unguessable public name in webhook and widget addresses."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("identifier"),)

    name: Mapped[str]
    channel: Mapped[str] = mapped_column()  # connector name, see channels/registry.py
    identifier: Mapped[str]
    config_encrypted: Mapped[str]  # the connector's config as encrypted JSON, see channels/secrets.py
    settings: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))  # channels/settings.py
    bot_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    csat_enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    pack: Mapped[str | None] = mapped_column()  # None: the account's pack
    settle: Mapped[timedelta] = mapped_column(server_default=text("interval '0'"))
    version: Mapped[int] = mapped_column(server_default=text("1"))  # bumped by every change: cache key
    paused_at: Mapped[datetime | None]
    paused_reason: Mapped[str | None]
    credentials_end_at: Mapped[datetime | None]  # as the platform tells it; None: never, or not told
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class InboxMember(AccountKeyed, Base):
    """A user who works in an inbox; administrators and supervisors see every inbox without being members."""

    __tablename__ = "inbox_member"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "inbox_id"], ["inbox.account_id", "inbox.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["account_id", "user_id"], ["account_user.account_id", "account_user.user_id"], ondelete="CASCADE"
        ),
    )

    inbox_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)


class InboxReceiver(AccountKeyed, Base):
    """An inbox whose connector receives over its own connection: who holds that, how far it has read, how it does."""

    __tablename__ = "inbox_receiver"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "inbox_id"], ["inbox.account_id", "inbox.id"], ondelete="CASCADE"),
        CheckConstraint("state in ('waiting', 'connecting', 'receiving', 'failing')", name="state_known"),
    )

    inbox_id: Mapped[int] = mapped_column(primary_key=True)
    cursor: Mapped[object | None] = mapped_column(JSONB)  # the connector's own; moves only after what came is stored
    claimed_by: Mapped[str | None]
    claimed_until: Mapped[datetime | None]
    next_try_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    failures: Mapped[int] = mapped_column(server_default=text("0"))  # in a row
    state: Mapped[str] = mapped_column(server_default=text("'waiting'"))
    state_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    reason: Mapped[str | None]
    received_at: Mapped[datetime | None]
    hint: Mapped[object | None] = mapped_column(JSONB)  # what the channel's last notice said
    nudged_at: Mapped[datetime | None]
