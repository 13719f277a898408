"""Owns what all commands share: reading the settings, and the leave to run as root."""

from __future__ import annotations

import typer

from kaitak.core import settings as configuration
from kaitak.core.settings import Settings

ROOT_OPTION = typer.Option(
    "--allow-root", help="as root: run the embedded PostgreSQL as the system user kaitak-pg", show_default=False
)


def read_settings(*, allow_root: bool = False) -> Settings:
    """The settings of this process, with the command line's leave to run as root."""
    settings = configuration.load_settings()
    if allow_root and not settings.db.allow_root:
        return settings.model_copy(update={"db": settings.db.model_copy(update={"allow_root": True})})
    return settings
