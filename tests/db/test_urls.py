"""Database addresses: both spellings are understood, and a password is never shown."""

from __future__ import annotations

import pytest

from kaitak.db import urls
from kaitak.db.urls import AddressError, ServerUrls

SAMPLES = [
    "postgresql://ann:hunter2@db.example:6432/shop",
    "host=db.example port=6432 user=ann password=hunter2 dbname=shop",
]


@pytest.mark.parametrize("dsn", SAMPLES)
def test_parts_are_read_from_both_spellings(dsn: str) -> None:
    assert (urls.role_of(dsn), urls.password_of(dsn), urls.database_of(dsn)) == ("ann", "hunter2", "shop")
    assert urls.shown(dsn) == "ann@db.example:6432/shop"
    assert "hunter2" not in urls.without_password(dsn)
    assert urls.database_of(urls.replaced(dsn, dbname="other")) == "other"


def test_driver_name_of_sqlalchemy_is_dropped() -> None:
    assert urls.normalised("postgresql+psycopg://a@h/d", "KAITAK_DB__URL") == "postgresql://a@h/d"


def test_unreadable_address_is_refused_without_repeating_it() -> None:
    with pytest.raises(AddressError, match="KAITAK_DB__URL") as caught:
        urls.normalised("mysql://root:hunter2@h/d", "KAITAK_DB__URL")
    assert "hunter2" not in str(caught.value)


def test_address_without_a_user_is_refused() -> None:
    with pytest.raises(AddressError, match="names no user"):
        urls.role_of("host=db.example")


def test_addresses_stay_out_of_representations() -> None:
    assert "hunter2" not in repr(ServerUrls(url=SAMPLES[0], admin_url=SAMPLES[1]))
