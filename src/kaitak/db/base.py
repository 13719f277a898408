"""Owns what every table model shares: naming conventions, column types and the account-owned key."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from sqlalchemy import ARRAY, BigInteger, Boolean, DateTime, ForeignKey, Identity, Interval, MetaData, Text, Uuid, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The root of all models. Relationships are declared with `lazy="raise"`: a query says what it loads.

    `info={"append_only": True}` in `__table_args__` withholds UPDATE and DELETE from the program's role;
    `info={"account_column": "id"}` names the column of the tenant where it is not `account_id`.
    """

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        int: BigInteger,
        str: Text,
        bool: Boolean,
        datetime: DateTime(timezone=True),
        timedelta: Interval,
        uuid.UUID: Uuid,
        list[str]: ARRAY(Text),
        dict[str, Any]: JSONB,
        dict[str, str]: JSONB,
    }


class AccountKeyed:
    """A row of one account (tenant): the primary key begins with account_id; the rest of it is the model's own."""

    @declared_attr
    def account_id(cls) -> Mapped[int]:  # noqa: N805 (SQLAlchemy hands over the class)
        return mapped_column(
            BigInteger, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, sort_order=-100
        )


class AccountHot:
    """A row of one account on the hot road: as AccountOwned, but its account is vouched for by row-level security and
    the conversation it belongs to; a foreign key to `account` would lock that one row in every transaction.
    """

    account_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, sort_order=-100)
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-90)


class AccountOwned(AccountKeyed):
    """A row of one account with an id: the primary key is (account_id, id), so foreign keys carry the account too."""

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True, sort_order=-90)


class Created:
    """A row that knows when it was made."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now(), sort_order=90)


class Changed(Created):
    """A row that also knows when it was last changed."""

    updated_at: Mapped[datetime] = mapped_column(
        DateTime(timezone=True), server_default=func.now(), onupdate=func.now(), sort_order=91
    )
