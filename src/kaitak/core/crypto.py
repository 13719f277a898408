"""Owns cryptography: encrypted credentials, token hashes, signatures and signed links that expire."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from datetime import UTC, datetime, timedelta

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from kaitak.core.errors import ForbiddenError, KaitakError

_VERSION = b"\x01"
_NONCE_BYTES = 12


class DecryptionError(KaitakError):
    """A stored secret cannot be read: the secret key differs from the one that wrote it, or the value was changed."""

    code = "decryption_failed"


class LinkInvalidError(ForbiddenError):
    """The signed link was changed or was never ours."""

    code = "link_invalid"


class LinkExpiredError(ForbiddenError):
    """The signed link was ours and its time is over."""

    code = "link_expired"


class Keyring:
    """The keys that one deployment secret gives: each purpose has its own key."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._keys: dict[str, bytes] = {}

    def __repr__(self) -> str:
        return "Keyring(…)"

    def key(self, purpose: str) -> bytes:
        """The 32-byte key of a purpose; keys of two purposes tell nothing about each other."""
        found = self._keys.get(purpose)
        if found is None:
            derivation = HKDF(algorithm=SHA256(), length=32, salt=b"kaitak", info=purpose.encode())
            found = self._keys[purpose] = derivation.derive(self._secret)
        return found

    def encrypt(self, plain: str, *, context: str) -> str:
        """Encrypt a credential; `context` (table, account, field) is bound to it, so it cannot be moved elsewhere."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(self.key("credentials")).encrypt(nonce, plain.encode(), context.encode())
        return _encode(_VERSION + nonce + sealed)

    def decrypt(self, stored: str, *, context: str) -> str:
        """Read what `encrypt` wrote under the same context."""
        try:
            raw = _decode(stored)
            if raw[:1] != _VERSION:
                raise ValueError("unknown version")
            nonce, sealed = raw[1 : 1 + _NONCE_BYTES], raw[1 + _NONCE_BYTES :]
            return AESGCM(self.key("credentials")).decrypt(nonce, sealed, context.encode()).decode()
        except (ValueError, InvalidTag) as exc:
            raise DecryptionError(f"cannot decrypt {context}: is this the secret key it was stored with?") from exc

    def sign_link(self, subject: str, *, purpose: str, expires_at: datetime) -> str:
        """The token of a link to `subject` that is good until `expires_at`."""
        deadline = int(expires_at.timestamp())
        return f"{deadline}.{_encode(self._link_mac(subject, purpose, deadline))}"

    def check_link(self, subject: str, token: str, *, purpose: str, at: datetime) -> None:
        """Raise unless the token was made for this subject and purpose and is still good."""
        deadline_text, _, mac_text = token.partition(".")
        try:
            deadline, mac = int(deadline_text), _decode(mac_text)
        except ValueError as exc:
            raise LinkInvalidError from exc
        if not hmac.compare_digest(mac, self._link_mac(subject, purpose, deadline)):
            raise LinkInvalidError
        if at.timestamp() >= deadline:
            raise LinkExpiredError

    def _link_mac(self, subject: str, purpose: str, deadline: int) -> bytes:
        return hmac.digest(self.key(f"link:{purpose}"), f"{deadline}\n{subject}".encode(), "sha256")


def hash_token(token: str) -> str:
    """The SHA-256 of a random token, for storing and finding it (not for passwords: those are argon2id)."""
    return hashlib.sha256(token.encode()).hexdigest()


def sign(secret: bytes, timestamp: int, body: bytes) -> str:
    """`sha256=<hex>` over `<timestamp>.<body>`."""
    return "sha256=" + hmac.digest(secret, b"%d." % timestamp + body, "sha256").hex()


def is_signed(
    secret: bytes,
    signature: str,
    timestamp: int,
    body: bytes,
    *,
    at: datetime,
    tolerance: timedelta = timedelta(minutes=5),
) -> bool:
    """True if the signature is right and the timestamp is within the tolerance of `at`."""
    is_right = hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode())
    is_recent = abs(at.astimezone(UTC).timestamp() - timestamp) <= tolerance.total_seconds()
    return is_right and is_recent


def is_same(left: str | bytes, right: str | bytes) -> bool:
    """Compare two secrets in constant time."""
    first = left.encode() if isinstance(left, str) else left
    second = right.encode() if isinstance(right, str) else right
    return hmac.compare_digest(first, second)


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
