"""Owns the road that the tests of this slice share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kaitak.db.urls import ServerUrls
from tests.factories import road as roads
from tests.factories.road import RoadStage


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where trained models lie, so that one test trains for all."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
async def road(fresh_urls: ServerUrls, tmp_path: Path, models: Path) -> AsyncIterator[RoadStage]:
    async with roads.opened(fresh_urls, tmp_path, models) as road:
        yield road
