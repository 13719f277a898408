"""DingTalk's case: its sign over the time alone, made without our code."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from kaitak.channels.errors import ChannelUnavailableError
from tests.channels.connectors.cases import Case, Headers

CLIENT = "dingqwertyuiop012345"
SECRET = "a-client-secret-of-dingtalk-0123456789-abcdef"
_THEN = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def sign(body: bytes, at: datetime) -> Headers:
    stamp = str(int(at.timestamp() * 1000))
    mac = hmac.new(SECRET.encode(), f"{stamp}\n{SECRET}".encode(), hashlib.sha256).digest()
    return {"timestamp": stamp, "sign": base64.b64encode(mac).decode(), "content-type": "application/json"}


CASE = Case(
    config={"client_id": CLIENT, "client_secret": SECRET},
    sign=sign,
    signs_body=False,
    wrong_headers={
        "sign missing": {"sign": None},
        "sign empty": {"sign": ""},
        "sign wrong": {"sign": "A" * 43 + "="},
        "sign truncated": {"sign": sign(b"", _THEN)["sign"][:-1]},
        "sign not ASCII": {"sign": "\xe9\udcff"},
        "time missing": {"timestamp": None},
        "time another": {"timestamp": "1772442001000"},
        "time a word": {"timestamp": "now"},
        "time not ASCII": {"timestamp": "１７７２４４２００００００"},
    },
    foreign={"client_secret": "another-client-secret-of-dingtalk-0123456789"},
    sink_field="api_base",
    check_reply=b'{"accessToken":"a-token","expireIn":7200}',
    lost=ChannelUnavailableError,  # the first call only asks for the access token
)
