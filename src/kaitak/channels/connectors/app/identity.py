"""Owns the signed identity of an app's user: a JSON Web Token (HS256) that the business's own server makes. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from typing import Annotated

import orjson
from pydantic import BaseModel, ConfigDict, Field, JsonValue, StringConstraints, ValidationError

from kaitak.channels.clients import SignatureExpiredError, SignedUser
from kaitak.channels.errors import InvalidSignatureError

LONGEST_TOKEN = 3500
LONGEST_LIFE = timedelta(hours=24)
LEEWAY = timedelta(seconds=60)
_LATEST = 32_503_680_000  # the year 3000: a number beyond it is no time
_Moment = Annotated[float, Field(ge=0, le=_LATEST)]
_Line = r"^[^\x00-\x1f\x7f]*$"


class Claims(BaseModel):
    """What a token says. Unknown claims are left alone, as the standard asks."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    sub: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=_Line)]
    exp: _Moment
    nbf: _Moment = 0
    iat: _Moment = 0
    aud: str | list[str] | None = None
    name: Annotated[str, StringConstraints(max_length=200, pattern=_Line)] | None = None
    email: Annotated[str, StringConstraints(max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] | None = None
    phone_number: Annotated[str, StringConstraints(max_length=16, pattern=r"^\+[1-9]\d{5,14}$")] | None = None
    custom_attributes: Annotated[dict[str, JsonValue], Field(max_length=50)] = Field(default_factory=dict)


def read(token: str, secret: bytes, *, audience: str, now: datetime) -> SignedUser:
    """The user whom a token names, once its signature, time and audience are found right."""
    head, dot, signature = token.rpartition(".")
    if not dot or len(token) > LONGEST_TOKEN or head.count(".") != 1:
        raise InvalidSignatureError("the identity is not a JSON Web Token")
    expected = hmac.new(secret, head.encode("utf-8", "replace"), hashlib.sha256).digest()
    if not hmac.compare_digest(expected, _decoded(signature)):
        raise InvalidSignatureError("the identity is not signed with this inbox's identity secret")
    header, _, body = head.partition(".")
    if _object(header).get("alg") != "HS256" or "crit" in _object(header):
        raise InvalidSignatureError("the identity must be signed with HS256")
    try:
        claims = Claims.model_validate(_object(body))
    except ValidationError as exc:
        first = exc.errors(include_input=False, include_url=False)[0]
        raise InvalidSignatureError(f"the identity's {first['loc'][0]}: {first['msg']}") from None
    _require_present(claims, audience, now)
    return SignedUser(
        identifier=claims.sub,
        expires_at=datetime.fromtimestamp(claims.exp, UTC),
        name=claims.name,
        email=claims.email,
        phone_number=claims.phone_number,
        custom_attributes=claims.custom_attributes,
    )


def _require_present(claims: Claims, audience: str, now: datetime) -> None:
    moment, leeway = now.timestamp(), LEEWAY.total_seconds()
    if claims.exp <= moment - leeway:
        raise SignatureExpiredError("the identity has expired")
    if claims.exp > moment + LONGEST_LIFE.total_seconds() + leeway:
        raise InvalidSignatureError("the identity holds for more than 24 hours: give it a nearer exp")
    if max(claims.nbf, claims.iat) > moment + leeway:
        raise InvalidSignatureError("the identity is of the future: look at your server's clock")
    known = [claims.aud] if isinstance(claims.aud, str) else claims.aud
    if known is not None and audience not in known:
        raise InvalidSignatureError("the identity is meant for another app")


def _decoded(part: str) -> bytes:
    """Base64url without padding, and nothing that a lenient decoder would skip."""
    try:
        raw = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as exc:
        raise InvalidSignatureError("the identity is not a JSON Web Token") from exc
    return raw


def _object(part: str) -> dict[str, object]:
    try:
        found = orjson.loads(_decoded(part))
    except orjson.JSONDecodeError as exc:
        raise InvalidSignatureError("the identity is not a JSON Web Token") from exc
    if not isinstance(found, dict):
        raise InvalidSignatureError("the identity is not a JSON Web Token")
    return found
