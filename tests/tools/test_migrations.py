"""The migrations check sees when models and migrations differ."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, MetaData, Text

from kaitak import schema
from tools import migrations


@pytest.mark.slow
def test_column_without_migration_is_found() -> None:
    changed = MetaData(naming_convention=schema.metadata.naming_convention)
    for table in schema.metadata.tables.values():
        table.to_metadata(changed)
    changed.tables["account"].append_column(Column("nickname", Text))
    assert "nickname" in migrations.find_fault(changed)
