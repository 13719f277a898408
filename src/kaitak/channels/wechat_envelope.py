"""Owns the signatures and the encrypted envelope that WeChat and WeCom share, both ways."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from lxml import etree

from kaitak.channels.errors import InvalidSignatureError, MalformedPayloadError

_BLOCK = 32
_ENTITY = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
MAX_FIELDS = 100


def signature(*parts: str) -> str:
    """What WeChat signs with: SHA-1 of the sorted parts, one after the other."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def require(right: str, given: str) -> None:
    """Raise unless the signatures are equal, in constant time."""
    if not given:
        raise InvalidSignatureError("the signature is missing")
    if not hmac.compare_digest(right.encode(), given.encode("utf-8", "replace")):
        raise InvalidSignatureError("the signature is wrong: another token than the one typed at WeChat, or changed")


def fields(body: bytes) -> dict[str, str]:
    """The flat fields of WeChat's XML; a document type or entity is refused before anything is parsed."""
    if _ENTITY.search(body):
        raise MalformedPayloadError("the XML declares a document type or entities")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise MalformedPayloadError("the body is not XML") from exc
    if root is None or root.tag != "xml" or len(root) > MAX_FIELDS:
        raise MalformedPayloadError("the XML is not a message of WeChat's")
    return {str(each.tag): each.text or "" for each in root if isinstance(each.tag, str)}


def key_of(encoding_key: str) -> bytes:
    """The AES key in what WeChat shows as EncodingAESKey (43 characters)."""
    return base64.b64decode(encoding_key + "=")


def opened(encrypted: str, key: bytes, receiver: str) -> bytes:
    """What is in an envelope; raises MalformedPayloadError unless it is whole and for this account."""
    try:
        sealed = base64.b64decode(encrypted, validate=True)
        decryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
    except (binascii.Error, ValueError) as exc:
        raise MalformedPayloadError("the envelope cannot be opened") from exc
    padding = plain[-1] if plain else 0
    if not 1 <= padding <= _BLOCK or len(plain) < 20 + padding:
        raise MalformedPayloadError("the envelope cannot be opened with this EncodingAESKey")
    content = plain[16:-padding]
    (length,) = struct.unpack(">I", content[:4])
    if length > len(content) - 4 or content[4 + length :] != receiver.encode():
        raise MalformedPayloadError("the envelope is for another app id, or EncodingAESKey is not this account's")
    return content[4 : 4 + length]


def sealed(plain: bytes, key: bytes, receiver: str, noise: bytes) -> str:
    """An envelope around `plain`; `noise` are 16 random bytes."""
    content = noise + struct.pack(">I", len(plain)) + plain + receiver.encode()
    padding = _BLOCK - len(content) % _BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(content + bytes([padding]) * padding) + encryptor.finalize()).decode()
