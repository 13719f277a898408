"""Owns the command line: mounts each area's commands and turns our errors into one line and an exit status."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import typer

from kaitak import commands
from kaitak.core.errors import KaitakError

app = typer.Typer(
    name="kaitak",
    help="Self-hosted customer service for Hong Kong and Greater China.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for _area in sorted(item.name for item in pkgutil.iter_modules(commands.__path__)):
    _commands = getattr(importlib.import_module(f"kaitak.commands.{_area}"), "commands", None)
    if isinstance(_commands, typer.Typer):
        app.add_typer(_commands)


def main() -> None:
    """Run one command."""
    try:
        app()
    except KaitakError as exc:
        typer.echo(f"kaitak: {exc.message}", err=True)
        sys.exit(1)
