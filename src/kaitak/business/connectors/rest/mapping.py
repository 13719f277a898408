"""Owns the mapping file of the REST connector: which request answers what, and where the answer stands. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Annotated, Literal

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, StringConstraints

from kaitak.business import shaping
from kaitak.business.deeds import DEED_NAMES
from kaitak.business.facts import READS
from kaitak.business.mapping_text import MappingError, MappingFile, Place

_HOLE = re.compile(r"\{([a-z_]+)\}")
_READ_HOLES = frozenset({"subject", "limit"})
_PHONE_HOLES = _READ_HOLES | {"digits", "last_eight"}
_DEED_FIELDS = (
    "key customer_ref order_no sku qty reason address day slot wanted_sku problem note email phone",
    "policy_no method incident_on description amount",
)
_DEED_HOLES = frozenset(" ".join(_DEED_FIELDS).split())


def _compiles(text: str) -> str:
    if not text.startswith("/"):
        try:
            jmespath.compile(text)
        except JMESPathError as exc:
            raise ValueError(f"not a JMESPath: {str(exc).splitlines()[0]}") from None
    return text


Where = Annotated[str, StringConstraints(min_length=1, max_length=300), AfterValidator(_compiles)]
PathText = Annotated[str, StringConstraints(pattern=r"^/[^\s?#]*$", max_length=300)]
Status = Annotated[int, Field(ge=400, le=499)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FieldMap(_Part):
    """Where a field is, and how its values are called."""

    at: Where
    values: dict[str, JsonValue] = {}
    zone: Literal["UTC", "Asia/Hong_Kong"] | None = None  # of a time that is written without one
    fields: dict[str, Where | FieldMap] | None = None  # the inside of an order's parcel
    each: dict[str, Where | FieldMap] | None = None  # the inside of an order's lines


class Request(_Part):
    """What to ask."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "GET"
    path: PathText
    query: dict[str, str] = {}
    body: JsonValue = None


class Paging(_Part):
    """How the next page is asked for: the value found at `next` goes into the parameter."""

    next: Where
    parameter: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    pages: Annotated[int, Field(ge=1, le=10)] = 3


class ReadMap(Request):
    """One question."""

    items: Where = "@"  # the list, or the one thing
    fields: dict[str, Where | FieldMap]
    paging: Paging | None = None


class DeedMap(Request):
    """One deed. 2xx is done, or as `outcome` says; 4xx is refused; `reasons` translates the system's words."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    key_header: Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,60}$")] | None = None
    outcome: Where | None = None  # where a 2xx says how it ended, if it does
    done: tuple[str, ...] = ()
    reference: Where | None = None
    reason: Where | None = None
    reasons: dict[str, str] = {}


class DeedCheck(Request):
    """How to ask what became of a key; 404 means that the system never got it."""

    outcome: Where
    done: Annotated[tuple[str, ...], Field(min_length=1)]
    refused: tuple[str, ...] = ()
    reference: Where | None = None
    reason: Where | None = None


class RestMapping(_Part):
    """The whole file."""

    system: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    check: Request
    reads: Annotated[dict[str, ReadMap], Field(min_length=1)]
    deeds: dict[str, DeedMap] = {}
    deed_check: DeedCheck | None = None


def read(text: str, openapi: str = "") -> RestMapping:
    """The mapping, checked; MappingError names the line."""
    file = MappingFile(text)
    mapping = file.read(RestMapping)
    faults = list(_faults(mapping))
    if openapi.strip():
        faults += _not_described(mapping, MappingFile(openapi, "openapi").content)
    if faults:
        raise file.refusal(faults)
    return mapping


@lru_cache(maxsize=64)
def read_cached(text: str) -> RestMapping:
    """A mapping that was checked before."""
    return read(text)


def _faults(mapping: RestMapping) -> Iterator[tuple[Place, str]]:
    for name, one in mapping.reads.items():
        place: Place = ("reads", name)
        if name not in shaping.NAMES:
            yield place, f"there is no such question; known: {', '.join(sorted(shaping.NAMES))}"
            continue
        yield from _unknown(place, one.fields, shaping.fields_of(name))
        for field, where in one.fields.items():
            inner = (where.each or where.fields) if isinstance(where, FieldMap) else None
            yield from _unknown((*place, "fields", field), inner or {}, shaping.inner_fields_of(name, field))
        for field in sorted(shaping.needed_fields_of(name) - set(one.fields)):
            yield (*place, "fields"), f"{field} is missing: without it nobody knows whether the right one was found"
        yield from _holes(place, one, _PHONE_HOLES if name == shaping.BY_ADDRESS["phone"] else _READ_HOLES)
    for name in sorted({"find_customer", "get_order", "list_orders"} - set(mapping.reads)):
        if not set(mapping.reads) & set(READS):
            yield ("reads",), f"{name} is missing"
    yield from _deed_faults(mapping)


def _deed_faults(mapping: RestMapping) -> Iterator[tuple[Place, str]]:
    for name, deed in mapping.deeds.items():
        if name not in DEED_NAMES:
            yield ("deeds", name), f"there is no such deed; known: {', '.join(DEED_NAMES)}"
        yield from _holes(("deeds", name), deed, _DEED_HOLES)
        if deed.outcome is not None and not deed.done:
            yield ("deeds", name, "outcome"), "done is missing: say which outcomes are done"
    if mapping.deeds and mapping.deed_check is None:
        yield ("deeds",), "deed_check is missing: an outcome that got lost must be found out"
    if mapping.deed_check is not None:
        yield from _holes(("deed_check",), mapping.deed_check, frozenset({"key"}))


def _unknown(place: Place, given: object, known: frozenset[str]) -> Iterator[tuple[Place, str]]:
    for field in given if isinstance(given, dict) else ():
        if field not in known:
            yield (*place, "fields", field), f"there is no such field; known: {', '.join(sorted(known)) or 'none'}"


def _holes(place: Place, request: Request, known: frozenset[str]) -> Iterator[tuple[Place, str]]:
    texts = [("path", request.path), *(("query", text) for text in request.query.values())]
    texts += [("body", text) for text in _strings(request.body)]
    for part, text in texts:
        for name in _HOLE.findall(text):
            if name not in known:
                yield (*place, part), f"{{{name}}} is not known here; known: {', '.join(sorted(known))}"


def _strings(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _strings(inner)


def _not_described(mapping: RestMapping, document: object) -> list[tuple[Place, str]]:
    paths = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(paths, dict):
        raise MappingError("openapi line 1: there are no paths in this document")
    described = {(_shape(str(path)), str(verb).upper()) for path, verbs in paths.items() for verb in verbs or ()}
    asked: list[tuple[Place, Request]] = [(("check",), mapping.check)]
    asked += [(("reads", name), one) for name, one in mapping.reads.items()]
    asked += [(("deeds", name), one) for name, one in mapping.deeds.items()]
    asked += [(("deed_check",), mapping.deed_check)] if mapping.deed_check else []
    return [
        (place, f"the OpenAPI document has no {one.method} {one.path}")
        for place, one in asked
        if (_shape(one.path), one.method) not in described
    ]


def _shape(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "{}", path).rstrip("/")


def fill_path(text: str, values: dict[str, str]) -> str:
    """The path with its holes filled; values must be quoted already."""
    return _HOLE.sub(lambda hole: values.get(hole[1], ""), text)


def fill(value: JsonValue, values: dict[str, JsonValue]) -> JsonValue:
    """The body with its holes filled; a text that is one hole keeps the value's type."""
    if isinstance(value, dict):
        return {name: fill(inner, values) for name, inner in value.items()}
    if isinstance(value, list):
        return [fill(inner, values) for inner in value]
    if not isinstance(value, str):
        return value
    whole = _HOLE.fullmatch(value)
    if whole is not None:
        return values.get(whole[1])
    return _HOLE.sub(lambda hole: "" if values.get(hole[1]) is None else str(values[hole[1]]), value)
