"""Owns Deps: what the composition root hands to the endpoints, and how a request reaches it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import HTTPConnection
from typing_extensions import TypeVar

from kaitak.api.principals import Identify
from kaitak.core.clock import Clock
from kaitak.core.crypto import Keyring
from kaitak.db.session import Database

T = TypeVar("T")
Subscriber = Callable[[AsyncSession, Any], Awaitable[None]]


class NotAttachedError(LookupError):
    """An endpoint asked for something that the composition root did not attach: a fault of ours, not of the caller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deps:
    """What every request may need. Things of higher slices are attached by type and asked for with `get`."""

    database: Database
    keyring: Keyring
    clock: Clock
    identify: Identify
    public_url: str  # without a slash at the end
    cookie_secure: bool = False
    attached: Mapping[type, object] = field(default_factory=dict)
    subscribers: Mapping[type, Sequence[Subscriber]] = field(default_factory=dict)
    limits: MutableMapping[str, object] = field(default_factory=dict)  # the buckets of api/ratelimit.py, by name

    def get(self, kind: type[T]) -> T:
        """The one thing of this type that the composition root attached."""
        found = self.attached.get(kind)
        if not isinstance(found, kind):
            raise NotAttachedError(kind.__name__)
        return found

    async def emit(self, session: AsyncSession, event: object) -> None:
        """Tell the subscribers of higher slices, inside the same transaction; they do database work only."""
        for subscriber in self.subscribers.get(type(event), ()):
            await subscriber(session, event)


def get_deps(connection: HTTPConnection) -> Deps:
    """The Deps of the application that serves this request or WebSocket."""
    deps = connection.app.state.deps
    if not isinstance(deps, Deps):
        raise NotAttachedError("Deps")
    return deps


async def current_deps(connection: HTTPConnection) -> Deps:
    """The same for endpoints, as a coroutine: FastAPI runs plain functions in a thread, a hop for nothing."""
    return get_deps(connection)


DepsDep = Annotated[Deps, Depends(current_deps)]
