"""Signed identities against PyJWT as the oracle, and what is told of a message that waits."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

import jwt
import orjson
import pytest

from kaitak.channels.clients import SignatureExpiredError, Wake
from kaitak.channels.connectors.app import identity
from kaitak.channels.connectors.app.connector import App, AppConfig
from kaitak.channels.contract import PortReply
from kaitak.channels.errors import (
    AuthFailedError,
    ChannelUnavailableError,
    ConnectorError,
    InvalidSignatureError,
    RefusedError,
    ThrottledError,
)
from tests.channels.connectors.app.case import CASE

SECRET = str(CASE.config["identity_secret"])
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RIGHT = {"sub": "c-42", "exp": int((NOW + timedelta(hours=1)).timestamp())}
WAKE = Wake(
    key="5012", app="app-1", user="c-42", thread="17", seq=3, author="agent", author_name="小美", text="你好" * 200,
    unread=2, at=NOW,
)  # fmt: skip


class Ports:
    """Ports at a fixed time; keeps what is posted."""

    def __init__(self, status: int = 200) -> None:
        self.status = status
        self.posted: list[tuple[str, dict[str, str], bytes]] = []

    async def post(self, url: str, *, headers: dict[str, str], body: bytes) -> PortReply:
        self.posted.append((url, headers, body))
        return PortReply(self.status, {}, b"")

    def now(self) -> datetime:
        return NOW


def token(*, secret: str = SECRET, **claims: object) -> str:
    return jwt.encode({**RIGHT, **claims}, secret, algorithm="HS256")


def signed_as_it_is(header: bytes, body: bytes | None = None) -> str:
    """A token whose signature is right, whatever stands in it."""
    parts = [base64.urlsafe_b64encode(each).rstrip(b"=") for each in (header, body or orjson.dumps(RIGHT))]
    head = b".".join(parts)
    mac = hmac.new(SECRET.encode(), head, hashlib.sha256).digest()
    return (head + b"." + base64.urlsafe_b64encode(mac).rstrip(b"=")).decode()


def read(given: str, audience: str = "app-1") -> str:
    return identity.read(given, SECRET.encode(), audience=audience, now=NOW).identifier


def test_token_of_another_library_names_the_user() -> None:
    given = token(aud=["app-1", "app-2"], name="陳大文", email="Tai@example.hk", phone_number="+85291234567", other=1)
    user = identity.read(given, SECRET.encode(), audience="app-1", now=NOW)
    assert (user.identifier, user.name, user.email) == ("c-42", "陳大文", "Tai@example.hk")
    assert user.expires_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "a.b",
        "a.b.c",
        token() + "A",
        token()[:-2],
        token(secret="x" * 32),
        signed_as_it_is(b'{"alg":"HS512"}'),
        signed_as_it_is(b'{"alg":"none"}'),
        signed_as_it_is(b"[]"),
        signed_as_it_is(b'{"alg":"HS256"}', b"nothing"),
        signed_as_it_is(b'{"alg":"HS256"}', b"[" * 2000),
        signed_as_it_is(b'{"alg":"none"}').rpartition(".")[0] + ".",
        token(aud="app-2"),
        token(nbf=int(NOW.timestamp()) + 3600),
        token(iat=int(NOW.timestamp()) + 3600),
        token(exp=int((NOW + timedelta(hours=25)).timestamp())),
        token(exp="soon"),
        token(exp=1e300),
        jwt.encode({"sub": "c-42"}, SECRET, algorithm="HS256"),
        jwt.encode({"exp": RIGHT["exp"]}, SECRET, algorithm="HS256"),
        token(sub=""),
        token(sub="x" * 201),
        token(sub="a\nb"),
        token(email="no address"),
        token(custom_attributes={f"k{n}": n for n in range(51)}),
        token(name="é" * 4000),
        "é.é.é",
        jwt.encode(RIGHT, SECRET, algorithm="HS256", headers={"crit": ["x"]}),
    ],
)
def test_anything_but_a_right_token_is_refused(given: str) -> None:
    with pytest.raises(InvalidSignatureError) as caught:
        read(given)
    assert not isinstance(caught.value, SignatureExpiredError)


def test_expired_token_is_told_apart_so_that_the_client_asks_for_another() -> None:
    assert read(token(exp=int(NOW.timestamp()) - 59)) == "c-42"
    with pytest.raises(SignatureExpiredError):
        read(token(exp=int(NOW.timestamp()) - 60))


async def test_waking_is_signed_and_tells_no_text_by_default() -> None:
    ports = Ports()
    config = AppConfig.model_validate({**CASE.config, "push_url": "https://shop.example/push"})
    await App(config, ports).wake(WAKE)  # type: ignore[arg-type]
    (url, headers, body), told = ports.posted[0], orjson.loads(ports.posted[0][2])
    assert url == "https://shop.example/push"
    expected = hmac.new(
        str(CASE.config["push_secret"]).encode(), headers["X-Kaitak-Timestamp"].encode() + b"." + body, hashlib.sha256
    )
    assert headers["X-Kaitak-Signature"] == f"sha256={expected.hexdigest()}"
    assert headers["X-Kaitak-Delivery"] == "5012"
    assert (told["user"], told["conversation_id"], told["seq"], told["unread_count"]) == ("c-42", "17", 3, 2)
    assert "你好" not in body.decode()
    assert "preview" not in told
    await App(config.model_copy(update={"push_text": True}), ports).wake(WAKE)  # type: ignore[arg-type]
    assert orjson.loads(ports.posted[1][2])["preview"] == "你好" * 70


async def test_without_push_address_nothing_is_told() -> None:
    ports = Ports()
    app = App(AppConfig.model_validate(CASE.config), ports)  # type: ignore[arg-type]
    await app.wake(WAKE)
    assert ports.posted == []


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, AuthFailedError), (404, RefusedError), (429, ThrottledError), (503, ChannelUnavailableError)],
)
async def test_answers_of_the_push_address_end_in_their_class(status: int, error: type[ConnectorError]) -> None:
    config = AppConfig.model_validate({**CASE.config, "push_url": "https://shop.example/push"})
    with pytest.raises(error):
        await App(config, Ports(status)).wake(WAKE)  # type: ignore[arg-type]
