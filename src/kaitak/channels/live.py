"""Owns the connectors in use: made from an inbox's encrypted configuration, kept until the inbox changes."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson
from pydantic import BaseModel, SecretStr

from kaitak.channels import registry, wires
from kaitak.channels.contract import Connector, PortReply
from kaitak.channels.errors import ChannelUnavailableError, OutcomeUnknownError, RefusedError
from kaitak.channels.wires import Wire
from kaitak.core.clock import Clock
from kaitak.core.crypto import Keyring
from kaitak.core.http import BlockedAddressError, HttpError, HttpTooLargeError, OutgoingHttp, UrlInvalidError
from kaitak.core.ids import AccountId, InboxId

_log = logging.getLogger(__name__)
TIMEOUT = timedelta(seconds=10)
MAX_REPLY = 64 * 1024
KEPT = 5_000
ReadConfig = Callable[[AccountId, InboxId], Awaitable[tuple[str, int]]]


def seal(keyring: Keyring, account_id: AccountId, config: BaseModel) -> str:
    """A connector's configuration as it is stored: encrypted, bound to its account."""
    plain = {name: _plain(getattr(config, name)) for name in type(config).model_fields}
    return keyring.encrypt(orjson.dumps(plain).decode(), context=_context(account_id))


def unseal(keyring: Keyring, account_id: AccountId, channel: str, sealed: str) -> BaseModel:
    """The configuration that was stored; raises DecryptionError under another secret key."""
    plain = keyring.decrypt(sealed, context=_context(account_id))
    return registry.connector_class(channel).config_type.model_validate(orjson.loads(plain))


class HttpPorts:
    """The ports of every connector: the guarded client and the clock."""

    def __init__(self, http: OutgoingHttp, clock: Clock, *, timeout: timedelta = TIMEOUT) -> None:
        self._http = http
        self._clock = clock
        self._timeout = timeout

    async def post(self, url: str, *, headers: Mapping[str, str], body: bytes) -> PortReply:
        """POST; a refused address is final, a lost answer is unknown, everything else can be tried again."""
        try:
            reply = await self._http.request(
                "POST", url, headers=headers, body=body, timeout=self._timeout, max_bytes=MAX_REPLY
            )
        except (BlockedAddressError, UrlInvalidError) as exc:
            raise RefusedError(exc.message) from exc
        except HttpError as exc:
            if exc.sent:
                raise OutcomeUnknownError(exc.message) from exc
            raise ChannelUnavailableError(exc.message) from exc
        return PortReply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    async def get(self, url: str, *, headers: Mapping[str, str], max_bytes: int = MAX_REPLY) -> PortReply:
        """GET; reading changes nothing, so a lost answer can be asked for again."""
        try:
            reply = await self._http.request("GET", url, headers=headers, timeout=self._timeout, max_bytes=max_bytes)
        except (BlockedAddressError, UrlInvalidError, HttpTooLargeError) as exc:
            raise RefusedError(exc.message) from exc
        except HttpError as exc:
            raise ChannelUnavailableError(exc.message) from exc
        return PortReply(reply.status, {name.lower(): value for name, value in reply.headers.items()}, reply.body)

    async def dial(self, host: str, port: int, *, tls: bool, ca: str = "") -> Wire:
        """A connection to the address that was checked: a name that points elsewhere a moment later changes nothing."""
        try:
            address = await self._http.checked_address(host, port)
        except (BlockedAddressError, UrlInvalidError) as exc:
            raise RefusedError(exc.message) from exc
        except (OSError, UnicodeError) as exc:
            raise ChannelUnavailableError(f"the name {host} is not known") from exc
        return await wires.dial(address, host, port, tls=tls, ca=ca)

    def now(self) -> datetime:
        """The present time."""
        return self._clock.now()


@dataclass(frozen=True, slots=True)
class _Kept:
    version: int
    connector: Connector


class LiveConnectors:
    """One connector an inbox, made anew when the inbox's version has changed."""

    def __init__(self, keyring: Keyring, ports: HttpPorts, read_config: ReadConfig) -> None:
        self._keyring = keyring
        self._ports = ports
        self._read_config = read_config
        self._kept: dict[tuple[AccountId, InboxId], _Kept] = {}

    async def get(self, account_id: AccountId, inbox_id: InboxId, channel: str, version: int) -> Connector:
        """The connector of an inbox as of this version."""
        kept = self._kept.get((account_id, inbox_id))
        if kept is not None and kept.version == version:
            return kept.connector
        sealed, read_version = await self._read_config(account_id, inbox_id)
        return self.make(account_id, inbox_id, channel, sealed, read_version)

    def trial(self, channel: str, config: BaseModel) -> Connector:
        """A connector to try a configuration with; it is not kept."""
        return registry.make(channel, config, self._ports)

    def make(self, account_id: AccountId, inbox_id: InboxId, channel: str, sealed: str, version: int) -> Connector:
        """The connector made from a stored configuration."""
        kept = self._kept.get((account_id, inbox_id))
        if kept is not None and kept.version == version:
            return kept.connector
        connector = registry.make(channel, unseal(self._keyring, account_id, channel, sealed), self._ports)
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[(account_id, inbox_id)] = _Kept(version, connector)
        return connector


def _plain(value: object) -> object:
    return value.get_secret_value() if isinstance(value, SecretStr) else value


def _context(account_id: AccountId) -> str:
    return f"inbox.config:{account_id}"
