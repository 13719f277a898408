"""Alembic's environment: runs on the connection that `kaitak.db.migrate` (or a developer's tool) hands over."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes["metadata"],
    compare_type=True,
    compare_server_default=False,
    include_name=lambda name, kind, _parents: kind != "table" or not (name or "").startswith("procrastinate_"),
)
with context.begin_transaction():
    context.run_migrations()
