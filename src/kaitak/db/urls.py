"""Owns database addresses: which role uses which, and how they may be shown."""

from __future__ import annotations

from dataclasses import dataclass, field

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from kaitak.core.errors import KaitakError


class AddressError(KaitakError):
    """A database address cannot be read; its text is not repeated, for it may hold a password."""

    code = "database_address"


@dataclass(frozen=True, slots=True)
class ServerUrls:
    """The addresses of one database (libpq form): the program's role, the owner and, if embedded, the superuser."""

    url: str = field(repr=False)
    admin_url: str | None = field(default=None, repr=False)
    superuser_url: str | None = field(default=None, repr=False)
    is_embedded: bool = False


def role_of(dsn: str, setting: str = "KAITAK_DB__URL") -> str:
    """The role that an address signs in as."""
    user = _parse(dsn, setting).get("user")
    if not user:
        raise AddressError(f"{setting} names no user")
    return user


def password_of(dsn: str) -> str | None:
    """The password in an address."""
    return _parse(dsn, "the address").get("password")


def database_of(dsn: str) -> str:
    """The database that an address names."""
    parts = _parse(dsn, "the address")
    return parts.get("dbname") or parts.get("user") or ""


def normalised(dsn: str, setting: str) -> str:
    """An address in libpq's own form; SQLAlchemy's `postgresql+psycopg://` is understood too."""
    if dsn.startswith("postgresql+"):
        dsn = "postgresql" + dsn[dsn.index("://") :]
    _parse(dsn, setting)
    return dsn


def replaced(dsn: str, *, dbname: str | None = None, user: str | None = None) -> str:
    """The same address with another database or user."""
    changes = {name: value for name, value in (("dbname", dbname), ("user", user)) if value is not None}
    return make_conninfo(**{**_parse(dsn, "the address"), **changes})


def without_password(dsn: str) -> str:
    """The same address without its password, for command lines."""
    return make_conninfo(**{name: value for name, value in _parse(dsn, "the address").items() if name != "password"})


def shown(dsn: str) -> str:
    """An address fit for people and logs: without its password."""
    parts = _parse(dsn, "the address")
    return f"{parts.get('user', '')}@{parts.get('host', 'localhost')}:{parts.get('port', '5432')}/{database_of(dsn)}"


def _parse(dsn: str, setting: str) -> dict[str, str]:
    try:
        return {name: str(value) for name, value in conninfo_to_dict(dsn).items() if value is not None}
    except psycopg.ProgrammingError:
        raise AddressError(
            f"{setting} is not a PostgreSQL address (postgresql://user:password@host:5432/name)"
        ) from None
