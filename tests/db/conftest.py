"""Owns what the tests of this slice share: a copy of the template for each, since they change the schema itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kaitak.db.urls import ServerUrls
from tests import postgres_server


@pytest.fixture
def fresh_urls(server: ServerUrls) -> Iterator[ServerUrls]:
    with postgres_server.copied(server) as urls:
        yield urls
