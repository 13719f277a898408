"""Owns the stage that the tests of this slice share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from kaitak.db.session import Database
from tests.factories import stage as stages
from tests.factories.stage import Stage


@pytest.fixture
async def stage(fresh_database: Database, tmp_path: Path) -> AsyncIterator[Stage]:
    async with stages.opened(fresh_database, tmp_path) as stage:
        yield stage
