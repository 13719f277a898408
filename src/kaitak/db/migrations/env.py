"""Alembic's environment: runs on the connection that `kaitak.db.migrate` (or a developer's tool) hands over."""

from __future__ import annotations

import re
from pathlib import Path

from alembic import context
from sqlalchemy.sql.schema import SchemaItem

_SQL = "".join(path.read_text(encoding="utf-8") for path in (Path(__file__).parent / "sql").glob("*.sql"))
_INDEXES_OF_SQL = frozenset(re.findall(r"create (?:unique )?index (\w+)", _SQL))


def _is_compared(_thing: SchemaItem, name: str | None, kind: str, is_found: bool, wanted: SchemaItem | None) -> bool:
    """An index that a migration's SQL file makes, because it stands on a function, is not in the models."""
    return not (kind == "index" and is_found and wanted is None and name in _INDEXES_OF_SQL)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    compare_type=True,
    compare_server_default=False,
    include_object=_is_compared,
    include_name=lambda name, kind, _parents: kind != "table" or not (name or "").startswith("procrastinate_"),
)
with context.begin_transaction():
    context.run_migrations()
