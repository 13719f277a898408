"""Cryptography: what was sealed opens only unchanged, in its own place and time."""

from __future__ import annotations

import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kaitak.core import crypto, ids
from kaitak.core.crypto import DecryptionError, Keyring, LinkExpiredError, LinkInvalidError

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
NOW = int(AT.timestamp())
RING = Keyring("one secret that is long enough for anyone")
OTHER = Keyring("another secret that is long enough as well")


@given(st.text())
def test_what_is_encrypted_can_be_read_again(plain: str) -> None:
    assert RING.decrypt(RING.encrypt(plain, context="inbox:1"), context="inbox:1") == plain


def test_same_text_is_encrypted_differently_each_time() -> None:
    assert RING.encrypt("a", context="c") != RING.encrypt("a", context="c")


@pytest.mark.parametrize("position", [0, 5, 20, -1])
def test_changed_ciphertext_is_refused(position: int) -> None:
    sealed = list(RING.encrypt("credential", context="inbox:1"))
    sealed[position] = "A" if sealed[position] != "A" else "Q"
    with pytest.raises(DecryptionError):
        RING.decrypt("".join(sealed), context="inbox:1")


@pytest.mark.parametrize("stored", ["", "x", "é", "AQ", "====", "a b"])
def test_garbage_is_refused(stored: str) -> None:
    with pytest.raises(DecryptionError):
        RING.decrypt(stored, context="inbox:1")


def test_ciphertext_cannot_move_to_another_row_or_deployment() -> None:
    sealed = RING.encrypt("credential", context="inbox:1")
    with pytest.raises(DecryptionError):
        RING.decrypt(sealed, context="inbox:2")
    with pytest.raises(DecryptionError):
        OTHER.decrypt(sealed, context="inbox:1")


def test_each_purpose_has_its_own_key_and_the_ring_hides_them() -> None:
    assert RING.key("credentials") != RING.key("links")
    assert RING.key("links") == Keyring("one secret that is long enough for anyone").key("links")
    assert "secret" not in repr(RING)


def test_signed_link_is_good_until_it_expires() -> None:
    token = RING.sign_link("attachment/1", purpose="file", expires_at=AT + timedelta(hours=1))
    RING.check_link("attachment/1", token, purpose="file", at=AT)
    with pytest.raises(LinkExpiredError):
        RING.check_link("attachment/1", token, purpose="file", at=AT + timedelta(hours=1))


def test_link_for_another_subject_purpose_or_deadline_is_refused() -> None:
    token = RING.sign_link("attachment/1", purpose="file", expires_at=AT + timedelta(hours=1))
    later = f"{NOW + 999999}.{token.partition('.')[2]}"
    for subject, purpose, tried in [
        ("attachment/2", "file", token),
        ("attachment/1", "sign-in", token),
        ("attachment/1", "file", later),
        ("attachment/1", "file", ""),
        ("attachment/1", "file", "1.é"),
        ("attachment/1", "file", "soon.AAAA"),
    ]:
        with pytest.raises(LinkInvalidError):
            RING.check_link(subject, tried, purpose=purpose, at=AT)


def test_signature_is_what_the_documentation_says() -> None:
    expected = hmac.new(b"s", b"1777636800." + b'{"a":1}', hashlib.sha256).hexdigest()
    assert crypto.sign(b"s", 1777636800, b'{"a":1}') == f"sha256={expected}"


@pytest.mark.parametrize(
    ("secret", "timestamp", "body", "at", "is_good"),
    [
        (b"s", NOW, b"body", AT, True),
        (b"s", NOW, b"body", AT + timedelta(minutes=5), True),
        (b"s", NOW, b"body", AT + timedelta(minutes=5, seconds=1), False),
        (b"s", NOW, b"body", AT - timedelta(minutes=6), False),
        (b"x", NOW, b"body", AT, False),
        (b"s", NOW + 1, b"body", AT, False),
        (b"s", NOW, b"other", AT, False),
    ],
)
def test_signature_is_checked(secret: bytes, timestamp: int, body: bytes, at: datetime, is_good: bool) -> None:
    signature = crypto.sign(b"s", NOW, b"body")
    assert crypto.is_signed(secret, signature, timestamp, body, at=at) is is_good


@pytest.mark.parametrize("signature", ["", "sha256=", "sha1=00", "客"])
def test_malformed_signature_is_refused(signature: str) -> None:
    assert not crypto.is_signed(b"s", signature, NOW, b"body", at=AT)


def test_secrets_are_compared_whole() -> None:
    assert crypto.is_same("客", "客".encode())
    assert not crypto.is_same("a", "ab")


def test_tokens_are_long_and_different_and_stored_as_hashes() -> None:
    tokens = {ids.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert min(len(token) for token in tokens) >= 32
    assert crypto.hash_token("a") == hashlib.sha256(b"a").hexdigest()
    with pytest.raises(ValueError, match="128"):
        ids.new_token(64)
