"""Owns how errors look on the wire: problem JSON (RFC 9457) with a code, the error's fields and the request's id."""

from __future__ import annotations

import math
import secrets
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from kaitak.core.errors import KaitakError, RateLimitedError

MEDIA_TYPE = "application/problem+json"
_REQUEST_ID = "kaitak.request_id"
_CODES = {
    400: "malformed",
    404: "not_found",
    405: "method_not_allowed",
    413: "too_large",
    415: "unsupported_media_type",
}
_log = structlog.get_logger(__name__)

Fields = Mapping[str, object]


class ValidationProblem(BaseModel):
    """One place of the request that cannot be accepted."""

    loc: list[str | int]
    msg: str


class Problem(BaseModel):
    """What every refused request answers; some codes carry further fields of their own."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[ValidationProblem] | None = None


def request_id(scope: Scope) -> str:
    """The id of this request, made at its first use."""
    found = scope.get(_REQUEST_ID)
    if not isinstance(found, str):
        found = scope[_REQUEST_ID] = secrets.token_hex(8)
    return found


def set_request_id(scope: Scope, value: str) -> None:
    """Take over the id that a proxy in front of us gave this request."""
    scope[_REQUEST_ID] = value


def respond(error: KaitakError, scope: Scope) -> Response:
    """The answer to an error of ours; what is wrong inside the program is logged, not told."""
    headers = {}
    fields: dict[str, object] = dict(error.fields)
    if isinstance(error, RateLimitedError):
        seconds = max(1, math.ceil(error.retry_after.total_seconds()))
        headers["retry-after"] = str(seconds)
        fields["retry_after"] = seconds
    detail = error.message if error.status < 500 or error.status == 503 else "something is wrong on our side"
    return render(error.status, error.code, detail, scope, fields=fields, headers=headers)


def render(
    status: int,
    code: str,
    detail: str,
    scope: Scope,
    *,
    fields: Fields | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """One problem document."""
    body = {
        **(fields or {}),
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        "request_id": request_id(scope),
    }
    return Response(orjson.dumps(body), status, headers, media_type=MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Render every error of the application as a problem."""
    app.add_exception_handler(KaitakError, _on_kaitak_error)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http_exception)


def problems(*errors: type[KaitakError]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an endpoint: the errors that its callers must expect, by status, with an example each."""
    responses: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        meaning = " ".join((error.__doc__ or error.code).split())
        found = responses.setdefault(
            error.status, {"description": "", "content": {MEDIA_TYPE: {"schema": schema_ref(), "examples": {}}}}
        )
        found["description"] = f"{found['description']} `{error.code}`: {meaning}".strip()
        found["content"][MEDIA_TYPE]["examples"][error.code] = {"summary": meaning, "value": example(error)}
    return responses


def schema_ref() -> dict[str, str]:
    """The reference to the Problem schema, which openapi.py adds to the components."""
    return {"$ref": "#/components/schemas/Problem"}


def example(error: type[KaitakError]) -> dict[str, object]:
    """What this error looks like on the wire."""
    return {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "code": error.code,
        "detail": error.code,
        "request_id": "9f86d081884c7d65",
    }


async def _on_kaitak_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, KaitakError)
    if error.status >= 500:
        _log.error("request failed", code=error.code, request_id=request_id(request.scope), exc_info=error)
    return respond(error, request.scope)


async def _on_invalid(request: Request, error: Exception) -> Response:
    """Say where and why, and never repeat what was sent."""
    assert isinstance(error, RequestValidationError)
    found = {(tuple(item["loc"]), item["msg"]): None for item in error.errors()}
    places = [{"loc": list(loc), "msg": msg} for loc, msg in list(found)[:50]]
    return render(422, "invalid", "the request cannot be accepted", request.scope, fields={"errors": places})


async def _on_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = _CODES.get(error.status_code, "refused" if error.status_code < 500 else "internal")
    detail = HTTPStatus(error.status_code).phrase.lower()
    return render(error.status_code, code, detail, request.scope, headers=error.headers)
