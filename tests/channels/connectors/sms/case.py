"""The SMS case: Twilio's signature over the address and the sorted fields, made without our code."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from kaitak.channels.contract import RawRequest
from tests.channels.connectors.cases import Case, Headers

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "89ab4567cdef0123fedc89ab45670123"
NUMBER = "+85264509000"
URL = "https://desk.example/v1/hooks/sms/inbox-1"
HEADER = "x-twilio-signature"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def sign(body: bytes, url: str = URL) -> Headers:
    fields = dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    mac = hmac.new(TOKEN.encode(), signed.encode(), hashlib.sha1).digest()
    return {HEADER: base64.b64encode(mac).decode(), "content-type": "application/x-www-form-urlencoded"}


def call(body: bytes, at: datetime) -> RawRequest:
    url = f"{URL}?key=5012" if b"MessageStatus=" in body else URL
    query = {"key": "5012"} if url != URL else {}
    return RawRequest("POST", sign(body, url), query, body, url)


CASE = Case(
    config={"account_sid": ACCOUNT, "auth_token": TOKEN, "sender": NUMBER},
    call=call,
    signs_body=False,  # its fields are signed: test_sms.py changes those
    wrong_headers={
        "signature missing": {HEADER: None},
        "signature empty": {HEADER: ""},
        "signature wrong": {HEADER: "A" * 27 + "="},
        "signature truncated": {HEADER: call(b"{}", _NEVER).headers[HEADER][:-1]},
        "signature not ASCII": {HEADER: "\xe9\udcff"},
    },
    max_age_seconds=None,
    foreign={"auth_token": "fedcba9876543210fedcba9876543210"},
    sink_field="api_base",
    check_reply=(
        b'{"friendly_name":"Harbour","status":"active",'
        b'"incoming_phone_numbers":[{"sid":"PN0123456789abcdef0123456789abcdef","phone_number":"+85264509000"}]}'
    ),
)
