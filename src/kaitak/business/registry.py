"""Owns the list of business connectors: a connector is a folder and one line here."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Generic, TypeVar

from pydantic import SecretStr, ValidationError

from kaitak.business.connectors.demo_erp.connector import DemoErp, DemoErpConfig
from kaitak.business.connectors.rest.connector import Rest, RestConfig
from kaitak.business.connectors.sql.connector import Sql, SqlConfig
from kaitak.business.connectors.tryton.connector import Tryton, TrytonConfig
from kaitak.business.contract import BusinessConnector, ConnectorConfig
from kaitak.business.errors import ConnectionConfigError, ConnectorUnknownError
from kaitak.core.http import OutgoingHttp

C = TypeVar("C", bound=ConnectorConfig)
MASK = "••••••••"


@dataclass(frozen=True, slots=True)
class Kind(Generic[C]):
    """A connector as a class: what it is called, its settings, how it is made."""

    name: str
    title: str
    config_type: type[C]
    make: Callable[[C, OutgoingHttp], BusinessConnector]

    def build(self, config: ConnectorConfig, http: OutgoingHttp) -> BusinessConnector:
        """The connector with these settings, which must be its own."""
        if not isinstance(config, self.config_type):
            raise ConnectionConfigError(f"these are not settings of {self.name}")
        return self.make(config, http)


_KINDS: tuple[Kind[DemoErpConfig] | Kind[RestConfig] | Kind[SqlConfig] | Kind[TrytonConfig], ...] = (
    Kind(DemoErp.name, DemoErp.title, DemoErp.config_type, DemoErp),
    Kind(Rest.name, Rest.title, Rest.config_type, Rest),
    Kind(Sql.name, Sql.title, Sql.config_type, Sql),
    Kind(Tryton.name, Tryton.title, Tryton.config_type, Tryton),
)
CONNECTORS = MappingProxyType({kind.name: kind for kind in _KINDS})


def read_config(connector: str, fields: dict[str, object]) -> ConnectorConfig:
    """The connector's settings, checked; the error names the wrong fields and never repeats their values."""
    try:
        return _config_type(connector).model_validate(fields)
    except ValidationError as exc:
        raise _refusal(exc) from None


def changed_config(connector: str, present: ConnectorConfig, fields: dict[str, object]) -> ConnectorConfig:
    """The settings with some fields changed; a secret stays as it is if it is left out or given as its mask.

    Secrets must be typed again when anything else changes, so that nobody sends a stored secret to another address.
    """
    before, shown = revealed(present), masked(present)
    given = {name: value for name, value in fields.items() if value != MASK}
    is_moved = any(shown.get(name) != MASK and before.get(name) != value for name, value in given.items())
    kept = [name for name, value in shown.items() if value == MASK and name not in given]
    if is_moved and kept:
        raise ConnectionConfigError(f"type {', '.join(kept)} again when other settings change")
    return read_config(connector, {**before, **given})


def read_stored(connector: str, text: str) -> ConnectorConfig:
    """The settings as `write_stored` wrote them."""
    try:
        return _config_type(connector).model_validate_json(text)
    except ValidationError as exc:
        raise _refusal(exc) from None


def write_stored(config: ConnectorConfig) -> str:
    """The settings as JSON with their secrets in clear: for encryption at once, and nothing else."""
    return json.dumps(revealed(config), ensure_ascii=False)


def revealed(config: ConnectorConfig) -> dict[str, object]:
    """The settings with their secrets in clear."""
    return {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in iter(config)}


def masked(config: ConnectorConfig) -> dict[str, object]:
    """The settings as people may see them."""
    return {name: MASK if isinstance(value, SecretStr) else value for name, value in iter(config)}


def build(connector: str, config: ConnectorConfig, http: OutgoingHttp) -> BusinessConnector:
    """The connector, ready to be asked."""
    return CONNECTORS[connector].build(config, http)


def _config_type(connector: str) -> type[ConnectorConfig]:
    if connector not in CONNECTORS:
        raise ConnectorUnknownError(f"there is no business connector {connector[:40]!r}", connector=connector[:40])
    return CONNECTORS[connector].config_type


def _refusal(exc: ValidationError) -> ConnectionConfigError:
    wrong = "; ".join(f"{'.'.join(str(part) for part in error['loc'])}: {error['msg']}" for error in exc.errors())
    return ConnectionConfigError(wrong or "the settings cannot be read")
