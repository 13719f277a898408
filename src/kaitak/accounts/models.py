"""Tables of the accounts slice: account (tenant), user, membership, team, session, access token, audit log."""

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    SmallInteger,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from kaitak.db.base import AccountKeyed, AccountOwned, Base


class Account(Base):
    """One tenant."""

    __tablename__ = "account"
    __table_args__ = ({"info": {"account_column": "id"}},)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str]
    locale: Mapped[str] = mapped_column(server_default=text("'zh-HK'"))
    timezone: Mapped[str] = mapped_column(server_default=text("'Asia/Hong_Kong'"))
    pack: Mapped[str] = mapped_column(server_default=text("'retail'"))
    last_display_id: Mapped[int] = mapped_column(server_default=text("0"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class User(Base):
    """A person who signs in; belongs to accounts through account_user. Not owned by an account."""

    __tablename__ = "users"
    __table_args__ = (UniqueConstraint("email"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    email: Mapped[str]  # lower case
    name: Mapped[str]
    password_hash: Mapped[str | None]  # argon2id; None: cannot sign in by password
    locale: Mapped[str] = mapped_column(server_default=text("'zh-HK'"))
    ui_settings: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class AccountUser(AccountKeyed, Base):
    """A user's membership of an account, with role and availability."""

    __tablename__ = "account_user"
    __table_args__ = (
        CheckConstraint("role in ('administrator', 'supervisor', 'agent')", name="role_known"),
        CheckConstraint("availability in ('online', 'busy', 'offline')", name="availability_known"),
        Index("account_user_of_user", "user_id"),
    )

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str]
    availability: Mapped[str] = mapped_column(server_default=text("'offline'"))
    active_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class Team(AccountOwned, Base):
    """A group of users that conversations are given to."""

    __tablename__ = "team"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    name: Mapped[str]
    code: Mapped[str | None]  # what a pack's routing calls it; None: its name
    description: Mapped[str] = mapped_column(server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class TeamMember(AccountKeyed, Base):
    """A user in a team."""

    __tablename__ = "team_member"
    __table_args__ = (
        ForeignKeyConstraint(["account_id", "team_id"], ["team.account_id", "team.id"], ondelete="CASCADE"),
        ForeignKeyConstraint(
            ["account_id", "user_id"], ["account_user.account_id", "account_user.user_id"], ondelete="CASCADE"
        ),
    )

    team_id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(primary_key=True)


class UserSession(Base):
    """A signed-in browser; the cookie holds a token, the row its SHA-256."""

    __tablename__ = "user_session"
    __table_args__ = (UniqueConstraint("token_hash"), Index("user_session_user", "user_id"))

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes]
    ip: Mapped[str]
    user_agent: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    expires_at: Mapped[datetime]


class SignInToken(Base):
    """A one-time link to sign in (first administrator, invited user, demo); the row holds its SHA-256."""

    __tablename__ = "sign_in_token"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    token_hash: Mapped[bytes]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class AccessToken(AccountOwned, Base):
    """A token for the API (`api_access_token`), acting as its user in one account; the row holds its SHA-256."""

    __tablename__ = "access_token"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        ForeignKeyConstraint(
            ["account_id", "user_id"], ["account_user.account_id", "account_user.user_id"], ondelete="CASCADE"
        ),
    )

    user_id: Mapped[int]
    name: Mapped[str]
    token_hash: Mapped[bytes]
    last_four: Mapped[str]
    last_used_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))


class SignInThrottle(Base):
    """Failed sign-ins per key (an e-mail address or an IP address, hashed) in the running window."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int] = mapped_column(SmallInteger)
    window_started_at: Mapped[datetime]


class AuditLog(AccountOwned, Base):
    """Who did what to which thing; append only."""

    __tablename__ = "audit_log"
    __table_args__ = (Index("audit_log_recent", "account_id", "created_at", "id"), {"info": {"append_only": True}})

    user_id: Mapped[int | None]
    action: Mapped[str]
    target_type: Mapped[str]
    target_id: Mapped[str]
    details: Mapped[dict[str, object]] = mapped_column(JSONB, server_default=text("'{}'"))
    ip: Mapped[str | None]
    created_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
