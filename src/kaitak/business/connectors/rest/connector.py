"""Owns the talk with any REST system that a mapping file describes: requests out, our facts and outcomes back."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Annotated, ClassVar, Literal, TypeVar
from urllib.parse import quote, urlencode

from pydantic import Field, JsonValue, SecretStr, StringConstraints, model_validator

from kaitak.business import shaping
from kaitak.business.connectors.rest import finding
from kaitak.business.connectors.rest import mapping as mappings
from kaitak.business.connectors.rest.mapping import DeedMap, ReadMap, Request
from kaitak.business.contract import (
    BusinessNotFoundError,
    BusinessUnavailableError,
    ConnectorConfig,
)
from kaitak.business.deeds import NOT_SENT, UNANSWERED, Deed, DeedResult, Outcome
from kaitak.business.mapped_reads import MappedReads, digits_of
from kaitak.core.errors import InvalidError
from kaitak.core.http import HttpError, HttpReply, OutgoingHttp

T = TypeVar("T")
_TIMEOUT = timedelta(seconds=5)  # the gateway's own budget is shorter
_MAX_BYTES = 1024 * 1024
_MOST = 500


class RestConfig(ConnectorConfig):
    """Where the system is, how we identify ourselves, and the mapping."""

    base_url: Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$", max_length=300)] = Field(title="Address")
    auth: Literal["bearer", "basic", "header"] = Field("bearer", title="How to sign in")
    name: Annotated[str, StringConstraints(max_length=100, pattern=r"^[\x21-\x7e]*$")] = Field(
        "", title="User name, or name of the header"
    )
    secret: Annotated[SecretStr, Field(min_length=8, max_length=500)] = Field(title="Token, key or password")
    mapping: Annotated[str, StringConstraints(min_length=1, max_length=65536)] = Field(title="Mapping (YAML)")
    openapi: Annotated[str, StringConstraints(max_length=65536)] = Field("", title="OpenAPI document, if there is one")

    @model_validator(mode="after")
    def _is_readable(self) -> RestConfig:
        mappings.read(self.mapping, self.openapi)
        if self.auth != "bearer" and not self.name:
            raise ValueError("name: give the user name, or the name of the header")
        return self


class Rest(MappedReads):
    """The generic REST connector."""

    name: ClassVar[str] = "rest"
    title: ClassVar[str] = "REST (mapping file)"
    config_type: ClassVar[type[RestConfig]] = RestConfig

    def __init__(self, config: RestConfig, http: OutgoingHttp) -> None:
        self._base = config.base_url.rstrip("/")
        self._http = http
        self._mapping = mappings.read_cached(config.mapping)
        self._headers = {"Accept": "application/json", **_identity(config)}

    @property
    def reads(self) -> frozenset[str]:
        """The questions that the mapping answers."""
        return frozenset(self._mapping.reads)

    @property
    def deeds(self) -> frozenset[str]:
        """The deeds that the mapping knows."""
        return frozenset(self._mapping.deeds)

    async def check(self) -> str:
        """The mapping's name for the system, once it has answered."""
        await self._get(self._mapping.check, {}, {})
        return self._mapping.system

    async def perform(self, deed: Deed, customer_ref: str, key: str) -> DeedResult:
        """Do it; what the system says with 2xx is done, with 4xx refused, otherwise nobody knows."""
        wanted = self._mapping.deeds[deed.action]
        values: dict[str, JsonValue] = {**deed.model_dump(mode="json"), "customer_ref": customer_ref, "key": key}
        extra = {wanted.key_header: key} if wanted.key_header else {}
        try:
            reply = await self._send(wanted, values, {}, extra)
        except HttpError as exc:
            return UNANSWERED if exc.sent else NOT_SENT
        except InvalidError:
            return NOT_SENT
        return _result_of(reply, wanted)

    async def check_deed(self, key: str) -> DeedResult | None:
        """What became of a key."""
        wanted = self._mapping.deed_check
        if wanted is None:
            raise BusinessUnavailableError("the mapping cannot ask what became of a key")
        try:
            document = await self._get(wanted, {"key": key}, {})
        except BusinessNotFoundError:
            return None
        said = _word(wanted.outcome, document)
        if said is None:
            return None
        if said in wanted.done:
            return DeedResult(Outcome.DONE, None, _word(wanted.reference, document))
        if said in wanted.refused:
            return DeedResult(Outcome.REFUSED, _word(wanted.reason, document) or "not_accepted")
        raise BusinessUnavailableError("the business system has no outcome yet")

    async def _facts(self, name: str, kind: type[T], subject: str, limit: int) -> tuple[T, ...]:
        wanted = self._mapping.reads.get(name)
        if wanted is None:
            raise BusinessNotFoundError("the mapping does not answer this")
        values: dict[str, JsonValue] = {"subject": subject, "limit": limit}
        if name == shaping.BY_ADDRESS["phone"]:
            values |= {"digits": digits_of(subject), "last_eight": digits_of(subject)[-8:]}
        items = await self._items(wanted, values, limit)
        return tuple(shaping.make(name, kind, finding.collect(wanted.fields, item)) for item in items)

    async def _items(self, wanted: ReadMap, values: dict[str, JsonValue], limit: int) -> list[object]:
        items: list[object] = []
        extra: dict[str, str] = {}
        for _ in range(wanted.paging.pages if wanted.paging else 1):
            document = await self._get(wanted, values, extra)
            found = finding.find(wanted.items, document)
            items += found[:_MOST] if isinstance(found, list) else [] if found is None else [found]
            following = _word(wanted.paging.next, document) if wanted.paging else None
            if wanted.paging is None or following is None or len(items) >= limit:
                break
            extra = {wanted.paging.parameter: following}
        return items[: max(limit, 1)]

    async def _get(self, wanted: Request, values: dict[str, JsonValue], extra: dict[str, str]) -> object:
        try:
            reply = await self._send(wanted, values, extra, {})
        except (HttpError, InvalidError) as exc:
            raise BusinessUnavailableError(f"the business system cannot be reached: {exc.message}") from exc
        if reply.status == 404:
            raise BusinessNotFoundError("the business system does not know it")
        if reply.status in {401, 403}:
            raise BusinessUnavailableError("the business system refuses the credentials")
        if not reply.is_ok:
            raise BusinessUnavailableError(f"the business system answered {reply.status}")
        document = _parsed(reply)
        if document is None:
            raise BusinessUnavailableError("the business system answered nonsense (not JSON)")
        return document

    async def _send(
        self, wanted: Request, values: dict[str, JsonValue], extra: dict[str, str], headers: dict[str, str]
    ) -> HttpReply:
        path = mappings.fill_path(wanted.path, {name: quote(str(value), safe="") for name, value in values.items()})
        query = {name: mappings.fill(text, values) for name, text in wanted.query.items()} | extra
        asked = urlencode({name: value for name, value in query.items() if value is not None})
        body = None if wanted.body is None else json.dumps(mappings.fill(wanted.body, values)).encode()
        return await self._http.request(
            wanted.method,
            f"{self._base}{path}{'?' if asked else ''}{asked}",
            headers={**self._headers, **headers, **({"Content-Type": "application/json"} if body else {})},
            body=body,
            timeout=_TIMEOUT,
            max_bytes=_MAX_BYTES,
        )


def _result_of(reply: HttpReply, wanted: DeedMap) -> DeedResult:
    if reply.status in {401, 403, 429}:
        return NOT_SENT
    if not reply.is_ok and not (400 <= reply.status < 500 and reply.status != 408):
        return UNANSWERED
    document = _parsed(reply)
    if reply.is_ok and wanted.outcome is not None and _word(wanted.outcome, document) is None:
        return UNANSWERED
    if reply.is_ok and (wanted.outcome is None or _word(wanted.outcome, document) in wanted.done):
        return DeedResult(Outcome.DONE, None, _word(wanted.reference, document))
    said = _word(wanted.reason, document)
    return DeedResult(Outcome.REFUSED, wanted.reasons.get(said or "", said or "not_accepted"))


def _identity(config: RestConfig) -> dict[str, str]:
    secret = config.secret.get_secret_value()
    if config.auth == "header":
        return {config.name: secret}
    if config.auth == "basic":
        return {"Authorization": "Basic " + base64.b64encode(f"{config.name}:{secret}".encode()).decode()}
    return {"Authorization": f"Bearer {secret}"}


def _parsed(reply: HttpReply) -> object:
    try:
        return reply.json()
    except HttpError:
        return None


def _word(where: str | None, document: object) -> str | None:
    found = None if where is None else finding.find(where, document)
    return str(found)[:200] if isinstance(found, str | int) and not isinstance(found, bool) and found != "" else None
