"""Tables of the channels slice: the inbox (one configured channel) and who may work in it."""

from datetime import datetime, timedelta

from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, text
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
