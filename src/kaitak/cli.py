"""Owns the command line: mounts each area's commands and turns our errors into one line and an exit status."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

import typer

from kaitak import commands
from kaitak.core import garbage
from kaitak.core.errors import KaitakError

# Where a first word is kept: a command loads its own area alone and starts in a quarter of the time.
AREA_OF: Final = MappingProxyType(
    {
        "accounts": "accounts",
        "backup": "database",
        "create-admin": "accounts",
        "demo": "demo",
        "demo-erp": "demo",
        "doctor": "database",
        "eval": "eval",
        "ledger": "ledger",
        "migrate": "database",
        "nlu": "nlu",
        "openapi": "openapi",
        "pack": "pack",
        "persons": "persons",
        "restore": "database",
        "serve": "serve",
        "web": "serve",
        "worker": "serve",
    }
)


def mounted(areas: Sequence[str] = ()) -> typer.Typer:
    """The program with these areas' commands; without any, with all."""
    app = typer.Typer(
        name="kaitak",
        help="Self-hosted customer service for Hong Kong and Greater China.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    every = sorted(item.name for item in pkgutil.iter_modules(commands.__path__))
    wanted = every if not areas else [name for name in every if name.split("_")[0] in areas]  # eval_kb belongs to eval
    for area in wanted:
        found = getattr(importlib.import_module(f"kaitak.commands.{area}"), "commands", None)
        if isinstance(found, typer.Typer):
            app.add_typer(found)
    return app


def main() -> None:
    """Run one command."""
    garbage.look_seldom()
    area = AREA_OF.get(sys.argv[1]) if len(sys.argv) > 1 else None
    try:
        mounted([area] if area else [])()
    except KaitakError as exc:
        typer.echo(f"kaitak: {exc.message}", err=True)
        sys.exit(1)
