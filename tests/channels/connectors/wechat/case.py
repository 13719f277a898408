"""WeChat's case, in safe mode: the envelope is made here as WeChat's documents say, without our code."""

from __future__ import annotations

import base64
import hashlib
import struct
from collections.abc import Mapping
from datetime import datetime

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from kaitak.channels.contract import RawRequest
from kaitak.channels.errors import ChannelUnavailableError
from tests.channels.connectors.cases import Case

TOKEN = "harbourtoken2026"
APP_ID = "wx5823bf96d3bd56c7"
ENCODING_KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
NONCE = "1372623149"


def signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def encrypted(plain: bytes) -> str:
    key = base64.b64decode(ENCODING_KEY + "=")
    text = b"0123456789abcdef" + struct.pack(">I", len(plain)) + plain + APP_ID.encode()
    amount = 32 - len(text) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(text + bytes([amount]) * amount) + encryptor.finalize()).decode()


def call(body: bytes, at: datetime) -> RawRequest:
    stamp, sealed = str(int(at.timestamp())), encrypted(body)
    query = {
        "signature": signed(TOKEN, stamp, NONCE),
        "timestamp": stamp,
        "nonce": NONCE,
        "encrypt_type": "aes",
        "msg_signature": signed(TOKEN, stamp, NONCE, sealed),
    }
    outer = f"<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    return RawRequest("POST", {"content-type": "text/xml"}, query, outer.encode())


def handshake(at: datetime) -> Mapping[str, str]:
    stamp = str(int(at.timestamp()))
    return {"signature": signed(TOKEN, stamp, NONCE), "timestamp": stamp, "nonce": NONCE, "echostr": "6721009315"}


CASE = Case(
    config={
        "app_id": APP_ID,
        "app_secret": "0123456789abcdef0123456789abcdef",
        "token": TOKEN,
        "encoding_aes_key": ENCODING_KEY,
    },
    call=call,
    wrong_query={
        "signature missing": {"msg_signature": None},
        "signature empty": {"msg_signature": ""},
        "signature wrong": {"msg_signature": "0" * 40},
        "signature truncated": {"msg_signature": "0" * 39},
        "signature not ASCII": {"msg_signature": "\xe9\udcff"},
        "time missing": {"timestamp": None},
        "time another": {"timestamp": "1772442001"},
        "time a word": {"timestamp": "now"},
        "nonce missing": {"nonce": None},
        "nonce another": {"nonce": "1"},
    },
    foreign={"token": "anothertoken2026"},
    sink_field="api_base",
    check_reply=b'{"access_token":"a-token","expires_in":7200}',
    lost=ChannelUnavailableError,  # the first call only asks for the access token
    right_query=handshake,
    wrong_handshake={"signature": "0" * 40, "timestamp": "1772442001", "nonce": "2"},
    echoed="6721009315",
)
