"""Fixtures of the business tests: two accounts, a demo ERP behind a relay that can misbehave, a gateway to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from kaitak.business import actions, registry
from kaitak.business.asking import Limits
from kaitak.business.gateway import Gateway
from kaitak.core.addresses import read_allow_list
from kaitak.core.crypto import Keyring
from kaitak.core.http import OutgoingHttp
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from kaitak.db.urls import ServerUrls
from tests.business import unruly
from tests.business.unruly import Unruly
from tests.demo import erp_server
from tests.demo.erp_server import RunningErp
from tests.systems.tryton import running as running_tryton
from tests.systems.tryton.running import RunningTryton


@dataclass
class MovableClock:
    """Real time plus what the test adds."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@pytest.fixture(scope="session")
def erp(server: ServerUrls) -> Iterator[RunningErp]:
    with erp_server.own_database(server) as dsn, erp_server.running(dsn) as running:
        yield running


@pytest.fixture
async def relay(erp: RunningErp) -> AsyncIterator[Unruly]:
    async with unruly.running(erp.url) as running:
        yield running


@pytest.fixture(scope="session")
def tryton() -> Iterator[RunningTryton]:
    with running_tryton.running() as server:
        yield server


@pytest.fixture(scope="session")
def insurer(server: ServerUrls) -> Iterator[RunningErp]:
    with erp_server.own_database(server) as dsn, erp_server.running(dsn, content="insurance") as running:
        yield running


@pytest.fixture
def keyring() -> Keyring:
    return Keyring("a test's own secret key, long enough 0123456789")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock()


@pytest.fixture
async def http() -> AsyncIterator[OutgoingHttp]:
    async with OutgoingHttp(allow=read_allow_list(["127.0.0.1"])) as client:
        yield client


@pytest.fixture
def accounts(fresh_urls: ServerUrls) -> tuple[AccountId, AccountId]:
    """Two tenants."""
    with psycopg.connect(fresh_urls.superuser_url or "") as connection:
        cursor = connection.execute("insert into account (name) values ('one'), ('two') returning id")
        first, second = (AccountId(row[0]) for row in cursor.fetchall())
    return first, second


@pytest.fixture
async def account_id(
    accounts: tuple[AccountId, AccountId], fresh_database: Database, keyring: Keyring, relay: Unruly
) -> AccountId:
    """The first tenant, connected to the ERP."""
    await connect(fresh_database, keyring, accounts[0], relay.url)
    return accounts[0]


@pytest.fixture
def gateway(fresh_database: Database, keyring: Keyring, http: OutgoingHttp, clock: MovableClock) -> Gateway:
    return Gateway(fresh_database, keyring, http, limits=Limits(budget=timedelta(seconds=1)), clock=clock)


async def connect(database: Database, keyring: Keyring, account_id: AccountId, url: str) -> int:
    """Store a connection to the ERP at this address."""
    config = registry.read_config("demo_erp", {"base_url": url, "api_key": erp_server.KEY})
    tested = actions.Tested(connector="demo_erp", config=config, system_name="ERP", checked_at=datetime.now(UTC))
    async with database.transaction(account_id) as session:
        return (await actions.create_connection(session, account_id, keyring, name="ERP", tested=tested)).id
