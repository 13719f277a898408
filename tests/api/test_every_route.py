"""Every route of an account, read from the application itself: none without a permission, none open to strangers."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from kaitak.accounts.policy import Permission, Role, permissions_of
from kaitak.api.dependencies import Requirement
from kaitak.core.ids import AccountId
from kaitak.db.session import Database
from tests.factories import accounts
from tests.factories.accounts import Member

PREFIX = "/api/v1/accounts/{account_id}"
OPEN = frozenset(
    {"/healthz", "/readyz", "/metrics", "/openapi.json", "/", "/app", "/app/{rest:path}", "/assets/{name:path}"}
)
SIGNED_IN = ("/auth/me", "/auth/sessions", "/auth/sessions/{session_id}")


@dataclass(frozen=True)
class Route:
    """One method of one path, and what its dependencies declare."""

    method: str
    path: str
    permissions: frozenset[str]

    def under(self, account_id: int) -> str:
        """The address in an account, with a plausible value for every other parameter."""
        filled = self.path.replace("{account_id}", str(account_id))
        filled = re.sub(r"\{(?:attachment_id|uuid)[^}]*\}", "6c1f2f0e-8a5e-4d53-9d55-0a4c5b6f7a81", filled)
        return re.sub(r"\{[^}]*\}", "1", filled)


def routes_of(app: FastAPI) -> Iterator[Route]:
    """The HTTP routes of the application, those of included routers too."""
    for context in iter_route_contexts(app.routes):
        methods = context.methods
        if not methods:
            continue
        dependant = getattr(context, "dependant", None)
        found = frozenset(permissions_in(dependant)) if isinstance(dependant, Dependant) else frozenset()
        for method in methods - {"HEAD"}:
            yield Route(method, str(context.path), found)


def permissions_in(dependant: Dependant) -> Iterator[str]:
    """The permissions that a tree of dependencies requires."""
    call: object = dependant.call
    if isinstance(call, Requirement):
        yield call.permission
    for inner in dependant.dependencies:
        yield from permissions_in(inner)


def plain_in(dependant: Dependant) -> Iterator[str]:
    """What a route calls that is no coroutine: FastAPI runs each of these in a thread."""
    called: object = dependant.call
    code = called if inspect.isroutine(called) else vars(type(called)).get("__call__", called)
    if called is not None and not (inspect.iscoroutinefunction(code) or inspect.isasyncgenfunction(code)):
        yield getattr(called, "__qualname__", type(called).__qualname__)
    for inner in dependant.dependencies:
        yield from plain_in(inner)


def account_routes(app: FastAPI) -> list[Route]:
    """The routes under one account."""
    found = [route for route in routes_of(app) if route.path.startswith(PREFIX)]
    assert len(found) >= 15
    return found


async def call(client: httpx.AsyncClient, route: Route, account_id: int) -> httpx.Response:
    body: dict[str, str] | None = {} if route.method in {"POST", "PUT", "PATCH"} else None
    return await client.request(route.method, route.under(account_id), json=body)


@pytest.fixture
async def members(database: Database, account_id: AccountId) -> list[Member]:
    return [await accounts.make_member(database, account_id, role) for role in Role]


def test_every_route_of_an_account_declares_a_known_permission(app: FastAPI) -> None:
    known = {str(permission) for permission in Permission}
    wrong = [route for route in account_routes(app) if not route.permissions or route.permissions - known]
    assert wrong == []


def test_every_other_private_looking_route_is_one_we_know(app: FastAPI) -> None:
    """A new route outside accounts, sign-in, the public API and the files must be thought about here."""
    unknown = {
        route.path
        for route in routes_of(app)
        if not route.path.startswith((PREFIX, "/auth/", "/public/api/v1/", "/v1/hooks/", "/attachments/", "/hc/"))
        and route.path not in OPEN | {"/widget.js", "/kaitak-app.js", "/{name}.{ending}"}
    }
    assert unknown == set()


def test_no_route_hops_into_a_thread_to_be_answered(app: FastAPI) -> None:
    dependants = [getattr(context, "dependant", None) for context in iter_route_contexts(app.routes)]
    found = [dependant for dependant in dependants if isinstance(dependant, Dependant)]
    assert len(found) > 100
    assert {name for dependant in found for name in plain_in(dependant)} == set()


async def test_nobody_gets_in_without_signing_in(
    app: FastAPI, client: httpx.AsyncClient, account_id: AccountId
) -> None:
    answers = {route: (await call(client, route, account_id)).status_code for route in account_routes(app)}
    assert {route: status for route, status in answers.items() if status != 401} == {}


async def test_wrong_token_opens_nothing(app: FastAPI, client: httpx.AsyncClient, account_id: AccountId) -> None:
    client.headers["api_access_token"] = "kt_" + "a" * 40
    answers = {route: (await call(client, route, account_id)).status_code for route in account_routes(app)}
    assert {route: status for route, status in answers.items() if status != 401} == {}


async def test_member_of_any_role_finds_no_route_of_a_foreign_account(
    app: FastAPI, members: list[Member], database: Database
) -> None:
    foreign = await accounts.make_account(database, "Foreign")
    unknown = foreign + 1000
    for member in members:
        async with accounts.signed_in(app, member) as client:
            for target in (foreign, unknown) if member is members[0] else (foreign,):
                for route in account_routes(app):
                    answer = await call(client, route, target)
                    assert (answer.status_code, answer.json()["code"]) == (404, "account_not_found"), (member, route)


async def test_each_role_is_refused_exactly_what_it_may_not_do(app: FastAPI, members: list[Member]) -> None:
    """A permitted call may fail for its empty body or unknown id; a forbidden one must fail for its permission."""
    for member in members:
        held = permissions_of(member.role)
        for route in account_routes(app):
            if route.permissions <= held:
                continue
            async with accounts.signed_in(app, member) as client:
                answer = await call(client, route, member.account_id)
            assert (answer.status_code, answer.json()["code"]) == (403, "permission_missing"), (member, route)


async def test_reading_lists_is_permitted_to_the_roles_that_hold_it(app: FastAPI, members: list[Member]) -> None:
    plain = [
        route
        for route in account_routes(app)
        if route.method == "GET"
        and route.path.count("{") == 1
        and route.path.removeprefix(PREFIX) in {"", "/agents", "/teams", "/access_tokens", "/audit_logs"}
    ]
    assert len(plain) == 5
    for member in members:
        async with accounts.signed_in(app, member) as client:
            for route in plain:
                expected = 200 if route.permissions <= permissions_of(member.role) else 403
                assert (await call(client, route, member.account_id)).status_code == expected, (member, route)


async def test_routes_of_the_signed_in_user_need_one(app: FastAPI, client: httpx.AsyncClient) -> None:
    routes = [route for route in routes_of(app) if route.path in SIGNED_IN]
    assert len(routes) >= 5
    for route in routes:
        assert (await call(client, route, 1)).status_code == 401, route
