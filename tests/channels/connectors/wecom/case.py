"""WeCom's case: its sealed callback, made here as WeCom's documents say, without our code."""

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

TOKEN = "harbourcallback2026"
CORP_ID = "ww5823bf96d3bd56c7"
SECRET = "a-secret-of-the-customer-service-app-0123"
KFID = "wkAJ2GCAAASSm4_FhToWMFea0xAFfd3Q"
ENCODING_KEY = "GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba"
NONCE = "1372623149"


def signed(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def encrypted(plain: bytes) -> str:
    key = base64.b64decode(ENCODING_KEY + "=")
    text = b"fedcba9876543210" + struct.pack(">I", len(plain)) + plain + CORP_ID.encode()
    amount = 32 - len(text) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(text + bytes([amount]) * amount) + encryptor.finalize()).decode()


def call(body: bytes, at: datetime) -> RawRequest:
    stamp, sealed = str(int(at.timestamp())), encrypted(body)
    query = {"timestamp": stamp, "nonce": NONCE, "msg_signature": signed(TOKEN, stamp, NONCE, sealed)}
    outer = f"<xml><ToUserName><![CDATA[{CORP_ID}]]></ToUserName><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
    return RawRequest("POST", {"content-type": "text/xml"}, query, outer.encode())


def handshake(at: datetime) -> Mapping[str, str]:
    stamp, sealed = str(int(at.timestamp())), encrypted(b"1616140317555161061")
    signature = signed(TOKEN, stamp, NONCE, sealed)
    return {"msg_signature": signature, "timestamp": stamp, "nonce": NONCE, "echostr": sealed}


CASE = Case(
    config={
        "corp_id": CORP_ID,
        "corp_secret": SECRET,
        "open_kfid": KFID,
        "callback_token": TOKEN,
        "callback_aes_key": ENCODING_KEY,
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
    foreign={"callback_token": "anothercallback2026"},
    sink_field="api_base",
    check_reply=(
        f'{{"errcode":0,"access_token":"a-token","expires_in":7200,'
        f'"account_list":[{{"open_kfid":"{KFID}","name":"海港客服"}}]}}'
    ).encode(),
    lost=ChannelUnavailableError,  # the first call only asks for the access token
    lost_calls=2,
    right_query=handshake,
    wrong_handshake={"msg_signature": "0" * 40, "timestamp": "1772442001", "nonce": "2", "echostr": "AAAA"},
    echoed="1616140317555161061",
)
