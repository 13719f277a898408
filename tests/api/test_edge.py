"""The layers around the routes: problems, ids, headers, CORS, CSRF, body limits, and what the hot road skips."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pydantic import BaseModel

from kaitak.api import bodies, edge
from kaitak.core.errors import ConflictError
from kaitak.db.session import Database
from tests.factories import accounts, web
from tests.factories.accounts import Member, SetClock, path


class OutOfStockError(ConflictError):
    """There are none left."""

    code = "out_of_stock"


class Order(BaseModel):
    """A body with a secret in it."""

    count: int
    note: str = ""


@pytest.fixture
def small(database: Database, clock: SetClock) -> FastAPI:
    """An application of a few routes that fail in all the ways there are."""
    app = FastAPI(docs_url=None, redoc_url=None)

    @app.get("/api/conflict")
    async def conflict() -> None:
        raise OutOfStockError("none left", wanted=3)

    @app.get("/api/broken")
    @app.get("/v1/hooks/broken")
    async def broken() -> None:
        raise RuntimeError("password=hunter2 of may@example.hk")

    @app.post("/api/order")
    @app.post("/public/api/order")
    @app.post("/api/attachments")
    async def order(body: Order) -> int:
        return body.count

    @app.post("/v1/hooks/ok")
    async def hook() -> str:
        return "ok"

    edge.install(app, web.make_deps(database, clock), upload_bytes=web.UPLOAD_BYTES)
    return app


@pytest.fixture
def small_client(small: FastAPI) -> httpx.AsyncClient:
    return accounts.open_client(small)


async def test_problem_has_code_fields_and_the_requests_id(small_client: httpx.AsyncClient) -> None:
    answer = await small_client.get("/api/conflict")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "code": "out_of_stock",
        "detail": "none left",
        "request_id": answer.headers["x-request-id"],
        "wanted": 3,
    }


@pytest.mark.parametrize("address", ["/api/broken", "/v1/hooks/broken"])
async def test_unexpected_error_is_logged_once_and_tells_nothing(
    small_client: httpx.AsyncClient, address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = await small_client.get(address)
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "hunter2" not in answer.text
    printed = capsys.readouterr().out
    assert printed.count("unexpected error") == 1
    assert answer.json()["request_id"] in printed


async def test_unknown_path_and_wrong_method_are_problems_too(small_client: httpx.AsyncClient) -> None:
    assert (await small_client.get("/api/nothing")).json()["code"] == "not_found"
    assert (await small_client.get("/api/order")).json()["code"] == "method_not_allowed"


async def test_invalid_body_names_the_place_and_never_repeats_the_value(small_client: httpx.AsyncClient) -> None:
    answer = await small_client.post("/api/order", json={"count": "hunter2"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["loc"] == ["body", "count"]
    assert "hunter2" not in answer.text


async def test_malformed_json_is_a_problem(small_client: httpx.AsyncClient) -> None:
    answer = await small_client.post("/api/order", content=b"{", headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_sane_foreign_request_id_is_kept_and_another_replaced(small_client: httpx.AsyncClient) -> None:
    kept = await small_client.get("/api/conflict", headers={"x-request-id": "proxy-4711-abc"})
    assert kept.json()["request_id"] == kept.headers["x-request-id"] == "proxy-4711-abc"
    replaced = await small_client.get("/api/conflict", headers={"x-request-id": 'x" injected="1'})
    assert "injected" not in replaced.text


async def test_log_names_the_route_and_never_query_or_body(
    small_client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await small_client.post("/api/order?card=4111111111111111", json={"count": 1, "note": "我個電話係91234567"})
    printed = capsys.readouterr().out
    assert "/api/order" in printed
    assert "4111" not in printed
    assert "91234567" not in printed


async def test_every_answer_carries_the_security_headers(small_client: httpx.AsyncClient) -> None:
    for address in ("/api/conflict", "/api/broken", "/api/nothing"):
        headers = (await small_client.get(address)).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; frame-ancestors 'none'")
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "strict-transport-security" not in headers


async def test_https_deployment_sends_hsts_and_secure_cookies(database: Database, clock: SetClock) -> None:
    app = web.make_app(web.make_deps(database, clock, public_url="https://desk.example.hk"))
    account_id = await accounts.make_account(database)
    member = await accounts.make_member(database, account_id, password=accounts.PASSWORD)
    async with accounts.open_client(app, base_url="https://desk.example.hk") as client:
        form = {"email": member.email, "password": accounts.PASSWORD}
        answer = await client.post("/auth/sign_in", json=form)
    assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
    assert all("Secure" in line for line in answer.headers.get_list("set-cookie"))


async def test_public_api_answers_any_origin_and_never_with_credentials(small_client: httpx.AsyncClient) -> None:
    origin = {"origin": "https://shop.example.hk"}
    asked = {**origin, "access-control-request-method": "POST", "access-control-request-headers": "x-kaitak-visitor"}
    preflight = await small_client.options("/public/api/order", headers=asked)
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "x-kaitak-visitor" in preflight.headers["access-control-allow-headers"]
    answer = await small_client.post("/public/api/order", json={"count": 2}, headers=origin)
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "*")
    assert "access-control-allow-credentials" not in answer.headers
    refused = await small_client.post("/public/api/order", json={}, headers=origin)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (422, "*")


async def test_private_api_has_no_cors(small_client: httpx.AsyncClient) -> None:
    answer = await small_client.get("/api/conflict", headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in answer.headers


async def test_private_write_from_another_sites_page_is_refused(small_client: httpx.AsyncClient) -> None:
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://kaitak.test.evil.example"},
        {"origin": "http://kaitak.test:81"},
        {"sec-fetch-site": "cross-site"},
    ):
        answer = await small_client.post("/api/order", json={"count": 1}, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_page_refused"), headers


async def test_private_write_from_our_own_page_or_a_program_passes(small_client: httpx.AsyncClient) -> None:
    for headers in ({"origin": accounts.PUBLIC_URL}, {"sec-fetch-site": "same-origin"}, {}):
        assert (await small_client.post("/api/order", json={"count": 1}, headers=headers)).status_code == 200


async def test_write_with_a_session_needs_the_sessions_own_csrf_token(
    agent_client: httpx.AsyncClient, administrator_client: httpx.AsyncClient, agent: Member
) -> None:
    form, address = {"availability": "online"}, path(agent, "/profile/availability")
    assert (await agent_client.put(address, json=form)).status_code == 200
    foreign = administrator_client.headers["x-kaitak-csrf"]
    for token in ("", "x", foreign):
        answer = await agent_client.put(address, json=form, headers={"x-kaitak-csrf": token})
        assert (answer.status_code, answer.json()["code"]) == (403, "csrf_refused")
    del agent_client.headers["x-kaitak-csrf"]
    assert (await agent_client.put(address, json=form)).status_code == 403


async def test_planted_pair_of_cookie_and_header_does_not_pass(agent_client: httpx.AsyncClient, agent: Member) -> None:
    agent_client.cookies.set("kaitak_csrf", "planted")
    agent_client.headers["x-kaitak-csrf"] = "planted"
    answer = await agent_client.put(path(agent, "/profile/availability"), json={"availability": "online"})
    assert answer.json()["code"] == "csrf_refused"


@pytest.mark.parametrize("headers", [{"authorization": "Basic bWF5OjEyMw=="}, {"api_access_token": ""}])
async def test_header_that_is_no_access_token_does_not_lift_the_guard(
    agent_client: httpx.AsyncClient, agent: Member, headers: dict[str, str]
) -> None:
    del agent_client.headers["x-kaitak-csrf"]
    form = {"availability": "online"}
    answer = await agent_client.put(path(agent, "/profile/availability"), json=form, headers=headers)
    assert answer.json()["code"] == "csrf_refused"


async def test_sign_in_from_another_sites_page_is_refused(client: httpx.AsyncClient) -> None:
    form = {"email": "may@example.hk", "password": "anything"}
    answer = await client.post("/auth/sign_in", json=form, headers={"origin": "https://evil.example"})
    assert answer.json()["code"] == "foreign_page_refused"


@pytest.mark.parametrize(
    ("address", "limit"),
    [
        ("/api/order", bodies.JSON_BYTES),
        ("/public/api/order", bodies.PUBLIC_BYTES),
        ("/api/attachments", web.UPLOAD_BYTES + 64 * 1024),
    ],
)
async def test_body_over_the_limit_is_refused_whether_it_says_so_or_not(
    small_client: httpx.AsyncClient, address: str, limit: int
) -> None:
    body = b'{"count": 1, "note": "' + b"x" * limit + b'"}'
    said = await small_client.post(address, content=body, headers={"content-type": "application/json"})
    assert (said.status_code, said.json()["code"], said.json()["limit"]) == (413, "request_too_large", limit)

    async def drip() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 65_536):
            yield body[start : start + 65_536]

    unsaid = await small_client.post(address, content=drip(), headers={"content-type": "application/json"})
    assert (unsaid.status_code, unsaid.json()["code"]) == (413, "too_large")
    fits = body.replace(b"x" * 1024, b"", 1)
    assert len(fits) <= limit
    passed = await small_client.post(address, content=fits, headers={"content-type": "application/json"})
    assert passed.status_code == 200


async def test_webhooks_pass_by_the_layers(small_client: httpx.AsyncClient) -> None:
    headers = {"origin": "https://vendor.example", "cookie": "kaitak_session=x"}
    answer = await small_client.post("/v1/hooks/ok", headers=headers)
    assert answer.status_code == 200
    assert "content-security-policy" not in answer.headers
    assert "x-request-id" not in answer.headers
