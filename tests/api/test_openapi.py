"""The API's description: what generated clients rely on."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from kaitak.api import openapi
from kaitak.api.openapi import OperationNameTakenError


@pytest.fixture
async def described(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


def test_operations_are_named_after_their_functions(described: dict[str, Any]) -> None:
    operations = described["paths"]["/api/v1/accounts/{account_id}/teams"]
    assert operations["get"]["operationId"] == "list_teams"
    assert operations["post"]["operationId"] == "create_team"


def test_every_refusal_is_a_problem(described: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in str(described)
    assert {"code", "detail", "request_id"} <= set(described["components"]["schemas"]["Problem"]["required"])
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert "application/problem+json" in response.get("content", {}), (method, path, status)


def test_private_operations_say_how_to_sign_in(described: dict[str, Any]) -> None:
    private = described["paths"]["/api/v1/accounts/{account_id}/agents"]["get"]
    assert [next(iter(way)) for way in private["security"]] == ["session", "access_token", "bearer"]
    assert "401" in private["responses"]
    assert "security" not in described["paths"]["/auth/sign_in"]["post"]


def test_two_operations_of_one_name_are_refused() -> None:
    app = FastAPI()

    async def same() -> None: ...

    app.add_api_route("/a", same, methods=["GET"])
    app.add_api_route("/b", same, methods=["GET"])
    with pytest.raises(OperationNameTakenError):
        openapi.describe(app)
