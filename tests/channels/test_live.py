"""Configurations are encrypted for one account; connectors are kept until their inbox changes."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr

from kaitak.channels import live
from kaitak.channels.connectors.api.connector import ApiConfig
from kaitak.channels.connectors.web_widget.connector import WebWidgetConfig
from kaitak.channels.live import HttpPorts, LiveConnectors
from kaitak.core.clock import SystemClock
from kaitak.core.crypto import DecryptionError, Keyring
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId, InboxId

KEYRING = Keyring("a test's own key, which is long enough")
ONE, TWO = AccountId(1), AccountId(2)
INBOX = InboxId(7)
SECRET = "a-secret-of-the-api-channel-0123456789"
CONFIG = ApiConfig(secret=SecretStr(SECRET), webhook_url="https://shop.example/hook")


class Stored:
    """The inbox's row, and how often it was read."""

    def __init__(self) -> None:
        self.sealed = live.seal(KEYRING, ONE, CONFIG)
        self.version = 1
        self.reads = 0

    async def read(self, account_id: AccountId, inbox_id: InboxId) -> tuple[str, int]:
        assert (account_id, inbox_id) == (ONE, INBOX)
        self.reads += 1
        return self.sealed, self.version


@pytest.fixture
async def http() -> AsyncIterator[OutgoingHttp]:
    async with OutgoingHttp() as client:
        yield client


def test_sealed_configuration_comes_back_and_shows_nothing() -> None:
    sealed = live.seal(KEYRING, ONE, CONFIG)
    assert SECRET not in sealed
    assert "shop.example" not in sealed
    assert live.unseal(KEYRING, ONE, "api", sealed) == CONFIG


def test_sealed_configuration_opens_for_its_account_and_key_alone() -> None:
    sealed = live.seal(KEYRING, ONE, CONFIG)
    with pytest.raises(DecryptionError):
        live.unseal(KEYRING, TWO, "api", sealed)
    with pytest.raises(DecryptionError):
        live.unseal(Keyring("another key, which is long enough too"), ONE, "api", sealed)


async def test_connector_is_kept_until_the_version_changes(http: OutgoingHttp) -> None:
    stored = Stored()
    connectors = LiveConnectors(KEYRING, HttpPorts(http, SystemClock()), stored.read)
    first = await connectors.get(ONE, INBOX, "api", 1)
    assert await connectors.get(ONE, INBOX, "api", 1) is first
    assert stored.reads == 1
    stored.sealed, stored.version = live.seal(KEYRING, ONE, CONFIG.model_copy(update={"webhook_url": None})), 2
    second = await connectors.get(ONE, INBOX, "api", 2)
    assert second is not first
    assert await second.check() == "api"
    assert await connectors.get(ONE, INBOX, "api", 2) is second


async def test_connectors_of_accounts_and_inboxes_are_apart(http: OutgoingHttp) -> None:
    connectors = LiveConnectors(KEYRING, HttpPorts(http, SystemClock()), Stored().read)
    widget = WebWidgetConfig(identity_secret=SecretStr(SECRET))
    made = {
        connectors.make(account, inbox, "web_widget", live.seal(KEYRING, account, widget), 1)
        for account in (ONE, TWO)
        for inbox in (INBOX, InboxId(8))
    }
    assert len(made) == 4


async def test_number_of_kept_connectors_is_limited(http: OutgoingHttp) -> None:
    connectors = LiveConnectors(KEYRING, HttpPorts(http, SystemClock()), Stored().read)
    sealed = live.seal(KEYRING, ONE, WebWidgetConfig(identity_secret=SecretStr(SECRET)))
    for number in range(live.KEPT + 1):
        connectors.make(ONE, InboxId(number), "web_widget", sealed, 1)
    assert len(connectors._kept) <= live.KEPT
