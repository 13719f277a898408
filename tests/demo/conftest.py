"""Fixtures of the demo's tests: a running demo ERP."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kaitak.db.urls import ServerUrls
from tests.demo import erp_server
from tests.demo.erp_server import RunningErp


@pytest.fixture(scope="session")
def erp(server: ServerUrls) -> Iterator[RunningErp]:
    """One demo ERP for all tests that only read or that move orders of their own."""
    with erp_server.own_database(server) as dsn, erp_server.running(dsn) as running:
        yield running
