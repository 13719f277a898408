"""Owns the guard in front of unsafe requests that browsers make: their Origin and, with a session, the CSRF token.

The token is derived from the session's own secret, so it needs no storage and no other site can plant a matching pair.
"""

from __future__ import annotations

import base64
import hmac

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from kaitak.api import origins, principals, problems
from kaitak.core import crypto
from kaitak.core.crypto import Keyring
from kaitak.core.errors import ForbiddenError

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGN_IN_PATHS = frozenset({"/auth/sign_in", "/auth/sign_in_token"})


class CsrfRefusedError(ForbiddenError):
    """A request with a session cookie must repeat the cookie `kaitak_csrf` in the header `X-Kaitak-CSRF`."""

    code = "csrf_refused"


def token_for(keyring: Keyring, session_secret: str) -> str:
    """The CSRF token that belongs to a session."""
    digest = hmac.digest(keyring.key("csrf"), session_secret.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


class CsrfGuard:
    """Refuses unsafe requests of other sites' pages; requests with an access token carry no ambient right and pass."""

    def __init__(self, app: ASGIApp, *, keyring: Keyring, public_url: str) -> None:
        self.app = app
        self.keyring = keyring
        self.public_url = public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in _SAFE:
            try:
                self._check(HTTPConnection(scope))
            except ForbiddenError as exc:
                await problems.respond(exc, scope)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _check(self, connection: HTTPConnection) -> None:
        headers = connection.headers
        if principals.token_of(headers):
            return
        origins.check_origin(headers, self.public_url)
        secret = connection.cookies.get(principals.SESSION_COOKIE)
        if secret is None or connection.url.path in _SIGN_IN_PATHS:
            return
        if not crypto.is_same(headers.get(principals.CSRF_HEADER, ""), token_for(self.keyring, secret)):
            raise CsrfRefusedError
