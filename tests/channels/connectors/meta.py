"""How Meta signs its webhooks, made without our code."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from tests.channels.connectors.cases import Headers

APP_SECRET = "an-app-secret-of-meta-0123456789"
VERIFY_TOKEN = "a-verify-token-of-ours-0123456789"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
GRAPH: dict[str, str] = {"app_secret": APP_SECRET, "access_token": "EAAG-token-of-a-test", "verify_token": VERIFY_TOKEN}


def sign(body: bytes, at: datetime) -> Headers:
    return {"x-hub-signature-256": "sha256=" + hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()}


WRONG: Mapping[str, Mapping[str, str | None]] = {
    "signature missing": {"x-hub-signature-256": None},
    "signature empty": {"x-hub-signature-256": ""},
    "signature wrong": {"x-hub-signature-256": "sha256=" + "0" * 64},
    "signature truncated": {"x-hub-signature-256": sign(b"{}", _NEVER)["x-hub-signature-256"][:-2]},
    "signature not ASCII": {"x-hub-signature-256": "sha256=\xe9\udcff"},
    "signature without its scheme": {"x-hub-signature-256": sign(b"{}", _NEVER)["x-hub-signature-256"][7:]},
}


def handshake(at: datetime) -> Mapping[str, str]:
    return {"hub.mode": "subscribe", "hub.verify_token": VERIFY_TOKEN, "hub.challenge": "1158201444"}


WRONG_HANDSHAKE = {"hub.verify_token": "another-verify-token", "hub.mode": "unsubscribe"}
