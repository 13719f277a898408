"""The API channel's case: the form of signature that docs/channels/api.md describes, made without our code."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from tests.channels.connectors.cases import Case, Headers

SECRET = "a-secret-of-the-api-channel-0123456789"


def sign(body: bytes, at: datetime) -> Headers:
    stamp = str(int(at.timestamp()))
    mac = hmac.new(SECRET.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"x-kaitak-timestamp": stamp, "x-kaitak-signature": f"sha256={mac}"}


CASE = Case(
    config={"secret": SECRET, "webhook_url": None},
    sign=sign,
    wrong_headers={
        "signature missing": {"x-kaitak-signature": None},
        "signature empty": {"x-kaitak-signature": ""},
        "signature wrong": {"x-kaitak-signature": "sha256=" + "0" * 64},
        "signature truncated": {"x-kaitak-signature": "sha256="},
        "signature not ASCII": {"x-kaitak-signature": "sha256=\xe9\xff"},
        "time missing": {"x-kaitak-timestamp": None},
        "time empty": {"x-kaitak-timestamp": ""},
        "time a word": {"x-kaitak-timestamp": "now"},
        "time another": {"x-kaitak-timestamp": "1772442001"},
        "time in other digits": {"x-kaitak-timestamp": "١٢٣"},
        "time endless": {"x-kaitak-timestamp": "9" * 5000},
    },
    foreign={"secret": "another-secret-0123456789-0123456789"},
    time_header="x-kaitak-timestamp",
    sink_field="webhook_url",
    key_header="x-kaitak-delivery",
)
