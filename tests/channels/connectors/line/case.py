"""LINE's case: its signature made without our code."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from tests.channels.connectors.cases import Case, Headers

SECRET = "a-channel-secret-of-line-0123456"
HEADER = "x-line-signature"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def sign(body: bytes, at: datetime) -> Headers:
    return {HEADER: base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()}


CASE = Case(
    config={"channel_secret": SECRET, "channel_access_token": "a-channel-access-token-of-line"},
    sign=sign,
    wrong_headers={
        "signature missing": {HEADER: None},
        "signature empty": {HEADER: ""},
        "signature wrong": {HEADER: "AAAA" * 11},
        "signature truncated": {HEADER: sign(b"{}", _NEVER)[HEADER][:-1]},
        "signature not ASCII": {HEADER: "\xe9\udcff"},
    },
    max_age_seconds=None,
    foreign={"channel_secret": "another-channel-secret-012345678"},
    sink_field="api_base",
    check_reply='{"userId":"U1","basicId":"@harbour","displayName":"海港百貨"}'.encode(),
)
