"""Owns the school that the tests of this slice share: an account, its people, a small pack."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kaitak.db.urls import ServerUrls
from tests.factories import mini_pack, school
from tests.factories.school import School


@pytest.fixture(scope="session")
def pack_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mini_pack.write(tmp_path_factory.mktemp("packs") / "retail")


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where trained models lie, so that one test trains for all."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
async def class_room(fresh_urls: ServerUrls, tmp_path: Path, models: Path, pack_folder: Path) -> AsyncIterator[School]:
    async with school.opened(fresh_urls, tmp_path, (models, pack_folder)) as opened:
        yield opened
