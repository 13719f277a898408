"""Owns a connector's configuration at rest and on the wire: made, changed, masked; secrets never leave as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel, JsonValue, SecretStr, ValidationError

from kaitak.channels import registry
from kaitak.channels.errors import ConfigInvalidError
from kaitak.core import ids

MASK = "••••••••"


@dataclass(frozen=True, slots=True)
class Configured:
    """A checked configuration, and the secrets that were made for it."""

    config: BaseModel
    generated: dict[str, str]


def make(channel: str, given: Mapping[str, JsonValue], present: BaseModel | None = None) -> Configured:
    """A configuration from what was given: masked secrets are kept, absent or null ones that can be made are made."""
    kind = registry.connector_class(channel).config_type
    values: dict[str, object] = {} if present is None else {name: getattr(present, name) for name in kind.model_fields}
    generated: dict[str, str] = {}
    for name, value in given.items():
        if value != MASK or name not in values:
            values[name] = value
    for name, field in kind.model_fields.items():
        extra = field.json_schema_extra
        is_made = isinstance(extra, dict) and bool(extra.get("generated"))
        if is_made and values.get(name) is None:
            values[name] = generated[name] = ids.new_token(256)
    try:
        return Configured(kind.model_validate(values), generated)
    except ValidationError as exc:
        first = exc.errors(include_input=False, include_url=False)[0]
        field_name = ".".join(str(part) for part in first["loc"])
        raise ConfigInvalidError(f"{field_name}: {first['msg']}", field=field_name) from None


def masked(config: BaseModel) -> dict[str, JsonValue]:
    """The configuration with its secrets covered."""
    shown: dict[str, JsonValue] = config.model_dump(mode="json")
    for name in type(config).model_fields:
        if isinstance(getattr(config, name), SecretStr):
            shown[name] = MASK
    return shown
