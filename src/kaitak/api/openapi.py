"""Owns the API's description: operation ids that are function names, problem answers, and both ways to sign in."""

from __future__ import annotations

from functools import partial
from importlib.metadata import version
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts

from kaitak.api import principals, problems
from kaitak.core.errors import KaitakError

TITLE = "Kaitak"
_DESCRIPTION = (
    "Sign in with a session (`POST /auth/sign_in`; unsafe requests then repeat the cookie `kaitak_csrf` in the header "
    "`X-Kaitak-CSRF`) or send an access token in `api_access_token` or `Authorization: Bearer`. "
    "A refused request is answered with problem JSON: branch on its `code`. "
    "Lists take `cursor` and `limit`; `meta.next_cursor` is null at the end."
)
_SECURITY = {
    "session": {"type": "apiKey", "in": "cookie", "name": principals.SESSION_COOKIE},
    "access_token": {"type": "apiKey", "in": "header", "name": principals.TOKEN_HEADER},
    "bearer": {"type": "http", "scheme": "bearer"},
}
_OPEN_PREFIXES = ("/public/", "/v1/hooks/", "/healthz", "/readyz", "/auth/sign_in")
_VALIDATION_SCHEMAS = ("HTTPValidationError", "ValidationError")


class OperationNameTakenError(KaitakError):
    """Two endpoints have the same function name; generated clients need each operation's name to be unique."""

    code = "operation_name_taken"


def install(app: FastAPI) -> None:
    """Let the application describe itself this way at /openapi.json."""
    app.openapi = partial(describe, app)  # type: ignore[method-assign]


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole description; made once, then kept by the application."""
    if app.openapi_schema is None:
        schema = get_openapi(title=TITLE, version=version("kaitak"), description=_DESCRIPTION, routes=app.routes)
        components = schema.setdefault("components", {})
        components["securitySchemes"] = _SECURITY
        schemas = components.setdefault("schemas", {})
        for name in _VALIDATION_SCHEMAS:
            schemas.pop(name, None)
        schemas |= _problem_schemas()
        _refine(schema, _operation_names(app))
        app.openapi_schema = schema
    return app.openapi_schema


def _problem_schemas() -> dict[str, Any]:
    found = problems.Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**found.pop("$defs"), "Problem": found}


def _operation_names(app: FastAPI) -> dict[tuple[str, str], str]:
    """The function name of each operation, by path and method."""
    return {
        (str(route.path_format), method.lower()): str(route.name)
        for route in iter_route_contexts(app.routes)
        for method in route.methods or ()
    }


def _refine(schema: dict[str, Any], names: dict[tuple[str, str], str]) -> None:
    seen: dict[str, str] = {}
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            name = operation["operationId"] = names[path, method]
            if name in seen:
                raise OperationNameTakenError(f"{name}: {seen[name]} and {method} {path}")
            seen[name] = f"{method} {path}"
            if "422" in operation["responses"]:
                operation["responses"]["422"] = _invalid(operation["responses"]["422"])
            if not path.startswith(_OPEN_PREFIXES):
                operation["security"] = [{name: []} for name in _SECURITY]
                operation["responses"].setdefault("401", _unauthenticated())


def _invalid(found: dict[str, Any]) -> dict[str, Any]:
    """FastAPI's own entry becomes ours; one that an endpoint declared stays."""
    if problems.MEDIA_TYPE in found.get("content", {}):
        return found
    return {
        "description": "`invalid`: the request cannot be accepted; `errors` says where and why.",
        "content": {problems.MEDIA_TYPE: {"schema": problems.schema_ref()}},
    }


def _unauthenticated() -> dict[str, Any]:
    return {
        "description": "`unauthenticated`: nobody is signed in, or the token is not valid.",
        "content": {problems.MEDIA_TYPE: {"schema": problems.schema_ref()}},
    }
