"""Owns the command that writes the API's description, from which clients are generated."""

from __future__ import annotations

import sys

import orjson
import typer

from kaitak.accounts import identity
from kaitak.api import openapi as description
from kaitak.api.deps import Deps
from kaitak.app import create_app
from kaitak.core.clock import SystemClock
from kaitak.core.crypto import Keyring
from kaitak.db.session import Database

commands = typer.Typer()


@commands.command()
def openapi() -> None:
    """Write the OpenAPI description of the HTTP API to standard output; needs no database."""
    deps = Deps(
        database=Database.connect(""),
        keyring=Keyring(""),
        clock=SystemClock(),
        identify=identity.identify,
        public_url="http://localhost",
    )
    schema = description.describe(create_app(deps, upload_bytes=0))
    sys.stdout.buffer.write(orjson.dumps(schema, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
