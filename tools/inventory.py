"""What the code holds that needs an entry in the documentation: settings, errors, events, commands, channels."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import ModuleType

import typer
from pydantic import BaseModel, JsonValue
from pydantic.fields import FieldInfo
from sqlalchemy.ext.asyncio import AsyncSession
from typer.core import TyperCommand, TyperGroup

import kaitak
from kaitak import app, cli
from kaitak.api.deps import Deps
from kaitak.api.principals import Caller, Credential
from kaitak.core import clock
from kaitak.core.crypto import Keyring
from kaitak.core.errors import KaitakError
from kaitak.core.ids import AccountId
from kaitak.core.settings import Settings
from kaitak.db.session import Database

NEVER_IMPORTED = ("kaitak.db.migrations", "kaitak.__main__")


def settings() -> dict[str, FieldInfo]:
    """Each setting under its environment variable."""
    return dict(_setting_fields(Settings, "KAITAK_"))


def errors() -> list[type[KaitakError]]:
    """Each error class that has a code of its own, by code."""
    modules()
    found: list[type[KaitakError]] = [KaitakError]
    for error in found:
        found += [child for child in error.__subclasses__() if child not in found]
    ours = [error for error in found if "code" in vars(error) and error.__module__.startswith("kaitak.")]
    return sorted(ours, key=lambda error: (error.code, error.__name__))


def events() -> list[type]:
    """Each event class: the dataclasses of the modules called events."""
    found = [
        value
        for module in modules()
        if module.__name__.endswith(".events")
        for value in vars(module).values()
        if isinstance(value, type) and dataclasses.is_dataclass(value) and value.__module__ == module.__name__
    ]
    return sorted(found, key=lambda event: (event.__module__, event.__name__))


def commands() -> dict[str, TyperCommand]:
    """Each command of `kaitak` under its full name."""
    return dict(_commands(typer.main.get_command(cli.mounted()), "kaitak"))


def channels() -> tuple[str, ...]:
    """The channels that have a connector."""
    folder = Path(kaitak.__path__[0]) / "channels" / "connectors"
    if not folder.is_dir():
        return ()
    return tuple(sorted(item.name for item in folder.iterdir() if (item / "__init__.py").exists()))


def openapi() -> dict[str, JsonValue]:
    """The description of the whole HTTP API; made without a database, because none is asked for a description."""
    deps = Deps(
        database=Database.connect("host=127.0.0.1 user=nobody"),
        keyring=Keyring("the description of the API holds no secret"),
        clock=clock.SystemClock(),
        identify=_identify_nobody,
        public_url="http://127.0.0.1:8800",
    )
    description: dict[str, JsonValue] = app.create_app(deps, upload_bytes=1).openapi()
    return description


async def _identify_nobody(
    session: AsyncSession,  # noqa: ARG001
    credential: Credential,  # noqa: ARG001
    *,
    account_id: AccountId | None,  # noqa: ARG001
    at: datetime,  # noqa: ARG001
) -> Caller | None:
    return None


def modules() -> list[ModuleType]:
    """Every module of the package, imported."""
    names = sorted(item.name for item in pkgutil.walk_packages(kaitak.__path__, "kaitak."))
    return [importlib.import_module(name) for name in names if not name.startswith(NEVER_IMPORTED)]


def _setting_fields(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from _setting_fields(inner, f"{prefix}{name.upper()}__")
        else:
            yield f"{prefix}{name.upper()}", field


def _commands(command: object, path: str) -> Iterator[tuple[str, TyperCommand]]:
    if isinstance(command, TyperCommand) and not command.hidden:
        yield path, command
    if isinstance(command, TyperGroup) and not command.hidden:
        for name, child in command.commands.items():
            yield from _commands(child, f"{path} {name}")
