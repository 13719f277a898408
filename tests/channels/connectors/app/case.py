"""The app's case: no webhook, nothing sent; its clients fetch from us, and sleeping devices are told of elsewhere."""

from __future__ import annotations

from tests.channels.connectors.cases import Case

CASE = Case(
    config={
        "identity_secret": "an-identity-secret-of-an-app-0123456789",
        "push_secret": "a-push-secret-of-an-app-01234567890123",
    }
)
