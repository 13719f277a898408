"""The web widget's case: no webhook, nothing sent; its window fetches from us."""

from __future__ import annotations

from tests.channels.connectors.cases import Case

CASE = Case(config={"identity_secret": "an-identity-secret-of-a-shop-0123456789"})
