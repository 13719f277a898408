"""Telegram's case: a secret header, no signature of the body."""

from __future__ import annotations

from datetime import datetime

from tests.channels.connectors.cases import Case, Headers

SECRET = "a-secret-of-the-webhook-0123456789-abc"
HEADER = "x-telegram-bot-api-secret-token"


def sign(body: bytes, at: datetime) -> Headers:
    return {HEADER: SECRET}


CASE = Case(
    config={"bot_token": "123456:AAH-token-of-a-test-bot", "webhook_secret": SECRET},
    sign=sign,
    signs_body=False,
    wrong_headers={
        "secret missing": {HEADER: None},
        "secret empty": {HEADER: ""},
        "secret wrong": {HEADER: "another"},
        "secret truncated": {HEADER: SECRET[:-1]},
        "secret not ASCII": {HEADER: "\xe9\udcff"},
    },
    max_age_seconds=None,
    foreign={"webhook_secret": "another-secret-of-a-webhook-0123456789"},
    sink_field="api_base",
    check_reply=b'{"ok":true,"result":{"id":123456,"is_bot":true,"first_name":"Harbour","username":"harbour_bot"}}',
)
