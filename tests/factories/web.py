"""Makes the application of one test over its database."""

from __future__ import annotations

from fastapi import FastAPI

from kaitak.accounts import identity
from kaitak.api.deps import Deps, Subscriber
from kaitak.app import create_app
from kaitak.core.crypto import Keyring
from kaitak.db.session import Database
from tests.factories.accounts import PUBLIC_URL, SetClock

UPLOAD_BYTES = 2 * 1024 * 1024


def make_deps(
    database: Database,
    clock: SetClock,
    *,
    public_url: str = PUBLIC_URL,
    subscribers: dict[type, tuple[Subscriber, ...]] | None = None,
) -> Deps:
    """What the composition root would hand over, without anything of higher slices."""
    return Deps(
        database=database,
        keyring=Keyring("a test's own key, which is long enough"),
        clock=clock,
        identify=identity.identify,
        public_url=public_url,
        cookie_secure=public_url.startswith("https://"),
        subscribers=subscribers or {},
    )


def make_app(deps: Deps) -> FastAPI:
    """The real application."""
    return create_app(deps, upload_bytes=UPLOAD_BYTES)
