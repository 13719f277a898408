"""Owns what the contract test must be told of a connector: a configuration, how its vendor signs, where it sends."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from kaitak.channels.contract import RawRequest
from kaitak.channels.errors import ConnectorError, OutcomeUnknownError
from kaitak.channels.wires import Wire

Headers = dict[str, str]
Sign = Callable[[bytes, datetime], Headers]
Call = Callable[[bytes, datetime], RawRequest]


@dataclass(frozen=True, kw_only=True)
class Case:
    """`config` as an administrator gives it; `sink_field` names the field that holds the address we send to."""

    config: Mapping[str, JsonValue]
    sign: Sign | None = None  # None: this channel has no webhook, or `call` makes the whole of it
    call: Call | None = None  # how the vendor posts a body, where more than headers is signed
    wrong_headers: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)  # name → changes to right ones
    wrong_query: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    time_header: str | None = None  # which header carries the time of the signature, as Unix seconds
    max_age_seconds: int | None = 300  # None: the vendor signs no time
    signs_body: bool = True
    foreign: Mapping[str, JsonValue] = field(default_factory=dict)  # another account's secret
    sink_field: str | None = None  # None: nothing is sent over the network
    key_header: str | None = None  # which header of a call to the vendor carries our key, and the call our signature
    check_reply: bytes | None = None  # what the vendor answers to `check`; None: nothing is asked
    lost: type[ConnectorError] = OutcomeUnknownError  # what it is when the first call's answer gets lost
    lost_calls: int = 1  # how often that call is made: the client itself repeats a GET once
    right_query: Callable[[datetime], Mapping[str, str]] | None = None  # a right handshake by GET
    wrong_handshake: Mapping[str, str] = field(default_factory=dict)  # changes that make it wrong
    echoed: str = ""
    dial: Callable[[str], Wire] | None = None  # what stands at the other end of a connection that is no HTTP call
    to: str = "customer-42"  # a customer's address there

    @property
    def is_signed(self) -> bool:
        return self.sign is not None or self.call is not None

    def request(self, body: bytes, at: datetime) -> RawRequest:
        """A call as the vendor would make it."""
        if self.call is not None:
            return self.call(body, at)
        assert self.sign is not None
        return RawRequest("POST", self.sign(body, at), {}, body)
