"""Owns what the contract test must be told of a connector: a configuration, how its vendor signs, where it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

Headers = dict[str, str]
Sign = Callable[[bytes, datetime], Headers]


@dataclass(frozen=True, kw_only=True)
class Case:
    """`config` as an administrator gives it; `sink_field` names the field that holds the address we send to."""

    config: Mapping[str, JsonValue]
    sign: Sign | None = None  # None: this channel has no webhook
    wrong_headers: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)  # name → changes to right ones
    time_header: str | None = None  # which header carries the time of the signature, as Unix seconds
    max_age_seconds: int = 300
    sink_field: str | None = None  # None: nothing is sent over the network
    key_header: str | None = None  # which header of a call to the vendor carries our key
